/* Pictures that come with the letter: P6, H10. */
#include "render_private.h"

#include <string.h>

#include "brevduva/base/limits.h"
#include "brevduva/mail/mime_write.h"
#include "document_private.h"
#include "layout_private.h"
#include "links_private.h"

#define LOGO_WIDTH 200 /* pixels, unless the owner says */

struct gallery {
    struct bd_arena *arena;
    const struct bd_issue *issue;
    const struct bd_letter_options *options;
    bd_str domain;
    struct bd_image *first;
    struct bd_image *last;
};

static unsigned big_endian(bd_str bytes, size_t at, size_t count)
{
    unsigned value = 0;

    if (at + count > bytes.len)
        return 0;
    for (size_t i = 0; i < count; i++)
        value = value << 8 | (unsigned char)bytes.ptr[at + i];
    return value;
}

/* The width stands in the first start-of-frame segment (ITU T.81 B.2.2). */
static unsigned jpeg_width(bd_str bytes)
{
    size_t at = 2;

    while (at + 9 <= bytes.len && (unsigned char)bytes.ptr[at] == 0xff) {
        unsigned kind = (unsigned char)bytes.ptr[at + 1];

        if (kind >= 0xc0 && kind <= 0xcf && kind != 0xc4 && kind != 0xc8 &&
            kind != 0xcc)
            return big_endian(bytes, at + 7, 2);
        at += 2 + big_endian(bytes, at + 2, 2);
    }
    return 0;
}

const char *bd_image_type(bd_str bytes, unsigned *out_width)
{
    *out_width = 0;
    if (bd_str_starts(bytes, BD_STR("\x89PNG\r\n\x1a\n"))) {
        *out_width = big_endian(bytes, 16, 4) & 0xffff;
        return "image/png";
    }
    if (bd_str_starts(bytes, BD_STR("\xff\xd8\xff"))) {
        *out_width = jpeg_width(bytes);
        return "image/jpeg";
    }
    if (bd_str_starts(bytes, BD_STR("GIF87a")) ||
        bd_str_starts(bytes, BD_STR("GIF89a"))) {
        *out_width = big_endian(bytes, 7, 1) << 8 | big_endian(bytes, 6, 1);
        return "image/gif";
    }
    return NULL;
}

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

/* Stays in the issue's folder. */
static bool is_inside(bd_str path)
{
    bd_str rest = path;

    if (path.len == 0 || path.ptr[0] == '/' || bd_str_has_line_break(path) ||
        bd_str_has_control(path) || !bd_str_is_utf8(path, NULL))
        return false;
    while (rest.ptr)
        if (bd_str_eq(bd_str_cut(&rest, '/'), BD_STR("..")))
            return false;
    return true;
}

static enum bd_status read_bytes(const struct gallery *g,
                                 const struct bd_node *node,
                                 struct bd_image *image, struct bd_err *err)
{
    bd_str path = decode_path(g->arena, node->url);
    enum bd_status rc = BD_OK;

    if (!is_inside(path) || !g->options->file) {
        (void)bd_fail(err, BD_EINVAL,
                      _("the picture \"%.*s\" must be a file in the issue's "
                        "own folder; name it without \"/\" in front and "
                        "without \"..\""),
                      BD_ARG(path));
        return bd_fail_at(err, BD_EINVAL, g->issue->path, node->place);
    }
    rc = g->options->file(g->options->file_self, path, &image->bytes, err);
    if (rc != BD_OK)
        return bd_fail_at(err, rc, g->issue->path, node->place);
    image->type = bd_image_type(image->bytes, &image->width);
    if (image->type)
        return BD_OK;
    (void)bd_fail(err, BD_EINVAL,
                  _("\"%.*s\" is not a PNG, JPEG or GIF picture; not all mail "
                    "programs show other kinds"),
                  BD_ARG(path));
    return bd_fail_at(err, BD_EINVAL, g->issue->path, node->place);
}

static bd_str file_name(bd_str path)
{
    bd_str name = path;

    while (path.ptr)
        name = bd_str_cut(&path, '/');
    return name;
}

static void set_id(struct bd_arena *arena, struct bd_image *image,
                   bd_str domain)
{
    char hash[BD_BOUNDARY_LEN];

    bd_boundary(image->bytes, hash); /* "=_" and a hash of the bytes */
    image->id = bd_arena_printf(arena, "%.*s@%.*s", BD_BOUNDARY_LEN - 2,
                                hash + 2, BD_ARG(domain));
    image->src = bd_arena_printf(arena, "cid:%.*s", BD_ARG(image->id));
}

static enum bd_status add_image(struct gallery *g, const struct bd_node *node,
                                struct bd_err *err)
{
    struct bd_image *image = BD_NEW(g->arena, struct bd_image);
    enum bd_status rc = read_bytes(g, node, image, err);

    if (rc != BD_OK)
        return rc;
    image->url = node->url;
    image->name = file_name(decode_path(g->arena, node->url));
    set_id(g->arena, image, g->domain);
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

enum bd_status bd_logo_add(struct bd_draft *draft, bd_str domain,
                           struct bd_err *err)
{
    const struct bd_look *look = &draft->options->look;
    struct bd_image *logo = BD_NEW(draft->arena, struct bd_image);
    struct bd_image **last = &draft->images;

    if (look->logo.len == 0)
        return BD_OK;
    logo->bytes = look->logo;
    logo->name = file_name(look->logo_name);
    logo->type = bd_image_type(logo->bytes, &logo->width);
    if (!logo->type)
        return bd_fail(err, BD_EINVAL,
                       _("brevduva.yaml: theme.logo: \"%.*s\" is not a PNG, "
                         "JPEG or GIF picture; not all mail programs show "
                         "other kinds"),
                       BD_ARG(look->logo_name));
    if (look->logo_width > 0)
        logo->width = look->logo_width;
    else if (logo->width > LOGO_WIDTH || logo->width == 0)
        logo->width = LOGO_WIDTH;
    set_id(draft->arena, logo, domain);
    while (*last)
        last = &(*last)->next;
    *last = logo;
    draft->logo = logo;
    return BD_OK;
}
