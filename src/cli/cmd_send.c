/* send: look, ask, put the mailing into the ledger, send. */
#include "archive_private.h"
#include "brevduva/base/hash.h"
#include "came_back.h"
#include "send_private.h"

#define SALT_BYTES 6

/* Held until a second person agrees, scheduled, or to be sent at once. */
static enum bd_mailing_state first_state(struct app *app,
                                         const struct send_plan *plan)
{
    if (app->config.send.approvals > 1)
        return BD_MAILING_HELD;
    return plan->start_at > 0 ? BD_MAILING_SCHEDULED : BD_MAILING_SENDING;
}

/* The issue as it is frozen, and as the web shows it. */
static enum bd_status fill_issue(struct app *app,
                                 const struct cli_letter *letter,
                                 struct bd_issue_row *out)
{
    struct bd_page *page = BD_NEW(app->arena, struct bd_page);
    struct bd_message full;
    struct bd_message text_only;
    bool decided = false;

    if (archive_page(app, letter, page, &decided) != BD_OK ||
        send_compile_counted(app, letter, true, &full, &text_only) != BD_OK)
        return app->err.code;
    *out = (struct bd_issue_row) {
        .slug = letter->issue.slug,
        .title = letter->issue.title,
        .source = letter->issue.source,
        .source_hash = bd_sha256_hex(app->arena, letter->issue.source),
        .message = send_freeze(app, &full),
        .message_text = send_freeze(app, &text_only),
        .page = page,
        .page_decided = decided,
    };
    return letter_files(app, letter, &out->files, &out->file_count);
}

/* All in one transaction: the numbers of the links stand in the letter. */
static enum bd_status start(struct app *app, const struct send_plan *plan,
                            const struct cli_letter *letter,
                            struct bd_mailing *out)
{
    struct bd_actor actor = app_actor(app);
    bd_str domain = letter->options.from_email;
    int64_t id = 0;
    struct bd_issue_row issue;
    struct bd_mailing mailing = {
        .list_id = letter->list.id,
        .list_slug = letter->list.slug,
        .message_id_salt = random_hex(app, SALT_BYTES),
        .asked_by = actor.name,
        .state = first_state(app, plan),
        .filter = plan->where,
        .approvals = app->config.send.approvals,
        .scheduled_at = plan->start_at,
        .limit = plan->limit,
        .created_at = actor.now,
    };
    enum bd_status rc = letter_return_path(app, &mailing.envelope_from);

    if (rc == BD_OK)
        rc = bd_store_begin(app->store, &app->err);
    if (rc != BD_OK)
        return rc;
    (void)bd_str_cut(&domain, '@');
    mailing.message_id_domain = domain;
    rc = fill_issue(app, letter, &issue);
    if (rc == BD_OK)
        rc = bd_mailing_start(app->store, &issue, &mailing, &actor, &id,
                              &app->err);
    if (rc == BD_OK)
        rc = bd_store_commit(app->store, &app->err);
    if (rc != BD_OK) {
        bd_store_rollback(app->store);
        return rc;
    }
    return bd_mailing_get(app->arena, app->store, id, out, &app->err);
}

static void print_changed(struct app *app, const struct cli_letter *letter,
                          const struct bd_mailing *m, bool reached)
{
    if (bd_str_eq(m->source_hash,
                  bd_sha256_hex(app->arena, letter->issue.source)))
        return;
    if (reached)
        (void)fprintf(stderr,
                      _("brevduva: %s was changed after sending began; every "
                        "reader gets the issue as it was then\n"),
                      letter->issue.path);
    else
        (void)fprintf(stderr,
                      _("brevduva: %s was changed, and the issue as it was "
                        "before is to be sent. To send it as it is now: "
                        "%.*s, then %.*s\n"),
                      letter->issue.path,
                      BD_ARG(mailing_command(app, "cancel", m)),
                      BD_ARG(mailing_command(app, "send", m)));
}

/* The mailing that stands, if this issue went to this list before. BD_ENOENT
 * too where it was cancelled before anyone was mailed: the issue is sent anew,
 * as it is now. */
static enum bd_status find_earlier(struct app *app,
                                   const struct cli_letter *letter,
                                   struct bd_mailing *out)
{
    bool reached = false;
    enum bd_status rc = bd_mailing_find(app->arena, app->store,
                                        letter->issue.slug, letter->list.id,
                                        out, &app->err);

    if (rc == BD_OK)
        rc = bd_mailing_reached(app->store, out->id, &reached, &app->err);
    if (rc == BD_OK && out->state == BD_MAILING_CANCELLED && !reached)
        return BD_ENOENT;
    if (rc == BD_OK)
        print_changed(app, letter, out, reached);
    return rc;
}

/* All that is looked at before anyone is mailed. */
static enum bd_status show(struct app *app, const struct cli_letter *letter,
                           const struct send_plan *plan,
                           const struct bd_message *full,
                           struct bd_audience *out)
{
    size_t errors = 0;

    if (bd_audience_count(app->store, letter->list.id, plan->where,
                          app_now(app), out, &app->err) != BD_OK)
        return app->err.code;
    if (letter_check(app, letter, full, true, &errors) != BD_OK)
        return app->err.code;
    if (errors > 0)
        return bd_fail(&app->err, BD_EINVAL,
                       _("%s has errors; nothing was sent. Mend them, or say "
                         "--despite and the name in brackets"),
                       letter->issue.path);
    if (opt_has(app, "json") && out->active > 0)
        return BD_OK;
    if (!opt_has(app, "json") &&
        send_show_audience(app, letter, plan, out) != BD_OK)
        return app->err.code;
    if (out->active > 0 && send_show_first(app, letter, plan->where) != BD_OK)
        return app->err.code;
    if (out->active > 0)
        return send_show_changes(app, letter);
    if (plan->where.len > 0)
        return bd_fail(&app->err, BD_EINVAL,
                       _("--where: no reader of the list %.*s is meant by it"),
                       BD_ARG(letter->list.slug));
    return bd_fail(&app->err, BD_EINVAL,
                   _("nobody on the list %.*s would get it; \"brevduva "
                     "import\" or \"brevduva subscribe\" adds readers"),
                   BD_ARG(letter->list.slug));
}

/* A password that is missing is told before the issue is frozen. */
static enum bd_status prepare_relays(struct app *app,
                                     const struct send_plan *plan)
{
    const struct bd_relay_options *relays = NULL;
    size_t count = 0;
    int64_t pid = 0;

    if (plan->detach || sender_now(app, &pid) == SENDER_WATCH)
        return BD_OK;
    return relays_open(app, &relays, &count);
}

static int begin(struct app *app, const struct send_plan *plan,
                 struct cli_letter *letter)
{
    struct bd_message full;
    struct bd_message text_only;
    struct bd_audience audience;
    struct bd_mailing m;

    if (opt_has(app, "missing"))
        return app_usage(app,
                         _("--missing: \"%.*s\" has not been sent to %.*s; "
                           "leave it out to send it"),
                         BD_ARG(letter->issue.slug), BD_ARG(letter->list.slug));
    if (send_compile(app, letter, &full, &text_only) != BD_OK ||
        show(app, letter, plan, &full, &audience) != BD_OK)
        return app_fail(app);
    if (opt_has(app, "rehearse"))
        return send_rehearse(app, letter, plan, &full, &text_only,
                             audience.active);
    if (opt_has(app, "dry-run")) {
        (void)printf(_("Nothing was sent (--dry-run).\n"));
        return app_flush(app);
    }
    if (prepare_relays(app, plan) != BD_OK ||
        send_confirm(app, audience.active, _("nothing was sent")) != BD_OK ||
        start(app, plan, letter, &m) != BD_OK)
        return app_fail(app);
    return send_run(app, plan, &m);
}

static void print_missing(struct app *app, const struct bd_mailing *m,
                          const struct bd_missing *missing)
{
    int64_t all = missing->joined + missing->refused + missing->skipped;
    struct {
        int64_t count;
        const char *what;
    } rows[] = { { missing->joined, _("have come to the list since") },
                 { missing->refused, _("were refused by the relay") },
                 { missing->cancelled,
                   _("were waiting when it was cancelled") },
                 { missing->skipped - missing->cancelled,
                   _("were left out, and are readers now") } };
    int64_t unknown = m->count[BD_DELIVERY_UNKNOWN];

    (void)printf(P_("%.*s to %.*s: %.*s reader did not get it\n",
                    "%.*s to %.*s: %.*s readers did not get it\n",
                    (uint64_t)all),
                 BD_ARG(m->slug), BD_ARG(m->list_slug),
                 BD_ARG(word_number(app->arena, all)));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].count > 0)
            (void)printf("  %.*s %s\n",
                         BD_ARG(word_number(app->arena, rows[i].count)),
                         rows[i].what);
    if (unknown > 0)
        (void)printf(P_("%lld copy is unknown and not among them; find out: "
                        "%.*s\n",
                        "%lld copies are unknown and not among them; find "
                        "out: %.*s\n",
                        (uint64_t)unknown),
                     (long long)unknown,
                     BD_ARG(mailing_command(app, "resolve", m)));
}

/* Who lacks it is known when all have had their turn. */
static enum bd_status refuse_unfinished(struct app *app,
                                        const struct bd_mailing *m)
{
    if (m->to_enlist == 0)
        return BD_OK;
    return bd_fail(
        &app->err, BD_EINVAL,
        _("--missing: %.*s is %s and has not come to all its readers "
          "yet; first finish it: %.*s"),
        BD_ARG(m->slug), word_mailing(m->state),
        BD_ARG(mailing_command(app, "send", m)));
}

/* To those, and only those, who did not get it. */
static int send_missing(struct app *app, const struct send_plan *plan,
                        struct bd_mailing *m)
{
    struct bd_actor actor = app_actor(app);
    struct bd_missing missing = { 0 };
    int64_t all = 0;

    if (refuse_unfinished(app, m) != BD_OK ||
        bd_mailing_missing(app->store, m->id, false, &actor, &missing,
                           &app->err) != BD_OK)
        return app_fail(app);
    all = missing.joined + missing.refused + missing.skipped;
    print_missing(app, m, &missing);
    if (all == 0 && mailing_waits(m) > 0)
        (void)printf(_("%.*s copies wait and are not among them; \"%.*s\" "
                       "sends them\n"),
                     BD_ARG(word_number(app->arena, mailing_waits(m))),
                     BD_ARG(mailing_command(app, "send", m)));
    if (all == 0 || opt_has(app, "dry-run"))
        return app_flush(app);
    if (prepare_relays(app, plan) != BD_OK ||
        send_confirm(app, all, _("nothing was sent")) != BD_OK ||
        bd_mailing_missing(app->store, m->id, true, &actor, &missing,
                           &app->err) != BD_OK ||
        mailing_again(app, m) != BD_OK)
        return app_fail(app);
    return send_run(app, plan, m);
}

/* What only a new mailing can be told. */
static enum bd_status refuse_new(struct app *app, const struct bd_mailing *m)
{
    static const char *const options[] = { "at", "hold", "where", "rehearse",
                                           "limit" };
    size_t count = sizeof options / sizeof *options;

    if (!mailing_needs_approval(m))
        count--; /* others agree to the limit that they are shown */
    for (size_t i = 0; i < count; i++)
        if (opt_has(app, options[i]))
            return bd_fail(&app->err, BD_EINVAL,
                           _("--%s comes too late: \"%.*s\" to %.*s is in the "
                             "ledger already (%s); \"brevduva status\" tells "
                             "more"),
                           options[i], BD_ARG(m->slug), BD_ARG(m->list_slug),
                           word_mailing(m->state));
    return BD_OK;
}

/* Somebody stopped it, or it stopped by itself: that is not undone by who
 * only says "send" again, and least of all by a timer that sends some each
 * day. */
static enum bd_status refuse_paused(struct app *app, const struct bd_mailing *m)
{
    bool held = m->state == BD_MAILING_HELD && !mailing_needs_approval(m);
    bool paused = m->state == BD_MAILING_PAUSED && !mailing_stands_by_limit(m);

    if ((!held && !paused) || opt_has(app, "dry-run"))
        return BD_OK;
    return bd_fail(&app->err, BD_ETEMP,
                   _("%.*s is %s (%.*s), and nothing was sent; when the cause "
                     "is mended: %.*s"),
                   BD_ARG(m->slug), word_mailing(m->state),
                   BD_ARG(word_reason(app, m)),
                   BD_ARG(mailing_command(app, "resume", m)));
}

/* Some have it, or may have it. */
static int refuse_cancelled(struct app *app, const struct bd_mailing *m)
{
    return app_usage(
        app,
        mailing_had(m) > 0
            ? _("the mailing of \"%.*s\" was cancelled after some had it. "
                "\"%.*s --missing\" sends that same text to the others; for "
                "another text, copy the file to a new name")
            : _("the mailing of \"%.*s\" was cancelled, and some may have it. "
                "\"%.*s --missing\" sends that same text to the others; for "
                "another text, copy the file to a new name"),
        BD_ARG(m->slug), BD_ARG(mailing_command(app, "send", m)));
}

static int go_on(struct app *app, const struct send_plan *plan,
                 struct bd_mailing *m)
{
    if (refuse_new(app, m) != BD_OK || refuse_paused(app, m) != BD_OK)
        return app_fail(app);
    if (opt_has(app, "missing"))
        return send_missing(app, plan, m);
    if (m->state == BD_MAILING_CANCELLED)
        return refuse_cancelled(app, m);
    if (opt_has(app, "dry-run") ||
        (m->state == BD_MAILING_DONE && mailing_waits(m) == 0))
        return send_print_result(app, m);
    return send_run(app, plan, m);
}

int cmd_send(struct app *app, int argc, char **argv)
{
    struct cli_letter letter;
    struct bd_mailing earlier;
    struct send_plan plan;
    enum bd_status rc = BD_OK;

    (void)argc;
    if (send_plan_read(app, &plan) != BD_OK ||
        letter_check_despite(app) != BD_OK ||
        letter_open(app, argv[0], &letter) != BD_OK)
        return app_fail(app);
    rc = find_earlier(app, &letter, &earlier);
    if (rc == BD_ENOENT)
        return begin(app, &plan, &letter);
    if (rc != BD_OK)
        return app_fail(app);
    return go_on(app, &plan, &earlier);
}
