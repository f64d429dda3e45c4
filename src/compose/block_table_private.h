/* A table as it was read. */
#ifndef COMPOSE_BLOCK_TABLE_PRIVATE_H
#define COMPOSE_BLOCK_TABLE_PRIVATE_H

#include "block_private.h"

enum bd_align { BD_ALIGN_LEFT, BD_ALIGN_RIGHT, BD_ALIGN_CENTER };

struct bd_table {
    size_t columns;
    enum bd_align align[BD_MAX_BLOCK_CELLS];
};

/* In columns that line up; where they do not fit on a line, each row as lines
 * "heading: cell". */
void bd_table_text(struct bd_text *text, const struct bd_node *block,
                   struct bd_margin margin);

#endif
