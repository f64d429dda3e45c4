/* Colours as sRGB (IEC 61966-2-1): what all programs take them for. */
#include <lcms2.h>

#include <string.h>

#include "picture_private.h"

#define NEAR  2  /* steps of 255 that nobody sees */
#define STEPS 6  /* of each channel, to try a profile */
#define STEP  51 /* 255 / (STEPS - 1) */

static cmsUInt32Number format_of(const struct raster *r)
{
    if (r->space == RASTER_CMYK)
        return TYPE_CMYK_8_REV; /* as Adobe writes JPEG, and others after it */
    if (r->space == RASTER_GREY)
        return r->alpha ? TYPE_GRAYA_8 : TYPE_GRAY_8;
    return r->alpha ? TYPE_RGBA_8 : TYPE_RGB_8;
}

static bool is_for(cmsHPROFILE profile, enum raster_space space)
{
    cmsColorSpaceSignature of = cmsGetColorSpace(profile);

    return (space == RASTER_GREY && of == cmsSigGrayData) ||
           (space == RASTER_RGB && of == cmsSigRgbData) ||
           (space == RASTER_CMYK && of == cmsSigCmykData);
}

/* NULL: the profile says nothing about such a picture. */
static cmsHTRANSFORM transform_new(bd_str bytes, const struct raster *r)
{
    cmsHPROFILE from = cmsOpenProfileFromMem(bytes.ptr,
                                             (cmsUInt32Number)bytes.len);
    cmsHPROFILE to = cmsCreate_sRGBProfile();
    cmsHTRANSFORM transform = NULL;

    if (from && to && is_for(from, r->space))
        transform = cmsCreateTransform(
            from, format_of(r), to, r->alpha ? TYPE_RGBA_8 : TYPE_RGB_8,
            INTENT_PERCEPTUAL, cmsFLAGS_COPY_ALPHA | cmsFLAGS_NOCACHE);
    if (from)
        (void)cmsCloseProfile(from);
    if (to)
        (void)cmsCloseProfile(to);
    return transform;
}

static bool is_near(unsigned char a, unsigned char b)
{
    return (a > b ? a - b : b - a) <= NEAR;
}

/* Most profiles are sRGB's by one maker or another. */
static bool changes_colours(cmsHTRANSFORM transform, enum raster_space space)
{
    for (unsigned i = 0; i < STEPS * STEPS * STEPS; i++) {
        unsigned char in[3] = { (unsigned char)(i % STEPS * STEP),
                                (unsigned char)(i / STEPS % STEPS * STEP),
                                (unsigned char)(i / STEPS / STEPS * STEP) };
        unsigned char out[3] = { 0 };

        if (space == RASTER_GREY)
            in[1] = in[2] = in[0];
        cmsDoTransform(transform, in, out, 1);
        for (int c = 0; c < 3; c++)
            if (!is_near(in[c], out[c]))
                return true;
    }
    return false;
}

bool colour_is_foreign(bd_str profile, enum raster_space space)
{
    const struct raster like = { .space = space };
    cmsHTRANSFORM transform = NULL;
    bool foreign = space == RASTER_CMYK;

    if (foreign || profile.len == 0)
        return foreign;
    transform = transform_new(profile, &like);
    foreign = transform && changes_colours(transform, space);
    if (transform)
        cmsDeleteTransform(transform);
    return foreign;
}

/* Inverted: 255 is no ink. */
static void mix_inks(const struct raster *from, struct raster *to)
{
    const unsigned char *in = from->pixels;
    unsigned char *out = to->pixels;
    size_t count = (size_t)from->width * from->height;

    for (size_t i = 0; i < count; i++, in += 4, out += 3)
        for (int c = 0; c < 3; c++)
            out[c] = (unsigned char)(in[c] * in[3] / 255);
}

void colour_convert(struct raster *raster, bd_str profile)
{
    struct raster to = *raster;
    cmsHTRANSFORM transform = NULL;
    unsigned before = raster_channels(raster);

    if (profile.len > 0)
        transform = transform_new(profile, raster);
    if (!transform && raster->space != RASTER_CMYK)
        return;
    to.space = RASTER_RGB;
    raster_new(&to);
    if (!transform)
        mix_inks(raster, &to);
    for (uint32_t y = 0; transform && y < to.height; y++)
        cmsDoTransform(
            transform, raster->pixels + (size_t)y * to.width * before,
            to.pixels + (size_t)y * to.width * raster_channels(&to), to.width);
    if (transform)
        cmsDeleteTransform(transform);
    raster_free(raster);
    *raster = to;
}
