#include <stdlib.h>

#include "report_private.h"

#define REASONS ((size_t)256)

void report_reasons_init(struct report_reasons *r, struct bd_arena *arena)
{
    *r = (struct report_reasons) { .arena = arena };
    /* one more for each state: see report_reasons_add */
    r->rows = BD_NEW_ARRAY(arena, REASONS + BD_DELIVERY_STATES + 1,
                           struct bd_report_reason);
}

/* Then its text is ours: what happened, of a few kinds. */
static bool is_unanswered(const struct bd_report_reason *r)
{
    return (r->state == BD_DELIVERY_DEFERRED ||
            r->state == BD_DELIVERY_REFUSED) &&
           r->reply_code == 0 && r->enhanced.len == 0;
}

static bool same_reason(const struct bd_report_reason *a,
                        const struct bd_report_reason *b)
{
    return a->state == b->state && a->reply_code == b->reply_code &&
           bd_str_eq(a->enhanced, b->enhanced) &&
           bd_str_eq(a->reason, b->reason) &&
           (!is_unanswered(a) || bd_str_eq(a->example, b->example));
}

static struct bd_report_reason *find_reason(struct report_reasons *r,
                                            const struct bd_report_reason *want)
{
    if (r->count > 0 && same_reason(&r->rows[r->last], want))
        return &r->rows[r->last];
    for (size_t i = 0; i < r->count; i++)
        if (same_reason(&r->rows[i], want))
            return &r->rows[r->last = i];
    return NULL;
}

void report_reasons_add(struct report_reasons *r, struct bd_report_reason want,
                        int64_t copies)
{
    struct bd_report_reason *found = find_reason(r, &want);

    if (!found && r->count >= REASONS) {
        /* relays that invent codes: one row for all of such a state */
        want = (struct bd_report_reason) { .state = want.state };
        found = find_reason(r, &want);
    }
    if (!found) {
        found = &r->rows[r->last = r->count++];
        *found = want;
        found->enhanced = bd_arena_copy(r->arena, want.enhanced);
        found->reason = bd_arena_copy(r->arena, want.reason);
        found->example = bd_arena_copy(r->arena, want.example);
    }
    found->count += copies;
}

static int by_count(const void *a, const void *b)
{
    const struct bd_report_reason *x = a;
    const struct bd_report_reason *y = b;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return (int)x->state - (int)y->state;
}

size_t report_reasons_write(struct report_reasons *r,
                            const struct bd_report_reason **out)
{
    if (r->count > 0)
        qsort(r->rows, r->count, sizeof *r->rows, by_count);
    *out = r->rows;
    return r->count;
}
