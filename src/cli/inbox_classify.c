/* inbox --classify: what mails are, for those who want to know why. */
#include "brevduva/base/file.h"
#include "brevduva/mail/mime_read.h"
#include "inbox_private.h"

struct classify {
    struct app *app;
    struct bd_reader *reader;
};

static enum bd_status classify(struct classify *c, const char *path)
{
    struct app *app = c->app;
    struct bd_incoming incoming = { 0 };
    bd_str bytes = BD_STR_NONE;
    const struct bd_json *lines = NULL;
    bool ok = false;
    enum bd_status rc = bd_file_read_start(app->arena, path, BD_MAIL_MAX_BYTES,
                                           &bytes, &app->err);

    if (rc == BD_OK)
        rc = bd_reader_read(c->reader, app->arena, bytes, &incoming, &app->err);
    if (rc != BD_OK)
        return rc;
    ok = app->keys && bd_inbox_token_ok(app->keys, &incoming, app_now(app));
    lines = bd_incoming_lines(app->arena, bd_str_from(path), &incoming, ok);
    for (const struct bd_json *line = lines->first; line; line = line->next)
        out_json(line);
    return BD_OK;
}

/* Each file has memory of its own: there may be thousands. */
static enum bd_status classify_all(struct classify *c, int argc, char **argv)
{
    struct app *app = c->app;
    struct bd_arena *kept = app->arena;
    enum bd_status rc = BD_OK;

    for (int i = 0; i < argc && rc == BD_OK; i++) {
        app->arena = bd_arena_new();
        rc = classify(c, argv[i]);
        bd_arena_free(app->arena);
        app->arena = kept;
    }
    return rc;
}

int inbox_classify(struct app *app, int argc, char **argv)
{
    struct classify c = { .app = app };
    enum bd_status rc = BD_OK;

    if (argc == 0)
        return app_usage(app, _("inbox --classify: which files? - is standard "
                                "input"));
    if (app->folder && (app_open_store(app, BD_STORE_READ) != BD_OK ||
                        app_signer(app) != BD_OK))
        return app_fail(app);
    c.reader = bd_reader_new();
    rc = classify_all(&c, argc, argv);
    bd_reader_free(c.reader);
    return rc == BD_OK ? app_flush(app) : app_fail(app);
}
