/* URLs as they stand in letters: RFC 3986, mailto: RFC 6068. */
#include "brevduva/mail/address.h"
#include "fields_private.h"
#include "links_private.h"

#include <string.h>

/* Octets before the scheme's colon, or 0. */
static size_t scheme_len(bd_str url)
{
    for (size_t i = 0; i < url.len; i++) {
        char c = url.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';

        if (c == ':')
            return i;
        if (!letter && (i == 0 || !other))
            return 0;
    }
    return 0;
}

bd_str bd_url_scheme(struct bd_arena *arena, bd_str url)
{
    bd_str scheme = bd_arena_copy(arena, bd_str_sub(url, 0, scheme_len(url)));
    char *lower = (char *)(uintptr_t)scheme.ptr;

    for (size_t i = 0; i < scheme.len; i++)
        if (lower[i] >= 'A' && lower[i] <= 'Z')
            lower[i] = (char)(lower[i] - 'A' + 'a');
    return scheme;
}

bool bd_url_is_relative(bd_str url)
{
    return scheme_len(url) == 0 && !bd_str_starts(url, BD_STR("#")) &&
           !bd_str_starts(url, BD_STR("//"));
}

/* What stands before the host: "https://", "//". */
static size_t authority_at(bd_str url)
{
    if (bd_str_starts_nocase(url, BD_STR("https://")))
        return 8;
    return bd_str_starts_nocase(url, BD_STR("http://")) ? 7 : 0;
}

/* `url` up to the first of "/?#" from octet `from` on. */
static bd_str until_path(bd_str url, size_t from)
{
    static const bool before_path[256] = { [1 ... '"'] = true,
                                           ['$' ... '.'] = true,
                                           ['0' ... '>'] = true,
                                           ['@' ... 255] = true };

    from += bd_str_span(bd_str_skip(url, from), before_path);
    return bd_str_sub(url, 0, from);
}

bd_str bd_url_start(bd_str url)
{
    size_t from = scheme_len(url);
    bd_str scheme = bd_str_sub(url, 0, from);

    if (from > 0 && !bd_str_eq_nocase(scheme, BD_STR("https")) &&
        !bd_str_eq_nocase(scheme, BD_STR("http")))
        return scheme;
    from += from > 0; /* the colon */
    while (from < url.len && url.ptr[from] == '/')
        from++; /* browsers find a host after any number of them */
    return until_path(url, from);
}

bd_str bd_url_authority(bd_str url)
{
    size_t from = authority_at(url);

    return from > 0 ? bd_str_skip(until_path(url, from), from) : BD_STR_NONE;
}

bd_str bd_url_host(bd_str url)
{
    bd_str host = bd_url_authority(url);
    size_t at = bd_str_find_char(host, '@');

    if (at != SIZE_MAX)
        host = bd_str_skip(host, at + 1);
    return bd_str_sub(host, 0, bd_str_find_char(host, ':'));
}

static bd_str without_slash(bd_str text)
{
    if (bd_str_ends(text, BD_STR("/")))
        text.len--;
    return text;
}

static bd_str without_scheme(bd_str url)
{
    static const bd_str schemes[] = { BD_STR_INIT("https://"),
                                      BD_STR_INIT("http://"),
                                      BD_STR_INIT("mailto:"),
                                      BD_STR_INIT("tel:") };

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (bd_str_starts_nocase(url, schemes[i]))
            return bd_str_skip(url, schemes[i].len);
    return url;
}

/* The next digit from *at on, or 0; *at is then behind it. */
static char next_digit(bd_str text, size_t *at)
{
    while (*at < text.len) {
        char c = text.ptr[(*at)++];

        if ((c >= '0' && c <= '9') || c == '+')
            return c;
    }
    return 0;
}

/* However the number is grouped. */
static bool is_same_number(bd_str a, bd_str b)
{
    size_t in_a = 0;
    size_t in_b = 0;
    char digit = 0;

    do {
        digit = next_digit(a, &in_a);
        if (digit != next_digit(b, &in_b))
            return false;
    } while (digit);
    return true;
}

bool bd_url_is_text(bd_str url, bd_str text)
{
    if (bd_str_starts_nocase(url, BD_STR("tel:")))
        return is_same_number(url, text);
    return bd_str_eq(without_slash(without_scheme(url)),
                     without_slash(without_scheme(text)));
}

bd_str bd_url_shown(bd_str url)
{
    bool mail = bd_str_starts_nocase(url, BD_STR("mailto:")) &&
                bd_str_find_char(url, '?') == SIZE_MAX &&
                bd_str_find_char(url, '%') == SIZE_MAX;

    if (mail || bd_str_starts_nocase(url, BD_STR("tel:")))
        return without_scheme(url);
    return url;
}

/* Unreserved, reserved and "%" (RFC 3986 2.2, 2.3), but not "[" and "]". */
static const bool stays[256] = {
    ['!'] = true, ['#' ... ';'] = true, ['='] = true, ['?' ... 'Z'] = true,
    ['_'] = true, ['a' ... 'z'] = true, ['~'] = true,
};

/* Markers of plain text are URL components here. */
static void add_encoded(struct bd_buf *out, bd_str text)
{
    struct bd_marker marker = { 0 };
    bd_str before = BD_STR_NONE;
    bool more = true;

    while (more) {
        more = bd_marker_cut(&text, &before, &marker);
        while (before.len > 0) {
            size_t run = bd_str_span(before, stays);

            bd_buf_add(out, bd_str_sub(before, 0, run));
            before = bd_str_skip(before, run);
            if (before.len > 0)
                bd_buf_printf(out, "%%%02X", (unsigned char)before.ptr[0]);
            before = bd_str_skip(before, 1);
        }
        if (more)
            bd_marker_write(out, BD_ESCAPE_URL, marker.row);
    }
}

bd_str bd_url_encode(struct bd_arena *arena, bd_str url)
{
    bd_str host = bd_url_host(url);
    bd_str domain = BD_STR_NONE;
    struct bd_buf buf = { 0 };
    bd_str encoded = BD_STR_NONE;

    if (!bd_str_is_ascii(host) &&
        bd_domain_parse(arena, host, &domain, NULL) == BD_OK) {
        size_t at = (size_t)(host.ptr - url.ptr);

        add_encoded(&buf, bd_str_sub(url, 0, at));
        bd_buf_add(&buf, domain);
        url = bd_str_skip(url, at + host.len);
    }
    add_encoded(&buf, url);
    encoded = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return encoded;
}
