/* From a file to a picture fit for a letter. */
#include "picture_private.h"

struct make {
    struct bd_arena *arena;
    bd_str bytes;
    struct bd_picture_head head;
    unsigned max_width;
    struct bd_picture *out;
    struct bd_err *err;
};

static bool lies_on_its_side(unsigned orientation)
{
    return orientation >= 5;
}

/* The width to scale to, as stored; its own if it need not be scaled. */
static void fit(const struct make *m, unsigned orientation, uint32_t *out_width,
                uint32_t *out_height)
{
    bool side = lies_on_its_side(orientation);
    uint64_t width = side ? m->head.height : m->head.width;
    uint64_t height = side ? m->head.width : m->head.height;

    if (width > m->max_width) {
        height = (height * m->max_width + width / 2) / width;
        height = height > 0 ? height : 1;
        width = m->max_width;
    }
    *out_width = (uint32_t)(side ? height : width);
    *out_height = (uint32_t)(side ? width : height);
}

static bool is_too_wide(const struct make *m, unsigned orientation)
{
    return (lies_on_its_side(orientation) ? m->head.height : m->head.width) >
           m->max_width;
}

static void give(struct make *m, const char *type, const struct bd_buf *bytes,
                 uint32_t width, uint32_t height)
{
    *m->out = (struct bd_picture) {
        .type = type,
        .bytes = bd_buf_copy(bytes, m->arena),
        .width = width,
        .height = height,
    };
}

/* All that pixels are needed for. */
static void mend(const struct make *m, struct raster *raster,
                 unsigned orientation, bd_str profile)
{
    uint32_t width = 0;
    uint32_t height = 0;

    fit(m, orientation, &width, &height);
    colour_convert(raster, profile);
    raster_scale(raster, width, height);
    raster_turn(raster, orientation);
}

static enum bd_status make_jpeg(struct make *m)
{
    struct jpeg_facts facts;
    struct raster raster = { .pixels = NULL };
    struct bd_buf buf = { 0 };
    bd_str profile = BD_STR_NONE;
    uint32_t width = 0;
    uint32_t height = 0;
    bool foreign = false;
    enum bd_status rc = BD_OK;

    if (jpeg_strip(m->bytes, &facts, &buf) != BD_OK) {
        bd_buf_fini(&buf);
        return picture_damaged(m->err);
    }
    fit(m, facts.orientation, &width, &height);
    rc = jpeg_decode(m->arena, m->bytes, width, &raster, &profile, m->err);
    if (rc == BD_OK)
        foreign = colour_is_foreign(profile, raster.space);
    if (rc == BD_OK && (foreign || facts.orientation > 1 ||
                        is_too_wide(m, facts.orientation))) {
        mend(m, &raster, facts.orientation, foreign ? profile : BD_STR_NONE);
        bd_buf_clear(&buf);
        jpeg_encode(&raster, &buf);
        give(m, "image/jpeg", &buf, raster.width, raster.height);
    } else if (rc == BD_OK) {
        give(m, "image/jpeg", &buf, m->head.width, m->head.height);
    }
    raster_free(&raster);
    bd_buf_fini(&buf);
    return rc;
}

/* Nothing shines through any pixel: no need to say so of each. */
static void drop_idle_alpha(struct raster *raster)
{
    unsigned channels = raster_channels(raster);
    size_t count = (size_t)raster->width * raster->height;
    unsigned char *to = raster->pixels;

    if (!raster->alpha)
        return;
    for (size_t i = 0; i < count; i++)
        if (raster->pixels[i * channels + channels - 1] != 255)
            return;
    for (size_t i = 0; i < count; i++)
        for (unsigned c = 0; c + 1 < channels; c++)
            *to++ = raster->pixels[i * channels + c];
    raster->alpha = false;
}

static void write_png(struct make *m, struct raster *raster, bd_str colour)
{
    struct bd_buf buf = { 0 };

    drop_idle_alpha(raster);
    png_encode(raster, colour, &buf);
    give(m, "image/png", &buf, raster->width, raster->height);
    bd_buf_fini(&buf);
}

static enum bd_status make_png(struct make *m)
{
    struct png_facts facts = { .orientation = 1 };
    struct raster raster = { .pixels = NULL };
    struct bd_buf buf = { 0 };
    bd_str profile = BD_STR_NONE;
    bool foreign = false;
    enum bd_status rc = png_strip(m->arena, m->bytes, PNG_SEEN_AND_PROFILE,
                                  &facts, &buf);

    if (rc == BD_OK)
        rc = png_decode(m->arena, bd_buf_str(&buf), &raster, &profile, m->err);
    else
        rc = picture_damaged(m->err);
    if (rc == BD_OK)
        foreign = colour_is_foreign(profile, raster.space);
    if (rc == BD_OK && !facts.moves &&
        (foreign || facts.orientation > 1 ||
         is_too_wide(m, facts.orientation))) {
        mend(m, &raster, facts.orientation, foreign ? profile : BD_STR_NONE);
        write_png(m, &raster, profile.len > 0 ? BD_STR_NONE : facts.colour);
    } else if (rc == BD_OK) {
        if (!foreign) { /* an animation may be: it keeps its profile */
            bd_buf_clear(&buf);
            (void)png_strip(m->arena, m->bytes, PNG_SEEN, NULL, &buf);
        }
        give(m, "image/png", &buf, m->head.width, m->head.height);
        m->out->moves = facts.moves;
    }
    raster_free(&raster);
    bd_buf_fini(&buf);
    return rc;
}

/* One that stands still and is too wide becomes a PNG: as many colours as
 * scaling makes. */
static enum bd_status make_gif(struct make *m)
{
    struct gif_facts facts;
    struct raster raster = { .pixels = NULL };
    struct bd_buf buf = { 0 };
    enum bd_status rc = gif_strip(m->bytes, &facts, &buf);

    if (rc == BD_OK && !facts.moves)
        rc = gif_decode(&facts, &raster);
    if (rc == BD_OK && !facts.moves && is_too_wide(m, 1)) {
        mend(m, &raster, 1, BD_STR_NONE);
        write_png(m, &raster, BD_STR_NONE);
    } else if (rc == BD_OK) {
        give(m, "image/gif", &buf, m->head.width, m->head.height);
        m->out->moves = facts.moves;
    }
    raster_free(&raster);
    bd_buf_fini(&buf);
    return rc == BD_OK ? rc : picture_damaged(m->err);
}

enum bd_status bd_picture_make(struct bd_arena *arena, bd_str bytes,
                               unsigned max_width, struct bd_picture *out,
                               struct bd_err *err)
{
    static enum bd_status (*const makers[])(struct make *) = {
        [BD_PICTURE_PNG] = make_png,
        [BD_PICTURE_JPEG] = make_jpeg,
        [BD_PICTURE_GIF] = make_gif,
    };
    struct make m = { arena, bytes, { .type = NULL }, max_width, out, err };
    enum bd_status rc = bd_picture_look(bytes, &m.head, err);

    return rc == BD_OK ? makers[m.head.kind](&m) : rc;
}
