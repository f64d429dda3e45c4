/* doctor: is all well with the newsletter? And new keys for its links. */
#include "brevduva/base/file.h"
#include "brevduva/base/when.h"
#include "brevduva/store/event.h"
#include "brevduva/store/key.h"
#include "doctor_private.h"

#define KEEP     "90d"
#define MAX_KEEP (3650LL * 86400)

void doctor_tell(struct doctor *d, enum doctor_level level, const char *id,
                 bd_str text)
{
    struct app *app = d->app;
    bool error = level == DOCTOR_ERROR;

    d->errors += error;
    d->warnings += !error;
    if (opt_has(app, "json")) {
        struct bd_json *o = bd_json_object(app->arena);

        set_text(app, o, "level", error ? BD_STR("error") : BD_STR("warning"));
        set_text(app, o, "id", bd_str_from(id));
        set_text(app, o, "text", text);
        out_json(o);
        return;
    }
    (void)printf("%s: %.*s [%s]\n", error ? _("error") : _("warning"),
                 BD_ARG(text), id);
}

static int examine(struct app *app)
{
    struct doctor d = { .app = app };
    int code = BD_EXIT_OK;

    if (doctor_check(&d) != BD_OK)
        return app_fail(app);
    if (opt_has(app, "connect"))
        doctor_connect(&d);
    if (!opt_has(app, "json") && d.errors + d.warnings == 0)
        (void)printf(_("All is well.\n"));
    code = app_flush(app);
    return code == BD_EXIT_OK && d.errors > 0 ? BD_EXIT_FOUND : code;
}

/* How long old links work. */
static enum bd_status read_keep(struct app *app, int64_t *out)
{
    const char *text = opt_has(app, "keep") ? opt_get(app, "keep") : KEEP;

    if (bd_duration_parse(bd_str_from(text), out, NULL) != BD_OK ||
        *out > MAX_KEEP)
        return bd_fail(&app->err, BD_EINVAL,
                       _("--keep: this must be a length of time, as 90d or 0s, "
                         "of at most ten years"));
    return BD_OK;
}

static enum bd_status rotate(struct app *app, struct bd_store *store,
                             int64_t until, uint8_t *out)
{
    unsigned char key[BD_TOKEN_KEY_LEN];
    struct bd_actor actor = app_actor(app);
    enum bd_status rc = bd_store_begin(store, &app->err);

    if (rc != BD_OK)
        return rc;
    app->sys->random(app->sys->self, key, sizeof key);
    rc = bd_key_rotate(store, key, app_now(app), until, out, &app->err);
    if (rc == BD_OK)
        rc = bd_audit_add(
            store, &actor, BD_STR("rotate-key"), BD_STR("signing key"),
            bd_arena_printf(app->arena, "key %d; older ones until %.*s", *out,
                            BD_ARG(bd_time_utc(app->arena, until))),
            &app->err);
    if (rc == BD_OK)
        rc = bd_store_commit(store, &app->err);
    if (rc != BD_OK)
        bd_store_rollback(store);
    return rc;
}

static int rotate_key(struct app *app)
{
    struct bd_store *store = NULL;
    int64_t keep = 0;
    int64_t pid = 0;
    uint8_t number = 0;
    enum bd_status rc = read_keep(app, &keep);

    if (rc == BD_OK)
        rc = bd_store_open(bd_path_join(app->arena, app->folder, "brevduva.db"),
                           BD_STORE_WRITE, &store, &app->err);
    if (rc == BD_OK)
        rc = rotate(app, store, app_now(app) + keep, &number);
    bd_store_close(store);
    if (rc != BD_OK)
        return app_fail(app);
    (void)printf(_("From now on links are signed with key %d. Links in letters "
                   "sent until now work until %.*s.\n"),
                 number,
                 BD_ARG(bd_time_local(app->arena, app_now(app) + keep)));
    if (sender_now(app, &pid) != SENDER_NONE)
        (void)printf(_("Process %lld sends, and signs with the old key until "
                       "it is started again.\n"),
                     (long long)pid);
    return app_flush(app);
}

int cmd_doctor(struct app *app, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (opt_has(app, "rotate-key") && opt_has(app, "connect"))
        return app_usage(app, "%s",
                         _("--connect and --rotate-key are two commands"));
    if (opt_has(app, "rotate-key"))
        return rotate_key(app);
    if (opt_has(app, "keep"))
        return app_usage(app, "%s", _("--keep goes with --rotate-key"));
    return examine(app);
}
