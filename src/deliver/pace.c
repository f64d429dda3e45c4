#include "pace_private.h"

#include "brevduva/deliver/domains.h"

/* Turns further away than this are not given: a domain that is well again
 * must not find its copies put off until tomorrow. They come back before, and
 * meet others whose turn it is then. */
#define FAR_MS 900000

void pace_init(struct pace *pace, const struct bd_rate_limits *limits)
{
    bd_rate_init(&pace->started, limits);
    pace->near = pace->far = pace->started;
}

void pace_change(struct pace *pace, int64_t apart_ms, bool rest, int64_t now_ms)
{
    const struct bd_rate_limits limits = { { { 1, apart_ms } }, 1 };
    int64_t then_us = (now_ms + apart_ms) * 1000;
    int64_t next_us = pace->started.next_us[0];

    if (rest || next_us > then_us)
        next_us = then_us;
    pace_init(pace, &limits);
    pace->started.next_us[0] = next_us;
}

bool pace_is_due(const struct pace *pace, int64_t now_ms)
{
    return bd_rate_wait(&pace->started, now_ms) == 0;
}

void pace_start(struct pace *pace, int64_t now_ms)
{
    bd_rate_take(&pace->started, now_ms);
}

static void not_before(struct bd_rate *rate, const struct bd_rate *other)
{
    for (size_t i = 0; i < rate->limits.count; i++) {
        if (rate->next_us[i] >= other->next_us[i])
            continue;
        rate->next_us[i] = other->next_us[i];
        rate->rest[i] = other->rest[i];
    }
}

/* The next turns are kept for whoever asks first, old or new: so none is
 * lost when the one who was told of it comes back a second late. */
int64_t pace_book(struct pace *pace, int64_t now_ms)
{
    struct bd_rate *book = &pace->near;
    int64_t wait = 0;

    not_before(&pace->near, &pace->started);
    wait = bd_rate_wait(book, now_ms);
    if (wait > BD_DOMAINS_SOON_MS) {
        book = &pace->far;
        not_before(&pace->far, &pace->near);
        if (bd_rate_wait(book, now_ms) > FAR_MS)
            pace->far = pace->near;
        wait = bd_rate_wait(book, now_ms);
    }
    bd_rate_take(book, now_ms + wait);
    return wait;
}
