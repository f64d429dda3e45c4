/* What was reported, read again. */
#include "brevduva/store/letter.h"

#include "bounce_private.h"

static void read_row(sqlite3_stmt *query, struct bd_bounce *out)
{
    unsigned proof = 0;
    unsigned effect = 0;

    (void)store_name_index(store_column(query, 12), bounce_proofs, &proof);
    (void)store_name_index(store_column(query, 13), bounce_effects, &effect);
    *out = (struct bd_bounce) {
        .incoming_id = sqlite3_column_int64(query, 0),
        .at = sqlite3_column_int64(query, 1),
        .subscriber_id = sqlite3_column_int64(query, 2),
        .mailing_id = sqlite3_column_int64(query, 3),
        .delivery_id = sqlite3_column_int64(query, 4),
        .email = store_column(query, 5),
        .kind = store_column(query, 6),
        .verdict = store_column(query, 7),
        .reason = store_column(query, 8),
        .status = store_column(query, 9),
        .reply_code = sqlite3_column_int(query, 10),
        .evidence = store_column(query, 11),
        .proof = (enum bd_proof)proof,
        .effect = (enum bd_bounce_effect)effect,
        .issue = store_column(query, 14),
        .list = store_column(query, 15),
        .letter = store_column(query, 16),
    };
}

enum bd_status bd_bounce_each(struct bd_store *store, int64_t subscriber_id,
                              bd_bounce_fn fn, void *self, struct bd_err *err)
{
    struct bd_bounce bounce = { 0 };
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_BOUNCE_EACH, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, subscriber_id);
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        read_row(query, &bounce);
        rc = fn(self, &bounce, err);
        if (rc != BD_OK)
            break;
    }
    (void)sqlite3_reset(query);
    return rc;
}

enum bd_status bd_suspended_each(struct bd_store *store, int64_t list_id,
                                 bd_suspended_fn fn, void *self,
                                 struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_SUSPENDED_EACH, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, list_id);
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        const struct bd_suspended reader = {
            .subscriber_id = sqlite3_column_int64(query, 0),
            .email = store_column(query, 1),
            .name = store_column(query, 2),
            .list_slug = store_column(query, 3),
            .since = sqlite3_column_int64(query, 4),
            .reason = store_column(query, 5),
            .status = store_column(query, 6),
            .evidence = store_column(query, 7),
        };

        rc = fn(self, &reader, err);
        if (rc != BD_OK)
            break;
    }
    (void)sqlite3_reset(query);
    return rc;
}

enum bd_status bd_came_back(struct bd_store *store, int64_t mailing_id,
                            struct bd_came_back *out, struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_mailing m = { 0 };
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = bd_mailing_get(arena, store, mailing_id, &m, err);

    if (rc == BD_OK)
        rc = store_query(store, SQL_CAME_BACK, &query, err);
    if (rc == BD_OK) {
        store_bind_int(query, 1, mailing_id);
        rc = store_step(store, query, &row, err);
    }
    if (rc == BD_OK)
        *out = (struct bd_came_back) {
            .accepted = m.count[BD_DELIVERY_ACCEPTED] +
                        m.count[BD_DELIVERY_BOUNCED] +
                        m.count[BD_DELIVERY_COMPLAINED],
            .bounced = sqlite3_column_int64(query, 0),
            .policy = sqlite3_column_int64(query, 1),
            .complained = sqlite3_column_int64(query, 2),
        };
    (void)sqlite3_reset(query);
    bd_arena_free(arena);
    return rc;
}

enum bd_status bd_bounce_forget(struct bd_store *store, int64_t before,
                                struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_BOUNCE_FORGET, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, before);
    return store_run(store, query, err);
}

enum bd_status bd_letters_lost(struct bd_store *store, int64_t since,
                               int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_LETTERS_LOST, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, since);
    return store_number(store, query, out, err);
}
