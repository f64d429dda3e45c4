#include "check_private.h"

#include <string.h>

#include "brevduva/mail/address.h"
#include "fields_private.h"
#include "links_private.h"

void bd_check_link_http(struct bd_check_run *run)
{
    EACH_LINK(run, link)
    if (bd_str_starts_nocase(link->url, BD_STR("http://")))
        bd_check_report(
            run, link->place,
            _("%.*s is not encrypted; write https:// if the site "
              "answers there"),
            BD_ARG(bd_merge_show(run->arena, run->issue, link->url)));
}

static bool is_host(bd_str host)
{
    bool dot = false;

    for (size_t i = 0; i < host.len; i++) {
        unsigned char c = (unsigned char)host.ptr[i];

        if (c == '.' && (i == 0 || i + 1 == host.len || host.ptr[i - 1] == '.'))
            return false;
        if (c <= ' ' || (c < 0x80 && strchr("!\"#$&'()*+,;<=>@\\^`{|}~", c)))
            return false;
        dot |= c == '.';
    }
    return dot || bd_str_eq(host, BD_STR("localhost"));
}

static bool is_good_mailto(struct bd_arena *arena, bd_str url)
{
    bd_str rest = bd_str_skip(url, sizeof "mailto:" - 1);
    bd_str email = bd_str_cut(&rest, '?');
    struct bd_address address = { .smtputf8 = false };

    if (email.len == 0) /* RFC 6068: the reader fills in the address */
        return rest.len > 0;
    if (bd_str_find_char(email, '%') != SIZE_MAX ||
        bd_str_find_char(email, ',') != SIZE_MAX)
        return true; /* percent-encoded, or several: not looked into */
    return bd_address_parse(arena, email, &address, NULL) == BD_OK;
}

/* No user or password, which browsers warn of, and a port that can be. */
static bool is_good_web(bd_str url)
{
    bd_str port = bd_url_authority(url);
    uint64_t number = 0;

    if (bd_str_find_char(port, '@') != SIZE_MAX ||
        !is_host(bd_str_cut(&port, ':')))
        return false;
    return port.len == 0 ||
           (bd_str_to_u64(port, &number) && number > 0 && number <= 65535);
}

bool bd_check_link_is_good(struct bd_arena *arena, bd_str url)
{
    bd_str scheme = bd_url_scheme(arena, url);

    if (url.len == 0 || bd_str_starts(url, BD_STR("//")))
        return false;
    if (bd_str_eq(scheme, BD_STR("https")) || bd_str_eq(scheme, BD_STR("http")))
        return is_good_web(url);
    if (bd_str_find_char(url, MARKER_OPEN) != SIZE_MAX)
        return true; /* known for each reader only */
    if (bd_str_eq(scheme, BD_STR("mailto")))
        return is_good_mailto(arena, url);
    if (bd_str_eq(scheme, BD_STR("tel")))
        return url.len > sizeof "tel:" - 1;
    return scheme.len == 0;
}

void bd_check_link_malformed(struct bd_check_run *run)
{
    EACH_LINK(run, link)
    if (link->url.len == 0)
        bd_check_report(run, link->place,
                        _("the link has no address; write it between the "
                          "parentheses: [text](https://www.name.se/page)"));
    else if (!bd_check_link_is_good(run->arena, link->url))
        bd_check_report(
            run, link->place,
            _("\"%.*s\" is no address that works; write it as "
              "https://www.name.se/page or name@brev.example"),
            BD_ARG(bd_merge_show(run->arena, run->issue, link->url)));
}

void bd_check_link_relative(struct bd_check_run *run)
{
    EACH_LINK(run, link)
    if (link->url.len > 0 && (bd_url_is_relative(link->url) ||
                              bd_str_starts(link->url, BD_STR("#"))))
        bd_check_report(
            run, link->place,
            _("\"%.*s\" leads nowhere from a mail; write the "
              "whole address with https://"),
            BD_ARG(bd_merge_show(run->arena, run->issue, link->url)));
}

static bd_str without_www(bd_str host)
{
    return bd_str_starts_nocase(host, BD_STR("www.")) ? bd_str_skip(host, 4)
                                                      : host;
}

/* The host that a link's text names, if it is an address and nothing else. */
static bd_str named_host(struct bd_arena *arena, bd_str text)
{
    struct bd_found_link found = { 0 };
    bd_str guess = BD_STR_NONE;

    text = bd_str_trim(text);
    if (bd_str_find_char(text, ' ') != SIZE_MAX ||
        bd_str_find_char(text, '@') != SIZE_MAX)
        return BD_STR_NONE;
    guess = bd_arena_printf(arena, "www.%.*s", BD_ARG(without_www(text)));
    if (bd_str_find(text, BD_STR("://")) != SIZE_MAX)
        guess = text;
    if (bd_str_find_char(text, '.') == SIZE_MAX ||
        !bd_link_find(arena, guess, 0, &found) || found.at != 0 ||
        found.len != guess.len)
        return BD_STR_NONE;
    return bd_url_host(found.url);
}

/* "Läs mer.Här" is no host: what follows the last dot must be one that
 * addresses end with in text, two letters or more, none of them capital. */
static bool looks_real(bd_str host)
{
    size_t label = 0;

    for (size_t i = host.len; i > 0 && host.ptr[i - 1] != '.'; i--) {
        char c = host.ptr[i - 1];

        if (c < 'a' || c > 'z')
            return false;
        label++;
    }
    return label >= 2;
}

void bd_check_link_text_host(struct bd_check_run *run)
{
    EACH_LINK(run, link)
    {
        bd_str host = bd_url_host(link->url);
        bd_str text = bd_node_text(run->arena, link);
        bd_str named = named_host(run->arena, text);

        if (host.len == 0 || named.len == 0 || !looks_real(named) ||
            bd_str_eq_nocase(without_www(host), without_www(named)))
            continue;
        bd_check_report(run, link->place,
                        _("the link says %.*s but leads to %.*s; write what "
                          "it leads to"),
                        BD_ARG(text), BD_ARG(host));
    }
}

/* Without what stands around the words. */
static bd_str bare(bd_str text)
{
    static const bd_str signs[] = {
        BD_STR_INIT("."), BD_STR_INIT("!"),      BD_STR_INIT(":"),
        BD_STR_INIT(" "), BD_STR_INIT("»"),      BD_STR_INIT("→"),
        BD_STR_INIT(">"), BD_STR_INIT("\u2026"),
    };

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (!bd_str_ends(text, signs[i]))
            continue;
        text.len -= signs[i].len;
        i = SIZE_MAX; /* from the beginning */
    }
    return bd_str_trim(text);
}

void bd_check_link_text_vague(struct bd_check_run *run)
{
    static const char *const vague[] = {
        "här",         "klicka här", "klicka",    "tryck här",  "läs mer",
        "läs mer här", "mer",        "mer info",  "länk",       "länken",
        "denna länk",  "se här",     "here",      "click here", "click",
        "read more",   "more",       "more info", "link",       "this link",
        "this",        "learn more",
    };

    EACH_LINK(run, link)
    {
        bd_str text = bare(bd_node_text(run->arena, link));

        for (size_t i = 0; i < sizeof vague / sizeof *vague; i++)
            if (bd_str_eq_nocase(text, bd_str_from(vague[i])))
                bd_check_report(run, link->place,
                                _("\"%.*s\" does not say where the link "
                                  "leads; name the page instead"),
                                BD_ARG(text));
    }
}
