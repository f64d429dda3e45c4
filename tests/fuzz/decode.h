/* Readers of what the mail layer writes, of their own and strict, so that the
 * fuzzers do not mark the writers' homework with the writers' pen. */
#ifndef TESTS_FUZZ_DECODE_H
#define TESTS_FUZZ_DECODE_H

#include <assert.h>
#include <string.h>

#include "brevduva/base/buf.h"

/* What a check needs: written, unfolded, decoded, expected. */
struct texts {
    struct bd_buf out;
    struct bd_buf line;
    struct bd_buf got;
    struct bd_buf want;
};

static inline void texts_init(struct texts *t)
{
    bd_buf_init(&t->out, 0);
    bd_buf_init(&t->line, 0);
    bd_buf_init(&t->got, 0);
    bd_buf_init(&t->want, 0);
}

static inline void texts_fini(struct texts *t)
{
    bd_buf_fini(&t->out);
    bd_buf_fini(&t->line);
    bd_buf_fini(&t->got);
    bd_buf_fini(&t->want);
}

static inline bool starts(bd_str text, const char *prefix)
{
    return bd_str_starts(text, bd_str_from(prefix));
}

static inline int upper_hex(char c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;

    assert(at);
    return (int)(at - digits);
}

/* The octet of the two digits at `i`. */
static inline char hex_at(bd_str text, size_t i)
{
    assert(i + 1 < text.len);
    return (char)(16 * upper_hex(text.ptr[i]) + upper_hex(text.ptr[i + 1]));
}

static inline void decode_base64(bd_str text, struct bd_buf *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
                                 "pqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    size_t count = 0;
    size_t pad = 0;

    for (size_t i = 0; i < text.len; i++) {
        const char *at = strchr(digits, text.ptr[i]);

        if (text.ptr[i] == '=') {
            pad++;
            continue;
        }
        assert(at && text.ptr[i] && pad == 0);
        bits = bits << 6 | (uint32_t)(at - digits);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bd_buf_add_char(out, (char)(bits >> count & 0xff));
        }
    }
    assert(text.len % 4 == 0 && pad < 3);
}

/* The next line of `*rest`, which must end in CRLF unless it is the last. */
static inline bd_str take_line(bd_str *rest, bool *out_ended)
{
    bd_str line = bd_str_cut(rest, '\n');

    *out_ended = rest->ptr != NULL;
    if (*out_ended) {
        assert(bd_str_ends(line, BD_STR("\r")));
        line.len--;
    }
    assert(!bd_str_has_line_break(line));
    return line;
}

/* The text as a header may show it; only for valid UTF-8. */
static inline void add_clean(struct bd_buf *out, bd_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        unsigned char next = i + 1 < text.len ? (unsigned char)text.ptr[i + 1]
                                              : 0;

        if (c == 0xc2 && next <= 0x9f)
            i++;
        else if (c == '\n' || c == '\t' || (c == '\r' && next != '\n'))
            bd_buf_add_char(out, ' ');
        else if (c >= ' ' && c != 0x7f)
            bd_buf_add_char(out, (char)c);
    }
}

/* `got` is what `text` reads as. Of invalid UTF-8 only the form is known. */
static inline void check_shown(bd_str got, bd_str text, bool trimmed)
{
    struct bd_buf want;
    bd_str shown = BD_STR_NONE;

    assert(bd_str_is_utf8(got, NULL) && !bd_str_has_control(got));
    if (!bd_str_is_utf8(text, NULL))
        return;
    bd_buf_init(&want, 0);
    add_clean(&want, text);
    shown = bd_buf_str(&want);
    assert(bd_str_eq(got, trimmed ? bd_str_trim(shown) : shown));
    bd_buf_fini(&want);
}

/* Take the folds out; every line is ASCII and no longer than it must be. The
 * first `name_len` columns are no part of the value. */
static inline void unfold(bd_str text, size_t name_len, struct bd_buf *out)
{
    size_t skip = name_len;
    bool first = true;

    while (text.len > 0) {
        bool ended = false;
        bd_str line = take_line(&text, &ended);
        bd_str value = bd_str_trim(bd_str_skip(line, skip));

        assert(bd_str_is_ascii(line) && !bd_str_has_control(line));
        assert(line.len <= 998);
        assert(line.len <= 76 || bd_str_find_char(value, ' ') == SIZE_MAX);
        assert(first || value.len > 0);
        assert(text.len == 0 || starts(text, " "));
        bd_buf_add(out, line);
        skip = 1;
        first = false;
    }
}

/* The content of the quoted-string that is all of `text`. */
static inline void decode_quoted(bd_str text, struct bd_buf *out)
{
    assert(text.len >= 2 && bd_str_ends(text, BD_STR("\"")));
    for (size_t i = 1; i < text.len - 1; i++) {
        assert(text.ptr[i] != '"');
        if (text.ptr[i] == '\\')
            i++;
        assert(i < text.len - 1);
        bd_buf_add_char(out, text.ptr[i]);
    }
}

#endif
