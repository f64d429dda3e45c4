#include "brevduva/base/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/i18n.h"

/* A lock whose owner has not said its name. */
#define OWNER_TRIES   20
#define OWNER_WAIT_MS 10

static enum bd_status fail_errno(struct bd_err *err, const char *path,
                                 const char *action)
{
    int saved = errno;
    enum bd_status code = saved == ENOENT   ? BD_ENOENT
                          : saved == EEXIST ? BD_EEXIST
                                            : BD_EIO;

    return bd_fail(err, code, "%s: %s: %s", path, action, bd_errno_text(saved));
}

/* To the file's end, or until there is more than `max`. */
static enum bd_status read_up_to(int fd, const char *path, size_t max,
                                 struct bd_buf *buf, struct bd_err *err)
{
    while (buf->len <= max) {
        ssize_t n = 0;

        if (!bd_buf_reserve(buf, 16384))
            return BD_OK; /* it is past `max` by now */
        n = read(fd, buf->ptr + buf->len, 16384);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_errno(err, path, _("cannot read"));
        if (n == 0)
            return BD_OK;
        buf->len += (size_t)n;
    }
    return BD_OK;
}

/* A FIFO would be waited for, and a device may never end. Only standard input
 * may be any of these: the user has put it there. (A folder fails in read.) */
static enum bd_status open_file(const char *path, int *out, struct bd_err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat st = { 0 };

    if (fd < 0)
        return fail_errno(err, path, _("cannot open"));
    if (fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))) {
        *out = fd;
        return BD_OK;
    }
    (void)close(fd);
    return bd_fail(err, BD_EIO, _("%s: not a regular file"), path);
}

static enum bd_status read_file(struct bd_arena *arena, const char *path,
                                size_t max, bool whole, bd_str *out,
                                struct bd_err *err)
{
    bool standard_input = strcmp(path, "-") == 0;
    int fd = STDIN_FILENO;
    struct bd_buf buf;
    enum bd_status rc = BD_OK;

    if (!standard_input)
        rc = open_file(path, &fd, err);
    if (rc != BD_OK)
        return rc;
    bd_buf_init(&buf, max + 16384); /* one read of room to see the excess */
    rc = read_up_to(fd, path, max, &buf, err);
    if (rc == BD_OK && buf.len > max && whole)
        rc = bd_fail(err, BD_ELIMIT, _("%s: larger than the limit of %zu kB"),
                     path, max / 1024);
    if (rc == BD_OK)
        *out = bd_str_sub(bd_buf_copy(&buf, arena), 0, max);
    bd_buf_fini(&buf);
    if (!standard_input)
        (void)close(fd);
    return rc;
}

enum bd_status bd_file_read(struct bd_arena *arena, const char *path,
                            size_t max, bd_str *out, struct bd_err *err)
{
    return read_file(arena, path, max, true, out, err);
}

enum bd_status bd_file_read_start(struct bd_arena *arena, const char *path,
                                  size_t max, bd_str *out, struct bd_err *err)
{
    return read_file(arena, path, max, false, out, err);
}

static bool write_all(int fd, bd_str content)
{
    while (content.len > 0) {
        ssize_t n = write(fd, content.ptr, content.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        content = bd_str_skip(content, (size_t)n);
    }
    return fsync(fd) == 0;
}

static void folder_of(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        (void)snprintf(out, size, ".");
    else
        (void)snprintf(out, size, "%.*s", (int)(slash - path + 1), path);
}

enum bd_status bd_folder_sync(const char *folder, struct bd_err *err)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        (void)fail_errno(err, folder, _("cannot make the change durable"));
    if (fd >= 0)
        (void)close(fd);
    return ok ? BD_OK : BD_EIO;
}

enum writing { REPLACE, CREATE };

/* link() fails where the name is taken; rename() replaces it. */
static bool put_in_place(const char *temporary, const char *path,
                         enum writing how)
{
    if (how == REPLACE)
        return rename(temporary, path) == 0;
    if (link(temporary, path) != 0)
        return false;
    return unlink(temporary) == 0;
}

static enum bd_status write_file(const char *path, bd_str content,
                                 unsigned mode, enum writing how,
                                 struct bd_err *err)
{
    char temporary[4096];
    char folder[4096];
    int fd = -1;

    folder_of(path, folder, sizeof folder);
    if (snprintf(temporary, sizeof temporary, "%s.XXXXXX", path) >=
        (int)sizeof temporary)
        return bd_fail(err, BD_EIO, _("%s: the path is too long"), path);
    fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return fail_errno(err, path, _("cannot write"));
    if (fchmod(fd, mode) != 0 || !write_all(fd, content) ||
        !put_in_place(temporary, path, how)) {
        enum bd_status rc = fail_errno(err, path, _("cannot write"));

        (void)close(fd);
        (void)unlink(temporary);
        return rc;
    }
    (void)close(fd);
    return bd_folder_sync(folder, err);
}

enum bd_status bd_file_replace(const char *path, bd_str content, unsigned mode,
                               struct bd_err *err)
{
    return write_file(path, content, mode, REPLACE, err);
}

enum bd_status bd_file_create(const char *path, bd_str content, unsigned mode,
                              struct bd_err *err)
{
    return write_file(path, content, mode, CREATE, err);
}

enum bd_status bd_folder_create(const char *path, unsigned mode,
                                struct bd_err *err)
{
    if (mkdir(path, mode) == 0)
        return BD_OK;
    return fail_errno(err, path, _("cannot make the folder"));
}

bool bd_file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

const char *bd_path_join(struct bd_arena *arena, const char *folder,
                         const char *name)
{
    if (name[0] == '/')
        return name;
    return bd_arena_printf(arena, "%s/%s", folder, name).ptr;
}

bool bd_path_is_inside(const char *folder, const char *path)
{
    char *real_folder = realpath(folder, NULL);
    char *real = realpath(path, NULL);
    size_t len = real_folder ? strlen(real_folder) : 0;
    bool inside = !real || (len > 1 && strncmp(real, real_folder, len) == 0 &&
                            real[len] == '/');

    free(real_folder);
    free(real);
    return inside;
}

/* "4711 watch\n"; the file may be half written, or another program's. */
static struct bd_lock_owner owner_in(int fd)
{
    struct bd_lock_owner owner = { 0 };
    char text[64] = "";
    ssize_t n = pread(fd, text, sizeof text, 0);
    bd_str rest = bd_str_trim((bd_str) { text, n > 0 ? (size_t)n : 0 });
    uint64_t pid = 0;

    if (!bd_str_to_u64(bd_str_cut(&rest, ' '), &pid) || pid > INT32_MAX)
        return owner;
    owner.pid = (int64_t)pid;
    for (size_t i = 0; i < rest.len && i < sizeof owner.role - 1 &&
                       rest.ptr[i] >= 'a' && rest.ptr[i] <= 'z';
         i++)
        owner.role[i] = rest.ptr[i];
    return owner;
}

static bool write_owner(int fd, const char *role)
{
    char text[64];
    int len = snprintf(text, sizeof text, "%ld %s\n", (long)getpid(), role);

    assert(len > 0 && (size_t)len < sizeof text);
    return ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)len, 0) == len;
}

/* The name of a user, or the number where it has none. */
static void user_name(uid_t uid, char *out, size_t size)
{
    char buffer[4096];
    struct passwd entry;
    struct passwd *found = NULL;

    (void)getpwuid_r(uid, &entry, buffer, sizeof buffer, &found);
    if (found)
        (void)snprintf(out, size, "%s", found->pw_name);
    else
        (void)snprintf(out, size, "uid %lu", (unsigned long)uid);
}

/* Most often root has run a command once, and the file is root's since. */
static enum bd_status fail_lock(struct bd_err *err, const char *path)
{
    int saved = errno;
    char owner[64];
    char us[64];
    struct stat st = { 0 };

    if (saved != EACCES || stat(path, &st) != 0 || st.st_uid == geteuid()) {
        errno = saved;
        return fail_errno(err, path, _("cannot open"));
    }
    user_name(st.st_uid, owner, sizeof owner);
    user_name(geteuid(), us, sizeof us);
    return bd_fail(err, BD_EIO,
                   _("%s belongs to %s, so %s cannot lock it; when no process "
                     "sends, remove it or give it to %s (chown)"),
                   path, owner, us, us);
}

static bool is_running(int64_t pid)
{
    return pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM);
}

/* False: another holds it. Who has got it this moment has yet to write who it
 * is, and what stands there may be of one before. */
static bool lock_or_ask(int fd, struct bd_lock_owner *out)
{
    for (int tries = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; tries++) {
        *out = owner_in(fd);
        if (is_running(out->pid) || tries == OWNER_TRIES)
            return false;
        (void)poll(NULL, 0, OWNER_WAIT_MS);
    }
    return true;
}

enum bd_status bd_lock_take(const char *path, const char *role, int *out_fd,
                            struct bd_lock_owner *out_owner, struct bd_err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return fail_lock(err, path);
    if (!lock_or_ask(fd, out_owner)) {
        (void)close(fd);
        return bd_fail(err, BD_ETEMP, _("%s: held by another process"), path);
    }
    if (!write_owner(fd, role)) {
        enum bd_status rc = fail_errno(err, path, _("cannot write"));

        (void)close(fd);
        return rc;
    }
    *out_fd = fd;
    return BD_OK;
}
