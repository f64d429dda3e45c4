/*
 * Pictures for letters: PNG (ISO 15948), JPEG (ITU T.81) and GIF (89a), told
 * apart by their octets. What comes out shows the same and is fit for a
 * letter: no wider than asked for, upright, its colours sRGB, and nothing
 * told beside what is to be seen (no EXIF with its place and camera, XMP,
 * ICC profile, comments, thumbnails, nor what was hung on at the end).
 * Pure: same octets in, same octets out.
 */
#ifndef BREVDUVA_PICTURE_PICTURE_H
#define BREVDUVA_PICTURE_PICTURE_H

#include "brevduva/base/arena.h"
#include "brevduva/base/status.h"

/* Other results for the same octets and width: to be changed whenever this
 * layer makes them, so that what a cache holds is not taken for ours. */
#define BD_PICTURE_VERSION 1

enum bd_picture_kind { BD_PICTURE_PNG, BD_PICTURE_JPEG, BD_PICTURE_GIF };

/* What the first octets say; nothing is decoded. */
struct bd_picture_head {
    enum bd_picture_kind kind;
    const char *type; /* "image/png" */
    uint32_t width, height;
};

/*
 * returns  BD_OK; BD_EINVAL: of no such kind; BD_EPARSE: of one, but its
 *          first part is damaged; BD_ELIMIT: more pixels than
 *          BD_MAX_PICTURE_PIXELS, or a side over BD_MAX_PICTURE_SIDE
 */
enum bd_status bd_picture_look(bd_str bytes, struct bd_picture_head *out,
                               struct bd_err *err) BD_MUST_USE;

struct bd_picture {
    const char *type; /* "image/png" */
    bd_str bytes;
    unsigned width, height; /* as they are seen */
    bool moves;             /* an animation: left as wide as it was */
};

/*
 * Make it fit for a letter. One that is already keeps its pixels: what is
 * not to be seen is cut out, and nothing encoded again.
 *
 * bytes      borrowed until the arena is cleared: the result may be a part
 *            of them
 * max_width  in pixels, above 0; animations are left as they are
 * returns    BD_OK, or as bd_picture_look; BD_EPARSE also of damage further
 *            in. Messages name no file: "the picture is damaged or ..."
 */
enum bd_status bd_picture_make(struct bd_arena *arena, bd_str bytes,
                               unsigned max_width, struct bd_picture *out,
                               struct bd_err *err) BD_MUST_USE;

#endif
