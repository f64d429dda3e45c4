/* What came back from a reader's address, and what it led to. */
#include "came_back.h"
#include "why_private.h"

/* A system that passes it on says nothing of whether it arrives (RFC 3464
 * 2.3.3). */
static const char *word_success(bd_str reason)
{
    if (bd_str_eq(reason, BD_STR("relayed")))
        return _("passed on by the mail system, which hears no more of it");
    if (bd_str_eq(reason, BD_STR("expanded")))
        return _("passed on by the mail system to several");
    return _("has arrived, says the mail system");
}

static const char *word_kind(bd_str kind)
{
    static const char *const words[][2] = {
        { "bounce", N_("came back") },
        { "delay", N_("still being tried, says the mail system") },
        { "complaint", N_("feedback from the mail provider") },
        { "auto-reply", N_("answered by a machine") },
        { "challenge", N_("the mail system asks for proof of a person") },
        { "human", N_("the reader answered it") },
        { "refused", N_("refused while sending") },
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bd_str_eq(kind, bd_str_from(words[i][0])))
            return _(words[i][1]);
    return "";
}

static const char *word_proof(enum bd_proof proof)
{
    switch (proof) {
    case BD_PROOF_TOKEN:
        return _("known by our own mark");
    case BD_PROOF_LINK:
        return _("known by the link for leaving only, which goes with a "
                 "forwarded letter");
    case BD_PROOF_MESSAGE:
        return _("known by the mail's number");
    case BD_PROOF_SESSION:
        return _("said to us by the relay");
    case BD_PROOF_ADDRESS:
        break;
    }
    return _("known by an address only, which proves nothing");
}

static const char *word_verdict(bd_str verdict)
{
    static const char *const words[][2] = {
        { "dead", N_("the address is dead") },
        { "full", N_("the mailbox is full") },
        { "temporary", N_("trouble that may pass") },
        { "policy", N_("against us, not against the address") },
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bd_str_eq(verdict, bd_str_from(words[i][0])))
            return _(words[i][1]);
    return _("nothing against the address");
}

static const char *word_effect(enum bd_bounce_effect effect)
{
    switch (effect) {
    case BD_BOUNCE_COUNTED:
        return _("it counts, and more of the kind would suspend");
    case BD_BOUNCE_SUSPENDED:
        return _("suspended for it");
    case BD_BOUNCE_LEFT:
        return _("off all lists for it, and never mailed again");
    case BD_BOUNCE_UNSUBSCRIBED:
        return _("off that list for it, as the link does, and no more");
    case BD_BOUNCE_NOTED:
        break;
    }
    return _("noted only");
}

/* No server refused it: the time to try it was over. */
static bool is_late(const struct bd_bounce *b)
{
    return bd_str_eq(b->kind, BD_STR("refused")) && b->reply_code < 500;
}

static void add_about(struct story *story, const struct bd_bounce *b,
                      struct bd_buf *text)
{
    if (b->letter.len > 0)
        bd_buf_printf(text, "%s: ", word_letter(story->app->arena, b->letter));
    else if (b->issue.len > 0)
        bd_buf_printf(text, _("issue %.*s: "), BD_ARG(b->issue));
    if (is_late(b))
        bd_buf_add_cstr(text,
                        _("the time to try it was over; the last answer"));
    else
        bd_buf_add_cstr(text, bd_str_eq(b->kind, BD_STR("delivered"))
                                  ? word_success(b->reason)
                                  : word_kind(b->kind));
}

/* Of an answer it is but the rule that knew it. */
static bool has_reason(const struct bd_bounce *b)
{
    static const char *const without[] = { "delivered", "auto-reply",
                                           "challenge", "human" };

    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        if (bd_str_eq(b->kind, bd_str_from(without[i])))
            return false;
    return true;
}

/* ": no such mailbox (550 5.1.1)" and the words that say so. */
static void add_words(struct story *story, const struct bd_bounce *b,
                      struct bd_buf *text)
{
    if (b->reason.len > 0 && has_reason(b) && !is_late(b))
        bd_buf_printf(text, ": %s", word_bounce(story->app->arena, b->reason));
    if (b->reply_code > 0 && b->status.len > 0)
        bd_buf_printf(text, " (%d %.*s)", b->reply_code, BD_ARG(b->status));
    else if (b->reply_code > 0)
        bd_buf_printf(text, " (%d)", b->reply_code);
    else if (b->status.len > 0)
        bd_buf_printf(text, " (%.*s)", BD_ARG(b->status));
    if (b->evidence.len > 0)
        bd_buf_printf(text, "\n                  \"%.*s\"",
                      BD_ARG(b->evidence));
}

static struct bd_json *json_of(struct app *app, const struct bd_bounce *b)
{
    static const char *const proofs[] = {
        [BD_PROOF_ADDRESS] = "address", [BD_PROOF_MESSAGE] = "message",
        [BD_PROOF_LINK] = "link",       [BD_PROOF_TOKEN] = "token",
        [BD_PROOF_SESSION] = "session",
    };
    static const char *const effects[] = {
        [BD_BOUNCE_NOTED] = "noted",
        [BD_BOUNCE_COUNTED] = "counted",
        [BD_BOUNCE_SUSPENDED] = "suspended",
        [BD_BOUNCE_LEFT] = "left",
        [BD_BOUNCE_UNSUBSCRIBED] = "unsubscribed",
    };
    struct bd_json *o = bd_json_object(app->arena);

    set_text(app, o, "kind", BD_STR("report"));
    set_time(app, o, "at", b->at);
    set_text(app, o, "report", b->kind);
    set_text(app, o, "issue", b->issue);
    set_text(app, o, "list", b->list);
    set_text(app, o, "letter", b->letter);
    set_text(app, o, "email", b->email);
    set_text(app, o, "verdict", b->verdict);
    set_text(app, o, "reason", b->reason);
    set_text(app, o, "status", b->status);
    set_int(app, o, "reply_code", b->reply_code);
    set_text(app, o, "evidence", b->evidence);
    set_text(app, o, "proof", bd_str_from(proofs[b->proof]));
    set_text(app, o, "effect", bd_str_from(effects[b->effect]));
    return o;
}

static bool judges(const struct bd_bounce *b)
{
    return bd_str_eq(b->kind, BD_STR("bounce")) ||
           bd_str_eq(b->kind, BD_STR("refused")) ||
           bd_str_eq(b->kind, BD_STR("complaint"));
}

static enum bd_status add(void *self, const struct bd_bounce *b,
                          struct bd_err *err)
{
    struct story *story = self;
    struct bd_arena *arena = story->app->arena;
    struct bd_buf text;

    (void)err;
    if (bd_str_eq(b->kind, BD_STR("restored")))
        return BD_OK; /* the consent ledger tells it */
    bd_buf_init(&text, 0);
    add_about(story, b, &text);
    add_words(story, b, &text);
    if (judges(b)) {
        bd_buf_add_cstr(&text, "\n                  ");
        if (!bd_str_eq(b->kind, BD_STR("complaint")))
            bd_buf_printf(&text, "%s; ", word_verdict(b->verdict));
        bd_buf_printf(&text, "%s; %s", word_proof(b->proof),
                      word_effect(b->effect));
    }
    story_add(story, b->at, bd_buf_copy(&text, arena), json_of(story->app, b));
    bd_buf_fini(&text);
    return BD_OK;
}

enum bd_status story_add_reports(struct story *story, int64_t reader)
{
    return bd_bounce_each(story->app->store, reader, add, story,
                          &story->app->err);
}
