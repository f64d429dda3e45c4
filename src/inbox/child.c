#include "child_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include "brevduva/base/i18n.h"

/* Between fork and exec. */
static _Noreturn void become(const char *name, int fd)
{
    char *const words[] = { (char *)(uintptr_t)name, NULL };
    char *const nothing[] = { NULL };
    int null = open("/dev/null", O_RDWR);

    if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
        _exit(1);
    if (fd != CHILD_FD && dup2(fd, CHILD_FD) < 0)
        _exit(1);
    if (fd == CHILD_FD && fcntl(fd, F_SETFD, 0) < 0)
        _exit(1);
    if (chdir("/") != 0)
        _exit(1);
    if (close_range(CHILD_FD + 1, ~0U, 0) != 0)
        _exit(1);
    (void)execve("/proc/self/exe", words, nothing);
    _exit(1);
}

enum bd_status child_start(const char *name, pid_t *out_pid, int *out_fd,
                           struct bd_err *err)
{
    int pair[2] = { -1, -1 };
    pid_t pid = 0;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return bd_fail(err, BD_EIO, _("cannot open a pipe: %s"),
                       bd_errno_text(errno));
    pid = fork();
    if (pid == 0)
        become(name, pair[1]);
    (void)close(pair[1]);
    if (pid < 0) {
        (void)close(pair[0]);
        return bd_fail(err, BD_EIO, _("cannot start a process: %s"),
                       bd_errno_text(errno));
    }
    *out_pid = pid;
    *out_fd = pair[0];
    return BD_OK;
}
