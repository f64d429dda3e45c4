/* A quote of several paragraphs, and who said it: "-- Name" on its last
 * line. */
#include "block_private.h"
#include "brevduva/base/i18n.h"

/* Octets of the dash that begins an attribution, or 0. */
static size_t dash(bd_str line)
{
    static const bd_str dashes[] = { BD_STR_INIT("-- "), BD_STR_INIT("– "),
                                     BD_STR_INIT("— ") };

    for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++)
        if (bd_str_starts(line, dashes[i]))
            return dashes[i].len;
    return 0;
}

static enum bd_status read_quote(struct bd_block_reader *r, struct bd_err *err)
{
    struct bd_line line = { 0 };
    struct bd_line last = { 0 };
    size_t end = r->count;
    size_t lines = 0;
    size_t skip = 0;
    struct bd_node *quote = NULL;
    enum bd_status rc = BD_OK;

    for (; bd_block_line(r, &line); lines++)
        last = line;
    skip = dash(last.text);
    if (lines < (skip > 0 ? 2u : 1u))
        return bd_block_refuse(r, NULL, err,
                               _("the quote is empty; write what was said, "
                                 "and \"-- Name\" on its last line"));
    if (skip > 0)
        end = last.number;
    quote = bd_node_new(r->arena, BD_NODE_QUOTE, r->node->place, r->node->at);
    bd_node_append(r->node, quote);
    rc = bd_block_markdown(r, quote, 0, end, err);
    if (rc != BD_OK || skip == 0)
        return rc;
    last.text = bd_str_trim(bd_str_skip(last.text, skip));
    last.at += skip;
    return bd_block_inline(r, bd_block_part(r, r->node, "attribution", last),
                           last, err);
}

static void html(struct bd_html *h, const struct bd_node *block)
{
    const struct bd_node *who = bd_block_find(block, "attribution");

    if (!who) {
        bd_html_node(h, block->first);
        return;
    }
    bd_html_open(h, "blockquote", "quote");
    bd_html_put(h, "\n");
    bd_html_children(h, block->first);
    bd_html_put(h, "</blockquote>\n");
    bd_html_open(h, "p", "attribution");
    bd_html_put(h, "— ");
    bd_html_children(h, who);
    bd_html_put(h, "</p>\n");
}

static void text(struct bd_text *t, const struct bd_node *block,
                 struct bd_margin margin)
{
    const struct bd_node *who = bd_block_find(block, "attribution");
    struct bd_arena *arena = bd_text_arena(t);
    struct bd_margin inner = margin;

    inner.first = bd_arena_printf(arena, "%.*s> ", BD_ARG(margin.first));
    inner.rest = bd_arena_printf(arena, "%.*s> ", BD_ARG(margin.rest));
    bd_text_blocks(t, block->first, inner);
    if (!who)
        return;
    inner.first = bd_arena_printf(arena, "%.*s> — ", BD_ARG(margin.rest));
    inner.rest = bd_arena_printf(arena, "%.*s>   ", BD_ARG(margin.rest));
    bd_text_words(t, bd_text_flow(t, who), inner);
}

const struct bd_block bd_block_quote = { "quote", read_quote, NULL, html,
                                         text };
