#include "brevduva/web/dossier.h"

#include <string.h>

struct word {
    const char *name, *text;
};

static const struct word keys[] = {
    { "act", N_("What") },
    { "at", N_("When") },
    { "attempts", N_("Attempts") },
    { "attributes", N_("Other facts") },
    { "channel", N_("The way it came") },
    { "consents", N_("What you have agreed to, and what was changed") },
    { "copies", N_("What was sent to you") },
    { "created", N_("With us since") },
    { "effect", N_("What it led to") },
    { "email", N_("Address") },
    { "enhanced", N_("Status code") },
    { "evidence", N_("In its words") },
    { "issue", N_("Issue") },
    { "language", N_("Language") },
    { "letter", N_("Letter") },
    { "list", N_("List") },
    { "lists", N_("Your lists") },
    { "made", N_("Written") },
    { "message_id", N_("Name of the message") },
    { "name", N_("Name") },
    { "network", N_("From the network") },
    { "note", N_("Note") },
    { "paused_until", N_("Pause until") },
    { "queue_id", N_("The server's number for it") },
    { "reader", N_("About you") },
    { "reason", N_("Reason") },
    { "relay", N_("Handed to") },
    { "reply_code", N_("The server's reply") },
    { "reply_text", N_("In its words") },
    { "report", N_("What") },
    { "reports", N_("What came back from your address") },
    { "request", N_("Asked for") },
    { "requests", N_("What you have asked for on our pages") },
    { "settled", N_("Done") },
    { "since", N_("Since") },
    { "source", N_("How you came to us") },
    { "state", N_("State") },
    { "status", N_("Status code") },
    { "suppressions", N_("That you want no letters") },
    { "text_only", N_("Plain text only") },
    { "tips", N_("Issues that you have tipped a friend about") },
    { "until", N_("Until") },
    { "verdict", N_("What it says of the address") },
    { "wording", N_("The words of it") },
};

static const struct word values[] = {
    { "accepted", N_("accepted by the server") },
    { "active", N_("active") },
    { "asked", N_("asked for") },
    { "auto-reply", N_("answered by a machine") },
    { "bounce", N_("came back") },
    { "bounced", N_("came back") },
    { "challenge", N_("the mail system asks for proof of a person") },
    { "changed", N_("changed") },
    { "cli", N_("entered by us") },
    { "complained", N_("reported as spam") },
    { "complaint", N_("reported as spam") },
    { "confirmed", N_("agreed to") },
    { "counted", N_("it counts, and more of the kind would end the letters") },
    { "dead", N_("there is no such mailbox") },
    { "deferred", N_("to be tried again") },
    { "delay", N_("still being tried, says the mail system") },
    { "delivered", N_("has arrived, says the mail system") },
    { "false", N_("no") },
    { "full", N_("the mailbox is full") },
    { "human", N_("you answered it") },
    { "import", N_("from a file") },
    { "imported", N_("from a file") },
    { "left", N_("left") },
    { "mail", N_("by mail") },
    { "never-again", N_("no letter ever again") },
    { "none", N_("nothing") },
    { "noted", N_("nothing") },
    { "objected", N_("wanted no more letters") },
    { "pending", N_("not confirmed") },
    { "policy", N_("nothing") },
    { "queued", N_("waiting") },
    { "refused", N_("refused by the server") },
    { "restored", N_("letters are sent again") },
    { "skipped", N_("not sent") },
    { "suspended", N_("no letters for now") },
    { "temporary", N_("trouble that may pass") },
    { "true", N_("yes") },
    { "unknown", N_("sent, but not known if it came through") },
    { "web", N_("on our pages") },
};

static const char *find(const struct word *words, size_t count, bd_str name)
{
    for (size_t i = 0; i < count; i++)
        if (bd_str_eq(name, bd_str_from(words[i].name)))
            return words[i].text;
    return NULL;
}

#define FIND(words, name) find(words, sizeof(words) / sizeof *(words), name)

/* The owner's own attributes have no translation. */
static bd_str key_of(enum bd_lang lang, bd_str key)
{
    const char *text = FIND(keys, key);

    return text ? bd_str_from(L_(lang, text)) : key;
}

/* Only where the program chose the word: not in what somebody typed. */
static bool is_chosen(bd_str key)
{
    static const char *const names[] = { "act",     "channel",  "effect",
                                         "report",  "source",   "state",
                                         "verdict", "text_only" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (bd_str_eq(key, bd_str_from(names[i])))
            return true;
    return false;
}

/* "2026-11-27T08:00:00Z" as people write it. */
static bd_str time_of(struct bd_arena *arena, bd_str value)
{
    return bd_arena_printf(arena, "%.*s %.*s UTC",
                           BD_ARG(bd_str_sub(value, 0, 10)),
                           BD_ARG(bd_str_sub(value, 11, 5)));
}

static bool is_time(bd_str key)
{
    static const char *const names[] = { "at",          "created", "made",
                                         "settled",     "since",   "until",
                                         "paused_until" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (bd_str_eq(key, bd_str_from(names[i])))
            return true;
    return false;
}

static bd_str value_of(struct bd_arena *arena, enum bd_lang lang,
                       const struct bd_json *fact)
{
    bd_str value = fact->text;
    const char *text = NULL;

    if (fact->kind == BD_JSON_BOOL)
        value = fact->boolean ? BD_STR("true") : BD_STR("false");
    else if (fact->kind == BD_JSON_NUMBER && bd_str_eq(value, BD_STR("0")))
        return BD_STR_NONE;
    if (value.len == sizeof "2026-11-27T08:00:00Z" - 1 && is_time(fact->key))
        return time_of(arena, value);
    text = is_chosen(fact->key) ? FIND(values, value) : NULL;
    return text ? bd_str_from(L_(lang, text)) : value;
}

static void write_facts(struct bd_arena *arena, enum bd_lang lang,
                        const struct bd_json *object, struct bd_buf *out)
{
    for (const struct bd_json *f = object->first; f; f = f->next) {
        bd_str key = key_of(lang, f->key);
        bd_str value = BD_STR_NONE;

        if (f->kind == BD_JSON_OBJECT) {
            write_facts(arena, lang, f, out);
            continue;
        }
        value = value_of(arena, lang, f);
        if (value.len > 0)
            bd_buf_printf(out, "%.*s: %.*s\n", BD_ARG(key), BD_ARG(value));
    }
}

static void write_part(struct bd_arena *arena, enum bd_lang lang,
                       const struct bd_json *part, struct bd_buf *out)
{
    bd_str title = key_of(lang, part->key);

    if (part->kind != BD_JSON_OBJECT && part->kind != BD_JSON_ARRAY) {
        bd_buf_printf(out, "%.*s: %.*s\n", BD_ARG(title),
                      BD_ARG(value_of(arena, lang, part)));
        return;
    }
    if (!part->first)
        return;
    bd_buf_printf(out, "\n%.*s\n", BD_ARG(title));
    for (size_t i = 0; i < bd_str_width(title); i++)
        bd_buf_add_char(out, '-');
    bd_buf_add_char(out, '\n');
    if (part->kind == BD_JSON_OBJECT) {
        write_facts(arena, lang, part, out);
        return;
    }
    for (const struct bd_json *row = part->first; row; row = row->next) {
        write_facts(arena, lang, row, out);
        if (row->next)
            bd_buf_add_char(out, '\n');
    }
}

bd_str bd_dossier_text(struct bd_arena *arena, enum bd_lang lang,
                       const struct bd_json *dossier)
{
    struct bd_buf out;
    bd_str text = BD_STR_NONE;

    bd_buf_init(&out, 0);
    for (const struct bd_json *part = dossier->first; part; part = part->next)
        write_part(arena, lang, part, &out);
    text = bd_buf_copy(&out, arena);
    bd_buf_fini(&out);
    return text;
}
