/* Who writes: a mail system, a machine, a person. */
#include <string.h>

#include "classify_private.h"

static bool has_phrase(struct bd_arena *arena, bd_str text,
                       struct bd_phrases *phrases)
{
    bd_str folded = fold_text(arena, bd_str_cut_utf8(text, 300));

    return bd_phrases_best(phrases, folded) != SIZE_MAX;
}

bool is_from_system(struct bd_arena *arena, const struct bd_incoming *incoming)
{
    static const char *const names[] = {
        "mail delivery",        "mail administrator", "mailer-daemon",
        "mailer daemon",        "postmaster",         "mail system",
        "system administrator", "delivery subsystem", "mail deliverer",
        "jetmail system",       "mailserver",         "mail server",
        "microsoft outlook",    "interscan",          "imss@",
        "mail_service@",        "symantec_antivirus",
    };
    static struct bd_phrases phrases = BD_PHRASES(names);

    return incoming->null_sender || is_system_address(incoming->from) ||
           is_system_address(incoming->return_path) ||
           has_phrase(arena, incoming->from_name, &phrases);
}

bool is_about_failure(struct bd_arena *arena, bd_str subject)
{
    static const char *const words[] = {
        "undeliver",
        "undelivered",
        "returned mail",
        "mail returned",
        "delivery fail",
        "delivery status",
        "delivery report",
        "delivery notification",
        "delivery problem",
        "delivery error",
        "delivery warning",
        "delivery delayed",
        "mail delivery",
        "message delivery",
        "failure notice",
        "failure delivery",
        "non-delivery",
        "nondelivery",
        "not delivered",
        "could not be delivered",
        "mail failed",
        "failed mail",
        "mail error",
        "mail system error",
        "mail could not",
        "processing error",
        "user unknown",
        "unknown user",
        "non remis",
        "permanent delivery",
        "message delayed",
        "warning: message",
        "warning: could not",
        "rejected mail",
        "email delivery",
        "address not found",
        "kunde inte levereras",
        "går inte att leverera",
        "olevererbart",
        "ej levererat",
        "försenad:",
        "leveransfel",
        "leveransstatus",
        "unzustellbar",
        "nicht zustellbar",
        "ikke leveret",
        "kan ikke leveres",
        "toimittaminen epäonnistui",
        "non distribuable",
        "échec de la remise",
    };
    static struct bd_phrases phrases = BD_PHRASES(words);

    return has_phrase(arena, subject, &phrases);
}

bool cannot_deliver(struct bd_arena *arena, bd_str subject)
{
    static const char *const words[] = { "kan inte leverera",
                                         "kunde inte leverera",
                                         "har inte levererats" };
    static struct bd_phrases phrases = BD_PHRASES(words);

    return has_phrase(arena, subject, &phrases);
}

bool is_answer_of_person(const struct bd_mail *mail,
                         const struct bd_incoming *incoming)
{
    return (bd_mail_has(&mail->header, "In-Reply-To") ||
            bd_mail_has(&mail->header, "References")) &&
           !incoming->null_sender && !is_system_address(incoming->from) &&
           !is_auto_submitted(&mail->header);
}

/* Programs that answer programs: never write to them. */
static bool is_robot_address(bd_str address)
{
    static const bd_str whole[] = {
        BD_STR_INIT("noreply"),      BD_STR_INIT("no-reply"),
        BD_STR_INIT("no_reply"),     BD_STR_INIT("donotreply"),
        BD_STR_INIT("do-not-reply"), BD_STR_INIT("majordomo"),
        BD_STR_INIT("listserv"),     BD_STR_INIT("bounce"),
        BD_STR_INIT("bounces"),      BD_STR_INIT("root"),
        BD_STR_INIT("daemon"),
    };
    static const bd_str ends[] = {
        BD_STR_INIT("-request"), BD_STR_INIT("-owner"),
        BD_STR_INIT("-bounces"), BD_STR_INIT("-bounce"),
        BD_STR_INIT("-noreply"),
    };
    bd_str rest = address, local = bd_str_cut(&rest, '@');

    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (bd_str_eq_nocase(local, whole[i]))
            return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (local.len > ends[i].len &&
            bd_str_eq_nocase(bd_str_skip(local, local.len - ends[i].len),
                             ends[i]))
            return true;
    return bd_str_starts_nocase(local, BD_STR("owner-")) ||
           bd_str_starts_nocase(local, BD_STR("bounce+")) ||
           bd_str_starts_nocase(local, BD_STR("bounces+"));
}

static bool is_list_or_bulk(const struct bd_mail_header *header)
{
    static const bd_str bulk[] = { BD_STR_INIT("list"), BD_STR_INIT("bulk"),
                                   BD_STR_INIT("junk") };
    bd_str precedence = bd_mail_get(header, "Precedence");

    for (size_t i = 0; i < sizeof bulk / sizeof *bulk; i++)
        if (bd_str_eq_nocase(precedence, bulk[i]))
            return true;
    for (size_t i = 0; i < header->count; i++)
        if (bd_str_starts_nocase(header->fields[i].name, BD_STR("List-")))
            return true;
    return bd_mail_has(header, "X-Loop") ||
           bd_mail_has(header, "X-Brevduva-Forward");
}

bool may_be_answered(const struct bd_mail *mail,
                     const struct bd_incoming *incoming)
{
    if (incoming->kind != BD_INCOMING_COMMAND &&
        incoming->kind != BD_INCOMING_HUMAN)
        return false;
    if (incoming->from.len == 0 || incoming->null_sender)
        return false;
    if (is_system_address(incoming->from) || is_robot_address(incoming->from) ||
        is_system_address(incoming->return_path) ||
        is_robot_address(incoming->return_path))
        return false;
    return !is_list_or_bulk(&mail->header) && !is_auto_submitted(&mail->header);
}
