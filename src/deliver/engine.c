#include "brevduva/deliver/engine.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>

#include "brevduva/base/i18n.h"
#include "brevduva/store/begun.h"
#include "lane_private.h"

/* Connections that are opened at a time, for each relay: one that does not
 * answer holds up no other. */
#define CONNECTORS 4
/* Sessions are numbered RUN * SERIALS + n. */
#define SERIALS 1000000

int64_t engine_now(const struct engine *engine)
{
    const struct bd_sys *sys = engine->options->sys;

    return sys->now(sys->self);
}

int64_t engine_ms(const struct engine *engine)
{
    const struct bd_sys *sys = engine->options->sys;

    return sys->monotonic_ms(sys->self);
}

static enum bd_status make_lanes(struct engine *engine, struct bd_err *err)
{
    const struct bd_engine_options *o = engine->options;
    enum bd_status rc = BD_OK;

    engine->lanes = calloc(o->relay_count, sizeof *engine->lanes);
    if (!engine->lanes)
        abort();
    for (size_t i = 0; i < o->relay_count && rc == BD_OK; i++) {
        rc = lane_init(&engine->lanes[i], &o->relays[i], err);
        engine->lane_count++;
    }
    return rc;
}

static void free_lanes(struct engine *engine)
{
    for (size_t i = 0; i < engine->lane_count; i++)
        lane_fini(&engine->lanes[i]);
    free(engine->lanes);
}

/* Signals are for the caller's thread. */
static bool start_io(struct engine *engine, pthread_t *out)
{
    sigset_t all;
    sigset_t before;
    bool started = false;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    engine->connectors = connectors_start(engine,
                                          CONNECTORS * engine->lane_count);
    started = pthread_create(out, NULL, io_main, engine) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

/* A connection that came when nobody wanted it any more. */
static void free_openings(struct engine *engine)
{
    struct opening *opening = engine->post.opened;

    while (opening) {
        struct opening *next = opening->next;

        bd_stream_close(opening->stream);
        free(opening);
        opening = next;
    }
}

static enum bd_status run_threads(struct engine *engine,
                                  struct bd_engine_result *out,
                                  struct bd_err *err)
{
    pthread_t io;
    enum bd_status rc = BD_OK;

    if (start_io(engine, &io)) {
        rc = writer_run(engine, out, err);
        atomic_store(&engine->closing, true);
        bd_loop_wake(engine->loop);
        (void)pthread_join(io, NULL);
    } else {
        atomic_store(&engine->closing, true);
        rc = bd_fail(err, BD_EIO, _("the system gives us no more threads"));
    }
    connectors_stop(engine->connectors);
    free_openings(engine);
    return rc;
}

static enum bd_status run(struct engine *engine, struct bd_engine_result *out,
                          struct bd_err *err)
{
    const struct bd_engine_options *o = engine->options;
    struct bd_actor actor = o->actor;
    int64_t number = 0;
    enum bd_status rc = bd_loop_new(&engine->loop, err);

    actor.now = engine_now(engine);
    if (rc == BD_OK)
        rc = make_lanes(engine, err);
    if (rc == BD_OK)
        rc = bd_queue_recover(o->store, &actor, &out->recovered, err);
    if (rc == BD_OK)
        rc = bd_queue_session(o->store, &number, err);
    engine->session_base = number * SERIALS;
    if (rc == BD_OK)
        rc = turns_resume(engine, err);
    if (rc == BD_OK) /* limits may be others by now */
        rc = bd_queue_call_back(o->store, engine_now(engine), err);
    if (rc != BD_OK)
        return rc;
    bd_begun_start(o->store);
    rc = run_threads(engine, out, err);
    if (rc == BD_OK)
        rc = turns_keep(engine, err);
    bd_begun_stop(o->store);
    return rc;
}

enum bd_status bd_engine_run(const struct bd_engine_options *options,
                             struct bd_engine_result *out, struct bd_err *err)
{
    struct engine engine = { .options = options };
    struct bd_err own = { 0 };
    struct bd_err later = { 0 };
    enum bd_status rc = BD_OK;

    assert(options->relay_count > 0 && options->sys && options->store);
    if (!err)
        err = &own; /* its text goes to the ledger too */
    *out = (struct bd_engine_result) { 0 };
    atomic_init(&engine.signer, options->signer);
    post_init(&engine.post);
    rc = run(&engine, out, err);
    free_lanes(&engine);
    bd_loop_free(engine.loop);
    post_fini(&engine.post);
    if (bd_queue_next_due(options->store, options->mailing_id, &out->next_due,
                          &later) != BD_OK &&
        rc == BD_OK) {
        *err = later;
        rc = later.code;
    }
    return rc;
}
