#include "links_private.h"

#include <string.h>

#include "fields_private.h"

/* Octets of the letter, digit or marker at `at`; 0 for anything else. All
 * beyond ASCII are letters but Latin-1's signs and general punctuation. */
static size_t letter_len(bd_str text, size_t at)
{
    const unsigned char *p = (const unsigned char *)text.ptr + at;
    size_t left = text.len - at;
    size_t len = 1;

    if (left == 0)
        return 0;
    if (*p < 0x80)
        return (*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z') ||
                       (*p >= 'a' && *p <= 'z')
                   ? 1
                   : bd_marker_len(bd_str_skip(text, at));
    if (*p == 0xc2 || (*p == 0xe2 && left > 1 && p[1] <= 0x81) ||
        (*p == 0xe3 && left > 1 && p[1] == 0x80))
        return 0;
    while (len < left && (p[len] & 0xc0) == 0x80)
        len++;
    return len;
}

/* Octets of the letter that ends right before `at`, or 0. */
static size_t letter_before(bd_str text, size_t at)
{
    size_t start = at;

    if (at == 0)
        return 0;
    if (text.ptr[at - 1] == MARKER_CLOSE) {
        while (start > 0 && text.ptr[start] != MARKER_OPEN)
            start--;
        return at - start;
    }
    do
        start--;
    while (start > 0 && ((unsigned char)text.ptr[start] & 0xc0) == 0x80);
    return letter_len(text, start);
}

/* "so-in.se" from `at` on: labels of letters, "-" and "_". Its length, or 0
 * when there are fewer than `dots` dots. */
static size_t domain_len(bd_str text, size_t at, unsigned dots)
{
    size_t end = at;
    size_t i = at;
    unsigned seen = 0;

    while (i < text.len) {
        size_t len = letter_len(text, i);

        if (len > 0) {
            i += len;
            end = i;
        } else if (strchr("-_", text.ptr[i]) && i > at) {
            i++;
        } else if (text.ptr[i] == '.' && i == end && i > at) {
            i++;
            seen += letter_len(text, i) > 0;
        } else {
            break;
        }
    }
    return seen >= dots ? end - at : 0;
}

/* Octets of the character that ends right before `end`. */
static size_t last_len(bd_str text, size_t end)
{
    size_t len = 1;

    while (len < end && ((unsigned char)text.ptr[end - len] & 0xc0) == 0x80)
        len++;
    return len;
}

/* Closing brackets in `link` that it does not open itself. */
static long surplus(bd_str link)
{
    long n = 0;

    for (size_t i = 0; i < link.len; i++)
        n += (link.ptr[i] == ')') - (link.ptr[i] == '(');
    return n;
}

/* Where the link really ends: GFM 6.9, and quotes beyond ASCII. */
static size_t trim_end(bd_str text, size_t at, size_t end)
{
    long closing = surplus(bd_str_sub(text, at, end - at));

    while (end > at) {
        size_t len = last_len(text, end);
        char c = text.ptr[end - 1];
        bool sign = len > 1 && letter_len(text, end - len) == 0;

        if (c == ')' && closing-- <= 0)
            break;
        if (!sign && !strchr("?!.,:;*_~'\")]", c))
            break;
        end -= len;
    }
    return end;
}

/* A scheme or "www." at `at`; the prefix's length, or 0. */
static size_t url_prefix(bd_str text, size_t at)
{
    static const bd_str prefixes[] = { BD_STR_INIT("https://"),
                                       BD_STR_INIT("http://"),
                                       BD_STR_INIT("www.") };

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (bd_str_starts_nocase(bd_str_skip(text, at), prefixes[i]))
            return prefixes[i].len;
    return 0;
}

static bool find_url(struct bd_arena *arena, bd_str text, size_t at,
                     struct bd_found_link *out)
{
    size_t prefix = url_prefix(text, at);
    bool www = prefix == 4;
    size_t end = at + prefix;
    size_t domain = 0;
    bd_str link = BD_STR_NONE;

    if (prefix == 0 || letter_before(text, at) > 0 ||
        (at > 0 && strchr("-_./@", text.ptr[at - 1])))
        return false;
    domain = domain_len(text, end, www);
    if (domain == 0)
        return false;
    end += domain;
    while (end < text.len && !strchr(" <", text.ptr[end]))
        end++;
    end = trim_end(text, at, end);
    link = bd_str_sub(text, at, end - at);
    *out = (struct bd_found_link) { .at = at, .len = link.len, .url = link };
    if (www) /* D4: what still lacks https sends the reader on by itself */
        out->url = bd_arena_printf(arena, "https://%.*s", BD_ARG(link));
    return true;
}

/* The part before an "@" that stands at `at`: its length, or 0. */
static size_t local_len(bd_str text, size_t from, size_t at)
{
    size_t start = at;

    for (;;) {
        size_t len = letter_before(text, start);

        if (len == 0 && start > from && strchr(".+-_", text.ptr[start - 1]))
            len = 1;
        if (len == 0 || start - len < from)
            break;
        start -= len;
    }
    while (start < at && strchr(".+-", text.ptr[start]))
        start++;
    return at - start;
}

static bool find_mail(struct bd_arena *arena, bd_str text, size_t from,
                      size_t at, struct bd_found_link *out)
{
    size_t local = local_len(text, from, at);
    size_t domain = domain_len(text, at + 1, 1);
    bd_str link = bd_str_sub(text, at - local, local + 1 + domain);

    if (local == 0 || domain == 0)
        return false;
    *out = (struct bd_found_link) { .at = at - local, .len = link.len };
    out->url = bd_arena_printf(arena, "mailto:%.*s", BD_ARG(link));
    return true;
}

/* All but "h" and "w" of URLs, and "@". */
static const bool begins_no_link[256] = {
    [0 ... '?'] = true,   ['A' ... 'G'] = true, ['I' ... 'V'] = true,
    ['X' ... 'g'] = true, ['i' ... 'v'] = true, ['x' ... 255] = true,
};

bool bd_link_find(struct bd_arena *arena, bd_str text, size_t from,
                  struct bd_found_link *out)
{
    for (size_t at = from; at < text.len; at++) {
        at += bd_str_span(bd_str_skip(text, at), begins_no_link);
        if (at == text.len)
            break;
        if (text.ptr[at] == '@' ? find_mail(arena, text, from, at, out)
                                : find_url(arena, text, at, out))
            return true;
    }
    return false;
}
