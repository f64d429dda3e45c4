/*
 * Usage: feeder PORT MESSAGES OCTETS SESSIONS [data]
 *
 * The fastest sender there can be: the same octets again and again, RSET,
 * MAIL, RCPT and BDAT LAST, four messages under way in each session, nothing
 * looked at but the number of replies. Shows what the sink can take, so that
 * no one measures the sink and thinks it is the sender. With "data" it says
 * DATA, and the next envelope behind each message: what that dialogue costs
 * by itself. Prints messages a second.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>

#include "bench.h"

#include "brevduva/base/buf.h"

enum { WINDOW_MAX = 4, REPLIES = 4, SESSIONS_MAX = 1000 };

#define ENVELOPE                                                               \
    "MAIL FROM:<a@feeder.example>\r\nRCPT TO:<b@feeder.example>\r\n"

struct session {
    int fd;
    size_t at;      /* where in the messages the next octet stands */
    size_t to_send; /* octets of those that were started */
    long under_way; /* messages without their replies */
    long replies;   /* lines that came */
};

struct feeder {
    struct bd_buf messages; /* as many as may be under way */
    size_t message_len;
    long window; /* messages under way in a session */
    bool data;
    long to_start, to_end;
    int epoll;
};

static void make_messages(struct feeder *f, size_t octets)
{
    bd_buf_init(&f->messages, 0);
    for (int i = 0; i < f->window; i++) {
        if (!f->data)
            bd_buf_printf(&f->messages, "RSET\r\n" ENVELOPE "BDAT %zu LAST\r\n",
                          octets);
        for (size_t at = 1; at <= octets; at++)
            bd_buf_add_char(&f->messages, at % 72 == 0 ? '\n' : 'x');
        if (f->data)
            bd_buf_add_cstr(&f->messages, "\r\n.\r\n" ENVELOPE "DATA\r\n");
    }
    f->message_len = f->messages.len / (size_t)f->window;
}

static void ask(const struct session *s, const char *command, const char *end)
{
    char reply[4096];
    size_t have = 0;
    ssize_t got = 0;

    require(send(s->fd, command, strlen(command), 0) > 0, command);
    do {
        got = recv(s->fd, reply + have, sizeof reply - 1 - have, 0);
        require(got > 0, command);
        have += (size_t)got;
        reply[have] = '\0';
    } while (!strstr(reply, end));
}

static void open_session(struct feeder *f, struct session *s, int port)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET,
                                 .data.ptr = s };
    char greeting[4096];
    int on = 1;

    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(connect(s->fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
    require(recv(s->fd, greeting, sizeof greeting, 0) > 0, "greeting");
    ask(s, "EHLO feeder.example\r\n", "250 ");
    if (f->data)
        ask(s, ENVELOPE "DATA\r\n", "354");
    (void)setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    require(epoll_ctl(f->epoll, EPOLL_CTL_ADD, s->fd, &event) == 0, "epoll");
}

static bool hear(struct feeder *f, struct session *s)
{
    char replies[64 * 1024];
    ssize_t got = recv(s->fd, replies, sizeof replies, MSG_DONTWAIT);

    require(got != 0, "the sink hung up");
    for (ssize_t i = 0; i < got; i++)
        s->replies += replies[i] == '\n';
    for (; s->replies >= REPLIES; s->replies -= REPLIES) {
        s->under_way--;
        f->to_end--;
    }
    return got > 0;
}

static void speak(struct feeder *f, struct session *s)
{
    while (s->under_way < f->window && f->to_start > 0) {
        s->under_way++;
        s->to_send += f->message_len;
        f->to_start--;
    }
    while (s->to_send > 0) {
        size_t len = f->messages.len - s->at;
        ssize_t put = send(s->fd, f->messages.ptr + s->at,
                           len < s->to_send ? len : s->to_send,
                           MSG_DONTWAIT | MSG_NOSIGNAL);
        if (put < 0)
            break;
        s->at = (s->at + (size_t)put) % f->messages.len;
        s->to_send -= (size_t)put;
    }
}

int main(int argc, char **argv)
{
    static struct session sessions[SESSIONS_MAX];
    struct epoll_event events[SESSIONS_MAX];
    struct feeder f = { .epoll = epoll_create1(EPOLL_CLOEXEC) };
    long number[5] = { 0 };
    double start = 0;

    for (int i = 1; i < argc && i < 5; i++)
        number[i] = strtol(argv[i], NULL, 10);
    if (argc < 5 || number[4] < 1 || number[4] > SESSIONS_MAX)
        return 2;
    f.data = argc > 5;
    f.window = f.data ? 1 : WINDOW_MAX;
    f.to_start = f.to_end = number[2];
    make_messages(&f, (size_t)number[3]);
    for (long i = 0; i < number[4]; i++)
        open_session(&f, &sessions[i], (int)number[1]);
    start = seconds();
    while (f.to_end > 0) {
        int count = epoll_wait(f.epoll, events, SESSIONS_MAX, -1);

        for (int i = 0; i < count; i++) {
            while (hear(&f, events[i].data.ptr))
                continue;
            speak(&f, events[i].data.ptr);
        }
    }
    (void)printf("%.0f\n", (double)number[2] / (seconds() - start));
    bd_buf_fini(&f.messages);
    return 0;
}
