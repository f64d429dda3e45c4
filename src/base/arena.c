#include "brevduva/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)64 * 1024)

struct block {
    struct block *older;
    size_t size; /* bytes in data */
    size_t used;
    alignas(max_align_t) char data[];
};

struct bd_arena {
    struct block *newest;
};

_Noreturn void bd_out_of_memory(void)
{
    (void)fputs("brevduva: out of memory\n", stderr);
    abort();
}

static struct block *block_new(struct block *older, size_t size)
{
    struct block *block = NULL;

    if (size < BLOCK_BYTES)
        size = BLOCK_BYTES;
    if (size < SIZE_MAX - sizeof *block)
        block = malloc(sizeof *block + size);
    if (!block)
        bd_out_of_memory();
    *block = (struct block) { .older = older, .size = size };
    return block;
}

struct bd_arena *bd_arena_new(void)
{
    struct bd_arena *arena = malloc(sizeof *arena);

    if (!arena)
        bd_out_of_memory();
    arena->newest = block_new(NULL, BLOCK_BYTES);
    return arena;
}

static void free_older(struct block *block)
{
    while (block) {
        struct block *older = block->older;

        free(block);
        block = older;
    }
}

void bd_arena_free(struct bd_arena *arena)
{
    if (!arena)
        return;
    free_older(arena->newest);
    free(arena);
}

void bd_arena_clear(struct bd_arena *arena)
{
    struct block *kept = arena->newest;

    free_older(kept->older);
    kept->older = NULL;
    kept->used = 0;
}

void *bd_arena_alloc(struct bd_arena *arena, size_t size)
{
    const size_t unit = alignof(max_align_t);
    struct block *block = arena->newest;
    void *p = NULL;

    if (size > SIZE_MAX / 2)
        bd_out_of_memory();
    size = (size + unit - 1) / unit * unit;
    if (size > block->size - block->used)
        arena->newest = block = block_new(block, size);
    p = block->data + block->used;
    block->used += size;
    return memset(p, 0, size);
}

void *bd_arena_array(struct bd_arena *arena, size_t count, size_t size)
{
    size_t total = 0;

    if (__builtin_mul_overflow(count, size, &total))
        bd_out_of_memory();
    return bd_arena_alloc(arena, total);
}

bd_str bd_arena_copy(struct bd_arena *arena, bd_str text)
{
    char *copy = bd_arena_alloc(arena, text.len + 1);

    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    return (bd_str) { copy, text.len };
}

const char *bd_arena_cstr(struct bd_arena *arena, bd_str text)
{
    return bd_arena_copy(arena, text).ptr;
}

bd_str bd_arena_printf(struct bd_arena *arena, const char *format, ...)
{
    va_list args;
    va_list again;
    int len = 0;
    char *text = NULL;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        bd_out_of_memory();
    text = bd_arena_alloc(arena, (size_t)len + 1);
    (void)vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return (bd_str) { text, (size_t)len };
}
