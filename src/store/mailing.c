#include "brevduva/store/mailing.h"

#include "store_private.h"

/* Orders of the enums; the same words as in the CHECKs. */
const char *const bd_delivery_state_names[] = {
    "queued",  "handing-over", "accepted", "deferred",   "refused",
    "unknown", "skipped",      "bounced",  "complained", NULL,
};
const char *const bd_mailing_state_names[] = {
    N_("held"), N_("scheduled"), N_("sending"), N_("paused"),
    N_("done"), N_("cancelled"), NULL,
};

bool bd_delivery_state_parse(bd_str name, enum bd_delivery_state *out)
{
    unsigned index = 0;

    if (!store_name_index(name, bd_delivery_state_names, &index))
        return false;
    *out = (enum bd_delivery_state)index;
    return true;
}

/* Columns as MAILING_COLUMNS in sql.c. */
static struct bd_mailing read_mailing(struct bd_arena *arena,
                                      sqlite3_stmt *query)
{
    unsigned state = 0;

    (void)store_name_index(store_column(query, 10), bd_mailing_state_names,
                           &state);
    return (struct bd_mailing) {
        .id = sqlite3_column_int64(query, 0),
        .issue_id = sqlite3_column_int64(query, 1),
        .list_id = sqlite3_column_int64(query, 2),
        .slug = store_column_copy(arena, query, 3),
        .title = store_column_copy(arena, query, 4),
        .list_slug = store_column_copy(arena, query, 5),
        .source_hash = store_column_copy(arena, query, 6),
        .message_id_salt = store_column_copy(arena, query, 7),
        .message_id_domain = store_column_copy(arena, query, 8),
        .envelope_from = store_column_copy(arena, query, 9),
        .state = (enum bd_mailing_state)state,
        .state_reason = store_column_copy(arena, query, 11),
        .asked_by = store_column_copy(arena, query, 12),
        .created_at = sqlite3_column_int64(query, 13),
        .started_at = sqlite3_column_int64(query, 14),
        .ended_at = sqlite3_column_int64(query, 15),
        .tried_from = sqlite3_column_int64(query, 16),
        .filter = store_column_copy(arena, query, 17),
        .approvals = sqlite3_column_int64(query, 18),
        .approved_by = store_column_copy(arena, query, 19),
        .scheduled_at = sqlite3_column_int64(query, 20),
        .audience = sqlite3_column_int64(query, 21),
        .to_enlist = sqlite3_column_int64(query, 22),
    };
}

/* Those who have no row yet wait like the others. Before, to_enlist is the
 * audience while there are such, else 0. */
static void count_to_enlist(struct bd_mailing *mailing)
{
    int64_t rest = mailing->to_enlist - mailing->total;

    mailing->to_enlist = rest > 0 ? rest : 0;
    mailing->count[BD_DELIVERY_QUEUED] += mailing->to_enlist;
    mailing->total += mailing->to_enlist;
}

static enum bd_status count_copies(struct bd_store *store,
                                   struct bd_mailing *mailing,
                                   struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_MAILING_NUMBERS, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing->id);
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        enum bd_delivery_state state = BD_DELIVERY_QUEUED;
        int64_t count = sqlite3_column_int64(query, 1);

        (void)bd_delivery_state_parse(store_column(query, 0), &state);
        mailing->count[state] = count;
        mailing->total += count;
    }
    count_to_enlist(mailing);
    return rc;
}

/* Mailing and numbers of one moment: in a transaction, so that a sender at
 * work cannot make the sums disagree. */
static enum bd_status read_all(struct bd_arena *arena, struct bd_store *store,
                               sqlite3_stmt *query, struct bd_mailing **out,
                               size_t *out_count, struct bd_err *err)
{
    size_t room = 0;
    bool row = false;
    enum bd_status rc = BD_OK;

    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        *out = store_grow(arena, *out, *out_count, &room, sizeof **out);
        (*out)[(*out_count)++] = read_mailing(arena, query);
    }
    for (size_t i = 0; i < *out_count && rc == BD_OK; i++)
        rc = count_copies(store, &(*out)[i], err);
    return rc;
}

/* The first one that the query finds. BD_ENOENT, without a message. */
static enum bd_status read_first(struct bd_arena *arena, struct bd_store *store,
                                 sqlite3_stmt *query, struct bd_mailing *out,
                                 struct bd_err *err)
{
    struct bd_mailing *found = NULL;
    size_t count = 0;
    enum bd_status rc = read_all(arena, store, query, &found, &count, err);

    if (rc == BD_OK && count == 0)
        return BD_ENOENT;
    if (rc == BD_OK)
        *out = found[0];
    return rc;
}

enum bd_status bd_mailing_find(struct bd_arena *arena, struct bd_store *store,
                               bd_str issue_slug, int64_t list_id,
                               struct bd_mailing *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_begin_read(store, err);

    if (rc != BD_OK)
        return rc;
    rc = store_query(store, SQL_MAILING_FIND, &query, err);
    if (rc == BD_OK) {
        store_bind_text(query, 1, issue_slug);
        store_bind_int(query, 2, list_id);
        rc = read_first(arena, store, query, out, err);
    }
    if (rc == BD_ENOENT)
        rc = bd_fail(err, rc, _("\"%.*s\" has not been sent"),
                     BD_ARG(issue_slug));
    return store_end(store, rc, err);
}

enum bd_status bd_mailing_get(struct bd_arena *arena, struct bd_store *store,
                              int64_t id, struct bd_mailing *out,
                              struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_begin_read(store, err);

    if (rc != BD_OK)
        return rc;
    rc = store_query(store, SQL_MAILING_GET, &query, err);
    if (rc == BD_OK) {
        store_bind_int(query, 1, id);
        rc = read_first(arena, store, query, out, err);
    }
    if (rc == BD_ENOENT)
        rc = bd_fail(err, rc, _("there is no such mailing"));
    return store_end(store, rc, err);
}

enum bd_status bd_mailing_all(struct bd_arena *arena, struct bd_store *store,
                              const struct bd_mailing **out, size_t *out_count,
                              struct bd_err *err)
{
    struct bd_mailing *found = NULL;
    sqlite3_stmt *query = NULL;
    size_t count = 0;
    enum bd_status rc = store_begin_read(store, err);

    if (rc != BD_OK)
        return rc;
    rc = store_query(store, SQL_MAILING_EACH, &query, err);
    if (rc == BD_OK)
        rc = read_all(arena, store, query, &found, &count, err);
    rc = store_end(store, rc, err);
    if (rc != BD_OK)
        return rc;
    *out = found;
    *out_count = count;
    return BD_OK;
}

enum bd_status bd_mailing_reached(struct bd_store *store, int64_t id, bool *out,
                                  struct bd_err *err)
{
    int64_t reached = 0;
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_MAILING_REACHED, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    rc = store_number(store, query, &reached, err);
    if (rc == BD_OK)
        *out = reached != 0;
    return rc;
}

enum bd_status bd_mailing_message(struct bd_arena *arena,
                                  struct bd_store *store, int64_t mailing_id,
                                  bd_str *out_message, bd_str *out_message_text,
                                  struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_MAILING_MESSAGE, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing_id);
    rc = store_step(store, query, &row, err);
    if (rc != BD_OK)
        return rc;
    if (!row)
        return bd_fail(err, BD_ENOENT, _("there is no such mailing"));
    *out_message = store_column_copy(arena, query, 0);
    *out_message_text = store_column_copy(arena, query, 1);
    (void)sqlite3_reset(query);
    return BD_OK;
}
