/* Decoded pixels. */
#include <stdlib.h>
#include <string.h>

#include "picture_private.h"

unsigned raster_channels(const struct raster *raster)
{
    return (unsigned)raster->space + raster->alpha;
}

void raster_new(struct raster *raster)
{
    raster->pixels = calloc((size_t)raster->width * raster->height,
                            raster_channels(raster));
    if (!raster->pixels)
        bd_out_of_memory();
}

void raster_free(struct raster *raster)
{
    free(raster->pixels);
    raster->pixels = NULL;
}

/* Where the pixel at x, y of the turned picture comes from (EXIF 2.3, 4.6.4
 * A: 2 is mirrored, 3 upside down, 5 to 8 lie on their side). */
static size_t source_of(const struct raster *from, unsigned orientation,
                        uint32_t x, uint32_t y)
{
    uint32_t right = from->width - 1;
    uint32_t bottom = from->height - 1;
    size_t width = from->width;

    switch (orientation) {
    case 2:
        return y * width + (right - x);
    case 3:
        return (bottom - y) * width + (right - x);
    case 4:
        return (bottom - y) * width + x;
    case 5:
        return x * width + y;
    case 6:
        return (bottom - x) * width + y;
    case 7:
        return (bottom - x) * width + (right - y);
    case 8:
        return x * width + (right - y);
    default:
        return y * width + x;
    }
}

void raster_turn(struct raster *raster, unsigned orientation)
{
    struct raster to = *raster;
    unsigned channels = raster_channels(raster);
    unsigned char *pixel = NULL;

    if (orientation <= 1)
        return;
    if (orientation >= 5) {
        to.width = raster->height;
        to.height = raster->width;
    }
    raster_new(&to);
    pixel = to.pixels;
    for (uint32_t y = 0; y < to.height; y++)
        for (uint32_t x = 0; x < to.width; x++, pixel += channels)
            memcpy(pixel,
                   raster->pixels +
                       channels * source_of(raster, orientation, x, y),
                   channels);
    raster_free(raster);
    *raster = to;
}
