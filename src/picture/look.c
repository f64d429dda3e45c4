/* What kind of picture it is and how large, by its first octets. */
#include "picture_private.h"

#include "brevduva/base/i18n.h"
#include "brevduva/base/limits.h"

uint32_t picture_big(bd_str bytes, size_t at, size_t count)
{
    uint32_t value = 0;

    if (at > bytes.len || count > bytes.len - at)
        return 0;
    for (size_t i = 0; i < count; i++)
        value = value << 8 | (unsigned char)bytes.ptr[at + i];
    return value;
}

uint32_t picture_little(bd_str bytes, size_t at, size_t count)
{
    uint32_t value = 0;

    if (at > bytes.len || count > bytes.len - at)
        return 0;
    for (size_t i = count; i > 0; i--)
        value = value << 8 | (unsigned char)bytes.ptr[at + i - 1];
    return value;
}

enum bd_status picture_damaged(struct bd_err *err)
{
    return bd_fail(err, BD_EPARSE,
                   _("the picture is damaged or cut off; save it anew from "
                     "the program that made it"));
}

/* The size stands in the first start-of-frame segment (ITU T.81 B.2.2). */
static void look_at_jpeg(bd_str bytes, struct bd_picture_head *out)
{
    size_t at = 2;

    while (at + 9 <= bytes.len && (unsigned char)bytes.ptr[at] == 0xff) {
        uint32_t kind = picture_big(bytes, at + 1, 1);

        if (kind == 0xff) { /* fill */
            at++;
            continue;
        }
        if (kind >= 0xc0 && kind <= 0xcf && kind != 0xc4 && kind != 0xc8 &&
            kind != 0xcc) {
            out->height = picture_big(bytes, at + 5, 2);
            out->width = picture_big(bytes, at + 7, 2);
            return;
        }
        at += 2 + picture_big(bytes, at + 2, 2);
    }
}

static void look_at_png(bd_str bytes, struct bd_picture_head *out)
{
    if (!bd_str_eq(bd_str_sub(bytes, 8, 8), BD_STR("\0\0\0\rIHDR")))
        return;
    out->width = picture_big(bytes, 16, 4);
    out->height = picture_big(bytes, 20, 4);
}

static void look_at_gif(bd_str bytes, struct bd_picture_head *out)
{
    out->width = picture_little(bytes, 6, 2);
    out->height = picture_little(bytes, 8, 2);
}

/* In the order of enum bd_picture_kind. */
static const struct {
    bd_str magic;
    const char *type;
    void (*look)(bd_str bytes, struct bd_picture_head *out);
} kinds[] = {
    { BD_STR_INIT("\x89PNG\r\n\x1a\n"), "image/png", look_at_png },
    { BD_STR_INIT("\xff\xd8\xff"), "image/jpeg", look_at_jpeg },
    { BD_STR_INIT("GIF89a"), "image/gif", look_at_gif },
    { BD_STR_INIT("GIF87a"), "image/gif", look_at_gif },
};

static enum bd_status check_size(const struct bd_picture_head *head,
                                 struct bd_err *err)
{
    if (head->width == 0 || head->height == 0)
        return picture_damaged(err);
    if (head->width <= BD_MAX_PICTURE_SIDE &&
        head->height <= BD_MAX_PICTURE_SIDE &&
        (uint64_t)head->width * head->height <= BD_MAX_PICTURE_PIXELS)
        return BD_OK;
    return bd_fail(err, BD_ELIMIT,
                   _("the picture has %u by %u pixels; at most %d million "
                     "pixels and %d on a side can be read: make it smaller"),
                   head->width, head->height,
                   BD_MAX_PICTURE_PIXELS / 1024 / 1024, BD_MAX_PICTURE_SIDE);
}

enum bd_status bd_picture_look(bd_str bytes, struct bd_picture_head *out,
                               struct bd_err *err)
{
    struct bd_picture_head head = { .type = NULL };
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !head.type; i++) {
        if (!bd_str_starts(bytes, kinds[i].magic))
            continue;
        head.kind = i < BD_PICTURE_GIF ? (enum bd_picture_kind)i
                                       : BD_PICTURE_GIF;
        head.type = kinds[i].type;
        kinds[i].look(bytes, &head);
    }
    if (!head.type)
        return bd_fail(err, BD_EINVAL,
                       _("this is not a PNG, JPEG or GIF picture; not all "
                         "mail programs show other kinds"));
    rc = check_size(&head, err);
    if (rc == BD_OK)
        *out = head;
    return rc;
}
