#include "brevduva/store/resolve.h"

#include "store_private.h"

/* Begin an act on a mailing that takes a transaction: what it is now. */
static enum bd_status open_mailing(struct bd_arena *arena,
                                   struct bd_store *store, int64_t id,
                                   struct bd_mailing *out, struct bd_err *err)
{
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    rc = bd_mailing_get(arena, store, id, out, err);
    if (rc != BD_OK)
        bd_store_rollback(store);
    return rc;
}

/* The receipts of all that are unknown move to the attempt table. */
static enum bd_status keep_receipts(struct bd_store *store, int64_t mailing_id,
                                    bd_str note, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_RESOLVE_KEEP, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing_id);
    store_bind_text(query, 2, note);
    return store_run(store, query, err);
}

static enum bd_status resend(struct bd_arena *arena, struct bd_store *store,
                             const struct bd_mailing *mailing,
                             const struct bd_actor *actor, struct bd_err *err)
{
    bd_str note = bd_arena_printf(
        arena, _("; queued again on the word of %.*s"), BD_ARG(actor->name));
    sqlite3_stmt *query = NULL;
    enum bd_status rc = BD_OK;

    if (mailing->state == BD_MAILING_CANCELLED)
        return bd_fail(err, BD_EINVAL,
                       _("the mailing of \"%.*s\" is cancelled; nothing of it "
                         "is sent again"),
                       BD_ARG(mailing->slug));
    rc = keep_receipts(store, mailing->id, note, err);
    if (rc == BD_OK)
        rc = store_query(store, SQL_RESOLVE_RESEND, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing->id);
    return store_run(store, query, err);
}

static enum bd_status assume_sent(struct bd_arena *arena,
                                  struct bd_store *store,
                                  const struct bd_mailing *mailing,
                                  const struct bd_actor *actor,
                                  struct bd_err *err)
{
    bd_str text = bd_arena_printf(arena, _("taken as sent on the word of %.*s"),
                                  BD_ARG(actor->name));
    sqlite3_stmt *query = NULL;
    enum bd_status rc = keep_receipts(store, mailing->id, BD_STR_NONE, err);

    if (rc == BD_OK)
        rc = store_query(store, SQL_RESOLVE_SENT, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing->id);
    store_bind_int(query, 2, actor->now);
    store_bind_text(query, 3, text);
    return store_run(store, query, err);
}

static enum bd_status settle_all(struct bd_arena *arena, struct bd_store *store,
                                 const struct bd_mailing *mailing,
                                 enum bd_resolve how,
                                 const struct bd_actor *actor, int64_t *out,
                                 struct bd_err *err)
{
    static const enum bd_delivery_state becomes[] = {
        [BD_RESOLVE_RESEND] = BD_DELIVERY_QUEUED,
        [BD_RESOLVE_ASSUME_SENT] = BD_DELIVERY_ACCEPTED,
    };
    static const char *const words[] = {
        [BD_RESOLVE_RESEND] = "resend",
        [BD_RESOLVE_ASSUME_SENT] = "assume-sent",
    };
    struct store_tally tally = { 0 };
    enum bd_status rc = how == BD_RESOLVE_RESEND
                            ? resend(arena, store, mailing, actor, err)
                            : assume_sent(arena, store, mailing, actor, err);

    *out = sqlite3_changes64(store->db);
    if (rc != BD_OK || *out == 0)
        return rc;
    tally.more[BD_DELIVERY_UNKNOWN] = -*out;
    tally.more[becomes[how]] = *out;
    rc = store_tally_write(store, mailing->id, &tally, err);
    if (rc == BD_OK && how == BD_RESOLVE_RESEND)
        rc = store_mailing_reopen(store, mailing, actor, err);
    if (rc == BD_OK)
        rc = store_mailing_audit(
            store, mailing, actor, BD_STR("resolve"),
            bd_arena_printf(arena, "%s: %lld", words[how], (long long)*out),
            err);
    return rc;
}

enum bd_status bd_resolve_all(struct bd_store *store, int64_t mailing_id,
                              enum bd_resolve how, const struct bd_actor *actor,
                              int64_t *out_count, struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_mailing mailing = { 0 };
    int64_t count = 0;
    enum bd_status rc = open_mailing(arena, store, mailing_id, &mailing, err);

    if (rc == BD_OK)
        rc = store_end(
            store, settle_all(arena, store, &mailing, how, actor, &count, err),
            err);
    if (rc == BD_OK)
        *out_count = count;
    bd_arena_free(arena);
    return rc;
}

/* MAILING.DELIVERY.SALT@DOMAIN, all four as this mailing writes them: the
 * number of the delivery, or 0. */
static int64_t delivery_of(const struct bd_mailing *mailing, bd_str message_id)
{
    bd_str rest = message_id;
    bd_str left = bd_str_cut(&rest, '@');
    bd_str mailing_id = bd_str_cut(&left, '.');
    bd_str delivery_id = bd_str_cut(&left, '.');
    uint64_t a = 0;
    uint64_t b = 0;

    if (!bd_str_to_u64(mailing_id, &a) || a != (uint64_t)mailing->id ||
        !bd_str_to_u64(delivery_id, &b) || b > INT64_MAX ||
        !bd_str_eq(left, mailing->message_id_salt) ||
        !bd_str_eq_nocase(rest, mailing->message_id_domain))
        return 0;
    return (int64_t)b;
}

static enum bd_status settle_one(struct bd_arena *arena, struct bd_store *store,
                                 const struct bd_mailing *mailing,
                                 const struct bd_resolve_proof *proof,
                                 const struct bd_actor *actor, bool *out,
                                 struct bd_err *err)
{
    static const enum store_sql steps[] = { SQL_RESOLVE_KEEP_ONE,
                                            SQL_RESOLVE_FOUND };
    struct store_tally tally = { 0 };
    int64_t id = delivery_of(mailing, proof->message_id);
    bd_str detail = bd_arena_printf(
        arena, "%.*s: %.*s", BD_ARG(proof->message_id), BD_ARG(proof->text));
    enum bd_status rc = BD_OK;

    for (size_t i = 0; id != 0 && i < 2 && rc == BD_OK; i++) {
        sqlite3_stmt *query = NULL;

        rc = store_query(store, steps[i], &query, err);
        if (rc != BD_OK)
            return rc;
        store_bind_int(query, 1, mailing->id);
        store_bind_int(query, 2, id);
        if (i == 1) {
            store_bind_int(query, 3, actor->now);
            store_bind_text(query, 4, proof->text);
            store_bind_text(query, 5, proof->queue_id);
        }
        rc = store_run(store, query, err);
        *out = rc == BD_OK && sqlite3_changes64(store->db) > 0;
    }
    if (rc != BD_OK || !*out)
        return rc;
    tally.more[BD_DELIVERY_UNKNOWN] = -1;
    tally.more[BD_DELIVERY_ACCEPTED] = 1;
    rc = store_tally_write(store, mailing->id, &tally, err);
    if (rc == BD_OK)
        rc = store_mailing_audit(store, mailing, actor, BD_STR("resolve"),
                                 detail, err);
    return rc;
}

enum bd_status bd_resolve_one(struct bd_store *store, int64_t mailing_id,
                              const struct bd_resolve_proof *proof,
                              const struct bd_actor *actor, bool *out_settled,
                              struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_mailing mailing = { 0 };
    bool settled = false;
    enum bd_status rc = open_mailing(arena, store, mailing_id, &mailing, err);

    if (rc == BD_OK)
        rc = store_end(
            store,
            settle_one(arena, store, &mailing, proof, actor, &settled, err),
            err);
    if (rc == BD_OK)
        *out_settled = settled;
    bd_arena_free(arena);
    return rc;
}
