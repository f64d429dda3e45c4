/* What the letter holds: its headings of the first two ranks, as links to
 * them. A line in the block stands above them. */
#include "block_private.h"
#include "brevduva/base/i18n.h"

#define MAX_RANK 3

static enum bd_status read_toc(struct bd_block_reader *r, struct bd_err *err)
{
    struct bd_line line = { 0 };
    enum bd_status rc = BD_OK;

    if (bd_block_line(r, &line))
        rc = bd_block_inline(r, bd_block_part(r, r->node, "label", line), line,
                             err);
    if (rc == BD_OK && bd_block_line(r, &line))
        return bd_block_refuse(r, &line, err,
                               _("the headings of the letter come here by "
                                 "themselves; only one line can stand above "
                                 "them"));
    return rc;
}

/* Anchors are numbers: a heading can hold merge tags. */
static void add_entry(struct bd_block_reader *r, struct bd_node *heading,
                      unsigned number)
{
    struct bd_line line = { bd_node_text(r->arena, heading), heading->at, 0 };
    struct bd_node *part = bd_node_new(r->arena, BD_NODE_PART, heading->place,
                                       heading->at);
    struct bd_node *words = bd_node_new(r->arena, BD_NODE_TEXT, heading->place,
                                        heading->at);

    heading->id = bd_arena_printf(r->arena, "h-%u", number);
    part->info = heading->rank == 2 ? BD_STR("toc-2") : BD_STR("toc-3");
    part->url = heading->id;
    words->text = line.text;
    bd_node_append(part, words);
    bd_node_append(r->node, part);
}

static enum bd_status finish(struct bd_block_reader *r, struct bd_node *root,
                             struct bd_err *err)
{
    unsigned number = 0;

    for (struct bd_node *n = root; n;
         n = (struct bd_node *)bd_node_walk(root, n))
        if (n->kind == BD_NODE_HEADING && n->rank <= MAX_RANK)
            add_entry(r, n, ++number);
    if (number == 0)
        return bd_block_refuse(r, NULL, err,
                               _("there are no headings to list; write some "
                                 "(\"## ...\"), or take the block away"));
    return BD_OK;
}

static void html(struct bd_html *h, const struct bd_node *block)
{
    const struct bd_node *label = bd_block_find(block, "label");

    bd_html_open(h, "div", "toc");
    bd_html_put(h, "\n");
    bd_html_open(h, "p", "toc-label");
    if (label)
        bd_html_children(h, label);
    else
        bd_html_put(h, L_(h->lang, N_("In this letter")));
    bd_html_put(h, "</p>\n");
    bd_html_open(h, "ul", "toc-list");
    bd_html_put(h, "\n");
    for (const struct bd_node *n = block->first; n; n = n->next) {
        if (n == label)
            continue;
        bd_html_open(h, "li", n->info.ptr);
        bd_html_start(h, "a", "toc-link");
        bd_buf_printf(h->out, " href=\"#%.*s\">", BD_ARG(n->url));
        bd_html_children(h, n);
        bd_html_put(h, "</a></li>\n");
    }
    bd_html_put(h, "</ul>\n</div>\n");
}

static void text(struct bd_text *t, const struct bd_node *block,
                 struct bd_margin margin)
{
    const struct bd_node *label = bd_block_find(block, "label");
    struct bd_arena *arena = bd_text_arena(t);

    bd_text_words(t,
                  label
                      ? bd_text_flow(t, label)
                      : bd_str_from(L_(bd_text_lang(t), N_("In this letter"))),
                  margin);
    for (const struct bd_node *n = block->first; n; n = n->next) {
        const char *indent = bd_block_is(n, "toc-2") ? "" : "  ";
        struct bd_margin inner = { 0 };

        if (n == label)
            continue;
        inner.first = bd_arena_printf(arena, "%.*s%s- ", BD_ARG(margin.rest),
                                      indent);
        inner.rest = bd_arena_printf(arena, "%.*s%s  ", BD_ARG(margin.rest),
                                     indent);
        bd_text_words(t, bd_text_flow(t, n), inner);
    }
}

const struct bd_block bd_block_toc = { "toc", read_toc, finish, html, text };
