#include <stdlib.h>

#include "lane_private.h"

/* Opening blocks, in the resolver and in TLS: these threads wait, so that the
 * I/O thread never does. */
struct connectors {
    struct engine *engine;
    pthread_mutex_t lock;
    pthread_cond_t asked;
    struct opening *first, **last; /* what is asked for */
    bool ending;
    size_t count;
    pthread_t threads[];
};

static struct opening *next_opening(struct connectors *c)
{
    struct opening *opening = NULL;

    (void)pthread_mutex_lock(&c->lock);
    while (!c->first && !c->ending)
        (void)pthread_cond_wait(&c->asked, &c->lock);
    opening = c->ending ? NULL : c->first;
    if (opening) {
        c->first = opening->next;
        if (!c->first)
            c->last = &c->first;
    }
    (void)pthread_mutex_unlock(&c->lock);
    return opening;
}

static void *connect_main(void *self)
{
    struct connectors *c = self;
    struct opening *opening = NULL;

    while ((opening = next_opening(c))) {
        opening->status = lane_open_stream(c->engine, opening->lane,
                                           &opening->stream, &opening->err);
        post_opened(c->engine, opening);
    }
    return NULL;
}

struct connectors *connectors_start(struct engine *engine, size_t count)
{
    struct connectors *c = calloc(1, sizeof *c + count * sizeof *c->threads);

    if (!c)
        abort();
    c->engine = engine;
    c->last = &c->first;
    (void)pthread_mutex_init(&c->lock, NULL);
    (void)pthread_cond_init(&c->asked, NULL);
    while (c->count < count &&
           pthread_create(&c->threads[c->count], NULL, connect_main, c) == 0)
        c->count++;
    return c;
}

void connectors_ask(struct connectors *c, struct lane *lane)
{
    struct opening *opening = calloc(1, sizeof *opening);

    if (!opening)
        abort();
    opening->lane = lane;
    (void)pthread_mutex_lock(&c->lock);
    *c->last = opening;
    c->last = &opening->next;
    (void)pthread_cond_signal(&c->asked);
    (void)pthread_mutex_unlock(&c->lock);
}

void connectors_stop(struct connectors *c)
{
    if (!c)
        return;
    (void)pthread_mutex_lock(&c->lock);
    c->ending = true;
    (void)pthread_cond_broadcast(&c->asked);
    (void)pthread_mutex_unlock(&c->lock);
    for (size_t i = 0; i < c->count; i++)
        (void)pthread_join(c->threads[i], NULL);
    while (c->first) {
        struct opening *opening = c->first;

        c->first = opening->next;
        free(opening);
    }
    (void)pthread_cond_destroy(&c->asked);
    (void)pthread_mutex_destroy(&c->lock);
    free(c);
}
