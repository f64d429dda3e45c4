/* deliver: all that is due, once or for ever. */
#include <string.h>
#include <unistd.h>

#include "trouble.h"

#define SETTLED_MAX 64 /* mailings whose unknown copies were settled by us */

struct deliver {
    struct app *app;
    bool watch;
    struct trouble trouble;
    struct engine_advice advice;
    /* What was told of trouble; empty: all is well. */
    char told[sizeof((struct bd_engine_view *)NULL)->trouble];
    bool stopping; /* Ctrl-C was answered */
    int64_t settled[SETTLED_MAX];
    size_t settled_count;
    bool again; /* some of those copies are due */
};

/* One event, one line: journald adds the time. */
static void print_line(struct deliver *d, const char *text)
{
    if (isatty(STDOUT_FILENO) == 1)
        (void)printf("%.*s  ",
                     BD_ARG(bd_time_local(d->app->arena, app_now(d->app))));
    (void)printf("%s\n", text);
    (void)fflush(stdout);
}

static bd_str counts_text(struct app *app, const struct bd_mailing *m)
{
    bd_str text = BD_STR_NONE;

    for (int s = 0; s < BD_DELIVERY_STATES; s++)
        if (m->count[s] > 0)
            text = bd_arena_printf(
                app->arena, "%.*s%s%s %.*s", BD_ARG(text),
                text.len > 0 ? ", " : "",
                word_deliveries((enum bd_delivery_state)s, m->count[s]),
                BD_ARG(word_number(app->arena, m->count[s])));
    return text;
}

static const char *event_text(const struct deliver *d,
                              enum bd_engine_event event,
                              const struct bd_mailing *m)
{
    struct bd_arena *arena = d->app->arena;
    bd_str counts = counts_text(d->app, m);

    switch (event) {
    case BD_ENGINE_BEGINS:
        return bd_arena_printf(arena, _("%.*s to %.*s: sending; %.*s"),
                               BD_ARG(m->slug), BD_ARG(m->list_slug),
                               BD_ARG(counts))
            .ptr;
    case BD_ENGINE_ENDS:
        return bd_arena_printf(arena, _("%.*s to %.*s: done; %.*s"),
                               BD_ARG(m->slug), BD_ARG(m->list_slug),
                               BD_ARG(counts))
            .ptr;
    case BD_ENGINE_PAUSES:
        return bd_arena_printf(arena,
                               _("%.*s to %.*s: paused by itself: %.*s; when "
                                 "that is mended: %.*s"),
                               BD_ARG(m->slug), BD_ARG(m->list_slug),
                               BD_ARG(word_reason(d->app, m)),
                               BD_ARG(mailing_command(d->app, "resume", m)))
            .ptr;
    case BD_ENGINE_LEAVES:
        break;
    }
    return bd_arena_printf(arena, _("%.*s to %.*s: %s; %.*s%s%.*s"),
                           BD_ARG(m->slug), BD_ARG(m->list_slug),
                           word_mailing(m->state),
                           BD_ARG(word_reason(d->app, m)),
                           m->state_reason.len > 0 ? "; " : "", BD_ARG(counts))
        .ptr;
}

static bool was_settled(const struct deliver *d, int64_t mailing_id)
{
    for (size_t i = 0; i < d->settled_count; i++)
        if (d->settled[i] == mailing_id)
            return true;
    return d->settled_count == SETTLED_MAX;
}

/* What send.unknown says, when all others have their outcome. */
static enum bd_status settle_unknown(struct deliver *d,
                                     const struct bd_mailing *m)
{
    struct app *app = d->app;
    int64_t count = 0;

    if (was_settled(d, m->id))
        return BD_OK;
    if (engine_settle_unknown(app, m, &count) != BD_OK)
        return app->err.code;
    if (count == 0)
        return BD_OK;
    d->settled[d->settled_count++] = m->id;
    d->again = app->config.send.unknown == BD_UNKNOWN_RESEND;
    print_line(d, bd_arena_printf(app->arena,
                                  P_("%.*s: %lld unknown copy is %s",
                                     "%.*s: %lld unknown copies are %s",
                                     (uint64_t)count),
                                  BD_ARG(m->slug), (long long)count,
                                  engine_settled_text(app))
                      .ptr);
    return BD_OK;
}

/* The arena is ours for one event, as a watch runs for months. */
static void on_event(void *self, enum bd_engine_event event, int64_t mailing_id)
{
    struct deliver *d = self;
    struct app *app = d->app;
    struct bd_arena *kept = app->arena;
    struct bd_mailing m;
    enum bd_status rc = BD_OK;

    app->arena = bd_arena_new();
    rc = bd_mailing_get(app->arena, app->store, mailing_id, &m, &app->err);
    if (rc == BD_OK)
        print_line(d, event_text(d, event, &m));
    if (rc == BD_OK && event == BD_ENGINE_BEGINS)
        (void)stopped_note(app, m.id, "");
    if (rc == BD_OK && event == BD_ENGINE_PAUSES)
        rc = notice_paused(app, &m);
    if (rc == BD_OK && event == BD_ENGINE_ENDS)
        rc = settle_unknown(d, &m);
    if (rc != BD_OK)
        print_line(d, app->err.msg);
    bd_arena_free(app->arena);
    app->arena = kept;
}

/* Trouble is told when it begins and when it is over: by a watch as all that
 * happens, else where errors are told, as it may be what ends the run. */
static void tell_trouble(struct deliver *d, const char *trouble)
{
    const char *line = trouble[0] ? trouble : _("The trouble is over.");

    if ((trouble[0] != '\0') == (d->told[0] != '\0'))
        return;
    memcpy(d->told, trouble, sizeof d->told);
    if (d->watch)
        print_line(d, line);
    else
        (void)fprintf(stderr, "brevduva: %s\n", line);
}

static bool on_view(void *self, const struct bd_engine_view *view)
{
    struct deliver *d = self;
    const char *stopping = engine_stopping_text(view, &d->stopping);
    const char *advice = engine_advice_text(d->app, &d->advice, view);

    if (stopping)
        print_line(d, stopping);
    if (advice)
        print_line(d, advice);
    tell_trouble(d, view->trouble);
    trouble_note(&d->trouble, view);
    return !interrupt_came();
}

static int report(struct deliver *d, const struct bd_engine_result *r)
{
    struct app *app = d->app;

    print_line(d,
               bd_arena_printf(app->arena,
                               _("accepted %lld, deferred %lld, refused %lld, "
                                 "unknown %lld"),
                               (long long)r->accepted, (long long)r->deferred,
                               (long long)r->refused, (long long)r->unknown)
                   .ptr);
    if (r->next_due > 0)
        print_line(
            d, bd_arena_printf(app->arena, _("The next try is due %.*s."),
                               BD_ARG(word_time_ahead(app->arena, r->next_due,
                                                      app_now(app))))
                   .ptr);
    return app_flush(app);
}

static enum bd_status take_lock(struct deliver *d, int *out_fd)
{
    struct app *app = d->app;
    enum sender other = SENDER_NONE;
    int64_t pid = 0;
    enum bd_status rc = sender_take(app, d->watch ? "watch" : "deliver", out_fd,
                                    &other, &pid);

    if (other == SENDER_WATCH)
        return bd_fail(&app->err, BD_ETEMP,
                       _("process %lld (brevduva deliver --watch) sends "
                         "already: there is nothing to do"),
                       (long long)pid);
    return rc;
}

/* For `status`: what it left unfinished, and why. */
static void note_stopped(struct app *app, const char *why)
{
    const struct bd_mailing *mailings = NULL;
    struct bd_err err = { 0 };
    size_t count = 0;

    if (bd_mailing_all(app->arena, app->store, &mailings, &count, &err) !=
        BD_OK)
        return; /* the database may be the trouble */
    for (size_t i = 0; i < count; i++)
        if (mailings[i].state == BD_MAILING_SENDING &&
            mailing_waits(&mailings[i]) > 0)
            (void)stopped_note(app, mailings[i].id, why);
}

static int end_in_trouble(struct deliver *d, const struct bd_engine_result *r,
                          const struct bd_err *err)
{
    struct app *app = d->app;
    bool told = !d->watch && err->msg[0] &&
                strncmp(d->told, err->msg, strlen(err->msg)) == 0;

    app->err = *err;
    if (!r->day_full) /* that is known without */
        note_stopped(app, err->msg);
    return told ? app_exit_code(err->code) : app_fail(app);
}

/* The engine ends when it has seen that nothing is due: what was queued again
 * while it ran may wait for another run. */
static enum bd_status run(struct deliver *d,
                          const struct bd_engine_options *options,
                          struct bd_engine_result *out, struct bd_err *err)
{
    enum bd_status rc = bd_engine_run(options, out, err);

    while (rc == BD_OK && !d->watch && d->again && !interrupt_came()) {
        const struct bd_engine_result before = *out;

        d->again = false;
        rc = bd_engine_run(options, out, err);
        out->accepted += before.accepted;
        out->deferred += before.deferred;
        out->refused += before.refused;
        out->unknown += before.unknown;
    }
    return rc;
}

static int deliver(struct app *app, bool watch)
{
    struct deliver d = { .app = app, .watch = watch };
    struct bd_engine_options options = {
        .end = watch ? BD_ENGINE_WHEN_TOLD : BD_ENGINE_WHEN_IDLE,
        .progress = on_view,
        .event = on_event,
        .self = &d,
    };
    struct bd_engine_result result = { 0 };
    struct bd_err err = { 0 };
    int lock = -1;
    enum bd_status rc = BD_OK;

    if (engine_prepare(app, &options) != BD_OK || take_lock(&d, &lock) != BD_OK)
        return app_fail(app);
    interrupt_watch();
    if (watch)
        print_line(&d,
                   bd_arena_printf(app->arena,
                                   _("Process %ld watches the queue of %s."),
                                   (long)getpid(), app->folder)
                       .ptr);
    trouble_start(&d.trouble, app);
    rc = run(&d, &options, &result, &err);
    trouble_end(&d.trouble);
    (void)close(lock);
    if (rc != BD_OK)
        return end_in_trouble(&d, &result, &err);
    return report(&d, &result);
}

int cmd_deliver(struct app *app, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return deliver(app, opt_has(app, "watch"));
}
