/* Pictures that come with the letter, or that it asks our pages for: P6, H10.
 */
#include "render_private.h"

#include "beside_private.h"
#include "block_table_private.h"
#include "brevduva/base/hash.h"
#include "brevduva/mail/mime_write.h"
#include "brevduva/picture/picture.h"
#include "document_private.h"
#include "links_private.h"

#define NAME_HEX   32  /* half of a SHA-256: not guessed */
#define MAIL_WIDTH 600 /* pixels of a letter with its margins */

struct gallery {
    struct bd_arena *arena;
    const struct bd_issue *issue;
    const struct bd_letter_options *options;
    bd_str domain;
    struct bd_image *first;
    struct bd_image *last;
};

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The octet written as "%XX" at the start of `text`, or -1. */
static int coded_octet(bd_str text)
{
    if (text.len < 3 || text.ptr[0] != '%' || hex_digit(text.ptr[1]) < 0 ||
        hex_digit(text.ptr[2]) < 0)
        return -1;
    return hex_digit(text.ptr[1]) << 4 | hex_digit(text.ptr[2]);
}

/* "min%20bild.png" -> "min bild.png". */
static bd_str decode_path(struct bd_arena *arena, bd_str url)
{
    bd_str path = bd_arena_copy(arena, url);
    char *to = (char *)(uintptr_t)path.ptr;
    size_t len = 0;

    for (size_t i = 0; i < url.len; i++) {
        int octet = coded_octet(bd_str_skip(url, i));

        to[len++] = octet < 0 ? url.ptr[i] : (char)octet;
        i += octet < 0 ? 0 : 2;
    }
    return (bd_str) { to, len };
}

/* "image/jpeg" -> "jpg" */
bd_str bd_image_ending(const struct bd_image *image)
{
    bd_str kind = bd_str_after_last(bd_str_from(image->type), '/');

    return bd_str_eq(kind, BD_STR("jpeg")) ? BD_STR("jpg") : kind;
}

/* A GIF may have become a PNG. */
static void mend_name(struct bd_arena *arena, struct bd_image *image)
{
    bd_str stem = image->name;
    bd_str ending = bd_str_after_last(stem, '.');
    bd_str right = bd_image_ending(image);

    if (bd_str_eq_nocase(ending, right) ||
        (bd_str_eq_nocase(ending, BD_STR("jpeg")) &&
         bd_str_eq(right, BD_STR("jpg"))))
        return;
    if (ending.len < stem.len)
        stem.len -= ending.len + 1;
    image->name = bd_arena_printf(arena, "%.*s.%.*s", BD_ARG(stem),
                                  BD_ARG(right));
}

bool bd_images_are_served(const struct bd_letter_options *options)
{
    return options->serve_pictures && options->base_url.len > 0;
}

static void give_address(struct bd_arena *arena,
                         const struct bd_letter_options *options, bd_str domain,
                         struct bd_image *image)
{
    char hash[BD_BOUNDARY_LEN];

    bd_boundary(image->bytes, hash); /* "=_" and a hash of the bytes */
    image->id = bd_arena_printf(arena, "%.*s@%.*s", BD_BOUNDARY_LEN - 2,
                                hash + 2, BD_ARG(domain));
    image->file = bd_arena_printf(arena, "%.*s.%.*s", NAME_HEX,
                                  bd_sha256_hex(arena, image->bytes).ptr,
                                  BD_ARG(bd_image_ending(image)));
    if (bd_images_are_served(options))
        image->src = bd_arena_printf(arena, "%.*s" BD_LETTER_FILES "%.*s",
                                     BD_ARG(options->base_url),
                                     BD_ARG(image->file));
    else
        image->src = bd_arena_printf(arena, "cid:%.*s", BD_ARG(image->id));
}

enum bd_status bd_image_make(struct bd_arena *arena,
                             const struct bd_letter_options *options,
                             bd_str domain, bd_str bytes, unsigned max_width,
                             struct bd_image *out, struct bd_err *err)
{
    struct bd_picture picture = { .type = NULL };
    enum bd_status rc = BD_OK;

    if (options->picture)
        rc = options->picture(options->picture_self, bytes, max_width, &picture,
                              err);
    else
        rc = bd_picture_make(arena, bytes, max_width, &picture, err);
    if (rc != BD_OK)
        return rc;
    out->type = picture.type;
    out->bytes = picture.bytes;
    out->width = picture.width;
    out->height = picture.height;
    out->moves = picture.moves;
    mend_name(arena, out);
    give_address(arena, options, domain, out);
    return BD_OK;
}

/* Twice what there is room for: screens with small pixels show more. */
static unsigned most_pixels(const struct bd_letter_options *options)
{
    return 2 * (options->look.width > MAIL_WIDTH ? options->look.width
                                                 : BD_LETTER_WIDTH);
}

static enum bd_status add_image(struct gallery *g, const struct bd_node *node,
                                struct bd_err *err)
{
    struct bd_image *image = BD_NEW(g->arena, struct bd_image);
    bd_str path = decode_path(g->arena, node->url);
    bd_str bytes = BD_STR_NONE;
    enum bd_status rc = bd_beside_read(g->issue, g->options, path, node->place,
                                       &bytes, err);

    if (rc != BD_OK)
        return rc;
    image->url = node->url;
    image->name = bd_beside_name(path);
    rc = bd_image_make(g->arena, g->options, g->domain, bytes,
                       most_pixels(g->options), image, err);
    if (rc != BD_OK) {
        bd_err_prefix(err, "%.*s", BD_ARG(path));
        return bd_fail_at(err, rc, g->issue->path, node->place);
    }
    if (g->last)
        g->last->next = image;
    else
        g->first = image;
    g->last = image;
    return BD_OK;
}

static bool is_known(const struct gallery *g, bd_str url)
{
    for (const struct bd_image *i = g->first; i; i = i->next)
        if (bd_str_eq(i->url, url))
            return true;
    return false;
}

enum bd_status bd_images_read(struct bd_arena *arena,
                              const struct bd_issue *issue,
                              const struct bd_letter_options *options,
                              bd_str domain, struct bd_image **out,
                              struct bd_err *err)
{
    struct gallery g = { arena, issue, options, domain, NULL, NULL };
    const struct bd_node *root = issue->document;
    enum bd_status rc = BD_OK;

    for (const struct bd_node *n = root; n && rc == BD_OK;
         n = bd_node_walk(root, n))
        if (n->kind == BD_NODE_IMAGE && bd_url_is_relative(n->url) &&
            !is_known(&g, n->url))
            rc = add_image(&g, n, err);
    if (rc == BD_OK)
        *out = g.first;
    return rc;
}

static bool is_block(const struct bd_node *node, const struct bd_block *block)
{
    return node->kind == BD_NODE_BLOCK && node->block == block;
}

/* The pixels that are free for a picture there: in columns and tables fewer. */
static unsigned room_for(const struct bd_node *node, unsigned width)
{
    const struct bd_node *table = NULL;

    for (node = node->parent; node; node = node->parent) {
        if (is_block(node, &bd_block_table))
            table = node;
        else if (is_block(node, &bd_block_columns))
            width = bd_block_column_room(node, width);
    }
    return table ? bd_table_cell_room(table, width) : width;
}

void bd_image_shown(const struct bd_image *image, const struct bd_node *node,
                    unsigned width, unsigned *out_width, unsigned *out_height)
{
    unsigned room = room_for(node, width);

    *out_width = image->width;
    *out_height = image->height;
    if (image->width <= room)
        return;
    *out_width = room;
    *out_height =
        (unsigned)(((uint64_t)image->height * room + image->width / 2) /
                   image->width);
    *out_height = *out_height > 0 ? *out_height : 1;
}
