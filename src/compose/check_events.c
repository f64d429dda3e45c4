/* Events that cannot be come to. */
#include "check_private.h"

#include "block_private.h"
#include "events_private.h"

/* The next event after `node` (NULL: the first), or NULL. */
static const struct bd_node *next_event(const struct bd_check_run *run,
                                        const struct bd_node *node)
{
    do
        node = bd_check_next(run, node, BD_NODE_PART);
    while (node && !bd_block_is(node, "event"));
    return node;
}

void bd_check_event_past(struct bd_check_run *run)
{
    for (const struct bd_node *n = next_event(run, NULL); n;
         n = next_event(run, n)) {
        const struct bd_event *e = n->data;

        if (e->end.number < run->facts->today)
            bd_check_report(run, n->place,
                            _("the event of %d-%02d-%02d has passed; is the "
                              "date right?"),
                            e->end.year, e->end.month, e->end.day);
    }
}

/* The hour that clocks skip in spring begins on that day at this minute, or
 * -1. */
static int skipped_hour(const struct bd_zone *zone, struct bd_day day)
{
    bool sunday = day.number % 7 == 3; /* 1970-01-01 was a Thursday */

    if (zone->summer == BD_SUMMER_EU && sunday && day.month == 3 &&
        day.day >= 25)
        return 60 + zone->offset;
    if (zone->summer == BD_SUMMER_US && sunday && day.month == 3 &&
        day.day >= 8 && day.day <= 14)
        return 120;
    return -1;
}

static bool is_skipped(const struct bd_zone *zone, struct bd_day day,
                       int minutes)
{
    int hour = skipped_hour(zone, day);

    return hour >= 0 && minutes >= hour && minutes < hour + 60;
}

void bd_check_event_skipped(struct bd_check_run *run)
{
    for (const struct bd_node *n = next_event(run, NULL); n;
         n = next_event(run, n)) {
        const struct bd_event *e = n->data;
        const struct bd_events *events = n->parent->data;
        const struct bd_zone *zone =
            events->zone ? events->zone : bd_zone_find(run->options->time_zone);

        if (zone && (is_skipped(zone, e->start, e->from) ||
                     is_skipped(zone, e->end, e->to)))
            bd_check_report(run, n->place,
                            _("the clocks skip that hour on %d-%02d-%02d; mend "
                              "the time"),
                            e->start.year, e->start.month, e->start.day);
    }
}
