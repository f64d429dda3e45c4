/* Raw HTML in Markdown: what is harmless stays, the rest is refused (H4). */
#include "document_private.h"

#include <string.h>

#include "brevduva/base/i18n.h"

#define MAX_OPEN_TAGS 8

/* Without attributes; each changes how its text looks, nothing else. */
static const struct {
    const char *name;
    enum bd_node_kind kind;
} allowed[] = {
    { "b", BD_NODE_STRONG },    { "del", BD_NODE_TAG },
    { "i", BD_NODE_EMPHASIS },  { "ins", BD_NODE_TAG },
    { "kbd", BD_NODE_TAG },     { "mark", BD_NODE_TAG },
    { "s", BD_NODE_TAG },       { "small", BD_NODE_TAG },
    { "sub", BD_NODE_TAG },     { "sup", BD_NODE_TAG },
    { "u", BD_NODE_TAG },       { "strong", BD_NODE_STRONG },
    { "em", BD_NODE_EMPHASIS },
};

struct fold {
    struct bd_arena *arena;
    struct bd_node *current;    /* where children go */
    bd_str open[MAX_OPEN_TAGS]; /* names of the tags not yet closed */
    size_t open_count;
};

static bool is_comment(bd_str html)
{
    html = bd_str_trim(html);
    return html.len >= 7 && bd_str_starts(html, BD_STR("<!--")) &&
           bd_str_find(html, BD_STR("-->")) == html.len - 3;
}

static enum bd_status refuse(const struct bd_source *source,
                             const struct bd_node *node, struct bd_err *err)
{
    bd_str html = node->text;
    bd_str line = bd_str_cut_line(&html);

    (void)bd_fail(err, BD_EPARSE,
                  _("HTML like \"%.*s\" cannot stand in a letter; write it in "
                    "Markdown, or between backticks to show it as text (only "
                    "<br> and plain pairs of b, i, u, s, sub, sup, small, "
                    "mark, kbd, ins, del may stay)"),
                  BD_ARG(bd_str_cut_utf8(line, 40)));
    return bd_fail_at(err, BD_EPARSE, source->path, node->place);
}

/* "<sub>" -> "sub"; empty when there is more than a name in it. */
static bd_str tag_name(bd_str html, bool *closing)
{
    bd_str name = bd_str_sub(html, 1, html.len - 2);

    *closing = bd_str_starts(name, BD_STR("/"));
    if (*closing)
        name = bd_str_skip(name, 1);
    else if (bd_str_ends(name, BD_STR("/")))
        name.len--;
    return bd_str_trim(name);
}

static bool fold_open(struct fold *fold, const struct bd_node *html,
                      bd_str name)
{
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        struct bd_node *node = NULL;

        if (!bd_str_eq_nocase(name, bd_str_from(allowed[i].name)))
            continue;
        if (fold->open_count == MAX_OPEN_TAGS)
            return false;
        node = bd_node_new(fold->arena, allowed[i].kind, html->place, html->at);
        node->text = bd_str_from(allowed[i].name);
        bd_node_append(fold->current, node);
        fold->current = node;
        fold->open[fold->open_count++] = name;
        return true;
    }
    return false;
}

static bool fold_close(struct fold *fold, bd_str name)
{
    if (fold->open_count == 0 ||
        !bd_str_eq_nocase(fold->open[fold->open_count - 1], name))
        return false;
    fold->open_count--;
    fold->current = fold->current->parent;
    return true;
}

static bool fold_one(struct fold *fold, struct bd_node *html)
{
    bool closing = false;
    bd_str name = BD_STR_NONE;

    if (is_comment(html->text))
        return true;
    if (html->kind == BD_NODE_HTML_BLOCK)
        return false;
    name = tag_name(html->text, &closing);
    if (closing)
        return fold_close(fold, name);
    if (bd_str_eq_nocase(name, BD_STR("br"))) {
        bd_node_append(fold->current,
                       bd_node_new(fold->arena, BD_NODE_HARD_BREAK, html->place,
                                   html->at));
        return true;
    }
    return fold_open(fold, html, name);
}

enum bd_status bd_inline_html_fold(struct bd_arena *arena,
                                   const struct bd_source *source,
                                   struct bd_node *node, struct bd_err *err)
{
    struct fold fold = { .arena = arena, .current = node };
    struct bd_node *child = node->first;

    node->first = node->last = NULL;
    while (child) {
        struct bd_node *next = child->next;
        bool html = child->kind == BD_NODE_HTML ||
                    child->kind == BD_NODE_HTML_BLOCK;

        if (!html)
            bd_node_append(fold.current, child);
        else if (!fold_one(&fold, child))
            return refuse(source, child, err);
        child = next;
    }
    if (fold.open_count == 0)
        return BD_OK;
    (void)bd_fail(err, BD_EPARSE,
                  _("<%.*s> is never closed; write </%.*s> in the same "
                    "paragraph"),
                  BD_ARG(fold.current->text), BD_ARG(fold.current->text));
    return bd_fail_at(err, BD_EPARSE, source->path, fold.current->place);
}
