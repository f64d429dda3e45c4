#include "document_private.h"

#include <string.h>

#include "brevduva/base/i18n.h"
#include "links_private.h"

#define FAR 2000 /* octets to look ahead for a text in the source */

enum bd_status bd_fail_at(struct bd_err *err, enum bd_status code,
                          const char *path, struct bd_place place)
{
    bd_err_prefix(err, "%s:%u:%u", path, (unsigned)place.line,
                  (unsigned)place.column);
    return code;
}

/* Somewhere in the file. */
struct spot {
    size_t at;
    struct bd_place place;
};

/* Move the spot on to where `text` stands. cmark's places are those of whole
 * stretches of text, in which escapes and references take more room. */
static void spot_find(const struct bd_source *source, struct spot *spot,
                      bd_str text)
{
    bd_str near = bd_str_sub(source->text, spot->at, FAR);
    size_t hit = bd_str_find(near, text);

    for (size_t i = 0; hit != SIZE_MAX && i < hit; i++) {
        if (near.ptr[i] == '\n')
            spot->place = (struct bd_place) { spot->place.line + 1, 1 };
        else
            spot->place.column += ((unsigned char)near.ptr[i] & 0xc0) != 0x80;
    }
    if (hit != SIZE_MAX)
        spot->at += hit;
}

/* Merge tags in one text of a node. */
static enum bd_status mark(struct bd_fields *fields,
                           const struct bd_source *source, struct spot *spot,
                           bd_str *text, struct bd_err *err)
{
    size_t first = fields->count;
    size_t bad = 0;

    if (bd_merge_mark(fields, *text, text, &bad, err) != BD_OK) {
        spot_find(source, spot, bd_str_cut_utf8(bd_str_skip(*text, bad), 20));
        return bd_fail_at(err, BD_EPARSE, source->path, spot->place);
    }
    for (size_t i = first; i < fields->count; i++) {
        spot_find(source, spot, BD_STR("{{"));
        fields->rows[i].place = spot->place;
        spot->at += 2;
        spot->place.column += 2;
    }
    return BD_OK;
}

static enum bd_status mark_node(struct bd_fields *fields,
                                const struct bd_source *source,
                                struct bd_node *node, struct bd_err *err)
{
    struct spot spot = { node->at, node->place };
    enum bd_status rc = BD_OK;

    if (node->kind == BD_NODE_TEXT)
        return mark(fields, source, &spot, &node->text, err);
    if (node->kind == BD_NODE_LINK || node->kind == BD_NODE_IMAGE) {
        spot_find(source, &spot, BD_STR("]("));
        rc = mark(fields, source, &spot, &node->url, err);
        if (rc == BD_OK)
            rc = mark(fields, source, &spot, &node->title, err);
    }
    return rc;
}

/* Only what a reader's mail program opens safely. */
static bool scheme_allowed(bd_str scheme, bool image)
{
    static const char *const schemes[] = { "https", "http", "mailto", "tel" };
    size_t count = image ? 2 : 4;

    for (size_t i = 0; i < count; i++)
        if (bd_str_eq(scheme, bd_str_from(schemes[i])))
            return true;
    return scheme.len == 0;
}

static enum bd_status check_url(struct bd_arena *arena,
                                const struct bd_source *source,
                                const struct bd_node *node, struct bd_err *err)
{
    bd_str scheme = bd_url_scheme(arena, node->url);
    bd_str start = bd_url_start(node->url);

    if (bd_str_find_char(start, MARKER_OPEN) != SIZE_MAX)
        (void)bd_fail(err, BD_EPARSE,
                      _("a merge tag cannot say which site a link leads to; "
                        "write https:// and the host without tags"));
    else if (!scheme_allowed(scheme, node->kind == BD_NODE_IMAGE))
        (void)bd_fail(err, BD_EPARSE,
                      _("a letter cannot lead to \"%.*s:\"; links begin with "
                        "https:, http:, mailto: or tel:, pictures with https: "
                        "or are files beside the issue"),
                      BD_ARG(bd_str_cut_utf8(scheme, 40)));
    else
        return BD_OK;
    return bd_fail_at(err, BD_EPARSE, source->path, node->place);
}

static bool is_in_link(const struct bd_node *node)
{
    for (; node; node = node->parent)
        if (node->kind == BD_NODE_LINK || node->kind == BD_NODE_IMAGE)
            return true;
    return false;
}

static struct bd_node *text_node(struct bd_arena *arena, const struct spot *at,
                                 bd_str text)
{
    struct bd_node *node = bd_node_new(arena, BD_NODE_TEXT, at->place, at->at);

    node->text = text;
    return node;
}

/* Split a text into text, link, text …; the node itself becomes the first. */
static void split_links(struct bd_arena *arena, const struct bd_source *source,
                        struct bd_node *node)
{
    bd_str text = node->text;
    struct spot spot = { node->at, node->place };
    struct bd_found_link found = { 0 };
    struct bd_node *after = node->next;
    struct bd_node *parent = node->parent;
    bool was_last = parent->last == node;
    struct bd_node *tail = node;
    size_t done = 0;

    while (bd_link_find(arena, text, done, &found)) {
        bd_str shown = bd_str_sub(text, found.at, found.len);
        struct bd_node *link = NULL;

        tail->text = bd_str_sub(text, done, found.at - done);
        spot_find(source, &spot, shown);
        link = bd_node_new(arena, BD_NODE_LINK, spot.place, spot.at);
        link->url = found.url;
        link->parent = parent;
        /* an address that people may copy must be one */
        shown = bd_marked_as(arena, shown, BD_ESCAPE_URL);
        bd_node_append(link, text_node(arena, &spot, shown));
        done = found.at + found.len;
        tail->next = link;
        tail = text_node(arena, &spot, bd_str_skip(text, done));
        tail->parent = parent;
        link->next = tail;
    }
    tail->next = after;
    if (was_last)
        parent->last = tail;
}

/* Headings in the letter stand below its title and skip no level (H9). */
static void rank_headings(struct bd_node *root)
{
    unsigned open[6] = { 0 }; /* levels of the headings around */
    unsigned depth = 0;

    for (struct bd_node *n = root; n;
         n = (struct bd_node *)bd_node_walk(root, n)) {
        if (n->kind != BD_NODE_HEADING)
            continue;
        while (depth > 0 && open[depth - 1] >= n->level)
            depth--;
        open[depth++] = n->level;
        n->rank = depth + 1 > 6 ? 6 : depth + 1;
    }
}

static enum bd_status finish_node(struct bd_fields *fields,
                                  const struct bd_source *source,
                                  struct bd_node *node, struct bd_err *err)
{
    enum bd_status rc = mark_node(fields, source, node, err);

    if (rc == BD_OK &&
        (node->kind == BD_NODE_LINK || node->kind == BD_NODE_IMAGE))
        rc = check_url(fields->arena, source, node, err);
    if (rc == BD_OK && node->kind == BD_NODE_TEXT && !is_in_link(node))
        split_links(fields->arena, source, node);
    if (rc == BD_OK)
        rc = bd_inline_html_fold(fields->arena, source, node, err);
    return rc;
}

enum bd_status bd_document_finish(struct bd_fields *fields,
                                  const struct bd_source *source,
                                  struct bd_node *root, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    for (struct bd_node *n = root; n && rc == BD_OK;
         n = (struct bd_node *)bd_node_walk(root, n))
        rc = finish_node(fields, source, n, err);
    if (rc == BD_OK)
        rank_headings(root);
    return rc;
}
