/*
 * A Maildir. A mail that is done goes to a folder below it (Maildir++), by one
 * rename; or it stays, with the flags F and S.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "brevduva/base/file.h"
#include "brevduva/base/i18n.h"
#include "maildir_private.h"
#include "source_private.h"

#define ROUND_MAX 100000 /* mails; more come at the next round */

struct maildir {
    const char *path;
    struct bd_arena *arena; /* of the round: the names */
    struct bd_arena *paths; /* of the mail */
    const char **names;     /* "new/…", "cur/…", oldest first */
    size_t count, room, at;
    bool has_list;
    const char *current;
    int fd; /* of it; -1: none */
    int64_t size;
};

static enum bd_status maildir_open(struct bd_source *source, struct bd_err *err)
{
    struct maildir *maildir = calloc(1, sizeof *maildir);

    if (!maildir)
        bd_out_of_memory();
    source->state = maildir;
    maildir->fd = -1;
    maildir->path = source->options.url + strlen("maildir:");
    maildir->arena = bd_arena_new();
    maildir->paths = bd_arena_new();
    for (size_t i = 0; i < 2; i++) {
        const char *part = i == 0 ? "new" : "cur";
        bd_str path = bd_arena_printf(source->arena, "%s/%s", maildir->path,
                                      part);
        struct stat is = { 0 };

        if (stat(path.ptr, &is) != 0 || !S_ISDIR(is.st_mode))
            return bd_fail(err, BD_ETEMP,
                           _("%s: is no Maildir: there is no folder %s in it "
                             "that we may read; check inbox.url"),
                           maildir->path, part);
    }
    return BD_OK;
}

static void keep_name(struct maildir *maildir, const char *part,
                      const char *name)
{
    if (maildir->count == maildir->room) {
        maildir->room = maildir->room ? maildir->room * 2 : 256;
        maildir->names = realloc(maildir->names,
                                 maildir->room * sizeof *maildir->names);
        if (!maildir->names)
            bd_out_of_memory();
    }
    maildir->names[maildir->count++] =
        bd_arena_printf(maildir->arena, "%s/%s", part, name).ptr;
}

static enum bd_status list_part(struct maildir *maildir, const char *part,
                                struct bd_err *err)
{
    bd_str path = bd_arena_printf(maildir->arena, "%s/%s", maildir->path, part);
    DIR *dir = opendir(path.ptr);
    const struct dirent *entry = NULL;

    if (!dir)
        return bd_fail(err, BD_EIO, _("%s: cannot be read: %s"), path.ptr,
                       bd_errno_text(errno));
    while (maildir->count < ROUND_MAX && (entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.' &&
            !maildir_is_done(bd_str_from(entry->d_name)))
            keep_name(maildir, part, entry->d_name);
    (void)closedir(dir);
    return BD_OK;
}

/* Names begin with the second in which the mail came. */
static int compare(const void *a, const void *b)
{
    const char *const *x = a;
    const char *const *y = b;

    return strcmp(*x + 4, *y + 4);
}

static enum bd_status list(struct maildir *maildir, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    bd_arena_clear(maildir->arena);
    maildir->count = 0;
    maildir->at = 0;
    rc = list_part(maildir, "new", err);
    if (rc == BD_OK)
        rc = list_part(maildir, "cur", err);
    if (maildir->count > 0)
        qsort(maildir->names, maildir->count, sizeof *maildir->names, compare);
    maildir->has_list = rc == BD_OK;
    return rc;
}

static const char *path_of(const struct maildir *maildir, const char *name)
{
    return bd_path_join(maildir->paths, maildir->path, name);
}

static void close_file(struct maildir *maildir)
{
    if (maildir->fd >= 0)
        (void)close(maildir->fd);
    maildir->fd = -1;
}

/* False: it was taken away meanwhile, or is no mail. */
static bool open_file(struct maildir *maildir)
{
    struct stat is = { 0 };

    close_file(maildir);
    bd_arena_clear(maildir->paths);
    maildir->fd = open(path_of(maildir, maildir->current),
                       O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (maildir->fd < 0 || fstat(maildir->fd, &is) != 0 || !S_ISREG(is.st_mode))
        return false;
    maildir->size = is.st_size;
    return true;
}

static enum bd_status maildir_next(struct bd_source *source,
                                   struct bd_source_mail *out,
                                   struct bd_err *err)
{
    struct maildir *maildir = source->state;
    enum bd_status rc = maildir->has_list ? BD_OK : list(maildir, err);

    if (rc != BD_OK)
        return rc;
    do {
        if (maildir->at == maildir->count)
            return BD_ENOENT;
        maildir->current = maildir->names[maildir->at++];
    } while (!open_file(maildir));
    out->name = bd_str_from(maildir->current);
    out->size = (uint64_t)maildir->size;
    rc = source_read_file(source, maildir->fd, maildir->current, err);
    out->bytes = bd_buf_str(&source->bytes);
    return rc;
}

static enum bd_status maildir_whole(struct bd_source *source,
                                    struct bd_arena *arena, size_t max,
                                    bd_str *out, struct bd_err *err)
{
    const struct maildir *maildir = source->state;

    if ((uint64_t)maildir->size > max)
        return bd_fail(err, BD_ELIMIT, _("%s: the mail is too large"),
                       maildir->current);
    return source_whole_file(arena, maildir->fd, 0, (size_t)maildir->size,
                             maildir->current, out, err);
}

/* A folder below, as Maildir++ has it. */
static enum bd_status make_folder(const struct bd_source *source,
                                  const char *name, const char **out,
                                  struct bd_err *err)
{
    const struct maildir *maildir = source->state;
    static const char *const parts[] = { "", "/tmp", "/new", "/cur" };
    const char *folder = bd_arena_printf(
                             maildir->paths, "%s/.%s", maildir->path,
                             source_folder_name(maildir->paths,
                                                bd_str_from(name), '.'))
                             .ptr;
    int fd = -1;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        bd_str path = bd_arena_printf(maildir->paths, "%s%s", folder, parts[i]);

        if (mkdir(path.ptr, 0700) != 0 && errno != EEXIST)
            return bd_fail(err, BD_EFINAL, _("%s: cannot be made: %s"),
                           path.ptr, bd_errno_text(errno));
    }
    fd = open(bd_arena_printf(maildir->paths, "%s/maildirfolder", folder).ptr,
              O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0)
        (void)close(fd);
    *out = folder;
    return BD_OK;
}

/* Never onto another mail. One that is gone was moved by somebody else. */
static enum bd_status move(const struct maildir *maildir, const char *folder,
                           const char *flags, struct bd_err *err)
{
    const char *from = path_of(maildir, maildir->current);

    for (unsigned i = 0; i < 1000; i++) {
        bd_str name = maildir_name(maildir->paths,
                                   bd_str_from(maildir->current + 4), flags, i);
        const char *to = bd_arena_printf(maildir->paths, "%s/cur/%.*s", folder,
                                         BD_ARG(name))
                             .ptr;

        if (!strcmp(from, to))
            return BD_OK;
        if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0 ||
            errno == ENOENT)
            return BD_OK;
        if ((errno == EINVAL || errno == ENOSYS) && access(to, F_OK) != 0 &&
            rename(from, to) == 0)
            return BD_OK;
        if (errno != EEXIST)
            break;
    }
    return bd_fail(err, BD_EFINAL, _("%s: cannot be moved to %s: %s"), from,
                   folder, bd_errno_text(errno));
}

static enum bd_status maildir_settle(struct bd_source *source,
                                     enum bd_settle how, struct bd_err *err)
{
    struct maildir *maildir = source->state;
    const struct bd_source_options *options = &source->options;
    const char *folder = maildir->path;
    enum bd_status rc = BD_OK;
    bool is_moved = how == BD_SETTLE_ASIDE ||
                    (how == BD_SETTLE_HANDLED && !options->flag);

    close_file(maildir);
    if (is_moved)
        rc = make_folder(source,
                         how == BD_SETTLE_ASIDE ? options->unreadable
                                                : options->handled,
                         &folder, err);
    if (rc == BD_OK && how != BD_SETTLE_LATER)
        rc = move(maildir, folder, is_moved ? "S" : MAILDIR_DONE, err);
    return rc;
}

static enum bd_status maildir_wait(struct bd_source *source, int64_t poll_s,
                                   int64_t max_s, struct bd_err *err)
{
    struct maildir *maildir = source->state;

    (void)err;
    maildir->has_list = false;
    source_sleep(source, poll_s < max_s ? poll_s : max_s);
    return BD_OK;
}

static void maildir_close(struct bd_source *source)
{
    struct maildir *maildir = source->state;

    close_file(maildir);
    bd_arena_free(maildir->arena);
    bd_arena_free(maildir->paths);
    free(maildir->names);
    free(maildir);
}

const struct source_kind source_maildir = { maildir_open,  maildir_next,
                                            maildir_whole, maildir_settle,
                                            maildir_wait,  maildir_close };
