/* Addresses in reports: xtext (RFC 3461 4), utf-8-addr-xtext (RFC 6533 3). */
#include <unistr.h>

#include "mail_private.h"
#include "report_private.h"

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Has to be written as "+2B" in xtext. */
static bool must_be_escaped(int c)
{
    return c == '+' || c == '=' || c > '~';
}

/*
 * "eva+2Blist@x.example". Programs that do not know xtext write the address
 * as it is, with "+list" or even "+AB" in it: then not every plus is an escape
 * that was necessary.
 */
static bool undo_xtext(bd_str text, struct bd_buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        int high = i + 2 < text.len ? digit_of(text.ptr[i + 1]) : -1;
        int low = i + 2 < text.len ? digit_of(text.ptr[i + 2]) : -1;

        if (text.ptr[i] != '+') {
            bd_buf_add_char(out, text.ptr[i]);
            continue;
        }
        if (high < 0 || low < 0 || !must_be_escaped(high * 16 + low))
            return false;
        bd_buf_add_char(out, (char)(high * 16 + low));
        i += 2;
    }
    return bd_str_is_utf8(bd_buf_str(out), NULL) &&
           !bd_str_has_control(bd_buf_str(out));
}

/* "\x{E5}" at the start. */
static bool take_point(bd_str *rest, struct bd_buf *out)
{
    uint8_t utf8[6];
    uint32_t c = 0;
    size_t at = 3;
    int len = 0;

    if (!bd_str_starts(*rest, BD_STR("\\x{")))
        return false;
    for (; at < rest->len && at < 9 && digit_of(rest->ptr[at]) >= 0; at++)
        c = c * 16 + (uint32_t)digit_of(rest->ptr[at]);
    if (at == 3 || at == rest->len || rest->ptr[at] != '}' || c <= ' ')
        return false;
    len = u8_uctomb(utf8, c, sizeof utf8);
    if (len <= 0)
        return false;
    bd_buf_add(out, (bd_str) { (const char *)utf8, (size_t)len });
    *rest = bd_str_skip(*rest, at + 1);
    return true;
}

static void undo_points(bd_str text, struct bd_buf *out)
{
    while (text.len > 0) {
        if (take_point(&text, out))
            continue;
        bd_buf_add_char(out, text.ptr[0]);
        text = bd_str_skip(text, 1);
    }
}

bd_str report_unescape(struct bd_arena *arena, bd_str type, bd_str address)
{
    struct bd_buf plain = { 0 };
    struct bd_buf points = { 0 };
    struct bd_buf clean = { 0 };

    if (bd_str_find_char(address, '+') != SIZE_MAX &&
        undo_xtext(address, &plain))
        address = bd_buf_str(&plain);
    if (bd_str_eq_nocase(type, BD_STR("utf-8"))) {
        undo_points(address, &points);
        address = bd_mail_clean(bd_buf_str(&points), &clean);
    }
    address = bd_arena_copy(arena, address);
    bd_buf_fini(&plain);
    bd_buf_fini(&points);
    bd_buf_fini(&clean);
    return address;
}
