#include "brevduva/store/incoming.h"

#include "store_private.h"

static bd_str bytes_of(const unsigned char hash[BD_SHA256_LEN])
{
    return (bd_str) { (const char *)hash, BD_SHA256_LEN };
}

static enum bd_status find(struct bd_arena *arena, struct bd_store *store,
                           const unsigned char hash[BD_SHA256_LEN],
                           int64_t *out_id, bool *out_seen, bd_str *out_outcome,
                           struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_INCOMING_FIND, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_blob(query, 1, bytes_of(hash));
    rc = store_step(store, query, out_seen, err);
    if (rc == BD_OK && *out_seen) {
        *out_id = sqlite3_column_int64(query, 0);
        *out_outcome = store_column_copy(arena, query, 1);
    }
    (void)sqlite3_reset(query);
    return rc;
}

enum bd_status bd_incoming_note(struct bd_arena *arena, struct bd_store *store,
                                const unsigned char hash[BD_SHA256_LEN],
                                bd_str kind, int64_t now, int64_t *out_id,
                                bool *out_seen, bd_str *out_outcome,
                                struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = find(arena, store, hash, out_id, out_seen, out_outcome,
                             err);

    if (rc != BD_OK || *out_seen)
        return rc;
    rc = store_query(store, SQL_INCOMING_ADD, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_blob(query, 1, bytes_of(hash));
    store_bind_int(query, 2, now);
    store_bind_text(query, 3, kind);
    return store_number(store, query, out_id, err);
}

enum bd_status bd_incoming_outcome(struct bd_store *store, int64_t id,
                                   bd_str outcome, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_INCOMING_OUTCOME, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    store_bind_text(query, 2, outcome);
    return store_run(store, query, err);
}

static enum bd_status read_last(struct bd_store *store, int64_t *out,
                                struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_INCOMING_LAST, &query, err);

    return rc == BD_OK ? store_number(store, query, out, err) : rc;
}

enum bd_status bd_incoming_since(struct bd_store *store, int64_t since,
                                 bd_incoming_fn fn, void *self,
                                 int64_t *out_last, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = read_last(store, out_last, err);

    if (rc == BD_OK)
        rc = store_query(store, SQL_INCOMING_SINCE, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, since);
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        const struct bd_incoming_count count = {
            .kind = store_column(query, 0),
            .outcome = store_column(query, 1),
            .count = sqlite3_column_int64(query, 2),
        };

        fn(self, &count);
    }
    return rc;
}
