#include <errno.h>
#include <time.h>

#include "engine_private.h"

void parcels_add(struct parcels *list, struct parcel *parcel)
{
    parcel->next = NULL;
    if (list->last)
        list->last->next = parcel;
    else
        list->first = parcel;
    list->last = parcel;
    list->count++;
}

void parcels_put_back(struct parcels *list, struct parcel *parcel)
{
    parcel->next = list->first;
    list->first = parcel;
    if (!list->last)
        list->last = parcel;
    list->count++;
}

struct parcel *parcels_take(struct parcels *list)
{
    struct parcel *parcel = list->first;

    if (!parcel)
        return NULL;
    list->first = parcel->next;
    if (!list->first)
        list->last = NULL;
    list->count--;
    parcel->next = NULL;
    return parcel;
}

void parcels_join(struct parcels *list, struct parcels *more)
{
    if (!more->first)
        return;
    if (list->last)
        list->last->next = more->first;
    else
        list->first = more->first;
    list->last = more->last;
    list->count += more->count;
    *more = (struct parcels) { 0 };
}

void post_init(struct post *post)
{
    pthread_condattr_t attributes;

    *post = (struct post) { .last_batch = &post->batches };
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&post->lock, NULL);
    (void)pthread_cond_init(&post->news, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

void post_fini(struct post *post)
{
    (void)pthread_cond_destroy(&post->news);
    (void)pthread_mutex_destroy(&post->lock);
}

void post_batch(struct engine *engine, struct batch *batch)
{
    struct post *post = &engine->post;

    (void)pthread_mutex_lock(&post->lock);
    batch->next = NULL;
    *post->last_batch = batch;
    post->last_batch = &batch->next;
    (void)pthread_mutex_unlock(&post->lock);
    bd_loop_wake(engine->loop);
}

void post_due(struct engine *engine, size_t due)
{
    struct post *post = &engine->post;
    bool changed = false;

    (void)pthread_mutex_lock(&post->lock);
    changed = (post->due > 0) != (due > 0);
    post->due = due;
    (void)pthread_mutex_unlock(&post->lock);
    if (changed)
        bd_loop_wake(engine->loop);
}

static struct timespec moment_in(int64_t ms)
{
    struct timespec t = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += (time_t)(ms / 1000);
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_nsec -= 1000000000;
        t.tv_sec++;
    }
    return t;
}

void post_collect(struct engine *engine, int64_t ms, struct parcels *out,
                  struct io_state *state)
{
    struct post *post = &engine->post;
    struct timespec until = moment_in(ms);

    (void)pthread_mutex_lock(&post->lock);
    while (!post->nudged && pthread_cond_timedwait(&post->news, &post->lock,
                                                   &until) != ETIMEDOUT)
        ;
    post->nudged = false;
    parcels_join(out, &post->results);
    *state = post->state;
    (void)pthread_mutex_unlock(&post->lock);
}

void post_opened(struct engine *engine, struct opening *opening)
{
    struct post *post = &engine->post;

    (void)pthread_mutex_lock(&post->lock);
    opening->next = post->opened;
    post->opened = opening;
    (void)pthread_mutex_unlock(&post->lock);
    bd_loop_wake(engine->loop);
}

void post_receive(struct engine *engine, struct batch **batches,
                  struct opening **opened, size_t *due)
{
    struct post *post = &engine->post;

    (void)pthread_mutex_lock(&post->lock);
    *batches = post->batches;
    *opened = post->opened;
    *due = post->due;
    post->batches = NULL;
    post->last_batch = &post->batches;
    post->opened = NULL;
    (void)pthread_mutex_unlock(&post->lock);
}

void post_report(struct engine *engine, struct parcels *results,
                 const struct io_state *state, bool urgent)
{
    struct post *post = &engine->post;

    (void)pthread_mutex_lock(&post->lock);
    parcels_join(&post->results, results);
    post->state = *state;
    if (urgent || post->results.count >= LEAD_MAX / 2) {
        post->nudged = true;
        (void)pthread_cond_signal(&post->news);
    }
    (void)pthread_mutex_unlock(&post->lock);
}
