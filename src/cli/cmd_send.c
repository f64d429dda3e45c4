#include "brevduva/base/hash.h"
#include "brevduva/base/limits.h"
#include "send_private.h"

#define SALT_BYTES 6

static bd_str frozen(struct app *app, const struct bd_message *message)
{
    struct bd_buf bytes;
    bd_str copy = BD_STR_NONE;

    bd_buf_init(&bytes, 0);
    bd_message_freeze(message, &bytes);
    copy = bd_buf_copy(&bytes, app->arena);
    bd_buf_fini(&bytes);
    return copy;
}

/* An address that was only ever meant as an example must not reach the
 * world: receivers would blame the relay. */
static bool sender_is_placeholder(struct app *app)
{
    return bd_str_ends(app->config.from.email, BD_STR(".example")) &&
           relays_reach_out(app);
}

static enum bd_status compile(struct app *app, struct cli_letter *letter,
                              struct bd_message *full,
                              struct bd_message *text_only)
{
    if (sender_is_placeholder(app))
        return bd_fail(&app->err, BD_EINVAL,
                       _("from.email in brevduva.yaml is still the example "
                         "address %.*s; put your own there before mailing "
                         "through %.*s"),
                       BD_ARG(app->config.from.email),
                       BD_ARG(relays_shown(app)));
    if (bd_letter_compile(app->arena, &letter->issue, &letter->options,
                          BD_LETTER_FULL, full, &app->err) != BD_OK)
        return app->err.code;
    return bd_letter_compile(app->arena, &letter->issue, &letter->options,
                             BD_LETTER_TEXT_ONLY, text_only, &app->err);
}

static enum bd_status start(struct app *app, const struct cli_letter *letter,
                            const struct bd_message *full,
                            const struct bd_message *text_only, int64_t *out_id)
{
    struct bd_actor actor = app_actor(app);
    bd_str domain = letter->options.from_email;
    struct bd_issue_row issue = {
        .slug = letter->issue.slug,
        .title = letter->issue.title,
        .source = letter->issue.source,
        .source_hash = bd_sha256_hex(app->arena, letter->issue.source),
        .message = frozen(app, full),
        .message_text = frozen(app, text_only),
    };
    struct bd_mailing mailing = {
        .list_id = letter->list.id,
        .message_id_salt = random_hex(app, SALT_BYTES),
        .envelope_from = letter->options.from_email,
        .asked_by = actor.name,
        .created_at = actor.now,
        .deadline = actor.now + app->config.send.deadline,
    };

    (void)bd_str_cut(&domain, '@');
    mailing.message_id_domain = domain;
    return bd_mailing_start(app->store, &issue, &mailing, &actor, out_id,
                            &app->err);
}

/* The mailing that stands, if this issue went to this list before. */
static enum bd_status find_earlier(struct app *app,
                                   const struct cli_letter *letter,
                                   struct bd_mailing *out)
{
    enum bd_status rc = bd_mailing_find(app->arena, app->store,
                                        letter->issue.slug, letter->list.id,
                                        out, &app->err);

    if (rc == BD_OK &&
        !bd_str_eq(out->source_hash,
                   bd_sha256_hex(app->arena, letter->issue.source)))
        (void)fprintf(stderr,
                      _("brevduva: %s was changed after sending began; every "
                        "reader gets the issue as it was then\n"),
                      letter->issue.path);
    return rc;
}

static enum bd_status confirm(struct app *app, int64_t readers)
{
    const struct question question = {
        .number = readers,
        .text = _("Type the number of readers to send: "),
        .to_do = bd_arena_printf(app->arena,
                                 P_("send to %lld reader",
                                    "send to %lld readers", (uint64_t)readers),
                                 (long long)readers)
                     .ptr,
        .otherwise = _("nothing was sent"),
    };

    return confirm_number(app, &question);
}

/* All that is looked at before anyone is mailed. */
static enum bd_status show(struct app *app, const struct cli_letter *letter,
                           const struct bd_message *full,
                           struct bd_audience *out)
{
    if (bd_audience_count(app->store, letter->list.id, BD_STR_NONE, out,
                          &app->err) != BD_OK)
        return app->err.code;
    if (letter_check(app, letter, full, true) > 0)
        return bd_fail(&app->err, BD_EINVAL,
                       _("%s has errors; nothing was sent"),
                       letter->issue.path);
    send_show_audience(app, letter, out);
    if (out->active == 0)
        return bd_fail(&app->err, BD_EINVAL,
                       _("nobody on the list %.*s would get it; \"brevduva "
                         "import\" or \"brevduva subscribe\" adds readers"),
                       BD_ARG(letter->list.slug));
    return send_show_first(app, letter);
}

static int begin(struct app *app, const struct send_plan *plan,
                 struct cli_letter *letter)
{
    struct bd_message full;
    struct bd_message text_only;
    struct bd_audience audience;
    struct bd_mailing m;
    int64_t id = 0;

    if (compile(app, letter, &full, &text_only) != BD_OK ||
        show(app, letter, &full, &audience) != BD_OK)
        return app_fail(app);
    if (opt_has(app, "dry-run")) {
        (void)printf(_("Nothing was sent (--dry-run).\n"));
        return app_flush(app);
    }
    if (confirm(app, audience.active) != BD_OK ||
        start(app, letter, &full, &text_only, &id) != BD_OK ||
        bd_mailing_find(app->arena, app->store, letter->issue.slug,
                        letter->list.id, &m, &app->err) != BD_OK)
        return app_fail(app);
    return send_run(app, plan, &m);
}

static int go_on(struct app *app, const struct send_plan *plan,
                 struct bd_mailing *m)
{
    if (m->state == BD_MAILING_CANCELLED)
        return app_usage(app,
                         _("the mailing of \"%.*s\" was cancelled; \"brevduva "
                           "send %.*s --missing\" sends it to those who did "
                           "not get it"),
                         BD_ARG(m->slug), BD_ARG(m->slug));
    if (opt_has(app, "dry-run") || m->state == BD_MAILING_DONE)
        return send_print_result(app, m);
    return send_run(app, plan, m);
}

static enum bd_status read_plan(struct app *app, struct send_plan *out)
{
    uint64_t limit = 0;

    *out = (struct send_plan) { .detach = opt_has(app, "detach") };
    if (opt_has(app, "limit") &&
        (!bd_str_to_u64(opt_str(app, "limit"), &limit) || limit == 0 ||
         limit > INT64_MAX))
        return bd_fail(&app->err, BD_EINVAL,
                       _("--limit %.*s: give a number of copies, 1 or more"),
                       BD_ARG(opt_str(app, "limit")));
    out->limit = (int64_t)limit;
    if (out->detach && limit > 0)
        return bd_fail(&app->err, BD_EINVAL,
                       _("--limit counts what this process hands over; leave "
                         "out --detach"));
    return BD_OK;
}

int cmd_send(struct app *app, int argc, char **argv)
{
    struct cli_letter letter;
    struct bd_mailing earlier;
    struct send_plan plan;
    enum bd_status rc = BD_OK;

    (void)argc;
    if (read_plan(app, &plan) != BD_OK ||
        letter_open(app, argv[0], &letter) != BD_OK)
        return app_fail(app);
    rc = find_earlier(app, &letter, &earlier);
    if (rc == BD_ENOENT)
        return begin(app, &plan, &letter);
    if (rc != BD_OK)
        return app_fail(app);
    return go_on(app, &plan, &earlier);
}
