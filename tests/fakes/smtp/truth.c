#include "truth.h"

#include <stdio.h>
#include <stdlib.h>

static uint64_t hash(bd_str text) /* FNV-1a */
{
    uint64_t h = 0xcbf29ce484222325u;

    for (size_t i = 0; i < text.len; i++)
        h = (h ^ (unsigned char)text.ptr[i]) * 0x100000001b3u;
    return h;
}

static void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

void truth_init(struct truth_table *table)
{
    *table = (struct truth_table) { .size = 64 };
    table->slots = must(calloc(table->size, sizeof(struct truth *)));
}

void truth_fini(struct truth_table *table)
{
    for (size_t i = 0; i < table->size; i++)
        free(table->slots[i]);
    free(table->slots);
}

static struct truth **find(struct truth_table *table, bd_str to)
{
    size_t i = hash(to) % table->size;

    while (table->slots[i] && !bd_str_eq(bd_str_from(table->slots[i]->to), to))
        i = (i + 1) % table->size;
    return &table->slots[i];
}

static void grow(struct truth_table *table)
{
    struct truth_table old = *table;

    table->size = old.size * 2;
    table->slots = must(calloc(table->size, sizeof(struct truth *)));
    for (size_t i = 0; i < old.size; i++)
        if (old.slots[i])
            *find(table, bd_str_from(old.slots[i]->to)) = old.slots[i];
    free(old.slots);
}

struct truth *truth_of(struct truth_table *table, bd_str to)
{
    struct truth **slot;

    to = bd_str_sub(to, 0, TRUTH_TEXT - 1);
    slot = find(table, to);
    if (*slot)
        return *slot;
    if (++table->count * 2 > table->size) {
        grow(table);
        slot = find(table, to);
    }
    *slot = must(calloc(1, sizeof **slot));
    (void)snprintf((*slot)->to, sizeof(*slot)->to, "%.*s", BD_ARG(to));
    return *slot;
}

void truth_add_code(struct truth *truth, int code)
{
    if (!truth_has_code(truth, code) && truth->code_count < TRUTH_CODES_MAX)
        truth->codes[truth->code_count++] = code;
}

bool truth_has_code(const struct truth *truth, int code)
{
    for (unsigned i = 0; i < truth->code_count; i++)
        if (truth->codes[i] == code)
            return true;
    return false;
}
