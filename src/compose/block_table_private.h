/* A table as it was read. */
#ifndef COMPOSE_BLOCK_TABLE_PRIVATE_H
#define COMPOSE_BLOCK_TABLE_PRIVATE_H

#include "block_private.h"

enum bd_align { BD_ALIGN_LEFT, BD_ALIGN_RIGHT, BD_ALIGN_CENTER };

struct bd_table {
    size_t columns;
    enum bd_align align[BD_MAX_BLOCK_CELLS];
};

/* The row of dashes, ":--" and the like, that says how columns align; false:
 * it is none. */
bool bd_table_aligns(const struct bd_line *cells, size_t count,
                     struct bd_table *table);

/* The paragraph reader->node is a table without a fence: reader->lines are
 * then its rows. */
bool bd_table_without_fence(struct bd_block_reader *reader);

/* The pixels that a picture in a cell has, in a text so wide. */
unsigned bd_table_cell_room(const struct bd_node *block, unsigned width);

/* On screens as narrow as a phone's. */
enum bd_table_phone {
    BD_PHONE_SAME,
    BD_PHONE_CLOSE, /* smaller, with less between the columns */
    BD_PHONE_STACK, /* each row as lines "heading: cell" */
};

/* How a table stands in the room that it has. */
struct bd_table_fit {
    bool records;       /* it does not: each row as "heading | cell" lines */
    unsigned level;     /* 0: as the theme says; the higher, the smaller */
    unsigned size, gap; /* pixels: of the type; between two columns */
    bool fixed;         /* the columns are as wide as `share` says */
    unsigned share[BD_MAX_BLOCK_CELLS]; /* thousandths */
    bool breaks[BD_MAX_BLOCK_CELLS];    /* words longer than any column */
    enum bd_table_phone phone;
};

/* A guess: fonts differ, so what hardly fits is made to fit in any case. */
void bd_table_fit(const struct bd_html *html, const struct bd_node *block,
                  struct bd_table_fit *out);
/* This column and the next one would be read as one: it is aligned to the
 * right, and the next is not. */
bool bd_table_is_apart(const struct bd_table *table, size_t column);

void bd_table_html(struct bd_html *html, const struct bd_node *block);

/* In columns that line up; where they do not fit on a line, each row as lines
 * "heading: cell". */
void bd_table_text(struct bd_text *text, const struct bd_node *block,
                   struct bd_margin margin);

#endif
