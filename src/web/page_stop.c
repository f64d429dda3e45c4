/* "It was not me": for somebody who got a confirmation letter or a tip, and
 * wants nothing from us, of any list, ever (T3). */
#include <string.h>

#include "brevduva/store/confirmation.h"
#include "brevduva/store/tip.h"
#include "pages_private.h"

#define IN_CONFIRMATION 0 /* a token's list */
#define IN_TIP          1

static const struct web_word words[] = {
    { "address", N_("Address") },
    { "again", N_("If you change your mind one day, you have to ask us for it "
                  "yourself: the sign-up form will not reach you.") },
    { "go", N_("Never write to me again") },
    { "kept", N_("We keep no address. So that we can recognise yours, we keep "
                 "a fingerprint of it.") },
    { NULL, NULL },
};

/* Whom the letter went to. */
struct addressee {
    unsigned char hash[BD_SHA256_LEN];
    int64_t confirmation; /* 0: it was a tip */
    bool open;            /* the confirmation could still be used */
    bd_str email;         /* empty: only the hash is known */
};

static enum bd_status find_confirmation(struct web_visit *v, int64_t id,
                                        struct addressee *out)
{
    struct bd_confirmation c = { 0 };
    enum bd_status rc = bd_confirmation_find(v->arena, v->store, id, &c,
                                             &v->err);

    if (rc != BD_OK)
        return rc;
    if (!web_has_field(v->request->query, "lang"))
        (void)bd_lang_parse(c.language, &v->lang);
    memcpy(out->hash, c.address_hash, sizeof out->hash);
    out->confirmation = c.id;
    out->open = bd_confirmation_state(&c, v->now) == BD_CONFIRMATION_OPEN;
    out->email = c.email;
    return BD_OK;
}

static enum bd_status find_tip(struct web_visit *v, int64_t id,
                               struct addressee *out)
{
    struct bd_tip tip = { 0 };
    enum bd_status rc = bd_tip_find(v->arena, v->store, id, &tip, &v->err);

    if (rc == BD_OK)
        memcpy(out->hash, tip.friend_hash, sizeof out->hash);
    return rc;
}

/* BD_EINVAL: a link that never worked, or that nobody knows any more. */
static enum bd_status find(struct web_visit *v, struct addressee *out)
{
    struct bd_token token;
    enum bd_status rc = web_token(v, BD_TOKEN_STOP, &token);

    if (rc != BD_OK)
        return rc;
    if (token.list == IN_CONFIRMATION)
        rc = find_confirmation(v, (int64_t)token.subscriber, out);
    else if (token.list == IN_TIP)
        rc = find_tip(v, (int64_t)token.subscriber, out);
    else
        rc = BD_EINVAL;
    return rc == BD_ENOENT ? BD_EINVAL : rc;
}

enum bd_status stop_show(struct web_visit *v)
{
    struct addressee who = { 0 };
    struct bd_json *data = NULL;
    enum bd_status rc = find(v, &who);

    if (rc != BD_OK)
        return rc;
    data = page_new(v, L_(v->lang, N_("Never a letter again?")));
    if (who.email.len > 0)
        page_set(v, data, "email", web_mask(v->arena, who.email));
    page_words(v, data, words);
    return page_show(v, 200, "stop", data);
}

/* Again and again: the same. */
enum bd_status stop_do(struct web_visit *v)
{
    struct addressee who = { 0 };
    const struct bd_actor actor = web_actor(v);
    enum bd_status rc = find(v, &who);

    if (rc == BD_OK)
        rc = bd_suppress_hash(v->store, who.hash,
                              who.confirmation
                                  ? BD_STR("never again: from a confirmation")
                                  : BD_STR("never again: from a tip"),
                              &actor, &v->err);
    if (rc == BD_OK && who.open)
        rc = bd_confirmation_settle(v->store, who.confirmation, 0, v->now,
                                    &v->err);
    if (rc != BD_OK)
        return rc;
    return page_say(
        v, 200, L_(v->lang, N_("You will not hear from us again")),
        bd_str_from(L_(v->lang, N_("We are sorry that you were disturbed. No "
                                   "page of ours will ever write to this "
                                   "address."))));
}
