/* Pictures in the HTML: of the letter, and of its page on the web. */
#include "document_private.h"
#include "links_private.h"
#include "render_private.h"

static const struct bd_image *find_image(const struct bd_html *h, bd_str url)
{
    const struct bd_image *image = h->images;

    while (image && !bd_str_eq(image->url, url))
        image = image->next;
    return image;
}

static bool is_in_link(const struct bd_node *node)
{
    for (; node; node = node->parent)
        if (node->kind == BD_NODE_LINK)
            return true;
    return false;
}

/* A page of ours asks no other site for anything: whoever wants to see the
 * picture goes there. */
static void linked_image(struct bd_html *h, const struct bd_node *node)
{
    bd_str alt = bd_node_text(h->arena, node);
    bool linked = alt.len > 0 && !is_in_link(node);

    if (linked) {
        bd_html_put(h, "<a");
        bd_html_attribute(h, "href", bd_url_encode(h->arena, node->url));
        bd_html_put(h, ">");
    }
    bd_html_marked(alt, h->out);
    if (linked)
        bd_html_put(h, "</a>");
}

/* Outlook knows no max-width (H10); browsers do, and want the whole. Both make
 * room before the picture is there. */
static void sizes(struct bd_html *h, const struct bd_node *node,
                  const struct bd_image *image)
{
    unsigned width = image->width;
    unsigned height = image->height;

    if (h->theme)
        bd_image_shown(image, node, h->theme->text_width, &width, &height);
    bd_buf_printf(h->out, " width=\"%u\" height=\"%u\"", width, height);
}

unsigned bd_html_image_width(const struct bd_html *h,
                             const struct bd_node *node)
{
    const struct bd_image *image = find_image(h, node->url);
    unsigned width = 0, height = 0;

    if (image)
        bd_image_shown(image, node,
                       h->theme ? h->theme->text_width : BD_LETTER_WIDTH,
                       &width, &height);
    return width;
}

void bd_html_image(struct bd_html *h, const struct bd_node *node)
{
    const struct bd_image *ours = find_image(h, node->url);

    if (!ours && !h->theme) {
        linked_image(h, node);
        return;
    }
    bd_html_tag(h, node, "img");
    bd_html_attribute(h, "src",
                      ours ? ours->src : bd_url_encode(h->arena, node->url));
    bd_html_attribute(h, "alt", bd_node_text(h->arena, node));
    if (node->title.len > 0)
        bd_html_attribute(h, "title", node->title);
    if (ours)
        sizes(h, node, ours);
    bd_html_put(h, ">");
}
