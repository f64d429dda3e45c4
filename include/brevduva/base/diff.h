/*
 * What changed between two texts, by rows of any kind: lines, words. The
 * shortest way from one to the other (E. W. Myers, "An O(ND) Difference
 * Algorithm and Its Variations", 1986).
 */
#ifndef BREVDUVA_BASE_DIFF_H
#define BREVDUVA_BASE_DIFF_H

#include "brevduva/base/arena.h"

/* Rows a … a + a_len of the old stand for rows b … b + b_len of the new; one of
 * the lengths may be 0. */
struct bd_change {
    size_t a, a_len, b, b_len;
};

/* Texts with more rows changed than this are one change, from the first to the
 * last: nobody would read more, and it costs its square. */
#define BD_DIFF_MAX 1000

/* out  *out_count changes in order, in the arena; between them all is alike */
void bd_diff(struct bd_arena *arena, const bd_str *a, size_t a_count,
             const bd_str *b, size_t b_count, const struct bd_change **out,
             size_t *out_count);

/* The text cut at each `separator`; rows borrow from it. No text: no rows. */
const bd_str *bd_diff_rows(struct bd_arena *arena, bd_str text, char separator,
                           size_t *out_count);

#endif
