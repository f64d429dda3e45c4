#include "picture_private.h"

#include "t.h"

static void test_picture_look__tells_kinds_by_octets(void **state)
{
    static const struct {
        const char *name;
        bd_str bytes;
        enum bd_status want;
        uint32_t width, height;
    } rows[] = {
        { "png", BD_STR_INIT("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\2\0\0\0\3"),
          BD_OK, 258, 3 },
        { "png without header", BD_STR_INIT("\x89PNG\r\n\x1a\n"), BD_EPARSE, 0,
          0 },
        { "png, another chunk first",
          BD_STR_INIT("\x89PNG\r\n\x1a\n\0\0\0\rIDAT\0\0\1\2\0\0\0\3"),
          BD_EPARSE, 0, 0 },
        { "png of no width",
          BD_STR_INIT("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\3"),
          BD_EPARSE, 0, 0 },
        { "png of 4 thousand million",
          BD_STR_INIT("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\0\0\0\1"),
          BD_ELIMIT, 0, 0 },
        { "jpeg", BD_STR_INIT("\xff\xd8\xff\xc0\0\x0b\x08\0\2\0\5\1"), BD_OK, 5,
          2 },
        { "jpeg, fill and a segment first",
          BD_STR_INIT("\xff\xd8\xff\xff\xe0\0\3x\xff\xc2\0\x0b\x08\0\2\0\5\1"),
          BD_OK, 5, 2 },
        { "jpeg, a table that is no frame",
          BD_STR_INIT("\xff\xd8\xff\xc4\0\x0b\x08\0\2\0\5\1"), BD_EPARSE, 0,
          0 },
        { "jpeg of a large area",
          BD_STR_INIT("\xff\xd8\xff\xc0\0\x0b\x08\x70\2\x70\5\1"), BD_ELIMIT, 0,
          0 },
        { "jpeg of a long side",
          BD_STR_INIT("\xff\xd8\xff\xc0\0\x0b\x08\0\1\xff\xff\1"), BD_ELIMIT, 0,
          0 },
        { "gif", BD_STR_INIT("GIF89a\1\2\3\4"), BD_OK, 513, 1027 },
        { "gif, old", BD_STR_INIT("GIF87a\1\0\3\0"), BD_OK, 1, 3 },
        { "gif, cut off", BD_STR_INIT("GIF89a\1\2\3"), BD_EPARSE, 0, 0 },
        { "svg", BD_STR_INIT("<svg xmlns="), BD_EINVAL, 0, 0 },
        { "webp", BD_STR_INIT("RIFF\0\0\0\0WEBP"), BD_EINVAL, 0, 0 },
        { "nothing", BD_STR_INIT(""), BD_EINVAL, 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap_str(rows[i].bytes);
        struct bd_picture_head head = { .type = NULL };

        CHECK_ROW(rows[i].name,
                  bd_picture_look(in, &head, NULL) == rows[i].want);
        CHECK_ROW(rows[i].name, head.width == rows[i].width);
        CHECK_ROW(rows[i].name, head.height == rows[i].height);
        t_free(in);
    }
}

static void test_exif_orientation__reads_both_orders(void **state)
{
    static const struct {
        const char *name;
        bd_str tiff;
        unsigned want;
    } rows[] = {
        { "little",
          BD_STR_INIT("II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0"), 6 },
        { "big", BD_STR_INIT("MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\x08\0\0"),
          8 },
        { "no such turn",
          BD_STR_INIT("II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\x09\0\0\0"), 1 },
        { "another type",
          BD_STR_INIT("II*\0\x08\0\0\0\1\0\x12\1\4\0\1\0\0\0\6\0\0\0"), 1 },
        { "more entries than octets",
          BD_STR_INIT("II*\0\x08\0\0\0\xff\xff\x11\1\3\0\1\0\0\0\6\0\0\0"), 1 },
        { "far away", BD_STR_INIT("II*\0\xff\xff\xff\xff\1\0"), 1 },
        { "cut off", BD_STR_INIT("II*\0\x08\0\0\0\1\0\x12\1\3"), 1 },
        { "no TIFF", BD_STR_INIT("hej"), 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap_str(rows[i].tiff);

        CHECK_ROW(rows[i].name, exif_orientation(in) == rows[i].want);
        t_free(in);
    }
}

/* a b c    each letter is a pixel
 * d e f */
static void test_raster_turn__as_exif_says(void **state)
{
    static const struct {
        unsigned orientation, width;
        const char *want;
    } rows[] = {
        { 1, 3, "abcdef" }, { 2, 3, "cbafed" }, { 3, 3, "fedcba" },
        { 4, 3, "defabc" }, { 5, 2, "adbecf" }, { 6, 2, "daebfc" },
        { 7, 2, "fcebda" }, { 8, 2, "cfbead" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct raster r = { .width = 3, .height = 2, .space = RASTER_GREY };

        raster_new(&r);
        memcpy(r.pixels, "abcdef", 6);
        raster_turn(&r, rows[i].orientation);
        CHECK_ROW(rows[i].want, r.width == rows[i].width);
        CHECK_ROW(rows[i].want, memcmp(r.pixels, rows[i].want, 6) == 0);
        raster_free(&r);
    }
}

/* Flat areas stay as they are to the last step, also at the edges. */
static void test_raster_scale__keeps_flat_colours(void **state)
{
    (void)state;
    for (unsigned value = 0; value < 256; value += 17)
        for (uint32_t width = 1; width < 13; width += 3) {
            struct raster r = {
                .width = 13, .height = 7, .space = RASTER_RGB, .alpha = true
            };

            raster_new(&r);
            memset(r.pixels, (int)value, (size_t)13 * 7 * 4);
            for (size_t i = 3; i < (size_t)13 * 7 * 4; i += 4)
                r.pixels[i] = 255;
            raster_scale(&r, width, 2);
            for (size_t i = 0; i < (size_t)width * 2 * 4; i++)
                assert_int_equal(r.pixels[i], i % 4 == 3 ? 255 : value);
            raster_free(&r);
        }
}

/* Black behind what is transparent does not darken what is beside it. */
static void test_raster_scale__weighs_by_opacity(void **state)
{
    struct raster r = {
        .width = 4, .height = 1, .space = RASTER_RGB, .alpha = true
    };

    (void)state;
    raster_new(&r);
    memcpy(r.pixels, "\xc8\x64\x32\xff\0\0\0\0\xc8\x64\x32\xff\0\0\0\0", 16);
    raster_scale(&r, 1, 1);
    assert_memory_equal(r.pixels, "\xc8\x64\x32", 3);
    assert_in_range(r.pixels[3], 120, 136);
    raster_free(&r);
}

/* Black and white in turns give the grey that is seen from afar: half of the
 * light is 188, not 128. */
static void test_raster_scale__works_in_linear_light(void **state)
{
    struct raster r = { .width = 64, .height = 2, .space = RASTER_GREY };

    (void)state;
    raster_new(&r);
    for (size_t i = 0; i < 128; i += 2)
        r.pixels[i] = 255;
    raster_scale(&r, 8, 1);
    assert_in_range(r.pixels[4], 186, 190);
    raster_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_picture_look__tells_kinds_by_octets),
        cmocka_unit_test(test_exif_orientation__reads_both_orders),
        cmocka_unit_test(test_raster_turn__as_exif_says),
        cmocka_unit_test(test_raster_scale__keeps_flat_colours),
        cmocka_unit_test(test_raster_scale__weighs_by_opacity),
        cmocka_unit_test(test_raster_scale__works_in_linear_light),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
