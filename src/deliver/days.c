/* What each relay may still get today. */
#include "writer_private.h"

enum bd_status bd_relay_day_left(struct bd_store *store, bd_str name,
                                 const struct bd_rate_limits *limits,
                                 const struct bd_warm_up *plan, int64_t day,
                                 int64_t *out, struct bd_err *err)
{
    int64_t most = bd_rate_day(limits);
    int64_t first = 0;
    int64_t count = 0;
    int64_t planned = 0;
    enum bd_status rc = bd_queue_relay_day(store, name, day, &count, &first,
                                           err);

    if (rc != BD_OK)
        return rc;
    if (plan->day0 > 0)
        first = plan->day0;
    planned = bd_warm_up_day(plan, first > 0 ? day - first : 0);
    if (planned < most)
        most = planned;
    if (most != INT64_MAX)
        most = most > count ? most - count : 0;
    *out = most;
    return BD_OK;
}

static enum bd_status set_day(struct writer *w, struct lane *lane)
{
    const struct bd_relay_options *o = lane->options;
    int64_t left = 0;
    enum bd_status rc = bd_relay_day_left(w->options->store,
                                          bd_str_from(lane->name), &o->limits,
                                          &o->warm_up, w->today, &left, w->err);

    if (rc == BD_OK)
        atomic_store(&lane->day_left, left);
    return rc;
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
