/* Links that work, but should not stand in a letter as they are (D4). */
#include "check_private.h"

#include <stdlib.h>
#include <string.h>

#include "brevduva/base/fold.h"
#include "fields_private.h"
#include "links_private.h"

static bool is_one_of(bd_str text, const char *const words[])
{
    for (size_t i = 0; words[i]; i++)
        if (bd_str_eq_nocase(text, bd_str_from(words[i])))
            return true;
    return false;
}

void bd_check_link_shortener(struct bd_check_run *run)
{
    static const char *const hosts[] = {
        "bit.ly",  "bitly.com",  "buff.ly",   "cutt.ly",  "dlvr.it",
        "goo.gl",  "is.gd",      "j.mp",      "lnkd.in",  "ow.ly",
        "rb.gy",   "rebrand.ly", "s.id",      "short.io", "shorturl.at",
        "t.co",    "t.ly",       "tiny.cc",   "tiny.one", "tinyurl.com",
        "trib.al", "v.gd",       "shorte.st", "adf.ly",   "snip.ly",
        NULL,
    };

    EACH_LINK(run, link)
    if (is_one_of(bd_url_host(link->url), hosts))
        bd_check_report(run, link->place,
                        _("%.*s hides where the link leads; write the address "
                          "that it stands for"),
                        BD_ARG(bd_url_host(link->url)));
}

static bool is_number(bd_str host)
{
    bool digit = false;

    for (size_t i = 0; i < host.len; i++) {
        if ((host.ptr[i] < '0' || host.ptr[i] > '9') && host.ptr[i] != '.')
            return false;
        digit |= host.ptr[i] != '.';
    }
    return digit;
}

/* ":8080" of the authority, but not the ports that the schemes have. */
static bool has_odd_port(bd_str url)
{
    bd_str rest = bd_url_authority(url);
    bd_str port = BD_STR_NONE;

    if (bd_str_find_char(rest, '@') != SIZE_MAX ||
        bd_str_find_char(rest, ':') == SIZE_MAX)
        return false;
    port = bd_str_after_last(rest, ':');
    return port.len > 0 && !bd_str_eq(port, BD_STR("443")) &&
           !bd_str_eq(port, BD_STR("80"));
}

void bd_check_link_odd_host(struct bd_check_run *run)
{
    EACH_LINK(run, link)
    {
        bd_str host = bd_url_host(link->url);

        if (!bd_check_link_is_good(run->arena, link->url))
            continue; /* link-malformed */
        if (is_number(host) || bd_str_starts(host, BD_STR("[")) ||
            bd_str_eq_nocase(host, BD_STR("localhost")) ||
            has_odd_port(link->url))
            bd_check_report(run, link->place,
                            _("%.*s is no name that readers know; link to a "
                              "site's own name, without a port"),
                            BD_ARG(bd_url_authority(link->url)));
    }
}

static bool has_image(const struct bd_node *link)
{
    for (const struct bd_node *n = link; n; n = bd_node_walk(link, n))
        if (n->kind == BD_NODE_IMAGE)
            return true;
    return false;
}

void bd_check_link_text_missing(struct bd_check_run *run)
{
    EACH_LINK(run, link)
    if (!has_image(link) &&
        bd_str_trim(bd_node_text(run->arena, link)).len == 0)
        bd_check_report(
            run, link->place,
            _("the link to %.*s has no text; write between [ and ] "
              "what the page is called"),
            BD_ARG(bd_merge_show(run->arena, run->issue, link->url)));
}

struct named_link {
    bd_str text;
    const struct bd_node *node;
};

static int by_text(const void *a, const void *b)
{
    const struct named_link *x = a;
    const struct named_link *y = b;
    int order = bd_str_cmp(x->text, y->text);

    if (order != 0)
        return order;
    return x->node->at < y->node->at ? -1 : x->node->at > y->node->at;
}

void bd_check_link_text_duplicate(struct bd_check_run *run)
{
    struct named_link *links = NULL;
    const struct named_link *first = NULL;
    size_t count = 0;

    EACH_LINK(run, link)
    count++;
    links = BD_NEW_ARRAY(run->arena, count + 1, struct named_link);
    count = 0;
    EACH_LINK(run, link)
    links[count++] = (struct named_link) {
        bd_fold(run->arena, bd_str_trim(bd_node_text(run->arena, link))), link
    };
    qsort(links, count, sizeof *links, by_text);
    for (size_t i = 0; i < count; i++) {
        if (!first || !bd_str_eq(links[i].text, first->text))
            first = &links[i];
        if (links[i].text.len == 0 ||
            bd_str_eq(links[i].node->url, first->node->url))
            continue;
        bd_check_report(
            run, links[i].node->place,
            _("the link \"%.*s\" on line %u leads somewhere else; give each "
              "its own text"),
            BD_ARG(bd_merge_show(run->arena, run->issue,
                                 bd_node_text(run->arena, links[i].node))),
            (unsigned)first->node->place.line);
    }
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* One letter wrong, missing, too many, or two swapped. */
static bool is_one_slip(bd_str a, bd_str b)
{
    size_t same = 0;
    size_t end = 0;
    size_t left_a = 0;
    size_t left_b = 0;

    while (same < a.len && same < b.len &&
           lower(a.ptr[same]) == lower(b.ptr[same]))
        same++;
    while (end < a.len - same && end < b.len - same &&
           lower(a.ptr[a.len - 1 - end]) == lower(b.ptr[b.len - 1 - end]))
        end++;
    left_a = a.len - same - end;
    left_b = b.len - same - end;
    if (left_a == 2 && left_b == 2)
        return lower(a.ptr[same]) == lower(b.ptr[same + 1]) &&
               lower(a.ptr[same + 1]) == lower(b.ptr[same]);
    return left_a + left_b > 0 && left_a <= 1 && left_b <= 1;
}

/* The large mail host that `name` ("gmial") seems to be meant for, or NULL. */
static const char *meant_host(bd_str name)
{
    static const char *const hosts[] = { "gmail",  "hotmail",    "outlook",
                                         "icloud", "yahoo",      "telia",
                                         "comhem", "protonmail", NULL };
    static const char *const real[] = { "mail",  "ymail", "email", "hotmail",
                                        "tella", "elia",  "zmail", NULL };

    if (is_one_of(name, hosts) || is_one_of(name, real))
        return NULL;
    for (size_t i = 0; hosts[i]; i++)
        if (is_one_slip(name, bd_str_from(hosts[i])))
            return hosts[i];
    return NULL;
}

/* The address of a mailto: link up to "?", if it is one address. */
static bd_str mail_domain(bd_str url)
{
    bd_str address = BD_STR_NONE;

    if (!bd_str_starts_nocase(url, BD_STR("mailto:")))
        return BD_STR_NONE;
    url = bd_str_skip(url, sizeof "mailto:" - 1);
    address = bd_str_sub(url, 0, bd_str_find_char(url, '?'));
    if (bd_str_find_char(address, '@') == SIZE_MAX ||
        bd_str_find_char(address, MARKER_OPEN) != SIZE_MAX)
        return BD_STR_NONE;
    return bd_str_after_last(address, '@');
}

void bd_check_mailto_typo(struct bd_check_run *run)
{
    static const char *const endings[] = { "con", "cmo", "ocm",  "vom",  "xom",
                                           "cpm", "cim", "comm", "see",  "orgg",
                                           "ogr", "nte", "nett", "coom", NULL };

    EACH_LINK(run, link)
    {
        bd_str domain = mail_domain(link->url);
        bd_str rest = domain;
        bd_str name = bd_str_cut(&rest, '.');
        const char *meant = meant_host(name);

        if (bd_str_eq_nocase(name, BD_STR("gmail")) &&
            !bd_str_eq_nocase(rest, BD_STR("com")))
            bd_check_report(run, link->place,
                            _("%.*s: did you mean gmail.com? Mend the address"),
                            BD_ARG(domain));
        else if (meant && bd_str_find_char(rest, '.') == SIZE_MAX)
            bd_check_report(run, link->place,
                            _("%.*s: did you mean %s.%.*s? Mend the address"),
                            BD_ARG(domain), meant, BD_ARG(rest));
        else if (is_one_of(bd_str_after_last(domain, '.'), endings))
            bd_check_report(run, link->place,
                            _("%.*s: no domain ends like that; mend the "
                              "address"),
                            BD_ARG(domain));
    }
}

static bool begins_like(bd_str text, bd_str slip)
{
    size_t at = slip.len;

    while (at < text.len && text.ptr[at] == '/')
        at++;
    return bd_str_starts_nocase(text, slip) && bd_check_is_letter(text, at);
}

/* How a word that is meant as an address begins, and what is wrong. */
void bd_check_address_mistyped(struct bd_check_run *run)
{
    static const char *const slips[] = {
        "www-",    "www,",  "wwww.",  "ww.",      "http//",  "https//",
        "htttp:",  "htpp:", "htp:",   "hhtp:",    "htttps:", "htpps:",
        "http:/w", "http;", "https;", "https:/w",
    };
    struct bd_flow flow = { .step = 0 };

    while (bd_check_next_flow(run, &flow))
        for (size_t at = 0; at < flow.text.len; at++) {
            bd_str rest = bd_str_skip(flow.text, at);

            if (at > 0 && bd_check_is_letter(flow.text, at - 1))
                continue;
            for (size_t i = 0; i < sizeof slips / sizeof *slips; i++)
                if (begins_like(rest, bd_str_from(slips[i])))
                    bd_check_report(run, bd_check_flow_place(run, &flow, at),
                                    _("\"%s\" begins no address; write www. "
                                      "or https://"),
                                    slips[i]);
        }
}
