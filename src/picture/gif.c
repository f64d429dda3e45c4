/* The blocks of a GIF file (GIF89a), without decoding. */
#include "picture_private.h"

#define EXTENSION   0x21
#define DESCRIPTOR  0x2c
#define TRAILER     0x3b
#define CONTROL     0xf9
#define APPLICATION 0xff

struct walk {
    struct gif_facts facts;
    bd_str rest;
    bd_str palette;  /* for all frames */
    int transparent; /* of the next frame */
    unsigned frames;
    struct bd_buf *out; /* NULL: only facts */
};

static void put(const struct walk *w, bd_str bytes)
{
    if (w->out)
        bd_buf_add(w->out, bytes);
}

/* Take `len` octets from the front; empty when there are fewer. */
static bd_str take(struct walk *w, size_t len)
{
    bd_str part = bd_str_sub(w->rest, 0, len);

    if (part.len < len)
        return BD_STR_NONE;
    w->rest = bd_str_skip(w->rest, len);
    return part;
}

/* Sub-blocks up to the empty one that ends them (15). */
static bool take_blocks(struct walk *w, bd_str *out)
{
    const char *start = w->rest.ptr;

    for (;;) {
        size_t len = w->rest.len > 0 ? (unsigned char)w->rest.ptr[0] : 0;

        if (take(w, len + 1).len == 0)
            return false;
        if (len == 0)
            break;
    }
    *out = (bd_str) { start, (size_t)(w->rest.ptr - start) };
    return true;
}

static size_t palette_len(uint32_t flags)
{
    return flags & 0x80 ? 3U << ((flags & 7) + 1) : 0;
}

static bool take_screen(struct walk *w)
{
    bd_str screen = take(w, 13);
    size_t len = palette_len(picture_little(screen, 10, 1));

    w->facts.width = picture_little(screen, 6, 2);
    w->facts.height = picture_little(screen, 8, 2);
    put(w, screen);
    w->palette = take(w, len);
    put(w, w->palette);
    return screen.len > 0 && w->palette.len == len;
}

/* Of extensions by applications only how often it is shown. */
static bool is_loop(bd_str blocks)
{
    return bd_str_starts(blocks, BD_STR("\x0bNETSCAPE2.0")) ||
           bd_str_starts(blocks, BD_STR("\x0b"
                                        "ANIMEXTS1.0"));
}

static bool take_extension(struct walk *w)
{
    bd_str head = take(w, 2);
    uint32_t kind = picture_little(head, 1, 1);
    bd_str blocks = BD_STR_NONE;

    if (head.len == 0 || !take_blocks(w, &blocks))
        return false;
    if (kind == CONTROL)
        w->transparent = picture_little(blocks, 1, 1) & 1
                             ? (int)picture_little(blocks, 4, 1)
                             : -1;
    if (kind == CONTROL || (kind == APPLICATION && is_loop(blocks))) {
        put(w, head);
        put(w, blocks);
    }
    return true;
}

static bool take_frame(struct walk *w)
{
    struct gif_frame frame = { .transparent = w->transparent };
    bd_str head = take(w, 10);
    uint32_t flags = picture_little(head, 9, 1);
    bd_str palette = take(w, palette_len(flags));
    bd_str size = take(w, 1);
    bd_str blocks = BD_STR_NONE;

    if (head.len == 0 || palette.len < palette_len(flags) || size.len == 0 ||
        !take_blocks(w, &blocks))
        return false;
    frame.left = picture_little(head, 1, 2);
    frame.top = picture_little(head, 3, 2);
    frame.width = picture_little(head, 5, 2);
    frame.height = picture_little(head, 7, 2);
    frame.interlaced = flags & 0x40;
    frame.palette = palette.len > 0 ? palette : w->palette;
    frame.data = (bd_str) { size.ptr, blocks.len + 1 };
    if (w->frames++ == 0)
        w->facts.frame = frame;
    w->transparent = -1;
    put(w, head);
    put(w, palette);
    put(w, frame.data);
    return true;
}

static bool take_all(struct walk *w)
{
    if (!take_screen(w))
        return false;
    while (w->rest.len > 0) {
        uint32_t kind = (unsigned char)w->rest.ptr[0];

        if (kind == TRAILER) {
            put(w, BD_STR(";"));
            return w->frames > 0;
        }
        if (kind == DESCRIPTOR ? !take_frame(w)
                               : kind != EXTENSION || !take_extension(w))
            return false;
    }
    return false;
}

enum bd_status gif_strip(bd_str bytes, struct gif_facts *facts,
                         struct bd_buf *out)
{
    struct walk w = { .rest = bytes, .transparent = -1, .out = out };

    if (!take_all(&w))
        return BD_EPARSE;
    w.facts.moves = w.frames > 1;
    *facts = w.facts;
    return BD_OK;
}
