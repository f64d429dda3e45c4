#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "brevduva/base/file.h"
#include "brevduva/base/hash.h"
#include "brevduva/base/limits.h"
#include "brevduva/deliver/send.h"
#include "cli_private.h"

#define RETRY_FIRST_SECONDS 900 /* RFC 5321 4.5.4.1: not at once */
#define DEADLINE_SECONDS    (2 * 24 * 60 * 60)
#define SALT_BYTES          6

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
    const struct bd_config *c = &app->config;
    const char *url = bd_arena_cstr(app->arena, c->relay.url);

    return bd_str_ends(c->from.email, BD_STR(".example")) &&
           !bd_str_starts(c->relay.url, BD_STR("maildir:")) &&
           !bd_url_is_loopback(url);
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
                       BD_ARG(app->config.relay.url));
    if (bd_letter_compile(app->arena, &letter->issue, &letter->options,
                          BD_LETTER_FULL, full, &app->err) != BD_OK)
        return app->err.code;
    return bd_letter_compile(app->arena, &letter->issue, &letter->options,
                             BD_LETTER_TEXT_ONLY, text_only, &app->err);
}

static void print_left_out(struct app *app, int64_t count, const char *why)
{
    if (count > 0)
        (void)printf(_("  not mailed: %.*s %s\n"),
                     BD_ARG(word_number(app->arena, count)), why);
}

/* As adjectives that agree with the number, where the language asks for it. */
static void print_all_left_out(struct app *app, const struct bd_audience *a)
{
    print_left_out(app, a->suppressed,
                   P_("suppressed", "suppressed", (uint64_t)a->suppressed));
    print_left_out(app, a->pending, _("pending"));
    print_left_out(app, a->left, _("left"));
    print_left_out(app, a->bounced, _("bounced"));
    print_left_out(app, a->complained, _("complained"));
}

static void print_audience(struct app *app, const struct cli_letter *letter,
                           const struct bd_audience *a)
{
    (void)printf(P_("%.*s\n  to the list %.*s: %.*s reader\n",
                    "%.*s\n  to the list %.*s: %.*s readers\n",
                    (uint64_t)a->active),
                 BD_ARG(letter->issue.title), BD_ARG(letter->list.slug),
                 BD_ARG(word_number(app->arena, a->active)));
    print_all_left_out(app, a);
    (void)printf(_("  from %.*s <%.*s> through %.*s\n"),
                 BD_ARG(letter->options.from_name),
                 BD_ARG(letter->options.from_email),
                 BD_ARG(app->config.relay.url));
}

/* --yes, or the number of readers typed at a terminal. */
static enum bd_status confirm(struct app *app, int64_t readers)
{
    char answer[64] = "";
    uint64_t typed = 0;

    if (opt_has(app, "yes"))
        return BD_OK;
    if (isatty(STDIN_FILENO) != 1)
        return bd_fail(&app->err, BD_EINVAL,
                       _("no terminal to ask at; say --yes to send to %lld "
                         "readers"),
                       (long long)readers);
    (void)fprintf(stderr, _("Type the number of readers to send: "));
    if (fgets(answer, sizeof answer, stdin) &&
        bd_str_to_u64(bd_str_trim(bd_str_from(answer)), &typed) &&
        typed == (uint64_t)readers)
        return BD_OK;
    return bd_fail(&app->err, BD_EINVAL,
                   _("that is not %lld: nothing was sent"), (long long)readers);
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
        .deadline = actor.now + DEADLINE_SECONDS,
    };

    (void)bd_str_cut(&domain, '@');
    mailing.message_id_domain = domain;
    return bd_mailing_start(app->store, &issue, &mailing, &actor, out_id,
                            &app->err);
}

static bool show_progress(void *self, const struct bd_mailing *mailing,
                          int64_t done, int64_t total)
{
    (void)mailing;
    progress_show(self, done, total);
    return true;
}

static void print_count(struct app *app, enum bd_delivery_state state,
                        int64_t count)
{
    if (count > 0)
        (void)printf("  %s: %.*s\n", word_deliveries(state, count),
                     BD_ARG(word_number(app->arena, count)));
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

static int print_result(struct app *app, const struct cli_letter *letter)
{
    struct bd_mailing m;
    int64_t open = 0;

    if (bd_mailing_find(app->arena, app->store, letter->issue.slug,
                        letter->list.id, &m, &app->err) != BD_OK)
        return app_fail(app);
    (void)printf(P_("%.*s to %.*s: %s, %.*s copy\n",
                    "%.*s to %.*s: %s, %.*s copies\n", (uint64_t)m.total),
                 BD_ARG(m.slug), BD_ARG(m.list_slug), word_mailing(m.state),
                 BD_ARG(word_number(app->arena, m.total)));
    for (int s = 0; s < BD_DELIVERY_STATES; s++)
        print_count(app, (enum bd_delivery_state)s, m.count[s]);
    open = m.count[BD_DELIVERY_QUEUED] + m.count[BD_DELIVERY_DEFERRED];
    if (open > 0 && print_rest(app, &m) != BD_OK)
        return app_fail(app);
    (void)printf(_("Every copy: brevduva log %.*s\n"), BD_ARG(m.slug));
    if (app_flush(app) != BD_EXIT_OK)
        return BD_EXIT_FAILED;
    if (open > 0)
        return BD_EXIT_LATER;
    return m.count[BD_DELIVERY_REFUSED] + m.count[BD_DELIVERY_UNKNOWN] > 0
               ? BD_EXIT_FOUND
               : BD_EXIT_OK;
}

static int run(struct app *app, const struct cli_letter *letter,
               int64_t mailing_id)
{
    struct progress progress;
    struct bd_relay *relay = NULL;
    struct bd_send_result result = { 0 };
    struct bd_send_options options = {
        .sys = app->sys,
        .store = app->store,
        .lock_path = bd_path_join(app->arena, app->folder,
                                  "brevduva.db-sender"),
        .actor = app_actor(app),
        .retry_first = RETRY_FIRST_SECONDS,
        .progress = show_progress,
        .self = &progress,
    };
    enum bd_status rc = app_signer(app);
    int code = BD_EXIT_OK;

    if (rc == BD_OK)
        rc = relay_open(app, &relay);
    if (rc != BD_OK)
        return app_fail(app);
    options.relay = relay;
    options.signer = app->signer;
    progress_start(&progress, app->sys, _("Sending"));
    rc = bd_send(&options, mailing_id, &result, &app->err);
    progress_end(&progress);
    bd_relay_free(relay);
    if (rc != BD_OK)
        code = app_fail(app);
    else
        code = print_result(app, letter);
    return code;
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

static int begin(struct app *app, struct cli_letter *letter)
{
    struct bd_message full;
    struct bd_message text_only;
    struct bd_audience audience;
    int64_t id = 0;

    if (compile(app, letter, &full, &text_only) != BD_OK ||
        bd_audience_count(app->store, letter->list.id, BD_STR_NONE, &audience,
                          &app->err) != BD_OK)
        return app_fail(app);
    if (letter_check(app, letter, &full, true) > 0)
        return app_usage(app, _("%s has errors; nothing was sent"),
                         letter->issue.path);
    print_audience(app, letter, &audience);
    if (audience.active == 0)
        return app_usage(app,
                         _("nobody on the list %.*s would get it; "
                           "\"brevduva import\" or \"brevduva "
                           "subscribe\" adds readers"),
                         BD_ARG(letter->list.slug));
    if (opt_has(app, "dry-run")) {
        (void)printf(_("Nothing was sent (--dry-run).\n"));
        return app_flush(app);
    }
    (void)fflush(stdout);
    if (confirm(app, audience.active) != BD_OK ||
        start(app, letter, &full, &text_only, &id) != BD_OK)
        return app_fail(app);
    return run(app, letter, id);
}

int cmd_send(struct app *app, int argc, char **argv)
{
    struct cli_letter letter;
    struct bd_mailing earlier;
    enum bd_status rc = letter_open(app, argv[0], &letter);

    (void)argc;
    if (rc != BD_OK)
        return app_fail(app);
    rc = find_earlier(app, &letter, &earlier);
    if (rc == BD_ENOENT)
        return begin(app, &letter);
    if (rc != BD_OK)
        return app_fail(app);
    if (opt_has(app, "dry-run") || earlier.state == BD_MAILING_DONE)
        return print_result(app, &letter);
    return run(app, &letter, earlier.id);
}
