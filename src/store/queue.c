#include "brevduva/store/queue.h"

#include <assert.h>
#include <string.h>

#include "store_queue.h"

#define DIGITS_MAX 20 /* of 2^64 - 1 */

/* A claim whose results are being stored. */
struct settling {
    struct bd_store *store;
    int64_t claim_id;
    int64_t mailing_id; /* 0: letters */
    bool cancelled;     /* the mailing is */
    sqlite3_stmt *end;  /* SQL_RESULT_END, once it was used */
    struct store_tally tally;
    struct relay_tally relays;
};

static enum bd_status find_claim(struct settling *s, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(s->store, SQL_CLAIM_FIND, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, s->claim_id);
    rc = store_step(s->store, query, &row, err);
    if (rc != BD_OK)
        return rc;
    if (!row)
        return bd_fail(err, BD_EINVAL,
                       _("these copies are no longer claimed; another process "
                         "has settled them"));
    s->mailing_id = sqlite3_column_int64(query, 0);
    s->cancelled = sqlite3_column_int(query, 1) != 0;
    (void)sqlite3_reset(query);
    return BD_OK;
}

/* Not tried after all: it waits, for a time or for the next claim. */
static enum bd_status query_back(struct settling *s, const struct bd_receipt *r,
                                 sqlite3_stmt **out, struct bd_err *err)
{
    enum bd_delivery_state state = r->next_try_at > 0 ? BD_DELIVERY_DEFERRED
                                                      : BD_DELIVERY_QUEUED;
    enum bd_status rc = store_query(s->store, SQL_RESULT_BACK, out, err);

    if (rc != BD_OK)
        return rc;
    s->tally.more[state]++;
    store_bind_text(*out, 3, bd_str_from(bd_delivery_state_names[state]));
    store_bind_int(*out, 4, r->next_try_at);
    return BD_OK;
}

static enum bd_status query_tried(struct settling *s,
                                  const struct bd_receipt *r,
                                  sqlite3_stmt **out, struct bd_err *err)
{
    bool deferred = r->state == BD_DELIVERY_DEFERRED;
    int64_t relay = 0;
    enum bd_status rc = store_relay_id(s->store, r->relay, &relay, err);

    if (rc == BD_OK && relay != 0)
        rc = relay_tally_add(s->store, &s->relays, relay, r->at, err);
    if (rc == BD_OK)
        rc = store_query(s->store, deferred ? SQL_RESULT_DEFER : SQL_RESULT_END,
                         out, err);
    if (rc != BD_OK)
        return rc;
    s->tally.more[r->state]++;
    store_bind_text(*out, 3, bd_str_from(bd_delivery_state_names[r->state]));
    store_bind_int(*out, 4, r->at);
    store_bind_int(*out, 5, r->took_ms);
    store_bind_int(*out, 6, r->session);
    store_bind_some(*out, 7, relay);
    store_bind_int(*out, 8, r->reply_code);
    store_bind_text(*out, 9, r->enhanced);
    store_bind_text(*out, 10, r->reply_text);
    store_bind_text(*out, 11, r->queue_id);
    if (deferred)
        store_bind_int(*out, 12, r->next_try_at);
    return BD_OK;
}

static enum bd_status write_receipt(struct settling *s,
                                    const struct bd_receipt *r,
                                    struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = r->state == BD_DELIVERY_QUEUED
                            ? query_back(s, r, &query, err)
                            : query_tried(s, r, &query, err);

    assert(
        r->state == BD_DELIVERY_QUEUED ||
        (r->state >= BD_DELIVERY_ACCEPTED && r->state <= BD_DELIVERY_UNKNOWN));
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, r->delivery_id);
    store_bind_int(query, 2, s->claim_id);
    rc = store_run(s->store, query, err);
    if (rc == BD_OK && sqlite3_changes64(s->store->db) == 0)
        rc = bd_fail(err, BD_EINVAL,
                     _("copy %lld is not claimed, or has its result already"),
                     (long long)r->delivery_id);
    return rc;
}

/* The claim is gone when its last copy has a result. */
static enum bd_status settle_claim(const struct settling *s, size_t count,
                                   struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(s->store, SQL_CLAIM_SETTLE, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, s->claim_id);
    store_bind_int(query, 2, (int64_t)count);
    rc = store_run(s->store, query, err);
    if (rc != BD_OK || sqlite3_changes64(s->store->db) > 0)
        return rc;
    rc = store_query(s->store, SQL_CLAIM_REMOVE, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, s->claim_id);
    return store_run(s->store, query, err);
}

static enum bd_status write_results(struct settling *s,
                                    const struct bd_receipt *receipts,
                                    size_t count, struct bd_err *err)
{
    enum bd_status rc = find_claim(s, err);

    for (size_t i = 0; i < count && rc == BD_OK; i++)
        rc = write_receipt(s, &receipts[i], err);
    if (rc == BD_OK)
        rc = settle_claim(s, count, err);
    if (rc == BD_OK)
        rc = relay_tally_write(s->store, &s->relays, err);
    if (rc != BD_OK || s->mailing_id == 0)
        return rc;
    s->tally.more[BD_DELIVERY_HANDING_OVER] -= (int64_t)count;
    rc = store_tally_write(s->store, s->mailing_id, &s->tally, err);
    if (rc == BD_OK && s->cancelled)
        rc = store_queue_drop(s->store, s->mailing_id, err);
    return rc;
}

enum bd_status bd_queue_result(struct bd_store *store, int64_t claim,
                               const struct bd_receipt *receipts, size_t count,
                               struct bd_err *err)
{
    struct settling s = { .store = store, .claim_id = claim };
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    return store_end(store, write_results(&s, receipts, count, err), err);
}

/* Run a statement whose only parameter is the mailing. */
static enum bd_status run_for(struct bd_store *store, enum store_sql which,
                              int64_t mailing_id, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, which, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing_id);
    return store_run(store, query, err);
}

enum bd_status store_queue_drop(struct bd_store *store, int64_t mailing_id,
                                struct bd_err *err)
{
    struct store_tally tally = { 0 };
    enum bd_status rc = run_for(store, SQL_QUEUE_DROP, mailing_id, err);

    if (rc != BD_OK)
        return rc;
    tally.more[BD_DELIVERY_SKIPPED] = sqlite3_changes64(store->db);
    rc = run_for(store, SQL_COUNT_DROP, mailing_id, err);
    return rc == BD_OK ? store_tally_write(store, mailing_id, &tally, err) : rc;
}

/* In decimals at `at`; where they end. */
static size_t put_number(char *text, size_t at, uint64_t number)
{
    char digits[DIGITS_MAX];
    size_t first = sizeof digits;

    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    memcpy(text + at, digits + first, sizeof digits - first);
    return at + sizeof digits - first;
}

/* Made for each copy: without printf. */
bd_str bd_queue_message_id(struct bd_arena *arena, int64_t mailing_id,
                           int64_t delivery_id, bd_str salt)
{
    char *text = bd_arena_alloc(arena, 2 * (DIGITS_MAX + 1) + salt.len);
    size_t len = put_number(text, 0, (uint64_t)mailing_id);

    text[len++] = '.';
    len = put_number(text, len, (uint64_t)delivery_id);
    text[len++] = '.';
    if (salt.len > 0)
        memcpy(text + len, salt.ptr, salt.len);
    return (bd_str) { text, len + salt.len };
}

enum bd_status bd_queue_next_due(struct bd_store *store, int64_t mailing_id,
                                 int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(
        store, mailing_id ? SQL_QUEUE_NEXT_DUE : SQL_QUEUE_NEXT_DUE_ALL, &query,
        err);

    if (rc != BD_OK)
        return rc;
    if (mailing_id)
        store_bind_int(query, 1, mailing_id);
    return store_number(store, query, out, err);
}

/* The answer of a query that asks for a truth. */
static enum bd_status ask(struct bd_store *store, sqlite3_stmt *query,
                          bool *out, struct bd_err *err)
{
    int64_t truth = 0;
    enum bd_status rc = store_number(store, query, &truth, err);

    if (rc == BD_OK)
        *out = truth != 0;
    return rc;
}

enum bd_status bd_queue_waits(struct bd_store *store, int64_t mailing_id,
                              bool *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_QUEUE_WAITS, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing_id);
    return ask(store, query, out, err);
}

enum bd_status bd_queue_is_due(struct bd_store *store, int64_t mailing_id,
                               int64_t now, bool *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_QUEUE_IS_DUE, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_some(query, 1, mailing_id);
    store_bind_int(query, 2, now);
    return ask(store, query, out, err);
}
