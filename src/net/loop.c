#include "brevduva/net/loop.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "brevduva/base/i18n.h"

/* Asked for at a time. More may be ready: the next wait begins with those. */
#define EVENTS_MAX 64

struct bd_loop {
    int epoll;
    int bell; /* an eventfd: readable when somebody wants us awake */
};

static enum bd_status no_more(struct bd_err *err)
{
    return bd_fail(err, BD_EIO,
                   _("the system gives no more connections (%s); lower "
                     "relay.sessions, or raise the limit of open files "
                     "(ulimit -n)"),
                   bd_errno_text(errno));
}

static int control(const struct bd_loop *loop, int how, int fd, void *who,
                   bool write)
{
    uint32_t what = EPOLLIN | EPOLLRDHUP | (write ? (uint32_t)EPOLLOUT : 0);
    struct epoll_event event = { .events = what, .data.ptr = who };

    return epoll_ctl(loop->epoll, how, fd, &event);
}

enum bd_status bd_loop_new(struct bd_loop **out, struct bd_err *err)
{
    struct bd_loop *loop = malloc(sizeof *loop);
    enum bd_status rc = BD_OK;

    if (!loop)
        abort();
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (loop->epoll < 0 || loop->bell < 0 ||
        control(loop, EPOLL_CTL_ADD, loop->bell, loop, false))
        rc = no_more(err);
    if (rc == BD_OK)
        *out = loop;
    else
        bd_loop_free(loop);
    return rc;
}

void bd_loop_free(struct bd_loop *loop)
{
    if (!loop)
        return;
    if (loop->epoll >= 0)
        (void)close(loop->epoll);
    if (loop->bell >= 0)
        (void)close(loop->bell);
    free(loop);
}

enum bd_status bd_loop_add(struct bd_loop *loop, int fd, void *who,
                           struct bd_err *err)
{
    assert(fd >= 0 && who != loop);
    if (control(loop, EPOLL_CTL_ADD, fd, who, false))
        return no_more(err);
    return BD_OK;
}

void bd_loop_want_write(struct bd_loop *loop, int fd, void *who, bool want)
{
    int rc = control(loop, EPOLL_CTL_MOD, fd, who, want);

    assert(rc == 0); /* added, and not closed since */
    (void)rc;
}

void bd_loop_remove(struct bd_loop *loop, int fd)
{
    /* Fails only when it was closed, which removed it already. */
    (void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL);
}

void bd_loop_wake(struct bd_loop *loop)
{
    int saved = errno; /* we may stand in a signal handler */

    (void)!eventfd_write(loop->bell, 1);
    errno = saved;
}

size_t bd_loop_wait(struct bd_loop *loop, int64_t timeout_ms, void **out,
                    size_t max)
{
    struct epoll_event events[EVENTS_MAX];
    int most = max < EVENTS_MAX ? (int)max + 1 : EVENTS_MAX; /* and the bell */
    int timeout = timeout_ms > INT32_MAX ? INT32_MAX : (int)timeout_ms;
    int n = 0;
    size_t count = 0;

    if (timeout_ms < 0)
        timeout = -1;
    n = epoll_wait(loop->epoll, events, most, timeout);
    for (int i = 0; i < n; i++) {
        eventfd_t rings = 0;

        if (events[i].data.ptr == loop)
            (void)!eventfd_read(loop->bell, &rings);
        else if (count < max)
            out[count++] = events[i].data.ptr;
    }
    return count;
}
