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

/* Letters wrong, missing, too many, or swapped with the next one (Damerau's
 * distance, in octets); both words at most LONGEST long. */
static size_t distance(bd_str a, bd_str b)
{
    uint8_t cost[LONGEST + 1][LONGEST + 1];

    for (size_t j = 0; j <= b.len; j++)
        cost[0][j] = (uint8_t)j;
    for (size_t i = 1; i <= a.len; i++) {
        cost[i][0] = (uint8_t)i;
        for (size_t j = 1; j <= b.len; j++) {
            char x = lower(a.ptr[i - 1]);
            char y = lower(b.ptr[j - 1]);
            size_t wrong = least(cost[i - 1][j - 1] + (size_t)(x != y),
                                 cost[i - 1][j] + (size_t)1,
                                 cost[i][j - 1] + (size_t)1);

            if (i > 1 && j > 1 && x == lower(b.ptr[j - 2]) &&
                y == lower(a.ptr[i - 2]))
                wrong = least(wrong, cost[i - 2][j - 2] + (size_t)1, wrong);
            cost[i][j] = (uint8_t)wrong;
        }
    }
    return cost[a.len][b.len];
}

static bool is_prefix(bd_str a, bd_str b)
{
    return (a.len >= 2 && bd_str_starts_nocase(b, a)) ||
           (b.len >= 2 && bd_str_starts_nocase(a, b));
}

const char *bd_nearest(bd_str word, const char *const known[])
{
    size_t best = word.len < 4 ? 2 : 3; /* one more than may be wrong */
    size_t most = 0;                    /* letters that are right */
    const char *nearest = NULL;
    const char *prefix = NULL;

    if (word.len == 0 || word.len > LONGEST)
        return NULL;
    for (; *known; known++) {
        bd_str candidate = bd_str_from(*known);
        size_t wrong = candidate.len <= LONGEST ? distance(word, candidate)
                                                : candidate.len;
        size_t longer = candidate.len > word.len ? candidate.len : word.len;
        size_t right = longer - wrong;
        bool nearer = wrong < best ||
                      (nearest && wrong == best && right > most);

        if (nearer && wrong < word.len) {
            best = wrong;
            most = right;
            nearest = *known;
        }
        if (!prefix && is_prefix(word, candidate))
            prefix = *known;
    }
    return nearest ? nearest : prefix;
}
