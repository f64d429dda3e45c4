#include "brevduva/base/buf.h"
#include "brevduva/store/event.h"
#include "brevduva/store/queue.h"
#include "store_private.h"

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
    enum bd_status rc = mark_unknown(store, out, err);

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
