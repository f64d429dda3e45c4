#include <stdlib.h>

#include "report_private.h"

#define SHOWN   ((size_t)50)
#define FINE    64 /* milliseconds below this are kept exactly */
#define STEPS   32 /* above, each doubling in so many steps: within 3 % */
#define BUCKETS (FINE + 20 * STEPS) /* up to 64 ms * 2^20: 18 hours */

struct report_detail {
    bd_str domain;
    int64_t count[BD_DELIVERY_STATES];
    int64_t total;
    uint32_t took[BUCKETS]; /* of the accepted ones */
};

static size_t bucket_of(int64_t ms)
{
    unsigned doublings = 0;
    size_t bucket = 0;

    if (ms < FINE)
        return ms < 0 ? 0 : (size_t)ms;
    while (ms >> doublings >= FINE)
        doublings++;
    bucket = FINE + (size_t)(doublings - 1) * STEPS +
             (size_t)(ms >> doublings) - STEPS;
    return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

/* The middle of what falls into the bucket. */
static int64_t ms_of(size_t bucket)
{
    size_t above = bucket - FINE;
    size_t doublings = above / STEPS + 1;

    if (bucket < FINE)
        return (int64_t)bucket;
    return (int64_t)((above % STEPS + STEPS) << doublings) +
           ((int64_t)1 << (doublings - 1));
}

static int64_t median(const struct report_detail *d)
{
    uint64_t all = 0;
    uint64_t below = 0;

    for (size_t i = 0; i < BUCKETS; i++)
        all += d->took[i];
    for (size_t i = 0; i < BUCKETS && all > 0; i++) {
        below += d->took[i];
        if (2 * below >= all)
            return ms_of(i);
    }
    return 0;
}

void report_domains_init(struct report_domains *d, const bd_str *names,
                         size_t count)
{
    *d = (struct report_domains) { .arena = bd_arena_new(), .count = count };
    report_table_init(&d->index, count + 1);
    d->details = BD_NEW_ARRAY(d->arena, count + 1, struct report_detail);
    for (size_t i = 0; i < count; i++) {
        report_table_add(&d->index, names[i], (int64_t)i);
        d->details[i].domain = bd_arena_copy(d->arena, names[i]);
    }
}

void report_domains_fini(struct report_domains *d)
{
    report_table_fini(&d->index);
    bd_arena_free(d->arena);
}

void report_domains_add(struct report_domains *d,
                        const struct report_copy *copy)
{
    const struct report_slot *slot = report_table_find(&d->index, copy->domain);
    struct report_detail *detail =
        &d->details[slot->domain.ptr ? (size_t)slot->value : d->count];

    detail->count[copy->state]++;
    detail->total++;
    if (copy->took_ms > 0 && (copy->state == BD_DELIVERY_ACCEPTED ||
                              copy->state == BD_DELIVERY_BOUNCED ||
                              copy->state == BD_DELIVERY_COMPLAINED))
        detail->took[bucket_of(copy->took_ms)]++;
}

static int by_total(const void *a, const void *b)
{
    const struct report_detail *x = a;
    const struct report_detail *y = b;

    if (x->total != y->total)
        return x->total > y->total ? -1 : 1;
    return bd_str_cmp(x->domain, y->domain);
}

static void add_to(struct report_detail *sum, const struct report_detail *d)
{
    for (size_t i = 0; i < BD_DELIVERY_STATES; i++)
        sum->count[i] += d->count[i];
    for (size_t i = 0; i < BUCKETS; i++)
        sum->took[i] += d->took[i];
    sum->total += d->total;
}

static struct bd_report_domain row_of(struct bd_arena *arena,
                                      const struct report_detail *d)
{
    struct bd_report_domain row = { .domain = bd_arena_copy(arena, d->domain),
                                    .total = d->total,
                                    .median_ms = median(d) };

    for (size_t i = 0; i < BD_DELIVERY_STATES; i++)
        row.count[i] = d->count[i];
    return row;
}

size_t report_domains_write(struct report_domains *d, struct bd_arena *arena,
                            const struct bd_report_domain **out)
{
    size_t shown = d->count < SHOWN ? d->count : SHOWN;
    struct report_detail *others = &d->details[d->count];
    struct bd_report_domain *rows = BD_NEW_ARRAY(arena, shown + 1,
                                                 struct bd_report_domain);

    if (d->count > 0)
        qsort(d->details, d->count, sizeof *d->details, by_total);
    while (shown > 0 && d->details[shown - 1].total == 0)
        shown--;
    for (size_t i = shown; i < d->count; i++)
        add_to(others, &d->details[i]);
    for (size_t i = 0; i < shown; i++)
        rows[i] = row_of(arena, &d->details[i]);
    if (others->total > 0)
        rows[shown++] = row_of(arena, others);
    *out = rows;
    return shown;
}
