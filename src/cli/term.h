/* The screen that a stream is shown on. */
#ifndef TERM_H
#define TERM_H

#include "brevduva/base/buf.h"

struct term {
    bool on;     /* a terminal on which the cursor can be moved */
    bool colour; /* and its owner has not set NO_COLOR */
    int columns; /* 80 where nobody knows; elsewhere COLUMNS says */
    int rows;
};

struct term term_of(int fd);

/* Select Graphic Rendition: "31", and "" for plain again. Nothing without
 * colour. */
void term_colour(const struct term *term, struct bd_buf *out, const char *sgr);

/* A bar of exactly `columns` columns, filled by part / whole to an eighth of a
 * column; the rest is `rest` ("░", " "). What is more than nothing is seen. */
void term_bar(struct bd_buf *out, int64_t part, int64_t whole, int columns,
              const char *rest);

/* At most `columns` columns of valid UTF-8, with "…" where it is cut. */
bd_str term_cut(struct bd_arena *arena, bd_str text, int columns);

#endif
