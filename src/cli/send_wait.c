/* A mailing that is not to begin yet: scheduled, or held. */
#include <unistd.h>

#include "brevduva/base/when.h"
#include "send_private.h"

#define LOOK_MS 500

static bd_str local_time(struct app *app, int64_t seconds)
{
    return bd_time_local(app->arena, seconds);
}

static int print_scheduled(struct app *app, const struct bd_mailing *m)
{
    int64_t pid = 0;
    int64_t waiter = waiter_now(app, m->id);

    (void)printf(_("%.*s to %.*s begins %.*s.\n"), BD_ARG(m->slug),
                 BD_ARG(m->list_slug),
                 BD_ARG(local_time(app, m->scheduled_at)));
    if (sender_now(app, &pid) == SENDER_WATCH)
        (void)printf(_("Process %lld (brevduva deliver --watch) sends it "
                       "then.\n"),
                     (long long)pid);
    else if (waiter > 0)
        (void)printf(_("Process %lld waits to send it then.\n"),
                     (long long)waiter);
    else
        (void)printf(_("Nobody sends it then unless \"brevduva deliver "
                       "--watch\" or \"%.*s\" runs.\n"),
                     BD_ARG(mailing_command(app, "send", m)));
    (void)printf(_("Hold it: %.*s. Throw it away: %.*s\n"),
                 BD_ARG(mailing_command(app, "pause", m)),
                 BD_ARG(mailing_command(app, "cancel", m)));
    return app_flush(app);
}

static void draw_rest(int64_t seconds)
{
    char text[BD_DURATION_TEXT];

    (void)fprintf(stderr, _("\rBegins in %.*s; Ctrl-C holds it"),
                  BD_ARG(bd_duration_write(seconds, text)));
    (void)fputs("\033[K", stderr);
}

/* Ctrl-C before it began: nobody is mailed. */
static int hold(struct app *app, struct bd_mailing *m)
{
    struct bd_actor actor = app_actor(app);
    bd_str reason = bd_saying(app->arena, N_("held by %s"), &actor.name, 1);

    if (bd_mailing_set_state(app->store, m->id, BD_MAILING_HELD, reason, &actor,
                             &app->err) != BD_OK)
        return app_fail(app);
    (void)printf(
        _("Held: nobody was mailed. Let it go on: %.*s. Throw it away: %.*s\n"),
        BD_ARG(mailing_command(app, "resume", m)),
        BD_ARG(mailing_command(app, "cancel", m)));
    return app_flush(app) == BD_EXIT_OK ? BD_EXIT_LATER : BD_EXIT_FAILED;
}

/* Until its time, or until somebody changes it. */
static enum bd_status wait_for_it(struct app *app, struct bd_mailing *m)
{
    bool terminal = isatty(STDERR_FILENO) == 1;
    enum sender sender = SENDER_NONE;
    enum bd_status rc = BD_OK;

    (void)printf(_("%.*s begins %.*s. Until then it can be held (Ctrl-C, or "
                   "%.*s) or cancelled.\n"),
                 BD_ARG(m->slug), BD_ARG(local_time(app, m->scheduled_at)),
                 BD_ARG(mailing_command(app, "pause", m)));
    (void)fflush(stdout);
    interrupt_watch();
    while (rc == BD_OK && m->state == BD_MAILING_SCHEDULED &&
           m->scheduled_at > app_now(app)) {
        if (terminal)
            draw_rest(m->scheduled_at - app_now(app));
        if (!interrupt_sleep(LOOK_MS))
            break;
        rc = mailing_look(app, m, &sender);
    }
    if (terminal)
        (void)fputc('\n', stderr);
    return rc == BD_OK ? mailing_again(app, m) : rc;
}

/* Others see that somebody is there for it. */
static enum bd_status stay(struct app *app, struct bd_mailing *m)
{
    int lock = -1;
    enum bd_status rc = waiter_take(app, m->id, &lock);

    if (rc != BD_OK)
        return rc;
    rc = wait_for_it(app, m);
    waiter_leave(app, m->id, lock);
    return rc;
}

/* With --no-wait: --hold counts minutes, but --at may mean next week. */
static bool leave_it(struct app *app, const struct send_plan *plan)
{
    int64_t pid = 0;

    if (plan->detach || sender_now(app, &pid) == SENDER_WATCH)
        return true;
    return plan->no_wait && (plan->start_at == 0 || plan->at);
}

bool send_wait(struct app *app, const struct send_plan *plan,
               struct bd_mailing *m, int *out_code)
{
    if (mailing_needs_approval(m)) {
        *out_code = mailing_print_approval(app, m);
        return false;
    }
    if (m->state != BD_MAILING_SCHEDULED || m->scheduled_at <= app_now(app))
        return true;
    if (leave_it(app, plan)) {
        *out_code = print_scheduled(app, m);
        return false;
    }
    if (stay(app, m) != BD_OK) {
        *out_code = app_fail(app);
        return false;
    }
    if (interrupt_came() && m->state == BD_MAILING_SCHEDULED) {
        *out_code = hold(app, m);
        return false;
    }
    if (m->state == BD_MAILING_SCHEDULED || m->state == BD_MAILING_SENDING)
        return true;
    *out_code = send_print_result(app, m); /* held or cancelled elsewhere */
    return false;
}
