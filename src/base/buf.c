#include "brevduva/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bd_buf_init(struct bd_buf *buf, size_t max)
{
    *buf = (struct bd_buf) { .max = max };
}

void bd_buf_fini(struct bd_buf *buf)
{
    if (buf)
        free(buf->ptr);
}

void bd_buf_clear(struct bd_buf *buf)
{
    buf->len = 0;
    buf->full = false;
}

static void grow(struct bd_buf *buf, size_t need)
{
    size_t cap = buf->cap ? buf->cap : 256;
    char *ptr = NULL;

    while (cap < need)
        cap *= 2;
    ptr = realloc(buf->ptr, cap);
    if (!ptr)
        bd_out_of_memory();
    buf->ptr = ptr;
    buf->cap = cap;
}

bool bd_buf_reserve(struct bd_buf *buf, size_t len)
{
    size_t ceiling = buf->max ? buf->max : SIZE_MAX / 2;

    if (buf->full || len > ceiling - buf->len) {
        buf->full = true;
        return false;
    }
    if (buf->len + len > buf->cap)
        grow(buf, buf->len + len);
    return true;
}

/* Nearly always, and asked for each piece of each letter. */
static inline bool has_room(const struct bd_buf *buf, size_t len)
{
    return len <= buf->cap - buf->len && buf->max == 0 && !buf->full;
}

void bd_buf_add(struct bd_buf *buf, bd_str text)
{
    char *to = NULL;

    if (text.len == 0 ||
        (!has_room(buf, text.len) && !bd_buf_reserve(buf, text.len)))
        return;
    to = buf->ptr + buf->len;
    buf->len += text.len;
    memcpy(to, text.ptr, text.len);
}

void bd_buf_add_char(struct bd_buf *buf, char c)
{
    if (bd_buf_reserve(buf, 1))
        buf->ptr[buf->len++] = c;
}

void bd_buf_add_cstr(struct bd_buf *buf, const char *string)
{
    bd_buf_add(buf, bd_str_from(string));
}

void bd_buf_add_u64(struct bd_buf *buf, uint64_t number)
{
    char digits[20]; /* of 2^64 - 1 */
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    bd_buf_add(buf, (bd_str) { digits + at, sizeof digits - at });
}

void bd_buf_printf(struct bd_buf *buf, const char *format, ...)
{
    va_list args;
    va_list again;
    int len = 0;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len >= 0 && bd_buf_reserve(buf, (size_t)len)) {
        /* vsnprintf also writes a NUL, which is not text of ours */
        if (buf->len + (size_t)len + 1 > buf->cap)
            grow(buf, buf->len + (size_t)len + 1);
        (void)vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    }
    va_end(again);
}

bd_str bd_buf_str(const struct bd_buf *buf)
{
    return (bd_str) { buf->ptr, buf->len };
}

bd_str bd_buf_copy(const struct bd_buf *buf, struct bd_arena *arena)
{
    return bd_arena_copy(arena, bd_buf_str(buf));
}
