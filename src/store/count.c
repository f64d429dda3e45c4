/* Numbers that are kept so that nobody has to wait for a count: readers of a
 * list, copies of a mailing, each by state. */
#include "brevduva/store/mailing.h"
#include "store_private.h"

enum bd_status store_tally_write(struct bd_store *store, int64_t mailing_id,
                                 const struct store_tally *tally,
                                 struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    for (int i = 0; i < BD_DELIVERY_STATES && rc == BD_OK; i++) {
        sqlite3_stmt *query = NULL;

        if (tally->more[i] == 0)
            continue;
        rc = store_query(store, SQL_COUNT_COPIES, &query, err);
        if (rc != BD_OK)
            break;
        store_bind_int(query, 1, mailing_id);
        store_bind_text(query, 2, bd_str_from(bd_delivery_state_names[i]));
        store_bind_int(query, 3, tally->more[i]);
        rc = store_run(store, query, err);
    }
    return rc;
}

enum bd_status store_tally_again(struct bd_store *store, int64_t mailing_id,
                                 struct bd_err *err)
{
    static const enum store_sql steps[] = { SQL_COUNT_FORGET, SQL_COUNT_AGAIN };
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < 2 && rc == BD_OK; i++) {
        sqlite3_stmt *query = NULL;

        rc = store_query(store, steps[i], &query, err);
        if (rc != BD_OK)
            break;
        store_bind_int(query, 1, mailing_id);
        rc = store_run(store, query, err);
    }
    return rc;
}

enum bd_status store_count_readers(struct bd_store *store, int64_t list_id,
                                   enum bd_subscription_state state,
                                   int64_t readers, int64_t nameless,
                                   struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_COUNT_READERS, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, list_id);
    store_bind_text(query, 2, bd_str_from(bd_subscription_state_names[state]));
    store_bind_int(query, 3, readers);
    store_bind_int(query, 4, nameless);
    return store_run(store, query, err);
}

enum bd_status store_count_renamed(struct bd_store *store,
                                   int64_t subscriber_id, bool nameless,
                                   struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    int64_t before = 0;
    enum bd_status rc = store_query(store, SQL_SUBSCRIBER_NAMELESS, &query,
                                    err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, subscriber_id);
    rc = store_number(store, query, &before, err);
    if (rc == BD_ENOENT || (rc == BD_OK && (before != 0) == nameless))
        return BD_OK;
    if (rc == BD_OK)
        rc = store_query(store, SQL_COUNT_NAMELESS, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, subscriber_id);
    store_bind_int(query, 2, nameless ? 1 : -1);
    return store_run(store, query, err);
}

enum bd_status store_count_check(struct bd_store *store, struct bd_err *err)
{
    static const enum store_sql steps[] = { SQL_COUNT_CHECK_READERS,
                                            SQL_COUNT_CHECK_COPIES };
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < 2 && rc == BD_OK; i++) {
        sqlite3_stmt *query = NULL;
        bool row = false;

        rc = store_query(store, steps[i], &query, err);
        if (rc == BD_OK)
            rc = store_step(store, query, &row, err);
        if (rc == BD_OK && row)
            rc = bd_fail(err, BD_EPARSE,
                         _("%s: the database is damaged (the numbers kept for "
                           "\"%.*s\" are not those of its rows); keep a copy "
                           "of it and restore a backup"),
                         store->path, BD_ARG(store_column(query, 0)));
        (void)sqlite3_reset(query);
    }
    return rc;
}

static enum bd_status read_kept(struct bd_store *store, int64_t list_id,
                                struct bd_audience *out, struct bd_err *err)
{
    int64_t *const number[] = { &out->pending, &out->active, &out->left,
                                &out->bounced, &out->complained };
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_AUDIENCE_KEPT, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, list_id);
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        enum bd_subscription_state state = BD_SUB_PENDING;

        (void)bd_subscription_state_parse(store_column(query, 0), &state);
        *number[state] = sqlite3_column_int64(query, 1);
        if (state == BD_SUB_ACTIVE)
            out->without_name = sqlite3_column_int64(query, 2);
    }
    return rc;
}

/* Suppressed readers are found by their rows, which are few; a suppressed
 * domain makes it necessary to look at each reader. */
static enum bd_status part_suppressed(struct bd_store *store, int64_t list_id,
                                      struct bd_audience *out,
                                      struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    int64_t domains = 0;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_SUPPRESSION_DOMAINS, &query,
                                    err);

    if (rc == BD_OK)
        rc = store_number(store, query, &domains, err);
    if (rc == BD_OK)
        rc = store_query(store,
                         domains ? SQL_AUDIENCE_SUPPRESSED_DOMAINS
                                 : SQL_AUDIENCE_SUPPRESSED,
                         &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, list_id);
    rc = store_step(store, query, &row, err);
    if (rc == BD_OK && row) {
        out->suppressed = sqlite3_column_int64(query, 0);
        out->active -= out->suppressed;
        out->without_name -= sqlite3_column_int64(query, 1);
    }
    (void)sqlite3_reset(query);
    return rc;
}

/* They would come; not now. */
static enum bd_status part_paused(struct bd_store *store, int64_t list_id,
                                  int64_t now, struct bd_audience *out,
                                  struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_AUDIENCE_PAUSED, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, list_id);
    store_bind_int(query, 2, now);
    rc = store_step(store, query, &row, err);
    if (rc == BD_OK && row) {
        out->paused = sqlite3_column_int64(query, 0);
        out->active -= out->paused;
        out->without_name -= sqlite3_column_int64(query, 1);
    }
    (void)sqlite3_reset(query);
    return rc;
}

enum bd_status bd_audience_count(struct bd_store *store, int64_t list_id,
                                 bd_str filter, int64_t now,
                                 struct bd_audience *out, struct bd_err *err)
{
    struct bd_audience found = { 0 };
    enum bd_status rc = store_begin_read(store, err);

    if (rc != BD_OK)
        return rc;
    rc = read_kept(store, list_id, &found, err);
    if (rc == BD_OK)
        rc = part_suppressed(store, list_id, &found, err);
    if (rc == BD_OK)
        rc = part_paused(store, list_id, now, &found, err);
    if (rc == BD_OK && filter.len > 0)
        rc = store_audience_filter(store, list_id, filter, now, &found, err);
    rc = store_end(store, rc, err);
    if (rc == BD_OK)
        *out = found;
    return rc;
}

static enum bd_status count_of(struct bd_store *store, enum store_sql sql,
                               int64_t list_id, bd_str slug, int64_t *out,
                               struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, sql, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, list_id);
    store_bind_text(query, 2, slug);
    return store_number(store, query, out, err);
}

enum bd_status bd_audience_have(struct bd_store *store, int64_t list_id,
                                bd_str slug, int64_t *out_have,
                                int64_t *out_await, struct bd_err *err)
{
    enum bd_status rc = count_of(store, SQL_AUDIENCE_HAVE, list_id, slug,
                                 out_have, err);

    return rc == BD_OK ? count_of(store, SQL_AUDIENCE_AWAIT, list_id, slug,
                                  out_await, err)
                       : rc;
}

enum bd_status bd_copies_count(struct bd_store *store,
                               int64_t out[BD_DELIVERY_STATES],
                               struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_COPIES_COUNT, &query, err);

    for (int i = 0; i < BD_DELIVERY_STATES; i++)
        out[i] = 0;
    if (rc != BD_OK)
        return rc;
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        enum bd_delivery_state state = BD_DELIVERY_QUEUED;

        if (bd_delivery_state_parse(store_column(query, 0), &state))
            out[state] = sqlite3_column_int64(query, 1);
    }
    return rc;
}
