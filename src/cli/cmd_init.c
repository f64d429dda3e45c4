#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "brevduva/base/file.h"
#include "brevduva/store/key.h"
#include "cli_private.h"

/* Everything is made in a folder beside the wanted one, which then takes its
 * name: a failing init leaves nothing behind. */
struct plan {
    const char *final;  /* DIR */
    const char *folder; /* DIR.XXXXXX */
    enum bd_lang lang;
    bd_str name; /* the newsletter's */
};

static const char *const folders[] = {
    "issues", "templates", "outbox", "outbox/cur", "outbox/new", "outbox/tmp"
};
static const char *const files[] = { "brevduva.yaml", ".gitignore",
                                     "brevduva.db" };

static enum bd_status write_settings(struct app *app, const struct plan *plan)
{
    bd_str asset = bd_arena_printf(app->arena, "templates/new/brevduva.%s.yaml",
                                   bd_lang_tag(plan->lang));
    struct bd_json *data = bd_json_object(app->arena);
    bd_str text = BD_STR_NONE;

    bd_json_set(data, BD_STR("name"), quoted(app, plan->name));
    if (asset_fill(app, asset.ptr, data, &text) != BD_OK)
        return app->err.code;
    return bd_file_create(
        bd_path_join(app->arena, plan->folder, "brevduva.yaml"), text, 0644,
        &app->err);
}

static enum bd_status fill_database(struct app *app, const struct plan *plan)
{
    bool sv = plan->lang == BD_LANG_SV;
    unsigned char key[BD_TOKEN_KEY_LEN];
    struct bd_list list = {
        .slug = sv ? BD_STR("nyhetsbrev") : BD_STR("newsletter"),
        /* no title: the newsletter's name, also when that is changed */
        .language = bd_str_from(bd_lang_tag(plan->lang)),
        .created_at = app_now(app),
    };
    int64_t id = 0;
    uint8_t number = 0;
    enum bd_status rc = bd_list_add(app->store, &list, &id, &app->err);

    app->sys->random(app->sys->self, key, sizeof key);
    if (rc == BD_OK)
        rc = bd_key_rotate(app->store, key, app_now(app), 0, &number,
                           &app->err);
    return rc;
}

static enum bd_status write_database(struct app *app, const struct plan *plan)
{
    const char *path = bd_path_join(app->arena, plan->folder, "brevduva.db");
    enum bd_status rc = bd_store_create(path, &app->err);

    if (rc == BD_OK)
        rc = bd_store_open(path, BD_STORE_WRITE, &app->store, &app->err);
    if (rc == BD_OK)
        rc = fill_database(app, plan);
    bd_store_close(app->store); /* before the folder gets its name */
    app->store = NULL;
    return rc;
}

static enum bd_status fill_folder(struct app *app, const struct plan *plan)
{
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        const char *path = bd_path_join(app->arena, plan->folder, folders[i]);

        rc = bd_folder_create(path, i < 2 ? 0755 : 0700, &app->err);
        if (rc != BD_OK)
            return rc;
    }
    rc = write_settings(app, plan);
    if (rc == BD_OK)
        rc = bd_file_create(
            bd_path_join(app->arena, plan->folder, ".gitignore"),
            BD_STR("/brevduva.db*\n/cache/\n/outbox/\n/rehearsal/\n"), 0644,
            &app->err);
    if (rc == BD_OK)
        rc = write_database(app, plan);
    return rc;
}

/* Settings that came without the database, as by git: what is missing is made
 * beside them. */
static enum bd_status complete_folder(struct app *app, struct plan *plan)
{
    const char *database = bd_path_join(app->arena, plan->final, "brevduva.db");

    if (bd_file_exists(database))
        return bd_fail(&app->err, BD_EEXIST,
                       _("%s is a newsletter folder already"), plan->final);
    app->folder = plan->final;
    if (app_open_config(app) != BD_OK)
        return app->err.code;
    plan->folder = plan->final;
    plan->lang = app->config.language;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        const char *path = bd_path_join(app->arena, plan->folder, folders[i]);

        if (!bd_file_exists(path) &&
            bd_folder_create(path, i < 2 ? 0755 : 0700, &app->err) != BD_OK)
            return app->err.code;
    }
    if (write_database(app, plan) != BD_OK) {
        (void)unlink(database);
        return app->err.code;
    }
    (void)printf(_("Made what %s lacked: an empty brevduva.db, for readers and "
                   "every copy sent. If there was one before, put your backup "
                   "of it in its place: without it nobody knows who got what, "
                   "or who has left.\n"),
                 plan->final);
    return BD_OK;
}

static void remove_folder(struct app *app, const struct plan *plan)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        (void)unlink(bd_path_join(app->arena, plan->folder, files[i]));
    for (size_t i = sizeof folders / sizeof *folders; i > 0; i--)
        (void)rmdir(bd_path_join(app->arena, plan->folder, folders[i - 1]));
    (void)rmdir(plan->folder);
}

static enum bd_status make_folder(struct app *app, struct plan *plan)
{
    char *folder = (char *)(uintptr_t)bd_arena_printf(app->arena, "%s.XXXXXX",
                                                      plan->final)
                       .ptr;

    if (!mkdtemp(folder))
        return bd_fail(&app->err, errno == ENOENT ? BD_ENOENT : BD_EIO,
                       _("%s: cannot make the folder: %s"), plan->final,
                       bd_errno_text(errno));
    plan->folder = folder;
    if (chmod(folder, 0755) == 0 && fill_folder(app, plan) == BD_OK) {
        if (rename(folder, plan->final) == 0) /* also onto an empty folder */
            return BD_OK;
        (void)bd_fail(&app->err, errno == ENOTEMPTY ? BD_EEXIST : BD_EIO,
                      _("%s: cannot make the folder: %s"), plan->final,
                      bd_errno_text(errno));
    }
    remove_folder(app, plan);
    return app->err.code;
}

static bd_str last_part(const char *path)
{
    bd_str rest = bd_str_from(path);
    size_t slash = 0;

    while ((slash = bd_str_find_char(rest, '/')) != SIZE_MAX)
        rest = bd_str_skip(rest, slash + 1);
    return rest;
}

int cmd_init(struct app *app, int argc, char **argv)
{
    struct plan plan = { .lang = bd_lang_get() };
    bd_str lang = bd_str_from(bd_lang_tag(plan.lang));
    size_t len = strlen(argv[0]);

    (void)argc;
    while (len > 1 && argv[0][len - 1] == '/')
        argv[0][--len] = '\0';
    plan.final = argv[0];
    plan.name = last_part(plan.final);
    if (opt_line(app, "name", BD_MAX_NAME_BYTES, &plan.name) != BD_OK ||
        opt_language(app, &lang) != BD_OK)
        return app_fail(app);
    (void)bd_lang_parse(lang, &plan.lang);
    if (plan.name.len == 0 || !bd_str_is_utf8(plan.name, NULL) ||
        bd_str_has_control(plan.name))
        return app_usage(app, _("give the folder a name, and the newsletter "
                                "one with --name"));
    if (bd_file_exists(bd_path_join(app->arena, plan.final, "brevduva.yaml")))
        return complete_folder(app, &plan) == BD_OK ? app_flush(app)
                                                    : app_fail(app);
    if (make_folder(app, &plan) != BD_OK)
        return app_fail(app);
    (void)printf(_("Made %s: settings in brevduva.yaml, readers in "
                   "brevduva.db, issues in issues/.\n"
                   "Mail goes to the folder outbox/ until you set a relay. "
                   "Next:\n  cd %s\n  brevduva\n"),
                 plan.final, plan.final);
    return app_flush(app);
}
