#include "store_import.h"

/* The readers' rows are read again: while they are still in the cache. */
#define BATCH_MAX 5000

static int64_t since_of(const struct import_enlister *e,
                        const struct bd_import_row *row)
{
    return row->since ? row->since : e->options->actor.now;
}

/* A file from elsewhere may say that someone left there: the ledger too. */
static const char *note_of(enum bd_subscription_state state)
{
    return state == BD_SUB_ACTIVE ? "" : bd_subscription_state_names[state];
}

/* Parameters of SQL_CONSENT_ADD and SQL_IMPORT_CONSENTS. */
static void bind_consent(const struct import_enlister *e, sqlite3_stmt *query,
                         int64_t subscriber_id, enum bd_consent_act act,
                         const char *note)
{
    const struct bd_actor *actor = &e->options->actor;

    store_bind_int(query, 1, actor->now);
    store_bind_int(query, 2, subscriber_id);
    store_bind_int(query, 3, e->options->list_id);
    store_bind_text(query, 4, bd_str_from(bd_consent_act_names[act]));
    store_bind_int(query, 5, e->wording);
    store_bind_text(query, 6, actor->channel);
    store_bind_text(query, 7, actor->name);
    store_bind_text(query, 8, actor->network);
    store_bind_text(query, 9, bd_str_from(note));
}

static enum bd_status add_consent(struct import_enlister *e,
                                  int64_t subscriber_id,
                                  enum bd_consent_act act, const char *note,
                                  struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(e->store, SQL_CONSENT_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    bind_consent(e, query, subscriber_id, act, note);
    return store_run(e->store, query, err);
}

enum bd_status import_note_change(struct import_enlister *e,
                                  int64_t subscriber_id, struct bd_err *err)
{
    return add_consent(e, subscriber_id, BD_CONSENT_CHANGED, "", err);
}

enum bd_status import_enlist(struct import_enlister *e, int64_t subscriber_id,
                             const struct bd_import_row *row,
                             struct bd_err *err)
{
    enum bd_status rc = store_subscription_put(e->store, e->options->list_id,
                                               subscriber_id, row->state,
                                               since_of(e, row), err);

    if (rc == BD_OK)
        rc = add_consent(e, subscriber_id, BD_CONSENT_IMPORTED,
                         note_of(row->state), err);
    return rc;
}

static enum bd_status flush_subscriptions(struct import_enlister *e,
                                          struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(e->store, SQL_IMPORT_SUBSCRIPTIONS, &query,
                                    err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, e->options->list_id);
    store_bind_text(query, 2,
                    bd_str_from(bd_subscription_state_names[e->batch.state]));
    store_bind_int(query, 3, e->batch.since);
    store_bind_int(query, 4, e->batch.first);
    store_bind_int(query, 5, e->batch.first + e->batch.count - 1);
    return store_run(e->store, query, err);
}

static enum bd_status flush_consents(struct import_enlister *e,
                                     struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(e->store, SQL_IMPORT_CONSENTS, &query, err);

    if (rc != BD_OK)
        return rc;
    bind_consent(e, query, e->batch.first, BD_CONSENT_IMPORTED,
                 note_of(e->batch.state));
    store_bind_int(query, 10, e->batch.first + e->batch.count - 1);
    return store_run(e->store, query, err);
}

enum bd_status import_enlist_flush(struct import_enlister *e,
                                   struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    if (e->batch.count > 0)
        rc = flush_subscriptions(e, err);
    if (rc == BD_OK && e->batch.count > 0)
        rc = flush_consents(e, err);
    if (rc == BD_OK && e->batch.count > 0)
        rc = store_count_readers(e->store, e->options->list_id, e->batch.state,
                                 e->batch.count, e->batch.nameless, err);
    e->batch.count = e->batch.nameless = 0;
    return rc;
}

enum bd_status import_enlist_new(struct import_enlister *e,
                                 int64_t subscriber_id,
                                 const struct bd_import_row *row,
                                 struct bd_err *err)
{
    int64_t since = since_of(e, row);
    bool follows = e->batch.count > 0 && e->batch.count < BATCH_MAX &&
                   e->batch.first + e->batch.count == subscriber_id &&
                   e->batch.state == row->state && e->batch.since == since;

    if (!follows) {
        enum bd_status rc = import_enlist_flush(e, err);

        if (rc != BD_OK)
            return rc;
        e->batch.first = subscriber_id;
        e->batch.state = row->state;
        e->batch.since = since;
    }
    e->batch.count++;
    e->batch.nameless += row->subscriber.name.len == 0;
    return BD_OK;
}
