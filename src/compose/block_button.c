/*
 * A button: a text, and on a line of its own where it leads; or a Markdown
 * link. A table cell with a ground is what Outlook shows of one; elsewhere
 * the link fills it, so that all of it can be pressed (H12).
 */
#include "block_private.h"
#include "brevduva/base/i18n.h"
#include "links_private.h"

static struct bd_node *only_link(const struct bd_node *part)
{
    struct bd_node *only = part->first;

    return only && !only->next && only->kind == BD_NODE_LINK ? only : NULL;
}

static enum bd_status read_button(struct bd_block_reader *r, struct bd_err *err)
{
    struct bd_line label = { 0 };
    struct bd_line url = { 0 };
    struct bd_node *part = NULL;
    enum bd_status rc = BD_OK;

    if (!bd_block_line(r, &label))
        return bd_block_refuse(r, NULL, err,
                               _("the button is empty; write its text, and on "
                                 "the next line where it leads"));
    part = bd_block_part(r, r->node, "button", label);
    rc = bd_block_inline(r, part, label, err);
    if (rc != BD_OK)
        return rc;
    if (!only_link(part)) {
        if (!bd_block_line(r, &url))
            return bd_block_refuse(r, &label, err,
                                   _("the button leads nowhere; write the "
                                     "address on the next line"));
        part->first = part->last = NULL;
        (void)bd_block_link(r, part, label, bd_block_url(r->arena, url.text));
    }
    if (bd_block_line(r, &url))
        return bd_block_refuse(r, &url, err,
                               _("a button has one text and one address; "
                                 "begin another block for the next"));
    return BD_OK;
}

/* Outlook knows no padding of links: wide blanks and raised text make the
 * room (its own properties stay where only it looks). */
#define MSO_BEFORE                                                             \
    "<!--[if mso]><i style=\"mso-font-width:200%;mso-text-raise:24px\" "       \
    "hidden>&emsp;</i><span style=\"mso-text-raise:12px\"><![endif]-->"
#define MSO_AFTER                                                              \
    "<!--[if mso]></span><i style=\"mso-font-width:200%\" "                    \
    "hidden>&emsp;&#8203;</i><![endif]-->"

static void html(struct bd_html *h, const struct bd_node *block)
{
    const struct bd_node *link = only_link(block->first);

    if (h->theme) {
        bd_html_start(h, "table", "action");
        bd_html_put(h, " role=\"presentation\" cellpadding=\"0\" "
                       "cellspacing=\"0\" border=\"0\">\n<tr>\n");
        bd_html_start(h, "td", "buttonbox");
        bd_html_put(h, " align=\"center\">");
    } else {
        bd_html_open(h, "p", "action");
    }
    bd_html_start(h, "a", "button");
    bd_html_href(h, link);
    bd_html_put(h, ">");
    if (h->theme)
        bd_html_put(h, MSO_BEFORE);
    /* only words: strong has a colour of its own, for another ground */
    bd_html_marked(bd_node_text(h->arena, link), h->out);
    bd_html_put(h, h->theme ? MSO_AFTER "</a></td>\n</tr>\n</table>\n"
                            : "</a></p>\n");
}

static void text(struct bd_text *t, const struct bd_node *block,
                 struct bd_margin margin)
{
    const struct bd_node *link = only_link(block->first);
    struct bd_arena *arena = bd_text_arena(t);
    bd_str label = bd_text_flow(t, link);
    bd_str url = bd_url_shown(bd_url_encode(arena, link->url));

    if (!bd_url_is_text(link->url, label))
        url = bd_arena_printf(arena, "%.*s: %.*s", BD_ARG(label), BD_ARG(url));
    bd_text_words(t, url, margin);
}

const struct bd_block bd_block_button = { "button", read_button, NULL, html,
                                          text };
