/* PNG to pixels, by libpng. It is given only chunks that png_strip lets pass:
 * none of those that unpack without limit. */
#include <png.h>

#include <stdlib.h>
#include <string.h>

#include "picture_private.h"

#include "brevduva/base/limits.h"

#define MAX_CHUNK (8 * 1024 * 1024) /* unpacked: an ICC profile */

struct decoder {
    png_structp png;
    png_infop info;
    bd_str rest; /* not read yet */
    struct raster raster;
    png_bytep *rows;
    bd_str profile; /* borrowed from libpng */
};

static void read_octets(png_structp png, png_bytep out, size_t len)
{
    struct decoder *d = png_get_io_ptr(png);

    if (len > d->rest.len)
        png_error(png, "cut off");
    memcpy(out, d->rest.ptr, len);
    d->rest = bd_str_skip(d->rest, len);
}

static _Noreturn void fail(png_structp png, png_const_charp why)
{
    (void)why;
    png_longjmp(png, 1);
}

static void say_nothing(png_structp png, png_const_charp why)
{
    (void)png;
    (void)why;
}

/* Octets for each channel, no palette, alpha only where the file has some. */
static void choose_form(struct decoder *d)
{
    png_set_scale_16(d->png);
    png_set_expand(d->png);
    (void)png_set_interlace_handling(d->png);
    png_read_update_info(d->png, d->info);
    d->raster.width = png_get_image_width(d->png, d->info);
    d->raster.height = png_get_image_height(d->png, d->info);
    d->raster.alpha = (png_get_color_type(d->png, d->info) &
                       PNG_COLOR_MASK_ALPHA) != 0;
    d->raster.space = (png_get_color_type(d->png, d->info) &
                       PNG_COLOR_MASK_COLOR) != 0
                          ? RASTER_RGB
                          : RASTER_GREY;
}

static void find_profile(struct decoder *d)
{
    png_charp name = NULL;
    int method = 0;
    png_bytep profile = NULL;
    png_uint_32 len = 0;

    if (png_get_iCCP(d->png, d->info, &name, &method, &profile, &len) != 0)
        d->profile = (bd_str) { (const char *)profile, len };
}

static void read_rows(struct decoder *d)
{
    size_t row_len = (size_t)d->raster.width * raster_channels(&d->raster);

    if (png_get_rowbytes(d->png, d->info) != row_len)
        png_error(d->png, "another form");
    raster_new(&d->raster);
    d->rows = calloc(d->raster.height, sizeof *d->rows);
    if (!d->rows)
        bd_out_of_memory();
    for (uint32_t y = 0; y < d->raster.height; y++)
        d->rows[y] = d->raster.pixels + y * row_len;
    png_read_image(d->png, d->rows);
    png_read_end(d->png, NULL);
}

/* All that libpng may leave by a jump; what it holds stays in `d`. */
static bool run(struct decoder *d)
{
    if (setjmp(png_jmpbuf(d->png)) != 0)
        return false;
    png_set_user_limits(d->png, BD_MAX_PICTURE_SIDE, BD_MAX_PICTURE_SIDE);
    png_set_chunk_malloc_max(d->png, MAX_CHUNK);
    png_set_read_fn(d->png, d, read_octets);
    png_read_info(d->png, d->info);
    find_profile(d);
    choose_form(d);
    read_rows(d);
    return true;
}

enum bd_status png_decode(struct bd_arena *arena, bd_str bytes,
                          struct raster *out, bd_str *out_profile,
                          struct bd_err *err)
{
    struct decoder d = { .rest = bytes };
    bool done = false;

    d.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, fail,
                                   say_nothing);
    if (d.png)
        d.info = png_create_info_struct(d.png);
    if (!d.info)
        bd_out_of_memory();
    done = run(&d);
    if (done) {
        *out = d.raster;
        *out_profile = bd_arena_copy(arena, d.profile);
    } else {
        raster_free(&d.raster);
    }
    free(d.rows);
    png_destroy_read_struct(&d.png, &d.info, NULL);
    return done ? BD_OK : picture_damaged(err);
}
