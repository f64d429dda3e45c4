/* Events of a letter: as they were read, and as a calendar. */
#ifndef COMPOSE_EVENTS_PRIVATE_H
#define COMPOSE_EVENTS_PRIVATE_H

#include "layout_private.h"

/* A time zone with the rule it goes by today. */
struct bd_zone {
    const char *name; /* "Europe/Stockholm" */
    int offset;       /* minutes east of UTC in winter */
    enum bd_summer { BD_SUMMER_NONE, BD_SUMMER_EU, BD_SUMMER_US } summer;
};

/* NULL: none that we know. */
const struct bd_zone *bd_zone_find(bd_str name);
/* Its VTIMEZONE (RFC 5545 3.6.5); nothing for UTC. Lines end in LF. */
void bd_zone_write(const struct bd_zone *zone, struct bd_buf *out);

struct bd_day {
    int year, month, day;
    int64_t number; /* since 1970-01-01 */
};

/* Data of a part "event", in which are "title" and perhaps "place" and
 * "text". */
struct bd_event {
    struct bd_day start, end;
    int from, to; /* minutes of the day, `to` of the last; -1: not told */
    bool days;    /* the day of the end is told */
};

/* Read "2027-05-10 13:00-16:00" and the like.
 *
 * returns  NULL, or "what; what to do" */
const char *bd_event_when(bd_str text, struct bd_event *out);

/* Data of the block. */
struct bd_events {
    const struct bd_zone *zone; /* NULL: none told */
};

/*
 * All events of the letter as text/calendar, with markers; empty without
 * any. Merge tags show their default text: a calendar is for everybody.
 */
bd_str bd_calendar(struct bd_draft *draft);

#endif
