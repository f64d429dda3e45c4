/*
 * "Did you mean": which of the known words a mistyped one was meant to be.
 */
#ifndef BREVDUVA_BASE_NEAREST_H
#define BREVDUVA_BASE_NEAREST_H

#include "brevduva/base/str.h"

/*
 * The entry of `known` (NULL-terminated) nearest to `word`: at most two
 * letters wrong, missing, too many or swapped (one in a short word), or one a
 * prefix of the other. Of equals the one with more letters in common, then the
 * first. ASCII case does not count. NULL when none is near.
 */
const char *bd_nearest(bd_str word, const char *const known[]);

#endif
