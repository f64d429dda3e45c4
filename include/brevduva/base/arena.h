/*
 * Memory for one unit of work (an issue, a recipient, a request): allocated
 * piece by piece, released all at once. Out of memory ends the process.
 */
#ifndef BREVDUVA_BASE_ARENA_H
#define BREVDUVA_BASE_ARENA_H

#include "brevduva/base/str.h"

struct bd_arena;

struct bd_arena *bd_arena_new(void);
void bd_arena_free(struct bd_arena *arena); /* NULL is allowed */
/* Forget all that was allocated but keep one block for the next use. */
void bd_arena_clear(struct bd_arena *arena);

/* `size` zeroed bytes, aligned for any type; valid until clear or free. */
void *bd_arena_alloc(struct bd_arena *arena, size_t size);
/* `count` zeroed objects of `size` bytes; checks the product. */
void *bd_arena_array(struct bd_arena *arena, size_t count, size_t size);

/* Say so and end the process. */
_Noreturn void bd_out_of_memory(void);

#define BD_NEW(arena, type) ((type *)bd_arena_alloc(arena, sizeof(type)))
#define BD_NEW_ARRAY(arena, count, type)                                       \
    ((type *)bd_arena_array(arena, count, sizeof(type)))

/* A copy of `text`; a NUL follows it, so .ptr is also a C string. */
bd_str bd_arena_copy(struct bd_arena *arena, bd_str text);
const char *bd_arena_cstr(struct bd_arena *arena, bd_str text);
bd_str bd_arena_printf(struct bd_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
