/* How a mailing stands when `send` ends, and what is to be done next. */
#include "engine_private.h"
#include "send_private.h"

static enum bd_status print_paused(struct app *app, const struct bd_mailing *m)
{
    bool reached = false;

    if (bd_mailing_reached(app->store, m->id, &reached, &app->err) != BD_OK)
        return app->err.code;
    (void)printf(_("Paused; when that is mended: %.*s\n"),
                 BD_ARG(mailing_command(app, "resume", m)));
    if (!reached)
        (void)printf(_("Nobody has it yet. If the issue must be changed: "
                       "%.*s, change it, %.*s\n"),
                     BD_ARG(mailing_command(app, "cancel", m)),
                     BD_ARG(mailing_command(app, "send", m)));
    (void)printf(_("What came of it: %.*s\n"),
                 BD_ARG(mailing_command(app, "report", m)));
    return BD_OK;
}

/* What is left to do, and from when on. */
static enum bd_status print_rest(struct app *app, const struct bd_mailing *m)
{
    bd_str send = mailing_command(app, "send", m);
    bd_str time = BD_STR_NONE;
    int64_t due = 0;
    bool some_now = false;
    bool day_full = false;
    enum bd_status rc = bd_queue_next_due(app->store, m->id, &due, &app->err);

    if (rc == BD_OK)
        rc = bd_queue_is_due(app->store, m->id, app_now(app), &some_now,
                             &app->err);
    if (rc == BD_OK)
        rc = relays_day_full(app, &day_full);
    if (rc != BD_OK)
        return rc;
    if (due > app_now(app))
        time = word_time_ahead(app->arena, due, app_now(app));
    if (day_full)
        (void)printf(_("Go on with the rest after midnight: %.*s (a \"brevduva "
                       "deliver --watch\" does it by itself)\n"),
                     BD_ARG(send));
    else if (time.len == 0)
        (void)printf(_("Go on with the rest: %.*s\n"), BD_ARG(send));
    else if (!some_now)
        (void)printf(_("Try the rest again, from %.*s: %.*s\n"), BD_ARG(time),
                     BD_ARG(send));
    else
        (void)printf(_("Go on with the rest: %.*s; what has to wait goes from "
                       "%.*s on\n"),
                     BD_ARG(send), BD_ARG(time));
    return BD_OK;
}

static enum bd_status print_next(struct app *app, const struct bd_mailing *m)
{
    if (m->state == BD_MAILING_HELD) {
        (void)printf(_("Let it go on: %.*s\n"),
                     BD_ARG(mailing_command(app, "resume", m)));
        return BD_OK;
    }
    if (m->state == BD_MAILING_PAUSED && !mailing_stands_by_limit(m))
        return print_paused(app, m);
    if (mailing_waits(m) == 0)
        return BD_OK;
    return print_rest(app, m);
}

int send_print_result(struct app *app, const struct bd_mailing *m)
{
    int64_t unknown = m->count[BD_DELIVERY_UNKNOWN];

    mailing_print(app, m);
    if (print_next(app, m) != BD_OK)
        return app_fail(app);
    mailing_print_unknown(app, m);
    (void)printf(_("Every copy: %.*s\n"),
                 BD_ARG(mailing_command(app, "log", m)));
    if (app_flush(app) != BD_EXIT_OK)
        return BD_EXIT_FAILED;
    if (mailing_waits(m) > 0)
        return BD_EXIT_LATER;
    return m->count[BD_DELIVERY_REFUSED] + unknown > 0 ? BD_EXIT_FOUND
                                                       : BD_EXIT_OK;
}
