/* Moments as options give them. */
#include <time.h>

#include "brevduva/base/when.h"
#include "cli_private.h"

/* "08:00", as minutes. */
static bool read_clock(bd_str text, int *out)
{
    bd_str minutes = text;
    bd_str hours = bd_str_cut(&minutes, ':');
    uint64_t h = 0;
    uint64_t m = 0;

    if (!bd_str_to_u64(hours, &h) || h > 23 || minutes.len != 2 ||
        !bd_str_to_u64(minutes, &m) || m > 59)
        return false;
    *out = (int)(h * 60 + m);
    return true;
}

enum bd_status opt_time(struct app *app, const char *name, bool last,
                        int64_t *out)
{
    bd_str text = opt_str(app, name);
    bd_str clock = text;
    bd_str date = bd_str_cut(&clock, ' ');
    struct tm tm = { .tm_year = 70, .tm_isdst = -1 };
    int64_t days = 0;
    int64_t ago = 0;
    int minutes = 0;

    if (text.len == 0)
        return BD_OK;
    if (bd_duration_parse(text, &ago, NULL) == BD_OK) {
        *out = app_now(app) - ago;
        return BD_OK;
    }
    clock = bd_str_trim(clock);
    if (bd_date_parse(date, &days, NULL) != BD_OK ||
        (clock.len > 0 && !read_clock(clock, &minutes)))
        return bd_fail(&app->err, BD_EINVAL,
                       _("--%s %.*s: write a day as 2026-11-23, a time as "
                         "\"2026-11-23 08:00\", or how long ago as 2h"),
                       name, BD_ARG(text));
    tm.tm_mday = 1 + (int)days + (last && clock.len == 0);
    tm.tm_min = minutes;
    *out = mktime(&tm);
    return BD_OK;
}
