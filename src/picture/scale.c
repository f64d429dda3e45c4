/*
 * A smaller picture: Catmull-Rom, the width first, then the height, in linear
 * light and with colours weighted by their opacity, so that fine patterns keep
 * their brightness and what is transparent does not bleed. Whole numbers only
 * once the weights are made: the same everywhere.
 */
#include <stdlib.h>
#include <string.h>

#include "picture_private.h"

#define ONE    16384 /* the sum of all weights of a pixel */
#define OPAQUE 65535
#define REACH  2.0 /* of the kernel, in pixels of the coarser grid */

/* sRGB to linear light (IEC 61966-2-1), 0 to 65535. */
static const uint16_t linear[256] = {
    0,     20,    40,    60,    80,    99,    119,   139,   159,   179,   199,
    219,   241,   264,   288,   313,   340,   367,   396,   427,   458,   491,
    526,   562,   599,   637,   677,   718,   761,   805,   851,   898,   947,
    997,   1048,  1101,  1156,  1212,  1270,  1330,  1391,  1453,  1517,  1583,
    1651,  1720,  1790,  1863,  1937,  2013,  2090,  2170,  2250,  2333,  2418,
    2504,  2592,  2681,  2773,  2866,  2961,  3058,  3157,  3258,  3360,  3464,
    3570,  3678,  3788,  3900,  4014,  4129,  4247,  4366,  4488,  4611,  4736,
    4864,  4993,  5124,  5257,  5392,  5530,  5669,  5810,  5953,  6099,  6246,
    6395,  6547,  6700,  6856,  7014,  7174,  7335,  7500,  7666,  7834,  8004,
    8177,  8352,  8528,  8708,  8889,  9072,  9258,  9445,  9635,  9828,  10022,
    10219, 10417, 10619, 10822, 11028, 11235, 11446, 11658, 11873, 12090, 12309,
    12530, 12754, 12980, 13209, 13440, 13673, 13909, 14146, 14387, 14629, 14874,
    15122, 15371, 15623, 15878, 16135, 16394, 16656, 16920, 17187, 17456, 17727,
    18001, 18277, 18556, 18837, 19121, 19407, 19696, 19987, 20281, 20577, 20876,
    21177, 21481, 21787, 22096, 22407, 22721, 23038, 23357, 23678, 24002, 24329,
    24658, 24990, 25325, 25662, 26001, 26344, 26688, 27036, 27386, 27739, 28094,
    28452, 28813, 29176, 29542, 29911, 30282, 30656, 31033, 31412, 31794, 32179,
    32567, 32957, 33350, 33745, 34143, 34544, 34948, 35355, 35764, 36176, 36591,
    37008, 37429, 37852, 38278, 38706, 39138, 39572, 40009, 40449, 40891, 41337,
    41785, 42236, 42690, 43147, 43606, 44069, 44534, 45002, 45473, 45947, 46423,
    46903, 47385, 47871, 48359, 48850, 49344, 49841, 50341, 50844, 51349, 51858,
    52369, 52884, 53401, 53921, 54445, 54971, 55500, 56032, 56567, 57105, 57646,
    58190, 58737, 59287, 59840, 60396, 60955, 61517, 62082, 62650, 63221, 63795,
    64372, 64952, 65535,
};

/* One line of pixels to another: what each new pixel is made of. */
struct filter {
    uint32_t count; /* pixels of the new line */
    size_t taps;    /* most that one is made of */
    struct span {
        uint32_t first, count;
    } * spans;
    int32_t *weights; /* taps for each */
};

static double kernel(double x)
{
    x = x < 0 ? -x : x;
    if (x < 1)
        return (1.5 * x - 2.5) * x * x + 1;
    return x < REACH ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/* Rounded, with the sum exactly ONE: else flat areas would get a tint. */
static void set_weights(const double *exact, uint32_t count, int32_t *weights)
{
    double sum = 0;
    int32_t left = ONE;
    uint32_t largest = 0;

    for (uint32_t i = 0; i < count; i++)
        sum += exact[i];
    for (uint32_t i = 0; i < count; i++) {
        double w = exact[i] / sum * ONE;

        weights[i] = (int32_t)(w < 0 ? w - 0.5 : w + 0.5);
        left -= weights[i];
        largest = exact[i] > exact[largest] ? i : largest;
    }
    weights[largest] += left;
}

static void filter_init(struct filter *f, uint32_t from, uint32_t to)
{
    double scale = (double)from / to;
    double reach = REACH * scale;
    double *exact = NULL;

    f->count = to;
    f->taps = (size_t)(2 * reach) + 3;
    f->spans = calloc(to, sizeof *f->spans);
    f->weights = calloc(to * f->taps, sizeof *f->weights);
    exact = calloc(f->taps, sizeof *exact);
    if (!f->spans || !f->weights || !exact)
        bd_out_of_memory();
    for (uint32_t i = 0; i < to; i++) {
        double centre = (i + 0.5) * scale - 0.5;
        double low = centre - reach;
        double high = centre + reach;
        uint32_t first = low > 0 ? (uint32_t)low : 0;
        uint32_t last = high < from - 1 ? (uint32_t)high : from - 1;

        f->spans[i] = (struct span) { first, last - first + 1 };
        for (uint32_t n = first; n <= last; n++)
            exact[n - first] = kernel((n - centre) / scale);
        set_weights(exact, last - first + 1, f->weights + i * f->taps);
    }
    free(exact);
}

static void filter_fini(struct filter *f)
{
    free(f->spans);
    free(f->weights);
}

/* Linear samples of a whole picture. */
struct plane {
    size_t width, height;
    uint16_t *samples;
};

static void plane_new(struct plane *p, size_t width, size_t height,
                      unsigned channels)
{
    p->width = width;
    p->height = height;
    p->samples = calloc(width * height, channels * sizeof *p->samples);
    if (!p->samples)
        bd_out_of_memory();
}

/* A row as linear samples, weighted by opacity. */
static void widen(const struct raster *r, uint32_t row, uint16_t *out)
{
    unsigned channels = raster_channels(r);
    unsigned colours = channels - r->alpha;
    const unsigned char *in = r->pixels + (size_t)row * r->width * channels;

    for (uint32_t x = 0; x < r->width; x++, in += channels, out += channels) {
        uint32_t opacity = r->alpha ? in[colours] * 257U : OPAQUE;

        for (unsigned c = 0; c < colours; c++)
            out[c] = (uint16_t)((uint64_t)linear[in[c]] * opacity / OPAQUE);
        if (r->alpha)
            out[colours] = (uint16_t)opacity;
    }
}

/* A new sample of old ones that stand `step` apart. */
static uint16_t blend(const uint16_t *from, size_t step, uint32_t count,
                      const int32_t *weights)
{
    int64_t sum = ONE / 2;

    for (uint32_t i = 0; i < count; i++)
        sum += (int64_t)from[i * step] * weights[i];
    sum /= ONE;
    return (uint16_t)(sum < 0 ? 0 : sum > OPAQUE ? OPAQUE : sum);
}

static void blend_widths(const struct raster *r, const struct filter *f,
                         struct plane *out)
{
    unsigned channels = raster_channels(r);
    uint16_t *row = calloc(r->width, channels * sizeof *row);
    uint16_t *to = out->samples;

    if (!row)
        bd_out_of_memory();
    for (uint32_t y = 0; y < r->height; y++) {
        widen(r, y, row);
        for (uint32_t x = 0; x < f->count; x++)
            for (unsigned c = 0; c < channels; c++)
                *to++ = blend(row + (size_t)f->spans[x].first * channels + c,
                              channels, f->spans[x].count,
                              f->weights + x * f->taps);
    }
    free(row);
}

/* The octet whose light is nearest. */
static unsigned char narrow(uint32_t light)
{
    unsigned low = 0;
    unsigned high = 255;

    while (high - low > 1) {
        unsigned middle = (low + high) / 2;

        if (linear[middle] <= light)
            low = middle;
        else
            high = middle;
    }
    return (unsigned char)(light >= linear[high] ||
                                   linear[high] - light <= light - linear[low]
                               ? high
                               : low);
}

static void put_pixel(const struct raster *r, const uint16_t *samples,
                      unsigned char *out)
{
    unsigned colours = raster_channels(r) - r->alpha;
    uint32_t opacity = r->alpha ? samples[colours] : OPAQUE;

    for (unsigned c = 0; c < colours; c++) {
        uint64_t light = opacity ? (uint64_t)samples[c] * OPAQUE / opacity : 0;

        out[c] = narrow(light > OPAQUE ? OPAQUE : (uint32_t)light);
    }
    if (r->alpha)
        out[colours] = (unsigned char)((opacity + 128) / 257);
}

static void blend_heights(const struct plane *p, const struct filter *f,
                          struct raster *out)
{
    unsigned channels = raster_channels(out);
    size_t step = p->width * channels;
    unsigned char *to = out->pixels;
    uint16_t samples[5] = { 0 };

    for (uint32_t y = 0; y < f->count; y++)
        for (uint32_t x = 0; x < p->width; x++, to += channels) {
            const uint16_t *from = p->samples + f->spans[y].first * step +
                                   (size_t)x * channels;

            for (unsigned c = 0; c < channels; c++)
                samples[c] = blend(from + c, step, f->spans[y].count,
                                   f->weights + y * f->taps);
            put_pixel(out, samples, to);
        }
}

void raster_scale(struct raster *raster, uint32_t width, uint32_t height)
{
    struct filter across = { .count = 0 };
    struct filter down = { .count = 0 };
    struct plane between = { .samples = NULL };
    struct raster to = *raster;

    if (width == raster->width && height == raster->height)
        return;
    filter_init(&across, raster->width, width);
    filter_init(&down, raster->height, height);
    plane_new(&between, width, raster->height, raster_channels(raster));
    blend_widths(raster, &across, &between);
    to.width = width;
    to.height = height;
    raster_new(&to);
    blend_heights(&between, &down, &to);
    free(between.samples);
    filter_fini(&across);
    filter_fini(&down);
    raster_free(raster);
    *raster = to;
}
