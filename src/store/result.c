/* What became of the copies of a claim. */
#include <assert.h>

#include "store_queue.h"

/* A claim whose results are being stored. */
struct settling {
    struct bd_store *store;
    int64_t claim_id;
    int64_t mailing_id;  /* 0: letters */
    int64_t first, last; /* ids of its copies lie between these */
    bool cancelled;      /* the mailing is */
    int64_t fresh;       /* copies that had no row */
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
    s->first = sqlite3_column_int64(query, 2);
    s->last = sqlite3_column_int64(query, 3);
    (void)sqlite3_reset(query);
    return BD_OK;
}

static bool was_tried(const struct bd_receipt *r)
{
    return r->state != BD_DELIVERY_QUEUED;
}

static bool waits(const struct bd_receipt *r)
{
    return !was_tried(r) || r->state == BD_DELIVERY_DEFERRED;
}

/* The attempt, in parameters from `at` on. */
static enum bd_status bind_attempt(struct settling *s, sqlite3_stmt *query,
                                   int at, const struct bd_receipt *r,
                                   struct bd_err *err)
{
    int64_t relay = 0;
    enum bd_status rc = store_relay_id(s->store, r->relay, &relay, err);

    if (rc == BD_OK && relay != 0 && r->state != BD_DELIVERY_DEFERRED)
        rc = relay_tally_add(s->store, &s->relays, relay, r->at, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, at, r->at);
    store_bind_int(query, at + 1, r->took_ms);
    store_bind_int(query, at + 2, r->session);
    store_bind_some(query, at + 3, relay);
    store_bind_int(query, at + 4, r->reply_code);
    store_bind_text(query, at + 5, r->enhanced);
    store_bind_text(query, at + 6, r->reply_text);
    store_bind_text(query, at + 7, r->queue_id);
    return BD_OK;
}

static int64_t earlier_tries(const struct bd_receipt *r)
{
    int64_t count = 0;

    while ((r = r->earlier))
        count++;
    return count;
}

/* One row; its parameters begin at `at`. */
static enum bd_status bind_row(struct settling *s, sqlite3_stmt *query, int at,
                               const struct bd_receipt *r, struct bd_err *err)
{
    const struct bd_delivery *copy = r->copy;

    assert(
        r->state == BD_DELIVERY_QUEUED ||
        (r->state >= BD_DELIVERY_ACCEPTED && r->state <= BD_DELIVERY_UNKNOWN));
    assert(!r->given_up || r->state == BD_DELIVERY_REFUSED);
    if (copy->id < s->first || copy->id > s->last)
        return bd_fail(err, BD_EINVAL, _("copy %lld is not claimed"),
                       (long long)copy->id);
    s->tally.more[r->state]++;
    s->fresh += copy->fresh;
    store_bind_int(query, at, copy->id);
    store_bind_some(query, at + 1, copy->letter_id);
    store_bind_some(query, at + 2, copy->subscriber_id);
    store_bind_text(query, at + 3, copy->email);
    store_bind_text(query, at + 4,
                    bd_str_from(bd_delivery_state_names[r->state]));
    store_bind_int(query, at + 5,
                   copy->attempts + was_tried(r) + earlier_tries(r));
    if (waits(r))
        store_bind_int(query, at + 6, r->next_try_at);
    store_bind_int(query, at + 7, r->given_up);
    return was_tried(r) ? bind_attempt(s, query, at + 8, r, err) : BD_OK;
}

static enum bd_status write_rows(struct settling *s,
                                 const struct bd_receipt *receipts, size_t many,
                                 struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(
        s->store, many > 1 ? SQL_RESULT_MANY : SQL_RESULT, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_some(query, 1, s->mailing_id);
    store_bind_int(query, 2, s->claim_id);
    for (size_t i = 0; i < many && rc == BD_OK; i++)
        rc = bind_row(s, query, 3 + 16 * (int)i, &receipts[i], err);
    if (rc == BD_OK)
        rc = store_run(s->store, query, err);
    if (rc == BD_OK && sqlite3_changes64(s->store->db) != (int64_t)many)
        rc = bd_fail(err, BD_EINVAL,
                     _("copy %lld, or one of the %zu that came with it, is "
                       "not claimed, or has its result already"),
                     (long long)receipts[0].copy->id, many);
    return rc;
}

/* What was not tried after all waits, for a time or for the next claim, as it
 * did before: only a server's word makes it deferred. */
static enum bd_status put_receipts_back(struct settling *s,
                                        const struct bd_receipt *receipts,
                                        size_t count, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < count && rc == BD_OK; i++) {
        bool deferred = false;

        if (was_tried(&receipts[i]) || receipts[i].copy->attempts == 0)
            continue;
        rc = store_queue_receipt_back(s->store, receipts[i].copy->id, &deferred,
                                      err);
        s->tally.more[BD_DELIVERY_QUEUED] -= deferred;
        s->tally.more[BD_DELIVERY_DEFERRED] += deferred;
    }
    return rc;
}

static enum bd_status write_earlier(struct settling *s,
                                    const struct bd_receipt *last,
                                    struct bd_err *err)
{
    int64_t number = last->copy->attempts + earlier_tries(last);
    enum bd_status rc = BD_OK;

    for (const struct bd_receipt *r = last->earlier; r && rc == BD_OK;
         r = r->earlier) {
        sqlite3_stmt *query = NULL;

        rc = store_query(s->store, SQL_RESULT_EARLIER, &query, err);
        if (rc != BD_OK)
            return rc;
        store_bind_int(query, 1, last->copy->id);
        store_bind_int(query, 2, number--);
        rc = bind_attempt(s, query, 3, r, err);
        if (rc == BD_OK)
            rc = store_run(s->store, query, err);
    }
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
    store_bind_int(query, 3, s->fresh);
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

    for (size_t i = 0; i < count && rc == BD_OK;) {
        size_t many = count - i >= STORE_RESULT_MANY ? STORE_RESULT_MANY : 1;

        rc = write_rows(s, receipts + i, many, err);
        i += many;
    }
    for (size_t i = 0; i < count && rc == BD_OK; i++)
        rc = write_earlier(s, &receipts[i], err);
    if (rc == BD_OK)
        rc = put_receipts_back(s, receipts, count, err);
    if (rc == BD_OK && s->mailing_id == 0)
        rc = store_letters_forget(s->store, s->claim_id, err);
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
