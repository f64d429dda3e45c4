#include "brevduva/mail/mime_write.h"

#include <assert.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "mail_private.h"

#define SOFT_MAX       (MAIL_LINE_MAX - 1) /* room for the "=" of a soft break */
#define CHUNK          2048 /* input octets for each reservation */
#define BASE64_ROW     57   /* octets in a line of 76 characters */
#define PARAM_NAME_MAX 40   /* leaves room for a character */

static const char hex_digits[] = "0123456789ABCDEF";

/* Octets that stand for themselves wherever in a line (RFC 2045 6.7): all
 * printable ASCII but "=". Blanks do so unless they end the line. */
static const bool is_literal[256] = { ['!' ... '<'] = true,
                                      ['>' ... '~'] = true };

static const bool is_literal_or_blank[256] = { ['\t'] = true,
                                               [' ' ... '<'] = true,
                                               ['>' ... '~'] = true };

static char *put_escape(char *p, unsigned char c)
{
    p[0] = '=';
    p[1] = hex_digits[c >> 4];
    p[2] = hex_digits[c & 15];
    return p + 3;
}

/* Octets of the line break at `i`: 1 for LF, 2 for CRLF, else 0. */
static size_t line_break(bd_str text, size_t i)
{
    if (text.ptr[i] == '\n')
        return 1;
    return text.ptr[i] == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n'
               ? 2
               : 0;
}

/* Octets of the character at `i`, so that its escapes stay on one line; 1 if
 * it is ASCII or not UTF-8. */
static size_t char_len(bd_str text, size_t i)
{
    unsigned char c = (unsigned char)text.ptr[i];
    size_t want = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
    size_t len = 1;

    while (len < want && i + len < text.len &&
           ((unsigned char)text.ptr[i + len] & 0xc0) == 0x80)
        len++;
    return len;
}

static bool stands_as_is(bd_str text, size_t i, size_t column, bool last)
{
    unsigned char c = (unsigned char)text.ptr[i];

    if (column == 0 && c == '.')
        return false;
    if (column == 0 && c == 'F' &&
        bd_str_starts(bd_str_skip(text, i), BD_STR("From ")))
        return false;
    if (c != ' ' && c != '\t')
        return is_literal[c];
    if (i + 1 == text.len) /* a soft break guards the blank, if one comes */
        return !last;
    return line_break(text, i + 1) == 0;
}

/* Octets that stand as they are from `at` on, the first of which does, but no
 * more than `room` and not beyond `end`. */
static size_t literal_run(bd_str text, size_t at, size_t end, size_t room)
{
    bd_str run = bd_str_sub(text, at, end - at < room ? end - at : room);

    run.len = bd_str_span(run, is_literal_or_blank);
    while (run.len > 1 && !is_literal[(unsigned char)run.ptr[run.len - 1]])
        run.len--; /* blanks at the end of a line do not stand */
    return run.len;
}

/*
 * Encode about CHUNK octets from `*i` on, to `p`, which has room for four
 * times as many and a soft break. `last`: no soft break follows the text.
 */
static char *qp_chunk(char *p, bd_str text, size_t *i, size_t *column,
                      bool last)
{
    size_t end = text.len - *i < CHUNK ? text.len : *i + CHUNK;
    size_t at = *i;
    size_t col = *column;

    while (at < end) {
        size_t eol = line_break(text, at);
        bool as_is = !eol && stands_as_is(text, at, col, last);
        size_t len = as_is ? 1 : char_len(text, at);

        if (eol) {
            p = (char *)memcpy(p, "\r\n", 2) + 2;
            col = 0;
            at += eol;
        } else if (col + (as_is ? 1 : 3 * len) > SOFT_MAX) {
            p = (char *)memcpy(p, "=\r\n", 3) + 3;
            col = 0;
        } else if (as_is) {
            len = literal_run(text, at, end, SOFT_MAX - col);
            p = (char *)memcpy(p, text.ptr + at, len) + len;
            at += len;
            col += len;
        } else {
            col += 3 * len;
            for (; len > 0; len--)
                p = put_escape(p, (unsigned char)text.ptr[at++]);
        }
    }
    *i = at;
    *column = col;
    return p;
}

static size_t qp_write(struct bd_buf *out, bd_str text, bool last)
{
    size_t column = 0;

    for (size_t i = 0; i < text.len;) {
        size_t left = text.len - i < CHUNK ? text.len - i : CHUNK;
        char *p = NULL;

        if (!bd_buf_reserve(out, 4 * left + 16))
            return 0;
        p = qp_chunk(out->ptr + out->len, text, &i, &column, last);
        out->len = (size_t)(p - out->ptr);
    }
    return column;
}

void bd_qp_write(struct bd_buf *out, bd_str text)
{
    if (qp_write(out, text, false) > 0)
        bd_buf_add(out, BD_STR("=\r\n"));
}

void bd_qp_write_last(struct bd_buf *out, bd_str text)
{
    (void)qp_write(out, text, true);
}

void bd_base64_write(struct bd_buf *out, bd_str bytes)
{
    while (bytes.len > 0) {
        bd_str row = bd_str_sub(bytes, 0, BASE64_ROW);
        unsigned char *p = NULL;
        int len = 0;

        /* EVP_EncodeBlock ends with a NUL: CRLF takes its place */
        if (!bd_buf_reserve(out, MAIL_LINE_MAX + 2))
            return;
        p = (unsigned char *)out->ptr + out->len;
        len = EVP_EncodeBlock(p, (const unsigned char *)row.ptr, (int)row.len);
        memcpy(p + len, "\r\n", 2);
        out->len += (size_t)len + 2;
        bytes = bd_str_skip(bytes, row.len);
    }
}

/* attribute-char of RFC 2231 7; also a token of RFC 2045 5.1. */
static bool is_attribute_char(unsigned char c)
{
    return bd_mail_is_alnum(c) ||
           (c != 0 && strchr("!#$&+-.^_`{|}~", c) != NULL);
}

static bool is_token(bd_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_attribute_char((unsigned char)text.ptr[i]))
            return false;
    return text.len > 0;
}

static bool is_quoted_pair(char c)
{
    return c == '"' || c == '\\';
}

static size_t quoted_width(bd_str text)
{
    size_t width = text.len + 2;

    for (size_t i = 0; i < text.len; i++)
        width += is_quoted_pair(text.ptr[i]);
    return width;
}

static void write_quoted(struct bd_buf *out, bd_str text)
{
    bd_buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (is_quoted_pair(text.ptr[i]))
            bd_buf_add_char(out, '\\');
        bd_buf_add_char(out, text.ptr[i]);
    }
    bd_buf_add_char(out, '"');
}

static size_t percent_width(bd_str text)
{
    size_t width = 0;

    for (size_t i = 0; i < text.len; i++)
        width += is_attribute_char((unsigned char)text.ptr[i]) ? 1 : 3;
    return width;
}

static void write_percent(struct bd_buf *out, bd_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (is_attribute_char(c))
            bd_buf_add_char(out, (char)c);
        else
            bd_buf_printf(out, "%%%02X", c);
    }
}

/* As many whole characters as fit into `room` when percent-encoded. */
static bd_str take_percent(bd_str text, size_t room)
{
    size_t len = 0;

    while (len < text.len) {
        bd_str c = bd_str_sub(text, len, char_len(text, len));
        size_t width = percent_width(c);

        if (width > room)
            break;
        room -= width;
        len += c.len;
    }
    return bd_str_sub(text, 0, len);
}

/* RFC 2231 3 and 4. Not split when one line can hold it, because that form
 * is understood by more programs. */
static void write_extended(struct bd_buf *out, const char *name, bd_str value)
{
    static const char charset[] = "UTF-8''";
    size_t used = strlen(name) + strlen(" *=;") + strlen(charset);

    if (used + percent_width(value) <= MAIL_LINE_MAX) {
        bd_buf_printf(out, ";\r\n %s*=%s", name, charset);
        write_percent(out, value);
        return;
    }
    used += strlen("99999*");
    for (unsigned n = 0; value.len > 0; n++) {
        bd_str part = take_percent(value, MAIL_LINE_MAX - used);

        bd_buf_printf(out, ";\r\n %s*%u*=%s", name, n, n ? "" : charset);
        write_percent(out, part);
        value = bd_str_skip(value, part.len);
    }
}

/* Columns since the last line break in `out`. */
static size_t column_of(const struct bd_buf *out)
{
    const char *eol = out->len ? memrchr(out->ptr, '\n', out->len) : NULL;

    return eol ? (size_t)(out->ptr + out->len - eol) - 1 : out->len;
}

void bd_mime_param(struct bd_buf *out, const char *name, bd_str value)
{
    struct bd_buf scratch;
    bool token = false;
    size_t width = 0;

    assert(strlen(name) <= PARAM_NAME_MAX);
    bd_buf_init(&scratch, 0);
    value = bd_mail_clean(value, &scratch);
    token = is_token(value);
    width = strlen(name) + 1 + (token ? value.len : quoted_width(value));
    if (!bd_str_is_ascii(value) || bd_mail_has_word_mark(value) ||
        width + strlen(" ;") > MAIL_LINE_MAX) {
        write_extended(out, name, value);
    } else {
        bool fits = column_of(out) + width + strlen("; ;") <= MAIL_LINE_MAX;

        bd_buf_printf(out, "%s%s=", fits ? "; " : ";\r\n ", name);
        if (token)
            bd_buf_add(out, value);
        else
            write_quoted(out, value);
    }
    bd_buf_fini(&scratch);
}

void bd_boundary(bd_str seed, char out[BD_BOUNDARY_LEN])
{
    static const char hex[] = "0123456789abcdef";
    unsigned char digest[SHA256_DIGEST_LENGTH];

    (void)SHA256((const unsigned char *)seed.ptr, seed.len, digest);
    out[0] = '=';
    out[1] = '_';
    for (size_t i = 0; i < (BD_BOUNDARY_LEN - 2) / 2; i++) {
        out[2 + 2 * i] = hex[digest[i] >> 4];
        out[3 + 2 * i] = hex[digest[i] & 15];
    }
}
