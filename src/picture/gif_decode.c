/* The pixels of a GIF that stands still: LZW with codes of growing width
 * (GIF89a, appendix F). */
#include "picture_private.h"

#include "brevduva/base/limits.h"

#define MAX_CODES 4096
#define NONE      UINT32_MAX

struct lzw {
    bd_str rest; /* sub-blocks */
    bd_str block;
    uint32_t bits, bit_count;
    unsigned min_size, size; /* bits of a code */
    uint32_t next;           /* the code to be made */
    uint16_t prefix[MAX_CODES];
    unsigned char last[MAX_CODES], first[MAX_CODES];
    unsigned char stack[MAX_CODES];
};

static bool next_octet(struct lzw *l, uint32_t *out)
{
    while (l->block.len == 0) {
        size_t len = l->rest.len > 0 ? (unsigned char)l->rest.ptr[0] : 0;

        if (len == 0)
            return false;
        l->block = bd_str_sub(l->rest, 1, len);
        l->rest = bd_str_skip(l->rest, len + 1);
    }
    *out = (unsigned char)l->block.ptr[0];
    l->block = bd_str_skip(l->block, 1);
    return true;
}

/* NONE: the data are at their end. */
static uint32_t next_code(struct lzw *l)
{
    uint32_t octet = 0;
    uint32_t code = 0;

    while (l->bit_count < l->size) {
        if (!next_octet(l, &octet))
            return NONE;
        l->bits |= octet << l->bit_count;
        l->bit_count += 8;
    }
    code = l->bits & ((1U << l->size) - 1);
    l->bits >>= l->size;
    l->bit_count -= l->size;
    return code;
}

static void reset(struct lzw *l)
{
    l->size = l->min_size + 1;
    l->next = (1U << l->min_size) + 2;
}

/* A frame that is being filled, in the order of its rows. */
struct frame {
    const struct gif_facts *facts;
    struct raster *raster;
    size_t count; /* pixels so far */
};

/* Rows come in four passes (appendix E). */
static uint32_t row_of(const struct gif_frame *f, uint32_t row)
{
    static const unsigned first[] = { 0, 4, 2, 1 };
    static const unsigned step[] = { 8, 8, 4, 2 };

    for (int pass = 0; f->interlaced && pass < 4; pass++) {
        uint32_t rows = f->height > first[pass]
                            ? (f->height - first[pass] - 1) / step[pass] + 1
                            : 0;

        if (row < rows)
            return first[pass] + row * step[pass];
        row -= rows;
    }
    return row;
}

static void put_pixel(struct frame *frame, unsigned index)
{
    const struct gif_frame *f = &frame->facts->frame;
    size_t x = f->left + frame->count % f->width;
    size_t y = f->top + row_of(f, (uint32_t)(frame->count / f->width));
    unsigned char *pixel = NULL;

    frame->count++;
    if (x >= frame->raster->width || y >= frame->raster->height ||
        (int)index == f->transparent || 3 * index + 3 > f->palette.len)
        return;
    pixel = frame->raster->pixels + 4 * (y * frame->raster->width + x);
    for (unsigned c = 0; c < 3; c++)
        pixel[c] = (unsigned char)f->palette.ptr[3 * index + c];
    pixel[3] = 255;
}

/* The colours that a code stands for, the last one first on the stack. */
static void put_code(struct lzw *l, uint32_t code, struct frame *frame,
                     size_t most)
{
    uint32_t clear = 1U << l->min_size;
    size_t depth = 0;

    while (code > clear && depth < MAX_CODES - 1) {
        l->stack[depth++] = l->last[code];
        code = l->prefix[code];
    }
    l->stack[depth++] = (unsigned char)code;
    while (depth > 0 && frame->count < most)
        put_pixel(frame, l->stack[--depth]);
}

static unsigned char first_of(const struct lzw *l, uint32_t code)
{
    return code < (1U << l->min_size) ? (unsigned char)code : l->first[code];
}

static void add_code(struct lzw *l, uint32_t before, unsigned char last)
{
    if (l->next >= MAX_CODES)
        return;
    l->prefix[l->next] = (uint16_t)before;
    l->last[l->next] = last;
    l->first[l->next] = first_of(l, before);
    l->next++;
    if (l->next == 1U << l->size && l->size < 12)
        l->size++;
}

static bool decode(struct lzw *l, struct frame *frame, size_t most)
{
    uint32_t clear = 1U << l->min_size;
    uint32_t before = NONE;

    reset(l);
    while (frame->count < most) {
        uint32_t code = next_code(l);

        if (code == clear) {
            reset(l);
            before = NONE;
            continue;
        }
        if (code == NONE || code == clear + 1 || code > l->next ||
            (code == l->next && before == NONE))
            return false;
        if (before != NONE)
            add_code(l, before, first_of(l, code == l->next ? before : code));
        if (code >= l->next)
            return false;
        put_code(l, code, frame, most);
        before = code;
    }
    return true;
}

enum bd_status gif_decode(const struct gif_facts *facts, struct raster *out)
{
    const struct gif_frame *f = &facts->frame;
    struct raster raster = { .width = facts->width,
                             .height = facts->height,
                             .space = RASTER_RGB,
                             .alpha = true };
    struct frame frame = { facts, &raster, 0 };
    struct bd_arena *arena = NULL;
    struct lzw *l = NULL;
    unsigned min_size = picture_little(f->data, 0, 1);
    bool done = false;

    if (min_size < 1 || min_size > 8 ||
        (uint64_t)f->width * f->height > BD_MAX_PICTURE_PIXELS)
        return BD_EPARSE;
    arena = bd_arena_new();
    l = BD_NEW(arena, struct lzw);
    l->min_size = min_size;
    l->rest = bd_str_skip(f->data, 1);
    raster_new(&raster);
    done = decode(l, &frame, (size_t)f->width * f->height);
    bd_arena_free(arena);
    if (done)
        *out = raster;
    else
        raster_free(&raster);
    return done ? BD_OK : BD_EPARSE;
}
