/*
 * What the fetcher may ask of the system. Connecting needs much that differs
 * from machine to machine: names are looked up by threads and by libraries,
 * which read files and talk to services. So until then only what does harm is
 * forbidden. When the connection stands, before libetpan reads the first octet
 * of it, all is but the connection and memory.
 */
#include "fetcher_cage_private.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <sys/prctl.h>

#include <seccomp.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Files are not changed, nothing is started, nobody is disturbed. */
static const int harmful[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(creat),
    SCMP_SYS(truncate),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fallocate),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(link),
    SCMP_SYS(linkat),
    SCMP_SYS(symlink),
    SCMP_SYS(symlinkat),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(rmdir),
    SCMP_SYS(mknod),
    SCMP_SYS(mknodat),
    SCMP_SYS(chmod),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(chown),
    SCMP_SYS(fchown),
    SCMP_SYS(fchownat),
    SCMP_SYS(lchown),
    SCMP_SYS(utime),
    SCMP_SYS(utimes),
    SCMP_SYS(utimensat),
    SCMP_SYS(setxattr),
    SCMP_SYS(lsetxattr),
    SCMP_SYS(fsetxattr),
    SCMP_SYS(removexattr),
    SCMP_SYS(lremovexattr),
    SCMP_SYS(fremovexattr),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(chroot),
    SCMP_SYS(pivot_root),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
};

/* These hide what they do behind a pointer; who calls them knows an older way,
 * or does without. */
static const int opaque[] = {
    SCMP_SYS(clone3),
    SCMP_SYS(openat2),
    SCMP_SYS(io_uring_setup),
};

/* Of a connection that stands. */
static const int needed[] = {
    SCMP_SYS(read),          SCMP_SYS(readv),
    SCMP_SYS(write),         SCMP_SYS(writev),
    SCMP_SYS(recvfrom),      SCMP_SYS(recvmsg),
    SCMP_SYS(sendto),        SCMP_SYS(sendmsg),
    SCMP_SYS(poll),          SCMP_SYS(ppoll),
    SCMP_SYS(select),        SCMP_SYS(pselect6),
    SCMP_SYS(close),         SCMP_SYS(shutdown),
    SCMP_SYS(fcntl),         SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt),    SCMP_SYS(getpeername),
    SCMP_SYS(getsockname),   SCMP_SYS(brk),
    SCMP_SYS(mmap),          SCMP_SYS(munmap),
    SCMP_SYS(mremap),        SCMP_SYS(mprotect),
    SCMP_SYS(madvise),       SCMP_SYS(futex),
    SCMP_SYS(getrandom),     SCMP_SYS(getrusage),
    SCMP_SYS(getpid),        SCMP_SYS(gettid),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep),
    SCMP_SYS(gettimeofday),  SCMP_SYS(time),
    SCMP_SYS(sched_yield),   SCMP_SYS(restart_syscall),
    SCMP_SYS(rt_sigaction),  SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),  SCMP_SYS(sigaltstack),
    SCMP_SYS(exit),          SCMP_SYS(exit_group),
};

static bool add_all(scmp_filter_ctx filter, uint32_t action, const int *calls,
                    size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (seccomp_rule_add(filter, action, calls[i], 0) != 0)
            return false;
    return true;
}

/* Of all threads: libcurl's, that looks names up, too. */
static bool load(scmp_filter_ctx filter, bool ok)
{
    ok = ok && seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 &&
         seccomp_load(filter) == 0;
    if (filter)
        seccomp_release(filter);
    return ok;
}

/* To open a file for anything but reading; to start a process, which is no
 * thread. */
static bool add_writing(scmp_filter_ctx filter)
{
    static const scmp_datum_t ways[] = { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC,
                                         O_APPEND };
    uint32_t no = SCMP_ACT_ERRNO(EPERM);

    for (size_t i = 0; i < COUNT(ways); i++)
        if (seccomp_rule_add(filter, no, SCMP_SYS(openat), 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, ways[i], ways[i])) !=
                0 ||
            seccomp_rule_add(filter, no, SCMP_SYS(open), 1,
                             SCMP_A1(SCMP_CMP_MASKED_EQ, ways[i], ways[i])) !=
                0)
            return false;
    return seccomp_rule_add(filter, no, SCMP_SYS(clone), 1,
                            SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)) == 0;
}

bool cage_begin(void)
{
    scmp_filter_ctx filter = NULL;

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return false;
    filter = seccomp_init(SCMP_ACT_ALLOW);
    return load(
        filter,
        filter &&
            add_all(filter, SCMP_ACT_ERRNO(EPERM), harmful, COUNT(harmful)) &&
            add_all(filter, SCMP_ACT_ERRNO(ENOSYS), opaque, COUNT(opaque)) &&
            add_writing(filter));
}

bool cage_close(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));

    return load(filter, filter && add_all(filter, SCMP_ACT_ALLOW, needed,
                                          COUNT(needed)));
}
