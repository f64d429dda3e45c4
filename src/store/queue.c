#include "brevduva/store/queue.h"

#include "store_queue.h"

/* Run a statement whose only parameter is a number. */
static enum bd_status run_for(struct bd_store *store, enum store_sql which,
                              int64_t id, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, which, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
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

enum bd_status store_queue_receipt_back(struct bd_store *store,
                                        int64_t delivery_id, bool *out,
                                        struct bd_err *err)
{
    enum bd_status rc = run_for(store, SQL_QUEUE_RECEIPT_BACK, delivery_id,
                                err);
    bool moved = rc == BD_OK && sqlite3_changes64(store->db) > 0;

    if (moved)
        rc = run_for(store, SQL_QUEUE_RECEIPT_MOVED, delivery_id, err);
    if (rc == BD_OK)
        *out = moved;
    return rc;
}

enum bd_status bd_queue_call_back(struct bd_store *store, int64_t now,
                                  struct bd_err *err)
{
    return run_for(store, SQL_QUEUE_CALL_BACK, now, err);
}

enum bd_status bd_queue_turns(struct bd_store *store, int64_t mailing_id,
                              int64_t now, int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_QUEUE_TURNS, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing_id);
    store_bind_int(query, 2, now);
    return store_number(store, query, out, err);
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
