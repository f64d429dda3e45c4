/* Date-time of RFC 5322 3.3, independent of locale. Pure. */
#ifndef BREVDUVA_MAIL_DATE_H
#define BREVDUVA_MAIL_DATE_H

#include "brevduva/base/str.h"

#define BD_DATE_MAX 40

/*
 * "Mon, 23 Nov 2026 08:46:43 +0100"
 *
 * seconds  since 1970, UTC; years 1970 to 9999
 * zone     minutes east of UTC, -1439 to 1439
 * out      returns the text inside it
 */
bd_str bd_date_write(int64_t seconds, int zone, char out[BD_DATE_MAX]);

/* The moment that a Date field tells, seconds since 1970; obsolete forms too
 * (RFC 5322 4.3). False: none that can be read, or before 1970. */
bool bd_date_read(bd_str text, int64_t *out);

#endif
