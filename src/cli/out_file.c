#include "out_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "brevduva/base/file.h"

static enum bd_status fail(struct app *app, const char *path)
{
    return bd_fail(&app->err, BD_EIO, _("%s: cannot write: %s"), path,
                   bd_errno_text(errno));
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Settings, database and issues: replaced by rows they would be lost. */
static bool is_ours(struct app *app, const char *path)
{
    static const char *const kept[] = { "brevduva.yaml", "brevduva.db",
                                        "issues/", "templates/", "outbox/" };
    const char *inside = app_shown(app, path);

    for (size_t i = 0; inside != path && i < sizeof kept / sizeof *kept; i++)
        if (strncmp(inside, kept[i], strlen(kept[i])) == 0)
            return true;
    return false;
}

/* What stands at `path` now, if anything does. */
static enum bd_status look(struct app *app, const char *path, int input_fd,
                           bool *out_regular)
{
    struct stat now = { 0 };
    struct stat input = { 0 };

    *out_regular = true;
    if (is_ours(app, path))
        return bd_fail(&app->err, BD_EINVAL,
                       _("%s belongs to the newsletter; choose another file"),
                       path);
    if (stat(path, &now) != 0)
        return BD_OK;
    if (S_ISDIR(now.st_mode))
        return bd_fail(&app->err, BD_EINVAL, _("%s is a folder"), path);
    if (input_fd >= 0 && fstat(input_fd, &input) == 0 && is_same(&now, &input))
        return bd_fail(&app->err, BD_EINVAL,
                       _("%s is the file being read; choose another"), path);
    *out_regular = S_ISREG(now.st_mode);
    return BD_OK;
}

/* Links followed, also where the file is not there yet. */
static const char *resolve(struct app *app, const char *path)
{
    char full[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    bd_str folder = slash ? (bd_str) { path, (size_t)(slash - path) + 1 }
                          : BD_STR(".");

    if (realpath(path, full))
        return bd_arena_cstr(app->arena, bd_str_from(full));
    if (!realpath(bd_arena_cstr(app->arena, folder), full))
        return path;
    return bd_path_join(app->arena,
                        bd_arena_cstr(app->arena, bd_str_from(full)), name);
}

enum bd_status out_file_open(struct app *app, const char *path, int input_fd,
                             struct out_file *out)
{
    bool regular = false;
    int fd = -1;

    *out = (struct out_file) { .path = path };
    if (strcmp(path, "-") == 0) {
        out->file = stdout;
        return BD_OK;
    }
    out->path = resolve(app, path);
    if (look(app, out->path, input_fd, &regular) != BD_OK)
        return app->err.code;
    if (regular) {
        out->temporary =
            bd_arena_printf(app->arena, "%s.XXXXXX", out->path).ptr;
        fd = mkostemp((char *)(uintptr_t)out->temporary, O_CLOEXEC); /* 0600 */
    } else {
        fd = open(out->path, O_WRONLY | O_CLOEXEC);
    }
    out->file = fd >= 0 ? fdopen(fd, "w") : NULL;
    return out->file ? BD_OK : fail(app, path);
}

enum bd_status out_file_finish(struct app *app, struct out_file *out)
{
    FILE *file = out->file;
    bool ok = fflush(file) == 0;
    enum bd_status rc = BD_OK;

    if (ok && out->temporary)
        ok = fsync(fileno(file)) == 0 && rename(out->temporary, out->path) == 0;
    if (!ok)
        rc = fail(app, out->path);
    if (!ok && out->temporary)
        (void)unlink(out->temporary);
    if (file != stdout)
        (void)fclose(file);
    out->file = NULL;
    return rc;
}

void out_file_cancel(struct out_file *out)
{
    if (!out->file)
        return;
    if (out->file != stdout)
        (void)fclose(out->file);
    if (out->temporary)
        (void)unlink(out->temporary);
    out->file = NULL;
}
