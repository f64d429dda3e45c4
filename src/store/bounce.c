/* A report: onto the record, to its copy, and to its reader. */
#include "brevduva/store/resolve.h"

#include "bounce_private.h"

const char *const bounce_proofs[] = { "address", "message", "link",
                                      "token",   "session", NULL };
const char *const bounce_effects[] = { "noted", "counted",      "suspended",
                                       "left",  "unsubscribed", NULL };

/* Of who is no reader, or no longer, no address is kept, nor words that may
 * have it in them (C7). */
static enum bd_status write_row(struct bd_store *store,
                                const struct bd_bounce *b, int64_t *out_id,
                                struct bd_err *err)
{
    bool known = b->subscriber_id != 0;
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_BOUNCE_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_some(query, 1, b->incoming_id);
    store_bind_int(query, 2, b->at);
    store_bind_some(query, 3, b->subscriber_id);
    store_bind_some(query, 4, b->mailing_id);
    store_bind_some(query, 5, b->delivery_id);
    store_bind_text(query, 6, known ? b->email : BD_STR_NONE);
    store_bind_text(query, 7, b->kind);
    store_bind_text(query, 8, b->verdict);
    store_bind_text(query, 9, b->reason);
    store_bind_text(query, 10, b->status);
    store_bind_int(query, 11, b->reply_code);
    store_bind_text(query, 12, known ? b->evidence : BD_STR_NONE);
    store_bind_text(query, 13, bd_str_from(bounce_proofs[b->proof]));
    return store_number(store, query, out_id, err);
}

static enum bd_status write_effect(struct bd_store *store, int64_t id,
                                   enum bd_bounce_effect effect,
                                   struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = BD_OK;

    if (effect == BD_BOUNCE_NOTED)
        return BD_OK;
    rc = store_query(store, SQL_BOUNCE_EFFECT, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    store_bind_text(query, 2, bd_str_from(bounce_effects[effect]));
    return store_run(store, query, err);
}

bool bounce_is(const struct bd_bounce *b, const char *kind)
{
    return bd_str_eq(b->kind, bd_str_from(kind));
}

/* B6: other kinds of feedback are only noted. */
bool bounce_is_complaint(const struct bd_bounce *b)
{
    static const char *const reasons[] = { "abuse", "fraud", "opt-out" };

    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (bounce_is(b, "complaint") &&
            bd_str_eq(b->reason, bd_str_from(reasons[i])))
            return true;
    return false;
}

/* The reports that change what became of a copy that a relay took. */
static bool next_state(const struct bd_bounce *b, enum bd_delivery_state now,
                       enum bd_delivery_state *out)
{
    bool came = now == BD_DELIVERY_ACCEPTED || now == BD_DELIVERY_UNKNOWN;

    if (bounce_is_complaint(b) && b->proof >= BD_PROOF_TOKEN &&
        (came || now == BD_DELIVERY_BOUNCED))
        *out = BD_DELIVERY_COMPLAINED;
    else if (bounce_is(b, "bounce") && came)
        *out = BD_DELIVERY_BOUNCED;
    else
        return false;
    return true;
}

static enum bd_status set_state(struct bd_store *store,
                                const struct bd_copy *copy,
                                enum bd_delivery_state state,
                                struct bd_err *err)
{
    struct store_tally tally = { 0 };
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_COPY_STATE, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, copy->delivery_id);
    store_bind_text(query, 2, bd_str_from(bd_delivery_state_names[state]));
    rc = store_run(store, query, err);
    if (rc != BD_OK || copy->mailing_id == 0)
        return rc;
    tally.more[copy->state]--;
    tally.more[state]++;
    return store_tally_write(store, copy->mailing_id, &tally, err);
}

/* What the ledger tells of a copy that somebody had, as this shows. */
static const char *word_settled(const struct bd_bounce *b)
{
    static const struct {
        const char *kind, *reason; /* NULL: any */
        const char *text;
    } words[] = {
        { "bounce", NULL, N_("it came back by mail") },
        { "delay", NULL, N_("a mail system told that it still tries") },
        { "delivered", "relayed",
          N_("a mail system told that it has passed it on") },
        { "delivered", "expanded",
          N_("a mail system told that it has passed it on to several") },
        { "delivered", NULL, N_("a mail system told that it has arrived") },
        { "complaint", NULL, N_("the mail provider sent a report about it") },
        { "auto-reply", NULL, N_("a machine answered it") },
        { "challenge", NULL, N_("a mail system asked for proof of a person") },
        { "human", NULL, N_("the reader answered it") },
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bounce_is(b, words[i].kind) &&
            (!words[i].reason ||
             bd_str_eq(b->reason, bd_str_from(words[i].reason))))
            return _(words[i].text);
    return _("a mail showed that it was taken");
}

/* Whatever comes back of it, the relay had it (design: unknown is settled by
 * proof). */
static enum bd_status
settle_unknown(struct bd_arena *arena, struct bd_store *store,
               const struct bd_bounce *b, struct bd_copy *copy,
               const struct bd_actor *actor, struct bd_err *err)
{
    struct bd_mailing m = { 0 };
    struct bd_resolve_proof proof = {
        .text = bd_str_from(word_settled(b)),
    };
    bool settled = false;
    enum bd_status rc = BD_OK;

    if (copy->mailing_id == 0) {
        rc = set_state(store, copy, BD_DELIVERY_ACCEPTED, err);
    } else {
        rc = bd_mailing_get(arena, store, copy->mailing_id, &m, err);
        if (rc != BD_OK)
            return rc;
        proof.message_id = bd_arena_printf(
            arena, "%.*s@%.*s",
            BD_ARG(bd_queue_message_id(arena, m.id, copy->delivery_id,
                                       m.message_id_salt)),
            BD_ARG(m.message_id_domain));
        rc = bd_resolve_one(store, m.id, &proof, actor, &settled, err);
    }
    copy->state = BD_DELIVERY_ACCEPTED;
    return rc;
}

static enum bd_status apply_to_copy(struct bd_arena *arena,
                                    struct bd_store *store,
                                    const struct bd_bounce *b,
                                    const struct bd_actor *actor,
                                    struct bd_err *err)
{
    enum bd_delivery_state state = BD_DELIVERY_ACCEPTED;
    struct bd_copy copy = { 0 };
    enum bd_status rc = BD_OK;

    if (b->delivery_id == 0 || b->proof < BD_PROOF_MESSAGE ||
        bounce_is(b, "refused"))
        return BD_OK;
    rc = bd_copy_of_delivery(arena, store, b->delivery_id, &copy, err);
    if (rc != BD_OK)
        return rc == BD_ENOENT ? BD_OK : rc;
    if (copy.state == BD_DELIVERY_UNKNOWN)
        rc = settle_unknown(arena, store, b, &copy, actor, err);
    if (rc == BD_OK && next_state(b, copy.state, &state))
        rc = set_state(store, &copy, state, err);
    return rc;
}

static enum bd_status add(struct bd_arena *arena, struct bd_store *store,
                          const struct bd_bounce *b,
                          const struct bd_bounce_rules *rules,
                          const struct bd_actor *actor,
                          enum bd_bounce_effect *out, struct bd_err *err)
{
    int64_t id = 0;
    enum bd_status rc = write_row(store, b, &id, err);

    *out = BD_BOUNCE_NOTED;
    if (rc == BD_OK)
        rc = apply_to_copy(arena, store, b, actor, err);
    if (rc == BD_OK && b->subscriber_id != 0 && b->proof >= BD_PROOF_MESSAGE)
        rc = bounce_judge(arena, store, b, rules, actor, out, err);
    return rc == BD_OK ? write_effect(store, id, *out, err) : rc;
}

enum bd_status bd_bounce_add(struct bd_store *store, const struct bd_bounce *b,
                             const struct bd_bounce_rules *rules,
                             const struct bd_actor *actor,
                             enum bd_bounce_effect *out, struct bd_err *err)
{
    enum bd_bounce_effect effect = BD_BOUNCE_NOTED;
    struct bd_arena *arena = NULL;
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    arena = bd_arena_new();
    rc = store_end(store, add(arena, store, b, rules, actor, &effect, err),
                   err);
    bd_arena_free(arena);
    if (rc == BD_OK)
        *out = effect;
    return rc;
}
