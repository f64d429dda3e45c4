/* Delivery status (RFC 3464 2) and abuse reports (RFC 5965 3). */
#include "brevduva/mail/report.h"

#include "mail_private.h"
#include "report_private.h"

/* Fields of one block; those before its first recipient wait for it. */
struct block {
    enum bd_dsn_action action;
    bool has_action;
    bd_str status, diagnostic, remote_mta;
};

struct dsn_reader {
    struct bd_arena *arena;
    struct bd_dsn *dsn;
    struct block block;
    bool named; /* the block has named its recipient */
    bool full;
};

/* "rfc822; eva@x.example": what stands before ';', and the rest. Old senders
 * leave it out. */
static bd_str take_type(bd_str *value)
{
    size_t end = bd_str_find_char(*value, ';');
    bd_str type = bd_str_trim(bd_str_sub(*value, 0, end));

    if (end == SIZE_MAX || end > 60)
        return BD_STR_NONE;
    type = bd_str_sub(type, 0, bd_str_find_char(type, '('));
    type = bd_str_trim(type);
    for (size_t i = 0; i < type.len; i++)
        if (!bd_mail_is_alnum((unsigned char)type.ptr[i]) &&
            !strchr("-_.+", type.ptr[i]))
            return BD_STR_NONE;
    *value = bd_str_trim(bd_str_skip(*value, end + 1));
    return type;
}

static bd_str address_of(struct bd_arena *arena, bd_str value)
{
    bd_str type = take_type(&value);
    bd_str address = bd_mail_address(value, NULL);

    return report_unescape(arena, type, address);
}

/* "failed (user unknown)" */
static enum bd_dsn_action action_of(bd_str value)
{
    static const struct {
        const char *word;
        enum bd_dsn_action action;
    } words[] = {
        { "failed", BD_DSN_FAILED },       { "failure", BD_DSN_FAILED },
        { "error", BD_DSN_FAILED },        { "delayed", BD_DSN_DELAYED },
        { "delivered", BD_DSN_DELIVERED }, { "relayed", BD_DSN_RELAYED },
        { "expanded", BD_DSN_EXPANDED },
    };
    size_t len = 0;

    while (len < value.len && bd_mail_is_alnum((unsigned char)value.ptr[len]))
        len++;
    value = bd_str_sub(value, 0, len);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bd_str_eq_nocase(value, bd_str_from(words[i].word)))
            return words[i].action;
    return BD_DSN_UNKNOWN;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "550 ..." at the start; 0: none. */
static int reply_code_of(bd_str text)
{
    if (text.len < 3 || text.ptr[0] < '2' || text.ptr[0] > '5' ||
        !is_digit(text.ptr[1]) || !is_digit(text.ptr[2]))
        return 0;
    if (text.len > 3 &&
        (bd_mail_is_alnum((unsigned char)text.ptr[3]) || text.ptr[3] == '.'))
        return 0;
    return (text.ptr[0] - '0') * 100 + (text.ptr[1] - '0') * 10 +
           (text.ptr[2] - '0');
}

/* "5.1.1 (bad destination)", "550 5.1.1" */
static struct bd_enhanced status_of(bd_str value)
{
    struct bd_enhanced status = { 0 };
    size_t len = 0;

    if (reply_code_of(value) != 0)
        value = bd_str_trim(bd_str_skip(value, 4));
    while (len < value.len &&
           (is_digit(value.ptr[len]) || value.ptr[len] == '.'))
        len++;
    if (bd_enhanced_parse(bd_str_sub(value, 0, len), &status) != BD_OK)
        status = (struct bd_enhanced) { 0 };
    return status;
}

static void set_diagnostic(struct bd_dsn_recipient *recipient, bd_str value)
{
    bd_str type = take_type(&value);

    recipient->diagnostic = value;
    if (type.len == 0 || bd_str_eq_nocase(type, BD_STR("smtp")))
        recipient->reply_code = reply_code_of(value);
}

static void set_remote(struct bd_dsn_recipient *recipient, bd_str value)
{
    (void)take_type(&value);
    recipient->remote_mta = value;
}

/* What the block says, for the recipient that it names. What was said
 * first counts. */
static void settle(struct dsn_reader *r)
{
    struct bd_dsn_recipient *recipient = NULL;

    if (r->dsn->count == 0)
        return;
    recipient = &r->dsn->recipients[r->dsn->count - 1];
    if (r->block.has_action && recipient->action == BD_DSN_UNKNOWN)
        recipient->action = r->block.action;
    if (recipient->status.class == 0)
        recipient->status = status_of(r->block.status);
    if (recipient->diagnostic.len == 0)
        set_diagnostic(recipient, r->block.diagnostic);
    if (recipient->reply_code == 0) /* "Status: 553 Too large" */
        recipient->reply_code = reply_code_of(r->block.status);
    if (recipient->remote_mta.len == 0)
        set_remote(recipient, r->block.remote_mta);
    r->block = (struct block) { 0 };
}

static bool is_judged(const struct dsn_reader *r)
{
    const struct bd_dsn_recipient *last = NULL;

    if (r->dsn->count == 0)
        return true;
    last = &r->dsn->recipients[r->dsn->count - 1];
    return last->action != BD_DSN_UNKNOWN || last->status.class != 0;
}

/* At an empty line. A block without a recipient is about the message, or
 * goes on about the recipient before it. */
static void end_block(struct dsn_reader *r)
{
    bool judges = r->block.has_action || r->block.status.len > 0;

    if (r->named || (judges && !is_judged(r)))
        settle(r);
    r->block = (struct block) { 0 };
    r->named = false;
}

static struct bd_dsn_recipient *recipient_for(struct dsn_reader *r, bool final)
{
    struct bd_dsn_recipient *last = r->named
                                        ? &r->dsn->recipients[r->dsn->count - 1]
                                        : NULL;

    if (last && (final ? last->final.len : last->original.len) == 0)
        return last;
    if (last)
        settle(r);
    if (r->dsn->count == BD_REPORT_MAX_RECIPIENTS) {
        r->full = true;
        return NULL;
    }
    r->named = true;
    return &r->dsn->recipients[r->dsn->count++];
}

static void keep_first(bd_str *to, bd_str value)
{
    if (to->len == 0)
        *to = value;
}

static void read_field(struct dsn_reader *r,
                       const struct bd_mail_header *header, size_t i)
{
    bd_str name = header->fields[i].name;
    bool final = bd_str_eq_nocase(name, BD_STR("Final-Recipient"));

    if (final || bd_str_eq_nocase(name, BD_STR("Original-Recipient"))) {
        bd_str address = address_of(r->arena, bd_mail_value(header, i));
        struct bd_dsn_recipient *recipient = address.len > 0
                                                 ? recipient_for(r, final)
                                                 : NULL;

        if (recipient)
            *(final ? &recipient->final : &recipient->original) = address;
    } else if (bd_str_eq_nocase(name, BD_STR("Action"))) {
        if (!r->block.has_action)
            r->block.action = action_of(bd_mail_value(header, i));
        r->block.has_action = true;
    } else if (bd_str_eq_nocase(name, BD_STR("Status"))) {
        keep_first(&r->block.status, bd_mail_value(header, i));
    } else if (bd_str_eq_nocase(name, BD_STR("Diagnostic-Code"))) {
        keep_first(&r->block.diagnostic, bd_mail_value(header, i));
    } else if (bd_str_eq_nocase(name, BD_STR("Remote-MTA"))) {
        keep_first(&r->block.remote_mta, bd_mail_value(header, i));
    }
}

/* Block after block; lines that are no fields are passed over. */
static void read_blocks(struct dsn_reader *r, bd_str text)
{
    while (text.len > 0 && !r->full) {
        struct bd_mail_header header = { 0 };
        bd_str rest = BD_STR_NONE;

        bd_mail_read_header(r->arena, text, &header, &rest);
        for (size_t i = 0; i < header.count && !r->full; i++)
            read_field(r, &header, i);
        end_block(r);
        if (rest.len == text.len)
            (void)bd_str_cut_line(&rest);
        text = rest;
    }
}

static bool has_type(const struct bd_mail_part *part, const char *type,
                     const char *global)
{
    return bd_str_eq(part->type, bd_str_from(type)) ||
           bd_str_eq(part->type, bd_str_from(global));
}

enum bd_status bd_dsn_read(struct bd_arena *arena, const struct bd_mail *mail,
                           struct bd_dsn *out)
{
    struct bd_dsn dsn = { 0 };
    struct dsn_reader reader = { .arena = arena, .dsn = &dsn };

    for (size_t i = 0; i < mail->part_count && !reader.full; i++) {
        if (!has_type(&mail->parts[i], "message/delivery-status",
                      "message/global-delivery-status"))
            continue;
        if (!dsn.recipients)
            dsn.recipients = BD_NEW_ARRAY(arena, BD_REPORT_MAX_RECIPIENTS,
                                          struct bd_dsn_recipient);
        read_blocks(&reader, mail->parts[i].text);
    }
    if (dsn.count == 0)
        return BD_ENOENT;
    *out = dsn;
    return BD_OK;
}

static void fill_arf(struct bd_arena *arena,
                     const struct bd_mail_header *header, struct bd_arf *out)
{
    bd_str from = bd_mail_get(header, "Original-Mail-From");
    bd_str to = bd_mail_get(header, "Original-Rcpt-To");
    bd_str type = bd_mail_get(header, "Feedback-Type");

    /* "abuse (comment)" */
    type = bd_str_trim(bd_str_sub(type, 0, bd_str_find_char(type, '(')));
    *out = (struct bd_arf) {
        .feedback_type = mime_lower(arena, type),
        .user_agent = bd_mail_get(header, "User-Agent"),
        .version = bd_mail_get(header, "Version"),
        .source_ip = bd_mail_get(header, "Source-IP"),
        .arrival_date = bd_mail_get(header, "Arrival-Date"),
        .incidents = bd_mail_get(header, "Incidents"),
        .original_mail_from = address_of(arena, from),
        .original_rcpt_to = address_of(arena, to),
    };
    if (out->arrival_date.len == 0) /* of older drafts */
        out->arrival_date = bd_mail_get(header, "Received-Date");
}

enum bd_status bd_arf_read(struct bd_arena *arena, const struct bd_mail *mail,
                           struct bd_arf *out)
{
    for (size_t i = 0; i < mail->part_count; i++) {
        struct bd_mail_header header = { 0 };

        if (!bd_str_eq(mail->parts[i].type, BD_STR("message/feedback-report")))
            continue;
        bd_mail_read_header(arena, report_skip_blank(mail->parts[i].text),
                            &header, NULL);
        if (bd_mail_get(&header, "Feedback-Type").len == 0)
            continue;
        fill_arf(arena, &header, out);
        return BD_OK;
    }
    return BD_ENOENT;
}
