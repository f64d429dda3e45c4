/* Pixels to PNG, by libpng. */
#include <png.h>

#include "picture_private.h"

#define LEVEL 9 /* made once, sent many times */

#define HEAD_LEN 33 /* signature and IHDR */

static void put_octets(png_structp png, png_bytep octets, size_t len)
{
    bd_buf_add(png_get_io_ptr(png), (bd_str) { (const char *)octets, len });
}

static void flush(png_structp png)
{
    (void)png;
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

static bool run(png_structp png, png_infop info, const struct raster *r,
                struct bd_buf *out)
{
    size_t row_len = (size_t)r->width * raster_channels(r);
    int type = (r->space == RASTER_RGB ? PNG_COLOR_MASK_COLOR : 0) |
               (r->alpha ? PNG_COLOR_MASK_ALPHA : 0);

    if (setjmp(png_jmpbuf(png)) != 0)
        return false;
    png_set_write_fn(png, out, put_octets, flush);
    png_set_compression_level(png, LEVEL);
    png_set_IHDR(png, info, r->width, r->height, 8, type, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (uint32_t y = 0; y < r->height; y++)
        png_write_row(png, r->pixels + y * row_len);
    png_write_end(png, info);
    return true;
}

void png_encode(const struct raster *raster, bd_str colour, struct bd_buf *out)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, fail,
                                              say_nothing);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    struct bd_buf buf = { 0 };
    bd_str bytes = BD_STR_NONE;

    if (!info || !run(png, info, raster, &buf)) /* into memory */
        bd_out_of_memory();
    bytes = bd_buf_str(&buf);
    bd_buf_add(out, bd_str_sub(bytes, 0, HEAD_LEN));
    bd_buf_add(out, colour);
    bd_buf_add(out, bd_str_skip(bytes, HEAD_LEN));
    bd_buf_fini(&buf);
    png_destroy_write_struct(&png, &info);
}
