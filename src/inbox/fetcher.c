#include "fetcher_private.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "brevduva/base/i18n.h"
#include "child_private.h"

#define SLICE_MS   100  /* between looks at `cancelled` */
#define LOGOUT_MS  1000 /* for an orderly end */
#define LOGOUT_NAP 10

enum ending { GOING, SLOW, GONE, SENSELESS, CANCELLED };

struct talk {
    const struct fetcher *fetcher;
    const struct bd_source *source;
    int64_t until;
};

enum bd_status fetcher_start(struct fetcher *fetcher, struct bd_err *err)
{
    bd_buf_init(&fetcher->out, FRAME_MAX);
    bd_buf_init(&fetcher->in, FRAME_MAX);
    return child_start(BD_FETCHER_NAME, &fetcher->pid, &fetcher->fd, err);
}

static int kill_child(struct fetcher *fetcher)
{
    int status = 0;

    (void)kill(fetcher->pid, SIGKILL);
    while (waitpid(fetcher->pid, &status, 0) < 0 && errno == EINTR)
        ;
    fetcher->pid = 0;
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

void fetcher_end(struct fetcher *fetcher)
{
    if (fetcher->pid != 0) {
        (void)shutdown(fetcher->fd, SHUT_WR);
        for (int ms = 0; ms < LOGOUT_MS && fetcher->pid != 0; ms += LOGOUT_NAP)
            if (waitpid(fetcher->pid, NULL, WNOHANG) != 0)
                fetcher->pid = 0;
            else
                (void)poll(NULL, 0, LOGOUT_NAP);
        if (fetcher->pid != 0)
            (void)kill_child(fetcher);
        (void)close(fetcher->fd);
    }
    bd_buf_fini(&fetcher->out);
    bd_buf_fini(&fetcher->in);
}

static enum ending wait_for(const struct talk *talk, short events)
{
    struct pollfd end = { .fd = talk->fetcher->fd, .events = events };

    for (;;) {
        int64_t left = talk->until - source_now_ms(talk->source);
        int ready = 0;

        if (source_is_cancelled(talk->source))
            return CANCELLED;
        if (left <= 0)
            return SLOW;
        ready = poll(&end, 1, left < SLICE_MS ? (int)left : SLICE_MS);
        if (ready > 0)
            return GOING;
        if (ready < 0 && errno != EINTR)
            return GONE;
    }
}

static bool is_only_busy(void)
{
    return errno == EAGAIN || errno == EINTR;
}

static enum ending give(const struct talk *talk, bd_str bytes)
{
    enum ending ending = GOING;

    while (bytes.len > 0 && ending == GOING) {
        ssize_t gone = send(talk->fetcher->fd, bytes.ptr, bytes.len,
                            MSG_NOSIGNAL | MSG_DONTWAIT);

        if (gone < 0 && is_only_busy())
            ending = wait_for(talk, POLLOUT);
        else if (gone <= 0)
            ending = GONE;
        else
            bytes = bd_str_skip(bytes, (size_t)gone);
    }
    return ending;
}

static enum ending take(const struct talk *talk, void *into, size_t len)
{
    char *at = into;
    enum ending ending = GOING;

    while (len > 0 && ending == GOING) {
        ssize_t got = recv(talk->fetcher->fd, at, len, MSG_DONTWAIT);

        if (got < 0 && is_only_busy()) {
            ending = wait_for(talk, POLLIN);
        } else if (got <= 0) {
            ending = GONE;
        } else {
            at += got;
            len -= (size_t)got;
        }
    }
    return ending;
}

static enum ending converse(struct fetcher *fetcher, const struct talk *talk,
                            struct frame_head *head)
{
    enum ending ending = give(talk,
                              (bd_str) { (const char *)head, sizeof *head });

    if (ending == GOING)
        ending = give(talk, bd_buf_str(&fetcher->out));
    if (ending == GOING)
        ending = take(talk, head, sizeof *head);
    if (ending != GOING)
        return ending;
    bd_buf_clear(&fetcher->in);
    if (!frame_is_sane(head) || head->kind < FRAME_DONE ||
        !bd_buf_reserve(&fetcher->in, head->len + 1))
        return SENSELESS;
    ending = take(talk, fetcher->in.ptr, head->len);
    fetcher->in.len = head->len;
    return ending;
}

static enum bd_status explain(struct fetcher *fetcher, enum ending ending,
                              int64_t patience_s, struct bd_err *err)
{
    int signal = kill_child(fetcher);

    (void)close(fetcher->fd);
    switch (ending) {
    case CANCELLED:
        return BD_ENOENT;
    case SLOW:
        return bd_fail(err, BD_ETEMP,
                       _("what fetches the mail was silent for %lld seconds; "
                         "it was ended, and fetching begins anew"),
                       (long long)patience_s);
    case SENSELESS:
        return bd_fail(err, BD_ETEMP,
                       _("what fetches the mail makes no sense; it was ended, "
                         "and fetching begins anew"));
    default:
        return bd_fail(err, BD_ETEMP,
                       _("what fetches the mail died (signal %d): the mail "
                         "server, or a mail in it, sent what it cannot read; "
                         "fetching begins anew"),
                       signal);
    }
}

enum bd_status fetcher_ask(struct fetcher *fetcher,
                           const struct bd_source *source, enum frame_kind kind,
                           int64_t patience_s, bd_str *out, struct bd_err *err)
{
    struct frame_head head = { kind, (uint32_t)fetcher->out.len };
    const struct talk talk = { fetcher, source,
                               source_now_ms(source) + patience_s * 1000 };
    enum ending ending = GONE;

    if (fetcher->pid == 0)
        return bd_fail(err, BD_ETEMP,
                       _("the connection to the mailbox was lost"));
    ending = converse(fetcher, &talk, &head);
    bd_buf_clear(&fetcher->out);
    if (ending != GOING && source_is_cancelled(source))
        ending = CANCELLED; /* what ends us may have ended it, too */
    if (ending != GOING)
        return explain(fetcher, ending, patience_s, err);
    if (head.kind == FRAME_FAILED)
        return frame_take_failure(bd_buf_str(&fetcher->in), err);
    *out = bd_buf_str(&fetcher->in);
    return BD_OK;
}
