/* What web servers say of the addresses in the text: asked by who may. */
#include "check_private.h"

#include "fields_private.h"
#include "links_private.h"

bool bd_check_asks(const struct bd_check *check)
{
    return check->run == bd_check_link_certificate ||
           check->run == bd_check_link_dead ||
           check->run == bd_check_link_moved ||
           check->run == bd_check_link_unclear;
}

/* As it is asked for; empty: it is not. */
static bd_str wire_url(struct bd_arena *arena, bd_str url)
{
    bd_str scheme = bd_url_scheme(arena, url);

    if ((!bd_str_eq(scheme, BD_STR("http")) &&
         !bd_str_eq(scheme, BD_STR("https"))) ||
        bd_str_find_char(url, MARKER_OPEN) != SIZE_MAX ||
        !bd_check_link_is_good(arena, url))
        return BD_STR_NONE;
    url = bd_url_encode(arena, url);
    return bd_str_sub(url, 0, bd_str_find_char(url, '#'));
}

static bool is_address(const struct bd_node *node)
{
    return node->kind == BD_NODE_LINK || node->kind == BD_NODE_IMAGE;
}

static bool is_among(bd_str url, const bd_str *urls, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bd_str_eq(url, urls[i]))
            return true;
    return false;
}

void bd_check_urls(struct bd_arena *arena, const struct bd_issue *issue,
                   const bd_str **out, size_t *out_count)
{
    const struct bd_node *root = issue->document;
    const struct bd_node *node = root;
    bd_str *urls = NULL;
    size_t room = 0;
    size_t count = 0;

    while ((node = bd_node_walk(root, node)))
        room += is_address(node);
    urls = BD_NEW_ARRAY(arena, room + 1, bd_str);
    for (node = root; (node = bd_node_walk(root, node));) {
        bd_str url = is_address(node) ? wire_url(arena, node->url)
                                      : BD_STR_NONE;

        if (url.len > 0 && !is_among(url, urls, count))
            urls[count++] = url;
    }
    *out = urls;
    *out_count = count;
}

static const struct bd_check_answer *find(const struct bd_check_run *run,
                                          bd_str url)
{
    url = wire_url(run->arena, url);
    for (size_t i = 0; url.len > 0 && i < run->facts->answer_count; i++)
        if (bd_str_eq(run->facts->answers[i].url, url))
            return &run->facts->answers[i];
    return NULL;
}

/* For each link and picture of which that was heard. */
static void each(struct bd_check_run *run, enum bd_check_heard heard,
                 void (*report)(struct bd_check_run *run,
                                const struct bd_node *node,
                                const struct bd_check_answer *answer))
{
    const struct bd_node *root = run->issue->document;
    const struct bd_node *node = root;

    while ((node = bd_node_walk(root, node))) {
        const struct bd_check_answer *answer = NULL;

        if (!is_address(node))
            continue;
        answer = find(run, node->url);
        if (answer && answer->heard == heard)
            report(run, node, answer);
    }
}

static void report_dead(struct bd_check_run *run, const struct bd_node *node,
                        const struct bd_check_answer *answer)
{
    bd_check_report(run, node->place,
                    _("%.*s: %.*s; mend the address, or take it out"),
                    BD_ARG(node->url), BD_ARG(answer->why));
}

void bd_check_link_dead(struct bd_check_run *run)
{
    each(run, BD_LINK_DEAD, report_dead);
}

static void report_unclear(struct bd_check_run *run, const struct bd_node *node,
                           const struct bd_check_answer *answer)
{
    bd_check_report(run, node->place,
                    _("%.*s: could not tell, for %.*s; look at it yourself"),
                    BD_ARG(node->url), BD_ARG(answer->why));
}

void bd_check_link_unclear(struct bd_check_run *run)
{
    each(run, BD_LINK_UNCLEAR, report_unclear);
}

static void report_certificate(struct bd_check_run *run,
                               const struct bd_node *node,
                               const struct bd_check_answer *answer)
{
    (void)answer;
    bd_check_report(run, node->place,
                    _("%.*s: the server's certificate is out of date, of "
                      "another name, or by nobody whom browsers know: they "
                      "will warn of the page; tell whoever runs it"),
                    BD_ARG(node->url));
}

void bd_check_link_certificate(struct bd_check_run *run)
{
    each(run, BD_LINK_CERTIFICATE, report_certificate);
}

/* "#part" stays: servers know nothing of it. */
static void report_moved(struct bd_check_run *run, const struct bd_node *node,
                         const struct bd_check_answer *answer)
{
    size_t part = bd_str_find_char(node->url, '#');
    bool has_part = bd_str_find_char(answer->to, '#') != SIZE_MAX;

    bd_check_report(
        run, node->place, _("%.*s has moved for good; write %.*s%.*s"),
        BD_ARG(node->url), BD_ARG(answer->to),
        BD_ARG(has_part || part == SIZE_MAX ? BD_STR_NONE
                                            : bd_str_skip(node->url, part)));
}

void bd_check_link_moved(struct bd_check_run *run)
{
    each(run, BD_LINK_MOVED, report_moved);
}
