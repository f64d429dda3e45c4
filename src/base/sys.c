#include "brevduva/base/sys.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* 9999-12-30 23:59:59 UTC: no zone makes it the year 10000 */
#define LAST_SECOND 253402214399

static int64_t real_now(void *self)
{
    const char *fixed = getenv("BREVDUVA_NOW");
    uint64_t seconds = 0;

    (void)self;
    if (fixed && bd_str_to_u64(bd_str_from(fixed), &seconds) &&
        seconds <= LAST_SECOND)
        return (int64_t)seconds;
    return (int64_t)time(NULL);
}

static int64_t real_monotonic_ms(void *self)
{
    struct timespec t = { 0 };

    (void)self;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void real_random(void *self, void *out, size_t len)
{
    (void)self;
    if (len > INT32_MAX || RAND_bytes(out, (int)len) != 1) {
        (void)fputs("brevduva: no random numbers to be had\n", stderr);
        abort();
    }
}

const struct bd_sys *bd_sys_real(void)
{
    static const struct bd_sys real = { real_now, real_monotonic_ms,
                                        real_random, NULL };

    return &real;
}

bd_str bd_time_local(struct bd_arena *arena, int64_t seconds)
{
    time_t t = (time_t)seconds;
    struct tm tm = { 0 };
    char text[32];

    (void)localtime_r(&t, &tm);
    return bd_arena_copy(
        arena,
        (bd_str) { text, strftime(text, sizeof text, "%Y-%m-%d %H:%M", &tm) });
}

bd_str bd_time_utc(struct bd_arena *arena, int64_t seconds)
{
    time_t t = (time_t)seconds;
    struct tm tm = { 0 };
    char text[32];

    (void)gmtime_r(&t, &tm);
    return bd_arena_copy(
        arena, (bd_str) { text, strftime(text, sizeof text,
                                         "%Y-%m-%dT%H:%M:%SZ", &tm) });
}

int bd_zone_local(int64_t seconds)
{
    time_t t = (time_t)seconds;
    struct tm tm = { 0 };

    (void)localtime_r(&t, &tm);
    return (int)(tm.tm_gmtoff / 60);
}

int64_t bd_day_local(int64_t seconds)
{
    const int64_t day = (int64_t)24 * 60 * 60;
    time_t t = (time_t)seconds;
    struct tm tm = { 0 };
    int64_t local = localtime_r(&t, &tm) ? seconds + tm.tm_gmtoff : seconds;

    return local / day - (local % day < 0);
}
