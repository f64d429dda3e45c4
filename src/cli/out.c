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

void out_json(const struct bd_json *object)
{
    struct bd_buf line;

    bd_buf_init(&line, 0);
    bd_json_write(object, &line);
    bd_buf_add_char(&line, '\n');
    out_text(bd_buf_str(&line));
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
