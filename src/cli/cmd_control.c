/* pause, resume and cancel: all that they change is in the ledger, where a
 * sender at work sees it before each copy that it begins. */
#include "cli_private.h"

static void print_number(struct app *app, const char *format, int64_t number)
    __attribute__((format(printf, 2, 0)));

static void print_number(struct app *app, const char *format, int64_t number)
{
    (void)printf(format, BD_ARG(word_number(app->arena, number)));
}

static enum bd_status set_state(struct app *app, struct bd_mailing *m,
                                enum bd_mailing_state state, bd_str reason)
{
    struct bd_actor actor = app_actor(app);

    if (bd_mailing_set_state(app->store, m->id, state, reason, &actor,
                             &app->err) != BD_OK)
        return app->err.code;
    return mailing_again(app, m);
}

/* Copies under way still get their results. */
static void print_under_way(struct app *app, const struct bd_mailing *m)
{
    int64_t pid = 0;

    if (m->count[BD_DELIVERY_HANDING_OVER] > 0 &&
        sender_now(app, &pid) != SENDER_NONE)
        (void)printf(_("Process %lld finishes the copies that it has begun, "
                       "and no more.\n"),
                     (long long)pid);
}

/* As pause_reason says it: somebody did, the program had done it before. */
#define PAUSED_BY    N_("paused by %s")
#define PAUSED_AFTER N_("paused by %s: %s (the program had paused it before)")

/* Not by somebody alone, and not for --limit. */
static bool paused_itself(const struct bd_mailing *m)
{
    return m->state == BD_MAILING_PAUSED && !mailing_stands_by_limit(m) &&
           (!bd_str_starts(m->state_reason, bd_str_from(PAUSED_BY)) ||
            bd_str_starts(m->state_reason, bd_str_from(PAUSED_AFTER)));
}

/* It is held or paused already, but not so that `send` would refuse it. */
static bool goes_on_by_send(const struct bd_mailing *m)
{
    return m->state_reason.len == 0 || mailing_stands_by_limit(m);
}

static enum bd_status pause_reason(struct app *app, const struct bd_mailing *m,
                                   bd_str *out)
{
    bd_str args[] = { app_actor(app).name, BD_STR_NONE };
    const char *with_reason = paused_itself(m) ? PAUSED_AFTER
                                               : N_("paused by %s: %s");

    if (opt_line(app, "reason", CLI_MAX_NOTE, &args[1]) != BD_OK)
        return app->err.code;
    *out = args[1].len > 0 ? bd_saying(app->arena, with_reason, args, 2)
                           : bd_saying(app->arena, PAUSED_BY, args, 1);
    return BD_OK;
}

int cmd_pause(struct app *app, int argc, char **argv)
{
    struct bd_mailing m;
    bd_str reason = BD_STR_NONE;
    enum bd_mailing_state to = BD_MAILING_PAUSED;

    (void)argc;
    if (mailing_open_that(app, argv[0], mailing_is_open, &m) != BD_OK ||
        pause_reason(app, &m, &reason) != BD_OK)
        return app_fail(app);
    if (m.state == BD_MAILING_DONE || m.state == BD_MAILING_CANCELLED)
        return app_usage(app, _("%.*s is %s: there is nothing to pause"),
                         BD_ARG(m.slug), word_mailing(m.state));
    if (m.state == BD_MAILING_SCHEDULED || m.state == BD_MAILING_HELD)
        to = BD_MAILING_HELD;
    if ((m.state != to || opt_has(app, "reason") || goes_on_by_send(&m)) &&
        set_state(app, &m, to, reason) != BD_OK)
        return app_fail(app);
    mailing_print(app, &m);
    print_under_way(app, &m);
    (void)printf(_("Let it go on: %.*s\n"),
                 BD_ARG(mailing_command(app, "resume", &m)));
    return app_flush(app);
}

/* What is over does not go on. */
static int refuse_ended(struct app *app, const struct bd_mailing *m)
{
    bool reached = false;

    if (bd_mailing_reached(app->store, m->id, &reached, &app->err) != BD_OK)
        return app_fail(app);
    if (m->state == BD_MAILING_CANCELLED && !reached)
        return app_usage(app,
                         _("%.*s is %s, and nobody was mailed; \"%.*s\" sends "
                           "it anew, as the file is now"),
                         BD_ARG(mailing_name(app, m)), word_mailing(m->state),
                         BD_ARG(mailing_command(app, "send", m)));
    return app_usage(app,
                     _("%.*s is %s; \"%.*s --missing\" sends it to those "
                       "who did not get it"),
                     BD_ARG(mailing_name(app, m)), word_mailing(m->state),
                     BD_ARG(mailing_command(app, "send", m)));
}

/* What met the cause of the pause need not wait: it is mended. */
static enum bd_status try_now(struct app *app, const struct bd_mailing *m)
{
    int64_t count = 0;

    if (bd_mailing_try_now(app->store, m->id, app_now(app), &count,
                           &app->err) != BD_OK)
        return app->err.code;
    if (count > 0)
        print_number(app,
                     P_("%.*s copy that was put off is tried at once\n",
                        "%.*s copies that were put off are tried at once\n",
                        (uint64_t)count),
                     count);
    return BD_OK;
}

/* It still waits for a second person; not for who paused it. */
static int take_back_pause(struct app *app, struct bd_mailing *m)
{
    if (m->state == BD_MAILING_HELD && m->state_reason.len > 0 &&
        set_state(app, m, BD_MAILING_HELD, BD_STR_NONE) != BD_OK)
        return app_fail(app);
    return mailing_print_approval(app, m);
}

static enum bd_status print_limit(struct app *app, const struct bd_mailing *m)
{
    int64_t left = 0;

    if (mailing_limit_left(app, m, &left) != BD_OK)
        return app->err.code;
    if (left > 0)
        print_number(app,
                     P_("Its --limit holds: at most %.*s copy more\n",
                        "Its --limit holds: at most %.*s copies more\n",
                        (uint64_t)left),
                     left);
    return BD_OK;
}

/* Somebody paused it besides: when that ends its limit holds it still, and
 * this is why; else empty. */
static enum bd_status
find_limit_reached(struct app *app, const struct bd_mailing *m, bd_str *out)
{
    int64_t limit = 0;
    int64_t left = 0;
    enum bd_status rc = BD_OK;

    if (m->state != BD_MAILING_PAUSED || mailing_stands_by_limit(m) ||
        mailing_waits(m) == 0)
        return BD_OK;
    rc = bd_mailing_limit_left(app->store, m->id, &left, &app->err);
    if (rc == BD_OK)
        rc = bd_mailing_limit(app->store, m->id, &limit, &app->err);
    if (rc == BD_OK && left <= 0)
        *out = bd_mailing_limit_reason(app->arena, limit);
    return rc;
}

static int stay_at_limit(struct app *app, struct bd_mailing *m, bd_str reason)
{
    bool by_itself = paused_itself(m);

    if (set_state(app, m, BD_MAILING_PAUSED, reason) != BD_OK)
        return app_fail(app);
    mailing_print(app, m);
    if (by_itself && try_now(app, m) != BD_OK)
        return app_fail(app);
    (void)printf(_("Go on with the rest: %.*s\n"),
                 BD_ARG(mailing_command(app, "send", m)));
    return app_flush(app);
}

static int go_on(struct app *app, struct bd_mailing *m)
{
    enum bd_mailing_state to = BD_MAILING_SENDING;
    bool by_itself = paused_itself(m);

    if (mailing_stands_by_limit(m) &&
        bd_mailing_set_limit(app->store, m->id, 0, &app->err) != BD_OK)
        return app_fail(app);
    if (m->state == BD_MAILING_HELD && m->scheduled_at > app_now(app))
        to = BD_MAILING_SCHEDULED;
    if ((m->state == BD_MAILING_PAUSED || m->state == BD_MAILING_HELD) &&
        set_state(app, m, to, BD_STR_NONE) != BD_OK)
        return app_fail(app);
    mailing_print(app, m);
    if (print_limit(app, m) != BD_OK)
        return app_fail(app);
    if (by_itself && try_now(app, m) != BD_OK)
        return app_fail(app);
    mailing_print_who_sends(app, m);
    return app_flush(app);
}

int cmd_resume(struct app *app, int argc, char **argv)
{
    struct bd_mailing m;
    bd_str at_limit = BD_STR_NONE;

    (void)argc;
    if (mailing_open_that(app, argv[0], mailing_is_open, &m) != BD_OK)
        return app_fail(app);
    if (mailing_needs_approval(&m))
        return take_back_pause(app, &m);
    if (m.state == BD_MAILING_DONE || m.state == BD_MAILING_CANCELLED)
        return refuse_ended(app, &m);
    if (find_limit_reached(app, &m, &at_limit) != BD_OK)
        return app_fail(app);
    return at_limit.len > 0 ? stay_at_limit(app, &m, at_limit) : go_on(app, &m);
}

static void print_split(struct app *app, const struct bd_mailing *m)
{
    int64_t have = mailing_had(m);
    int64_t unknown = m->count[BD_DELIVERY_UNKNOWN];
    int64_t wait = mailing_waits(m);

    print_number(app,
                 P_("  %.*s copy was accepted by the relay\n",
                    "  %.*s copies were accepted by the relay\n",
                    (uint64_t)have),
                 have);
    if (unknown > 0)
        print_number(app,
                     P_("  %.*s copy may or may not have been accepted\n",
                        "  %.*s copies may or may not have been accepted\n",
                        (uint64_t)unknown),
                     unknown);
    print_number(app,
                 P_("  %.*s copy that waits will not be sent\n",
                    "  %.*s copies that wait will not be sent\n",
                    (uint64_t)wait),
                 wait);
}

static enum bd_status confirm_cancel(struct app *app,
                                     const struct bd_mailing *m)
{
    int64_t wait = mailing_waits(m);
    const char *to_do = bd_arena_printf(app->arena,
                                        P_("cancel %lld copy",
                                           "cancel %lld copies",
                                           (uint64_t)wait),
                                        (long long)wait)
                            .ptr;
    const struct question question = {
        .number = wait,
        .text = _("Type the number of copies that will not be sent: "),
        .to_do = to_do,
        .otherwise = _("nothing was cancelled"),
    };

    return confirm_number(app, &question);
}

/* Copies under way may still be accepted. */
static void print_who(struct app *app, const struct bd_mailing *m)
{
    bd_str log = mailing_command(app, "log", m);

    if (mailing_had(m) + m->count[BD_DELIVERY_HANDING_OVER] > 0)
        (void)printf(_("Who got it: %.*s --state accepted\n"), BD_ARG(log));
    if (m->count[BD_DELIVERY_SKIPPED] > 0)
        (void)printf(_("Who did not: %.*s --state skipped\n"), BD_ARG(log));
}

/* Where nobody can have it, another text may go out under its name. */
static enum bd_status print_cancelled(struct app *app,
                                      const struct bd_mailing *m)
{
    bool reached = false;

    if (bd_mailing_reached(app->store, m->id, &reached, &app->err) != BD_OK)
        return app->err.code;
    mailing_print(app, m);
    print_under_way(app, m);
    mailing_print_unknown(app, m);
    if (reached)
        print_who(app, m);
    else
        (void)printf(_("Nobody was mailed. Mend it and send it anew: %.*s\n"),
                     BD_ARG(mailing_command(app, "send", m)));
    return BD_OK;
}

int cmd_cancel(struct app *app, int argc, char **argv)
{
    struct bd_mailing m;

    (void)argc;
    if (mailing_open_that(app, argv[0], mailing_is_open, &m) != BD_OK)
        return app_fail(app);
    if (m.state == BD_MAILING_DONE || m.state == BD_MAILING_CANCELLED)
        return app_usage(app, _("%.*s is %s: there is nothing to cancel"),
                         BD_ARG(m.slug), word_mailing(m.state));
    (void)printf(_("Cancel %.*s to %.*s for good:\n"), BD_ARG(m.slug),
                 BD_ARG(m.list_slug));
    print_split(app, &m);
    if (confirm_cancel(app, &m) != BD_OK ||
        set_state(app, &m, BD_MAILING_CANCELLED, BD_STR_NONE) != BD_OK ||
        print_cancelled(app, &m) != BD_OK)
        return app_fail(app);
    return app_flush(app);
}
