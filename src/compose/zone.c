/* Time zones of calendars: a table, as compose reads no files. */
#include <stdlib.h>

#include "events_private.h"

#define HOUR 60

static const struct bd_zone zones[] = {
    { "UTC", 0, BD_SUMMER_NONE },
    { "America/Chicago", -6 * HOUR, BD_SUMMER_US },
    { "America/Denver", -7 * HOUR, BD_SUMMER_US },
    { "America/Los_Angeles", -8 * HOUR, BD_SUMMER_US },
    { "America/New_York", -5 * HOUR, BD_SUMMER_US },
    { "Atlantic/Reykjavik", 0, BD_SUMMER_NONE },
    { "Europe/Amsterdam", 1 * HOUR, BD_SUMMER_EU },
    { "Europe/Athens", 2 * HOUR, BD_SUMMER_EU },
    { "Europe/Berlin", 1 * HOUR, BD_SUMMER_EU },
    { "Europe/Brussels", 1 * HOUR, BD_SUMMER_EU },
    { "Europe/Budapest", 1 * HOUR, BD_SUMMER_EU },
    { "Europe/Copenhagen", 1 * HOUR, BD_SUMMER_EU },
    { "Europe/Dublin", 0, BD_SUMMER_EU },
    { "Europe/Helsinki", 2 * HOUR, BD_SUMMER_EU },
    { "Europe/Lisbon", 0, BD_SUMMER_EU },
    { "Europe/London", 0, BD_SUMMER_EU },
    { "Europe/Madrid", 1 * HOUR, BD_SUMMER_EU },
    { "Europe/Mariehamn", 2 * HOUR, BD_SUMMER_EU },
    { "Europe/Oslo", 1 * HOUR, BD_SUMMER_EU },
    { "Europe/Paris", 1 * HOUR, BD_SUMMER_EU },
    { "Europe/Prague", 1 * HOUR, BD_SUMMER_EU },
    { "Europe/Riga", 2 * HOUR, BD_SUMMER_EU },
    { "Europe/Rome", 1 * HOUR, BD_SUMMER_EU },
    { "Europe/Stockholm", 1 * HOUR, BD_SUMMER_EU },
    { "Europe/Tallinn", 2 * HOUR, BD_SUMMER_EU },
    { "Europe/Vienna", 1 * HOUR, BD_SUMMER_EU },
    { "Europe/Vilnius", 2 * HOUR, BD_SUMMER_EU },
    { "Europe/Warsaw", 1 * HOUR, BD_SUMMER_EU },
    { "Europe/Zurich", 1 * HOUR, BD_SUMMER_EU },
};

const struct bd_zone *bd_zone_find(bd_str name)
{
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (bd_str_eq(name, bd_str_from(zones[i].name)))
            return &zones[i];
    return NULL;
}

/* Half a year: begins at `start`, a local time by the offset before it. */
static void write_half(struct bd_buf *out, const char *kind, const char *day,
                       int hour, const char *rule, int from, int to)
{
    bd_buf_printf(out,
                  "BEGIN:%s\nDTSTART:%sT%02d0000\nTZOFFSETFROM:%c%02d%02d\n"
                  "TZOFFSETTO:%c%02d%02d\n%s%sEND:%s\n",
                  kind, day, hour, from < 0 ? '-' : '+', abs(from) / HOUR,
                  abs(from) % HOUR, to < 0 ? '-' : '+', abs(to) / HOUR,
                  abs(to) % HOUR, rule, *rule ? "\n" : "", kind);
}

void bd_zone_write(const struct bd_zone *zone, struct bd_buf *out)
{
    int winter = zone->offset;
    int summer = winter + HOUR;
    int hour = 1 + winter / HOUR; /* all of the EU at 01:00 UTC */

    if (zone == &zones[0])
        return;
    bd_buf_printf(out, "BEGIN:VTIMEZONE\nTZID:%s\n", zone->name);
    if (zone->summer == BD_SUMMER_NONE) {
        write_half(out, "STANDARD", "19700101", 0, "", winter, winter);
    } else if (zone->summer == BD_SUMMER_EU) {
        write_half(out, "DAYLIGHT", "19960331", hour,
                   "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", winter, summer);
        write_half(out, "STANDARD", "19961027", hour + 1,
                   "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", summer, winter);
    } else {
        write_half(out, "DAYLIGHT", "20070311", 2,
                   "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU", winter, summer);
        write_half(out, "STANDARD", "20071104", 2,
                   "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU", summer, winter);
    }
    bd_buf_add_cstr(out, "END:VTIMEZONE\n");
}
