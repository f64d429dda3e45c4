#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "brevduva/base/assets.h"
#include "brevduva/base/file.h"
#include "brevduva/base/limits.h"
#include "cli_private.h"

/* One of the owner's templates. */
struct cli_template {
    struct cli_template *next;
    bd_str name; /* "templates/mail/brev/letter.html" */
    bd_str text;
};

/* What can be overridden, and the folders of it. */
static const char *const folders[] = { "templates/letters",
                                       "templates/mail/brev",
                                       "templates/report", "templates/web" };
#define FOLDERS (sizeof folders / sizeof *folders)

static enum bd_status load(struct app *app, const char *name, const char *path)
{
    struct cli_template *t = BD_NEW(app->arena, struct cli_template);

    t->name = bd_str_from(name);
    t->next = app->templates;
    if (app_read(app, path, BD_MAX_TEMPLATE_BYTES, &t->text, &app->err) !=
        BD_OK)
        return app->err.code;
    app->templates = t;
    return BD_OK;
}

/* "leter.html" would be a change that nobody sees. */
static void warn_of_strays(struct app *app, const char *folder)
{
    DIR *dir = opendir(bd_path_join(app->arena, app->folder, folder));
    const struct dirent *entry = NULL;
    bd_str unused = BD_STR_NONE;

    while (dir && (entry = readdir(dir))) {
        bd_str name = bd_arena_printf(app->arena, "%s/%s", folder,
                                      entry->d_name);

        if (entry->d_name[0] != '.' && !bd_asset_find(name, &unused))
            (void)fprintf(stderr,
                          _("brevduva: %s is not used: no template has that "
                            "name\n"),
                          name.ptr);
    }
    if (dir)
        (void)closedir(dir);
}

static bool can_be_overridden(const char *name)
{
    bool yes = false;

    for (size_t i = 0; i < FOLDERS; i++)
        yes = yes || strncmp(name, folders[i], strlen(folders[i])) == 0;
    return yes;
}

enum bd_status letter_templates_load(struct app *app)
{
    struct stat st;

    app->templates = NULL;
    for (const struct bd_asset *a = bd_assets; a->name; a++) {
        const char *path = bd_path_join(app->arena, app->folder, a->name);

        if (!can_be_overridden(a->name) || lstat(path, &st) != 0)
            continue;
        if (load(app, a->name, path) != BD_OK)
            return app->err.code;
    }
    for (size_t i = 0; i < FOLDERS && !app->strays_told; i++)
        warn_of_strays(app, folders[i]);
    app->strays_told = true;
    return BD_OK;
}

bool letter_template(void *self, bd_str path, bd_str *out)
{
    struct app *app = self;
    bd_str name = bd_arena_printf(app->arena, "templates/%.*s", BD_ARG(path));

    for (const struct cli_template *t = app->templates; t; t = t->next) {
        if (bd_str_eq(t->name, name)) {
            *out = t->text;
            return true;
        }
    }
    return bd_asset_find(name, out);
}
