/* Which kind of mail it is: the first rule that fits, from what is certain to
 * what is left. */
#include "brevduva/mail/date.h"
#include "brevduva/mail/report.h"
#include "classify_private.h"

#define MAX_HEADER_TEXT 998 /* octets that are kept of a field */

/* What the rules look at, read once. */
struct view {
    struct bd_mail mail;
    struct bd_mail_header returned;
    bool has_returned;
    bool system; /* a mail system wrote it, or it looks so */
    bd_str text; /* the main one */
};

static bd_str keep(bd_str value)
{
    return bd_str_cut_utf8(value, MAX_HEADER_TEXT);
}

static bd_str without_angles(bd_str id)
{
    size_t open = bd_str_find_char(id, '<');

    if (open != SIZE_MAX)
        id = bd_str_skip(id, open + 1);
    return keep(bd_str_trim(bd_str_sub(id, 0, bd_str_find_char(id, '>'))));
}

/* What the mail answers, or brings back. */
static bd_str about_of(const struct view *view)
{
    bd_str id = { 0 };

    if (view->has_returned)
        id = without_angles(bd_mail_get(&view->returned, "Message-ID"));
    if (id.len == 0)
        id = without_angles(bd_mail_get(&view->mail.header, "In-Reply-To"));
    if (id.len == 0)
        id = without_angles(bd_str_after_last(
            bd_mail_get(&view->mail.header, "References"), '<'));
    return id;
}

static void read_language(const struct bd_mail_header *header,
                          struct bd_incoming *out)
{
    bd_str tags = bd_mail_get(header, "Content-Language");

    out->language_known = bd_lang_parse(bd_str_trim(bd_str_cut(&tags, ',')),
                                        &out->language);
}

static void read_header(const struct view *view, struct bd_incoming *out)
{
    const struct bd_mail_header *header = &view->mail.header;
    bd_str path = bd_mail_get(header, "Return-Path");

    out->from = keep(
        bd_mail_address(bd_mail_get(header, "From"), &out->from_name));
    out->from_name = keep(out->from_name);
    out->return_path = keep(bd_mail_address(path, NULL));
    out->null_sender = bd_str_eq(bd_str_trim(path), BD_STR("<>"));
    out->reply_to = keep(
        bd_mail_address(bd_mail_get(header, "Reply-To"), NULL));
    out->subject = keep(bd_mail_get(header, "Subject"));
    out->message_id = without_angles(bd_mail_get(header, "Message-ID"));
    if (!bd_date_read(bd_mail_get(header, "Date"), &out->date))
        out->date = 0;
    if (!bd_date_read(bd_str_after_last(bd_mail_get(header, "Received"), ';'),
                      &out->came))
        out->came = out->date;
    out->authentication = keep(bd_mail_get(header, "Authentication-Results"));
    out->about = about_of(view);
    read_language(header, out);
    collect_tokens(header, view->has_returned ? &view->returned : NULL, out);
}

/* Anything that a mail has and other files have not. */
static bool is_mail(const struct bd_mail_header *header)
{
    static const char *const fields[] = {
        "From",         "To",          "Subject",      "Date",
        "Received",     "Return-Path", "Message-ID",   "Content-Type",
        "Delivered-To", "Cc",          "X-Original-To"
    };

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (bd_mail_has(header, fields[i]))
            return true;
    return false;
}

static void set_only(struct bd_arena *arena, struct bd_incoming *out,
                     bd_str address, bd_str evidence)
{
    struct bd_incoming_recipient *recipient = BD_NEW(
        arena, struct bd_incoming_recipient);

    recipient->address = address;
    recipient->reason = bd_str_from(out->rule);
    recipient->evidence = evidence_of(arena, evidence);
    out->recipients = recipient;
    out->count = 1;
}

/* Exim, Gmail and others name in the header whom the text does not. */
static void name_failure(const struct bd_mail_header *header,
                         const struct text_report *report)
{
    size_t end = 0;

    if (report->count == 1 && report->recipients[0].address.len == 0)
        report->recipients[0].address = find_address(
            bd_mail_get(header, "X-Failed-Recipients"), &end);
}

/* Enough to believe somebody who is not known as a mail system. */
static bool says_much(const struct text_report *report)
{
    return report->recipients[0].address.len > 0 ||
           !bd_str_eq(report->recipients[0].reason, BD_STR("unknown"));
}

static bool classify_text(struct bd_arena *arena, const struct view *view,
                          struct bd_incoming *out)
{
    struct text_report report = { 0 };
    bd_str text = { 0 }, domain = bd_str_after_last(out->from, '@');
    bool found = false;

    if (!view->system)
        return false;
    for (size_t n = 0; n < 3 && main_text(arena, &view->mail, n, &text); n++) {
        struct text_report got = { 0 };

        if (!text_report_read(arena, text, domain, &got))
            continue;
        if (!found || (report.recipients[0].address.len == 0 &&
                       got.recipients[0].address.len > 0))
            report = got;
        found = true;
    }
    if (!found || (!is_from_system(arena, out) && !says_much(&report)))
        return false;
    name_failure(&view->mail.header, &report);
    out->kind = report.delay ? BD_INCOMING_DELAY : BD_INCOMING_BOUNCE;
    out->rule = report.rule;
    out->recipients = report.recipients;
    out->count = report.count;
    for (size_t i = 0; report.delay && i < report.count; i++)
        report.recipients[i].verdict = BD_VERDICT_NONE;
    return true;
}

/* Its envelope and its From are of one address, as people's are. */
static bool is_sent_by_person(const struct bd_incoming *out)
{
    return out->return_path.len > 0 &&
           bd_str_eq_nocase(out->return_path, out->from) &&
           !is_system_address(out->from);
}

/* A mail system says that it failed, in words that we do not know. */
static bool classify_unknown(struct bd_arena *arena, const struct view *view,
                             struct bd_incoming *out)
{
    struct bd_incoming_recipient *recipient = BD_NEW(
        arena, struct bd_incoming_recipient);
    struct text_report report = { NULL, false, recipient, 1 };
    bool failure = is_about_failure(arena, out->subject) ||
                   (is_from_system(arena, out) &&
                    cannot_deliver(arena, out->subject));

    if (!view->system || !failure || is_sent_by_person(out))
        return false;
    name_failure(&view->mail.header, &report);
    recipient->evidence = evidence_of(arena, view->text.len > 0 ? view->text
                                                                : out->subject);
    judge_recipient(recipient, recipient->evidence);
    if (!is_from_system(arena, out) && !says_much(&report))
        return false;
    if (recipient->verdict == BD_VERDICT_DEAD) /* not by words out of context */
        recipient->verdict = BD_VERDICT_TEMPORARY;
    out->kind = BD_INCOMING_BOUNCE;
    out->rule = "unknown";
    out->recipients = recipient;
    out->count = 1;
    return true;
}

static bool classify_command(struct bd_arena *arena, const struct view *view,
                             struct bd_incoming *out)
{
    struct command command = { 0 };
    bd_str own = own_text(arena, view->text);

    if (is_system_address(out->from) || out->null_sender ||
        !command_read(arena, out->subject, own, &command))
        return false;
    /* Programs that unsubscribe for people say so; answers never do. */
    if (is_auto_submitted(&view->mail.header) &&
        (command.command != BD_COMMAND_UNSUBSCRIBE ||
         !bd_str_starts_nocase(
             bd_mail_get(&view->mail.header, "Auto-Submitted"),
             BD_STR("auto-generated"))))
        return false;
    out->kind = BD_INCOMING_COMMAND;
    out->rule = bd_incoming_command_names[command.command];
    out->command = command.command;
    out->argument = command.argument;
    out->wordy = command.wordy;
    if (command.language_known) {
        out->language = command.language;
        out->language_known = true;
    }
    set_only(arena, out, out->from, out->subject.len > 0 ? out->subject : own);
    return true;
}

/* A report that somebody's server passed on inside a mail of its own. */
static bool classify_wrapped(struct bd_arena *arena, const struct view *view,
                             struct bd_incoming *out)
{
    struct bd_mail inner = { 0 };

    if (view->text.len > 0 && !view->system)
        return false;
    for (size_t i = 0; i < view->mail.part_count; i++)
        if (bd_str_eq(view->mail.parts[i].type, BD_STR("message/rfc822"))) {
            bd_mail_read(arena, view->mail.parts[i].bytes, &inner);
            return classify_arf(arena, &inner, &view->returned, out) ||
                   classify_dsn(arena, &inner, out);
        }
    return false;
}

static void classify_person(struct bd_arena *arena, const struct view *view,
                            struct bd_incoming *out)
{
    const char *rule = challenge_rule(arena, &view->mail, out, view->text);

    out->kind = rule ? BD_INCOMING_CHALLENGE : BD_INCOMING_AUTO_REPLY;
    if (!rule) {
        if (classify_text(arena, view, out) ||
            classify_wrapped(arena, view, out) ||
            classify_command(arena, view, out))
            return;
        rule = auto_reply_rule(arena, &view->mail, out, view->text);
        if ((!rule || is_system_address(out->from)) &&
            classify_unknown(arena, view, out))
            return;
        if (!rule && out->null_sender)
            rule = "null-sender";
    }
    if (!rule) {
        rule = "human";
        out->kind = BD_INCOMING_HUMAN;
    }
    out->rule = rule;
    set_only(arena, out, out->from,
             view->text.len > 0 ? own_text(arena, view->text) : out->subject);
}

static bool looks_like_system(struct bd_arena *arena, const struct view *view,
                              const struct bd_incoming *out)
{
    if (is_answer_of_person(&view->mail, out))
        return false;
    if (is_from_system(arena, out) ||
        bd_str_eq(view->mail.type, BD_STR("multipart/report")) ||
        bd_mail_has(&view->mail.header, "X-Failed-Recipients"))
        return true;
    return is_about_failure(arena, out->subject);
}

void bd_incoming_classify(struct bd_arena *arena, bd_str bytes,
                          struct bd_incoming *out)
{
    struct view *view = BD_NEW(arena, struct view);

    *out = (struct bd_incoming) { .rule = "empty" };
    if (bd_str_trim(bytes).len == 0)
        return;
    bd_mail_read(arena, bytes, &view->mail);
    out->rule = "no-header";
    if (!is_mail(&view->mail.header))
        return;
    view->has_returned = bd_returned_header(arena, &view->mail,
                                            &view->returned) == BD_OK;
    read_header(view, out);
    (void)main_text(arena, &view->mail, 0, &view->text);
    view->system = looks_like_system(arena, view, out);
    if (!classify_arf(arena, &view->mail, &view->returned, out) &&
        !classify_dsn(arena, &view->mail, out)) {
        classify_person(arena, view, out);
        if (out->token_count > 0)
            read_leaving(arena, &view->mail, view->text, out);
    }
    out->answerable = may_be_answered(&view->mail, out);
}
