#include "source_private.h"

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

struct coder {
    struct bd_buf out;
    uint32_t bits; /* that are not written yet, the last `count` of it */
    unsigned count;
    bool is_shifted; /* within "&…-" */
};

static void put_unit(struct coder *coder, uint32_t unit)
{
    if (!coder->is_shifted)
        bd_buf_add_char(&coder->out, '&');
    coder->is_shifted = true;
    coder->bits = coder->bits << 16 | unit;
    coder->count += 16;
    while (coder->count >= 6) {
        coder->count -= 6;
        bd_buf_add_char(&coder->out,
                        digits[coder->bits >> coder->count & 0x3f]);
    }
}

static void end_shift(struct coder *coder)
{
    if (!coder->is_shifted)
        return;
    if (coder->count > 0)
        bd_buf_add_char(&coder->out,
                        digits[coder->bits << (6 - coder->count) & 0x3f]);
    bd_buf_add_char(&coder->out, '-');
    coder->is_shifted = false;
    coder->bits = 0;
    coder->count = 0;
}

/* The next character of text that need not be valid. */
static uint32_t take_char(bd_str *rest)
{
    unsigned char c = (unsigned char)rest->ptr[0];
    size_t len = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    uint32_t point = c < 0x80 ? c : c & (0xffU >> (len + 1));

    if ((c >= 0x80 && c < 0xc2) || c > 0xf4 || len > rest->len) {
        *rest = bd_str_skip(*rest, 1);
        return 0xfffd;
    }
    for (size_t i = 1; i < len; i++)
        point = point << 6 | ((unsigned char)rest->ptr[i] & 0x3f);
    *rest = bd_str_skip(*rest, len);
    return point > 0x10ffff ? 0xfffd : point;
}

static void put_char(struct coder *coder, uint32_t point, char delimiter)
{
    if (point > 0xffff) {
        put_unit(coder, 0xd800 + ((point - 0x10000) >> 10));
        put_unit(coder, 0xdc00 + ((point - 0x10000) & 0x3ff));
        return;
    }
    if (point < ' ' || point > '~') {
        put_unit(coder, point);
        return;
    }
    end_shift(coder);
    bd_buf_add_char(&coder->out, point == '/' ? delimiter : (char)point);
    if (point == '&')
        bd_buf_add_char(&coder->out, '-');
}

const char *source_folder_name(struct bd_arena *arena, bd_str name,
                               char delimiter)
{
    struct coder coder = { 0 };
    bd_str text = BD_STR_NONE;

    bd_buf_init(&coder.out, 0);
    while (name.len > 0)
        put_char(&coder, take_char(&name), delimiter);
    end_shift(&coder);
    text = bd_buf_copy(&coder.out, arena);
    bd_buf_fini(&coder.out);
    return bd_arena_cstr(arena, text);
}
