#include "brevduva/store/event.h"

#include "store_private.h"

/* Columns as LOG_COLUMNS in sql_mailing.c. */
static void read_row(sqlite3_stmt *query, struct bd_log_row *out)
{
    *out = (struct bd_log_row) {
        .delivery_id = sqlite3_column_int64(query, 0),
        .mailing_id = sqlite3_column_int64(query, 1),
        .issue_slug = store_column(query, 2),
        .list_slug = store_column(query, 3),
        .email = store_column(query, 4),
        .at = sqlite3_column_int64(query, 6),
        .attempts = sqlite3_column_int64(query, 7),
        .next_try_at = sqlite3_column_int64(query, 8),
        .reply_code = sqlite3_column_int(query, 9),
        .enhanced = store_column(query, 10),
        .reply_text = store_column(query, 11),
        .queue_id = store_column(query, 12),
        .relay = store_column(query, 13),
        .message_id = store_column(query, 14),
        .reason = store_column(query, 15),
        .session = sqlite3_column_int64(query, 16),
        .took_ms = sqlite3_column_int64(query, 17),
    };
    (void)bd_delivery_state_parse(store_column(query, 5), &out->state);
}

static enum bd_status each(struct bd_store *store, sqlite3_stmt *query,
                           bd_log_fn row_fn, void *self, struct bd_err *err)
{
    struct bd_log_row out = { 0 };
    bool row = false;
    enum bd_status rc = BD_OK;

    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        read_row(query, &out);
        rc = row_fn(self, &out, err);
        if (rc != BD_OK)
            break;
    }
    (void)sqlite3_reset(query);
    return rc;
}

enum bd_status bd_log_each(struct bd_store *store, int64_t mailing_id,
                           enum bd_delivery_state state, bd_log_fn row,
                           void *self, struct bd_err *err)
{
    bool all = state == BD_DELIVERY_STATES;
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, all ? SQL_LOG_ALL : SQL_LOG_STATE,
                                    &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing_id);
    if (!all)
        store_bind_text(query, 2, bd_str_from(bd_delivery_state_names[state]));
    rc = each(store, query, row, self, err);
    if (rc == BD_OK && (all || state == BD_DELIVERY_QUEUED))
        rc = store_enlist_log(store, mailing_id, row, self, err);
    return rc;
}

enum bd_status bd_story_each(struct bd_store *store, int64_t subscriber_id,
                             bd_log_fn row, void *self, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_STORY, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, subscriber_id);
    return each(store, query, row, self, err);
}

enum bd_status bd_audit_add(struct bd_store *store,
                            const struct bd_actor *actor, bd_str what,
                            bd_str object, bd_str detail, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_AUDIT_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, actor->now);
    store_bind_text(query, 2, actor->channel);
    store_bind_text(query, 3, actor->name);
    store_bind_text(query, 4, what);
    store_bind_text(query, 5, object);
    store_bind_text(query, 6, detail);
    return store_run(store, query, err);
}
