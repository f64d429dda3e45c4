/*
 * Turns: a rate that also tells those who must wait when to come back. Any
 * copy may take the turn of any other. Pure.
 */
#ifndef BREVDUVA_DELIVER_PACE_PRIVATE_H
#define BREVDUVA_DELIVER_PACE_PRIVATE_H

#include "brevduva/deliver/rate.h"

struct pace {
    struct bd_rate started; /* what did start: the only one that decides */
    struct bd_rate near;    /* and those told to come back soon, */
    struct bd_rate far;     /* and all the others */
};

void pace_init(struct pace *pace, const struct bd_rate_limits *limits);
/* One copy each `apart_ms` from now on, the first after that time when
 * `rest`, else as soon as that. */
void pace_change(struct pace *pace, int64_t apart_ms, bool rest,
                 int64_t now_ms);
/* A copy may start now. */
bool pace_is_due(const struct pace *pace, int64_t now_ms);
void pace_start(struct pace *pace, int64_t now_ms);
/* In how many milliseconds to ask again; above 0 unless it is due. */
int64_t pace_book(struct pace *pace, int64_t now_ms);

#endif
