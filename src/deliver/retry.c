#include "retry_private.h"

/* Doublings of the first delay: with 15 minutes, the longest is 10 days. */
#define DOUBLINGS_MAX 10

static int64_t after(int64_t first, const struct retry *retry, int64_t attempts,
                     int64_t now, uint32_t chance)
{
    int64_t times = attempts < DOUBLINGS_MAX ? attempts : DOUBLINGS_MAX;
    int64_t delay = first << times;
    int64_t at = 0;

    if (delay < 1)
        delay = 1; /* or the copy would be due again at once, for ever */
    delay += (int64_t)((uint64_t)delay / 4 * (chance % 1024) / 1024);
    at = now + delay;
    if (retry->deadline > now && at > retry->deadline)
        at = retry->deadline;
    return at;
}

int64_t retry_at(const struct retry *retry, int64_t attempts, int64_t now,
                 uint32_t chance)
{
    return after(retry->first, retry, attempts, now, chance);
}

int64_t retry_network_at(const struct retry *retry, int64_t attempts,
                         int64_t now, uint32_t chance)
{
    return after(retry->network, retry, attempts, now, chance);
}

bool retry_is_over(const struct retry *retry, int64_t now)
{
    return retry->deadline > 0 && now >= retry->deadline;
}
