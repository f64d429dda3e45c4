#include "brevduva/base/diff.h"

#include <string.h>

struct texts {
    const bd_str *a, *b; /* without what is alike at both ends */
    size_t a_count, b_count;
};

const bd_str *bd_diff_rows(struct bd_arena *arena, bd_str text, char separator,
                           size_t *out_count)
{
    bd_str *rows = NULL;
    size_t count = 1;

    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == separator;
    rows = BD_NEW_ARRAY(arena, count, bd_str);
    *out_count = 0;
    while (text.len > 0)
        rows[(*out_count)++] = bd_str_cut(&text, separator);
    return rows;
}

/* How far one gets from (x, y) by rows that are alike. */
static size_t slide(const struct texts *t, size_t x, size_t y)
{
    size_t len = 0;

    while (x + len < t->a_count && y + len < t->b_count &&
           bd_str_eq(t->a[x + len], t->b[y + len]))
        len++;
    return len;
}

/*
 * The furthest row of the old that can be reached with `d` rows taken out or
 * put in, on each diagonal k = x - y from -d to d: `far` holds them from
 * index 0 up, in steps of two. `before`: the same with d - 1.
 */
static bool step(const struct texts *t, int32_t d, const int32_t *before,
                 int32_t *far)
{
    for (int32_t i = 0; i <= d; i++) {
        int32_t k = 2 * i - d;
        int32_t x = 0;
        int32_t y = 0;

        /* down (a row put in) from k + 1, or right (one taken out) from k - 1
         */
        if (d > 0 && (i == 0 || (i < d && before[i - 1] < before[i])))
            x = before[i];
        else if (d > 0)
            x = before[i - 1] + 1;
        y = x - k;
        if (x <= (int32_t)t->a_count && y <= (int32_t)t->b_count)
            x += (int32_t)slide(t, (size_t)x, (size_t)y);
        far[i] = x;
        if (x >= (int32_t)t->a_count && x - k >= (int32_t)t->b_count)
            return true;
    }
    return false;
}

/* Back from the end: each step is a row more in the change that it touches. */
static size_t trace(const struct texts *t, int32_t **far, int32_t d,
                    struct bd_change *changes)
{
    int32_t x = (int32_t)t->a_count;
    int32_t y = (int32_t)t->b_count;
    size_t count = 0;

    for (; d > 0; d--) {
        const int32_t *before = far[d - 1];
        int32_t i = (x - y + d) / 2;
        bool down = i == 0 || (i < d && before[i - 1] < before[i]);
        int32_t from_x = down ? before[i] : before[i - 1];
        int32_t from_y = from_x - (x - y + (down ? 1 : -1));
        struct bd_change *last = count > 0 ? &changes[count - 1] : NULL;
        int32_t to_x = from_x + !down;
        int32_t to_y = from_y + down;

        if (!last || last->a != (size_t)to_x || last->b != (size_t)to_y) {
            last = &changes[count++];
            *last = (struct bd_change) { (size_t)to_x, 0, (size_t)to_y, 0 };
        }
        last->a = (size_t)from_x;
        last->b = (size_t)from_y;
        last->a_len += !down;
        last->b_len += down;
        x = from_x;
        y = from_y;
    }
    return count;
}

static void reverse(struct bd_change *changes, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct bd_change kept = changes[i];

        changes[i] = changes[count - 1 - i];
        changes[count - 1 - i] = kept;
    }
}

/* The changes of what differs at both ends. */
static size_t find(struct bd_arena *arena, const struct texts *t,
                   struct bd_change *changes)
{
    int32_t **far = BD_NEW_ARRAY(arena, BD_DIFF_MAX + 1, int32_t *);
    size_t count = 0;

    for (int32_t d = 0; d <= BD_DIFF_MAX; d++) {
        far[d] = BD_NEW_ARRAY(arena, (size_t)d + 1, int32_t);
        if (!step(t, d, d > 0 ? far[d - 1] : NULL, far[d]))
            continue;
        count = trace(t, far, d, changes);
        reverse(changes, count);
        return count;
    }
    changes[0] = (struct bd_change) { 0, t->a_count, 0, t->b_count };
    return 1;
}

void bd_diff(struct bd_arena *arena, const bd_str *a, size_t a_count,
             const bd_str *b, size_t b_count, const struct bd_change **out,
             size_t *out_count)
{
    struct bd_change *changes = BD_NEW_ARRAY(arena, BD_DIFF_MAX + 1,
                                             struct bd_change);
    struct texts t = { a, b, a_count, b_count };
    size_t same = slide(&t, 0, 0);

    t.a += same;
    t.b += same;
    t.a_count -= same;
    t.b_count -= same;
    while (t.a_count > 0 && t.b_count > 0 &&
           bd_str_eq(t.a[t.a_count - 1], t.b[t.b_count - 1])) {
        t.a_count--;
        t.b_count--;
    }
    *out_count = t.a_count + t.b_count > 0 ? find(arena, &t, changes) : 0;
    for (size_t i = 0; i < *out_count; i++) {
        changes[i].a += same;
        changes[i].b += same;
    }
    *out = changes;
}
