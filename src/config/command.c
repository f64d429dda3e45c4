/* A command of the user's, run for what it prints. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/limits.h"
#include "brevduva/base/sys.h"
#include "config_private.h"

#define CANNOT_START 126 /* as the shell says it */

/* The command, and whether it leads a process group of its own. At a terminal
 * it stays in ours: only the terminal's foreground group can be asked there
 * for a passphrase. Else it leads one, so that all it started can be killed
 * with it; what survived would keep our standard error open. */
struct child {
    pid_t pid;
    bool leads;
};

/* Between fork and exec: only what is safe there. */
static _Noreturn void become(const char *command, const char *folder, int out)
{
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    sigset_t none;

    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    if (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 &&
        dup2(out, STDOUT_FILENO) >= 0 && chdir(folder) == 0)
        (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(CANNOT_START);
}

static int64_t now_ms(void)
{
    const struct bd_sys *sys = bd_sys_real();

    return sys->monotonic_ms(sys->self);
}

static enum bd_status too_slow(struct bd_err *err)
{
    return bd_fail(err, BD_EIO,
                   _("the command takes too long; run it by hand to see what "
                     "it waits for"));
}

static enum bd_status read_until(int fd, int64_t deadline, struct bd_buf *buf,
                                 struct bd_err *err)
{
    for (;;) {
        struct pollfd ready = { .fd = fd, .events = POLLIN };
        int64_t left = deadline - now_ms();
        ssize_t n = 0;

        if (left <= 0)
            return too_slow(err);
        if (poll(&ready, 1, (int)left) <= 0)
            continue; /* interrupted, or the deadline */
        if (!bd_buf_reserve(buf, 512))
            return bd_fail(err, BD_ELIMIT,
                           _("the command prints more than %d bytes"),
                           BD_MAX_SECRET_BYTES);
        n = read(fd, buf->ptr + buf->len, 512);
        if (n < 0 && errno != EINTR)
            return bd_fail(err, BD_EIO, _("cannot read from the command: %s"),
                           bd_errno_text(errno));
        if (n == 0)
            return BD_OK;
        buf->len += n > 0 ? (size_t)n : 0;
    }
}

/* The command has closed its output; its end is near, or it is killed. */
static enum bd_status wait_until(pid_t pid, int64_t deadline, int *out_status,
                                 struct bd_err *err)
{
    const struct timespec pause = { .tv_nsec = 5000000 };

    for (;;) {
        pid_t ended = waitpid(pid, out_status, WNOHANG);

        if (ended == pid)
            return BD_OK;
        if (ended < 0 && errno != EINTR)
            return bd_fail(err, BD_EIO, _("cannot wait for the command: %s"),
                           bd_errno_text(errno));
        if (now_ms() >= deadline)
            return too_slow(err);
        (void)nanosleep(&pause, NULL);
    }
}

static enum bd_status judge(int status, struct bd_err *err)
{
    if (WIFSIGNALED(status))
        return bd_fail(err, BD_EIO, _("the command was ended by signal %d"),
                       WTERMSIG(status));
    if (WEXITSTATUS(status) != 0)
        return bd_fail(err, BD_EIO,
                       _("the command failed with exit status %d; run it by "
                         "hand to see why"),
                       WEXITSTATUS(status));
    return BD_OK;
}

static enum bd_status start(const char *command, const char *folder,
                            struct child *out_child, int *out_fd,
                            struct bd_err *err)
{
    struct child child = { .leads = !isatty(STDIN_FILENO) };
    int ends[2] = { -1, -1 };

    if (pipe2(ends, O_CLOEXEC) != 0)
        return bd_fail(err, BD_EIO, _("cannot run the command: %s"),
                       bd_errno_text(errno));
    child.pid = fork();
    if (child.leads && child.pid >= 0) /* in both: nobody knows who is first */
        (void)setpgid(child.pid, 0);
    if (child.pid == 0)
        become(command, folder, ends[1]);
    (void)close(ends[1]);
    *out_child = child;
    *out_fd = ends[0];
    if (child.pid > 0)
        return BD_OK;
    (void)close(ends[0]);
    return bd_fail(err, BD_EIO, _("cannot run the command: %s"),
                   bd_errno_text(errno));
}

/* Waited for only then: until that its number cannot be another's. */
static void end(struct child child)
{
    (void)kill(child.leads ? -child.pid : child.pid, SIGKILL);
    (void)waitpid(child.pid, NULL, 0);
}

enum bd_status run_command(struct bd_arena *arena, const char *command,
                           const char *folder, int64_t timeout_ms, bd_str *out,
                           struct bd_err *err)
{
    int64_t deadline = now_ms() + timeout_ms;
    struct bd_buf buf;
    struct child child = { 0 };
    int fd = -1;
    int status = 0;
    enum bd_status rc = start(command, folder, &child, &fd, err);

    if (rc != BD_OK)
        return rc;
    bd_buf_init(&buf, BD_MAX_SECRET_BYTES + 512); /* room to see the excess */
    rc = read_until(fd, deadline, &buf, err);
    if (rc == BD_OK)
        rc = wait_until(child.pid, deadline, &status, err);
    (void)close(fd);
    if (rc != BD_OK)
        end(child);
    else
        rc = judge(status, err);
    if (rc == BD_OK)
        *out = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return rc;
}
