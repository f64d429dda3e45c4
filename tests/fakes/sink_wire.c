#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sink.h"

enum { DROP = 64 * 1024 }; /* written octets that are kept at most */

static ssize_t read_tls(struct sink_session *s, char *into, size_t max)
{
    size_t have = 0;

    while (have < max) {
        size_t got = 0;

        if (SSL_read_ex(s->ssl, into + have, max - have, &got) != 1) {
            int why = SSL_get_error(s->ssl, 0);

            if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
                break;
            return have > 0 ? (ssize_t)have : -1;
        }
        have += got;
    }
    return (ssize_t)have;
}

ssize_t sink_read(struct sink_session *s, char *into, size_t max)
{
    ssize_t got = 0;

    if (s->ssl)
        return read_tls(s, into, max);
    got = recv(s->fd, into, max, 0);
    if (got > 0)
        return got;
    return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

/* Octets written; 0: none now; -1: the connection has ended. */
static ssize_t write_some(struct sink_session *s, const char *from, size_t len)
{
    size_t put = 0;
    ssize_t sent = 0;

    if (s->ssl) {
        int rc = SSL_write_ex(s->ssl, from, len, &put);
        int why = SSL_get_error(s->ssl, rc);

        if (rc == 1)
            return (ssize_t)put;
        return why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ ? 0
                                                                         : -1;
    }
    sent = send(s->fd, from, len, MSG_NOSIGNAL);
    if (sent >= 0)
        return sent;
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

static void wait_to_write(struct sink_session *s, bool wait)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = s };

    if (s->waits_to_write == wait)
        return;
    s->waits_to_write = wait;
    if (wait)
        event.events |= EPOLLOUT;
    (void)epoll_ctl(s->sink->epoll, EPOLL_CTL_MOD, s->fd, &event);
}

static void start_tls(struct sink_session *s)
{
    s->tls_next = false;
    s->ssl = SSL_new(s->sink->tls);
    if (s->ssl && SSL_set_fd(s->ssl, s->fd) == 1)
        SSL_set_accept_state(s->ssl);
    else
        sink_close(s);
}

static void drop_written(struct sink_session *s)
{
    size_t left = s->out.len - s->out_done;

    if (left > 0 && s->out_done < DROP)
        return;
    if (left > 0)
        memmove(s->out.ptr, s->out.ptr + s->out_done, left);
    s->out.len = left;
    s->out_done = 0;
}

void sink_write(struct sink_session *s)
{
    while (s->fd >= 0 && s->out_free > 0) {
        ssize_t put = write_some(s, s->out.ptr + s->out_done, s->out_free);

        if (put < 0) {
            sink_close(s);
            return;
        }
        if (put == 0) {
            wait_to_write(s, true);
            return;
        }
        s->out_done += (size_t)put;
        s->out_free -= (size_t)put;
    }
    if (s->fd < 0)
        return;
    wait_to_write(s, false);
    drop_written(s);
    if (s->out.len > 0) /* held back */
        return;
    if (s->over)
        sink_close(s);
    else if (s->tls_next)
        start_tls(s);
}

void sink_close(struct sink_session *s)
{
    if (s->fd < 0)
        return;
    SSL_free(s->ssl);
    s->ssl = NULL;
    (void)close(s->fd);
    s->fd = -1;
    if (s->held > 0) /* the ring names it still */
        return;
    s->next_dead = s->sink->dead;
    s->sink->dead = s;
}
