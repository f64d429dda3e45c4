#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "talk.h"

#define EVENTS_MAX 64
#define SETTLE_S   10

int64_t server_now_ms(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void must(bool good, const char *what)
{
    if (good)
        return;
    perror(what);
    abort();
}

static void watch(const struct server *server, int fd, void *who,
                  uint32_t events)
{
    struct epoll_event event = { .events = events, .data.ptr = who };

    must(epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
}

static void open_listener(struct server *server)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(server->options.port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    int yes = 1;

    server->listener = socket(AF_INET,
                              SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    must(server->listener >= 0, "socket");
    must(setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &yes,
                    sizeof yes) == 0,
         "setsockopt");
    must(bind(server->listener, (struct sockaddr *)&address, len) == 0, "bind");
    must(listen(server->listener, SESSIONS_MAX) == 0, "listen");
    must(getsockname(server->listener, (struct sockaddr *)&address, &len) == 0,
         "getsockname");
    server->port = ntohs(address.sin_port);
}

/* True when nobody waits to be let in. */
static bool let_in(struct server *server)
{
    while (server->session_count < SESSIONS_MAX) {
        int fd = accept4(server->listener, NULL, NULL,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        struct talk *s;

        if (fd < 0)
            return errno == EAGAIN;
        s = talk_new(server, fd, server->tally.sessions++);
        server->sessions[server->session_count++] = s;
        /* a slow one is asked each time round, not by events */
        watch(server, fd, s,
              s->script.slow ? EPOLLET | EPOLLRDHUP : EPOLLIN | EPOLLRDHUP);
    }
    return false;
}

/* The client's side is closed, though we do not read. */
static bool is_left(const struct talk *s)
{
    struct pollfd fd = { .fd = s->fd, .events = POLLRDHUP };

    return poll(&fd, 1, 0) > 0;
}

/* Nothing that comes wakes us any more. */
static void go_deaf(const struct server *server, struct talk *s)
{
    struct epoll_event event = { .events = EPOLLET, .data.ptr = s };

    (void)epoll_ctl(server->epoll, EPOLL_CTL_MOD, s->fd, &event);
}

static void take_event(struct server *server, const struct epoll_event *event)
{
    struct talk *s = event->data.ptr;
    uint64_t number = 0;

    if (!s) {
        while (read(server->wake, &number, sizeof number) < 0 && errno == EINTR)
            ;
        return;
    }
    if ((void *)s == (void *)server || s->phase == PHASE_OVER)
        return;
    if (s->phase == PHASE_DEAF)
        go_deaf(server, s);
    else
        talk_readable(s);
}

/* Let all say and hear what they can; the shortest time until the next can. */
static int step_all(struct server *server)
{
    int shortest = -1;

    for (size_t i = 0; i < server->session_count; i++) {
        struct talk *s = server->sessions[i];
        int wait;

        /* behind a full window the client's goodbye never comes */
        if ((s->script.slow && s->phase < PHASE_DEAF) || server->wants_settled)
            talk_readable(s);
        wait = talk_step(s);
        if (s->phase == PHASE_DEAF && is_left(s))
            s->phase = PHASE_OVER;
        if (s->phase == PHASE_OVER) {
            talk_free(s);
            server->sessions[i--] = server->sessions[--server->session_count];
            continue;
        }
        if (wait >= 0 && (shortest < 0 || wait < shortest))
            shortest = wait;
    }
    return shortest;
}

static void *serve(void *self)
{
    struct server *server = self;
    struct epoll_event events[EVENTS_MAX];
    int wait = -1;

    (void)pthread_mutex_lock(&server->lock);
    while (!server->stopping) {
        int count;

        (void)pthread_mutex_unlock(&server->lock);
        count = epoll_wait(server->epoll, events, EVENTS_MAX, wait);
        (void)pthread_mutex_lock(&server->lock);
        for (int i = 0; i < count; i++)
            take_event(server, &events[i]);
        if (let_in(server) && server->session_count == 0) {
            server->wants_settled = false;
            (void)pthread_cond_broadcast(&server->settled);
        }
        wait = step_all(server);
        if (server->session_count == 0 && server->wants_settled)
            wait = 0;
    }
    (void)pthread_mutex_unlock(&server->lock);
    return NULL;
}

struct server *server_start(const struct server_options *options)
{
    struct server *server = calloc(1, sizeof *server);

    must(server, "calloc");
    server->options = *options;
    server->calm = options->calm;
    server->record = -1;
    truth_init(&server->truths);
    bd_buf_init(&server->story, 0);
    if (options->record)
        server->record = open(options->record,
                              O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    must(!options->record || server->record >= 0, "record");
    open_listener(server);
    server->epoll = epoll_create1(EPOLL_CLOEXEC);
    server->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    must(server->epoll >= 0 && server->wake >= 0, "epoll");
    watch(server, server->listener, server, EPOLLIN);
    watch(server, server->wake, NULL, EPOLLIN);
    (void)pthread_mutex_init(&server->lock, NULL);
    (void)pthread_cond_init(&server->settled, NULL);
    must(pthread_create(&server->thread, NULL, serve, server) == 0, "thread");
    return server;
}

static void wake(struct server *server)
{
    const uint64_t one = 1;

    while (write(server->wake, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

void server_stop(struct server *server)
{
    (void)pthread_mutex_lock(&server->lock);
    server->stopping = true;
    (void)pthread_mutex_unlock(&server->lock);
    wake(server);
    (void)pthread_join(server->thread, NULL);
    for (size_t i = 0; i < server->session_count; i++)
        talk_free(server->sessions[i]);
    (void)close(server->listener);
    (void)close(server->epoll);
    (void)close(server->wake);
    if (server->record >= 0)
        (void)close(server->record);
    (void)pthread_mutex_destroy(&server->lock);
    (void)pthread_cond_destroy(&server->settled);
    truth_fini(&server->truths);
    bd_buf_fini(&server->story);
    free(server);
}

int server_port(const struct server *server)
{
    return server->port;
}

void server_set_calm(struct server *server, bool calm)
{
    (void)pthread_mutex_lock(&server->lock);
    server->calm = calm;
    (void)pthread_mutex_unlock(&server->lock);
}

bool server_settle(struct server *server)
{
    struct timespec until = { 0 };
    int rc = 0;

    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += SETTLE_S;
    (void)pthread_mutex_lock(&server->lock);
    server->wants_settled = true;
    wake(server);
    while (server->wants_settled && rc == 0)
        rc = pthread_cond_timedwait(&server->settled, &server->lock, &until);
    (void)pthread_mutex_unlock(&server->lock);
    return rc == 0;
}

void server_tell_open(struct server *server, char *out, size_t size)
{
    char script[1000];
    size_t len = 0;

    out[0] = '\0';
    (void)pthread_mutex_lock(&server->lock);
    for (size_t i = 0; i < server->session_count && len + 1 < size; i++) {
        const struct talk *s = server->sessions[i];

        script_describe(&s->script, script, sizeof script);
        len += (size_t)snprintf(out + len, size - len,
                                "session %u in phase %d (%s)\n", s->number,
                                (int)s->phase, script);
    }
    (void)pthread_mutex_unlock(&server->lock);
}

struct truth server_truth(struct server *server, bd_str to)
{
    struct truth truth;

    (void)pthread_mutex_lock(&server->lock);
    truth = *truth_of(&server->truths, to);
    (void)pthread_mutex_unlock(&server->lock);
    return truth;
}

bool server_has_code(struct server *server, int code)
{
    bool has;

    (void)pthread_mutex_lock(&server->lock);
    has = code > 0 && code < 600 && server->codes[code];
    (void)pthread_mutex_unlock(&server->lock);
    return has;
}

struct server_tally server_tally(struct server *server)
{
    struct server_tally tally;

    (void)pthread_mutex_lock(&server->lock);
    tally = server->tally;
    (void)pthread_mutex_unlock(&server->lock);
    return tally;
}

void server_tell(struct server *server, bd_str to, char *out, size_t size)
{
    bd_str rest;
    size_t len = 0;

    (void)pthread_mutex_lock(&server->lock);
    rest = bd_buf_str(&server->story);
    out[0] = '\0';
    while (rest.len > 0) {
        bd_str line = bd_str_cut_line(&rest);

        if (bd_str_starts(line, to) && len + line.len + 2 < size)
            len += (size_t)snprintf(out + len, size - len, "%.*s\n",
                                    BD_ARG(line));
    }
    (void)pthread_mutex_unlock(&server->lock);
}
