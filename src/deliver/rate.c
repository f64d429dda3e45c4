#include "brevduva/deliver/rate.h"

#include <assert.h>

#define DAY_MS 86400000

/* How late one may be and still catch up. Where copies are further apart,
 * less than their distance, so that catching up is at most one copy. */
#define LATE_MIN_US 5000
#define LATE_MAX_US 20000

/* Of a day, or too high to matter to a clock of microseconds. */
static bool is_idle(const struct bd_rate_limit *limit)
{
    return limit->period_ms >= DAY_MS || limit->count > limit->period_ms * 1000;
}

static int64_t late_us(const struct bd_rate_limit *limit)
{
    int64_t apart = limit->period_ms * 1000 / limit->count;

    if (apart <= LATE_MIN_US)
        return LATE_MIN_US;
    return apart <= LATE_MAX_US ? apart - 1 : LATE_MAX_US;
}

/* From when on the next copies are counted, if one starts at `now_us`. */
static int64_t base_us(const struct bd_rate *rate, size_t i, int64_t now_us)
{
    int64_t earliest = now_us - late_us(&rate->limits.limit[i]);

    return rate->next_us[i] > earliest ? rate->next_us[i] : earliest;
}

void bd_rate_init(struct bd_rate *rate, const struct bd_rate_limits *limits)
{
    assert(limits->count <= BD_RATES_MAX);
    *rate = (struct bd_rate) { .limits = *limits };
    for (size_t i = 0; i < limits->count; i++)
        assert(limits->limit[i].count > 0 && limits->limit[i].period_ms > 0);
}

int64_t bd_rate_wait(const struct bd_rate *rate, int64_t now_ms)
{
    int64_t now_us = now_ms * 1000;
    int64_t wait_us = 0;

    for (size_t i = 0; i < rate->limits.count; i++)
        if (!is_idle(&rate->limits.limit[i]) &&
            rate->next_us[i] - now_us > wait_us)
            wait_us = rate->next_us[i] - now_us;
    return (wait_us + 999) / 1000;
}

void bd_rate_take(struct bd_rate *rate, int64_t now_ms)
{
    for (size_t i = 0; i < rate->limits.count; i++) {
        const struct bd_rate_limit *limit = &rate->limits.limit[i];
        int64_t period_us = limit->period_ms * 1000;
        int64_t base = base_us(rate, i, now_ms * 1000);

        if (is_idle(limit))
            continue;
        if (base > rate->next_us[i])
            rate->rest[i] = 0;
        rate->next_us[i] = base + period_us / limit->count;
        rate->rest[i] += period_us % limit->count;
        if (rate->rest[i] >= limit->count) {
            rate->rest[i] -= limit->count;
            rate->next_us[i]++;
        }
    }
}

int64_t bd_rate_room(const struct bd_rate *rate, int64_t now_ms,
                     int64_t horizon_ms)
{
    int64_t end_us = (now_ms + horizon_ms) * 1000;
    int64_t least = INT64_MAX;

    for (size_t i = 0; i < rate->limits.count; i++) {
        const struct bd_rate_limit *limit = &rate->limits.limit[i];
        int64_t span = end_us - base_us(rate, i, now_ms * 1000);
        int64_t room = 0;

        if (is_idle(limit))
            continue;
        if (span >= 0)
            room = 1 + span / (limit->period_ms * 1000 / limit->count);
        if (room < least)
            least = room;
    }
    return least;
}

int64_t bd_rate_day(const struct bd_rate_limits *limits)
{
    int64_t least = INT64_MAX;

    for (size_t i = 0; i < limits->count; i++)
        if (limits->limit[i].period_ms >= DAY_MS &&
            limits->limit[i].count < least)
            least = limits->limit[i].count;
    return least;
}

int64_t bd_warm_up_day(const struct bd_warm_up *plan, int64_t age)
{
    const double most = 1e15; /* nobody sends that, and doubles hold it well */
    double copies = (double)plan->first;

    if (plan->first <= 0)
        return INT64_MAX;
    if (plan->factor <= 1)
        return plan->first;
    for (; age > 0 && copies < most; age--)
        copies *= plan->factor;
    return copies < most ? (int64_t)copies : INT64_MAX;
}
