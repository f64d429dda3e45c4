#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "talk.h"

static void begin(struct talk *s, enum phase phase)
{
    const struct script_fault *fault = talk_fault(s, SCRIPT_BODY);

    s->phase = phase;
    s->message_at = s->in_at;
    s->answered_early = false;
    s->refusal = NULL;
    s->body_fault = fault;
    if (fault && (fault->act == SCRIPT_DELAY || fault->act == SCRIPT_LINES))
        s->body_fault = NULL;
}

void message_begin_data(struct talk *s)
{
    begin(s, PHASE_BODY);
}

void message_begin_chunk(struct talk *s, size_t size)
{
    begin(s, PHASE_CHUNK);
    s->chunk = size;
}

/* Something happens in the middle of the message. */
static void break_in(struct talk *s)
{
    const struct script_fault *fault = s->body_fault;

    s->body_fault = NULL;
    switch (fault->act) {
    case SCRIPT_STALL:
    case SCRIPT_DO_AND_STALL:
        s->phase = fault->nth % 2 ? PHASE_DEAF : PHASE_IGNORE;
        break;
    case SCRIPT_REFUSE:
        s->answered_early = true;
        say_of_copy(s, fault->text);
        break;
    case SCRIPT_EXTRA:
    case SCRIPT_GARBAGE:
    case SCRIPT_ENDLESS:
    case SCRIPT_LONG:
        (void)command_obstructs(s, fault);
        break;
    default:
        talk_end(s, fault->end);
    }
}

static bd_str header(bd_str message, const char *name)
{
    bd_str line;

    while ((line = bd_str_cut_line(&message)).len > 0)
        if (bd_str_starts_nocase(line, bd_str_from(name)))
            return bd_str_trim(bd_str_skip(line, strlen(name)));
    return BD_STR_NONE;
}

static bool has_bare_line_end(bd_str message)
{
    for (size_t i = 0; i < message.len; i++) {
        char c = message.ptr[i];

        if (c == '\n' && (i == 0 || message.ptr[i - 1] != '\r'))
            return true;
        if (c == '\r' && (i + 1 == message.len || message.ptr[i + 1] != '\n'))
            return true;
    }
    return false;
}

/* It must be the whole of the right copy. */
static void check(struct talk *s, struct truth *truth, bd_str message)
{
    const char *tail = s->server->options.tail;
    bd_str to = header(message, "To:");
    bd_str id = header(message, "Message-ID:");

    id = bd_str_sub(id, 1, id.len > 2 ? id.len - 2 : 0); /* in < > */

    if (tail && !bd_str_ends(message, bd_str_from(tail)))
        talk_rude(s, "the copy for %s is not whole (%zu octets)", truth->to,
                  message.len);
    if (tail && !bd_str_eq(to, bd_str_from(truth->to)))
        talk_rude(s, "the copy for %.*s was sent to %s", BD_ARG(to), truth->to);
    if (id.len == 0 || id.len >= TRUTH_TEXT)
        talk_rude(s, "the copy for %s has no Message-ID", truth->to);
    else if (truth->message_id[0] != '\0' &&
             !bd_str_eq(id, bd_str_from(truth->message_id)) && tail)
        talk_rude(s, "%s gets %s and %.*s", truth->to, truth->message_id,
                  BD_ARG(id));
    else
        (void)snprintf(truth->message_id, sizeof truth->message_id, "%.*s",
                       BD_ARG(id));
    if (has_bare_line_end(message) || !bd_str_is_ascii(message) ||
        bd_str_find(message, BD_STR("\r\n.")) != SIZE_MAX)
        talk_rude(s, "the copy for %s has odd octets", truth->to);
}

static void record(struct server *server, const struct truth *truth)
{
    char line[3 * TRUTH_TEXT];
    int len;

    if (server->record < 0)
        return;
    len = snprintf(line, sizeof line, "%s %s\n", truth->message_id, truth->to);
    if (write(server->record, line, (size_t)len) != len)
        talk_rude(server->sessions[0], "the record cannot be written");
}

static void accept_copy(struct talk *s, const struct script_fault *fault,
                        struct truth *truth)
{
    char text[80];

    truth->taken++;
    s->server->tally.taken++;
    record(s->server, truth);
    (void)snprintf(text, sizeof text, "250 2.0.0 Ok: queued as F%u",
                   s->server->tally.taken);
    if (s->server->options.delay_ms)
        s->hold_until = server_now_ms() + s->server->options.delay_ms;
    s->accepting = true;
    command_answer(s, fault, text);
    s->accepting = false;
}

/* All copies before this one were answered before its 354 was. */
static void note_heard(struct talk *s)
{
    if (s->crooked || s->lied || s->phase != PHASE_BODY)
        return;
    for (size_t i = 0; i < s->current; i++) {
        struct touched *t = &s->touched[i];

        t->truth->heard += t->told && !t->heard;
        t->heard = t->heard || t->told;
    }
}

/* The message, up to its last octet, is there. */
static void finish(struct talk *s, bd_str message)
{
    const struct script_fault *fault = talk_fault(s, SCRIPT_DOT);
    bool by_chunk = s->phase == PHASE_CHUNK;
    bool whole = s->has_mail && message.len > 0;

    if (whole) {
        check(s, s->touched[s->current].truth, message);
        note_heard(s);
    }
    s->phase = PHASE_TALK;
    if (s->answered_early) {
        ;
    } else if (!whole) {
        say(s, "554 5.5.1 no valid recipients");
    } else if (s->refusal) {
        say_of_copy(s, s->refusal);
    } else if (!command_obstructs(s, fault)) {
        if (s->lied)
            say_of_copy(s, "451 4.3.0 not taken");
        else
            accept_copy(s, fault, s->touched[s->current].truth);
    }
    if (!by_chunk || whole) /* a failed BDAT leaves it open (RFC 3030 2) */
        s->in_mail = s->has_mail = false;
}

static bool take_body(struct talk *s)
{
    bd_str in = bd_str_skip(bd_buf_str(&s->in), s->message_at);
    size_t end;

    if (bd_str_starts(in, BD_STR(".\r\n"))) {
        s->in_at = s->message_at + 3;
        finish(s, BD_STR_NONE);
        return true;
    }
    end = bd_str_find(in, BD_STR("\r\n.\r\n"));
    if (end == SIZE_MAX)
        return false;
    s->in_at = s->message_at + end + 5;
    finish(s, bd_str_sub(in, 0, end + 2));
    return true;
}

bool message_take(struct talk *s)
{
    size_t there = s->in.len - s->message_at;

    if (s->body_fault && there >= s->body_fault->offset) {
        break_in(s);
        return s->phase == PHASE_BODY || s->phase == PHASE_CHUNK;
    }
    if (s->phase == PHASE_BODY)
        return take_body(s);
    if (there < s->chunk)
        return false;
    s->in_at = s->message_at + s->chunk;
    finish(s, bd_str_sub(bd_buf_str(&s->in), s->message_at, s->chunk));
    return true;
}
