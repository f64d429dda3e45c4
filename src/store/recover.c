#include "brevduva/base/buf.h"
#include "brevduva/store/event.h"
#include "store_queue.h"

/* Before the rows change: they are as many as the claims say. */
static enum bd_status count_unknown(struct bd_store *store, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_CLAIM_OPEN, &query, err);

    if (rc != BD_OK)
        return rc;
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        int64_t open = sqlite3_column_int64(query, 1);
        const struct store_tally tally = {
            .more = { [BD_DELIVERY_HANDING_OVER] = -open,
                      [BD_DELIVERY_UNKNOWN] = open }
        };

        rc = store_tally_write(store, sqlite3_column_int64(query, 0), &tally,
                               err);
        if (rc != BD_OK)
            break;
    }
    (void)sqlite3_reset(query);
    return rc;
}

/* All copies without a result become unknown: whether the process that ended
 * had reached them, nobody can tell. */
static enum bd_status mark_unknown(struct bd_store *store, int64_t *out,
                                   struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_QUEUE_UNKNOWN, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(
        query, 1,
        bd_str_from(_("the sending process ended before the outcome was "
                      "known")));
    rc = store_run(store, query, err);
    *out = sqlite3_changes64(store->db);
    return rc;
}

static enum bd_status recover(struct bd_store *store,
                              const struct bd_actor *actor, int64_t *out,
                              struct bd_err *err)
{
    struct bd_arena *arena = NULL;
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_unfold(store, err);

    if (rc == BD_OK)
        rc = count_unknown(store, err);
    if (rc == BD_OK)
        rc = mark_unknown(store, out, err);
    if (rc == BD_OK)
        rc = store_query(store, SQL_CLAIM_REMOVE_ALL, &query, err);
    if (rc == BD_OK)
        rc = store_run(store, query, err);
    if (rc != BD_OK || *out == 0)
        return rc;
    arena = bd_arena_new();
    rc = bd_audit_add(store, actor, BD_STR("recover"), BD_STR("queue"),
                      bd_arena_printf(arena, "%lld unknown", (long long)*out),
                      err);
    bd_arena_free(arena);
    return rc;
}

enum bd_status bd_queue_recover(struct bd_store *store,
                                const struct bd_actor *actor,
                                int64_t *out_unknown, struct bd_err *err)
{
    int64_t unknown = 0;
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    rc = store_end(store, recover(store, actor, &unknown, err), err);
    if (rc == BD_OK)
        *out_unknown = unknown;
    return rc;
}

enum bd_status bd_queue_claims(struct bd_store *store, int64_t *out,
                               struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_CLAIM_COUNT, &query, err);

    return rc == BD_OK ? store_number(store, query, out, err) : rc;
}
