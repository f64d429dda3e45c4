#include "brevduva/mail/date.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define LAST_SECOND 253402300799 /* 9999-12-31 23:59:59 UTC */

struct day {
    int year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
};

/*
 * Gregorian date of a day since 1970-01-01. Years are counted from March, so
 * that the leap day is the last of the year and month lengths follow a line:
 * 153 days for every five months.
 */
static struct day day_of(int64_t days)
{
    int64_t since = days + 719468; /* 0000-03-01 */
    int64_t era = since / 146097;  /* of 400 years */
    int in_era = (int)(since % 146097);
    int year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) /
               365;
    int in_year = in_era - (365 * year + year / 4 - year / 100);
    int march = (5 * in_year + 2) / 153;
    struct day day = {
        .year = (int)(era * 400) + year + (march >= 10),
        .month = march < 10 ? march + 3 : march - 9,
        .day = in_year - (153 * march + 2) / 5 + 1,
    };

    return day;
}

bd_str bd_date_write(int64_t seconds, int zone, char out[BD_DATE_MAX])
{
    static const char weekdays[7][4] = { "Thu", "Fri", "Sat", "Sun",
                                         "Mon", "Tue", "Wed" };
    static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr",
                                        "May", "Jun", "Jul", "Aug",
                                        "Sep", "Oct", "Nov", "Dec" };
    /* a day ahead, so that no zone makes it negative */
    int64_t local = seconds + INT64_C(60) * zone + 86400;
    int64_t days = local / 86400;
    int second = (int)(local % 86400);
    struct day day = day_of(days - 1);
    int len = 0;

    assert(seconds >= 0 && seconds <= LAST_SECOND);
    assert(zone > -24 * 60 && zone < 24 * 60);
    len = snprintf(out, BD_DATE_MAX,
                   "%s, %02d %s %04d %02d:%02d:%02d %c%02d%02d",
                   weekdays[(days + 6) % 7], day.day, months[day.month - 1],
                   day.year, second / 3600, second / 60 % 60, second % 60,
                   zone < 0 ? '-' : '+', abs(zone) / 60, abs(zone) % 60);
    return (bd_str) { out, (size_t)len };
}
