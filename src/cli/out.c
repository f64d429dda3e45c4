#include "cli_private.h"

void out_text(bd_str text)
{
    if (text.len > 0)
        (void)fwrite(text.ptr, 1, text.len, stdout);
}

void out_padded(bd_str text, size_t width)
{
    size_t used = bd_str_width(text);

    out_text(text);
    for (; used < width; used++)
        (void)putchar(' ');
}

bd_str out_shown(struct app *app, bd_str text)
{
    struct bd_buf out;
    bd_str shown = BD_STR_NONE;

    if (bd_str_is_ascii(text))
        return text;
    bd_buf_init(&out, 0);
    while (text.len > 0) {
        size_t mark = bd_str_direction_mark(text);

        bd_buf_add_char(&out, mark > 0 ? '?' : text.ptr[0]);
        text = bd_str_skip(text, mark > 0 ? mark : 1);
    }
    shown = bd_buf_copy(&out, app->arena);
    bd_buf_fini(&out);
    return shown;
}

/* Marks that are not seen as \u202e: the same text, and they turn nothing on
 * a terminal. They are of three octets. */
static void write_hidden(bd_str line)
{
    while (line.len > 0) {
        const unsigned char *at = (const unsigned char *)line.ptr;
        size_t mark = bd_str_hidden_mark(line);

        if (mark > 0)
            (void)printf("\\u%04x", (at[0] & 0x0fU) << 12 |
                                        (at[1] & 0x3fU) << 6 | (at[2] & 0x3fU));
        else
            (void)putchar(at[0]);
        line = bd_str_skip(line, mark > 0 ? mark : 1);
    }
}

void out_json(const struct bd_json *object)
{
    struct bd_buf line;

    bd_buf_init(&line, 0);
    bd_json_write(object, &line);
    bd_buf_add_char(&line, '\n');
    if (bd_str_is_ascii(bd_buf_str(&line)))
        out_text(bd_buf_str(&line));
    else
        write_hidden(bd_buf_str(&line));
    bd_buf_fini(&line);
}

void set_text(struct app *app, struct bd_json *object, const char *key,
              bd_str value)
{
    bd_json_set(object, bd_str_from(key),
                bd_json_string(app->arena, bd_arena_copy(app->arena, value)));
}

void set_int(struct app *app, struct bd_json *object, const char *key,
             int64_t value)
{
    bd_json_set(object, bd_str_from(key), bd_json_int(app->arena, value));
}

void set_time(struct app *app, struct bd_json *object, const char *key,
              int64_t seconds)
{
    if (seconds == 0)
        bd_json_set(object, bd_str_from(key), bd_json_null(app->arena));
    else
        set_text(app, object, key, bd_time_utc(app->arena, seconds));
}
