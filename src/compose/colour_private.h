/* Colours as styles have them, and how well one is read on another: WCAG 2.2,
 * 1.4.3. Pure. */
#ifndef COMPOSE_COLOUR_PRIVATE_H
#define COMPOSE_COLOUR_PRIVATE_H

#include "brevduva/base/arena.h"

#define COLOUR_LEAST       4.5 /* contrast of a text and its ground */
#define COLOUR_LEAST_LARGE 3.0 /* of large text */
#define COLOUR_LEAST_SHAPE 3.0 /* of a button or line: 1.4.11 */
#define COLOUR_CHARS       7   /* "#1d5c63" */

struct colour {
    unsigned char red, green, blue;
};

/* "#1d5c63", "#fff", "white", "black". False: something else. */
bool colour_read(bd_str text, struct colour *out);

/* A colour that a style tells, or none that can be read. */
struct colour_told {
    bool known;
    struct colour colour;
};
struct colour_told colour_tell(bd_str text);

bool colour_is_same(struct colour a, struct colour b);
/* "#1d5c63", in the arena. */
bd_str colour_write(struct bd_arena *arena, struct colour colour);

/* 1 to 21. */
double colour_contrast(struct colour a, struct colour b);
/* So much of `b` (0 to 1) in `a`. */
struct colour colour_mix(struct colour a, struct colour b, double share);

/* Of the same hue, as bright as texts on dark grounds are. */
struct colour colour_bright(struct colour colour);

/* The colour nearest to `colour`, towards black or white, whichever is less
 * far, that can be read on each of the grounds. Where nothing can be read on
 * all of them, black or white. */
struct colour colour_readable(struct colour colour,
                              const struct colour *grounds, size_t count);

/* Nearly black or white, whichever is better to read on the ground. */
struct colour colour_text_on(struct colour ground);
/* `colour`, or the nearest darker one that is seen on a light ground. */
struct colour colour_seen(struct colour colour, struct colour ground);

#endif
