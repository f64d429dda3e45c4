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
    else if (bd_str_eq_nocase(keyword, BD_STR("CHUNKING")))
        smtp->chunking = true;
    else if (bd_str_eq_nocase(keyword, BD_STR("SMTPUTF8")))
        smtp->smtputf8 = true;
    else if (bd_str_eq_nocase(keyword, BD_STR("SIZE")) &&
             !bd_str_to_u64(bd_str_trim(line), &smtp->size_max))
        smtp->size_max = 0;
}

struct bd_smtp *bd_smtp_new(bd_str capabilities,
                            const struct bd_smtp_options *options)
{
    struct bd_smtp *smtp = calloc(1, sizeof *smtp);

    if (!smtp)
        bd_out_of_memory();
    bd_buf_init(&smtp->out, 0);
    bd_buf_init(&smtp->texts, 0);
    bd_smtp_reader_init(&smtp->reader);
    (void)bd_str_cut_line(&capabilities); /* the greeting */
    while (capabilities.len > 0)
        read_capability(smtp, bd_str_trim(bd_str_cut_line(&capabilities)));
    smtp->spare = options->spare;
    if (options->lock_step)
        smtp->pipelining = false;
    if (smtp->chunking && options->window > 0)
        smtp->window_most = (size_t)options->window;
    if (smtp->window_most > BD_SMTP_WINDOW_MAX)
        smtp->window_most = BD_SMTP_WINDOW_MAX;
    smtp->window_now = 1;
    return smtp;
}

void bd_smtp_free(struct bd_smtp *smtp)
{
    if (!smtp)
        return;
    bd_buf_fini(&smtp->out);
    bd_buf_fini(&smtp->texts);
    free(smtp);
}

struct bd_smtp_offers bd_smtp_offers(const struct bd_smtp *smtp)
{
    return (struct bd_smtp_offers) { smtp->smtputf8, smtp->size_max };
}

size_t bd_smtp_room(const struct bd_smtp *smtp)
{
    const size_t most[] = {
        [LOCK_STEP] = 1,
        [OVERLAPPED] = 2, /* the second speaks behind the body of the first */
        [WINDOW] = smtp->window_now,
    };
    size_t room = most[smtp_way(smtp)];

    return !smtp->worn && room > smtp->count ? room - smtp->count : 0;
}

bool bd_smtp_is_worn(const struct bd_smtp *smtp)
{
    return smtp->worn;
}

bool bd_smtp_is_busy(const struct bd_smtp *smtp)
{
    return smtp->owed_count > 0;
}

size_t bd_smtp_under_way(const struct bd_smtp *smtp)
{
    return smtp->under_way;
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

static void empty_output(struct bd_smtp *smtp)
{
    if (smtp->spare)
        bd_spare_give(smtp->spare, &smtp->out);
    else
        bd_buf_clear(&smtp->out);
    smtp->out_sent = 0;
}

void bd_smtp_sent(struct bd_smtp *smtp, size_t len)
{
    assert(len <= smtp->out.len - smtp->out_sent);
    smtp->out_sent += len;
    smtp->sent += len;
    if (smtp->out_sent == smtp->out.len)
        empty_output(smtp);
}

/* What this copy waits for. */
static enum bd_smtp_stage stage_of(const struct bd_smtp *smtp,
                                   const struct transaction *t)
{
    for (size_t i = 0; i < smtp->owed_count; i++) {
        const struct owed *owed =
            &smtp->owed[(smtp->owed_first + i) % OWED_MAX];

        if (owed->transaction == t)
            return owed->stage;
    }
    return BD_SMTP_MAIL;
}

static void end(struct bd_smtp *smtp, bool passed_over, const char *why)
{
    for (size_t i = 0; i < smtp->count; i++) {
        struct transaction *t = smtp_nth(smtp, i);

        t->owed = 0;
        if (!t->decided)
            smtp_decide_lost(smtp, t, stage_of(smtp, t), passed_over, why);
    }
    smtp->ended = smtp->worn = true;
    smtp->said = smtp->count;
    smtp->open = NULL;
    smtp->owed_count = 0;
    empty_output(smtp);
}

void bd_smtp_end(struct bd_smtp *smtp, const char *why)
{
    end(smtp, false, why);
}

static void end_out_of_turn(struct bd_smtp *smtp, int code)
{
    char why[BD_MAX_REPLY_TEXT];

    (void)snprintf(why, sizeof why,
                   _("the relay said %d where that has no meaning"), code);
    bd_smtp_end(smtp, why);
}

static void drop_taken(struct bd_smtp *smtp)
{
    while (smtp->count > 0 && smtp_nth(smtp, 0)->taken) {
        smtp->first = (smtp->first + 1) % BD_SMTP_WINDOW_MAX;
        smtp->count--;
        smtp->said--;
    }
}

/* An outcome is told when all replies to the copy are in: the last of them
 * may turn it over. */
bool bd_smtp_next(struct bd_smtp *smtp, struct bd_smtp_outcome *out)
{
    for (size_t i = 0; i < smtp->count; i++) {
        struct transaction *t = smtp_nth(smtp, i);

        if (!t->decided || t->taken || t->owed > 0)
            continue;
        smtp_tell(smtp, t, out);
        t->taken = true;
        smtp->undelivered--;
        smtp->under_way--;
        drop_taken(smtp);
        return true;
    }
    return false;
}

/* Say the envelopes whose turn has come. */
static void speak(struct bd_smtp *smtp)
{
    for (; smtp->said < smtp->count; smtp->said++) {
        struct transaction *t = smtp_nth(smtp, smtp->said);

        if (t->decided)
            continue;
        if (smtp->open || (smtp_way(smtp) == LOCK_STEP && smtp->owed_count > 0))
            return;
        smtp_say_envelope(smtp, t);
    }
}

/* 421: it closes the connection, whatever we had asked (RFC 5321 3.8). The
 * copy whose command it answers waits; the rest has not been looked at. */
static void take_closing(struct bd_smtp *smtp, const struct owed *owed,
                         const struct bd_smtp_reply *reply)
{
    struct transaction *t = owed->transaction;

    if (!t->decided && owed->stage != BD_SMTP_RSET &&
        smtp->sent >= owed->earliest)
        smtp_decide(smtp, t, owed->stage, reply);
    end(smtp, true, _("the relay closed the session (421)"));
}

static void take_refusal(struct bd_smtp *smtp, const struct owed *owed,
                         const struct bd_smtp_reply *reply)
{
    struct transaction *t = owed->transaction;

    smtp->errors++;
    smtp->worn = smtp->worn || smtp->errors >= ERRORS_WORN;
    smtp->reset_first = true;
    if (owed->stage == BD_SMTP_RSET) {
        end_out_of_turn(smtp, reply->code);
        return;
    }
    if (!t->decided) {
        smtp_decide(smtp, t, owed->stage, reply);
        smtp->window_now = (smtp->window_now + 1) / 2;
        smtp->run = 0;
    }
    /* Refused while we still wrote: a chunk is read to its end all the same,
     * but lines after DATA could be taken for commands. */
    if (smtp->sent < owed->last_octet && !owed->is_chunk)
        bd_smtp_end(smtp, _("the relay did not read the whole message"));
}

static void take_go_ahead(struct bd_smtp *smtp, struct transaction *t)
{
    smtp->open = NULL;
    /* RFC 2920 3.1: a relay may want the message though it refused the
     * recipient, and gets an empty one for nobody. */
    if (t->decided && t->recipient_taken)
        bd_smtp_end(smtp, _("the relay sent a reply that contradicts itself"));
    else if (smtp->withheld && !t->decided)
        bd_smtp_end(smtp, "");
    else if (!smtp_say_message(smtp, t))
        bd_smtp_end(smtp, _("the session was closed"));
}

static void open_window(struct bd_smtp *smtp)
{
    bool wider = smtp->window_now < WINDOW_SAFE || ++smtp->run % LONG_RUN == 0;

    if (wider && smtp->window_now < smtp->window_most)
        smtp->window_now++;
}

static void take_acceptance(struct bd_smtp *smtp, struct transaction *t,
                            const struct bd_smtp_reply *reply)
{
    if (!t->decided) {
        smtp->errors = 0;
        open_window(smtp);
        smtp_decide(smtp, t, BD_SMTP_DOT, reply);
    } else if (t->recipient_taken) {
        /* It refused MAIL, yet took the recipient and now the message: so who
         * knows, and the copy must not go out again by itself. */
        t->decided = false;
        smtp->undelivered--;
        end_out_of_turn(smtp, reply->code);
    }
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
        if (t->decided || t->owed > 0)
            break;
        if (smtp->withheld)
            smtp_decide_withheld(smtp, t);
        else
            smtp_say_after(smtp, t, owed->stage);
        break;
    case BD_SMTP_DATA:
        take_go_ahead(smtp, t);
        break;
    default: /* the message */
        take_acceptance(smtp, t, reply);
    }
}

/* In its turn, and not before the relay can know what it speaks of. */
static bool makes_sense(const struct bd_smtp *smtp, const struct owed *owed,
                        int code)
{
    if (code >= 400)
        return smtp->sent >= owed->earliest;
    return smtp->sent >= owed->last_octet &&
           code / 100 == (owed->stage == BD_SMTP_DATA ? 3 : 2);
}

static void take_reply(struct bd_smtp *smtp, const struct bd_smtp_reply *reply)
{
    struct owed owed = smtp->owed[smtp->owed_first];

    if (smtp->owed_count == 0) {
        end_out_of_turn(smtp, reply->code);
        return;
    }
    if (owed.stage == BD_SMTP_QUIT) { /* whatever it says to that */
        bd_smtp_end(smtp, "");
        return;
    }
    if (reply->code == 421) {
        take_closing(smtp, &owed, reply);
        return;
    }
    if (!makes_sense(smtp, &owed, reply->code)) {
        end_out_of_turn(smtp, reply->code);
        return;
    }
    smtp->owed_first = (smtp->owed_first + 1) % OWED_MAX;
    smtp->owed_count--;
    owed.transaction->owed--;
    if (reply->code >= 400)
        take_refusal(smtp, &owed, reply);
    else
        take_success(smtp, &owed, reply);
    if (smtp->open && smtp->open->owed == 0)
        smtp->open = NULL; /* refused */
    speak(smtp);
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

void bd_smtp_start(struct bd_smtp *smtp, const struct bd_outgoing *copy)
{
    struct transaction *t = smtp_nth(smtp, smtp->count);

    assert(bd_smtp_room(smtp) > 0);
    *t = (struct transaction) { .copy = copy };
    smtp->count++;
    smtp->under_way++;
    smtp_look_at(smtp, t);
    speak(smtp);
}

void bd_smtp_quit(struct bd_smtp *smtp)
{
    assert(!bd_smtp_is_busy(smtp));
    if (!smtp->ended)
        smtp_say_quit(smtp);
    smtp->worn = true;
}
