#include "brevduva/deliver/smtp.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "brevduva/base/i18n.h"
#include "smtp_private.h"

static void read_capability(struct bd_smtp *smtp, bd_str line)
{
    bd_str keyword = bd_str_cut(&line, ' ');

    if (bd_str_eq_nocase(keyword, BD_STR("PIPELINING")))
        smtp->pipelining = true;
    else if (bd_str_eq_nocase(keyword, BD_STR("SMTPUTF8")))
        smtp->smtputf8 = true;
    else if (bd_str_eq_nocase(keyword, BD_STR("SIZE")) &&
             !bd_str_to_u64(bd_str_trim(line), &smtp->size_max))
        smtp->size_max = 0;
}

struct bd_smtp *bd_smtp_new(bd_str capabilities)
{
    struct bd_smtp *smtp = calloc(1, sizeof *smtp);

    if (!smtp)
        abort();
    bd_buf_init(&smtp->out, 0);
    bd_smtp_reader_init(&smtp->reader);
    (void)bd_str_cut_line(&capabilities); /* the greeting */
    while (capabilities.len > 0)
        read_capability(smtp, bd_str_trim(bd_str_cut_line(&capabilities)));
    return smtp;
}

void bd_smtp_free(struct bd_smtp *smtp)
{
    if (!smtp)
        return;
    bd_buf_fini(&smtp->out);
    free(smtp);
}

bool bd_smtp_is_ready(const struct bd_smtp *smtp)
{
    return !smtp->ended && !bd_smtp_is_busy(smtp) &&
           smtp->errors < ERRORS_WORN && !smtp->window[0].copy;
}

bool bd_smtp_is_busy(const struct bd_smtp *smtp)
{
    return smtp->owed_count > 0;
}

enum bd_smtp_stage bd_smtp_awaits(const struct bd_smtp *smtp)
{
    assert(smtp->owed_count > 0);
    return smtp->owed[smtp->owed_first].stage;
}

bd_str bd_smtp_output(const struct bd_smtp *smtp)
{
    return bd_str_skip(bd_buf_str(&smtp->out), smtp->out_sent);
}

void bd_smtp_sent(struct bd_smtp *smtp, size_t len)
{
    assert(len <= smtp->out.len - smtp->out_sent);
    smtp->out_sent += len;
    smtp->sent += len;
    if (smtp->out_sent == smtp->out.len) {
        bd_buf_clear(&smtp->out);
        smtp->out_sent = 0;
    }
}

void bd_smtp_end(struct bd_smtp *smtp, const char *why)
{
    enum bd_smtp_stage stage = smtp->owed_count > 0 ? bd_smtp_awaits(smtp)
                                                    : BD_SMTP_RSET;

    for (size_t i = 0; i < WINDOW; i++) {
        struct transaction *t = &smtp->window[i];

        if (t->copy && !t->decided)
            smtp_decide_lost(smtp, t, stage, why);
    }
    smtp->ended = true;
    smtp->owed_count = 0;
    bd_buf_clear(&smtp->out);
    smtp->out_sent = 0;
}

bool bd_smtp_next(struct bd_smtp *smtp, struct bd_smtp_outcome *out)
{
    for (size_t i = 0; i < WINDOW; i++) {
        struct transaction *t = &smtp->window[i];

        if (t->copy && t->decided) {
            t->copy = NULL; /* `decided` stays: replies may still be owed */
            *out = t->outcome;
            return true;
        }
    }
    return false;
}

static void end_out_of_turn(struct bd_smtp *smtp, int code)
{
    char why[BD_MAX_REPLY_TEXT];

    (void)snprintf(why, sizeof why,
                   _("the relay said %d where that has no meaning"), code);
    bd_smtp_end(smtp, why);
}

/* 421: it closes the connection, whatever we had asked (RFC 5321 3.8). The
 * copy whose command it answers waits; the rest has not been looked at. */
static void take_closing(struct bd_smtp *smtp, const struct owed *owed,
                         const struct bd_smtp_reply *reply)
{
    struct transaction *t = owed->transaction;

    if (t && !t->decided && owed->stage != BD_SMTP_RSET)
        smtp_decide(t, owed->stage, reply);
    bd_smtp_end(smtp, _("the relay closed the session (421)"));
}

static void take_refusal(struct bd_smtp *smtp, const struct owed *owed,
                         const struct bd_smtp_reply *reply)
{
    struct transaction *t = owed->transaction;

    smtp->errors++;
    smtp->reset_first = true;
    if (!t || owed->stage == BD_SMTP_RSET) {
        end_out_of_turn(smtp, reply->code);
        return;
    }
    if (!t->decided)
        smtp_decide(t, owed->stage, reply);
    if (smtp->sent < owed->last_octet) /* refused while we still wrote */
        bd_smtp_end(smtp, _("the relay did not read the whole message"));
}

static void take_success(struct bd_smtp *smtp, const struct owed *owed,
                         const struct bd_smtp_reply *reply)
{
    struct transaction *t = owed->transaction;

    switch (owed->stage) {
    case BD_SMTP_RSET:
    case BD_SMTP_MAIL:
    case BD_SMTP_RCPT:
        t->recipient_taken = owed->stage == BD_SMTP_RCPT;
        if (!t->decided && !bd_smtp_is_busy(smtp))
            smtp_say_from(smtp, t, owed->stage + 1);
        break;
    case BD_SMTP_DATA:
        /* RFC 2920 3.1: a relay may want the message though it refused the
         * recipient, and gets an empty one for nobody. */
        if (t->decided && t->recipient_taken) {
            bd_smtp_end(smtp, "");
            break;
        }
        smtp_say(smtp, t, BD_SMTP_DOT);
        t->last_octet = smtp->written;
        break;
    case BD_SMTP_DOT:
        if (t->decided)
            break;
        smtp->errors = 0;
        smtp_decide(t, BD_SMTP_DOT, reply);
        break;
    default: /* QUIT */
        bd_smtp_end(smtp, "");
    }
}

static void take_reply(struct bd_smtp *smtp, const struct bd_smtp_reply *reply)
{
    struct owed owed = smtp->owed[smtp->owed_first];
    int wanted = 2;

    if (smtp->owed_count == 0) {
        end_out_of_turn(smtp, reply->code);
        return;
    }
    if (owed.stage == BD_SMTP_DATA)
        wanted = 3;
    if (reply->code < 400 &&
        (reply->code / 100 != wanted || smtp->sent < owed.last_octet)) {
        end_out_of_turn(smtp, reply->code);
        return;
    }
    smtp->owed_first = (smtp->owed_first + 1) % OWED_MAX;
    smtp->owed_count--;
    if (reply->code == 421)
        take_closing(smtp, &owed, reply);
    else if (reply->code >= 400)
        take_refusal(smtp, &owed, reply);
    else
        take_success(smtp, &owed, reply);
}

bool bd_smtp_push(struct bd_smtp *smtp, bd_str bytes)
{
    bool any = false;

    while (!smtp->ended) {
        const char *why = NULL;
        enum bd_smtp_progress progress = bd_smtp_reader_take(&smtp->reader,
                                                             &bytes, &why);

        if (progress == BD_SMTP_MORE)
            return any;
        if (progress == BD_SMTP_BROKEN)
            bd_smtp_end(smtp, why);
        else
            take_reply(smtp, &smtp->reader.reply);
        any = true;
    }
    return true;
}

void bd_smtp_start(struct bd_smtp *smtp, const struct bd_copy *copy)
{
    struct transaction *t = &smtp->window[0];
    bool reset = smtp->reset_first;

    assert(bd_smtp_is_ready(smtp));
    *t = (struct transaction) { .copy = copy };
    if (!smtp_can_start(smtp, t))
        return;
    smtp->reset_first = false;
    smtp_say_from(smtp, t, reset ? BD_SMTP_RSET : BD_SMTP_MAIL);
}

void bd_smtp_quit(struct bd_smtp *smtp)
{
    assert(!bd_smtp_is_busy(smtp));
    if (!smtp->ended)
        smtp_say(smtp, NULL, BD_SMTP_QUIT);
}
