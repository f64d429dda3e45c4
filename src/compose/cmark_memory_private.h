/* Memory for cmark out of an arena: all of a parse goes at once, with it. */
#ifndef COMPOSE_CMARK_MEMORY_PRIVATE_H
#define COMPOSE_CMARK_MEMORY_PRIVATE_H

#include <cmark.h>

#include "brevduva/base/arena.h"

/*
 * The allocator for what this thread parses until bd_cmark_memory_end; nothing
 * of it needs to be freed.
 */
cmark_mem *bd_cmark_memory_begin(struct bd_arena *arena);
void bd_cmark_memory_end(void);

#endif
