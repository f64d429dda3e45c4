#include "brevduva/store/queue.h"

#include <assert.h>
#include <unistd.h>

#include "brevduva/store/event.h"
#include "store_private.h"

/* A row of the claim table. */
struct claim {
    int64_t id;
    int64_t mailing_id;
    int64_t first, last; /* delivery ids */
    int64_t at;
    bool cancelled; /* the mailing is */
};

/* What a claim is made of while it grows. */
struct claiming {
    struct bd_arena *arena;
    struct bd_store *store;
    int64_t mailing_id;
    size_t max;
    struct bd_delivery *copies;
    bd_str *skips; /* why each copy must not be sent; empty: it may */
    size_t count;
};

/* Copies behind the last open claim are free; those before it wait until no
 * claim is open, so that ranges never overlap. */
static enum bd_status last_claimed(struct bd_store *store, int64_t mailing_id,
                                   int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_CLAIM_LAST, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing_id);
    return store_number(store, query, out, err);
}

/* Deferred copies whose time has come are queued again; the receipt of the
 * attempt behind them moves to the attempt table. */
static enum bd_status requeue_due(struct bd_store *store, int64_t mailing_id,
                                  int64_t after, int64_t now,
                                  struct bd_err *err)
{
    static const enum store_sql steps[] = { SQL_QUEUE_DUE_ATTEMPTS,
                                            SQL_QUEUE_DUE };
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < 2 && rc == BD_OK; i++) {
        sqlite3_stmt *query = NULL;

        rc = store_query(store, steps[i], &query, err);
        if (rc != BD_OK)
            break;
        store_bind_int(query, 1, mailing_id);
        store_bind_int(query, 2, now);
        store_bind_int(query, 3, after);
        rc = store_run(store, query, err);
    }
    return rc;
}

static struct bd_delivery read_copy(struct bd_arena *arena, sqlite3_stmt *query)
{
    return (struct bd_delivery) {
        .id = sqlite3_column_int64(query, 0),
        .subscriber_id = sqlite3_column_int64(query, 1),
        .email = store_column_copy(arena, query, 2),
        .attempts = sqlite3_column_int64(query, 3),
        .name = store_column_copy(arena, query, 4),
        .language = store_column_copy(arena, query, 5),
        .attributes = store_column_copy(arena, query, 6),
        .text_only = sqlite3_column_int(query, 7) != 0,
    };
}

static enum bd_status read_copies(struct claiming *c, int64_t after,
                                  struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(c->store, SQL_QUEUE_NEXT, &query, err);

    if (rc != BD_OK)
        return rc;
    c->count = 0;
    store_bind_int(query, 1, c->mailing_id);
    store_bind_int(query, 2, after);
    store_bind_int(query, 3, (int64_t)c->max);
    while ((rc = store_step(c->store, query, &row, err)) == BD_OK && row) {
        c->copies[c->count] = read_copy(c->arena, query);
        c->skips[c->count] = store_column_copy(c->arena, query, 8);
        c->count++;
    }
    return rc;
}

static enum bd_status skip(struct bd_store *store, int64_t delivery_id,
                           bd_str reason, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_QUEUE_SKIP, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, delivery_id);
    store_bind_text(query, 2, reason);
    return store_run(store, query, err);
}

/* Those who left since the start are put aside with the reason. */
static enum bd_status put_aside(struct claiming *c, struct bd_err *err)
{
    enum bd_status rc = BD_OK;
    size_t kept = 0;

    for (size_t i = 0; i < c->count && rc == BD_OK; i++) {
        if (c->skips[i].len > 0)
            rc = skip(c->store, c->copies[i].id, c->skips[i], err);
        else
            c->copies[kept++] = c->copies[i];
    }
    c->count = kept;
    return rc;
}

static enum bd_status write_claim(struct claiming *c, int64_t now, int64_t *out,
                                  struct bd_err *err)
{
    char host[256] = "";
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(c->store, SQL_CLAIM_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    (void)gethostname(host, sizeof host - 1);
    store_bind_int(query, 1, c->mailing_id);
    store_bind_int(query, 2, c->copies[0].id);
    store_bind_int(query, 3, c->copies[c->count - 1].id);
    store_bind_int(query, 4, (int64_t)c->count);
    store_bind_int(query, 5, getpid());
    store_bind_text(query, 6, bd_str_from(host));
    store_bind_int(query, 7, now);
    return store_number(c->store, query, out, err);
}

static enum bd_status claim(struct claiming *c, int64_t now, int64_t *out_claim,
                            struct bd_err *err)
{
    int64_t after = 0;
    bool more = true;
    enum bd_status rc = last_claimed(c->store, c->mailing_id, &after, err);

    if (rc == BD_OK)
        rc = requeue_due(c->store, c->mailing_id, after, now, err);
    while (rc == BD_OK && c->count == 0 && more) {
        rc = read_copies(c, after, err);
        more = c->count > 0;
        if (rc == BD_OK)
            rc = put_aside(c, err);
    }
    if (rc != BD_OK || c->count == 0)
        return rc;
    return write_claim(c, now, out_claim, err);
}

enum bd_status bd_queue_claim(struct bd_arena *arena, struct bd_store *store,
                              int64_t mailing_id, size_t max, int64_t now,
                              int64_t *out_claim,
                              const struct bd_delivery **out, size_t *out_count,
                              struct bd_err *err)
{
    struct claiming c = {
        .arena = arena, .store = store, .mailing_id = mailing_id, .max = max
    };
    int64_t claim_id = 0;
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    assert(max > 0);
    c.copies = BD_NEW_ARRAY(arena, max, struct bd_delivery);
    c.skips = BD_NEW_ARRAY(arena, max, bd_str);
    rc = store_end(store, claim(&c, now, &claim_id, err), err);
    if (rc != BD_OK)
        return rc;
    *out_claim = claim_id;
    *out = c.copies;
    *out_count = c.count;
    return BD_OK;
}

static enum bd_status find_claim(struct bd_store *store, int64_t id,
                                 struct claim *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_CLAIM_FIND, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    rc = store_step(store, query, &row, err);
    if (rc != BD_OK)
        return rc;
    if (!row)
        return bd_fail(err, BD_EINVAL,
                       _("these copies are no longer claimed; another process "
                         "has settled them"));
    *out = (struct claim) {
        .id = id,
        .mailing_id = sqlite3_column_int64(query, 0),
        .first = sqlite3_column_int64(query, 1),
        .last = sqlite3_column_int64(query, 2),
        .cancelled = sqlite3_column_int(query, 3) != 0,
    };
    (void)sqlite3_reset(query);
    return BD_OK;
}

static enum bd_status query_receipt(struct bd_store *store,
                                    const struct claim *claim,
                                    const struct bd_receipt *r,
                                    sqlite3_stmt **out, struct bd_err *err)
{
    bool tried = r->state != BD_DELIVERY_QUEUED;
    enum bd_status rc = store_query(
        store, tried ? SQL_QUEUE_RESULT : SQL_QUEUE_BACK, out, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(*out, 1, r->delivery_id);
    store_bind_int(*out, 2, claim->id);
    if (!tried)
        return BD_OK;
    store_bind_text(*out, 3, bd_str_from(bd_delivery_state_names[r->state]));
    if (r->state == BD_DELIVERY_DEFERRED)
        store_bind_int(*out, 4, r->next_try_at);
    store_bind_int(*out, 5, r->at);
    store_bind_int(*out, 6, r->reply_code);
    store_bind_text(*out, 7, r->enhanced);
    store_bind_text(*out, 8, r->reply_text);
    store_bind_text(*out, 9, r->queue_id);
    store_bind_text(*out, 10, r->relay);
    store_bind_text(*out, 11, r->message_id);
    return BD_OK;
}

static enum bd_status write_receipt(struct bd_store *store,
                                    const struct claim *claim,
                                    const struct bd_receipt *receipt,
                                    struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = query_receipt(store, claim, receipt, &query, err);

    assert(receipt->state == BD_DELIVERY_QUEUED ||
           (receipt->state >= BD_DELIVERY_ACCEPTED &&
            receipt->state <= BD_DELIVERY_UNKNOWN));
    if (rc == BD_OK)
        rc = store_run(store, query, err);
    if (rc == BD_OK && (sqlite3_changes64(store->db) == 0 ||
                        receipt->delivery_id < claim->first ||
                        receipt->delivery_id > claim->last))
        rc = bd_fail(err, BD_EINVAL,
                     _("copy %lld is not claimed, or has its result already"),
                     (long long)receipt->delivery_id);
    return rc;
}

/* The claim is gone when its last copy has a result. */
static enum bd_status settle_claim(struct bd_store *store, int64_t id,
                                   size_t count, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_CLAIM_SETTLE, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    store_bind_int(query, 2, (int64_t)count);
    rc = store_run(store, query, err);
    if (rc != BD_OK || sqlite3_changes64(store->db) > 0)
        return rc;
    rc = store_query(store, SQL_CLAIM_REMOVE, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    return store_run(store, query, err);
}

static enum bd_status write_results(struct bd_store *store, int64_t claim_id,
                                    const struct bd_receipt *receipts,
                                    size_t count, struct bd_err *err)
{
    struct claim claim = { 0 };
    enum bd_status rc = find_claim(store, claim_id, &claim, err);

    for (size_t i = 0; i < count && rc == BD_OK; i++)
        rc = write_receipt(store, &claim, &receipts[i], err);
    if (rc == BD_OK)
        rc = settle_claim(store, claim_id, count, err);
    if (rc == BD_OK && claim.cancelled)
        rc = store_mailing_drop_waiting(store, claim.mailing_id, err);
    return rc;
}

enum bd_status bd_queue_result(struct bd_store *store, int64_t claim,
                               const struct bd_receipt *receipts, size_t count,
                               struct bd_err *err)
{
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    return store_end(store, write_results(store, claim, receipts, count, err),
                     err);
}

bd_str bd_queue_message_id(struct bd_arena *arena, int64_t mailing_id,
                           int64_t delivery_id, bd_str salt)
{
    return bd_arena_printf(arena, "%lld.%lld.%.*s", (long long)mailing_id,
                           (long long)delivery_id, BD_ARG(salt));
}

enum bd_status bd_queue_next_due(struct bd_store *store, int64_t mailing_id,
                                 int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_QUEUE_NEXT_DUE, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing_id);
    return store_number(store, query, out, err);
}
