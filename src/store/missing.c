/* Copies for those, and only those, who did not get a mailing. */
#include "brevduva/base/saying.h"
#include "store_private.h"

/* Those who have no copy, found one by one, for a filter may leave them out. */
struct joining {
    struct bd_store *store;
    int64_t mailing_id;
    bool change;
    int64_t now;
    int64_t count;
};

static enum bd_status join_reader(void *self,
                                  const struct store_audience_row *row,
                                  struct bd_err *err)
{
    struct joining *j = self;
    sqlite3_stmt *query = NULL;
    enum bd_status rc = BD_OK;

    if (!row->meant || row->suppressed || row->reader.paused_until > j->now)
        return BD_OK;
    j->count++;
    if (!j->change)
        return BD_OK;
    rc = store_query(j->store, SQL_MISSING_ADD, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, j->mailing_id);
    store_bind_int(query, 2, row->reader.id);
    store_bind_text(query, 3, row->reader.email);
    return store_run(j->store, query, err);
}

static enum bd_status find_joined(struct bd_store *store,
                                  const struct bd_mailing *mailing, bool change,
                                  int64_t now, int64_t *out, struct bd_err *err)
{
    struct joining j = {
        .store = store, .mailing_id = mailing->id, .change = change, .now = now
    };
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_MISSING_JOINED, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing->id);
    rc = store_audience_each(store, query, mailing->filter, join_reader, &j,
                             err);
    *out = j.count;
    return rc;
}

/* Copies that were refused or skipped, of readers who are active now. */
static enum bd_status count_again(struct bd_store *store, int64_t mailing_id,
                                  int64_t now, struct bd_missing *out,
                                  struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_MISSING_COUNT, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing_id);
    store_bind_int(query, 2, now);
    rc = store_step(store, query, &row, err);
    if (rc == BD_OK && row) {
        out->refused = sqlite3_column_int64(query, 0);
        out->skipped = sqlite3_column_int64(query, 1);
        out->cancelled = sqlite3_column_int64(query, 2);
    }
    (void)sqlite3_reset(query);
    return rc;
}

/* To the address that the reader has now; the receipts are kept. */
static enum bd_status queue_again(struct bd_store *store, int64_t mailing_id,
                                  int64_t now, struct bd_err *err)
{
    static const enum store_sql steps[] = { SQL_MISSING_KEEP,
                                            SQL_MISSING_QUEUE };
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < 2 && rc == BD_OK; i++) {
        sqlite3_stmt *query = NULL;

        rc = store_query(store, steps[i], &query, err);
        if (rc != BD_OK)
            break;
        store_bind_int(query, 1, mailing_id);
        store_bind_int(query, 2, now);
        rc = store_run(store, query, err);
    }
    return rc;
}

/* Others than those whom two have agreed to: two must agree again. */
static enum bd_status hold_again(struct bd_store *store,
                                 const struct bd_mailing *mailing,
                                 const struct bd_actor *actor,
                                 struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_MISSING_HOLD, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing->id);
    store_bind_text(query, 2, actor->name);
    return store_run(store, query, err);
}

static enum bd_status
begin_again(struct bd_arena *arena, struct bd_store *store,
            const struct bd_mailing *mailing, const struct bd_missing *missing,
            const struct bd_actor *actor, struct bd_err *err)
{
    const struct store_tally tally = {
        .more = { [BD_DELIVERY_QUEUED] = missing->joined + missing->refused +
                                         missing->skipped,
                  [BD_DELIVERY_REFUSED] = -missing->refused,
                  [BD_DELIVERY_SKIPPED] = -missing->skipped }
    };
    const bd_str numbers[] = {
        bd_arena_printf(arena, "%lld", (long long)missing->joined),
        bd_arena_printf(arena, "%lld", (long long)missing->refused),
        bd_arena_printf(arena, "%lld", (long long)missing->skipped)
    };
    bd_str detail = bd_saying(
        arena, N_("new %s, refused before %s, left out before %s"), numbers, 3);
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_tally_write(store, mailing->id, &tally, err);

    if (rc == BD_OK)
        rc = store_query(store, SQL_MISSING_AUDIENCE, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing->id);
    store_bind_int(query, 2, missing->joined);
    rc = store_run(store, query, err);
    if (rc == BD_OK)
        rc = store_mailing_reopen(store, mailing, actor, err);
    if (rc == BD_OK)
        rc = hold_again(store, mailing, actor, err);
    if (rc == BD_OK)
        rc = store_mailing_audit(store, mailing, actor, BD_STR("missing"),
                                 detail, err);
    return rc;
}

static enum bd_status find_missing(struct bd_arena *arena,
                                   struct bd_store *store, int64_t id,
                                   bool change, const struct bd_actor *actor,
                                   struct bd_missing *out, struct bd_err *err)
{
    struct bd_mailing mailing = { 0 };
    enum bd_status rc = bd_mailing_get(arena, store, id, &mailing, err);

    if (rc != BD_OK)
        return rc;
    if (mailing.to_enlist > 0)
        return bd_fail(err, BD_EINVAL,
                       _("the mailing of \"%.*s\" is %s and has not come to "
                         "all its readers yet"),
                       BD_ARG(mailing.slug),
                       _(bd_mailing_state_names[mailing.state]));
    rc = count_again(store, id, actor->now, out, err);
    if (rc == BD_OK && change && out->refused + out->skipped > 0)
        rc = queue_again(store, id, actor->now, err);
    if (rc == BD_OK)
        rc = find_joined(store, &mailing, change, actor->now, &out->joined,
                         err);
    if (rc == BD_OK && change && out->joined + out->refused + out->skipped > 0)
        rc = begin_again(arena, store, &mailing, out, actor, err);
    return rc;
}

enum bd_status bd_mailing_missing(struct bd_store *store, int64_t id,
                                  bool change, const struct bd_actor *actor,
                                  struct bd_missing *out, struct bd_err *err)
{
    struct bd_missing missing = { 0 };
    struct bd_arena *arena = bd_arena_new();
    enum bd_status rc = change ? bd_store_begin(store, err)
                               : store_begin_read(store, err);

    if (rc == BD_OK)
        rc = store_end(
            store, find_missing(arena, store, id, change, actor, &missing, err),
            err);
    if (rc == BD_OK)
        *out = missing;
    bd_arena_free(arena);
    return rc;
}
