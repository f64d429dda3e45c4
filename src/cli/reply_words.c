#include "reply_words.h"

#include "brevduva/base/i18n.h"
#include "brevduva/mail/enhanced.h"

/* RFC 3463 and the IANA registry of RFC 5248. The class (4 or 5) tells no
 * more than the outcome does. Detail 0 serves for those not listed. */
static const struct {
    uint16_t subject, detail;
    const char *words;
} replies[] = {
    { 1, 0, N_("the address is not accepted") },
    { 1, 1, N_("no such mailbox") },
    { 1, 2, N_("no such mail domain") },
    { 1, 3, N_("the address is not written right") },
    { 1, 4, N_("the address fits more than one mailbox") },
    { 1, 6, N_("the mailbox has moved away") },
    { 1, 7, N_("our sender address is not written right") },
    { 1, 8, N_("our sender address is not accepted") },
    { 1, 10, N_("the domain takes no mail") },
    { 2, 0, N_("trouble with the mailbox") },
    { 2, 1, N_("the mailbox is closed") },
    { 2, 2, N_("mailbox full") },
    { 2, 3, N_("the letter is too big for the mailbox") },
    { 3, 0, N_("trouble at the receiving server") },
    { 3, 1, N_("the receiving server's disk is full") },
    { 3, 2, N_("the receiving server takes no mail now") },
    { 3, 4, N_("the letter is too big for the server") },
    { 4, 0, N_("trouble on the network") },
    { 4, 1, N_("the receiving server does not answer") },
    { 4, 2, N_("the connection broke") },
    { 4, 3, N_("the domain could not be looked up") },
    { 4, 4, N_("no way to the domain") },
    { 4, 5, N_("the receiving server is overloaded") },
    { 4, 6, N_("the mail went round in a loop") },
    { 4, 7, N_("not delivered in time") },
    { 5, 0, N_("the servers do not understand each other") },
    { 5, 3, N_("too many recipients at once") },
    { 6, 0, N_("the letter's format is not accepted") },
    { 6, 7, N_("the server takes only addresses of plain letters") },
    { 7, 0, N_("refused by the receiver's rules") },
    { 7, 8, N_("our log-in is not accepted") },
    { 7, 20, N_("our DKIM signature is not accepted") },
    { 7, 21, N_("our DKIM signature is not accepted") },
    { 7, 22, N_("our DKIM signature is not accepted") },
    { 7, 23, N_("our domain does not let the relay send (SPF)") },
    { 7, 24, N_("our domain does not let the relay send (SPF)") },
    { 7, 25, N_("the relay's address has no name (reverse DNS)") },
    { 7, 26, N_("neither DKIM nor SPF vouches for us") },
    { 7, 27, N_("our sender domain takes no mail itself") },
    { 7, 28, N_("too much mail at once") },
};

/* For servers without enhanced codes (RFC 5321 4.2.3). */
static const struct {
    int code;
    const char *words;
} basic[] = {
    { 421, N_("the receiving server closed the connection") },
    { 450, N_("the mailbox is busy, or we are asked to wait") },
    { 451, N_("trouble at the receiving server") },
    { 452, N_("the receiving server's disk is full") },
    { 454, N_("log-in does not work now") },
    { 530, N_("our log-in is not accepted") },
    { 535, N_("our log-in is not accepted") },
    { 550, N_("mailbox not reachable") },
    { 551, N_("the mailbox has moved away") },
    { 552, N_("mailbox full") },
    { 553, N_("the address is not written right") },
    { 554, N_("refused, without a reason that we know") },
    { 556, N_("the domain takes no mail") },
};

static const char *by_enhanced(const struct bd_enhanced *e)
{
    const char *found = NULL;

    if (e->class == 4 && e->subject == 7 && e->detail <= 1)
        return N_("told to come back later (greylisting)");
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
        if (replies[i].subject == e->subject &&
            (replies[i].detail == e->detail || replies[i].detail == 0))
            found = replies[i].words;
    return found;
}

const char *reply_words(int code, bd_str enhanced)
{
    struct bd_enhanced e = { 0 };
    const char *found = NULL;

    if (bd_enhanced_parse(enhanced, &e) == BD_OK)
        found = by_enhanced(&e);
    for (size_t i = 0; !found && i < sizeof basic / sizeof *basic; i++)
        if (basic[i].code == code)
            found = basic[i].words;
    return found ? _(found) : NULL;
}

bool reply_is_vague(bd_str enhanced)
{
    struct bd_enhanced e = { 0 };

    return bd_enhanced_parse(enhanced, &e) != BD_OK || e.subject == 7 ||
           e.detail == 0 || !by_enhanced(&e);
}

const char *accepted_words(bd_str reason)
{
    if (bd_str_eq(reason, BD_STR("found")))
        return _("found in the relay's log");
    if (bd_str_eq(reason, BD_STR("assumed")))
        return _("assumed to be sent");
    return _("accepted by the relay");
}

bd_str late_words(struct bd_arena *arena, int code, bd_str enhanced,
                  bd_str text)
{
    bd_str answer = bd_arena_printf(arena, "%.*s%s%.*s", BD_ARG(enhanced),
                                    enhanced.len > 0 ? " " : "", BD_ARG(text));

    if (code > 0)
        return bd_arena_printf(
            arena,
            _("the time to try it was over; the last answer: "
              "\"%d %.*s\""),
            code, BD_ARG(answer));
    return bd_arena_printf(
        arena, _("the time to try it was over; the last time: %.*s"),
        BD_ARG(answer));
}

const char *skip_words(bd_str reason)
{
    static const struct {
        const char *reason, *words;
    } rows[] = {
        { "left", N_("has left the list") },
        { "pending", N_("has not confirmed") },
        { "bounced", N_("suspended: mail came back") },
        { "complained", N_("reported us as spam") },
        { "suppressed", N_("never to be mailed") },
        { "paused", N_("wanted a pause") },
        { "erased", N_("was erased") },
        { "cancelled", N_("the mailing was cancelled") },
        { "", N_("without a reason") },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (bd_str_eq(reason, bd_str_from(rows[i].reason)))
            return _(rows[i].words);
    return reason.ptr;
}
