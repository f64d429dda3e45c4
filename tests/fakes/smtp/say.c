#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "talk.h"

#define LONG_LINE (100 * 1024)

static int code_of(const char *text)
{
    return (int)strtol(text, NULL, 10);
}

void say_raw(struct talk *s, const char *text)
{
    bd_buf_add_cstr(&s->out, text);
}

/* Remember where in the output the answer to a copy ends. */
static void mark(struct talk *s, size_t end)
{
    size_t most = sizeof s->marks / sizeof *s->marks;

    if (s->mark_count == most)
        s->mark_count--; /* that one will not be known as told */
    s->marks[s->mark_count].end = end;
    s->marks[s->mark_count++].touched = s->current;
    s->accepting = false;
    s->errors = 0;
}

void say(struct talk *s, const char *text)
{
    int code = code_of(text);

    if (!s->script.pipelining && !s->script.injects && s->in_at < s->in.len &&
        s->phase == PHASE_TALK)
        talk_rude(s, "did not wait for %.30s", text);
    if (code >= 400 && code < 600) {
        s->server->codes[code] = true;
        s->errors++;
    }
    say_raw(s, text);
    say_raw(s, "\r\n");
    if (s->accepting)
        mark(s, s->out.len);
    if (s->script.style == SCRIPT_WHOLE)
        (void)say_flush(s);
    if (code == 421) {
        s->closed = true;
        s->phase = PHASE_CLOSING;
        s->end = script_below(&s->random, 2) ? SCRIPT_CLOSE : SCRIPT_SHUTDOWN;
    }
}

void say_of_copy(struct talk *s, const char *text)
{
    int code = code_of(text);

    if (code >= 400 && s->in_mail && s->touched_count > 0)
        truth_add_code(s->touched[s->current].truth, code);
    say(s, text);
}

static void say_half(struct talk *s, const char *text)
{
    size_t len = strlen(text) / 2;

    bd_buf_add(&s->out, (bd_str) { text, len });
    s->crooked = true;
}

static void say_lines(struct talk *s, const char *text)
{
    unsigned lines = 1 + script_below(&s->random, 80);

    for (unsigned i = 0; i < lines; i++)
        bd_buf_printf(&s->out, "%.3s-%u: and now for something\r\n", text, i);
}

void say_by(struct talk *s, const struct script_fault *fault, const char *text)
{
    enum script_act act = fault ? fault->act : SCRIPT_ACTS;

    if (act == SCRIPT_DELAY)
        s->hold_until = server_now_ms() + fault->delay;
    else if (act == SCRIPT_LINES)
        say_lines(s, text);
    if (act == SCRIPT_HALF)
        say_half(s, text);
    else
        say(s, text);
    if (act == SCRIPT_HALF || act == SCRIPT_TELL_AND_CUT) {
        s->phase = PHASE_CLOSING;
        s->end = fault->end;
    }
}

void say_fault(struct talk *s, const struct script_fault *fault)
{
    s->crooked = true;
    if (fault->act == SCRIPT_GARBAGE) {
        say_raw(s, fault->text);
    } else if (fault->act == SCRIPT_LONG) {
        say_raw(s, "250 ");
        for (int i = 0; i < LONG_LINE; i++)
            bd_buf_add_char(&s->out, 'x');
        say_raw(s, "\r\n");
    } else {
        s->phase = PHASE_BABBLE;
    }
}

static void mark_told(struct talk *s)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->mark_count; i++) {
        if (s->marks[i].end > s->out_at) {
            s->marks[kept++] = s->marks[i];
            continue;
        }
        s->touched[s->marks[i].touched].told = true;
        s->touched[s->marks[i].touched].truth->told++;
    }
    s->mark_count = kept;
    if (s->out_at < s->out.len)
        return;
    for (size_t i = 0; i < kept; i++)
        s->marks[i].end -= s->out_at;
    bd_buf_clear(&s->out);
    s->out_at = 0;
}

static size_t portion(struct talk *s)
{
    size_t left = s->out.len - s->out_at;

    if (s->script.style == SCRIPT_OCTETS && left > 1)
        return left > 1000 ? 1000 : 1;
    if (s->script.style == SCRIPT_PIECES && left > 1)
        return 1 + script_below(&s->random, (unsigned)left);
    return left;
}

int say_flush(struct talk *s)
{
    int64_t now = server_now_ms();
    size_t len;
    ssize_t sent;

    if (s->out_at == s->out.len)
        return -1;
    if (s->hold_until > now)
        return (int)(s->hold_until - now);
    len = portion(s);
    sent = send(s->fd, s->out.ptr + s->out_at, len,
                MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN) {
        s->phase = PHASE_OVER;
        return -1;
    }
    s->out_at += sent > 0 ? (size_t)sent : 0;
    mark_told(s);
    if (sent < 0)
        return 5;
    return s->out.len > s->out_at ? 0 : -1;
}
