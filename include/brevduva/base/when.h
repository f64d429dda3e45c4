/*
 * Lengths of time, dates and moments as people write them. Pure but for the
 * time zone, which is the process's (TZ).
 */
#ifndef BREVDUVA_BASE_WHEN_H
#define BREVDUVA_BASE_WHEN_H

#include "brevduva/base/status.h"
#include "brevduva/base/str.h"

#define BD_DURATION_TEXT 64

/*
 * "90s", "15m", "2d", "1h30m", "2 h 30 min": whole numbers of w, d, h, m (or
 * min) and s, the longest first and each once.
 *
 * out      seconds, from 0 to those of a hundred years
 * returns  BD_OK, or BD_EINVAL that says how to write it
 */
enum bd_status bd_duration_parse(bd_str text, int64_t *out,
                                 struct bd_err *err) BD_MUST_USE;

/* "1h30m", as bd_duration_parse takes it. Seconds from 0; `out` returns the
 * text inside it. */
bd_str bd_duration_write(int64_t seconds, char out[BD_DURATION_TEXT]);

/*
 * "2026-11-23", years 1970 to 9999.
 *
 * out      days since 1970-01-01
 * returns  BD_OK, or BD_EINVAL: not written so, or no such day
 */
enum bd_status bd_date_parse(bd_str text, int64_t *out,
                             struct bd_err *err) BD_MUST_USE;

struct bd_when {
    int64_t at;    /* seconds since 1970, UTC */
    int64_t again; /* 0; when the clock is set back, and shows that time twice,
                    * the second of them: `at` is the first */
};

/*
 * A moment to come: "2026-12-01 08:00", "08:00" (today), "tomorrow 08:00",
 * "imorgon 08:00".
 *
 * now      seconds since 1970, UTC
 * returns  BD_OK, or BD_EINVAL: not written so, past, or a time that the
 *          clock skips when it is set forward; the message then names the
 *          next minute that it shows
 */
enum bd_status bd_when_parse(bd_str text, int64_t now, struct bd_when *out,
                             struct bd_err *err) BD_MUST_USE;

#endif
