/* A picture with a caption: "src:", "alt:", "caption:", "link:". */
#include "block_private.h"
#include "brevduva/base/i18n.h"

static const char *const keys[] = { "src", "alt", "caption", "link", NULL };
enum { SRC, ALT, CAPTION, LINK, KEYS };

static enum bd_status read_keys(struct bd_block_reader *r,
                                struct bd_line values[KEYS], bool set[KEYS],
                                struct bd_err *err)
{
    struct bd_line line = { 0 };
    struct bd_line value = { 0 };
    bd_str name = BD_STR_NONE;

    while (bd_block_line(r, &line)) {
        size_t key = 0;

        if (bd_block_pair(line, &name, &value))
            while (keys[key] && !bd_str_eq(name, bd_str_from(keys[key])))
                key++;
        else
            key = KEYS;
        if (key == KEYS)
            return bd_block_refuse(r, &line, err,
                                   _("a line of a picture begins with a word "
                                     "and a colon; there are "
                                     "%.*s"),
                                   BD_ARG(bd_block_names(r->arena, keys)));
        if (set[key])
            return bd_block_refuse(r, &line, err,
                                   _("\"%s:\" stands here a second time; "
                                     "take one away"),
                                   keys[key]);
        values[key] = value;
        set[key] = true;
    }
    return BD_OK;
}

static enum bd_status read_image(struct bd_block_reader *r, struct bd_err *err)
{
    struct bd_line values[KEYS] = { { .text = BD_STR_NONE } };
    bool set[KEYS] = { false };
    struct bd_node *figure = NULL;
    struct bd_node *image = NULL;
    enum bd_status rc = read_keys(r, values, set, err);

    if (rc != BD_OK)
        return rc;
    if (values[SRC].text.len == 0)
        return bd_block_refuse(r, NULL, err,
                               _("the picture has no file; write \"src: "
                                 "foto.jpg\""));
    if (!set[ALT])
        return bd_block_refuse(r, NULL, err,
                               _("the picture has no text in its place; say "
                                 "what it shows: \"alt: ...\" (nothing after "
                                 "the colon if it only decorates)"));
    figure = bd_block_part(r, r->node, "picture", values[SRC]);
    if (values[LINK].text.len > 0) {
        struct bd_node *link = bd_block_link(
            r, figure, values[LINK], bd_block_url(r->arena, values[LINK].text));

        link->first = link->last = NULL;
        figure = link;
    }
    image = bd_block_part(r, figure, "", values[SRC]);
    image->kind = BD_NODE_IMAGE;
    image->info = BD_STR_NONE;
    image->url = values[SRC].text;
    if (values[ALT].text.len > 0)
        (void)bd_block_text(r, image, values[ALT]);
    if (values[CAPTION].text.len == 0)
        return BD_OK;
    return bd_block_inline(
        r, bd_block_part(r, r->node, "caption", values[CAPTION]),
        values[CAPTION], err);
}

static void html(struct bd_html *h, const struct bd_node *block)
{
    const struct bd_node *caption = bd_block_find(block, "caption");
    const char *outer = h->theme ? "div" : "figure";
    const char *inner = h->theme ? "p" : "figcaption";

    bd_html_open(h, outer, "figure");
    bd_html_put(h, "\n");
    bd_html_children(h, block->first);
    bd_html_put(h, "\n");
    if (caption) {
        bd_html_open(h, inner, "caption");
        bd_html_children(h, caption);
        bd_buf_printf(h->out, "</%s>\n", inner);
    }
    bd_buf_printf(h->out, "</%s>\n", outer);
}

static void text(struct bd_text *t, const struct bd_node *block,
                 struct bd_margin margin)
{
    const struct bd_node *caption = bd_block_find(block, "caption");
    const struct bd_node *link = block->first->first;
    bd_str alt = bd_node_text(bd_text_arena(t), block->first);
    struct bd_buf line = { 0 };

    if (alt.len > 0) {
        bd_buf_printf(&line, "[%s: %.*s]", L_(bd_text_lang(t), N_("Picture")),
                      BD_ARG(alt));
        if (link->kind == BD_NODE_LINK)
            bd_text_note(t, link->url, &line);
        bd_text_words(t, bd_buf_str(&line), margin);
        margin.first = margin.rest;
    }
    bd_buf_fini(&line);
    if (caption)
        bd_text_words(t, bd_text_flow(t, caption), margin);
    else if (alt.len == 0)
        bd_text_blank(t, margin);
}

const struct bd_block bd_block_image = { "image", read_image, NULL, html,
                                         text };
