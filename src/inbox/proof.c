/* Who a report is about. Whoever writes a mail can claim anything in it; what
 * we signed, only who had our letter can show (B4). */
#include "apply_private.h"
#include "brevduva/mail/address.h"

static enum bd_status read_token(const struct apply *a,
                                 const struct bd_incoming_token *token,
                                 enum bd_token_purpose purpose,
                                 struct bd_token *out)
{
    return bd_keyring_read(a->inbox->keys, token->text, purpose, a->inbox->now,
                           out);
}

/* A return path is seen by mail systems, and by the reader. Links for leaving
 * stand in the letter, and go with it to whomever it is forwarded. */
static enum bd_status copy_of_token(struct apply *a,
                                    const struct bd_incoming_token *text,
                                    struct bd_copy *out)
{
    struct bd_token token;

    if (read_token(a, text, BD_TOKEN_LETTER, &token) == BD_OK)
        return bd_copy_of_delivery(a->arena, a->inbox->store,
                                   (int64_t)token.subscriber, out, a->err);
    if (read_token(a, text, BD_TOKEN_BOUNCE, &token) == BD_OK)
        return bd_copy_of_mailing(a->arena, a->inbox->store, token.mailing,
                                  (int64_t)token.subscriber, out, a->err);
    return BD_EINVAL;
}

static bool is_link(const struct bd_keyring *keys,
                    const struct bd_incoming_token *text, int64_t now,
                    struct bd_token *out)
{
    return bd_keyring_read(keys, text->text, BD_TOKEN_UNSUBSCRIBE, now, out) ==
               BD_OK ||
           bd_keyring_read(keys, text->text, BD_TOKEN_ONE_CLICK, now, out) ==
               BD_OK;
}

/* Who complains and shows a link for leaving could have used it. Of anything
 * else it proves nothing. */
static enum bd_status by_links(struct apply *a, struct proof *out)
{
    struct bd_token token;

    for (size_t i = 0; i < a->in->token_count; i++) {
        enum bd_status rc = BD_ENOENT;

        if (is_link(a->inbox->keys, &a->in->tokens[i], a->inbox->now, &token))
            rc = bd_copy_of_mailing(a->arena, a->inbox->store, token.mailing,
                                    (int64_t)token.subscriber, &out->copy,
                                    a->err);
        if (rc == BD_OK)
            out->how = BD_PROOF_LINK;
        if (rc != BD_ENOENT)
            return rc;
    }
    return BD_ENOENT;
}

/* Those in our own address first: that is where the report was sent. */
static enum bd_status by_tokens(struct apply *a, bool returned,
                                struct proof *out)
{
    for (size_t i = 0; i < a->in->token_count; i++) {
        const struct bd_incoming_token *token = &a->in->tokens[i];
        struct bd_token link;
        enum bd_status rc = BD_OK;

        if (token->returned != returned)
            continue;
        rc = copy_of_token(a, token, &out->copy);
        if (rc == BD_OK)
            out->how = BD_PROOF_TOKEN;
        else if (rc == BD_EINVAL)
            out->forged |= !returned && !is_link(a->inbox->keys, token,
                                                 a->inbox->now, &link);
        if (rc != BD_EINVAL && rc != BD_ENOENT)
            return rc;
    }
    return BD_ENOENT;
}

/* As who could not be reached, or as who answers. */
static bool is_named(const struct bd_incoming *in, bd_str email)
{
    bool answers = in->kind == BD_INCOMING_AUTO_REPLY ||
                   in->kind == BD_INCOMING_CHALLENGE ||
                   in->kind == BD_INCOMING_HUMAN;

    if (answers && bd_str_eq_nocase(in->from, email))
        return true;
    for (size_t i = 0; i < in->count; i++)
        if (bd_str_eq_nocase(in->recipients[i].address, email) ||
            bd_str_eq_nocase(in->recipients[i].original, email))
            return true;
    return false;
}

/* Every reader of a mailing can make up the Message-IDs of others' copies, but
 * has to know their addresses as well. */
static enum bd_status by_message(struct apply *a, struct proof *out)
{
    enum bd_status rc = BD_ENOENT;

    if (a->in->about.len > 0)
        rc = bd_copy_of_message(a->arena, a->inbox->store, a->in->about,
                                &out->copy, a->err);
    if (rc == BD_OK && !is_named(a->in, out->copy.email))
        rc = BD_ENOENT;
    if (rc == BD_OK)
        out->how = BD_PROOF_MESSAGE;
    return rc;
}

static enum bd_status reader_at(struct apply *a, bd_str email, int64_t *out)
{
    struct bd_address address;
    struct bd_subscriber reader = { 0 };
    enum bd_status rc = bd_address_parse(a->arena, email, &address, NULL);

    if (rc != BD_OK)
        return BD_ENOENT;
    rc = bd_subscriber_find(a->arena, a->inbox->store, address.key, &reader,
                            a->err);
    *out = reader.id;
    return rc;
}

static enum bd_status by_address(struct apply *a, struct proof *out)
{
    enum bd_status rc = BD_ENOENT;

    out->copy = (struct bd_copy) { 0 };
    out->how = BD_PROOF_ADDRESS;
    for (size_t i = 0; i < a->in->count && rc == BD_ENOENT; i++) {
        rc = reader_at(a, a->in->recipients[i].address, &out->subscriber_id);
        if (rc == BD_ENOENT)
            rc = reader_at(a, a->in->recipients[i].original,
                           &out->subscriber_id);
    }
    return rc == BD_ENOENT ? BD_OK : rc;
}

enum bd_status proof_find(struct apply *a, struct proof *out)
{
    enum bd_status rc = by_tokens(a, false, out);

    /* Whoever guesses at our addresses is not believed on anything. */
    if (rc == BD_ENOENT && out->forged)
        return by_address(a, out);
    if (rc == BD_ENOENT)
        rc = by_tokens(a, true, out);
    if (rc == BD_ENOENT && a->in->kind == BD_INCOMING_COMPLAINT)
        rc = by_links(a, out);
    if (rc == BD_ENOENT)
        rc = by_message(a, out);
    if (rc == BD_ENOENT)
        return by_address(a, out);
    out->subscriber_id = out->copy.subscriber_id;
    out->mailing_id = out->copy.mailing_id;
    return rc;
}

enum bd_status proof_unsubscribe(const struct apply *a, struct bd_token *out)
{
    for (size_t i = 0; i < a->in->token_count; i++)
        if (!a->in->tokens[i].returned &&
            read_token(a, &a->in->tokens[i], BD_TOKEN_UNSUBSCRIBE, out) ==
                BD_OK)
            return BD_OK;
    return BD_ENOENT;
}

bool bd_inbox_token_ok(const struct bd_keyring *keys,
                       const struct bd_incoming *in, int64_t now)
{
    bool links = in->kind != BD_INCOMING_BOUNCE &&
                 in->kind != BD_INCOMING_DELAY &&
                 in->kind != BD_INCOMING_DELIVERED;
    struct bd_token token;

    for (size_t i = 0; i < in->token_count; i++) {
        bd_str text = in->tokens[i].text;

        if (bd_keyring_read(keys, text, BD_TOKEN_LETTER, now, &token) ==
                BD_OK ||
            bd_keyring_read(keys, text, BD_TOKEN_BOUNCE, now, &token) ==
                BD_OK ||
            (links && is_link(keys, &in->tokens[i], now, &token)))
            return true;
    }
    return false;
}
