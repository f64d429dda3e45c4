#include "retry_private.h"

/* However long a copy has waited: its relay or its reader may be back, and who
 * sends now and then should not meet it a day later. */
#define LONGEST 21600

static int64_t longest(int64_t first)
{
    return first > LONGEST ? first : LONGEST;
}

static int64_t after(int64_t first, const struct retry *retry, int64_t now,
                     uint32_t chance)
{
    bool again = retry->since > 0 && retry->since < now;
    int64_t delay = first + (again ? now - retry->since : 0);
    int64_t at = 0;

    if (delay > longest(first))
        delay = longest(first);
    if (delay < 1)
        delay = 1; /* or the copy would be due again at once, for ever */
    delay += (int64_t)((uint64_t)delay / 4 * (chance % 1024) / 1024);
    at = now + delay;
    if (retry->deadline > now && at > retry->deadline)
        at = retry->deadline;
    return at;
}

int64_t retry_at(const struct retry *retry, int64_t now, uint32_t chance)
{
    return after(retry->first, retry, now, chance);
}

int64_t retry_network_at(const struct retry *retry, int64_t now,
                         uint32_t chance)
{
    return after(retry->network, retry, now, chance);
}

bool retry_is_over(const struct retry *retry, int64_t now)
{
    return retry->deadline > 0 && now >= retry->deadline;
}
