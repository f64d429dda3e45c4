/* layer: web */
/* Octets on a connection: through libmicrohttpd's own parser and its post
 * processor, to the pages and back. The server lives on after all of them, and
 * nothing is its fault. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "server_private.h"
#include "site.h"

#define WAIT_MS 10

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct bd_server *server;

static void stop(void)
{
    bd_server_stop(server);
}

static void start(void)
{
    struct bd_server_options options = { .listen = "127.0.0.1:0",
                                         .proxies = BD_STR("127.0.0.1"),
                                         .metrics = BD_STR("127.0.0.1") };

    if (server)
        return;
    site_make();
    options.site = made.site;
    options.database = made.path;
    SITE_MUST(bd_server_start(&options, &server, &made.err));
    (void)atexit(stop); /* before the site goes */
}

/* Kinds of input by the first octet: raw ones, and forms of each encoding. */
static bd_str build(struct bd_arena *arena, bd_str text)
{
    static const char *const types[] = {
        NULL,
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "multipart/form-data; boundary=\"-\"",
    };
    size_t kind = text.len > 0 ? (unsigned char)text.ptr[0] & 3U : 0;

    text = site_sign(arena, bd_str_skip(text, 1));
    if (!types[kind])
        return text;
    return bd_arena_printf(
        arena,
        "POST %.*s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n%.*s",
        BD_ARG(site_sign(arena, BD_STR("/u/@u1"))), types[kind], text.len,
        BD_ARG(text));
}

static bool wait_for(int fd, short events)
{
    struct pollfd p = { .fd = fd, .events = events };

    return poll(&p, 1, WAIT_MS) == 1;
}

static void send_all(int fd, bd_str text)
{
    while (text.len > 0 && wait_for(fd, POLLOUT)) {
        ssize_t sent = send(fd, text.ptr, text.len,
                            MSG_NOSIGNAL | MSG_DONTWAIT);

        if (sent < 0 && errno != EAGAIN)
            return;
        if (sent > 0)
            text = bd_str_skip(text, (size_t)sent);
    }
}

/* The first octets of what comes back. */
static size_t receive(int fd, char *out, size_t room)
{
    char rest[4096];
    size_t len = 0;

    while (wait_for(fd, POLLIN)) {
        bool first = len < room;
        ssize_t got = recv(fd, first ? out + len : rest,
                           first ? room - len : sizeof rest, MSG_DONTWAIT);

        if (got <= 0)
            break;
        if (first)
            len += (size_t)got;
    }
    return len;
}

static void check_answer(bd_str answer)
{
    assert(answer.len == 0 || bd_str_starts(answer, BD_STR("HTTP/1.")));
    assert(bd_str_find(answer, BD_STR("HTTP/1.1 500")) == SIZE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    struct sockaddr_in peer = { .sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    bd_str text = BD_STR_NONE;
    char answer[2048];
    int fds[2];

    start();
    text = build(arena, (bd_str) { (const char *)data, size });
    assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
    if (MHD_add_connection(server->daemon, fds[0],
                           (const struct sockaddr *)&peer,
                           sizeof peer) == MHD_YES) {
        send_all(fds[1], text);
        (void)shutdown(fds[1], SHUT_WR);
        check_answer(
            (bd_str) { answer, receive(fds[1], answer, sizeof answer) });
    }
    (void)close(fds[1]);
    bd_arena_free(arena);
    return 0;
}
