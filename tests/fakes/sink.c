/*
 * An SMTP server that takes all mail as fast as one thread can and keeps
 * nothing of it: to measure senders against, and to see what they send.
 *
 * Usage: sink [--port N] [--delay-ms N] [--refuse-percent N]
 *             [--refuse-clumps] [--no-pipelining] [--no-chunking]
 *             [--tls CERT KEY] [--record FILE] [--count] [--first-at]
 *
 *   --port            at 127.0.0.1; 0, as when left out: any that is free
 *   --delay-ms        hold back each reply, as a long way to the relay does:
 *                     commands sent in one go wait only once
 *   --refuse-percent  550 5.1.1 to so many recipients, always the same ones
 *   --refuse-clumps   twenty recipients in a row
 *   --tls             offer STARTTLS
 *   --record          write "MESSAGE-ID RECIPIENT" of each message to the file
 *                     before the reply to it leaves
 *   --count           at SIGTERM, SIGINT or SIGQUIT, say how much came (JSON)
 *   --first-at        say when the first message was taken (monotonic clock)
 *
 * Prints "port N" when it is ready.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "sink.h"

enum { EVENTS = 256 };

static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

double sink_seconds(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int64_t microseconds(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    (void)fprintf(stderr, "sink: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void hold(struct sink_session *s)
{
    struct sink *sink = s->sink;

    if (sink->held_end - sink->held_first == sink->held_size) {
        size_t size = sink->held_size > 0 ? sink->held_size * 2 : 1024;
        struct sink_held *ring = calloc(size, sizeof *ring);

        require(ring != NULL, "memory");
        for (size_t i = sink->held_first; i < sink->held_end; i++)
            ring[i & (size - 1)] = sink->held[i & (sink->held_size - 1)];
        free(sink->held);
        sink->held = ring;
        sink->held_size = size;
    }
    sink->held[sink->held_end++ & (sink->held_size - 1)] =
        (struct sink_held) { .due = microseconds() + sink->options.delay_us,
                             .session = s,
                             .octets = s->out_new };
    s->held++;
}

/* The record first: what it does not hold was never accepted. */
static void write_receipts(struct sink *sink)
{
    const char *at = sink->receipts.ptr;
    size_t left = sink->receipts.len;

    while (left > 0) {
        ssize_t put = write(sink->record, at, left);

        require(put > 0 || errno == EINTR, "write to the record");
        if (put > 0) {
            at += put;
            left -= (size_t)put;
        }
    }
    bd_buf_clear(&sink->receipts);
}

/* Let the new replies go, now or when their time comes. */
static void release(struct sink_session *s)
{
    write_receipts(s->sink);
    if (s->out_new > 0 && s->sink->options.delay_us > 0)
        hold(s);
    else
        s->out_free += s->out_new;
    s->out_new = 0;
    sink_write(s);
}

static void release_due(struct sink *sink)
{
    while (sink->held_first < sink->held_end) {
        struct sink_held held =
            sink->held[sink->held_first & (sink->held_size - 1)];
        struct sink_session *s = held.session;

        if (held.due > microseconds())
            return;
        sink->held_first++;
        s->held--;
        if (s->fd >= 0) {
            s->out_free += held.octets;
            sink_write(s);
        } else if (s->held == 0) {
            s->next_dead = sink->dead;
            sink->dead = s;
        }
    }
}

static void bury(struct sink *sink)
{
    while (sink->dead) {
        struct sink_session *s = sink->dead;

        sink->dead = s->next_dead;
        bd_buf_fini(&s->out);
        bd_buf_fini(&s->to);
        bd_buf_fini(&s->head);
        free(s);
    }
}

static void admit(struct sink *sink)
{
    struct epoll_event event = { .events = EPOLLIN };
    int fd = accept4(sink->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    struct sink_session *s = NULL;

    if (fd < 0)
        return;
    s = calloc(1, sizeof *s);
    require(s != NULL, "memory");
    s->sink = sink;
    s->fd = fd;
    bd_buf_init(&s->out, 0);
    bd_buf_init(&s->to, 0);
    bd_buf_init(&s->head, 0);
    event.data.ptr = s;
    require(epoll_ctl(sink->epoll, EPOLL_CTL_ADD, fd, &event) == 0, "epoll");
    sink->count.connections++;
    sink_greet(s);
    release(s);
}

/* All that has come, for TLS hides it from epoll. */
static void hear(struct sink_session *s)
{
    char *input = s->sink->input + SINK_CARRY;
    ssize_t got = 0;

    do {
        char *start = input - s->carry_len;
        size_t len = 0;
        size_t used = 0;

        got = sink_read(s, input, SINK_READ);
        if (got < 0)
            sink_close(s);
        if (got <= 0)
            return;
        memcpy(start, s->carry, s->carry_len);
        len = s->carry_len + (size_t)got;
        used = sink_take(s, start, len);
        s->carry_len = len - used;
        if (s->carry_len > sizeof s->carry) {
            s->sink->count.errors++; /* an endless line */
            sink_close(s);
            return;
        }
        memcpy(s->carry, start + used, s->carry_len);
        release(s);
    } while (s->fd >= 0 && got == SINK_READ);
}

static void run(struct sink *sink)
{
    struct epoll_event events[EVENTS];
    sigset_t none;

    (void)sigemptyset(&none);
    while (!stopped) {
        struct timespec wait = { 0 };
        bool waits = sink->held_first < sink->held_end;
        int count = 0;

        if (waits) {
            int64_t due =
                sink->held[sink->held_first & (sink->held_size - 1)].due;
            int64_t us = due - microseconds();

            us = us > 0 ? us : 0;
            wait.tv_sec = us / 1000000;
            wait.tv_nsec = us % 1000000 * 1000;
        }
        count = epoll_pwait2(sink->epoll, events, EVENTS, waits ? &wait : NULL,
                             &none);
        for (int i = 0; i < count; i++) {
            struct sink_session *s = events[i].data.ptr;

            if (!s)
                admit(sink);
            else if (s->fd >= 0 && (events[i].events & EPOLLOUT))
                sink_write(s);
            if (s && s->fd >= 0 && (events[i].events & ~(uint32_t)EPOLLOUT))
                hear(s);
        }
        if (sink->options.first_at && sink->count.messages > 0) {
            (void)printf("first %.6f\n", sink->count.first);
            (void)fflush(stdout);
            sink->options.first_at = false;
        }
        release_due(sink);
        bury(sink);
    }
}

static void print_count(const struct sink_counts *c)
{
    struct rusage used = { 0 };

    (void)getrusage(RUSAGE_SELF, &used);
    (void)printf("{\"connections\":%llu,\"messages\":%llu,\"octets\":%llu,"
                 "\"rcpts\":%llu,\"refused\":%llu,\"errors\":%llu,"
                 "\"first\":%.6f,\"last\":%.6f,\"cpu\":%.6f}\n",
                 (unsigned long long)c->connections,
                 (unsigned long long)c->messages, (unsigned long long)c->octets,
                 (unsigned long long)c->rcpts, (unsigned long long)c->refused,
                 (unsigned long long)c->errors, c->first, c->last,
                 (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                     (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) /
                         1e6);
}

static int number(const char *text)
{
    char *end = NULL;
    long n = strtol(text, &end, 10);

    if (*text == '\0' || *end != '\0' || n < 0 || n > 65535) {
        (void)fprintf(stderr, "sink: %s is no number I can use\n", text);
        exit(2);
    }
    return (int)n;
}

static struct sink_options read_options(int argc, char **argv)
{
    static const struct option names[] = {
        { "port", required_argument, NULL, 'p' },
        { "delay-ms", required_argument, NULL, 'd' },
        { "refuse-percent", required_argument, NULL, 'r' },
        { "refuse-clumps", no_argument, NULL, 'c' },
        { "no-pipelining", no_argument, NULL, 'P' },
        { "no-chunking", no_argument, NULL, 'C' },
        { "tls", required_argument, NULL, 't' },
        { "record", required_argument, NULL, 'R' },
        { "count", no_argument, NULL, 'n' },
        { "first-at", no_argument, NULL, 'f' },
        { NULL, 0, NULL, 0 },
    };
    struct sink_options o = { 0 };
    int name = 0;

    while ((name = getopt_long(argc, argv, "", names, NULL)) != -1) {
        if (name == 'p')
            o.port = number(optarg);
        else if (name == 'd')
            o.delay_us = (int64_t)number(optarg) * 1000;
        else if (name == 'r')
            o.refuse_percent = number(optarg);
        else if (name == 'R')
            o.record = optarg;
        else if (name == 't' && optind < argc) {
            o.cert = optarg;
            o.key = argv[optind++];
        } else if (name == '?' || name == 't')
            exit(2);
        o.refuse_clumps |= name == 'c';
        o.no_pipelining |= name == 'P';
        o.no_chunking |= name == 'C';
        o.count |= name == 'n';
        o.first_at |= name == 'f';
    }
    if (optind < argc)
        exit(2);
    return o;
}

static void open_tls(struct sink *sink)
{
    sink->tls = SSL_CTX_new(TLS_server_method());
    require(sink->tls &&
                SSL_CTX_use_certificate_chain_file(sink->tls,
                                                   sink->options.cert) == 1 &&
                SSL_CTX_use_PrivateKey_file(sink->tls, sink->options.key,
                                            SSL_FILETYPE_PEM) == 1,
            "certificate and key");
    (void)SSL_CTX_set_mode(sink->tls, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                          SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

static void open_listener(struct sink *sink)
{
    struct epoll_event event = { .events = EPOLLIN };
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)sink->options.port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;

    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    require(fd >= 0 && bind(fd, (struct sockaddr *)&address, len) == 0 &&
                listen(fd, 1024) == 0 &&
                getsockname(fd, (struct sockaddr *)&address, &len) == 0,
            "port");
    sink->listener = fd;
    sink->epoll = epoll_create1(EPOLL_CLOEXEC);
    require(epoll_ctl(sink->epoll, EPOLL_CTL_ADD, fd, &event) == 0, "epoll");
    (void)printf("port %d\n", ntohs(address.sin_port));
    (void)fflush(stdout);
}

/* Signals come only while the loop waits. */
static void catch_signals(void)
{
    struct sigaction action = { .sa_handler = stop };
    sigset_t all;

    (void)signal(SIGPIPE, SIG_IGN);
    (void)sigemptyset(&all);
    for (size_t i = 0; i < 3; i++) {
        int which = (const int[]) { SIGTERM, SIGINT, SIGQUIT }[i];

        (void)sigaddset(&all, which);
        (void)sigaction(which, &action, NULL);
    }
    (void)sigprocmask(SIG_BLOCK, &all, NULL);
}

int main(int argc, char **argv)
{
    struct sink sink = { .options = read_options(argc, argv), .record = -1 };

    catch_signals();
    sink.input = malloc(SINK_CARRY + SINK_READ);
    require(sink.input != NULL, "memory");
    bd_buf_init(&sink.receipts, 0);
    if (sink.options.cert)
        open_tls(&sink);
    if (sink.options.record) {
        sink.record = open(sink.options.record,
                           O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        require(sink.record >= 0, sink.options.record);
    }
    open_listener(&sink);
    run(&sink);
    if (sink.options.count)
        print_count(&sink.count);
    (void)fflush(stdout);
    _exit(0); /* with open sessions: the kernel has them freed */
}
