/*
 * The world that pure code must not touch: clock and random, handed in as a
 * value, so that tests can hold them still.
 */
#ifndef BREVDUVA_BASE_SYS_H
#define BREVDUVA_BASE_SYS_H

#include "brevduva/base/arena.h"
#include "brevduva/base/status.h"

struct bd_sys {
    int64_t (*now)(void *self);          /* seconds since 1970, UTC */
    int64_t (*monotonic_ms)(void *self); /* for deadlines */
    void (*random)(void *self, void *out, size_t len); /* unpredictable */
    void *self;
};

/* The machine's own; lives for ever. If BREVDUVA_NOW is set in the
 * environment (seconds since 1970, up to a day before the end of the year 9999:
 * dates have no room for more), its clock stands still there. */
const struct bd_sys *bd_sys_real(void);

/* "2026-11-23 08:46" and "2026-11-23T07:46:43Z". */
bd_str bd_time_local(struct bd_arena *arena, int64_t seconds);
bd_str bd_time_utc(struct bd_arena *arena, int64_t seconds);

/* Minutes east of UTC at that moment. */
int bd_zone_local(int64_t seconds);

/* Days since 1970 by the local calendar. */
int64_t bd_day_local(int64_t seconds);

#endif
