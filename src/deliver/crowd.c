/* How many sessions a relay takes at a time, where that is less than the
 * settings ask for: what it said no to is tried again seldom. */
#include <stdio.h>

#include "brevduva/base/i18n.h"
#include "lane_private.h"

/* Until one more is tried: so long, then twice as long each time. */
#define MORE_FIRST_MS 1000
#define MORE_MAX_MS   300000
/* Until one that ended gets a follower: the relay may still count it. */
#define REFILL_MS 1000
/* No limit but a relay that goes away, unless it has taken copies for a while
 * after it said no. */
#define SURE_MS 2000
/* So often in a row that fails before the relay takes fewer than it did. */
#define REFILLS 3

void crowd_note_full(struct lane *lane, size_t works, const char *why,
                     int64_t now_ms)
{
    struct crowd *crowd = &lane->crowd;
    int64_t wait = MORE_FIRST_MS << (crowd->times < 10 ? crowd->times : 10);

    crowd->refill_ms = now_ms + REFILL_MS;
    if (crowd->most > 0 && works < crowd->most && ++crowd->refills < REFILLS)
        return;
    crowd->most = works;
    crowd->refills = 0;
    crowd->times++;
    crowd->more_ms = now_ms + (wait < MORE_MAX_MS ? wait : MORE_MAX_MS);
    if (!crowd->why[0])
        crowd->since_ms = now_ms;
    (void)snprintf(crowd->why, sizeof crowd->why, "%s", why);
}

void crowd_note_open(struct lane *lane)
{
    struct crowd *crowd = &lane->crowd;

    crowd->refills = 0;
    if (crowd->most == 0 || lane->open <= crowd->most)
        return;
    crowd->most = lane->open;
    crowd->times = 0;
    if (lane->open >= (size_t)lane->options->sessions)
        crowd->why[0] = '\0';
}

bool crowd_tell(const struct lane *lane, int64_t now_ms, char out[TROUBLE_MAX])
{
    const struct crowd *crowd = &lane->crowd;

    if (!crowd->why[0] || now_ms - crowd->since_ms < SURE_MS ||
        lane->worked_ms - crowd->since_ms < SURE_MS / 2)
        return false;
    (void)snprintf(out, TROUBLE_MAX,
                   P_("%s; sending goes on over %zu session: if that is the "
                      "relay's limit, write it in %s.sessions",
                      "%s; sending goes on over %zu sessions: if that is the "
                      "relay's limit, write it in %s.sessions",
                      crowd->most),
                   crowd->why, crowd->most, relay_key(lane->options));
    return true;
}

bool crowd_allows(const struct lane *lane, int64_t now_ms)
{
    const struct crowd *crowd = &lane->crowd;
    size_t asked = lane->open + lane->connecting;

    if (crowd->most == 0)
        return true;
    return asked < crowd->most
               ? now_ms >= crowd->refill_ms
               : asked == crowd->most && now_ms >= crowd->more_ms;
}
