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

/* In columns that line up; where they do not fit on a line, each row as lines
 * "heading: cell". */
void bd_table_text(struct bd_text *text, const struct bd_node *block,
                   struct bd_margin margin);

#endif
