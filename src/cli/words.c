#include "inbox_private.h"

/* English has one form; other languages say it in another way of many. */
const char *word_deliveries(enum bd_delivery_state state, int64_t count)
{
    uint64_t n = (uint64_t)count;

    switch (state) {
    case BD_DELIVERY_QUEUED:
        return CP_("copy", "queued", "queued", n);
    case BD_DELIVERY_HANDING_OVER:
        return CP_("copy", "being handed over", "being handed over", n);
    case BD_DELIVERY_ACCEPTED:
        return CP_("copy", "accepted", "accepted", n);
    case BD_DELIVERY_DEFERRED:
        return CP_("copy", "deferred", "deferred", n);
    case BD_DELIVERY_REFUSED:
        return CP_("copy", "refused", "refused", n);
    case BD_DELIVERY_SKIPPED:
        return CP_("copy", "skipped", "skipped", n);
    case BD_DELIVERY_BOUNCED:
        return CP_("copy", "bounced", "bounced", n);
    case BD_DELIVERY_COMPLAINED:
        return CP_("copy", "complained", "complained", n);
    default:
        return CP_("copy", "unknown", "unknown", n);
    }
}

const char *word_delivery(enum bd_delivery_state state)
{
    return word_deliveries(state, 1);
}

const char *word_subscription(enum bd_subscription_state state)
{
    static const char *const words[] = {
        [BD_SUB_PENDING] = N_("pending"),
        [BD_SUB_ACTIVE] = N_("active"),
        [BD_SUB_LEFT] = N_("left"),
        [BD_SUB_BOUNCED] = N_("bounced"),
        [BD_SUB_COMPLAINED] = N_("complained"),
    };

    return _(words[state]);
}

const char *word_mailing(enum bd_mailing_state state)
{
    static const char *const words[] = {
        [BD_MAILING_HELD] = N_("held"),
        [BD_MAILING_SCHEDULED] = N_("scheduled"),
        [BD_MAILING_SENDING] = N_("not finished"),
        [BD_MAILING_PAUSED] = N_("paused"),
        [BD_MAILING_DONE] = N_("done"),
        [BD_MAILING_CANCELLED] = N_("cancelled"),
    };

    return _(words[state]);
}

bd_str word_reason(struct app *app, const struct bd_mailing *m)
{
    return out_shown(
        app, bd_saying_text(app->arena, bd_lang_get(), m->state_reason));
}

const char *word_consent(enum bd_consent_act act)
{
    static const char *const words[] = {
        [BD_CONSENT_ASKED] = N_("asked to subscribe"),
        [BD_CONSENT_CONFIRMED] = N_("agreed"),
        [BD_CONSENT_IMPORTED] = N_("was imported"),
        [BD_CONSENT_LEFT] = N_("unsubscribed"),
        [BD_CONSENT_CHANGED] = N_("was changed"),
        [BD_CONSENT_BOUNCED] = N_("was suspended: mail came back"),
        [BD_CONSENT_COMPLAINED] = N_("reported us as spam"),
        [BD_CONSENT_ERASED] = N_("was erased"),
        [BD_CONSENT_OBJECTED] = N_("objected"),
    };

    return _(words[act]);
}

const char *word_incoming(enum bd_incoming_kind kind)
{
    static const char *const words[] = {
        [BD_INCOMING_UNREADABLE] = N_("unreadable"),
        [BD_INCOMING_BOUNCE] = N_("bounces"),
        [BD_INCOMING_DELAY] = N_("delay notices"),
        [BD_INCOMING_DELIVERED] = N_("reports of success"),
        [BD_INCOMING_COMPLAINT] = N_("abuse reports"),
        [BD_INCOMING_AUTO_REPLY] = N_("automatic replies"),
        [BD_INCOMING_CHALLENGE] = N_("demands to prove a sender"),
        [BD_INCOMING_COMMAND] = N_("commands"),
        [BD_INCOMING_HUMAN] = N_("people's mails"),
    };

    return _(words[kind]);
}

const char *word_inbox(enum bd_inbox_outcome outcome)
{
    static const char *const words[] = {
        [BD_INBOX_SEEN] = N_("acted on before"),
        [BD_INBOX_NOTED] = N_("noted"),
        [BD_INBOX_COUNTED] = N_("counted"),
        [BD_INBOX_SUSPENDED] = N_("reader suspended"),
        [BD_INBOX_COMPLAINED] = N_("reader taken off all lists"),
        [BD_INBOX_UNSUBSCRIBED] = N_("unsubscribed"),
        [BD_INBOX_ANSWERED] = N_("answered"),
        [BD_INBOX_SILENT] = N_("not answered"),
        [BD_INBOX_FORWARDED] = N_("forwarded"),
        [BD_INBOX_LEFT] = N_("left in the mailbox"),
        [BD_INBOX_ASIDE] = N_("set aside"),
        [BD_INBOX_OLD] = N_("too old to act on"),
        [BD_INBOX_LATER] = N_("to be looked at again"),
    };

    return _(words[outcome]);
}

/* By the word in the ledger; one that is new to us stands as it is. */
static const char *word_of(struct bd_arena *arena, bd_str known,
                           const char *const words[][2])
{
    for (; words[0][0]; words++)
        if (bd_str_eq(known, bd_str_from(words[0][0])))
            return _(words[0][1]);
    return bd_arena_cstr(arena, known);
}

const char *word_letter(struct bd_arena *arena, bd_str kind)
{
    static const char *const words[][2] = {
        { "confirm", N_("letter that asks for a confirmation") },
        { "welcome", N_("welcome letter") },
        { "farewell", N_("farewell letter") },
        { "tip", N_("tip from a friend") },
        { "notice", N_("notice to the coordinator") },
        { "test", N_("test mail") },
        { "answer", N_("answer to a mail") },
        { "forward", N_("mail passed on to the coordinator") },
        { NULL, NULL },
    };

    return word_of(arena, kind, words);
}

const char *word_act(struct bd_arena *arena, bd_str what)
{
    static const char *const words[][2] = {
        { "send", N_("somebody asked to send it") },
        { "approve", N_("sending was approved") },
        { "scheduled", N_("sending was planned") },
        { "held", N_("sending was held") },
        { "sending", N_("sending began, or went on") },
        { "paused", N_("sending was paused") },
        { "cancelled", N_("sending was cancelled") },
        { "missing", N_("sending began again for those who lacked it") },
        { NULL, NULL },
    };

    return word_of(arena, what, words);
}

bd_str word_time_ahead(struct bd_arena *arena, int64_t at, int64_t now)
{
    bd_str text = bd_time_local(arena, at);

    if (at <= now || at >= now + 3600)
        return text;
    return bd_arena_printf(arena, "%.*s:%02d", BD_ARG(text), (int)(at % 60));
}

/* Swedish: a no-break space every three digits; English: a comma. */
bd_str word_number(struct bd_arena *arena, int64_t number)
{
    const char *separator = bd_lang_get() == BD_LANG_SV ? "\xc2\xa0" : ",";
    bd_str digits = bd_arena_printf(arena, "%lld", (long long)number);
    struct bd_buf out;
    bd_str grouped = BD_STR_NONE;

    bd_buf_init(&out, 0);
    for (size_t i = 0; i < digits.len; i++) {
        if (i > 0 && (digits.len - i) % 3 == 0 && digits.ptr[i - 1] != '-')
            bd_buf_add_cstr(&out, separator);
        bd_buf_add_char(&out, digits.ptr[i]);
    }
    grouped = bd_buf_copy(&out, arena);
    bd_buf_fini(&out);
    return grouped;
}
