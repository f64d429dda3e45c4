#include "render_private.h"

#include "block_private.h"
#include "brevduva/base/mustache.h"
#include "brevduva/compose/letter.h"
#include "links_private.h"

/* Where plain text becomes HTML text. */
static enum bd_escape html_escape(enum bd_escape escape)
{
    if (escape == BD_ESCAPE_TEXT)
        return BD_ESCAPE_HTML;
    if (escape == BD_ESCAPE_LINES || escape == BD_ESCAPE_QUOTED)
        return BD_ESCAPE_BREAKS;
    return escape;
}

void bd_html_marked(bd_str text, struct bd_buf *out)
{
    struct bd_marker marker = { 0 };
    bd_str before = BD_STR_NONE;
    bool more = true;

    while (more) {
        more = bd_marker_cut(&text, &before, &marker);
        bd_html_escape(before, out);
        if (more)
            bd_marker_write(out, html_escape(marker.escape), marker.row);
    }
}

static void put(struct bd_html *h, const char *html)
{
    bd_buf_add_cstr(h->out, html);
}

void bd_html_put(struct bd_html *h, const char *markup)
{
    put(h, markup);
}

static bool has_margin_above(bd_str style)
{
    bd_str margin = BD_STR("margin:");
    size_t at = bd_str_find(style, margin);

    return at != SIZE_MAX && at + margin.len < style.len &&
           style.ptr[at + margin.len] != '0';
}

/* bd_theme_read refused what would need escaping. */
static void add_style(struct bd_html *h, bd_str style, const char *more)
{
    bool flush = h->flush;

    h->flush = false;
    if (style.len == 0 && !*more)
        return;
    put(h, " style=\"");
    bd_buf_add(h->out, style);
    put(h, more + (style.len == 0)); /* without its ";" */
    if (flush && has_margin_above(style))
        put(h, ";margin-top:0");
    put(h, "\"");
}

void bd_html_start_with(struct bd_html *h, const char *name, const char *role,
                        const char *classes, const char *style_more)
{
    bd_str style = BD_STR_NONE;

    if (h->theme)
        style = bd_theme_style(h->theme, bd_str_from(role));
    put(h, "<");
    put(h, name);
    put(h, " class=\"");
    put(h, role);
    put(h, classes);
    put(h, "\"");
    add_style(h, style, style_more);
}

void bd_html_start(struct bd_html *h, const char *name, const char *role)
{
    bd_html_start_with(h, name, role, "", "");
}

void bd_html_open(struct bd_html *h, const char *name, const char *role)
{
    bd_html_start(h, name, role);
    put(h, ">");
}

void bd_html_attribute(struct bd_html *h, const char *name, bd_str value)
{
    put(h, " ");
    put(h, name);
    put(h, "=\"");
    bd_html_marked(value, h->out);
    put(h, "\"");
}

/* What a style may name as parent: "li-ul", "blockquote-p". */
static const char *parent_name(const struct bd_node *node)
{
    if (node->parent && node->parent->kind == BD_NODE_ITEM)
        return "li";
    return node->parent && node->parent->kind == BD_NODE_QUOTE ? "blockquote"
                                                               : NULL;
}

static bd_str style_of(const struct bd_html *h, const struct bd_node *node,
                       const char *name)
{
    const char *parent = parent_name(node);
    bd_str style = BD_STR_NONE;

    if (!h->theme)
        return style;
    if (parent)
        style = bd_theme_style(
            h->theme, bd_arena_printf(h->arena, "%s-%s", parent, name));
    return style.len > 0 ? style : bd_theme_style(h->theme, bd_str_from(name));
}

/* "<p style=…", left open for attributes. */
void bd_html_tag(struct bd_html *h, const struct bd_node *node,
                 const char *name)
{
    bd_str style = style_of(h, node, name);

    put(h, "<");
    put(h, name);
    add_style(h, style, "");
}

static void simple_open(struct bd_html *h, const struct bd_node *node,
                        const char *name)
{
    bd_html_tag(h, node, name);
    put(h, ">");
}

static void simple_close(struct bd_html *h, const char *name, const char *after)
{
    put(h, "</");
    put(h, name);
    put(h, ">");
    put(h, after);
}

/* In a tight list the text of an item is no paragraph of its own. */
static bool is_bare(const struct bd_node *paragraph)
{
    const struct bd_node *item = paragraph->parent;

    return item->kind == BD_NODE_ITEM && item->parent->tight;
}

static void paragraph(struct bd_html *h, const struct bd_node *node, bool enter)
{
    if (is_bare(node)) {
        if (!enter && node->next)
            put(h, "\n");
    } else if (enter) {
        simple_open(h, node, "p");
    } else {
        simple_close(h, "p", "\n");
    }
}

static void heading(struct bd_html *h, const struct bd_node *node, bool enter)
{
    char name[] = "h2";

    name[1] = (char)('0' + node->rank);
    if (!enter) {
        simple_close(h, name, "\n");
        return;
    }
    bd_html_tag(h, node, name);
    if (node->id.len > 0)
        bd_html_attribute(h, "id", node->id);
    put(h, ">");
}

static void quote(struct bd_html *h, const struct bd_node *node, bool enter)
{
    if (enter)
        simple_open(h, node, "blockquote");
    else
        simple_close(h, "blockquote", "\n");
    if (enter)
        put(h, "\n");
}

static void list(struct bd_html *h, const struct bd_node *node, bool enter)
{
    const char *name = node->ordered ? "ol" : "ul";

    if (!enter) {
        simple_close(h, name, "\n");
        return;
    }
    bd_html_tag(h, node, name);
    if (node->ordered && node->start != 1)
        bd_buf_printf(h->out, " start=\"%u\"", node->start);
    put(h, ">\n");
}

static void item(struct bd_html *h, const struct bd_node *node, bool enter)
{
    if (enter)
        simple_open(h, node, "li");
    else
        simple_close(h, "li", "\n");
}

static void code_block(struct bd_html *h, const struct bd_node *node,
                       bool enter)
{
    (void)enter;
    simple_open(h, node, "pre");
    put(h, "<code>");
    bd_html_escape(node->text, h->out);
    put(h, "</code></pre>\n");
}

static void rule(struct bd_html *h, const struct bd_node *node, bool enter)
{
    (void)enter;
    simple_open(h, node, "hr");
    put(h, "\n");
}

static void text(struct bd_html *h, const struct bd_node *node, bool enter)
{
    (void)enter;
    bd_html_marked(node->text, h->out);
}

static void soft_break(struct bd_html *h, const struct bd_node *node,
                       bool enter)
{
    (void)node;
    (void)enter;
    put(h, "\n");
}

static void hard_break(struct bd_html *h, const struct bd_node *node,
                       bool enter)
{
    (void)node;
    (void)enter;
    put(h, "<br>\n");
}

static void code(struct bd_html *h, const struct bd_node *node, bool enter)
{
    (void)enter;
    simple_open(h, node, "code");
    bd_html_escape(node->text, h->out);
    put(h, "</code>");
}

static void emphasis(struct bd_html *h, const struct bd_node *node, bool enter)
{
    const char *name = node->kind == BD_NODE_STRONG ? "strong" : "em";

    if (enter)
        simple_open(h, node, name);
    else
        simple_close(h, name, "");
}

static void tag(struct bd_html *h, const struct bd_node *node, bool enter)
{
    if (enter)
        simple_open(h, node, node->text.ptr);
    else
        simple_close(h, node->text.ptr, "");
}

/* Where it leads: through our counter, if the owner wants that (C9). Not from
 * a text that is itself an address, as mail programs warn of what leads
 * elsewhere than it says; and never with a reader's own data in it. */
static bd_str target(const struct bd_html *h, const struct bd_node *node)
{
    const struct bd_letter_options *o = h->options;
    bd_str url = bd_url_encode(h->arena, node->url);
    bd_str counted = BD_STR_NONE;

    if (o && o->click && bd_url_authority(url).len > 0 &&
        bd_str_find_char(url, MARKER_OPEN) == SIZE_MAX &&
        !bd_url_is_text(url, bd_node_text(h->arena, node)) &&
        o->click(o->click_self, url, &counted))
        return counted;
    return url;
}

void bd_html_href(struct bd_html *h, const struct bd_node *node)
{
    bd_html_attribute(h, "href", target(h, node));
}

static void link(struct bd_html *h, const struct bd_node *node, bool enter)
{
    if (!enter) {
        put(h, "</a>");
        return;
    }
    bd_html_tag(h, node, "a");
    bd_html_href(h, node);
    if (node->title.len > 0)
        bd_html_attribute(h, "title", node->title);
    put(h, ">");
}

static void image_node(struct bd_html *h, const struct bd_node *node,
                       bool enter)
{
    (void)enter;
    bd_html_image(h, node);
}

static void block(struct bd_html *h, const struct bd_node *node, bool enter)
{
    (void)enter;
    node->block->html(h, node);
}

/* How each kind is written; called again on leaving where children stand. */
static void (*const writers[BD_NODE_KINDS])(struct bd_html *,
                                            const struct bd_node *, bool) = {
    [BD_NODE_PARAGRAPH] = paragraph,
    [BD_NODE_HEADING] = heading,
    [BD_NODE_QUOTE] = quote,
    [BD_NODE_LIST] = list,
    [BD_NODE_ITEM] = item,
    [BD_NODE_BLOCK] = block,
    [BD_NODE_CODE_BLOCK] = code_block,
    [BD_NODE_RULE] = rule,
    [BD_NODE_TEXT] = text,
    [BD_NODE_SOFT_BREAK] = soft_break,
    [BD_NODE_HARD_BREAK] = hard_break,
    [BD_NODE_CODE] = code,
    [BD_NODE_EMPHASIS] = emphasis,
    [BD_NODE_STRONG] = emphasis,
    [BD_NODE_LINK] = link,
    [BD_NODE_IMAGE] = image_node,
    [BD_NODE_TAG] = tag,
};

/* Those that write their children themselves are as leaves here. */
static bool has_children(enum bd_node_kind kind)
{
    return kind <= BD_NODE_ITEM || kind == BD_NODE_PART ||
           kind == BD_NODE_EMPHASIS || kind == BD_NODE_STRONG ||
           kind == BD_NODE_LINK || kind == BD_NODE_TAG;
}

void bd_html_node(struct bd_html *h, const struct bd_node *node)
{
    bool inside = has_children(node->kind);

    if (writers[node->kind])
        writers[node->kind](h, node, true);
    for (const struct bd_node *n = node->first; inside && n; n = n->next)
        bd_html_node(h, n);
    if (writers[node->kind] && inside)
        writers[node->kind](h, node, false);
}

void bd_html_children(struct bd_html *h, const struct bd_node *node)
{
    for (const struct bd_node *n = node->first; n; n = n->next)
        bd_html_node(h, n);
}

void bd_html_render(const struct bd_node *document, struct bd_html *html)
{
    bd_html_node(html, document);
}
