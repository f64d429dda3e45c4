#include <stdio.h>
#include <stdlib.h>

#include "brevduva/base/saying.h"
#include "brevduva/store/list.h"
#include "writer_private.h"

static struct job *job_new(struct bd_store *store)
{
    struct bd_arena *arena = bd_arena_new();
    struct job *job = BD_NEW(arena, struct job);

    job->arena = arena;
    job->store = store;
    atomic_init(&job->halted, false);
    return job;
}

/* Behind all others: the letters, which come first, stay so. */
static struct job *add_job(struct writer *w)
{
    struct job **link = &w->jobs;

    while (*link)
        link = &(*link)->next;
    *link = job_new(w->options->store);
    return *link;
}

static struct job *find_job(struct writer *w, int64_t mailing_id)
{
    for (struct job *job = w->jobs; job; job = job->next)
        if (!job->letters && job->row.mailing_id == mailing_id)
            return job;
    return NULL;
}

static enum bd_status thaw(struct writer *w, struct job *job)
{
    bd_str full = BD_STR_NONE;
    bd_str text = BD_STR_NONE;
    enum bd_status rc = bd_mailing_message(job->arena, w->options->store,
                                           job->row.mailing_id, &full, &text,
                                           w->err);

    if (rc == BD_OK)
        rc = bd_message_thaw(job->arena, full, &job->full, w->err);
    if (rc == BD_OK)
        rc = bd_message_thaw(job->arena, text, &job->text_only, w->err);
    return rc;
}

static void keep_row(struct job *job, const struct bd_job *row)
{
    job->row = *row;
    job->row.slug = bd_arena_copy(job->arena, row->slug);
    job->row.message_id_salt = bd_arena_copy(job->arena, row->message_id_salt);
    job->row.message_id_domain = bd_arena_copy(job->arena,
                                               row->message_id_domain);
    job->row.envelope_from = bd_arena_copy(job->arena, row->envelope_from);
}

static void tell(struct writer *w, enum bd_engine_event event,
                 const struct job *job)
{
    const struct bd_engine_options *o = w->options;

    if (o->event)
        o->event(o->self, event, job->row.mailing_id);
}

/* A mailing that is in the list of the store. */
static enum bd_status take_up(struct writer *w, const struct bd_job *row)
{
    struct job *job = find_job(w, row->mailing_id);
    bool begins = !job || (atomic_load(&job->halted) && job->reason.len == 0);
    enum bd_status rc = BD_OK;

    if (!job) {
        job = add_job(w);
        keep_row(job, row);
        rc = thaw(w, job);
    }
    if (job->row.limit != row->limit)
        job->left = 0;
    job->row.limit = row->limit;
    job->spent = job->spent && row->limit > 0;
    if (!job->listed && job->reason.len == 0)
        atomic_store(&job->halted, false); /* new, or it goes on again */
    job->listed = rc == BD_OK;
    if (job->listed && begins)
        tell(w, BD_ENGINE_BEGINS, job);
    return rc;
}

static enum bd_status look_for_due(struct writer *w)
{
    const struct bd_engine_options *o = w->options;
    int64_t now = engine_now(w->engine);
    bool waits = false;
    enum bd_status rc = BD_OK;

    w->dry = true;
    for (struct job *job = w->jobs; job && rc == BD_OK; job = job->next) {
        bool due = false;

        if (!job->listed || atomic_load(&job->halted))
            continue;
        rc = bd_queue_is_due(o->store, job->row.mailing_id, now, &due, w->err);
        job->dry = !due;
        waits = waits || !job->letters;
        if (due)
            w->dry = false;
    }
    w->next_due = 0;
    if (rc == BD_OK && w->dry && waits && o->end == BD_ENGINE_WHEN_DONE)
        rc = bd_queue_next_due(o->store, o->mailing_id, &w->next_due, w->err);
    return rc;
}

static void halt_unlisted(struct writer *w)
{
    for (struct job *job = w->jobs; job; job = job->next)
        if (!job->listed && !atomic_exchange(&job->halted, true))
            tell(w, BD_ENGINE_LEAVES, job);
}

static void forget_finished(struct writer *w)
{
    struct job **link = &w->jobs;

    while (*link) {
        struct job *job = *link;

        if (job->listed || job->open > 0) {
            link = &job->next;
            continue;
        }
        *link = job->next;
        bd_arena_free(job->arena);
    }
}

static enum bd_status finish(struct writer *w, struct job *job)
{
    struct bd_actor actor = writer_actor(w);
    bool waits = true;
    enum bd_status rc = bd_queue_waits(w->options->store, job->row.mailing_id,
                                       &waits, w->err);

    if (rc != BD_OK || waits)
        return rc;
    atomic_store(&job->halted, true);
    job->listed = false;
    rc = bd_mailing_set_state(w->options->store, job->row.mailing_id,
                              BD_MAILING_DONE, BD_STR_NONE, &actor, w->err);
    if (rc == BD_OK)
        tell(w, BD_ENGINE_ENDS, job);
    return rc;
}

/* Somebody may have paused it, or the program, while its last copies were under
 * way: then there is nothing to go on with. */
static enum bd_status finish_paused(struct writer *w, struct job *job)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_mailing mailing = { 0 };
    enum bd_status rc = bd_mailing_get(arena, w->options->store,
                                       job->row.mailing_id, &mailing, w->err);

    bd_arena_free(arena);
    return rc == BD_OK && mailing.state == BD_MAILING_PAUSED ? finish(w, job)
                                                             : rc;
}

enum bd_status jobs_end(struct writer *w)
{
    enum bd_status rc = BD_OK;

    for (struct job *job = w->jobs; job && rc == BD_OK; job = job->next)
        if (!job->letters && job->open == 0)
            rc = job->listed ? finish(w, job) : finish_paused(w, job);
    return rc;
}

bd_str jobs_named(const struct writer *w, struct job *job)
{
    const struct bd_list *lists = NULL;
    struct bd_mailing mailing = { 0 };
    struct bd_err err = { 0 };
    size_t count = 0;

    if (bd_list_all(job->arena, w->options->store, &lists, &count, &err) !=
            BD_OK ||
        count < 2 ||
        bd_mailing_get(job->arena, w->options->store, job->row.mailing_id,
                       &mailing, &err) != BD_OK)
        return job->row.slug;
    return bd_arena_printf(job->arena, "%.*s --list %.*s",
                           BD_ARG(job->row.slug), BD_ARG(mailing.list_slug));
}

enum bd_status jobs_refresh(struct writer *w)
{
    const struct bd_engine_options *o = w->options;
    struct bd_actor actor = writer_actor(w);
    struct bd_arena *arena = bd_arena_new();
    const struct bd_job *rows = NULL;
    size_t count = 0;
    enum bd_status rc = bd_queue_jobs(arena, o->store, &actor, &rows, &count,
                                      w->err);

    if (rc == BD_OK) {
        if (!w->jobs) {
            (void)add_job(w);
            w->jobs->letters = true;
        }
        for (struct job *job = w->jobs; job; job = job->next)
            job->listed = job->letters || (job->listed && job->reason.len > 0);
    }
    for (size_t i = 0; i < count && rc == BD_OK; i++)
        if (o->mailing_id == 0 || rows[i].mailing_id == o->mailing_id)
            rc = take_up(w, &rows[i]);
    if (rc == BD_OK) {
        halt_unlisted(w);
        rc = jobs_end(w);
    }
    if (rc == BD_OK) {
        forget_finished(w);
        rc = look_for_due(w);
    }
    bd_arena_free(arena);
    return rc;
}

void jobs_free(struct writer *w)
{
    while (w->jobs) {
        struct job *next = w->jobs->next;

        bd_arena_free(w->jobs->arena);
        w->jobs = next;
    }
}

/* Nothing more of it is begun; where nothing is left, it is done. */
static enum bd_status stop(struct writer *w, struct job *job, bd_str reason,
                           enum bd_engine_event event)
{
    struct bd_actor actor = writer_actor(w);
    enum bd_status rc = job->open == 0 ? finish(w, job) : BD_OK;

    if (rc != BD_OK || !job->listed)
        return rc;
    atomic_store(&job->halted, true);
    job->listed = false;
    rc = bd_mailing_set_state(w->options->store, job->row.mailing_id,
                              BD_MAILING_PAUSED, reason, &actor, w->err);
    if (rc == BD_OK)
        tell(w, event, job);
    return rc;
}

enum bd_status jobs_pause(struct writer *w, struct job *job, bd_str reason)
{
    return stop(w, job, reason, BD_ENGINE_PAUSES);
}

/* All that --limit allows have their answers. */
enum bd_status jobs_end_at_limit(struct writer *w)
{
    enum bd_status rc = BD_OK;

    for (struct job *job = w->jobs; job && rc == BD_OK; job = job->next) {
        if (!job->spent || !job->listed || job->open > 0)
            continue;
        job->spent = false;
        w->next_refresh_ms = 0; /* is anything left to do? */
        rc = stop(w, job, bd_mailing_limit_reason(job->arena, job->row.limit),
                  BD_ENGINE_LEAVES);
    }
    return rc;
}
