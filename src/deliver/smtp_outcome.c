#include <stdio.h>

#include "brevduva/base/i18n.h"
#include "smtp_private.h"

static void add_enhanced(struct bd_buf *out, const struct bd_enhanced *code)
{
    bd_buf_add_u64(out, code->class);
    bd_buf_add_char(out, '.');
    bd_buf_add_u64(out, code->subject);
    bd_buf_add_char(out, '.');
    bd_buf_add_u64(out, code->detail);
}

/* The texts of outcomes that are not taken yet stand in one buffer, so that a
 * wide window costs no more memory than what the relay really said. */
static void decide(struct bd_smtp *smtp, struct transaction *t,
                   enum bd_smtp_verdict verdict,
                   const struct bd_enhanced *enhanced, bd_str text)
{
    if (smtp->undelivered == 0)
        bd_buf_clear(&smtp->texts);
    smtp->undelivered++;
    t->decided = true;
    t->verdict = verdict;
    t->texts_at = smtp->texts.len;
    if (enhanced)
        add_enhanced(&smtp->texts, enhanced);
    t->enhanced_len = smtp->texts.len - t->texts_at;
    text = bd_str_cut_utf8(text, BD_MAX_REPLY_TEXT);
    bd_buf_add(&smtp->texts, text);
    t->text_len = text.len;
}

void smtp_tell(const struct bd_smtp *smtp, const struct transaction *t,
               struct bd_smtp_outcome *out)
{
    bd_str texts = bd_str_skip(bd_buf_str(&smtp->texts), t->texts_at);

    *out = (struct bd_smtp_outcome) {
        .copy = t->copy,
        .verdict = t->verdict,
        .stage = t->stage,
        .doubtful = t->doubtful,
        .code = t->code,
        .enhanced = bd_str_sub(texts, 0, t->enhanced_len),
        .text = bd_str_sub(texts, t->enhanced_len, t->text_len),
    };
    if (t->verdict == BD_SMTP_ACCEPTED)
        out->queue_id = bd_smtp_queue_id(out->text);
}

static void decide_here(struct bd_smtp *smtp, struct transaction *t,
                        enum bd_smtp_verdict verdict, struct bd_enhanced code,
                        const char *text)
{
    t->stage = BD_SMTP_MAIL;
    t->code = 0;
    decide(smtp, t, verdict, &code, bd_str_from(text));
}

void smtp_decide_withheld(struct bd_smtp *smtp, struct transaction *t)
{
    t->stage = BD_SMTP_MAIL;
    t->code = 0;
    decide(smtp, t, BD_SMTP_WITHHELD, NULL, BD_STR_NONE);
}

/*
 * Once the last octet of the message has left, the relay may have taken it
 * and not have come to tell us. After a 421 it has not: "the server closes
 * the channel" and looks at nothing more (RFC 5321 3.8, 4.2.2).
 */
void smtp_decide_lost(struct bd_smtp *smtp, struct transaction *t,
                      enum bd_smtp_stage stage, bool passed_over,
                      const char *why)
{
    bool whole = t->last_octet > 0 && smtp->sent >= t->last_octet;
    const char *format = _("%s, before the whole message had been sent: the "
                           "relay has not accepted it");
    char text[2 * BD_MAX_REPLY_TEXT];

    if (smtp->withheld && t->last_octet == 0) {
        smtp_decide_withheld(smtp, t);
        return;
    }
    if (whole && passed_over)
        format = _("%s, before it came to this message: the relay has not "
                   "accepted it");
    else if (whole)
        format = _("%s, after the whole message had been sent: the relay may "
                   "have accepted it");
    (void)snprintf(text, sizeof text, format, why);
    t->stage = stage;
    t->code = 0;
    decide(smtp, t, whole && !passed_over ? BD_SMTP_UNKNOWN : BD_SMTP_LOST,
           NULL, bd_str_from(text));
}

void smtp_decide_unmade(struct bd_smtp *smtp, struct transaction *t)
{
    decide_here(smtp, t, BD_SMTP_REFUSED, (struct bd_enhanced) { 5, 6, 0 },
                _("the mail to this reader could not be put together"));
}

/* Size and policy: ours, or of the system that this reader's mail goes to. */
static bool is_policy(const struct bd_smtp_reply *reply)
{
    const struct bd_enhanced *e = &reply->enhanced;

    return reply->has_enhanced &&
           (e->subject == 7 || (e->subject == 3 && e->detail == 4));
}

/*
 * Not the reader's fault (standards S5): whatever MAIL is refused for, since
 * it names only us; log-in wanted; protocol; sender address (RFC 3463 x.1.7,
 * x.1.8, which Postfix says no sooner than at RCPT).
 */
static bool is_about_us(enum bd_smtp_stage stage,
                        const struct bd_smtp_reply *reply)
{
    static const int codes[] = { 500, 502, 503, 504, 530, 534, 535, 538 };
    const struct bd_enhanced *e = &reply->enhanced;

    if (reply->has_enhanced && e->subject == 6 && e->detail == 7)
        return false; /* RFC 6531 3.2: this address is not ASCII */
    if (stage == BD_SMTP_MAIL)
        return true;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (reply->code == codes[i])
            return true;
    return reply->has_enhanced && e->subject == 1 &&
           (e->detail == 7 || e->detail == 8);
}

void smtp_decide(struct bd_smtp *smtp, struct transaction *t,
                 enum bd_smtp_stage stage, const struct bd_smtp_reply *reply)
{
    enum bd_smtp_verdict verdict = BD_SMTP_DEFERRED;
    bool ours = reply->code >= 500 && is_about_us(stage, reply);

    t->doubtful = reply->code >= 500 && !ours && is_policy(reply);
    if (reply->code < 300)
        verdict = BD_SMTP_ACCEPTED;
    else if (reply->code >= 500)
        verdict = ours || t->doubtful ? BD_SMTP_BARRED : BD_SMTP_REFUSED;
    t->stage = stage;
    t->code = reply->code;
    decide(smtp, t, verdict, reply->has_enhanced ? &reply->enhanced : NULL,
           bd_smtp_reply_text(reply));
}

/* ASCII that can neither end the path nor the line, and is no quote. */
static const bool path_octets[256] = {
    ['!'] = true,         ['#' ... ';'] = true, ['='] = true,
    ['?' ... '['] = true, [']' ... '~'] = true,
};

/* No octet that could end the path or the line (RFC 5321 4.1.2). */
static bool is_path(bd_str address, bool *out_ascii)
{
    unsigned char all = 0;
    bool quoted = false;

    if (address.len > BD_MAX_ADDRESS_OCTETS)
        return false;
    for (size_t i = bd_str_span(address, path_octets); i < address.len; i++) {
        unsigned char c = (unsigned char)address.ptr[i];

        all |= c;
        if (c > '>' && c != '\\' && c != 0x7f)
            continue;
        if (c < ' ' || c == 0x7f)
            return false;
        if (c == '"')
            quoted = !quoted;
        else if (c == '\\' && quoted && i + 1 < address.len &&
                 (address.ptr[i + 1] == '"' || address.ptr[i + 1] == '\\'))
            i++;
        else if (!quoted && (c == ' ' || c == '<' || c == '>' || c == '\\'))
            return false;
    }
    *out_ascii = all < 0x80;
    return !quoted && (*out_ascii || (bd_str_is_utf8(address, NULL) &&
                                      !bd_str_has_control(address)));
}

static void bar_size(struct bd_smtp *smtp, struct transaction *t)
{
    char text[BD_MAX_REPLY_TEXT];

    (void)snprintf(text, sizeof text,
                   _("the mail is %zu octets and the relay takes at most "
                     "%llu: cancel it, and make its text shorter or its "
                     "pictures smaller"),
                   t->copy->size, (unsigned long long)smtp->size_max);
    decide_here(smtp, t, BD_SMTP_BARRED, (struct bd_enhanced) { 5, 3, 4 },
                text);
}

void smtp_look_at(struct bd_smtp *smtp, struct transaction *t)
{
    const struct bd_outgoing *copy = t->copy;
    bool from_ascii = true;
    bool to_ascii = true;

    if (!is_path(copy->envelope_from, &from_ascii) ||
        (!from_ascii && !smtp->smtputf8))
        decide_here(smtp, t, BD_SMTP_BARRED, (struct bd_enhanced) { 5, 1, 7 },
                    _("the relay cannot be given the sender address of the "
                      "newsletter: write one of plain letters (a-z) in "
                      "from.email"));
    else if (copy->envelope_to.len == 0 ||
             !is_path(copy->envelope_to, &to_ascii))
        decide_here(smtp, t, BD_SMTP_REFUSED, (struct bd_enhanced) { 5, 1, 3 },
                    _("this is no address that mail can be sent to"));
    else if (!to_ascii && !smtp->smtputf8)
        decide_here(smtp, t, BD_SMTP_REFUSED, (struct bd_enhanced) { 5, 6, 7 },
                    _("the relay takes no addresses with other letters than "
                      "a-z before the @ (it does not offer SMTPUTF8)"));
    else if (smtp->size_max > 0 && copy->size > smtp->size_max)
        bar_size(smtp, t);
    t->is_utf8 = !from_ascii || !to_ascii;
}
