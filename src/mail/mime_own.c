#include "brevduva/mail/mime_own.h"

#include <openssl/evp.h>

#include "brevduva/base/buf.h"

#define BLANK_LINE  BD_STR("\r\n\r\n")
#define TEXT_PART   BD_STR("Content-Type: text/plain")
#define WORD_START  BD_STR("=?utf-8?")
#define MAX_ENCODED 100 /* octets inside an encoded-word (RFC 2047 2: 75) */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "=C3" at the start. */
static bool take_octet(bd_str *text, char *out)
{
    int high = text->len > 2 ? hex_value(text->ptr[1]) : -1;
    int low = text->len > 2 ? hex_value(text->ptr[2]) : -1;

    if (text->len < 3 || text->ptr[0] != '=' || high < 0 || low < 0)
        return false;
    *out = (char)(high * 16 + low);
    *text = bd_str_skip(*text, 3);
    return true;
}

static void read_q(struct bd_buf *out, bd_str text)
{
    while (text.len > 0) {
        char c = text.ptr[0];

        if (!take_octet(&text, &c))
            text = bd_str_skip(text, 1);
        bd_buf_add_char(out, c == '_' ? ' ' : c);
    }
}

static void read_b(struct bd_buf *out, bd_str text)
{
    unsigned char octets[MAX_ENCODED];
    int len = 0;

    if (text.len > sizeof octets || text.len % 4 != 0)
        return;
    len = EVP_DecodeBlock(octets, (const unsigned char *)text.ptr,
                          (int)text.len);
    while (len > 0 && bd_str_ends(text, BD_STR("="))) { /* it counts padding */
        text.len--;
        len--;
    }
    if (len > 0)
        bd_buf_add(out, (bd_str) { (const char *)octets, (size_t)len });
}

/* "=?utf-8?q?…?=" at the start. */
static bool take_word(bd_str *text, struct bd_buf *out)
{
    bd_str rest = bd_str_skip(*text, WORD_START.len);
    bd_str how = BD_STR_NONE;
    size_t end = 0;

    if (!bd_str_starts(*text, WORD_START))
        return false;
    how = bd_str_sub(rest, 0, 2);
    rest = bd_str_skip(rest, how.len);
    end = bd_str_find(rest, BD_STR("?="));
    if (end == SIZE_MAX)
        return false;
    if (bd_str_eq(how, BD_STR("q?")))
        read_q(out, bd_str_sub(rest, 0, end));
    else
        read_b(out, bd_str_sub(rest, 0, end));
    *text = bd_str_skip(rest, end + 2);
    return true;
}

/* White space between encoded-words is not shown (RFC 2047 6.2). */
static void read_value(struct bd_buf *out, bd_str value)
{
    while (value.len > 0) {
        if (take_word(&value, out)) {
            bd_str rest = bd_str_trim(value);

            if (bd_str_starts(rest, WORD_START))
                value = rest;
            continue;
        }
        bd_buf_add_char(out, value.ptr[0]);
        value = bd_str_skip(value, 1);
    }
}

/* The field's lines without their breaks. */
static bd_str unfold(struct bd_arena *arena, bd_str head, const char *name)
{
    bd_str label = bd_arena_printf(arena, "%s: ", name);
    bd_str value = BD_STR_NONE;
    bool inside = false;

    while (head.len > 0) {
        bd_str line = bd_str_cut_line(&head);

        inside = inside && bd_str_starts(line, BD_STR(" "));
        if (inside)
            value = bd_arena_printf(arena, "%.*s%.*s", BD_ARG(value),
                                    BD_ARG(line));
        if (bd_str_starts_nocase(line, label)) {
            value = bd_str_skip(line, label.len);
            inside = true;
        }
    }
    return value;
}

bd_str bd_mime_own_header(struct bd_arena *arena, bd_str message,
                          const char *name)
{
    bd_str head = bd_str_sub(message, 0, bd_str_find(message, BLANK_LINE));
    struct bd_buf buf = { 0 };
    bd_str text = BD_STR_NONE;

    read_value(&buf, unfold(arena, head, name));
    text = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return bd_str_trim(text);
}

/* Quoted-printable (RFC 2045 6.7). */
static void read_body(struct bd_buf *out, bd_str text)
{
    while (text.len > 0) {
        char c = text.ptr[0];

        if (bd_str_starts(text, BD_STR("=\r\n"))) {
            text = bd_str_skip(text, 3);
            continue;
        }
        if (!take_octet(&text, &c))
            text = bd_str_skip(text, 1);
        if (c != '\r')
            bd_buf_add_char(out, c);
    }
}

bd_str bd_mime_own_text(struct bd_arena *arena, bd_str message)
{
    size_t part = bd_str_find(message, TEXT_PART);
    bd_str body = part == SIZE_MAX ? BD_STR_NONE : bd_str_skip(message, part);
    size_t start = bd_str_find(body, BLANK_LINE);
    struct bd_buf buf = { 0 };
    bd_str text = BD_STR_NONE;

    if (start == SIZE_MAX)
        return BD_STR_NONE;
    body = bd_str_skip(body, start + BLANK_LINE.len);
    /* "=_" of a boundary cannot stand in quoted-printable. */
    body = bd_str_sub(body, 0, bd_str_find(body, BD_STR("\r\n--=_")));
    read_body(&buf, body);
    text = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return text;
}
