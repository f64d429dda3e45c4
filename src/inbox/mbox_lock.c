#include "mbox_lock_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "brevduva/base/i18n.h"

#define WAIT_MS 10000
#define NAP_MS  100
#define STALE_S 600 /* older lock files were left behind */

static const char *lock_path(char out[4100], const char *path)
{
    (void)snprintf(out, 4100, "%s.lock", path);
    return out;
}

static bool is_stale(const char *file)
{
    struct stat is = { 0 };

    return lstat(file, &is) == 0 && time(NULL) - is.st_mtime > STALE_S;
}

/* False: another has it. */
static bool take_file(const char *file, bool *out_has_file)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    *out_has_file = fd >= 0;
    if (fd >= 0)
        (void)close(fd);
    else if (errno == EEXIST && is_stale(file))
        (void)unlink(file);
    return fd >= 0 || errno != EEXIST; /* else we may make none there */
}

static bool take_lock(int fd)
{
    const struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

    return fcntl(fd, F_SETLK, &lock) == 0 ||
           (errno != EAGAIN && errno != EACCES);
}

enum bd_status mbox_lock(const struct bd_source *source, const char *path,
                         int fd, bool *out_has_file, struct bd_err *err)
{
    int64_t until = source_now_ms(source) + WAIT_MS;
    char file[4100];
    bool is_ours = false;

    *out_has_file = false;
    (void)lock_path(file, path);
    while (!source_is_cancelled(source) && source_now_ms(source) < until) {
        is_ours = is_ours || take_file(file, out_has_file);
        if (is_ours && take_lock(fd))
            return BD_OK;
        (void)poll(NULL, 0, NAP_MS);
    }
    if (*out_has_file)
        (void)unlink(file);
    return bd_fail(err, BD_ETEMP, _("%s: is locked by another program"), path);
}

void mbox_unlock(const char *path, int fd, bool has_file)
{
    const struct flock lock = { .l_type = F_UNLCK, .l_whence = SEEK_SET };
    char file[4100];

    (void)fcntl(fd, F_SETLK, &lock);
    if (has_file)
        (void)unlink(lock_path(file, path));
}
