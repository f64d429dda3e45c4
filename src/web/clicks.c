#include "clicks_private.h"

#include <pthread.h>
#include <stdlib.h>

#include "brevduva/base/sys.h"

#define WAITING 4096
#define COUNTS  4096 /* links and days not yet written */

struct waiting {
    struct web_click click;
    bool burst;
};

struct web_clicks {
    pthread_mutex_t lock; /* of `waiting` */
    struct waiting waiting[WAITING];
    size_t waiting_count;
    struct web_count counts[COUNTS]; /* of the thread that writes */
    size_t count;
};

struct web_clicks *clicks_new(void)
{
    struct web_clicks *clicks = calloc(1, sizeof *clicks);

    if (!clicks)
        bd_out_of_memory();
    (void)pthread_mutex_init(&clicks->lock, NULL);
    return clicks;
}

void clicks_free(struct web_clicks *clicks)
{
    if (!clicks)
        return;
    (void)pthread_mutex_destroy(&clicks->lock);
    free(clicks);
}

/* True: it is the same click once more. */
static bool compare(struct web_clicks *c, struct waiting *next)
{
    const struct web_click *a = &next->click;

    for (size_t i = 0; i < c->waiting_count; i++) {
        struct waiting *w = &c->waiting[i];
        const struct web_click *b = &w->click;

        if (a->mailing != b->mailing || a->network != b->network ||
            a->at - b->at > CLICKS_BURST_SECONDS)
            continue;
        if (a->link == b->link)
            return true;
        w->burst = next->burst = true;
    }
    return false;
}

void clicks_note(struct web_clicks *c, const struct web_click *click)
{
    struct waiting next = { .click = *click };

    (void)pthread_mutex_lock(&c->lock);
    if (!compare(c, &next) && c->waiting_count < WAITING)
        c->waiting[c->waiting_count++] = next;
    (void)pthread_mutex_unlock(&c->lock);
}

static void count(struct web_clicks *c, const struct web_click *click)
{
    int64_t day = bd_day_local(click->at);

    for (size_t i = 0; i < c->count; i++)
        if (c->counts[i].link == click->link && c->counts[i].day == day) {
            c->counts[i].clicks++;
            return;
        }
    if (c->count < COUNTS)
        c->counts[c->count++] = (struct web_count) { click->link, day, 1 };
}

size_t clicks_due(struct web_clicks *c, int64_t now, bool all,
                  const struct web_count **out)
{
    size_t kept = 0;

    (void)pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < c->waiting_count; i++) {
        const struct waiting *w = &c->waiting[i];

        if (!all && now - w->click.at <= CLICKS_BURST_SECONDS)
            c->waiting[kept++] = *w;
        else if (!w->burst)
            count(c, &w->click);
    }
    c->waiting_count = kept;
    (void)pthread_mutex_unlock(&c->lock);
    *out = c->counts;
    return c->count;
}

void clicks_written(struct web_clicks *c)
{
    c->count = 0;
}
