/* Numbers as people of the program's language write them. */
#ifndef AMOUNT_H
#define AMOUNT_H

#include "brevduva/base/arena.h"

/* "96.7%", "96,7 %". What is not nothing is never 0, and what is not all is
 * never 100: "<0.1%", ">99.9%". */
bd_str amount_share(struct bd_arena *arena, int64_t part, int64_t whole);
/* The two biggest units of "1 d 2 h", "4 min 12 s", "0 s". */
bd_str amount_time(struct bd_arena *arena, int64_t seconds);
/* "350 ms", "2.4 s", "1 min 5 s". */
bd_str amount_ms(struct bd_arena *arena, int64_t ms);
/* "412/s", "3.2/s", "14/min". */
bd_str amount_rate(struct bd_arena *arena, double each_second);

#endif
