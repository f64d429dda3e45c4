/* The sending of a mailing that stands in the ledger, and what came of it. */
#include <unistd.h>

#include "engine_private.h"
#include "live.h"
#include "send_private.h"
#include "trouble.h"

/* The sending by this process. */
struct run {
    struct app *app;
    struct bd_mailing *m;
    struct live live;
    struct trouble trouble;
    struct engine_advice advice;
    struct bd_engine_options prepared;
    struct bd_engine_result result;
    bool told;     /* a letter to the coordinator was queued */
    bool stopping; /* Ctrl-C was answered */
};

/* How many copies wait: only the ledger knows who has left meanwhile. */
static void look_at_rest(struct run *run, int64_t due)
{
    enum sender ours = SENDER_NONE;

    if (due > 0 && due != run->live.rest.asked &&
        mailing_look(run->app, run->m, &ours) != BD_OK)
        due = 0;
    live_rest(&run->live, mailing_waits(run->m), due);
}

static void print_aside(struct run *run, const char *text)
{
    live_clear(&run->live);
    (void)fprintf(stderr, "brevduva: %s\n", text);
}

/* Ctrl-C: what is under way is finished, the rest stays queued. */
static bool on_view(void *self, const struct bd_engine_view *view)
{
    struct run *run = self;
    const char *stopping = engine_stopping_text(view, &run->stopping);
    const char *advice = engine_advice_text(run->app, &run->advice, view);

    if (stopping)
        print_aside(run, stopping);
    if (advice)
        print_aside(run, advice);
    look_at_rest(run, view->next_due);
    trouble_note(&run->trouble, view);
    live_view(&run->live, view);
    return !interrupt_came();
}

/* The coordinator is told by mail, for who started it may have gone home. */
static void on_event(void *self, enum bd_engine_event event, int64_t mailing_id)
{
    struct run *run = self;
    struct app *app = run->app;
    struct bd_mailing m;

    if (event != BD_ENGINE_PAUSES)
        return;
    if (bd_mailing_get(app->arena, app->store, mailing_id, &m, &app->err) !=
            BD_OK ||
        notice_paused(app, &m) != BD_OK) {
        print_aside(run, app->err.msg);
        return;
    }
    run->told = app->config.send.notify.len > 0;
}

/* One run of the engine. */
static enum bd_status run_once(struct run *run, const struct send_plan *plan,
                               struct bd_mailing *m)
{
    struct app *app = run->app;
    struct bd_engine_options options = run->prepared;
    struct bd_err again = { 0 };
    enum bd_status rc = BD_OK;

    options.end = plan->no_wait ? BD_ENGINE_WHEN_IDLE : BD_ENGINE_WHEN_DONE;
    options.mailing_id = m->id;
    options.progress = on_view;
    options.event = on_event;
    options.self = run;
    live_start(&run->live, app->sys, m);
    trouble_start(&run->trouble, app);
    (void)stopped_note(app, m->id, "");
    rc = bd_engine_run(&options, &run->result, &again);
    trouble_end(&run->trouble);
    live_end(&run->live);
    if (mailing_again(app, m) != BD_OK)
        return app->err.code;
    app->err = again; /* events may have used app->err meanwhile */
    return rc;
}

/* Copies that became unknown, by the setting; sent again once at most. */
static enum bd_status settle(struct run *run, const struct send_plan *plan,
                             struct bd_mailing *m)
{
    struct app *app = run->app;
    int64_t count = 0;

    if (engine_settle_unknown(app, m, &count) != BD_OK)
        return app->err.code;
    if (count == 0)
        return BD_OK;
    (void)printf(P_("%lld unknown copy is %s\n", "%lld unknown copies are %s\n",
                    (uint64_t)count),
                 (long long)count, engine_settled_text(app));
    (void)fflush(stdout);
    if (mailing_again(app, m) != BD_OK)
        return app->err.code;
    if (m->state != BD_MAILING_SENDING || interrupt_came())
        return BD_OK;
    return run_once(run, plan, m);
}

static bool go_on_with_letters(void *self, const struct bd_engine_view *view)
{
    (void)self;
    (void)view;
    return !interrupt_came();
}

/* Who is to mend it should not have to wait for the next command. */
static void send_notice(struct run *run)
{
    struct bd_engine_options options = run->prepared;
    struct bd_engine_result result = { 0 };
    struct bd_err err = { 0 };
    bd_str to = run->app->config.send.notify;

    if (!run->told)
        return;
    options.end = BD_ENGINE_WHEN_IDLE;
    options.mailing_id = BD_ENGINE_LETTERS;
    options.progress = go_on_with_letters;
    if (bd_engine_run(&options, &result, &err) == BD_OK &&
        result.accepted > 0 && result.deferred + result.refused == 0)
        (void)printf(_("%.*s is told by mail.\n"), BD_ARG(to));
    else if (result.refused > 0)
        (void)printf(_("The relay refused the letter about it to %.*s.\n"),
                     BD_ARG(to));
    else
        (void)printf(_("The letter about it to %.*s waits: brevduva deliver "
                       "sends it\n"),
                     BD_ARG(to));
}

/* It ended with trouble: how far it came stands before what went wrong. */
static int end_in_trouble(struct run *run, const struct bd_mailing *m)
{
    struct bd_err err = run->app->err;
    int code = BD_EXIT_OK;

    if (!run->result.day_full) /* that is known without */
        (void)stopped_note(run->app, m->id, err.msg);
    (void)send_print_result(run->app, m);
    send_notice(run);
    run->app->err = err;
    code = app_fail(run->app);
    return run->result.doubtful ? BD_EXIT_FOUND : code;
}

/* Of who does not wait for the copies under way. */
static const char *last_words(struct app *app, const struct bd_mailing *m)
{
    return bd_arena_printf(
               app->arena,
               _("\nbrevduva: ended at once; the copies that were under way "
                 "may be unknown. Go on: %.*s. Then find out about the "
                 "unknown ones: %.*s\n"),
               BD_ARG(mailing_command(app, "send", m)),
               BD_ARG(mailing_command(app, "resolve", m)))
        .ptr;
}

static int send_here(struct app *app, const struct send_plan *plan,
                     struct bd_mailing *m)
{
    struct run run = { .app = app, .m = m };
    enum bd_status rc = engine_prepare(app, &run.prepared);

    if (rc != BD_OK)
        return app_fail(app);
    interrupt_watch();
    interrupt_last_words(last_words(app, m));
    rc = run_once(&run, plan, m);
    if (rc == BD_OK)
        rc = settle(&run, plan, m);
    if (rc != BD_OK)
        return end_in_trouble(&run, m);
    if (interrupt_came() && m->count[BD_DELIVERY_UNKNOWN] > 0)
        (void)printf(_("Stopped.\n"));
    else if (interrupt_came())
        (void)printf(_("Stopped. What was under way is finished, and no copy "
                       "is lost.\n"));
    return send_print_result(app, m);
}

static int refuse_second(struct app *app, const struct bd_mailing *m,
                         int64_t pid)
{
    (void)bd_fail(&app->err, BD_ETEMP,
                  _("process %lld is sending already; %.*s stands in the "
                    "ledger: say \"%.*s\" again when it is done. If it only "
                    "waits for retries, stop it with Ctrl-C: "
                    "they are kept"),
                  (long long)pid, BD_ARG(m->slug),
                  BD_ARG(mailing_command(app, "send", m)));
    return app_fail(app);
}

static int print_detached(struct app *app, const struct bd_mailing *m)
{
    int64_t pid = 0;
    enum sender sender = sender_now(app, &pid);

    if (sender == SENDER_WATCH)
        (void)printf(_("Process %lld (brevduva deliver --watch) sends it.\n"),
                     (long long)pid);
    else if (sender == SENDER_SEND)
        (void)printf(_("%.*s stands in the ledger. Process %lld is sending "
                       "already: say \"%.*s\" when it is done, if copies are "
                       "left then.\n"),
                     BD_ARG(m->slug), (long long)pid,
                     BD_ARG(mailing_command(app, "send", m)));
    else
        (void)printf(_("%.*s stands in the ledger. No \"brevduva deliver "
                       "--watch\" is running: start one, or say \"%.*s\"; "
                       "until then nobody is mailed.\n"),
                     BD_ARG(m->slug), BD_ARG(mailing_command(app, "send", m)));
    return app_flush(app);
}

/* A held one whose time is still to come waits for it again. */
static enum bd_status set_going(struct app *app, struct bd_mailing *m)
{
    struct bd_actor actor = app_actor(app);
    bool later = m->state == BD_MAILING_HELD && m->scheduled_at > actor.now;
    enum bd_mailing_state to = later ? BD_MAILING_SCHEDULED
                                     : BD_MAILING_SENDING;

    if (m->state == to ||
        (m->state == BD_MAILING_SCHEDULED && m->scheduled_at > actor.now))
        return BD_OK;
    if (bd_mailing_set_state(app->store, m->id, to, BD_STR_NONE, &actor,
                             &app->err) != BD_OK)
        return app->err.code;
    return mailing_again(app, m);
}

/* Here, if nobody else sends; the lock is ours while we do. */
static int send_or_follow(struct app *app, const struct send_plan *plan,
                          struct bd_mailing *m)
{
    for (;;) {
        enum sender other = SENDER_NONE;
        int64_t pid = 0;
        int lock = -1;
        int code = BD_EXIT_OK;
        enum bd_status rc = sender_take(app, "send", &lock, &other, &pid);

        if (other == SENDER_SEND)
            return refuse_second(app, m, pid);
        if (other == SENDER_WATCH) {
            if (send_follow(app, plan, m, pid, &code))
                return code;
            (void)printf(_("Process %lld is gone. This one sends now, and "
                           "Ctrl-C stops it.\n"),
                         (long long)pid);
            continue;
        }
        if (rc != BD_OK)
            return app_fail(app);
        code = send_here(app, plan, m);
        (void)close(lock);
        return code;
    }
}

/* It holds for whoever goes on, until as many are begun: to say "send" again is
 * to want the rest then. */
static enum bd_status adopt_limit(struct app *app, const struct bd_mailing *m)
{
    int64_t left = 0;

    if (bd_mailing_limit_left(app->store, m->id, &left, &app->err) != BD_OK)
        return app->err.code;
    if (left <= 0)
        return bd_mailing_set_limit(app->store, m->id, 0, &app->err);
    if (left < INT64_MAX)
        (void)printf(P_("At most %lld copy more, as its --limit says\n",
                        "At most %lld copies more, as its --limit says\n",
                        (uint64_t)left),
                     (long long)left);
    return BD_OK;
}

/* Whoever is refused, for another sends it already, changes no limit of that
 * one. */
static enum bd_status note_limit(struct app *app, const struct send_plan *plan,
                                 const struct bd_mailing *m)
{
    int64_t pid = 0;
    bool other = sender_now(app, &pid) == SENDER_SEND;

    if (other && (plan->limit == 0 || m->state == BD_MAILING_SENDING))
        return BD_OK;
    if (plan->limit > 0)
        return bd_mailing_set_limit(app->store, m->id, plan->limit, &app->err);
    return adopt_limit(app, m);
}

int send_run(struct app *app, const struct send_plan *plan,
             struct bd_mailing *m)
{
    int code = BD_EXIT_OK;

    if (note_limit(app, plan, m) != BD_OK)
        return app_fail(app);
    if (!mailing_needs_approval(m) && set_going(app, m) != BD_OK)
        return app_fail(app);
    if (!send_wait(app, plan, m, &code))
        return code;
    if (set_going(app, m) != BD_OK)
        return app_fail(app);
    if (plan->detach)
        return print_detached(app, m);
    return send_or_follow(app, plan, m);
}
