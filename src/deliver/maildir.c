#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/file.h"
#include "brevduva/base/i18n.h"
#include "brevduva/base/limits.h"
#include "lane_private.h"

/*
 * A Maildir (https://cr.yp.to/proto/maildir.html): what a relay is until one
 * is set. Files hold the copy's bytes exactly as they would go over the wire.
 */
struct maildir {
    struct bd_arena *arena;
    const char *path;
    bool ready; /* tmp, new and cur are there */
};

enum bd_status maildir_open(const struct bd_relay_options *options, char *name,
                            struct maildir **out, struct bd_err *err)
{
    const char *path = options->url + sizeof "maildir:" - 1;
    struct bd_arena *arena = NULL;
    struct maildir *dir = NULL;

    if (!*path || snprintf(name, BD_MAX_RELAY_NAME, "%s", options->url) >=
                      BD_MAX_RELAY_NAME)
        return bd_fail(err, BD_EINVAL,
                       _("%s.url: write the folder's name after maildir:, "
                         "as in maildir:outbox"),
                       relay_key(options));
    arena = bd_arena_new();
    dir = BD_NEW(arena, struct maildir);
    dir->arena = arena;
    dir->path = bd_path_join(arena, options->folder ? options->folder : ".",
                             path);
    *out = dir;
    return BD_OK;
}

void maildir_close(struct maildir *dir)
{
    if (dir)
        bd_arena_free(dir->arena);
}

/* A full disk may be emptied; the rest a person must mend. */
static enum bd_status fail_errno(struct bd_err *err, const char *path)
{
    int saved = errno;
    bool passes = saved == ENOSPC || saved == EDQUOT || saved == EFBIG ||
                  saved == EIO || saved == EMFILE || saved == ENFILE;

    return bd_fail(err, passes ? BD_ETEMP : BD_EFINAL,
                   _("%s: the mail cannot be saved: %s"), path,
                   bd_errno_text(saved));
}

static enum bd_status make_folders(struct maildir *dir, struct bd_err *err)
{
    static const char *const parts[] = { "", "/tmp", "/new", "/cur" };

    if (dir->ready)
        return BD_OK;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *path =
            bd_arena_printf(dir->arena, "%s%s", dir->path, parts[i]).ptr;

        if (bd_folder_create(path, 0700, err) != BD_OK &&
            access(path, W_OK | X_OK) != 0)
            return fail_errno(err, path);
    }
    dir->ready = true;
    return BD_OK;
}

/* The Message-ID as a file name, so that a copy that is delivered a second
 * time is known again; ':' and '/' have a meaning in Maildirs. */
static bd_str file_name(struct bd_arena *arena, bd_str message_id)
{
    bd_str name = bd_arena_copy(arena, bd_str_sub(message_id, 0, 200));
    char *text = (char *)(uintptr_t)name.ptr;

    for (size_t i = 0; i < name.len; i++) {
        bool plain = (text[i] >= '0' && text[i] <= '9') ||
                     (text[i] >= 'a' && text[i] <= 'z') ||
                     (text[i] >= 'A' && text[i] <= 'Z') ||
                     (i > 0 && strchr(".@-+=", text[i]));

        if (!plain)
            text[i] = '_';
    }
    return name.len > 0 ? name : BD_STR("_");
}

static bool write_all(int fd, bd_str bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);

        if (n < 0 && errno != EINTR)
            return false;
        bytes = bd_str_skip(bytes, n > 0 ? (size_t)n : 0);
    }
    return fsync(fd) == 0;
}

/* Whole and on the disk at `path`, or not there at all. */
static enum bd_status write_file(const char *path, bd_str bytes,
                                 struct bd_err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    enum bd_status rc = BD_OK;

    if (fd < 0)
        return fail_errno(err, path);
    if (!write_all(fd, bytes)) {
        rc = fail_errno(err, path);
        (void)unlink(path);
    }
    (void)close(fd);
    return rc;
}

/* link() never replaces what is there already: *out_again. */
static enum bd_status move_to_new(struct bd_arena *arena, const char *folder,
                                  const char *temporary, bd_str name,
                                  bool *out_again, struct bd_err *err)
{
    const char *new = bd_arena_printf(arena, "%s/new", folder).ptr;
    const char *path = bd_path_join(arena, new, name.ptr);
    enum bd_status rc = BD_OK;

    *out_again = false;
    if (link(temporary, path) != 0) {
        *out_again = errno == EEXIST;
        if (!*out_again)
            rc = fail_errno(err, path);
    } else if (bd_folder_sync(new, NULL) != BD_OK) {
        rc = fail_errno(err, path);
        (void)unlink(path);
    }
    (void)unlink(temporary);
    return rc;
}

enum bd_status maildir_save(struct maildir *dir, struct bd_arena *arena,
                            bd_str message_id, bd_str bytes, bd_str *out,
                            struct bd_err *err)
{
    bd_str name = file_name(arena, message_id);
    const char *temporary =
        bd_arena_printf(arena, "%s/tmp/%s", dir->path, name.ptr).ptr;
    bool again = false;
    enum bd_status rc = make_folders(dir, err);

    if (rc == BD_OK)
        rc = write_file(temporary, bytes, err);
    if (rc == BD_OK)
        rc = move_to_new(arena, dir->path, temporary, name, &again, err);
    if (rc != BD_OK)
        return rc;
    *out = again ? bd_arena_printf(arena, _("had been saved before as %s"),
                                   name.ptr)
                 : bd_arena_printf(arena, _("saved as %s"), name.ptr);
    return BD_OK;
}
