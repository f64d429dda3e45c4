#include <stdio.h>

#include "brevduva/base/saying.h"
#include "writer_private.h"

/* How often the store is asked what is to be sent, when nothing tells. */
#define REFRESH_MS 1000
/* While nothing is under way. */
#define IDLE_MS 250
/* A full disk or a busy database gets some time, */
#define STORE_BEAR_MS 5000
/* and more while what relays said would be lost with it. */
#define STORE_KEEP_MS 900000
#define STORE_WAIT_MS 1000
/* Outcomes before their shares mean anything. */
#define PAUSE_FROM 50

struct bd_actor writer_actor(const struct writer *w)
{
    struct bd_actor actor = w->options->actor;

    actor.now = engine_now(w->engine);
    return actor;
}

static void collect(struct writer *w, int64_t ms)
{
    struct parcels came = { 0 };
    struct parcel *parcel = NULL;

    post_collect(w->engine, ms, &came, &w->state);
    while ((parcel = parcels_take(&came))) {
        if (parcel->receipt.state == BD_DELIVERY_ACCEPTED)
            w->accepted_at = parcel->receipt.at;
        batch_receive(w, parcel);
    }
}

/* The I/O thread did not know of what was on its way to it. */
static size_t copies_to_claim(const struct writer *w)
{
    size_t coming = w->open > w->state.held ? w->open - w->state.held : 0;
    size_t want = w->state.want > coming ? w->state.want - coming : 0;

    if (atomic_load(&w->engine->stopping) || w->dry)
        return 0;
    return want < LEAD_MAX ? want : LEAD_MAX;
}

static bool all_dry(const struct writer *w)
{
    for (const struct job *job = w->jobs; job; job = job->next)
        if (job->listed && !job->dry && !atomic_load(&job->halted))
            return false;
    return true;
}

/* How much there is to do: as many sessions as that is worth. */
static void tell_due(struct writer *w)
{
    size_t due = 0;

    for (const struct job *job = w->jobs; job; job = job->next) {
        if (!job->listed || job->dry || atomic_load(&job->halted))
            continue;
        due++;
        if (!job->letters)
            due += (size_t)job->row.audience;
    }
    post_due(w->engine, due);
}

static int64_t store_patience(const struct writer *w)
{
    if (w->hurried || w->options->mailing_id == BD_ENGINE_LETTERS)
        return STORE_BEAR_MS;
    if (w->options->end == BD_ENGINE_WHEN_TOLD)
        return INT64_MAX;
    return w->open + w->unstored > 0 ? STORE_KEEP_MS : STORE_BEAR_MS;
}

static void tell_failure(struct writer *w)
{
    char *out = w->view.trouble;
    size_t size = sizeof w->view.trouble;

    w->view.trouble_lasts_ms = engine_ms(w->engine) - w->store_failed_ms;
    if (w->unstored == 0)
        (void)snprintf(out, size, "%s", w->err->msg);
    else
        (void)snprintf(out, size,
                       P_("%s; no copy leaves meanwhile, and %zu answer of "
                          "the relay waits to be stored",
                          "%s; no copy leaves meanwhile, and %zu answers of "
                          "the relay wait to be stored",
                          w->unstored),
                       w->err->msg, w->unstored);
}

/* Keep what the relays said until it can be stored, or patience ends: what is
 * not stored is unknown then. */
static enum bd_status bear_failure(struct writer *w, int64_t began_ms,
                                   enum bd_status rc)
{
    if (rc != BD_EIO && rc != BD_ETEMP)
        return rc;
    if (w->store_failures++ == 0)
        w->store_failed_ms = began_ms; /* SQLite has waited for a lock */
    if (engine_ms(w->engine) - w->store_failed_ms >= store_patience(w))
        return rc;
    tell_failure(w);
    collect(w, STORE_WAIT_MS);
    return BD_OK;
}

static enum bd_status exchange(struct writer *w)
{
    size_t want = copies_to_claim(w);
    int64_t began_ms = engine_ms(w->engine);
    enum bd_status rc = BD_OK;

    if (w->unstored == 0 && want == 0)
        return BD_OK;
    if (w->store_failures > 0 && w->unstored > 0)
        want = 0; /* first what is known */
    rc = batch_exchange(w, want);
    if (rc != BD_OK)
        return bear_failure(w, began_ms, rc);
    w->store_failures = 0;
    w->checked = false;
    w->dry = all_dry(w);
    return BD_OK;
}

/* Refusals or doubts past the threshold: a person should look. */
static void watch_share(const struct writer *w, struct job *job)
{
    int64_t bad = job->refused + job->unknown;
    int64_t all = job->accepted + bad;

    if (w->options->pause_percent <= 0 || all < PAUSE_FROM || job->letters ||
        bad * 100 <= all * w->options->pause_percent)
        return;
    job->reason = bd_saying(
        job->arena,
        N_("%s of %s copies were refused or are unknown: more than %s; look at "
           "\"brevduva report %s\""),
        (const bd_str[]) {
            bd_arena_printf(job->arena, "%lld", (long long)bad),
            bd_arena_printf(job->arena, "%lld", (long long)all),
            bd_arena_printf(job->arena, "%d %%", w->options->pause_percent),
            jobs_named(w, job) },
        4);
}

/* All that were tried were refused so, and there is nobody else to ask. */
static void watch_doubts(struct job *job)
{
    if (job->doubts > 0 && job->outcomes == 0 && job->row.accepted == 0 &&
        job->dry && job->open == 0)
        job->reason = job->doubt;
}

static enum bd_status pause_some(struct writer *w)
{
    for (struct job *job = w->jobs; job; job = job->next) {
        enum bd_status rc = BD_OK;

        if (job->reason.len == 0 && job->listed) {
            watch_share(w, job);
            w->out->doubtful |= job->reason.len > 0;
        }
        if (job->reason.len == 0 && job->listed)
            watch_doubts(job);
        if (job->reason.len == 0 || !job->listed)
            continue;
        rc = jobs_pause(w, job, job->reason);
        if (rc != BD_OK)
            return rc;
        if (w->options->end != BD_ENGINE_WHEN_TOLD) /* tell who is waiting */
            w->rc = bd_fail(
                w->err, BD_EFINAL, "%.*s",
                BD_ARG(bd_saying_text(job->arena, bd_lang_get(), job->reason)));
        job->reason = BD_STR_NONE;
        job->doubts = 0;
    }
    return BD_OK;
}

/* The newsletter's key may be another one now. */
static enum bd_status sign_anew(struct writer *w)
{
    const struct bd_engine_options *o = w->options;
    const struct bd_signer *signer = NULL;
    enum bd_status rc = BD_OK;

    if (!o->sign_anew)
        return BD_OK;
    rc = o->sign_anew(o->sign_self, &signer, w->err);
    if (rc == BD_OK)
        atomic_store(&w->engine->signer, signer);
    return rc;
}

static enum bd_status refresh(struct writer *w)
{
    bool changed = bd_store_changed(w->options->store);
    int64_t now = engine_ms(w->engine);
    enum bd_status rc = BD_OK;

    if (!changed && now < w->next_refresh_ms)
        return BD_OK;
    w->next_refresh_ms = now + REFRESH_MS;
    if (changed)
        rc = sign_anew(w);
    if (rc == BD_OK)
        rc = days_set(w);
    if (rc == BD_OK)
        rc = jobs_refresh(w);
    w->checked = true;
    if (rc == BD_OK)
        tell_due(w);
    return rc;
}

/* Copies that wait for a turn at a domain which is well again. They go on
 * waiting while the store cannot be written. */
static enum bd_status call_back(struct writer *w)
{
    enum bd_status rc = BD_OK;

    if (w->freed == w->state.freed)
        return BD_OK;
    rc = bd_queue_call_back(w->options->store, engine_now(w->engine), w->err);
    if (rc == BD_OK) {
        w->freed = w->state.freed;
        w->next_refresh_ms = 0; /* they are due */
    }
    return rc == BD_EIO || rc == BD_ETEMP ? BD_OK : rc;
}

static void stop(struct writer *w)
{
    atomic_store(&w->engine->stopping, true);
    bd_loop_wake(w->engine->loop);
}

static bool has_mailing(const struct writer *w)
{
    for (const struct job *job = w->jobs; job; job = job->next)
        if (!job->letters && job->listed)
            return true;
    return false;
}

/* A day's limit may have put off copies for longer than they are tried: what
 * counts is how long nothing has come of trying. */
static bool is_past_deadline(const struct writer *w)
{
    int64_t now = engine_now(w->engine);

    for (const struct job *job = w->jobs; job; job = job->next) {
        int64_t since = job->row.tried_from > w->accepted_at
                            ? job->row.tried_from
                            : w->accepted_at;

        if (!job->letters && job->listed &&
            now >= since + w->options->retry_for)
            return true;
    }
    return false;
}

/* Something is due and no relay takes it, nor will one before whoever looks
 * on has lost his patience. */
static bool gives_up(struct writer *w)
{
    bool lost = w->state.lost;

    if (w->options->end == BD_ENGINE_WHEN_IDLE ||
        (!w->state.day_full && is_past_deadline(w)))
        lost = w->state.hopeless;
    if (!lost || w->dry)
        return false;
    if (!w->checked) { /* is anything due at all, after what came last? */
        w->next_refresh_ms = 0;
        return false;
    }
    w->rc = bd_fail(w->err, w->state.status, "%s", w->state.trouble);
    w->out->day_full = w->state.day_full;
    return true;
}

/* Nothing more is to be begun. */
static bool is_time_to_stop(struct writer *w)
{
    const struct bd_engine_options *o = w->options;

    if (w->rc != BD_OK && o->end != BD_ENGINE_WHEN_TOLD)
        return true;
    if (w->open + w->unstored > 0 || o->end == BD_ENGINE_WHEN_TOLD)
        return false;
    if (gives_up(w))
        return true;
    if (!w->dry)
        return false;
    if (o->end == BD_ENGINE_WHEN_IDLE)
        return engine_ms(w->engine) >= w->turn_ms;
    return !has_mailing(w);
}

static enum bd_status round_trip(struct writer *w)
{
    bool busy = w->open + w->unstored > 0 || !w->dry;
    enum bd_status rc = BD_OK;

    collect(w, busy ? COMMIT_MS : IDLE_MS);
    rc = call_back(w);
    if (rc == BD_OK)
        rc = refresh(w);
    if (rc == BD_OK)
        rc = exchange(w);
    if (rc == BD_OK)
        rc = pause_some(w);
    if (rc == BD_OK)
        rc = jobs_end_at_limit(w);
    if (rc == BD_OK)
        rc = refresh(w); /* at once, where one has ended by that */
    if (rc == BD_OK && w->dry)
        rc = jobs_end(w);
    view_show(w, false);
    return rc;
}

/* What is under way comes to its end, whatever happened. */
static enum bd_status wind_up(struct writer *w)
{
    enum bd_status rc = BD_OK;

    stop(w);
    while (w->open + w->unstored > 0 && rc == BD_OK) {
        collect(w, COMMIT_MS);
        rc = exchange(w);
        view_show(w, false);
    }
    if (rc == BD_OK)
        rc = pause_some(w);
    if (rc == BD_OK)
        rc = jobs_end_at_limit(w);
    if (rc == BD_OK)
        rc = jobs_end(w);
    return rc;
}

/* What is under way ends all the same, and is stored if that can be. */
static enum bd_status lose(struct writer *w, enum bd_status rc)
{
    struct bd_err why = *w->err;
    enum bd_status stored = BD_OK;

    while (w->open + w->unstored > 0 && stored == BD_OK) {
        collect(w, COMMIT_MS);
        if (w->open == 0)
            stored = exchange(w);
        view_show(w, false);
    }
    *w->err = why;
    if (stored != BD_OK)
        bd_err_prefix(w->err,
                      _("the relay's answers could not be stored, and "
                        "%zu copies will be listed as unknown"),
                      w->unstored);
    return rc;
}

enum bd_status writer_run(struct engine *engine, struct bd_engine_result *out,
                          struct bd_err *err)
{
    struct writer w = { .engine = engine,
                        .options = engine->options,
                        .out = out,
                        .err = err,
                        .rate_ms = engine_ms(engine) };
    enum bd_status rc = BD_OK;

    while (rc == BD_OK && !is_time_to_stop(&w) && !out->stopped)
        rc = round_trip(&w);
    if (rc == BD_OK)
        rc = wind_up(&w);
    else
        stop(&w);
    if (rc != BD_OK && w.open + w.unstored > 0)
        rc = lose(&w, rc);
    if (rc == BD_OK)
        rc = w.rc;
    view_show(&w, true);
    batches_free(&w);
    jobs_free(&w);
    return rc;
}
