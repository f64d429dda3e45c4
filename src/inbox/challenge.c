/* Mail systems that ask each sender to prove to be a person. They are not
 * answered: a person may, and the coordinator sees that they asked. */
#include "classify_private.h"

struct challenge {
    const char *phrase;
    const char *rule;
};

/* Each is proof: in the subject, or in the text of a mail that is no person's
 * answer. */
/* clang-format off */
static const struct challenge challenges[] = {
    { "please confirm that you sent", "confirm" },
    { "please confirm your message", "confirm" },
    { "please confirm your email to", "confirm" },
    { "confirm this message by", "confirm" },
    { "confirm that you are not a spammer", "confirm" },
    { "confirm you are not a spammer", "confirm" },
    { "confirm that you are a human", "confirm" },
    { "confirm that you are a person", "confirm" },
    { "prove that you are human", "confirm" },
    { "prove you are human", "confirm" },
    { "verify that you are a human", "confirm" },
    { "verify that you are a real person", "confirm" },
    { "verify you are human", "confirm" },
    { "verification of your email", "confirm" },
    { "reply to this message to be delivered", "reply" },
    { "reply to this message to have your", "reply" },
    { "reply to this message and your original message will be", "reply" },
    { "reply to this email to have your", "reply" },
    { "simply reply to this message", "reply" },
    { "just reply to this message", "reply" },
    { "your message is being held", "hold" },
    { "your message has been held", "hold" },
    { "your message will be held until", "hold" },
    { "your message is waiting for", "hold" },
    { "in order to have your message delivered", "hold" },
    { "to have your message delivered", "hold" },
    { "to release your message", "hold" },
    { "before your message can be delivered", "hold" },
    { "before your e-mail can be delivered", "hold" },
    { "before i can receive your", "hold" },
    { "you are not on my list of approved senders", "list" },
    { "not yet on my list of approved", "list" },
    { "not in my list of approved senders", "list" },
    { "add yourself to my approved", "list" },
    { "approved sender list", "list" },
    { "approved senders list", "list" },
    { "list of trusted senders", "list" },
    { "one-time request to verify", "list" },
    { "bekräfta att du är en människa", "confirm" },
    { "bekräfta att du inte är en robot", "confirm" },
    { "bekräfta att du har skickat", "confirm" },
    { "svara på detta meddelande för att", "reply" },
    { "bestätigen sie, dass sie", "confirm" },
    { "bestätigen sie bitte, dass sie", "confirm" },
};
/* clang-format on */

/* Programs that do this, by the subject or the sender. */
static const struct challenge programs[] = {
    { "sender verification required", "confirm" },
    { "spam arrest", "spamarrest" },
    { "spamarrest", "spamarrest" },
    { "boxbe", "boxbe" },
    { "tmda", "tmda" },
    { "qconfirm", "qconfirm" },
    { "active spam killer", "ask" },
    { "bluebottle", "bluebottle" },
    { "mailblocks", "mailblocks" },
    { "sendio", "sendio" },
};

static struct bd_phrases challenge_phrases = BD_PHRASES(challenges);
static struct bd_phrases program_phrases = BD_PHRASES(programs);

static const char *challenge_in(struct bd_arena *arena, bd_str text)
{
    bd_str folded = fold_text(arena, bd_str_cut_utf8(text, 4096));
    size_t row = bd_phrases_best(&challenge_phrases, folded);

    return row != SIZE_MAX ? challenges[row].rule : NULL;
}

static const char *program_in(struct bd_arena *arena, bd_str text)
{
    size_t row = bd_phrases_best(&program_phrases, fold_text(arena, text));

    return row != SIZE_MAX ? programs[row].rule : NULL;
}

/* Programs of this kind name themselves. */
static const char *rule_of_fields(const struct bd_mail_header *header)
{
    static const struct challenge fields[] = {
        { "X-SpamArrest", "spamarrest" },
        { "X-Boxbe-Challenge", "boxbe" },
        { "X-TMDA-Fingerprint", "tmda" },
        { "X-Delivery-Agent", "tmda" },
        { "X-ASK-Auth", "ask" },
        { "X-AskVersion", "ask" },
        { "X-Qconfirm", "qconfirm" },
        { "X-BlueBottle-Request", "bluebottle" },
    };

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (bd_mail_has(header, fields[i].phrase))
            return fields[i].rule;
    return NULL;
}

const char *challenge_rule(struct bd_arena *arena, const struct bd_mail *mail,
                           const struct bd_incoming *incoming, bd_str text)
{
    const char *rule = rule_of_fields(&mail->header);

    if (!rule)
        rule = program_in(arena, incoming->subject);
    if (!rule)
        rule = program_in(arena, incoming->from);
    if (!rule)
        rule = challenge_in(arena, incoming->subject);
    if (!rule && !is_answer_of_person(mail, incoming))
        rule = challenge_in(arena, text);
    return rule;
}
