#include <assert.h>
#include <string.h>

#include "smtp_private.h"

/* More than an envelope, or what stands around a message. */
#define ENVELOPE_OCTETS 1024

enum way smtp_way(const struct bd_smtp *smtp)
{
    if (!smtp->pipelining || smtp->errors >= ERRORS_LOCK_STEP)
        return LOCK_STEP;
    return smtp->window_most > 0 ? WINDOW : OVERLAPPED;
}

/* Octets of the session, once all that is said has left. */
static uint64_t written(const struct bd_smtp *smtp)
{
    return smtp->sent + (smtp->out.len - smtp->out_sent);
}

static struct bd_buf *output(struct bd_smtp *smtp)
{
    if (smtp->spare && !smtp->out.ptr)
        bd_spare_take(smtp->spare, &smtp->out);
    return &smtp->out;
}

/* What has left makes room for what comes, rather than that the buffer grows
 * for ever behind a slow connection. */
static void make_room(struct bd_smtp *smtp, size_t len)
{
    struct bd_buf *out = output(smtp);
    size_t left = out->len - smtp->out_sent;

    if (out->cap - out->len < len && smtp->out_sent > left) {
        memmove(out->ptr, out->ptr + smtp->out_sent, left);
        out->len = left;
        smtp->out_sent = 0;
    }
}

/* For what was said just now. */
static struct owed *owe(struct bd_smtp *smtp, enum bd_smtp_stage stage,
                        struct transaction *t)
{
    size_t at = (smtp->owed_first + smtp->owed_count) % OWED_MAX;

    assert(smtp->owed_count < OWED_MAX);
    smtp->owed[at] = (struct owed) {
        .transaction = t,
        .stage = stage,
        .last_octet = written(smtp),
        .earliest = written(smtp),
    };
    smtp->owed_count++;
    if (t)
        t->owed++;
    return &smtp->owed[at];
}

static void say_mail(const struct bd_smtp *smtp, const struct transaction *t,
                     struct bd_buf *out)
{
    bd_buf_add(out, BD_STR("MAIL FROM:<"));
    bd_buf_add(out, t->copy->envelope_from);
    if (smtp->size_max > 0) {
        bd_buf_add(out, BD_STR("> SIZE="));
        bd_buf_add_u64(out, t->copy->size);
    } else {
        bd_buf_add(out, BD_STR(">"));
    }
    if (t->is_utf8)
        bd_buf_add(out, BD_STR(" SMTPUTF8"));
    bd_buf_add(out, BD_STR("\r\n"));
}

static void say(struct bd_smtp *smtp, struct transaction *t,
                enum bd_smtp_stage stage)
{
    struct bd_buf *out = output(smtp);

    if (stage == BD_SMTP_RSET) {
        bd_buf_add(out, BD_STR("RSET\r\n"));
    } else if (stage == BD_SMTP_MAIL) {
        say_mail(smtp, t, out);
    } else if (stage == BD_SMTP_RCPT) {
        bd_buf_add(out, BD_STR("RCPT TO:<"));
        bd_buf_add(out, t->copy->envelope_to);
        bd_buf_add(out, BD_STR(">\r\n"));
    } else {
        bd_buf_add(out, BD_STR("DATA\r\n"));
    }
    (void)owe(smtp, stage, t);
}

/* Its last line is ended, as promised, or else we end it: a dot behind it
 * would be no end of the message. */
static bool splice(struct bd_smtp *smtp, struct transaction *t)
{
    struct bd_buf *out = &smtp->out;
    size_t start = out->len;

    if (!bd_buf_reserve(out, t->copy->size + ENVELOPE_OCTETS) ||
        t->copy->write(t->copy->self, out) != BD_OK)
        return false;
    assert(out->len >= start);
    if (out->len < start + 2 || memcmp(out->ptr + out->len - 2, "\r\n", 2) != 0)
        bd_buf_add(out, BD_STR("\r\n"));
    return true;
}

bool smtp_say_message(struct bd_smtp *smtp, struct transaction *t)
{
    make_room(smtp, t->copy->size + ENVELOPE_OCTETS);
    if (!t->decided && !splice(smtp, t)) {
        smtp_decide_unmade(smtp, t);
        return false;
    }
    bd_buf_add(&smtp->out, BD_STR(".\r\n"));
    owe(smtp, BD_SMTP_DOT, t)->earliest = 0;
    t->last_octet = written(smtp);
    return true;
}

static size_t digits_of(size_t number)
{
    size_t count = 1;

    while (number /= 10)
        count++;
    return count;
}

/*
 * "BDAT 20311 LAST" and the message (RFC 3030 2). The message is spliced
 * behind a gap that fits the size it is thought to have, and moved when it
 * turns out to need another. False: it could not be made.
 */
static bool say_chunk(struct bd_smtp *smtp, struct transaction *t)
{
    static const bd_str head = BD_STR_INIT("BDAT ");
    static const bd_str tail = BD_STR_INIT(" LAST\r\n");
    struct bd_buf *out = &smtp->out;
    size_t start = out->len;
    size_t gap = head.len + digits_of(t->copy->size) + tail.len;
    size_t need = 0;
    size_t len = 0;
    uint64_t earliest = 0;
    struct owed *owed = NULL;

    if (!bd_buf_reserve(out, gap))
        return false;
    out->len += gap;
    if (!splice(smtp, t))
        return false;
    len = out->len - start - gap;
    need = head.len + digits_of(len) + tail.len;
    if (need != gap) {
        if (!bd_buf_reserve(out, need))
            return false;
        memmove(out->ptr + start + need, out->ptr + start + gap, len);
    }
    out->len = start;
    bd_buf_add(out, head);
    bd_buf_add_u64(out, len);
    bd_buf_add(out, tail);
    earliest = written(smtp);
    out->len += len;
    owed = owe(smtp, BD_SMTP_DOT, t);
    owed->earliest = earliest;
    owed->is_chunk = true;
    t->last_octet = owed->last_octet;
    return true;
}

/* All of a copy in one go, or nothing at all if it cannot be made. */
static void say_whole(struct bd_smtp *smtp, struct transaction *t, bool reset)
{
    size_t before = smtp->out.len;
    size_t owed = smtp->owed_count;

    for (int stage = reset ? BD_SMTP_RSET : BD_SMTP_MAIL; stage <= BD_SMTP_RCPT;
         stage++)
        say(smtp, t, (enum bd_smtp_stage)stage);
    if (say_chunk(smtp, t)) {
        smtp->reset_first = false;
        return;
    }
    smtp->out.len = before;
    smtp->out.full = false;
    smtp->owed_count = owed;
    t->owed = 0;
    smtp_decide_unmade(smtp, t);
}

void smtp_say_after(struct bd_smtp *smtp, struct transaction *t,
                    enum bd_smtp_stage stage)
{
    /* RFC 2920 3.1: DATA's reply decides what follows, so it ends a group. */
    do {
        stage++;
        say(smtp, t, stage);
    } while (stage < BD_SMTP_DATA && smtp_way(smtp) != LOCK_STEP);
}

void smtp_say_envelope(struct bd_smtp *smtp, struct transaction *t)
{
    make_room(smtp, t->copy->size + ENVELOPE_OCTETS);
    if (smtp_way(smtp) == WINDOW) {
        /* A copy before it whose recipient is refused stays open. */
        say_whole(smtp, t, smtp->reset_first || smtp->owed_count > 0);
        return;
    }
    smtp->open = t;
    if (smtp->reset_first) {
        smtp->reset_first = false;
        say(smtp, t, BD_SMTP_RSET);
        if (smtp_way(smtp) == LOCK_STEP)
            return;
    }
    smtp_say_after(smtp, t, BD_SMTP_RSET);
}

void smtp_say_quit(struct bd_smtp *smtp)
{
    bd_buf_add(output(smtp), BD_STR("QUIT\r\n"));
    (void)owe(smtp, BD_SMTP_QUIT, NULL);
}
