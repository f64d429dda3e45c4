#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

#define THEMES "templates/mail"

/* What can be overridden, and the folders of it; beside them the themes, ours
 * and the owner's, one folder each. */
static const char *const folders[] = { "templates/letters", "templates/report",
                                       "templates/web" };
#define FOLDERS (sizeof folders / sizeof *folders)

static enum bd_status load(struct app *app, bd_str name)
{
    struct cli_template *t = BD_NEW(app->arena, struct cli_template);
    const char *path = bd_path_join(app->arena, app->folder, name.ptr);

    t->name = name;
    t->next = app->templates;
    if (app_read(app, path, BD_MAX_TEMPLATE_BYTES, &t->text, &app->err) !=
        BD_OK)
        return app->err.code;
    app->templates = t;
    return BD_OK;
}

static void warn_unused(const struct app *app, bd_str name)
{
    if (app->strays_told)
        return;
    (void)fprintf(stderr,
                  _("brevduva: %.*s is not used: no template has that name\n"),
                  BD_ARG(name));
}

/* Call `take` with the path of each file in the folder, from templates/ on. */
static enum bd_status each_file(struct app *app, const char *folder,
                                enum bd_status (*take)(struct app *, bd_str))
{
    DIR *dir = opendir(bd_path_join(app->arena, app->folder, folder));
    const struct dirent *entry = NULL;
    enum bd_status rc = BD_OK;

    while (dir && rc == BD_OK && (entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            rc = take(app, bd_arena_printf(app->arena, "%s/%s", folder,
                                           entry->d_name));
    if (dir)
        (void)closedir(dir);
    return rc;
}

static enum bd_status take_own(struct app *app, bd_str name)
{
    bd_str unused = BD_STR_NONE;

    if (bd_asset_find(name, &unused))
        return load(app, name);
    warn_unused(app,
                name); /* "leter.html" would be a change that nobody sees */
    return BD_OK;
}

static bool is_file(struct app *app, bd_str name)
{
    struct stat st;
    const char *path = bd_path_join(app->arena, app->folder, name.ptr);

    return lstat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

static bool can_read(struct app *app, bd_str name)
{
    return access(bd_path_join(app->arena, app->folder, name.ptr), R_OK) == 0;
}

/* Every theme has these, be it from brev. */
static bool is_known(bd_str file)
{
    bd_str unused = BD_STR_NONE;
    char name[300];

    (void)snprintf(name, sizeof name, THEMES "/brev/%.*s", BD_ARG(file));
    return bd_asset_find(bd_str_from(name), &unused);
}

/* Texts alone: a theme's folder may hold pictures and notes as well. */
static enum bd_status take_of_theme(struct app *app, bd_str name)
{
    static const bd_str ends[] = { BD_STR_INIT(".html"), BD_STR_INIT(".txt"),
                                   BD_STR_INIT(".css") };

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (bd_str_ends(name, ends[i]) && is_file(app, name))
            return is_known(bd_str_after_last(name, '/')) || can_read(app, name)
                       ? load(app, name)
                       : take_own(app, name);
    return BD_OK;
}

static enum bd_status take_theme(struct app *app, bd_str name)
{
    return is_file(app, name) ? BD_OK : each_file(app, name.ptr, take_of_theme);
}

/* Some template of the owner's names it as a partial. */
static bool is_partial(const struct app *app, bd_str file)
{
    for (const struct cli_template *t = app->templates; t; t = t->next) {
        bd_str rest = t->text;
        size_t at = 0;

        while ((at = bd_str_find(rest, BD_STR("{{>"))) != SIZE_MAX) {
            rest = bd_str_skip(rest, at + 3);
            if (bd_str_eq(bd_str_trim(
                              bd_str_sub(rest, 0, bd_str_find_char(rest, '}'))),
                          file))
                return true;
        }
    }
    return false;
}

static void warn_of_strays(const struct app *app)
{
    for (const struct cli_template *t = app->templates; t; t = t->next) {
        bd_str file = bd_str_after_last(t->name, '/');

        if (bd_str_starts(t->name, BD_STR(THEMES)) && !is_known(file) &&
            !is_partial(app, file))
            warn_unused(app, t->name);
    }
}

enum bd_status letter_templates_load(struct app *app)
{
    enum bd_status rc = BD_OK;

    app->templates = NULL;
    for (size_t i = 0; i < FOLDERS && rc == BD_OK; i++)
        rc = each_file(app, folders[i], take_own);
    if (rc == BD_OK)
        rc = each_file(app, THEMES, take_theme);
    if (rc == BD_OK)
        warn_of_strays(app);
    app->strays_told = true;
    return rc;
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
