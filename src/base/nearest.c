#include "brevduva/base/nearest.h"

#define LONGEST ((size_t)64) /* no word of ours is longer */

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;

    return ab < c ? ab : c;
}

/* Levenshtein's distance in octets; both words at most LONGEST long. */
static size_t distance(bd_str a, bd_str b)
{
    size_t row[LONGEST + 1];

    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 0; i < a.len; i++) {
        size_t diagonal = row[0];

        row[0] = i + 1;
        for (size_t j = 0; j < b.len; j++) {
            size_t changed = diagonal + (lower(a.ptr[i]) != lower(b.ptr[j]));

            diagonal = row[j + 1];
            row[j + 1] = least(changed, row[j] + 1, diagonal + 1);
        }
    }
    return row[b.len];
}

static bool is_prefix(bd_str a, bd_str b)
{
    return (a.len >= 2 && bd_str_starts_nocase(b, a)) ||
           (b.len >= 2 && bd_str_starts_nocase(a, b));
}

const char *bd_nearest(bd_str word, const char *const known[])
{
    size_t best = word.len < 4 ? 2 : 3; /* one more than may be wrong */
    const char *nearest = NULL;
    const char *prefix = NULL;

    if (word.len == 0 || word.len > LONGEST)
        return NULL;
    for (; *known; known++) {
        bd_str candidate = bd_str_from(*known);
        size_t wrong = candidate.len <= LONGEST ? distance(word, candidate)
                                                : best;

        if (wrong < best && wrong < word.len) {
            best = wrong;
            nearest = *known;
        }
        if (!prefix && is_prefix(word, candidate))
            prefix = *known;
    }
    return nearest ? nearest : prefix;
}
