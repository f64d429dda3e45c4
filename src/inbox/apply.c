#include "apply_private.h"
#include "brevduva/base/buf.h"
#include "brevduva/desk/forward.h"

const char *const bd_inbox_outcome_names[] = {
    [BD_INBOX_SEEN] = "seen",
    [BD_INBOX_NOTED] = "noted",
    [BD_INBOX_COUNTED] = "counted",
    [BD_INBOX_SUSPENDED] = "suspended",
    [BD_INBOX_COMPLAINED] = "complained",
    [BD_INBOX_UNSUBSCRIBED] = "unsubscribed",
    [BD_INBOX_ANSWERED] = "answered",
    [BD_INBOX_SILENT] = "silent",
    [BD_INBOX_FORWARDED] = "forwarded",
    [BD_INBOX_LEFT] = "left",
    [BD_INBOX_ASIDE] = "aside",
    [BD_INBOX_OLD] = "old",
    [BD_INBOX_LATER] = "later",
};

static enum bd_inbox_outcome outcome_of(bd_str name)
{
    for (int i = 0; i < BD_INBOX_OUTCOMES; i++)
        if (bd_str_eq(name, bd_str_from(bd_inbox_outcome_names[i])))
            return (enum bd_inbox_outcome)i;
    return BD_INBOX_NOTED;
}

/* Of what stands below the header: neither the lines that servers add above it
 * nor their line ends make another mail of it. */
static bd_str text_hash(const struct apply *a)
{
    bd_str rest = a->mail->bytes;
    bd_str hash = BD_STR_NONE;
    struct bd_buf text;

    while (rest.len > 0 && bd_str_cut_line(&rest).len > 0)
        ;
    bd_buf_init(&text, 0);
    while (rest.len > 0 && text.len < BD_INBOX_COMPARED) {
        bd_buf_add(&text, bd_str_sub(bd_str_cut_line(&rest), 0,
                                     BD_INBOX_COMPARED - text.len));
        bd_buf_add_char(&text, '\n');
    }
    hash = bd_sha256_hex(a->arena, bd_str_trim(bd_buf_str(&text)));
    bd_buf_fini(&text);
    return hash;
}

/*
 * The same for the same mail, whichever way it came twice: by two addresses,
 * or from a mailbox that was numbered anew. A mail without Message-ID is only
 * the same when all its octets are.
 */
static bd_str identity(const struct apply *a)
{
    const struct bd_incoming *in = a->in;
    bd_str whom = in->count > 0 ? in->recipients[0].address : BD_STR_NONE;

    if (in->message_id.len == 0)
        return bd_sha256_hex(a->arena, a->mail->bytes);
    return bd_arena_printf(a->arena, "%.*s\n%lld\n%.*s\n%.*s\n%.*s\n%.*s\n%.*s",
                           BD_ARG(in->message_id), (long long)in->date,
                           BD_ARG(in->from), BD_ARG(in->subject),
                           BD_ARG(in->about), BD_ARG(whom),
                           BD_ARG(text_hash(a)));
}

/* True: it has had its effect. */
static enum bd_status note(struct apply *a, bool *out_seen)
{
    unsigned char hash[BD_SHA256_LEN];
    bd_str before = BD_STR_NONE;
    enum bd_status rc = bd_address_hash(a->inbox->store, identity(a), hash,
                                        a->err);

    if (rc == BD_OK)
        rc = bd_incoming_note(a->arena, a->inbox->store, hash,
                              bd_str_from(bd_incoming_kind_names[a->in->kind]),
                              a->inbox->now, &a->incoming_id, out_seen, &before,
                              a->err);
    if (rc == BD_OK && *out_seen) {
        a->out->outcome = BD_INBOX_SEEN;
        a->out->before = outcome_of(before);
    }
    return rc;
}

/* To the coordinator. Too large a mail, and all where no address is set, wait
 * in the mailbox for a person. */
static enum bd_status forward(struct apply *a)
{
    struct bd_desk desk = apply_desk(a, a->in->from);
    struct bd_forward letter = { .to = a->inbox->forward,
                                 .language = a->inbox->desk->language,
                                 .from = a->in->from,
                                 .reply_to = a->in->reply_to,
                                 .from_name = a->in->from_name,
                                 .subject = a->in->subject,
                                 .size = a->mail->size,
                                 .place = a->mail->name };
    bool whole = false;
    enum bd_status rc = BD_OK;

    a->out->email = a->in->from;
    a->out->outcome = age_is_old(a) ? BD_INBOX_OLD : BD_INBOX_LEFT;
    if (age_is_old(a))
        return BD_OK;
    if (a->inbox->forward.len == 0)
        return BD_OK;
    rc = a->mail->whole(a->mail->self, a->arena, &letter.original, a->err);
    if (rc == BD_ELIMIT)
        letter.original = BD_STR_NONE; /* the letter tells of it */
    else if (rc != BD_OK)
        return rc;
    rc = bd_desk_forward(&desk, &letter, &whole);
    if (rc == BD_OK && whole)
        a->out->outcome = BD_INBOX_FORWARDED;
    return rc;
}

enum bd_status apply_person(struct apply *a)
{
    enum bd_status rc = apply_arrival(a);

    return rc == BD_OK ? forward(a) : rc;
}

/* The program's own letters, to a coordinator who reads mail in this very
 * mailbox, are not ours to move. */
static enum bd_status is_own(struct apply *a, bool *out)
{
    struct bd_copy copy = { 0 };
    enum bd_status rc = BD_ENOENT;

    if (a->in->message_id.len > 0)
        rc = bd_copy_of_message(a->arena, a->inbox->store, a->in->message_id,
                                &copy, a->err);
    *out = rc == BD_OK;
    return rc == BD_ENOENT ? BD_OK : rc;
}

/* A machine's answer to a letter of ours is noted. Whatever else machines
 * write is for the coordinator. */
static enum bd_status apply_machine(struct apply *a)
{
    enum bd_status rc = apply_report(a);

    if (rc == BD_OK && a->proof.subscriber_id == 0)
        return forward(a);
    return rc;
}

/* An abuse report about nobody we can be sure of is for a person to judge. */
static enum bd_status apply_complaint(struct apply *a)
{
    enum bd_status rc = apply_report(a);

    if (rc == BD_OK && a->proof.how < BD_PROOF_LINK)
        return forward(a);
    return rc;
}

static enum bd_status apply_kind(struct apply *a)
{
    struct bd_token token;
    bool own = false;
    enum bd_status rc = is_own(a, &own);

    if (rc != BD_OK || own) {
        a->out->outcome = BD_INBOX_LEFT;
        return rc;
    }
    switch (a->in->kind) {
    case BD_INCOMING_BOUNCE:
    case BD_INCOMING_DELAY:
    case BD_INCOMING_DELIVERED:
        return apply_report(a);
    case BD_INCOMING_COMPLAINT:
        return apply_complaint(a);
    default:
        break;
    }
    /* L9: whoever sends it, the address says enough */
    if (a->in->leaving && proof_unsubscribe(a, &token) == BD_OK)
        return apply_leave(a, &token);
    switch (a->in->kind) {
    case BD_INCOMING_AUTO_REPLY:
    case BD_INCOMING_CHALLENGE:
        return apply_machine(a);
    case BD_INCOMING_COMMAND:
        return apply_command(a);
    case BD_INCOMING_HUMAN:
        return apply_person(a);
    default:
        a->out->outcome = BD_INBOX_ASIDE;
        return BD_OK;
    }
}

static enum bd_status work(struct apply *a)
{
    bool seen = false;
    enum bd_status rc = note(a, &seen);

    if (rc != BD_OK || seen)
        return rc;
    rc = apply_kind(a);
    if (rc == BD_OK && a->out->outcome != BD_INBOX_LATER)
        rc = bd_incoming_outcome(
            a->inbox->store, a->incoming_id,
            bd_str_from(bd_inbox_outcome_names[a->out->outcome]), a->err);
    return rc;
}

enum bd_status bd_inbox_apply(struct bd_arena *arena,
                              const struct bd_inbox *inbox,
                              const struct bd_inbox_mail *mail,
                              struct bd_inbox_result *out, struct bd_err *err)
{
    struct bd_inbox_result result = { .outcome = BD_INBOX_NOTED };
    struct apply a = { .arena = arena,
                       .inbox = inbox,
                       .mail = mail,
                       .in = mail->incoming,
                       .out = &result,
                       .err = err };
    enum bd_status rc = bd_store_begin(inbox->store, err);

    if (rc != BD_OK)
        return rc;
    rc = work(&a);
    if (rc == BD_OK && result.outcome != BD_INBOX_LATER)
        rc = bd_store_commit(inbox->store, err);
    if (rc != BD_OK || result.outcome == BD_INBOX_LATER)
        bd_store_rollback(inbox->store);
    if (rc == BD_OK)
        *out = result;
    return rc;
}
