#include <stdio.h>
#include <string.h>

#include "brevduva/base/i18n.h"
#include "smtp_private.h"

static void decide(struct transaction *t, enum bd_smtp_verdict verdict,
                   enum bd_smtp_stage stage, int code, bd_str text)
{
    text = bd_str_cut_utf8(text, sizeof t->text);
    if (text.len > 0)
        memcpy(t->text, text.ptr, text.len);
    text.ptr = t->text;
    t->decided = true;
    t->outcome = (struct bd_smtp_outcome) {
        .verdict = verdict,
        .stage = stage,
        .code = code,
        .enhanced = bd_str_from(t->enhanced),
        .text = text,
    };
    if (verdict == BD_SMTP_ACCEPTED)
        t->outcome.queue_id = bd_smtp_queue_id(text);
}

static void decide_here(struct transaction *t, enum bd_smtp_verdict verdict,
                        const char *enhanced, const char *text)
{
    (void)snprintf(t->enhanced, sizeof t->enhanced, "%s", enhanced);
    decide(t, verdict, BD_SMTP_MAIL, 0, bd_str_from(text));
}

/* Once the last octet of the final dot has left, the relay may have taken the
 * message and not have come to tell us. */
void smtp_decide_lost(const struct bd_smtp *smtp, struct transaction *t,
                      enum bd_smtp_stage stage, const char *why)
{
    bool whole = t->last_octet > 0 && smtp->sent >= t->last_octet;
    char text[2 * BD_MAX_REPLY_TEXT];

    (void)snprintf(text, sizeof text,
                   whole ? _("%s, after the whole message had been sent: the "
                             "relay may have accepted it")
                         : _("%s, before the whole message had been sent: the "
                             "relay has not accepted it"),
                   why);
    decide(t, whole ? BD_SMTP_UNKNOWN : BD_SMTP_LOST, stage, 0,
           bd_str_from(text));
}

/*
 * Not the reader's fault (standards S5): whatever MAIL is refused for, since
 * it names only us; log-in wanted; protocol; sender address (RFC 3463 x.1.7,
 * x.1.8, which Postfix says no sooner than at RCPT); size and policy.
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
    if (!reply->has_enhanced)
        return false;
    return e->subject == 7 || (e->subject == 3 && e->detail == 4) ||
           (e->subject == 1 && (e->detail == 7 || e->detail == 8));
}

void smtp_decide(struct transaction *t, enum bd_smtp_stage stage,
                 const struct bd_smtp_reply *reply)
{
    const struct bd_enhanced *e = &reply->enhanced;
    enum bd_smtp_verdict verdict = BD_SMTP_DEFERRED;

    if (reply->code < 300)
        verdict = BD_SMTP_ACCEPTED;
    else if (reply->code >= 500)
        verdict = is_about_us(stage, reply) ? BD_SMTP_BARRED : BD_SMTP_REFUSED;
    if (reply->has_enhanced)
        (void)snprintf(t->enhanced, sizeof t->enhanced, "%u.%u.%u",
                       (unsigned)e->class, (unsigned)e->subject,
                       (unsigned)e->detail);
    decide(t, verdict, stage, reply->code, bd_smtp_reply_text(reply));
}

/* No octet that could end the path or the line (RFC 5321 4.1.2). */
static bool is_path(bd_str address)
{
    bool quoted = false;

    if (address.len > BD_MAX_ADDRESS_OCTETS || bd_str_has_control(address) ||
        bd_str_has_line_break(address) || !bd_str_is_utf8(address, NULL))
        return false;
    for (size_t i = 0; i < address.len; i++) {
        char c = address.ptr[i];

        if (c == '\\' && quoted && i + 1 < address.len)
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && strchr(" \t<>\\", c))
            return false;
    }
    return !quoted;
}

bool smtp_can_start(const struct bd_smtp *smtp, struct transaction *t)
{
    const struct bd_copy *copy = t->copy;
    char text[BD_MAX_REPLY_TEXT];

    if (!is_path(copy->envelope_from) ||
        (!bd_str_is_ascii(copy->envelope_from) && !smtp->smtputf8)) {
        decide_here(t, BD_SMTP_BARRED, "5.1.7",
                    _("the relay cannot be given the sender address of the "
                      "newsletter: write one of plain letters (a-z) in "
                      "from.email"));
    } else if (copy->envelope_to.len == 0 || !is_path(copy->envelope_to)) {
        decide_here(t, BD_SMTP_REFUSED, "5.1.3",
                    _("this is no address that mail can be sent to"));
    } else if (!bd_str_is_ascii(copy->envelope_to) && !smtp->smtputf8) {
        decide_here(t, BD_SMTP_REFUSED, "5.6.7",
                    _("the relay takes no addresses with other letters than "
                      "a-z before the @ (it does not offer SMTPUTF8)"));
    } else if (smtp->size_max > 0 && copy->bytes.len > smtp->size_max) {
        (void)snprintf(text, sizeof text,
                       _("the mail is %zu octets and the relay takes at most "
                         "%llu: make its text shorter or its pictures smaller"),
                       copy->bytes.len, (unsigned long long)smtp->size_max);
        decide_here(t, BD_SMTP_BARRED, "5.3.4", text);
    }
    return !t->decided;
}
