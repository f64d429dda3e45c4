/* The sending of a mailing that stands in the ledger, and what came of it. */
#include <unistd.h>

#include "brevduva/deliver/send.h"
#include "send_private.h"

#define FOLLOW_MS 500 /* between two looks at another's work */

struct run {
    struct app *app;
    const struct send_plan *plan;
    struct progress progress;
    int64_t handed_over;
};

/* After each copy. Ctrl-C: the rest stays queued. */
static bool on_copy(void *self, const struct bd_mailing *mailing, int64_t done,
                    int64_t total)
{
    struct run *run = self;

    (void)mailing;
    progress_show(&run->progress, done, total);
    run->handed_over++;
    return !interrupt_came() &&
           (run->plan->limit == 0 || run->handed_over < run->plan->limit);
}

/* What is left to do, and from when on. */
static enum bd_status print_rest(struct app *app, const struct bd_mailing *m)
{
    int64_t due = 0;
    enum bd_status rc = bd_queue_next_due(app->store, m->id, &due, &app->err);

    if (rc != BD_OK)
        return rc;
    if (m->count[BD_DELIVERY_QUEUED] == 0 && due > app_now(app))
        (void)printf(_("Try the rest again, from %.*s: brevduva send %.*s\n"),
                     BD_ARG(bd_time_local(app->arena, due)), BD_ARG(m->slug));
    else
        (void)printf(_("Go on with the rest: brevduva send %.*s\n"),
                     BD_ARG(m->slug));
    return BD_OK;
}

int send_print_result(struct app *app, const struct bd_mailing *m)
{
    int64_t unknown = m->count[BD_DELIVERY_UNKNOWN];
    int64_t waits = mailing_waits(m);

    mailing_print(app, m);
    if (waits > 0 && print_rest(app, m) != BD_OK)
        return app_fail(app);
    if (unknown > 0)
        (void)printf(P_("Find out about the unknown one: brevduva resolve "
                        "%.*s\n",
                        "Find out about the unknown ones: brevduva resolve "
                        "%.*s\n",
                        (uint64_t)unknown),
                     BD_ARG(m->slug));
    (void)printf(_("Every copy: brevduva log %.*s\n"), BD_ARG(m->slug));
    if (app_flush(app) != BD_EXIT_OK)
        return BD_EXIT_FAILED;
    if (waits > 0)
        return BD_EXIT_LATER;
    return m->count[BD_DELIVERY_REFUSED] + unknown > 0 ? BD_EXIT_FOUND
                                                       : BD_EXIT_OK;
}

static enum bd_status pause_at_limit(struct run *run, struct bd_mailing *m)
{
    struct app *app = run->app;
    struct bd_actor actor = app_actor(app);
    bd_str reason = bd_arena_printf(app->arena,
                                    P_("--limit: %lld copy was handed over",
                                       "--limit: %lld copies were handed over",
                                       (uint64_t)run->plan->limit),
                                    (long long)run->plan->limit);

    if (run->plan->limit == 0 || run->handed_over < run->plan->limit ||
        m->state != BD_MAILING_SENDING || mailing_waits(m) == 0)
        return BD_OK;
    if (bd_mailing_set_state(app->store, m->id, BD_MAILING_PAUSED, reason,
                             &actor, &app->err) != BD_OK)
        return app->err.code;
    return mailing_again(app, m);
}

static int send_here(struct app *app, const struct send_plan *plan,
                     struct bd_mailing *m)
{
    struct run run = { .app = app, .plan = plan };
    struct bd_relay *relay = NULL;
    struct bd_send_result result = { 0 };
    struct bd_send_options options = {
        .sys = app->sys,
        .store = app->store,
        .lock_path = app_sender_lock(app),
        .actor = app_actor(app),
        .retry_first = app->config.send.retry_first,
        .progress = on_copy,
        .self = &run,
    };
    enum bd_status rc = app_signer(app);

    if (rc == BD_OK)
        rc = relay_open(app, &relay);
    if (rc != BD_OK)
        return app_fail(app);
    options.relay = relay;
    options.signer = app->signer;
    interrupt_watch();
    progress_start(&run.progress, app->sys, _("Sending"));
    rc = bd_send(&options, m->id, &result, &app->err);
    progress_end(&run.progress);
    bd_relay_free(relay);
    if (rc != BD_OK || mailing_again(app, m) != BD_OK ||
        pause_at_limit(&run, m) != BD_OK)
        return app_fail(app);
    if (interrupt_came())
        (void)printf(_("Stopped. What was under way is finished, and no copy "
                       "is lost.\n"));
    return send_print_result(app, m);
}

/* Nothing more happens to it now. */
static bool is_at_rest(const struct bd_mailing *m)
{
    return m->state != BD_MAILING_SENDING ||
           m->count[BD_DELIVERY_QUEUED] + m->count[BD_DELIVERY_HANDING_OVER] ==
               0;
}

/* A watch sends it: show its progress as the ledger knows it. `*out_left`:
 * the watch ended before the mailing did. */
static int follow(struct app *app, struct bd_mailing *m, int64_t pid,
                  bool *out_left)
{
    struct progress progress;
    int64_t now_pid = pid;
    bool goes_on = true;

    (void)printf(_("Process %lld (brevduva deliver --watch) sends it; Ctrl-C "
                   "here does not stop it.\n"),
                 (long long)pid);
    (void)fflush(stdout);
    interrupt_watch();
    progress_start(&progress, app->sys, _("Sending"));
    while (goes_on && !is_at_rest(m) && !*out_left) {
        progress_show(&progress, m->total - mailing_waits(m), m->total);
        goes_on = interrupt_sleep(FOLLOW_MS);
        if (mailing_again(app, m) != BD_OK)
            return app_fail(app);
        *out_left = sender_now(app, &now_pid) != SENDER_WATCH;
    }
    progress_end(&progress);
    if (goes_on)
        return *out_left && !is_at_rest(m) ? BD_EXIT_LATER
                                           : send_print_result(app, m);
    (void)printf(_("Process %lld goes on with it. Stop it: brevduva pause "
                   "%.*s\n"),
                 (long long)pid, BD_ARG(m->slug));
    return app_flush(app) == BD_EXIT_OK ? BD_EXIT_LATER : BD_EXIT_FAILED;
}

static int refuse_second(struct app *app, const struct bd_mailing *m,
                         int64_t pid)
{
    (void)bd_fail(&app->err, BD_ETEMP,
                  _("process %lld is sending already; %.*s stands in the "
                    "ledger: say \"brevduva send %.*s\" again when it is done"),
                  (long long)pid, BD_ARG(m->slug), BD_ARG(m->slug));
    return app_fail(app);
}

static int print_detached(struct app *app, const struct bd_mailing *m,
                          enum sender other, int64_t pid)
{
    if (other == SENDER_WATCH)
        (void)printf(_("Process %lld (brevduva deliver --watch) sends it.\n"),
                     (long long)pid);
    else
        (void)printf(_("%.*s stands in the ledger. No \"brevduva deliver "
                       "--watch\" is running: start one, or say \"brevduva "
                       "send %.*s\"; until then nobody is mailed.\n"),
                     BD_ARG(m->slug), BD_ARG(m->slug));
    return app_flush(app);
}

/* So that a sender at work takes it up. */
static enum bd_status set_sending(struct app *app, struct bd_mailing *m)
{
    struct bd_actor actor = app_actor(app);

    if (m->state == BD_MAILING_SENDING || m->state == BD_MAILING_DONE)
        return BD_OK;
    if (bd_mailing_set_state(app->store, m->id, BD_MAILING_SENDING, BD_STR_NONE,
                             &actor, &app->err) != BD_OK)
        return app->err.code;
    return mailing_again(app, m);
}

int send_run(struct app *app, const struct send_plan *plan,
             struct bd_mailing *m)
{
    int code = BD_EXIT_OK;
    int64_t watch = 0;
    bool left = true;

    if (plan->limit > 0 && sender_now(app, &watch) == SENDER_WATCH)
        return app_usage(app,
                         _("--limit: process %lld (brevduva deliver --watch) "
                           "would send all; stop it first"),
                         (long long)watch);
    if (set_sending(app, m) != BD_OK)
        return app_fail(app);
    while (left) {
        int64_t pid = 0;
        enum sender other = sender_now(app, &pid);

        left = false;
        if (plan->detach)
            return print_detached(app, m, other, pid);
        if (other == SENDER_SEND)
            return refuse_second(app, m, pid);
        code = other == SENDER_WATCH ? follow(app, m, pid, &left)
                                     : send_here(app, plan, m);
    }
    return code;
}
