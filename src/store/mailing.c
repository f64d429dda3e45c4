#include "brevduva/store/mailing.h"

#include <assert.h>

#include "brevduva/base/buf.h"
#include "brevduva/store/event.h"
#include "store_private.h"

/* Orders of the enums; the same words as in the CHECKs, but for
 * "handing-over", which no row holds. */
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
        .deadline = sqlite3_column_int64(query, 16),
    };
}

/* Copies being handed over are queued in their rows: the open claims know how
 * many they are. */
static enum bd_status count_open(struct bd_store *store,
                                 struct bd_mailing *mailing, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    int64_t open = 0;
    enum bd_status rc = store_query(store, SQL_CLAIM_OPEN_COPIES, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing->id);
    rc = store_number(store, query, &open, err);
    mailing->count[BD_DELIVERY_HANDING_OVER] = open;
    mailing->count[BD_DELIVERY_QUEUED] -= open;
    return rc;
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
    return rc == BD_OK ? count_open(store, mailing, err) : rc;
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

enum bd_status bd_mailing_find(struct bd_arena *arena, struct bd_store *store,
                               bd_str issue_slug, int64_t list_id,
                               struct bd_mailing *out, struct bd_err *err)
{
    struct bd_mailing *found = NULL;
    sqlite3_stmt *query = NULL;
    size_t count = 0;
    enum bd_status rc = store_begin_read(store, err);

    if (rc != BD_OK)
        return rc;
    rc = store_query(store, SQL_MAILING_FIND, &query, err);
    if (rc == BD_OK) {
        store_bind_text(query, 1, issue_slug);
        store_bind_int(query, 2, list_id);
        rc = read_all(arena, store, query, &found, &count, err);
    }
    if (rc == BD_OK && count == 0)
        rc = bd_fail(err, BD_ENOENT, _("\"%.*s\" has not been sent"),
                     BD_ARG(issue_slug));
    rc = store_end(store, rc, err);
    if (rc == BD_OK) {
        assert(found);
        *out = found[0];
    }
    return rc;
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

enum bd_status store_mailing_drop_waiting(struct bd_store *store,
                                          int64_t mailing_id,
                                          struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_MAILING_DROP, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing_id);
    return store_run(store, query, err);
}

/* From held on; what is cancelled stays so. A done mailing is opened again
 * when copies of it are to be sent once more. */
static bool may_become(enum bd_mailing_state from, enum bd_mailing_state to)
{
    static const unsigned next[] = {
        [BD_MAILING_HELD] = 1U << BD_MAILING_SCHEDULED |
                            1U << BD_MAILING_SENDING |
                            1U << BD_MAILING_CANCELLED,
        [BD_MAILING_SCHEDULED] = 1U << BD_MAILING_HELD |
                                 1U << BD_MAILING_SENDING |
                                 1U << BD_MAILING_CANCELLED,
        [BD_MAILING_SENDING] = 1U << BD_MAILING_PAUSED | 1U << BD_MAILING_DONE |
                               1U << BD_MAILING_CANCELLED,
        [BD_MAILING_PAUSED] = 1U << BD_MAILING_SENDING | 1U << BD_MAILING_DONE |
                              1U << BD_MAILING_CANCELLED,
        [BD_MAILING_DONE] = 1U << BD_MAILING_SENDING,
        [BD_MAILING_CANCELLED] = 0,
    };

    return from == to || (next[from] >> to & 1U) != 0;
}

/* `mailing` holds the slug and state before. */
static enum bd_status write_state(struct bd_store *store,
                                  const struct bd_mailing *mailing,
                                  enum bd_mailing_state state, bd_str reason,
                                  const struct bd_actor *actor,
                                  struct bd_err *err)
{
    bd_str name = bd_str_from(bd_mailing_state_names[state]);
    sqlite3_stmt *query = NULL;
    enum bd_status rc = BD_OK;

    if (!may_become(mailing->state, state))
        return bd_fail(err, BD_EINVAL,
                       _("the mailing of \"%.*s\" is %s and cannot become %s"),
                       BD_ARG(mailing->slug),
                       _(bd_mailing_state_names[mailing->state]), _(name.ptr));
    rc = store_query(store, SQL_MAILING_SET_STATE, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing->id);
    store_bind_text(query, 2, name);
    store_bind_text(query, 3, reason);
    store_bind_int(query, 4, actor->now);
    rc = store_run(store, query, err);
    if (rc == BD_OK && state == BD_MAILING_CANCELLED)
        rc = store_mailing_drop_waiting(store, mailing->id, err);
    if (rc == BD_OK && state != mailing->state)
        rc = bd_audit_add(store, actor, name, mailing->slug, reason, err);
    return rc;
}

enum bd_status bd_mailing_set_state(struct bd_store *store, int64_t id,
                                    enum bd_mailing_state state, bd_str reason,
                                    const struct bd_actor *actor,
                                    struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_mailing mailing = { 0 };
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        goto done;
    rc = store_query(store, SQL_MAILING_GET, &query, err);
    if (rc == BD_OK) {
        store_bind_int(query, 1, id);
        rc = store_step(store, query, &row, err);
    }
    if (rc == BD_OK && !row)
        rc = bd_fail(err, BD_ENOENT, _("there is no such mailing"));
    if (rc == BD_OK) {
        mailing = read_mailing(arena, query);
        (void)sqlite3_reset(query);
        rc = write_state(store, &mailing, state, reason, actor, err);
    }
    rc = store_end(store, rc, err);
done:
    bd_arena_free(arena);
    return rc;
}
