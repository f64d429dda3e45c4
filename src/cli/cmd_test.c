/* test: an issue as a letter to a few, by the letter queue. */
#include <unistd.h>

#include "brevduva/mail/address.h"
#include "brevduva/store/letter.h"
#include "brevduva/store/letter_file.h"
#include "engine_private.h"
#include "reply_words.h"
#include "send_private.h"
#include "trouble.h"

#define DEADLINE_SECONDS (60 * 60)
#define ID_BYTES         8
#define LOOK_MS          100
#define LOOKS            600 /* a minute */
#define TELL_LOOKS       10  /* most are gone sooner, and need no word */

static enum bd_status find_reader(struct app *app, bd_str key, int64_t *out)
{
    struct bd_subscriber reader = { 0 };
    enum bd_status rc = bd_subscriber_find(app->arena, app->store, key, &reader,
                                           &app->err);

    *out = reader.id;
    return rc == BD_ENOENT ? BD_OK : rc;
}

static enum bd_status queue_one(struct app *app, struct cli_letter *letter,
                                const char *to, int64_t *out)
{
    struct bd_address address = { 0 };
    struct bd_letter_row row = {
        .kind = BD_LETTER_TEST,
        .deadline = app_now(app) + DEADLINE_SECONDS,
    };
    bd_str domain = letter->options.from_email;

    (void)bd_str_cut(&domain, '@');
    letter->copy_id = bd_arena_printf(app->arena, "test.%.*s",
                                      BD_ARG(random_hex(app, ID_BYTES)));
    if (bd_address_parse(app->arena, bd_str_from(to), &address, &app->err) !=
            BD_OK ||
        letter_return_path(app, &row.envelope_from) != BD_OK ||
        find_reader(app, address.key, &row.subscriber_id) != BD_OK ||
        letter_render(app, letter, "eml", to, &row.bytes) != BD_OK)
        return app->err.code;
    row.to = address.email;
    row.message_id = bd_arena_printf(app->arena, "%.*s@%.*s",
                                     BD_ARG(letter->copy_id), BD_ARG(domain));
    return bd_letter_add(app->store, &row, app_now(app), out, &app->err);
}

/* What the letter asks our pages for must be there. */
static enum bd_status keep_files(struct app *app,
                                 const struct cli_letter *letter)
{
    const struct bd_page_file *files = NULL;
    size_t count = 0;

    if (letter_files(app, letter, &files, &count) != BD_OK)
        return app->err.code;
    return bd_letter_files_put(app->store, files, count, app_now(app),
                               &app->err);
}

/* All or none: a wrong address is told before anyone is mailed. */
static enum bd_status queue_all(struct app *app, struct cli_letter *letter,
                                char **to, int count, int64_t *deliveries)
{
    enum bd_status rc = bd_store_begin(app->store, &app->err);

    if (rc != BD_OK)
        return rc;
    rc = keep_files(app, letter);
    for (int i = 0; i < count && rc == BD_OK; i++)
        rc = queue_one(app, letter, to[i], &deliveries[i]);
    if (rc == BD_OK)
        rc = bd_store_commit(app->store, &app->err);
    if (rc != BD_OK)
        bd_store_rollback(app->store);
    return rc;
}

static bool waits(const struct bd_letter_outcome *outcome)
{
    return outcome->state == BD_DELIVERY_QUEUED ||
           outcome->state == BD_DELIVERY_HANDING_OVER;
}

/* Whom it waits for, and what that one waits for. */
static void tell_wait(struct app *app, enum sender other, int64_t pid)
{
    const char *name = other == SENDER_WATCH ? "deliver --watch" : "send";
    bd_str trouble = BD_STR_NONE;
    int64_t since = 0;

    (void)fprintf(stderr,
                  _("brevduva: process %lld (brevduva %s) sends it, and is "
                    "waited for up to a minute; Ctrl-C leaves it in the "
                    "queue\n"),
                  (long long)pid, name);
    if (trouble_now(app, &trouble, &since) == BD_OK && trouble.len > 0)
        (void)fprintf(stderr, "brevduva: %.*s\n",
                      BD_ARG(out_shown(app, trouble)));
}

/* Another process sends; letters go before its mailing. */
static enum bd_status wait_for_other(struct app *app, const int64_t *deliveries,
                                     int count, enum sender other, int64_t pid)
{
    struct bd_letter_outcome outcome = { 0 };
    enum bd_status rc = BD_OK;

    interrupt_watch();
    for (int look = 0, i = 0; rc == BD_OK && i < count && look < LOOKS;
         look++) {
        if (look == TELL_LOOKS)
            tell_wait(app, other, pid);
        rc = bd_letter_find(app->arena, app->store, deliveries[i], &outcome,
                            &app->err);
        if (rc == BD_OK && !waits(&outcome))
            i++;
        else if (!interrupt_sleep(LOOK_MS))
            break;
    }
    return rc;
}

static enum bd_status send_letters(struct app *app)
{
    struct bd_engine_options options = { .end = BD_ENGINE_WHEN_IDLE,
                                         .mailing_id = BD_ENGINE_LETTERS };
    struct bd_engine_result result = { 0 };

    if (engine_prepare(app, &options) != BD_OK)
        return app->err.code;
    return bd_engine_run(&options, &result, &app->err);
}

static enum bd_status deliver(struct app *app, const int64_t *deliveries,
                              int count)
{
    enum sender other = SENDER_NONE;
    int64_t pid = 0;
    int lock = -1;
    enum bd_status rc = sender_take(app, "send", &lock, &other, &pid);

    if (other != SENDER_NONE)
        return wait_for_other(app, deliveries, count, other, pid);
    if (rc == BD_OK)
        rc = send_letters(app);
    if (lock >= 0)
        (void)close(lock);
    return rc;
}

/* The exit code that one outcome asks for. */
static int print_outcome(struct app *app, const char *to,
                         const struct bd_letter_outcome *o)
{
    if (waits(o)) {
        (void)printf(_("%s: waits in the queue until a relay takes it; "
                       "\"brevduva deliver\" sends it then\n"),
                     to);
        return BD_EXIT_LATER;
    }
    (void)printf("%s: %s:", to, word_delivery(o->state));
    if (o->given_up) {
        out_text(bd_str_from(" "));
        out_text(
            late_words(app->arena, o->reply_code, o->enhanced, o->reply_text));
        (void)putchar('\n');
        return BD_EXIT_FOUND;
    }
    if (o->reply_code > 0)
        (void)printf(" %d", o->reply_code);
    if (o->enhanced.len > 0)
        (void)printf(" %.*s", BD_ARG(o->enhanced));
    (void)printf(" %.*s\n", BD_ARG(o->reply_text));
    return o->state == BD_DELIVERY_ACCEPTED ? BD_EXIT_OK : BD_EXIT_FOUND;
}

/* *out_seen: so many went out, or will. */
static int print_all(struct app *app, char **to, const int64_t *deliveries,
                     int count, int *out_seen)
{
    int code = BD_EXIT_OK;

    for (int i = 0; i < count; i++) {
        struct bd_letter_outcome outcome;
        struct bd_err err = { 0 };
        int one = BD_EXIT_OK;

        if (bd_letter_find(app->arena, app->store, deliveries[i], &outcome,
                           &err) != BD_OK)
            continue;
        one = print_outcome(app, to[i], &outcome);
        code = one > code ? one : code;
        *out_seen += one != BD_EXIT_FOUND;
    }
    return app_flush(app) == BD_EXIT_OK ? code : BD_EXIT_FAILED;
}

int cmd_test(struct app *app, int argc, char **argv)
{
    int64_t *deliveries = BD_NEW_ARRAY(app->arena, (size_t)argc, int64_t);
    struct cli_letter letter;
    enum bd_status rc = BD_OK;
    int code = BD_EXIT_OK;
    int seen = 0;

    if (letter_open(app, argv[0], &letter) != BD_OK ||
        queue_all(app, &letter, argv + 1, argc - 1, deliveries) != BD_OK)
        return app_fail(app);
    rc = deliver(app, deliveries, argc - 1);
    code = print_all(app, argv + 1, deliveries, argc - 1, &seen);
    if (rc == BD_OK && seen > 0)
        rc = tested_note(app, &letter);
    return rc == BD_OK ? code : app_fail(app);
}
