/* What machines say to machines: delivery status (RFC 3464, 6533) and abuse
 * reports (RFC 5965, 6591, 9477). */
#include "brevduva/mail/report.h"

#include "classify_private.h"

static enum bd_dsn_action action_of(const struct bd_dsn_recipient *r)
{
    int class = r->status.class != 0 ? r->status.class : r->reply_code / 100;

    if (r->action != BD_DSN_UNKNOWN)
        return r->action;
    return class == 2   ? BD_DSN_DELIVERED
           : class == 4 ? BD_DSN_DELAYED
                        : BD_DSN_FAILED;
}

static enum bd_incoming_kind kind_of(enum bd_dsn_action action)
{
    return action == BD_DSN_FAILED    ? BD_INCOMING_BOUNCE
           : action == BD_DSN_DELAYED ? BD_INCOMING_DELAY
                                      : BD_INCOMING_DELIVERED;
}

/* What is worst of all that it reports. */
static enum bd_incoming_kind worst_of(const struct bd_dsn *dsn)
{
    enum bd_incoming_kind worst = BD_INCOMING_DELIVERED;

    for (size_t i = 0; i < dsn->count; i++) {
        enum bd_incoming_kind kind = kind_of(action_of(&dsn->recipients[i]));

        if (kind == BD_INCOMING_BOUNCE || worst == BD_INCOMING_DELIVERED)
            worst = kind;
    }
    return worst;
}

static bd_str only_address(bd_str text)
{
    size_t end = 0;
    bd_str address = find_address(text, &end);

    return address.len == text.len ? text : BD_STR_NONE;
}

static void set_addresses(struct bd_incoming_recipient *out,
                          const struct bd_dsn_recipient *r)
{
    out->address = only_address(r->final);
    out->original = only_address(r->original);
    if (out->address.len == 0) {
        out->address = out->original; /* X.400, or none */
        out->original = BD_STR_NONE;
    }
    if (bd_str_eq_nocase(out->address, out->original))
        out->original = BD_STR_NONE;
}

/* The report says little of its only recipient: what it tells people may say
 * more. */
static void ask_text(struct bd_arena *arena, const struct bd_mail *mail,
                     struct bd_incoming_recipient *out)
{
    struct text_report report = { 0 };
    bd_str text = { 0 };

    if (!main_text(arena, mail, 0, &text))
        return;
    if (out->evidence.len == 0)
        out->evidence = evidence_of(arena, text);
    if (!bd_str_eq(out->reason, BD_STR("unknown")) ||
        !text_report_read(arena, text, BD_STR_NONE, &report) ||
        report.count != 1)
        return;
    judge_recipient(out, report.recipients[0].evidence);
    if (!bd_str_eq(out->reason, BD_STR("unknown")))
        out->evidence = report.recipients[0].evidence;
}

static void fill_recipient(struct bd_arena *arena,
                           const struct bd_dsn_recipient *r,
                           struct bd_incoming_recipient *out)
{
    static const char *const successes[] = {
        [BD_DSN_DELIVERED] = "delivered",
        [BD_DSN_RELAYED] = "relayed",
        [BD_DSN_EXPANDED] = "expanded",
    };
    enum bd_dsn_action action = action_of(r);

    set_addresses(out, r);
    out->status = r->status;
    out->reply_code = r->reply_code;
    out->evidence = evidence_of(arena, r->diagnostic);
    if (action >= BD_DSN_DELIVERED)
        out->reason = bd_str_from(successes[action]);
    else
        judge_recipient(out, r->diagnostic);
}

/* Some reports name one recipient again and again. */
static bool is_new(const struct bd_incoming_recipient *all, size_t last)
{
    for (size_t i = 0; i < last; i++)
        if (bd_str_eq(all[i].address, all[last].address) &&
            bd_str_eq(all[i].original, all[last].original))
            return false;
    return true;
}

bool classify_dsn(struct bd_arena *arena, const struct bd_mail *mail,
                  struct bd_incoming *out)
{
    struct bd_incoming_recipient *recipients = NULL;
    struct bd_dsn dsn = { 0 };

    if (bd_dsn_read(arena, mail, &dsn) != BD_OK)
        return false;
    recipients = BD_NEW_ARRAY(arena, BD_INCOMING_MAX_RECIPIENTS,
                              struct bd_incoming_recipient);
    out->kind = worst_of(&dsn);
    out->rule = "rfc3464";
    for (size_t i = 0; i < dsn.count; i++)
        if (kind_of(action_of(&dsn.recipients[i])) == out->kind &&
            out->count < BD_INCOMING_MAX_RECIPIENTS) {
            fill_recipient(arena, &dsn.recipients[i], &recipients[out->count]);
            out->count += is_new(recipients, out->count);
        }
    if (dsn.count == 1)
        ask_text(arena, mail, &recipients[0]);
    if (out->kind != BD_INCOMING_BOUNCE)
        for (size_t i = 0; i < out->count; i++)
            recipients[i].verdict = BD_VERDICT_NONE;
    out->recipients = recipients;
    return true;
}

/* Microsoft's reports (JMRP) are the mail itself, with a field that names the
 * reader. */
static bool classify_jmrp(const struct bd_mail_header *returned,
                          struct bd_incoming_recipient *out)
{
    bd_str reader = bd_mail_get(returned, "X-HmXmrOriginalRecipient");

    if (reader.len == 0)
        return false;
    out->address = only_address(bd_mail_address(reader, NULL));
    out->reason = BD_STR("abuse");
    return true;
}

/* A word to count by: "not-spam". */
static bd_str word_of(struct bd_arena *arena, bd_str text)
{
    char *word = bd_arena_alloc(arena, 41);
    size_t len = 0;

    for (; len < text.len && len < 40; len++) {
        char c = text.ptr[len];

        word[len] = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
    }
    return (bd_str) { word, len };
}

static void fill_arf(struct bd_arena *arena,
                     const struct bd_mail_header *returned,
                     const struct bd_arf *arf,
                     struct bd_incoming_recipient *out)
{
    out->reason = word_of(arena, arf->feedback_type);
    out->address = only_address(arf->original_rcpt_to);
    out->evidence = evidence_of(arena, arf->user_agent);
    if (out->address.len == 0)
        out->address = only_address(
            bd_mail_address(bd_mail_get(returned, "To"), NULL));
}

bool classify_arf(struct bd_arena *arena, const struct bd_mail *mail,
                  const struct bd_mail_header *returned,
                  struct bd_incoming *out)
{
    struct bd_incoming_recipient *recipient = BD_NEW(
        arena, struct bd_incoming_recipient);
    struct bd_arf arf = { 0 };

    if (bd_arf_read(arena, mail, &arf) == BD_OK) {
        fill_arf(arena, returned, &arf, recipient);
        collect_envelope_from(arf.original_mail_from, out);
        out->rule = "arf";
    } else if (classify_jmrp(returned, recipient)) {
        out->rule = "jmrp";
    } else {
        return false;
    }
    out->kind = BD_INCOMING_COMPLAINT;
    out->recipients = recipient;
    out->count = 1;
    return true;
}
