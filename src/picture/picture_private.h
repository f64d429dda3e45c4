/* The steps from a file to a picture. */
#ifndef PICTURE_PRIVATE_H
#define PICTURE_PRIVATE_H

#include "brevduva/base/buf.h"
#include "brevduva/picture/picture.h"

/* --- octets --- */

/* A number of `count` octets (at most 4) at `at`; 0 past the end. */
uint32_t picture_big(bd_str bytes, size_t at, size_t count);
uint32_t picture_little(bd_str bytes, size_t at, size_t count);
/* "the picture is damaged; ...", BD_EPARSE. */
enum bd_status picture_damaged(struct bd_err *err);

/* --- pixels --- */

enum raster_space { RASTER_GREY = 1, RASTER_RGB = 3, RASTER_CMYK = 4 };

/* Decoded, rows from the top, octets for each channel, alpha last. */
struct raster {
    uint32_t width, height;
    enum raster_space space; /* also its number of channels */
    bool alpha;              /* one channel more */
    unsigned char *pixels;   /* of raster_new; raster_free */
};
unsigned raster_channels(const struct raster *raster);
/* Allocates pixels for what the other members say. */
void raster_new(struct raster *raster);
void raster_free(struct raster *raster); /* zeroed is allowed */

/* Smaller, in linear light. */
void raster_scale(struct raster *raster, uint32_t width, uint32_t height);
/* As EXIF's orientation says, 1 to 8. */
void raster_turn(struct raster *raster, unsigned orientation);

/* Does the ICC profile mean anything else than sRGB for this space? */
bool colour_is_foreign(bd_str profile, enum raster_space space);
/* To sRGB by the profile; without one CMYK becomes RGB by rule of thumb. */
void colour_convert(struct raster *raster, bd_str profile);

/* --- EXIF --- */

/* The orientation in TIFF data, 1 if none is told. */
unsigned exif_orientation(bd_str tiff);

/* --- JPEG --- */

struct jpeg_facts {
    unsigned orientation; /* 1 to 8 */
};

/* Without what is not to be seen; BD_EPARSE. `facts` and `out` may be NULL. */
enum bd_status jpeg_strip(bd_str bytes, struct jpeg_facts *facts,
                          struct bd_buf *out);
/* Decoded at no less than `width` pixels wide; the profile, if it has one, is
 * in the arena. */
enum bd_status jpeg_decode(struct bd_arena *arena, bd_str bytes, uint32_t width,
                           struct raster *out, bd_str *out_profile,
                           struct bd_err *err);
void jpeg_encode(const struct raster *raster, struct bd_buf *out);

/* --- PNG --- */

struct png_facts {
    unsigned orientation;
    bool moves;    /* APNG */
    bd_str colour; /* chunks that say what the numbers mean: sRGB, gAMA, cHRM */
};

enum png_keep { PNG_SEEN, PNG_SEEN_AND_PROFILE };

/* Without what is not to be seen; BD_EPARSE. `out` may be NULL. */
enum bd_status png_strip(struct bd_arena *arena, bd_str bytes,
                         enum png_keep keep, struct png_facts *facts,
                         struct bd_buf *out);
enum bd_status png_decode(struct bd_arena *arena, bd_str bytes,
                          struct raster *out, bd_str *out_profile,
                          struct bd_err *err);
/* `colour`: chunks for its head. */
void png_encode(const struct raster *raster, bd_str colour, struct bd_buf *out);

/* --- GIF --- */

struct gif_facts {
    bool moves;
    uint32_t width, height;
    struct gif_frame {
        uint32_t left, top, width, height;
        bool interlaced;
        int transparent; /* index, -1: none */
        bd_str palette;  /* 3 octets a colour */
        bd_str data;     /* from the code size on, in sub-blocks */
    } frame;             /* the first */
};

enum bd_status gif_strip(bd_str bytes, struct gif_facts *facts,
                         struct bd_buf *out);
enum bd_status gif_decode(const struct gif_facts *facts, struct raster *out);

#endif
