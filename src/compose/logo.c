/* The owner's logo, at the top of each letter. */
#include "layout_private.h"

#include "beside_private.h"

#define LOGO_WIDTH 200 /* pixels, unless the owner says */

static unsigned shown_width(const struct bd_look *look, unsigned width)
{
    if (look->logo_width > 0)
        return look->logo_width;
    return width > LOGO_WIDTH ? LOGO_WIDTH : width;
}

/* Twice as wide as it is shown, for screens with small pixels. */
static enum bd_status make(struct bd_draft *d, bd_str domain,
                           struct bd_image *logo, struct bd_err *err)
{
    const struct bd_look *look = &d->options->look;
    unsigned width = 2 * (look->logo_width > 0 ? look->logo_width : LOGO_WIDTH);
    enum bd_status rc = bd_image_make(d->arena, d->options, domain, look->logo,
                                      width, logo, err);

    if (rc != BD_OK)
        bd_err_prefix(err, "brevduva.yaml: theme.logo: %.*s",
                      BD_ARG(look->logo_name));
    return rc;
}

enum bd_status bd_logo_add(struct bd_draft *draft, bd_str domain,
                           struct bd_err *err)
{
    const struct bd_look *look = &draft->options->look;
    struct bd_image *logo = BD_NEW(draft->arena, struct bd_image);
    struct bd_image **last = &draft->images;
    enum bd_status rc = BD_OK;
    unsigned width = 0;

    if (look->logo.len == 0)
        return BD_OK;
    logo->name = bd_beside_name(look->logo_name);
    rc = make(draft, domain, logo, err);
    if (rc != BD_OK)
        return rc;
    width = shown_width(look, logo->width);
    logo->height =
        (unsigned)(((uint64_t)logo->height * width + logo->width / 2) /
                   logo->width);
    logo->width = width;
    while (*last)
        last = &(*last)->next;
    *last = logo;
    draft->logo = logo;
    return BD_OK;
}
