/* What each relay may still get today. */
#include "writer_private.h"

static enum bd_status set_day(struct writer *w, struct lane *lane)
{
    const struct bd_relay_options *o = lane->options;
    int64_t most = bd_rate_day(&o->limits);
    int64_t first = w->today;
    int64_t count = 0;
    int64_t plan = INT64_MAX;
    enum bd_status rc = bd_queue_relay_day(w->options->store,
                                           bd_str_from(lane->name), w->today,
                                           &count, &first, w->err);

    if (rc != BD_OK)
        return rc;
    if (first == 0)
        first = w->today;
    if (o->warm_up.day0 > 0)
        first = o->warm_up.day0;
    plan = bd_warm_up_day(&o->warm_up, w->today - first);
    if (plan < most)
        most = plan;
    if (most != INT64_MAX)
        most = most > count ? most - count : 0;
    atomic_store(&lane->day_left, most);
    return BD_OK;
}

enum bd_status days_set(struct writer *w)
{
    int64_t today = bd_day_local(engine_now(w->engine));

    if (today == w->today)
        return BD_OK;
    w->today = today;
    for (size_t i = 0; i < w->engine->lane_count; i++) {
        enum bd_status rc = set_day(w, &w->engine->lanes[i]);

        if (rc != BD_OK)
            return rc;
    }
    return BD_OK;
}
