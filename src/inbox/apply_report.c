/* Bounces, delays, complaints, and the answers of machines: onto the record,
 * with the effect that the rules give them. */
#include "apply_private.h"

static struct bd_actor mail_actor(const struct apply *a)
{
    return (struct bd_actor) { .channel = BD_STR("mail"),
                               .now = a->inbox->now };
}

static bd_str status_text(struct bd_arena *arena, struct bd_enhanced code)
{
    if (code.class == 0)
        return BD_STR_NONE;
    return bd_arena_printf(arena, "%u.%u.%u", code.class, code.subject,
                           code.detail);
}

/* Of several recipients the one that the copy went to; of a list that it was
 * forwarded to, the first. */
static const struct bd_incoming_recipient *
recipient_of(const struct bd_incoming *in, const struct bd_copy *copy)
{
    static const struct bd_incoming_recipient nobody = { .reply_code = 0 };

    for (size_t i = 0; i < in->count; i++)
        if (bd_str_eq_nocase(in->recipients[i].address, copy->email) ||
            bd_str_eq_nocase(in->recipients[i].original, copy->email))
            return &in->recipients[i];
    return in->count > 0 ? &in->recipients[0] : &nobody;
}

static struct bd_bounce row_of(struct apply *a)
{
    const struct proof *proof = &a->proof;
    const struct bd_incoming_recipient *r = recipient_of(a->in, &proof->copy);

    return (struct bd_bounce) {
        .incoming_id = a->incoming_id,
        .at = a->inbox->now,
        .subscriber_id = proof->subscriber_id,
        .mailing_id = proof->mailing_id,
        .delivery_id = proof->copy.delivery_id,
        .list_id = proof->copy.list_id,
        .email = r->address.len ? r->address : proof->copy.email,
        .kind = bd_str_from(bd_incoming_kind_names[a->in->kind]),
        .verdict = bd_str_from(bd_verdict_names[r->verdict]),
        .reason = r->reason,
        .status = status_text(a->arena, r->status),
        .reply_code = r->reply_code,
        .evidence = r->evidence,
        .proof = proof->how,
    };
}

static enum bd_status add(struct apply *a)
{
    static const enum bd_inbox_outcome outcomes[] = {
        [BD_BOUNCE_NOTED] = BD_INBOX_NOTED,
        [BD_BOUNCE_COUNTED] = BD_INBOX_COUNTED,
        [BD_BOUNCE_SUSPENDED] = BD_INBOX_SUSPENDED,
        [BD_BOUNCE_LEFT] = BD_INBOX_COMPLAINED,
        [BD_BOUNCE_UNSUBSCRIBED] = BD_INBOX_UNSUBSCRIBED,
    };
    const struct bd_actor actor = mail_actor(a);
    const struct bd_bounce row = row_of(a);
    enum bd_bounce_effect effect = BD_BOUNCE_NOTED;
    enum bd_status rc = bd_bounce_add(a->inbox->store, &row, a->inbox->rules,
                                      &actor, &effect, a->err);

    if (rc == BD_OK)
        a->out->outcome = outcomes[effect];
    return rc;
}

static void tell(struct apply *a)
{
    const struct proof *proof = &a->proof;

    a->out->token_ok = proof->how == BD_PROOF_TOKEN ||
                       proof->how == BD_PROOF_LINK;
    a->out->mailing_id = proof->mailing_id;
    a->out->email = proof->copy.email.len
                        ? proof->copy.email
                        : recipient_of(a->in, &proof->copy)->address;
}

/* Its result is about to be written by the sender: a report can be faster. */
static bool is_under_way(const struct proof *proof)
{
    return proof->how >= BD_PROOF_MESSAGE && proof->copy.delivery_id == 0;
}

enum bd_status apply_report(struct apply *a)
{
    enum bd_status rc = proof_find(a, &a->proof);

    if (rc != BD_OK)
        return rc;
    tell(a);
    if (is_under_way(&a->proof)) {
        a->out->outcome = BD_INBOX_LATER;
        return BD_OK;
    }
    return add(a);
}

enum bd_status apply_arrival(struct apply *a)
{
    enum bd_status rc = proof_find(a, &a->proof);

    if (rc != BD_OK || a->proof.how == BD_PROOF_ADDRESS ||
        a->proof.copy.state != BD_DELIVERY_UNKNOWN)
        return rc;
    tell(a);
    return add(a);
}
