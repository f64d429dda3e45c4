#include "export_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "brevduva/base/file.h"

/* Tells that a folder is ours; names what we put there, a line each. */
#define MARK      ".brevduva-archive"
#define MAX_MARK  ((size_t)4 * 1024 * 1024)
#define MAX_DEPTH 8

static enum bd_status fail_io(struct app *app, const char *path)
{
    return bd_fail(&app->err, BD_EIO, "%s: %s", path, strerror(errno));
}

static bool is_listed(bd_str names, bd_str name)
{
    while (names.ptr)
        if (bd_str_eq(bd_str_cut_line(&names), name))
            return true;
    return false;
}

/* What stands at the top and is not ours would be lost. */
static enum bd_status check_entries(struct app *app, const char *path,
                                    bd_str names)
{
    DIR *dir = opendir(path);
    const struct dirent *entry = NULL;
    enum bd_status rc = BD_OK;

    if (!dir)
        return fail_io(app, path);
    while (rc == BD_OK && (entry = readdir(dir))) {
        bd_str name = bd_str_from(entry->d_name);

        if (bd_str_eq(name, BD_STR(".")) || bd_str_eq(name, BD_STR("..")) ||
            bd_str_eq(name, BD_STR(MARK)) || is_listed(names, name))
            continue;
        rc = bd_fail(&app->err, BD_EEXIST,
                     _("%s holds \"%s\", which is not of the archive and would "
                       "be lost; give a folder of its own"),
                     path, entry->d_name);
    }
    (void)closedir(dir);
    return rc;
}

static enum bd_status check_old(struct app *app, const char *path)
{
    const char *mark = bd_path_join(app->arena, path, MARK);
    struct stat info;
    bd_str names = BD_STR_NONE;

    if (lstat(path, &info) != 0)
        return errno == ENOENT ? BD_OK : fail_io(app, path);
    if (!S_ISDIR(info.st_mode) || !bd_file_exists(mark))
        return bd_fail(&app->err, BD_EEXIST,
                       _("%s is there already and was not made by \"archive "
                         "export\"; give another name"),
                       path);
    if (bd_file_read(app->arena, mark, MAX_MARK, &names, &app->err) != BD_OK)
        return app->err.code;
    return check_entries(app, path, names);
}

enum bd_status export_folder_open(struct app *app, const char *path,
                                  struct export_folder *out)
{
    bd_str clean = bd_str_from(path);
    char *temporary = NULL;

    while (clean.len > 1 && bd_str_ends(clean, BD_STR("/")))
        clean.len--;
    *out = (struct export_folder) { .path = bd_arena_cstr(app->arena, clean) };
    if (check_old(app, out->path) != BD_OK)
        return app->err.code;
    temporary = (char *)(uintptr_t)bd_arena_printf(app->arena, "%s.XXXXXX",
                                                   out->path)
                    .ptr;
    if (!mkdtemp(temporary))
        return fail_io(app, out->path);
    out->temporary = temporary;
    bd_buf_init(&out->names, 0);
    if (chmod(temporary, 0755) == 0) /* a web server is to read it */
        return BD_OK;
    export_folder_cancel(out);
    return fail_io(app, out->path);
}

/* The folders on the way to a file. */
static enum bd_status
make_folders(struct app *app, const struct export_folder *folder, bd_str path)
{
    for (size_t i = 0; i < path.len; i++) {
        const char *name = NULL;

        if (path.ptr[i] != '/')
            continue;
        name = bd_path_join(app->arena, folder->temporary,
                            bd_arena_cstr(app->arena, bd_str_sub(path, 0, i)));
        if (mkdir(name, 0755) != 0 && errno != EEXIST)
            return fail_io(app, name);
    }
    return BD_OK;
}

enum bd_status export_folder_add(struct app *app, struct export_folder *folder,
                                 bd_str path, bd_str bytes)
{
    const char *name = bd_path_join(app->arena, folder->temporary,
                                    bd_arena_cstr(app->arena, path));
    bd_str rest = path;
    bd_str top = bd_str_cut(&rest, '/');

    if (!is_listed(bd_buf_str(&folder->names), top))
        bd_buf_printf(&folder->names, "%.*s\n", BD_ARG(top));
    if (make_folders(app, folder, path) != BD_OK)
        return app->err.code;
    folder->files++;
    return bd_file_create(name, bytes, 0644, &app->err);
}

static int remove_one(const char *path, const struct stat *info, int type,
                      struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

static void remove_all(const char *path)
{
    (void)nftw(path, remove_one, MAX_DEPTH, FTW_DEPTH | FTW_PHYS);
}

void export_folder_cancel(struct export_folder *folder)
{
    if (folder->temporary)
        remove_all(folder->temporary);
    folder->temporary = NULL;
    bd_buf_fini(&folder->names);
}

/* Old and new change names: in one step, where the file system can do that. */
static bool exchange(struct app *app, const char *temporary, const char *path)
{
    const char *aside = bd_arena_printf(app->arena, "%s.old", temporary).ptr;

    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_EXCHANGE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    return rename(path, aside) == 0 && rename(temporary, path) == 0 &&
           rename(aside, temporary) == 0;
}

static enum bd_status take_name(struct app *app,
                                const struct export_folder *folder)
{
    bool replaces = bd_file_exists(folder->path);
    bool done = replaces ? exchange(app, folder->temporary, folder->path)
                         : rename(folder->temporary, folder->path) == 0;

    if (!done)
        return fail_io(app, folder->path);
    if (replaces)
        remove_all(folder->temporary); /* it is the old one now */
    return BD_OK;
}

enum bd_status export_folder_finish(struct app *app,
                                    struct export_folder *folder)
{
    const char *mark = bd_path_join(app->arena, folder->temporary, MARK);
    enum bd_status rc = bd_file_create(mark, bd_buf_str(&folder->names), 0644,
                                       &app->err);

    if (rc == BD_OK)
        rc = take_name(app, folder);
    if (rc == BD_OK)
        folder->temporary = NULL;
    export_folder_cancel(folder);
    return rc;
}
