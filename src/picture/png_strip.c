/* The chunks of a PNG file (ISO 15948 5.3), without decoding. */
#include "picture_private.h"

#define SIGNATURE 8
#define AROUND    12 /* length, name and check sum of a chunk */

/* Without these it looks different. "acTL", "fcTL" and "fdAT" are APNG's. */
static const char *const seen[] = { "IHDR", "PLTE", "IDAT", "IEND",
                                    "tRNS", "sRGB", "gAMA", "cHRM",
                                    "acTL", "fcTL", "fdAT" };
static const char *const colour[] = { "sRGB", "gAMA", "cHRM" };

static bool is_among(bd_str name, const char *const names[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bd_str_eq(name, bd_str_from(names[i])))
            return true;
    return false;
}

#define IS_AMONG(name, names)                                                  \
    is_among((name), (names), sizeof(names) / sizeof *(names))

/* Lower-case chunks may be left out of a file by whoever does not know them
 * (5.4); an unknown one that may not is from another world. */
static bool is_ancillary(bd_str name)
{
    return (name.ptr[0] & 0x20) != 0;
}

struct strip {
    enum png_keep keep;
    struct png_facts facts;
    struct bd_buf colour;
    struct bd_buf *out;
};

static void take_chunk(struct strip *s, bd_str chunk)
{
    bd_str name = bd_str_sub(chunk, 4, 4);
    bd_str data = bd_str_sub(chunk, 8, chunk.len - AROUND);

    if (bd_str_eq(name, BD_STR("eXIf")))
        s->facts.orientation = exif_orientation(data);
    if (bd_str_eq(name, BD_STR("acTL")))
        s->facts.moves = true;
    if (IS_AMONG(name, colour))
        bd_buf_add(&s->colour, chunk);
    if (s->out && (IS_AMONG(name, seen) || (s->keep == PNG_SEEN_AND_PROFILE &&
                                            bd_str_eq(name, BD_STR("iCCP")))))
        bd_buf_add(s->out, chunk);
}

static enum bd_status take_all(struct strip *s, bd_str rest)
{
    while (rest.len >= AROUND) {
        size_t len = picture_big(rest, 0, 4);
        bd_str name = bd_str_sub(rest, 4, 4);

        if (len > rest.len - AROUND ||
            (!is_ancillary(name) && !IS_AMONG(name, seen)))
            return BD_EPARSE;
        take_chunk(s, bd_str_sub(rest, 0, len + AROUND));
        if (bd_str_eq(name, BD_STR("IEND")))
            return BD_OK;
        rest = bd_str_skip(rest, len + AROUND);
    }
    return BD_EPARSE;
}

enum bd_status png_strip(struct bd_arena *arena, bd_str bytes,
                         enum png_keep keep, struct png_facts *facts,
                         struct bd_buf *out)
{
    struct strip s = { .keep = keep,
                       .facts = { .orientation = 1 },
                       .out = out };
    enum bd_status rc = BD_OK;

    if (out)
        bd_buf_add(out, bd_str_sub(bytes, 0, SIGNATURE));
    rc = take_all(&s, bd_str_skip(bytes, SIGNATURE));
    s.facts.colour = bd_buf_copy(&s.colour, arena);
    bd_buf_fini(&s.colour);
    if (facts)
        *facts = s.facts;
    return rc;
}
