/* approve: a second person looks at what will be sent, and agrees. */
#include "send_private.h"

/* What is shown now must be what was frozen when it was asked for: neither
 * issue nor template nor settings may have changed since. */
static enum bd_status check_same(struct app *app, const struct bd_mailing *m,
                                 const struct bd_message *full,
                                 const struct bd_message *text_only)
{
    bd_str was_full = BD_STR_NONE;
    bd_str was_text = BD_STR_NONE;

    if (bd_mailing_message(app->arena, app->store, m->id, &was_full, &was_text,
                           &app->err) != BD_OK)
        return app->err.code;
    if (bd_str_eq(was_full, send_freeze(app, full)) &&
        bd_str_eq(was_text, send_freeze(app, text_only)))
        return BD_OK;
    return bd_fail(&app->err, BD_EINVAL,
                   _("%.*s, its template or the settings were changed after "
                     "%.*s asked for it: change them back, or \"%.*s\" and "
                     "\"%.*s\" again"),
                   BD_ARG(m->slug), BD_ARG(m->asked_by),
                   BD_ARG(mailing_command(app, "cancel", m)),
                   BD_ARG(mailing_command(app, "send", m)));
}

static enum bd_status show(struct app *app, struct cli_letter *letter,
                           const struct bd_mailing *m, int64_t *out_readers)
{
    struct send_plan plan = { .where = m->filter, .start_at = m->scheduled_at };
    struct bd_audience audience;
    struct bd_message full;
    struct bd_message text_only;
    size_t errors = 0;

    if (bd_mailing_limit(app->store, m->id, &plan.limit, &app->err) != BD_OK ||
        send_compile_counted(app, letter, false, &full, &text_only) != BD_OK ||
        check_same(app, m, &full, &text_only) != BD_OK ||
        bd_audience_count(app->store, m->list_id, m->filter, app_now(app),
                          &audience, &app->err) != BD_OK)
        return app->err.code;
    if (letter_check(app, letter, &full, true, &errors) != BD_OK)
        return app->err.code;
    (void)printf(_("%.*s asks to send:\n"), BD_ARG(m->asked_by));
    if (send_show_audience(app, letter, &plan, &audience) != BD_OK)
        return app->err.code;
    *out_readers = audience.active;
    return send_show_first(app, letter, m->filter);
}

int cmd_approve(struct app *app, int argc, char **argv)
{
    struct bd_actor actor = app_actor(app);
    struct cli_letter letter;
    struct bd_mailing m;
    int64_t readers = 0;

    (void)argc;
    if (mailing_open_that(app, argv[0], mailing_needs_approval, &m) != BD_OK ||
        letter_open(app, argv[0], &letter) != BD_OK)
        return app_fail(app);
    if (!mailing_needs_approval(&m))
        return app_usage(app, _("%.*s is %s and waits for nobody's approval"),
                         BD_ARG(m.slug), word_mailing(m.state));
    if (bd_str_eq(actor.name, m.asked_by))
        return app_usage(app,
                         _("%.*s asked for it; someone else, with a login of "
                           "their own, must approve it"),
                         BD_ARG(m.asked_by));
    if (show(app, &letter, &m, &readers) != BD_OK ||
        send_confirm(app, readers, _("it stays held")) != BD_OK ||
        bd_mailing_approve(app->store, m.id, &actor, &app->err) != BD_OK ||
        mailing_again(app, &m) != BD_OK)
        return app_fail(app);
    mailing_print(app, &m);
    if (m.state == BD_MAILING_HELD)
        (void)printf(_("Let it go on: %.*s\n"),
                     BD_ARG(mailing_command(app, "resume", &m)));
    else
        mailing_print_who_sends(app, &m);
    return app_flush(app);
}
