#include "brevduva/base/buf.h"
#include "brevduva/store/event.h"
#include "store_queue.h"

/* A claim that a dead process left behind. */
struct left {
    int64_t id, mailing_id; /* mailing 0: letters */
    int64_t open;           /* copies without a result */
    struct begun_mark mark;
    bool cancelled; /* the mailing is */
};

struct recovering {
    struct bd_arena *arena;
    struct bd_store *store;
    struct begun_memory *memory; /* of what that process had begun; or NULL */
    struct left *left;
    size_t count;
    int64_t unknown, queued; /* copies */
};

static enum bd_status find_left(struct recovering *r, struct bd_err *err)
{
    int64_t claims = 0;
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = bd_queue_claims(r->store, &claims, err);

    if (rc == BD_OK)
        rc = store_query(r->store, SQL_CLAIM_OPEN, &query, err);
    if (rc != BD_OK)
        return rc;
    r->left = BD_NEW_ARRAY(r->arena, (size_t)claims, struct left);
    while ((rc = store_step(r->store, query, &row, err)) == BD_OK && row)
        r->left[r->count++] = (struct left) {
            .id = sqlite3_column_int64(query, 0),
            .mailing_id = sqlite3_column_int64(query, 1),
            .open = sqlite3_column_int64(query, 2),
            .mark = { sqlite3_column_int64(query, 3),
                      sqlite3_column_int64(query, 4) },
            .cancelled = sqlite3_column_int(query, 5) != 0,
        };
    return rc;
}

static enum bd_status put_back(struct bd_store *store, int64_t delivery_id,
                               struct store_tally *tally, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool deferred = false;
    enum bd_status rc = store_query(store, SQL_QUEUE_BACK, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, delivery_id);
    rc = store_run(store, query, err);
    if (rc == BD_OK)
        rc = store_queue_receipt_back(store, delivery_id, &deferred, err);
    tally->more[deferred ? BD_DELIVERY_DEFERRED : BD_DELIVERY_QUEUED]++;
    return rc;
}

/* What was claimed and not begun: no octet of it can have left. */
static enum bd_status put_back_idle(struct recovering *r,
                                    const struct left *left,
                                    struct store_tally *tally,
                                    struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = BD_OK;

    if (!begun_knows(r->memory, left->mark))
        return BD_OK;
    rc = store_query(r->store, SQL_CLAIM_COPIES, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, left->id);
    while ((rc = store_step(r->store, query, &row, err)) == BD_OK && row) {
        int64_t id = sqlite3_column_int64(query, 0);

        if (begun_has(r->memory, left->mark, id))
            continue;
        rc = put_back(r->store, id, tally, err);
        if (rc != BD_OK)
            break;
    }
    (void)sqlite3_reset(query);
    return rc;
}

static enum bd_status settle_left(struct recovering *r, const struct left *left,
                                  struct bd_err *err)
{
    struct store_tally tally = { 0 };
    enum bd_status rc = put_back_idle(r, left, &tally, err);
    int64_t idle = tally.more[BD_DELIVERY_QUEUED] +
                   tally.more[BD_DELIVERY_DEFERRED];

    r->queued += idle;
    tally.more[BD_DELIVERY_HANDING_OVER] = -left->open;
    tally.more[BD_DELIVERY_UNKNOWN] = left->open - idle;
    if (rc == BD_OK && left->mailing_id != 0)
        rc = store_tally_write(r->store, left->mailing_id, &tally, err);
    if (rc == BD_OK && left->cancelled)
        rc = store_queue_drop(r->store, left->mailing_id, err);
    return rc;
}

/* The others become unknown: whether the process had come to their end,
 * nobody can tell. */
static enum bd_status mark_unknown(struct recovering *r, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(r->store, SQL_QUEUE_UNKNOWN, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(
        query, 1,
        bd_str_from(_("the sending process ended before the outcome was "
                      "known")));
    rc = store_run(r->store, query, err);
    r->unknown = sqlite3_changes64(r->store->db);
    return rc;
}

static enum bd_status audit(const struct recovering *r,
                            const struct bd_actor *actor, struct bd_err *err)
{
    bd_str detail = bd_arena_printf(r->arena, "%lld unknown, %lld queued again",
                                    (long long)r->unknown,
                                    (long long)r->queued);

    return bd_audit_add(r->store, actor, BD_STR("recover"), BD_STR("queue"),
                        detail, err);
}

static enum bd_status recover(struct recovering *r,
                              const struct bd_actor *actor, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = find_left(r, err);

    if (rc != BD_OK || r->count == 0)
        return rc;
    rc = store_unfold(r->store, err);
    for (size_t i = 0; i < r->count && rc == BD_OK; i++)
        rc = settle_left(r, &r->left[i], err);
    if (rc == BD_OK)
        rc = mark_unknown(r, err);
    for (size_t i = 0; i < r->count && rc == BD_OK; i++)
        if (r->left[i].mailing_id == 0)
            rc = store_letters_forget(r->store, r->left[i].id, err);
    if (rc == BD_OK)
        rc = store_query(r->store, SQL_CLAIM_REMOVE_ALL, &query, err);
    if (rc == BD_OK)
        rc = store_run(r->store, query, err);
    return rc == BD_OK ? audit(r, actor, err) : rc;
}

enum bd_status bd_queue_recover(struct bd_store *store,
                                const struct bd_actor *actor,
                                int64_t *out_unknown, struct bd_err *err)
{
    struct recovering r = { .arena = bd_arena_new(),
                            .store = store,
                            .memory = begun_find(store) };
    enum bd_status rc = BD_OK;

    if (begun_is_held(store))
        rc = bd_fail(err, BD_ETEMP,
                     _("%s: another process is sending from this database, "
                       "though it holds no lock here: wait until it is done, "
                       "or stop it"),
                     store->path);
    if (rc == BD_OK)
        rc = bd_store_begin(store, err);
    if (rc == BD_OK)
        rc = store_end(store, recover(&r, actor, err), err);
    if (rc == BD_OK && r.memory)
        begun_forget(store);
    if (rc == BD_OK)
        *out_unknown = r.unknown;
    begun_free(r.memory);
    bd_arena_free(r.arena);
    return rc;
}

enum bd_status bd_queue_claims(struct bd_store *store, int64_t *out,
                               struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_CLAIM_COUNT, &query, err);

    return rc == BD_OK ? store_number(store, query, out, err) : rc;
}
