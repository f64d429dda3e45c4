/* JPEG to pixels and back, by libjpeg-turbo. */
#include <stdio.h> /* jpeglib.h needs it */

#include <jerror.h>
#include <jpeglib.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "picture_private.h"

#include "brevduva/base/limits.h"

#define QUALITY    85
#define MAX_MEMORY (512L * 1024 * 1024)
/* Each scan of a progressive file goes over all pixels: so many of the largest
 * picture, more of smaller ones; usual are ten. */
#define MAX_SCANS 500
#define MAX_WORK  (16LL * BD_MAX_PICTURE_PIXELS)

struct failure {
    struct jpeg_error_mgr manager; /* first: libjpeg knows only this */
    jmp_buf back;
    bool cut_off; /* warnings that mean that something is not to be seen */
};

static void fail(j_common_ptr jpeg)
{
    struct failure *failure = (struct failure *)(void *)jpeg->err;

    longjmp(failure->back, 1);
}

/* It goes on with grey where data are missing; we do not. */
static void warn(j_common_ptr jpeg, int level)
{
    struct failure *failure = (struct failure *)(void *)jpeg->err;
    int code = jpeg->err->msg_code;

    if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER ||
                      code == JWRN_HUFF_BAD_CODE))
        failure->cut_off = true;
}

static void say_nothing(j_common_ptr jpeg)
{
    (void)jpeg;
}

static struct jpeg_error_mgr *failure_init(struct failure *failure)
{
    *failure = (struct failure) { .cut_off = false };
    (void)jpeg_std_error(&failure->manager);
    failure->manager.error_exit = fail;
    failure->manager.emit_message = warn;
    failure->manager.output_message = say_nothing;
    return &failure->manager;
}

/* --- reading --- */

struct decoder {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_progress_mgr progress;
    struct failure failure;
    struct raster raster;
    JOCTET *profile; /* of malloc; NULL: none */
    unsigned profile_len;
};

static void watch(j_common_ptr jpeg)
{
    const struct jpeg_decompress_struct *d =
        (const struct jpeg_decompress_struct *)(const void *)jpeg;
    int64_t pixels = (int64_t)d->image_width * d->image_height;

    if (d->input_scan_number > MAX_SCANS ||
        d->input_scan_number * pixels > MAX_WORK)
        fail(jpeg);
}

/* Halved while that leaves at least twice the width: the rest is scaled
 * better than libjpeg does. */
static void choose_scale(struct decoder *d, uint32_t width)
{
    unsigned part = 1;

    while (part < 8 && d->jpeg.image_width / (2 * part) >= 2 * width)
        part *= 2;
    d->jpeg.scale_num = 1;
    d->jpeg.scale_denom = part;
}

static void choose_colours(struct decoder *d)
{
    if (d->jpeg.num_components == 1) {
        d->jpeg.out_color_space = JCS_GRAYSCALE;
        d->raster.space = RASTER_GREY;
    } else if (d->jpeg.num_components == 4) {
        d->jpeg.out_color_space = JCS_CMYK;
        d->raster.space = RASTER_CMYK;
    } else {
        d->jpeg.out_color_space = JCS_RGB;
        d->raster.space = RASTER_RGB;
    }
}

/* 255 is no ink, as nearly all files have it; without Adobe's mark it is the
 * other way. */
static void invert(struct raster *r)
{
    size_t len = (size_t)r->width * r->height * raster_channels(r);

    for (size_t i = 0; i < len; i++)
        r->pixels[i] = (unsigned char)(255 - r->pixels[i]);
}

static void read_rows(struct decoder *d)
{
    size_t row_len = (size_t)d->raster.width * raster_channels(&d->raster);

    while (d->jpeg.output_scanline < d->jpeg.output_height) {
        JSAMPROW row = d->raster.pixels + d->jpeg.output_scanline * row_len;

        (void)jpeg_read_scanlines(&d->jpeg, &row, 1);
    }
}

/* All that libjpeg may leave by a jump; what it holds stays in `d`. */
static bool run_decoder(struct decoder *d, bd_str bytes, uint32_t width)
{
    if (setjmp(d->failure.back) != 0)
        return false;
    jpeg_create_decompress(&d->jpeg);
    d->jpeg.mem->max_memory_to_use = MAX_MEMORY;
    d->progress.progress_monitor = watch;
    d->jpeg.progress = &d->progress;
    jpeg_mem_src(&d->jpeg, (const unsigned char *)bytes.ptr,
                 (unsigned long)bytes.len);
    jpeg_save_markers(&d->jpeg, JPEG_APP0 + 2, 0xffff);
    (void)jpeg_read_header(&d->jpeg, TRUE);
    choose_scale(d, width);
    choose_colours(d);
    d->jpeg.dct_method = JDCT_ISLOW;
    (void)jpeg_read_icc_profile(&d->jpeg, &d->profile, &d->profile_len);
    (void)jpeg_start_decompress(&d->jpeg);
    d->raster.width = d->jpeg.output_width;
    d->raster.height = d->jpeg.output_height;
    raster_new(&d->raster);
    read_rows(d);
    (void)jpeg_finish_decompress(&d->jpeg);
    return !d->failure.cut_off;
}

enum bd_status jpeg_decode(struct bd_arena *arena, bd_str bytes, uint32_t width,
                           struct raster *out, bd_str *out_profile,
                           struct bd_err *err)
{
    struct decoder *d = calloc(1, sizeof *d);
    bool done = false;

    if (!d)
        bd_out_of_memory();
    d->jpeg.err = failure_init(&d->failure);
    done = run_decoder(d, bytes, width);
    if (done && d->raster.space == RASTER_CMYK && !d->jpeg.saw_Adobe_marker)
        invert(&d->raster);
    if (done) {
        *out = d->raster;
        *out_profile = bd_arena_copy(
            arena, (bd_str) { (const char *)d->profile, d->profile_len });
    } else {
        raster_free(&d->raster);
    }
    jpeg_destroy_decompress(&d->jpeg);
    free(d->profile);
    free(d);
    return done ? BD_OK : picture_damaged(err);
}

/* --- writing --- */

struct encoder {
    struct jpeg_compress_struct jpeg;
    struct failure failure;
    unsigned char *bytes; /* of malloc */
    unsigned long len;
};

static bool run_encoder(struct encoder *e, const struct raster *r)
{
    size_t row_len = (size_t)r->width * raster_channels(r);

    if (setjmp(e->failure.back) != 0)
        return false;
    jpeg_create_compress(&e->jpeg);
    jpeg_mem_dest(&e->jpeg, &e->bytes, &e->len);
    e->jpeg.image_width = r->width;
    e->jpeg.image_height = r->height;
    e->jpeg.input_components = (int)raster_channels(r);
    e->jpeg.in_color_space = r->space == RASTER_GREY ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&e->jpeg);
    jpeg_set_quality(&e->jpeg, QUALITY, TRUE);
    e->jpeg.dct_method = JDCT_ISLOW;
    e->jpeg.optimize_coding = TRUE;
    jpeg_simple_progression(&e->jpeg);
    jpeg_start_compress(&e->jpeg, TRUE);
    while (e->jpeg.next_scanline < e->jpeg.image_height) {
        JSAMPROW row = r->pixels + e->jpeg.next_scanline * row_len;

        (void)jpeg_write_scanlines(&e->jpeg, &row, 1);
    }
    jpeg_finish_compress(&e->jpeg);
    return true;
}

void jpeg_encode(const struct raster *raster, struct bd_buf *out)
{
    struct encoder *e = calloc(1, sizeof *e);

    if (!e)
        bd_out_of_memory();
    e->jpeg.err = failure_init(&e->failure);
    if (!run_encoder(e, raster)) /* into memory: nothing else can fail */
        bd_out_of_memory();
    bd_buf_add(out, (bd_str) { (const char *)e->bytes, e->len });
    jpeg_destroy_compress(&e->jpeg);
    free(e->bytes);
    free(e);
}
