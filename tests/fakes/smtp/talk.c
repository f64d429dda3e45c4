#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "talk.h"

/* A client that sends more at once than this is never done. */
#define IN_MAX ((size_t)64 * 1024 * 1024)
/* No test is so patient. */
#define STALL_MS    30000
#define GOODBYE_MS  2000
#define SLOW_OCTETS 16384
/* Copies that may be on their way to us when we hang up. */
#define UNSEEN 8

static void begin(struct talk *s)
{
    const struct script_fault *fault = talk_fault(s, SCRIPT_GREETING);

    if (!command_obstructs(s, fault))
        command_answer(s, fault, "220 fake.example ESMTP at your service");
}

struct talk *talk_new(struct server *server, int fd, unsigned number)
{
    struct talk *s = calloc(1, sizeof *s);
    int yes = 1;
    int little = 2 * SLOW_OCTETS;

    if (!s)
        abort();
    s->server = server;
    s->fd = fd;
    s->number = number;
    s->random = server->options.seed * 1000003 + number;
    bd_buf_init(&s->in, IN_MAX);
    bd_buf_init(&s->out, 0);
    script_draw(&s->script, s->random, server->options.way, server->calm);
    if (server->options.honest)
        script_make_honest(&s->script);
    s->script.injects = server->options.injects;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (s->script.slow)
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    begin(s);
    return s;
}

void talk_rude(struct talk *s, const char *format, ...)
{
    struct server_tally *tally = &s->server->tally;
    va_list arguments;

    if (tally->rude[0] != '\0')
        return;
    if ((s->lied || s->crooked) && !s->script.injects)
        return; /* who could say what is right now? */
    va_start(arguments, format);
    (void)vsnprintf(tally->rude, sizeof tally->rude, format, arguments);
    va_end(arguments);
    script_describe(&s->script, tally->rude_in, sizeof tally->rude_in);
}

const struct script_fault *talk_fault(struct talk *s, enum script_stage stage)
{
    unsigned nth = s->seen[stage]++;

    for (size_t i = 0; i < s->script.fault_count; i++) {
        const struct script_fault *fault = &s->script.faults[i];

        if (fault->stage == stage && fault->nth == nth)
            return fault;
    }
    return NULL;
}

void talk_end(struct talk *s, enum script_end how)
{
    struct linger linger = { .l_onoff = 1, .l_linger = 0 };

    if (how == SCRIPT_SHUTDOWN) {
        (void)shutdown(s->fd, SHUT_WR);
        s->phase = PHASE_IGNORE;
        s->polite = true;
        s->ends_at = server_now_ms() + GOODBYE_MS;
        return;
    }
    if (how == SCRIPT_RESET)
        (void)setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    s->deaf = true;
    s->phase = PHASE_OVER;
}

static void compact(struct talk *s)
{
    size_t gone = s->in_at;

    if (s->phase == PHASE_BODY || s->phase == PHASE_CHUNK)
        return; /* message_at stands before */
    if (gone < s->in.len)
        memmove(s->in.ptr, s->in.ptr + gone, s->in.len - gone);
    s->in.len -= gone;
    s->in_at = 0;
}

static bool take_line(struct talk *s)
{
    bd_str in = bd_str_skip(bd_buf_str(&s->in), s->in_at);
    size_t end = bd_str_find(in, BD_STR("\r\n"));

    if (end == SIZE_MAX) {
        if (in.len > 2000 && !s->script.injects)
            talk_rude(s, "a line of %zu octets", in.len);
        return false;
    }
    s->in_at += end + 2;
    command_take(s, bd_str_sub(in, 0, end));
    return true;
}

static void take_all(struct talk *s)
{
    bool moved = true;

    while (moved) {
        if (s->phase == PHASE_TALK)
            moved = take_line(s);
        else if (s->phase == PHASE_BODY || s->phase == PHASE_CHUNK)
            moved = message_take(s);
        else
            moved = false;
    }
    compact(s);
}

/* Octets; 0: none for now; -1: there will be no more. */
static ssize_t receive(struct talk *s)
{
    size_t most = s->script.slow ? SLOW_OCTETS : (size_t)256 * 1024;
    ssize_t len;

    if (!bd_buf_reserve(&s->in, most)) {
        talk_rude(s, "never stops talking");
        return -1;
    }
    len = recv(s->fd, s->in.ptr + s->in.len, most, MSG_DONTWAIT);
    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (len <= 0)
        return -1;
    s->in.len += (size_t)len;
    return len;
}

void talk_readable(struct talk *s)
{
    ssize_t len = receive(s);

    if (len > 0)
        take_all(s);
    if (len < 0)
        s->phase = PHASE_OVER;
}

static void babble(struct talk *s)
{
    if (s->out.len - s->out_at < 4096)
        for (int i = 0; i < 20; i++)
            say_raw(s, "250-and another thing\r\n");
}

int talk_step(struct talk *s)
{
    int64_t now = server_now_ms();
    int wait;

    if (s->phase == PHASE_BABBLE)
        babble(s);
    wait = s->phase == PHASE_OVER ? -1 : say_flush(s);
    if (s->phase == PHASE_CLOSING && s->out_at == s->out.len)
        talk_end(s, s->end);
    s->deaf = s->deaf || s->phase == PHASE_DEAF;
    if (s->phase == PHASE_DEAF || s->phase == PHASE_IGNORE) {
        if (s->ends_at == 0)
            s->ends_at = now + STALL_MS;
        if (now >= s->ends_at)
            s->phase = PHASE_OVER;
        else if (wait < 0)
            wait = 20;
    }
    if (s->script.slow && wait < 0)
        wait = 1;
    return wait;
}

/* What came and was not looked at: the client may think that we have it. */
static void note_unread(struct talk *s)
{
    bd_str rest;

    for (ssize_t more = 1; more > 0;)
        more = s->in.len < IN_MAX / 2 ? receive(s) : 0;
    rest = bd_str_skip(bd_buf_str(&s->in), s->in_at);
    while (rest.len > 0) {
        bd_str line = bd_str_cut_line(&rest);

        if (bd_str_starts_nocase(line, BD_STR("RCPT TO:")))
            command_touch(s, line);
    }
}

/* What is left in the air. After QUIT nothing is: all was read. So it was when
 * we said 421, or all else that we wanted to say, and went on listening. */
static void settle(struct talk *s)
{
    bool straight = !s->crooked && !s->lied;
    bool plain = straight && (s->quit || (s->polite && s->closed));

    if (!plain)
        note_unread(s);
    for (size_t i = 0; i < s->touched_count; i++) {
        struct touched *t = &s->touched[i];

        if (straight && (s->quit || s->polite) && t->told && !t->heard)
            t->truth->heard++;
        else if (!plain && t->asked && !t->heard)
            t->truth->doubts++;
    }
    if ((s->deaf || !straight) && (s->script.chunking || s->lied))
        s->server->tally.unseen += UNSEEN;
}

void talk_free(struct talk *s)
{
    settle(s);
    (void)close(s->fd);
    bd_buf_fini(&s->in);
    bd_buf_fini(&s->out);
    free(s->touched);
    free(s);
}
