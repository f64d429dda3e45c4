#include "brevduva/base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unistr.h>

bd_str bd_str_from(const char *string)
{
    return (bd_str) { string, string ? strlen(string) : 0 };
}

static unsigned char ascii_lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool bd_str_eq(bd_str a, bd_str b)
{
    return a.len == b.len && (a.len == 0 || !memcmp(a.ptr, b.ptr, a.len));
}

bool bd_str_eq_nocase(bd_str a, bd_str b)
{
    return a.len == b.len && bd_str_starts_nocase(a, b);
}

int bd_str_cmp(bd_str a, bd_str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.ptr, b.ptr, len) : 0;

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool bd_str_starts(bd_str text, bd_str prefix)
{
    return bd_str_eq(bd_str_sub(text, 0, prefix.len), prefix);
}

bool bd_str_ends(bd_str text, bd_str suffix)
{
    return text.len >= suffix.len &&
           bd_str_eq(bd_str_skip(text, text.len - suffix.len), suffix);
}

bool bd_str_starts_nocase(bd_str text, bd_str prefix)
{
    if (text.len < prefix.len)
        return false;
    for (size_t i = 0; i < prefix.len; i++)
        if (ascii_lower(text.ptr[i]) != ascii_lower(prefix.ptr[i]))
            return false;
    return true;
}

bd_str bd_str_skip(bd_str text, size_t from)
{
    if (from >= text.len)
        return BD_STR_NONE;
    return (bd_str) { text.ptr + from, text.len - from };
}

bd_str bd_str_sub(bd_str text, size_t from, size_t len)
{
    bd_str rest = bd_str_skip(text, from);

    if (rest.len > len)
        rest.len = len;
    return rest;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bd_str bd_str_trim(bd_str text)
{
    while (text.len > 0 && is_blank(text.ptr[0]))
        text = bd_str_skip(text, 1);
    while (text.len > 0 && is_blank(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

size_t bd_str_find(bd_str text, bd_str needle)
{
    const char *hit = NULL;

    if (needle.len == 0)
        return 0;
    if (text.len >= needle.len) /* what is rare is ruled out by memchr */
        hit = memchr(text.ptr, needle.ptr[0], text.len - needle.len + 1);
    if (hit)
        hit = memmem(hit, text.len - (size_t)(hit - text.ptr), needle.ptr,
                     needle.len);
    return hit ? (size_t)(hit - text.ptr) : SIZE_MAX;
}

size_t bd_str_find_char(bd_str text, char c)
{
    const char *hit = text.len ? memchr(text.ptr, c, text.len) : NULL;

    return hit ? (size_t)(hit - text.ptr) : SIZE_MAX;
}

size_t bd_str_span(bd_str text, const bool set[256])
{
    const unsigned char *p = (const unsigned char *)text.ptr;
    size_t len = 0;

    /* one branch for four saves a third; all of a letter's values come here */
    while (text.len - len >= 4 &&
           (set[p[len]] & set[p[len + 1]] & set[p[len + 2]] & set[p[len + 3]]))
        len += 4;
    while (len < text.len && set[p[len]])
        len++;
    return len;
}

static bd_str fold_case(bd_str text)
{
    size_t len = 0;
    uint8_t *folded = u8_casefold((const uint8_t *)text.ptr, text.len, NULL,
                                  UNINORM_NFC, NULL, &len);

    if (!folded) {
        (void)fputs("brevduva: out of memory\n", stderr);
        abort();
    }
    return (bd_str) { (const char *)folded, len };
}

static bool contains_nocase_ascii(bd_str text, bd_str part)
{
    for (; text.len >= part.len; text = bd_str_skip(text, 1)) {
        if (bd_str_starts_nocase(text, part))
            return true;
        if (text.len == 0)
            break;
    }
    return false;
}

bool bd_str_contains_nocase(bd_str text, bd_str part)
{
    bd_str folded_text;
    bd_str folded_part;
    bool found = false;

    if (part.len == 0)
        return true;
    if (bd_str_is_ascii(text) && bd_str_is_ascii(part))
        return contains_nocase_ascii(text, part);
    if (text.len == 0)
        return false;
    folded_text = fold_case(text);
    folded_part = fold_case(part);
    found = bd_str_find(folded_text, folded_part) != SIZE_MAX;
    free((void *)(uintptr_t)folded_text.ptr);
    free((void *)(uintptr_t)folded_part.ptr);
    return found;
}

bd_str bd_str_cut(bd_str *rest, char separator)
{
    bd_str part = *rest;
    size_t at = bd_str_find_char(part, separator);

    if (at == SIZE_MAX) {
        *rest = BD_STR_NONE;
        return part;
    }
    *rest = (bd_str) { part.ptr + at + 1, part.len - at - 1 };
    part.len = at;
    return part;
}

bd_str bd_str_after_last(bd_str text, char c)
{
    size_t at = text.len;

    while (at > 0 && text.ptr[at - 1] != c)
        at--;
    return bd_str_skip(text, at);
}

bd_str bd_str_cut_line(bd_str *rest)
{
    bd_str line = bd_str_cut(rest, '\n');

    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

bool bd_str_to_u64(bd_str text, uint64_t *out)
{
    uint64_t value = 0;

    if (text.len == 0)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = (unsigned)(unsigned char)text.ptr[i] - '0';

        if (digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, digit, &value))
            return false;
    }
    *out = value;
    return true;
}

/* Eight at a time: nearly all of most texts is ASCII. */
size_t bd_str_ascii_len(bd_str text)
{
    size_t len = 0;
    uint64_t eight = 0;

    while (text.len - len >= sizeof eight) {
        memcpy(&eight, text.ptr + len, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080))
            break;
        len += sizeof eight;
    }
    while (len < text.len && (unsigned char)text.ptr[len] < 0x80)
        len++;
    return len;
}

bool bd_str_is_utf8(bd_str text, size_t *out_bad)
{
    const uint8_t *start = (const uint8_t *)text.ptr;
    size_t ascii = bd_str_ascii_len(text);
    const uint8_t *bad = ascii < text.len
                             ? u8_check(start + ascii, text.len - ascii)
                             : NULL;

    if (bad && out_bad)
        *out_bad = (size_t)(bad - start);
    return !bad;
}

bd_str bd_str_cut_utf8(bd_str text, size_t max)
{
    if (text.len <= max)
        return text;
    while (max > 0 && ((unsigned char)text.ptr[max] & 0xc0) == 0x80)
        max--;
    return bd_str_sub(text, 0, max);
}

/* Octets that neither are a control character nor begin one. */
static const bool no_control[256] = {
    ['\t'] = true,        ['\n'] = true,          ['\r'] = true,
    [' ' ... '~'] = true, [0x80 ... 0xc1] = true, [0xc3 ... 0xff] = true,
};

/* C1 controls are two octets in UTF-8. */
static bool is_control(bd_str text, size_t at)
{
    unsigned char next = 0;

    if ((unsigned char)text.ptr[at] != 0xc2)
        return true;
    next = at + 1 < text.len ? (unsigned char)text.ptr[at + 1] : 0;
    return next >= 0x80 && next <= 0x9f;
}

size_t bd_str_find_control(bd_str text)
{
    for (size_t at = 0;; at++) {
        at += bd_str_span(bd_str_skip(text, at), no_control);
        if (at >= text.len)
            return SIZE_MAX;
        if (is_control(text, at))
            return at;
    }
}

bool bd_str_has_control(bd_str text)
{
    return bd_str_find_control(text) != SIZE_MAX;
}

bool bd_str_has_line_break(bd_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '\r' || text.ptr[i] == '\n' || text.ptr[i] == 0)
            return true;
    return false;
}

size_t bd_str_direction_mark(bd_str text)
{
    unsigned char last = text.len > 2 ? (unsigned char)text.ptr[2] : 0;

    if (bd_str_starts(text, BD_STR("\xe2\x80")))
        return last >= 0xaa && last <= 0xae ? 3 : 0;
    if (bd_str_starts(text, BD_STR("\xe2\x81")))
        return last >= 0xa6 && last <= 0xa9 ? 3 : 0;
    return 0;
}

size_t bd_str_hidden_mark(bd_str text)
{
    unsigned char last = text.len > 2 ? (unsigned char)text.ptr[2] : 0;
    bool no_room = (bd_str_starts(text, BD_STR("\xe2\x80")) && last >= 0x8b &&
                    last <= 0x8f) ||
                   bd_str_starts(text, BD_STR("\xe2\x81\xa0")) ||
                   bd_str_starts(text, BD_STR("\xef\xbb\xbf"));

    return no_room ? 3 : bd_str_direction_mark(text);
}

bool bd_str_is_ascii(bd_str text)
{
    return bd_str_ascii_len(text) == text.len;
}

struct bd_place bd_str_place(bd_str text, size_t offset)
{
    struct bd_place place = { 1, 1 };

    for (size_t i = 0; i < offset && i < text.len; i++) {
        if (text.ptr[i] == '\n')
            place = (struct bd_place) { place.line + 1, 1 };
        else if (((unsigned char)text.ptr[i] & 0xc0) != 0x80)
            place.column++;
    }
    return place;
}
