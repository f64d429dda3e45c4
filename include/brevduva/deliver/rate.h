/*
 * How fast copies may leave. Pure: the time, in milliseconds on a clock that
 * never goes back, is passed in.
 *
 * A limit of 14/s lets one copy start every 1000/14 ms: evenly, never in
 * bursts, whatever the number of sessions (GCRA). Who asks up to 20 ms too
 * late (5 ms where copies follow each other within less) catches up, so that
 * an hour has 50,400 copies and not fewer. In any period there is therefore at
 * most one copy more than `count`; above 200/s, half a percent of a second's
 * copies. Limits of a day are counted from midnight and survive a restart, as
 * the ledger keeps the count.
 */
#ifndef BREVDUVA_DELIVER_RATE_H
#define BREVDUVA_DELIVER_RATE_H

#include "brevduva/base/status.h"
#include "brevduva/base/str.h"

#define BD_RATES_MAX 4

/* At most `count` in `period_ms`. */
struct bd_rate_limit {
    int64_t count;     /* 1 or more; past a million a second: no limit */
    int64_t period_ms; /* 1000, 60000, 3600000; 86400000 is a day */
};

/* What one relay or one domain may take. */
struct bd_rate_limits {
    struct bd_rate_limit limit[BD_RATES_MAX];
    size_t count; /* 0: no limit */
};

struct bd_rate {
    struct bd_rate_limits limits;
    int64_t next_us[BD_RATES_MAX]; /* when each lets the next one start, */
    int64_t rest[BD_RATES_MAX];    /* and what a microsecond is too coarse for:
                                    * this over the limit's count */
};

/* A day's limit is not looked at here: see bd_rate_day. */
void bd_rate_init(struct bd_rate *rate, const struct bd_rate_limits *limits);
/* Milliseconds until the next copy may start; 0: now. */
int64_t bd_rate_wait(const struct bd_rate *rate, int64_t now_ms);
/* One starts now. */
void bd_rate_take(struct bd_rate *rate, int64_t now_ms);
/* How many may start from now until `horizon_ms` later, about; INT64_MAX: any.
 */
int64_t bd_rate_room(const struct bd_rate *rate, int64_t now_ms,
                     int64_t horizon_ms);
/* The limit of a day; INT64_MAX when there is none. */
int64_t bd_rate_day(const struct bd_rate_limits *limits);

/*
 * A new relay is warmed up: so many on the first day, then times `factor`
 * each day, until it meets the daily limit.
 */
struct bd_warm_up {
    int64_t first; /* copies on the first day; 0: no plan */
    double factor; /* 2: "doubling" */
    int64_t day0;  /* that day, in days since 1970 (local); 0: the relay's
                    * first day of use, which the ledger knows */
};

/* Copies allowed on the day that is `age` days after the first (below 0, when
 * the plan has not begun: as on the first); INT64_MAX without a plan. */
int64_t bd_warm_up_day(const struct bd_warm_up *plan, int64_t age);

#endif
