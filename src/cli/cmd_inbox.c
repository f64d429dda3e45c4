/* inbox: what came back, once or for ever. */
#include <string.h>
#include <unistd.h>

#include "brevduva/base/file.h"
#include "came_back.h"
#include "inbox_private.h"

#define LATER_ROUNDS 10 /* of a second each: for copies that are being sent */
#define FIRST_REST   1000
#define LONGEST_REST ((int64_t)5 * 60 * 1000)
#define WAIT_SECONDS (20 * 60) /* then it looks after old texts, too */

static void say(const char *text)
{
    (void)printf("%s\n", text);
    (void)fflush(stdout);
}

/* One process at a time reads the mailbox of a newsletter. */
static enum bd_status take_lock(struct app *app, int *out_fd)
{
    struct bd_lock_owner owner = { 0 };
    const char *path = bd_path_join(app->arena, app->folder,
                                    "brevduva.db-inbox");
    enum bd_status rc = bd_lock_take(path, "inbox", out_fd, &owner, &app->err);

    if (rc == BD_ETEMP && owner.pid == 0)
        return bd_fail(&app->err, rc,
                       _("another process reads the inbox already; wait until "
                         "it is done"));
    if (rc == BD_ETEMP)
        return bd_fail(&app->err, rc,
                       _("process %lld reads the inbox already; wait until it "
                         "is done"),
                       (long long)owner.pid);
    return rc;
}

/* Mailings that mails of this round came back of. */
static enum bd_status look_at_mailings(struct inbox *inbox)
{
    enum bd_status rc = BD_OK;

    for (size_t i = 0; rc == BD_OK && i < inbox->touched_count; i++) {
        rc = inbox_thresholds(inbox->app, inbox->touched[i]);
        if (rc == BD_ENOENT) /* of a time that the database has lost */
            rc = BD_OK;
    }
    inbox->touched_count = 0;
    return rc;
}

/* All mails that there are now. */
static enum bd_status do_round(struct inbox *inbox)
{
    enum bd_status rc = inbox_rules_renew(inbox);

    inbox->later = false;
    while (rc == BD_OK && !interrupt_came())
        rc = inbox_mail(inbox);
    if (rc == BD_OK || rc == BD_ENOENT)
        rc = look_at_mailings(inbox);
    return rc;
}

/* "" when the server handed out all that it named. */
static bd_str withheld_text(struct inbox *inbox)
{
    bd_str first = BD_STR_NONE;
    size_t count = bd_source_withheld(inbox->source, &first);

    if (count == 0)
        return BD_STR_NONE;
    return bd_arena_printf(
        inbox->app->arena,
        P_("the mail server names %.*s mail that it does not hand out, so it "
           "was not read: %.*s; look at it with a mail program",
           "the mail server names %.*s mails that it does not hand out, so "
           "they "
           "were not read, the first of them %.*s; look at them with a mail "
           "program",
           (uint64_t)count),
        BD_ARG(word_number(inbox->app->arena, (int64_t)count)), BD_ARG(first));
}

/* A report can be faster than the sender's note that its copy was accepted:
 * such mails are looked at again. */
static enum bd_status do_all(struct inbox *inbox)
{
    enum bd_status rc = do_round(inbox);

    for (int i = 0; rc == BD_OK && inbox->later && i < LATER_ROUNDS; i++) {
        rc = bd_source_wait(inbox->source, 1, 1, &inbox->app->err);
        if (rc == BD_OK)
            rc = do_round(inbox);
    }
    return rc;
}

static enum bd_status forget_old(struct inbox *inbox)
{
    struct app *app = inbox->app;

    return bd_bounce_forget(app->store, app_now(app) - BD_BOUNCE_KEPT,
                            &app->err);
}

/* When it begins. */
static void tell_withheld(struct inbox *inbox, bool *is_told)
{
    bd_str text = withheld_text(inbox);

    if (text.len > 0 && !*is_told)
        say(text.ptr);
    *is_told = text.len > 0;
}

/* Until told to stop, or the connection is lost. */
static enum bd_status keep_watch(struct inbox *inbox)
{
    bool is_told = false;
    struct app *app = inbox->app;
    enum bd_status rc = BD_OK;

    while (rc == BD_OK && !interrupt_came()) {
        rc = do_all(inbox);
        if (rc == BD_OK)
            tell_withheld(inbox, &is_told);
        if (rc == BD_OK)
            rc = forget_old(inbox);
        if (rc == BD_OK && !interrupt_came())
            rc = bd_source_wait(inbox->source, app->config.inbox.poll,
                                WAIT_SECONDS, &app->err);
    }
    return rc;
}

/* Trouble is told when it begins and when it is over. */
struct trouble {
    char told[sizeof((struct bd_err *)NULL)->msg]; /* "": there is none */
    int64_t rest_ms;                               /* before the next try */
};

static void begin_trouble(struct trouble *trouble, const char *what)
{
    if (strcmp(trouble->told, what) != 0)
        say(what);
    (void)snprintf(trouble->told, sizeof trouble->told, "%s", what);
    trouble->rest_ms = trouble->rest_ms == 0 ? FIRST_REST
                                             : 2 * trouble->rest_ms;
    if (trouble->rest_ms > LONGEST_REST)
        trouble->rest_ms = LONGEST_REST;
}

static void end_trouble(struct trouble *trouble)
{
    if (trouble->told[0])
        say(_("The trouble is over."));
    *trouble = (struct trouble) { .rest_ms = 0 };
}

/* One connection, from its beginning to its end. What it needs is forgotten
 * with it: a watch runs for months. */
static enum bd_status watch_once(struct inbox *inbox, const char *url,
                                 struct trouble *trouble)
{
    struct app *app = inbox->app;
    struct bd_arena *kept = app->arena;
    enum bd_status rc = BD_OK;

    app->arena = bd_arena_new();
    rc = inbox_open(inbox, url);
    if (rc == BD_OK) {
        end_trouble(trouble);
        rc = keep_watch(inbox);
    }
    bd_source_close(inbox->source);
    inbox->source = NULL;
    bd_arena_free(app->arena);
    app->arena = kept;
    return rc;
}

static int watch(struct inbox *inbox, const char *url)
{
    struct app *app = inbox->app;
    struct trouble trouble = { .rest_ms = 0 };

    while (!interrupt_came()) {
        enum bd_status rc = watch_once(inbox, url, &trouble);

        if (rc == BD_OK)
            break;
        if (rc != BD_ETEMP && rc != BD_EIO)
            return app_fail(app);
        begin_trouble(&trouble, app->err.msg);
        (void)interrupt_sleep(trouble.rest_ms);
    }
    return app_flush(app);
}

static int once(struct inbox *inbox, const char *url)
{
    struct app *app = inbox->app;
    bd_str withheld = BD_STR_NONE;
    enum bd_status rc = inbox_open(inbox, url);

    if (rc == BD_OK)
        rc = do_all(inbox);
    if (rc == BD_OK)
        withheld = withheld_text(inbox);
    if (rc == BD_OK)
        rc = forget_old(inbox);
    if (rc == BD_OK && withheld.len > 0)
        rc = bd_fail(&app->err, BD_ETEMP, "%s", withheld.ptr);
    bd_source_close(inbox->source);
    inbox->source = NULL;
    if (!inbox->json)
        inbox_print_counts(inbox, rc == BD_OK);
    return rc == BD_OK ? app_flush(app) : app_fail(app);
}

static const char *url_of(struct app *app)
{
    if (opt_has(app, "stdin"))
        return "-";
    if (app->config.inbox.url.len > 0)
        return bd_arena_cstr(app->arena, app->config.inbox.url);
    (void)bd_fail(&app->err, BD_EINVAL,
                  _("inbox.url is not set: say in brevduva.yaml where the "
                    "mail is that comes back (docs/inbox.md)"));
    return NULL;
}

static int read_inbox(struct app *app)
{
    struct inbox inbox = { .app = app,
                           .json = opt_has(app, "json"),
                           .watch = opt_has(app, "watch"),
                           .pipe = opt_has(app, "stdin") };
    const char *url = NULL;
    int lock = -1;
    int code = BD_EXIT_OK;

    if (app_require_folder(app) != BD_OK ||
        app_open_store(app, BD_STORE_WRITE) != BD_OK)
        return app_fail(app);
    url = url_of(app);
    /* Each mail of a pipe has a process of its own: they write in turn. */
    if (!url || (!opt_has(app, "stdin") && take_lock(app, &lock) != BD_OK))
        return app_fail(app);
    interrupt_watch();
    if (inbox_rules_open(&inbox) == BD_OK)
        code = inbox.watch ? watch(&inbox, url) : once(&inbox, url);
    else
        code = app_fail(app);
    inbox_rules_close(&inbox);
    if (lock >= 0)
        (void)close(lock);
    return code;
}

int cmd_inbox(struct app *app, int argc, char **argv)
{
    if (opt_has(app, "classify"))
        return inbox_classify(app, argc, argv);
    if (argc > 0)
        return app_usage(app, _("inbox: one argument too many: %s"), argv[0]);
    if (opt_has(app, "watch") && opt_has(app, "stdin"))
        return app_usage(app, _("inbox: --watch and --stdin exclude each "
                                "other"));
    return read_inbox(app);
}
