#include "brevduva/base/watch.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "brevduva/base/arena.h"
#include "brevduva/base/i18n.h"

/* Not IN_MODIFY: a file is read when it has been written, not while. */
#define WHAT                                                                   \
    (IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |    \
     IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
#define DEPTH_MAX 8

struct name {
    struct name *next;
    const char *text;
};

struct folder {
    int id;             /* inotify's; -1: gone */
    bool all;           /* every name counts, and folders in it are watched */
    unsigned depth;     /* below the one that was asked for */
    const char *path;   /* for folders made in it */
    struct name *names; /* else these */
};

struct bd_watch {
    int fd;
    struct bd_arena *arena;
    struct folder folders[BD_WATCH_MAX];
    size_t count;
};

enum bd_status bd_watch_new(struct bd_watch **out, struct bd_err *err)
{
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    struct bd_watch *watch = NULL;

    if (fd < 0)
        return bd_fail(err, BD_EIO, _("cannot notice when files are saved: %s"),
                       bd_errno_text(errno));
    watch = calloc(1, sizeof *watch);
    if (!watch)
        bd_out_of_memory();
    watch->fd = fd;
    watch->arena = bd_arena_new();
    *out = watch;
    return BD_OK;
}

void bd_watch_free(struct bd_watch *watch)
{
    if (!watch)
        return;
    (void)close(watch->fd);
    bd_arena_free(watch->arena);
    free(watch);
}

int bd_watch_fd(const struct bd_watch *watch)
{
    return watch->fd;
}

static struct folder *find(struct bd_watch *watch, int id)
{
    for (size_t i = 0; i < watch->count; i++)
        if (watch->folders[i].id == id)
            return &watch->folders[i];
    return NULL;
}

/* NULL: it is not there, or there are too many. */
static struct folder *add(struct bd_watch *watch, const char *path)
{
    int id = inotify_add_watch(watch->fd, path, WHAT);
    struct folder *folder = id < 0 ? NULL : find(watch, id);

    if (id < 0 || folder)
        return folder;
    folder = find(watch, -1);
    if (!folder && watch->count == BD_WATCH_MAX) {
        (void)inotify_rm_watch(watch->fd, id);
        return NULL;
    }
    if (!folder)
        folder = &watch->folders[watch->count++];
    *folder = (struct folder) {
        .id = id,
        .path = bd_arena_cstr(watch->arena, bd_str_from(path)),
    };
    return folder;
}

static bool has_name(const struct folder *folder, const char *name)
{
    for (const struct name *n = folder->names; n; n = n->next)
        if (strcmp(n->text, name) == 0)
            return true;
    return false;
}

void bd_watch_name(struct bd_watch *watch, const char *folder, const char *name)
{
    struct folder *f = add(watch, folder);
    struct name *n = NULL;

    if (!f || has_name(f, name))
        return;
    n = BD_NEW(watch->arena, struct name);
    n->text = bd_arena_cstr(watch->arena, bd_str_from(name));
    n->next = f->names;
    f->names = n;
}

static void add_tree(struct bd_watch *watch, const char *path, unsigned depth);

/* Only folders can be added, so what else is in it need not be told apart. */
static void add_below(struct bd_watch *watch, const char *path, unsigned depth)
{
    DIR *dir = opendir(path);
    const struct dirent *entry = NULL;
    char below[PATH_MAX];

    while (dir && (entry = readdir(dir))) {
        int len = 0;

        if (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN)
            continue;
        if (entry->d_name[0] == '.')
            continue;
        len = snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (len > 0 && (size_t)len < sizeof below)
            add_tree(watch, below, depth);
    }
    if (dir)
        (void)closedir(dir);
}

static void add_tree(struct bd_watch *watch, const char *path, unsigned depth)
{
    struct folder *f = depth < DEPTH_MAX ? add(watch, path) : NULL;

    if (!f)
        return;
    f->all = true;
    f->depth = depth;
    add_below(watch, path, depth + 1);
}

void bd_watch_tree(struct bd_watch *watch, const char *folder)
{
    add_tree(watch, folder, 0);
}

/* True: it was asked for. */
static bool take(struct bd_watch *watch, const struct inotify_event *event)
{
    struct folder *f = find(watch, event->wd);
    const char *name = event->len > 0 ? event->name : "";
    bool counts = false;
    char below[PATH_MAX];

    if (event->mask & IN_Q_OVERFLOW)
        return true;
    if (!f)
        return false;
    if (event->mask & IN_IGNORED) {
        f->id = -1;
        return true;
    }
    counts = f->all || has_name(f, name) ||
             (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF));
    if (f->all && (event->mask & IN_ISDIR) &&
        (event->mask & (IN_CREATE | IN_MOVED_TO)) &&
        snprintf(below, sizeof below, "%s/%s", f->path, name) <
            (int)sizeof below)
        add_tree(watch, below, f->depth + 1);
    return counts;
}

bool bd_watch_changed(struct bd_watch *watch)
{
    _Alignas(struct inotify_event) char bytes[16 * 1024];
    bool changed = false;
    ssize_t len = 0;

    while ((len = read(watch->fd, bytes, sizeof bytes)) > 0) {
        ssize_t at = 0;

        while (at < len) {
            const struct inotify_event *event = (const void *)(bytes + at);

            changed |= take(watch, event);
            at += (ssize_t)(sizeof *event + event->len);
        }
    }
    return changed;
}
