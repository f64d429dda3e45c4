#include <stdlib.h>
#include <string.h>

#include "imap_private.h"

/* The first range that does not end before `uid`. */
static size_t place_of(const struct uid_ranges *ranges, uint32_t uid)
{
    size_t low = 0;
    size_t high = ranges->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ranges->at[middle].to < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool uid_is_in(const struct uid_ranges *ranges, uint32_t uid)
{
    size_t i = place_of(ranges, uid);

    return i < ranges->count && ranges->at[i].from <= uid;
}

static void insert(struct uid_ranges *ranges, size_t i, struct uid_range range)
{
    if (ranges->count == ranges->room) {
        ranges->room = ranges->room ? ranges->room * 2 : 16;
        ranges->at = realloc(ranges->at, ranges->room * sizeof *ranges->at);
        if (!ranges->at)
            bd_out_of_memory();
    }
    memmove(&ranges->at[i + 1], &ranges->at[i],
            (ranges->count - i) * sizeof *ranges->at);
    ranges->at[i] = range;
    ranges->count++;
}

void uid_add(struct uid_ranges *ranges, uint32_t uid)
{
    size_t i = place_of(ranges, uid);
    bool is_after = i > 0 && ranges->at[i - 1].to + 1 == uid;
    bool is_before = i < ranges->count && uid != UINT32_MAX &&
                     ranges->at[i].from == uid + 1;

    if (uid_is_in(ranges, uid))
        return;
    if (is_after && is_before) {
        ranges->at[i - 1].to = ranges->at[i].to;
        memmove(&ranges->at[i], &ranges->at[i + 1],
                (ranges->count - i - 1) * sizeof *ranges->at);
        ranges->count--;
    } else if (is_after) {
        ranges->at[i - 1].to = uid;
    } else if (is_before) {
        ranges->at[i].from = uid;
    } else {
        insert(ranges, i, (struct uid_range) { uid, uid });
    }
}

void uid_read(struct uid_ranges *ranges, bd_str text)
{
    ranges->count = 0;
    while (text.len > 0) {
        bd_str to = bd_str_cut(&text, ',');
        bd_str from = bd_str_cut(&to, ':');
        uint64_t first = 0;
        uint64_t last = 0;
        uint32_t before = ranges->count ? ranges->at[ranges->count - 1].to : 0;

        if (!bd_str_to_u64(from, &first) ||
            !bd_str_to_u64(to.len ? to : from, &last) || first <= before ||
            last < first || last > UINT32_MAX)
            return;
        insert(ranges, ranges->count,
               (struct uid_range) { (uint32_t)first, (uint32_t)last });
    }
}

void uid_write(const struct uid_ranges *ranges, struct bd_buf *out)
{
    for (size_t i = 0; i < ranges->count; i++) {
        const struct uid_range *range = &ranges->at[i];

        if (i > 0)
            bd_buf_add_char(out, ',');
        bd_buf_add_u64(out, range->from);
        if (range->to != range->from)
            bd_buf_printf(out, ":%u", range->to);
    }
}

void uid_fini(struct uid_ranges *ranges)
{
    free(ranges->at);
    *ranges = (struct uid_ranges) { 0 };
}
