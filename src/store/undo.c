/* Leaving undone, and why somebody left: what a thank-you page offers. */
#include "store_private.h"

/* The subscription began with the last act that gave it its state. */
static enum bd_status find_since(struct bd_store *store, int64_t list_id,
                                 int64_t subscriber_id, int64_t *out,
                                 struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    int64_t since = 0;
    enum bd_status rc = store_query(store, SQL_SUBSCRIPTION_BEGAN, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, list_id);
    store_bind_int(query, 2, subscriber_id);
    rc = store_number(store, query, &since, err);
    if (rc == BD_OK && since > 0)
        *out = since;
    return rc;
}

enum bd_status bd_leaving_last(struct bd_store *store, int64_t subscriber_id,
                               int64_t list_id, int64_t *out_entry,
                               int64_t *out_at, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_LEAVING_LAST, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, list_id);
    store_bind_int(query, 2, subscriber_id);
    rc = store_step(store, query, &row, err);
    if (rc != BD_OK || !row)
        return rc == BD_OK ? BD_ENOENT : rc;
    *out_entry = sqlite3_column_int64(query, 0);
    *out_at = sqlite3_column_int64(query, 1);
    (void)sqlite3_reset(query);
    return BD_OK;
}

/* Does the reader stand as having left then? */
static enum bd_status find_left(struct bd_arena *arena, struct bd_store *store,
                                const struct store_consent *entry,
                                int64_t left_at, bool *out, struct bd_err *err)
{
    const struct bd_subscription *all = NULL;
    size_t count = 0;
    enum bd_status rc = bd_subscriber_subscriptions(
        arena, store, entry->subscriber_id, &all, &count, err);

    *out = false;
    for (size_t i = 0; i < count && rc == BD_OK; i++)
        if (all[i].list_id == entry->list_id && all[i].state == BD_SUB_LEFT &&
            all[i].since == left_at)
            *out = true;
    return rc;
}

static enum bd_status undo(struct bd_arena *arena, struct bd_store *store,
                           const struct store_consent *entry,
                           enum bd_subscription_state before, int64_t left_at,
                           const struct bd_actor *actor, bool *out,
                           struct bd_err *err)
{
    int64_t since = actor->now;
    enum bd_status rc = find_left(arena, store, entry, left_at, out, err);

    if (rc != BD_OK || !*out)
        return rc;
    rc = find_since(store, entry->list_id, entry->subscriber_id, &since, err);
    if (rc == BD_OK)
        rc = store_subscription_put(store, entry->list_id, entry->subscriber_id,
                                    before, since, err);
    return rc == BD_OK ? store_consent_add(store, entry, actor, err) : rc;
}

enum bd_status bd_unsubscribe_undo(struct bd_store *store,
                                   int64_t subscriber_id, int64_t list_id,
                                   enum bd_subscription_state before,
                                   int64_t left_at,
                                   const struct bd_actor *actor, bool *out,
                                   struct bd_err *err)
{
    struct store_consent entry = { .subscriber_id = subscriber_id,
                                   .list_id = list_id,
                                   .act = BD_CONSENT_CHANGED };
    struct bd_arena *arena = NULL;
    bool done = false;
    enum bd_status rc = BD_OK;

    if (before != BD_SUB_PENDING && before != BD_SUB_ACTIVE &&
        before != BD_SUB_BOUNCED)
        return bd_fail(err, BD_EINVAL, _("nothing to undo"));
    rc = bd_store_begin(store, err);
    if (rc != BD_OK)
        return rc;
    arena = bd_arena_new();
    entry.note = bd_arena_printf(arena, "leaving undone: %s again",
                                 bd_subscription_state_names[before]);
    rc = undo(arena, store, &entry, before, left_at, actor, &done, err);
    bd_arena_free(arena);
    rc = store_end(store, rc, err);
    if (rc == BD_OK)
        *out = done;
    return rc;
}

enum bd_status bd_subscriber_note(struct bd_store *store, int64_t subscriber_id,
                                  int64_t list_id, bd_str note,
                                  const struct bd_actor *actor,
                                  struct bd_err *err)
{
    const struct store_consent entry = { .subscriber_id = subscriber_id,
                                         .list_id = list_id,
                                         .act = BD_CONSENT_CHANGED,
                                         .note = note };

    return store_consent_add(store, &entry, actor, err);
}
