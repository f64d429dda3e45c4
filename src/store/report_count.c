#include <stdlib.h>

#include "report_private.h"

/* FNV-1a, of ASCII letters without case: domains stand in A-labels. */
static size_t hash(bd_str domain)
{
    uint64_t h = 14695981039346656037U;

    for (size_t i = 0; i < domain.len; i++) {
        unsigned char c = (unsigned char)domain.ptr[i];

        h = (h ^ (c >= 'A' && c <= 'Z' ? c + 32U : c)) * 1099511628211U;
    }
    return (size_t)(h ^ h >> 32);
}

static struct report_slot *find(struct report_slot *slots, size_t room,
                                bd_str domain)
{
    size_t i = hash(domain) & (room - 1);

    while (slots[i].domain.ptr && !bd_str_eq_nocase(slots[i].domain, domain))
        i = (i + 1) & (room - 1);
    return &slots[i];
}

void report_table_init(struct report_table *t, size_t ceiling)
{
    *t = (struct report_table) { .arena = bd_arena_new(),
                                 .room = 1024,
                                 .ceiling = ceiling };
    t->slots = BD_NEW_ARRAY(t->arena, t->room, struct report_slot);
}

void report_table_fini(struct report_table *t)
{
    bd_arena_free(t->arena);
}

struct report_slot *report_table_find(const struct report_table *t,
                                      bd_str domain)
{
    return find(t->slots, t->room, domain);
}

/* A table of `room` slots with those above `least`. Names move along into a
 * new arena, so that dropped ones cost nothing. */
static void rebuild(struct report_table *t, size_t room, int64_t least)
{
    struct bd_arena *arena = bd_arena_new();
    struct report_slot *slots = BD_NEW_ARRAY(arena, room, struct report_slot);

    t->count = 0;
    for (size_t i = 0; i < t->room; i++) {
        struct report_slot *slot = NULL;

        if (!t->slots[i].domain.ptr || t->slots[i].value <= least)
            continue;
        slot = find(slots, room, t->slots[i].domain);
        slot->domain = bd_arena_copy(arena, t->slots[i].domain);
        slot->value = t->slots[i].value;
        t->count++;
    }
    bd_arena_free(t->arena);
    t->arena = arena;
    t->slots = slots;
    t->room = room;
}

static void make_room(struct report_table *t)
{
    if (t->count >= t->ceiling)
        for (int64_t least = 1; 2 * t->count > t->ceiling; least *= 2)
            rebuild(t, t->room, least);
    else
        rebuild(t, 2 * t->room, INT64_MIN);
}

void report_table_add(struct report_table *t, bd_str domain, int64_t value)
{
    struct report_slot *slot = report_table_find(t, domain);

    if (!slot->domain.ptr) {
        if (t->count >= t->ceiling || 2 * t->count >= t->room) {
            make_room(t);
            slot = report_table_find(t, domain);
        }
        slot->domain = bd_arena_copy(t->arena, domain);
        t->count++;
    }
    slot->value += value;
}

/* Biggest first, then by name, so that it is the same each time. */
static int by_value(const void *a, const void *b)
{
    const struct report_slot *x = *(const struct report_slot *const *)a;
    const struct report_slot *y = *(const struct report_slot *const *)b;

    if (x->value != y->value)
        return x->value > y->value ? -1 : 1;
    return bd_str_cmp(x->domain, y->domain);
}

size_t report_table_biggest(const struct report_table *t, size_t max,
                            bd_str *out)
{
    struct bd_arena *arena = bd_arena_new();
    const struct report_slot **all = BD_NEW_ARRAY(arena, t->count + 1,
                                                  const struct report_slot *);
    size_t count = 0;

    for (size_t i = 0; i < t->room; i++)
        if (t->slots[i].domain.ptr)
            all[count++] = &t->slots[i];
    if (count > 0)
        qsort(all, count, sizeof *all, by_value);
    if (count > max)
        count = max;
    for (size_t i = 0; i < count; i++)
        out[i] = all[i]->domain;
    bd_arena_free(arena);
    return count;
}
