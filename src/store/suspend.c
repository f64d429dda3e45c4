/* Readers who get no more mail for what came back, and their return. */
#include "brevduva/store/letter.h"

#include "bounce_private.h"

/* "no-mailbox, 5.1.1". The server's words stand with the report alone, which
 * keeps them for a time only. */
static bd_str note_of(struct bd_arena *arena, const struct bd_bounce *b)
{
    return bd_arena_printf(arena, "%.*s%s%.*s", BD_ARG(b->reason),
                           b->status.len ? ", " : "", BD_ARG(b->status));
}

/* What the subscriptions of a reader become. */
struct change {
    int64_t subscriber_id;
    bool (*applies)(enum bd_subscription_state state);
    enum bd_subscription_state state;
    enum bd_consent_act act;
    bd_str note;
};

static enum bd_status change_all(struct bd_arena *arena, struct bd_store *store,
                                 const struct change *change,
                                 const struct bd_actor *actor, size_t *out,
                                 struct bd_err *err)
{
    const struct bd_subscription *all = NULL;
    size_t count = 0;
    enum bd_status rc = bd_subscriber_subscriptions(
        arena, store, change->subscriber_id, &all, &count, err);

    *out = 0;
    for (size_t i = 0; i < count && rc == BD_OK; i++) {
        const struct store_consent entry = {
            .subscriber_id = change->subscriber_id,
            .list_id = all[i].list_id,
            .act = change->act,
            .note = change->note,
        };

        if (!change->applies(all[i].state))
            continue;
        rc = store_subscription_put(store, entry.list_id, entry.subscriber_id,
                                    change->state, actor->now, err);
        if (rc == BD_OK)
            rc = store_consent_add(store, &entry, actor, err);
        ++*out;
    }
    return rc;
}

static bool is_mailed(enum bd_subscription_state state)
{
    return state == BD_SUB_ACTIVE || state == BD_SUB_PENDING;
}

static bool is_suspended(enum bd_subscription_state state)
{
    return state == BD_SUB_BOUNCED;
}

static bool can_complain(enum bd_subscription_state state)
{
    return state != BD_SUB_COMPLAINED;
}

enum bd_status suspend_reader(struct bd_arena *arena, struct bd_store *store,
                              const struct bd_bounce *why,
                              const struct bd_actor *actor, size_t *out,
                              struct bd_err *err)
{
    const struct change change = { .subscriber_id = why->subscriber_id,
                                   .applies = is_mailed,
                                   .state = BD_SUB_BOUNCED,
                                   .act = BD_CONSENT_BOUNCED,
                                   .note = note_of(arena, why) };
    enum bd_status rc = change_all(arena, store, &change, actor, out, err);

    if (rc == BD_OK && *out > 0)
        rc = bd_letters_withdraw(store, why->subscriber_id, BD_STR_NONE,
                                 BD_STR("bounced"), err);
    return rc;
}

enum bd_status suspend_complainer(struct bd_arena *arena,
                                  struct bd_store *store,
                                  const struct bd_bounce *why,
                                  const struct bd_actor *actor,
                                  struct bd_err *err)
{
    const struct change change = { .subscriber_id = why->subscriber_id,
                                   .applies = can_complain,
                                   .state = BD_SUB_COMPLAINED,
                                   .act = BD_CONSENT_COMPLAINED,
                                   .note = note_of(arena, why) };
    struct bd_subscriber reader = { 0 };
    size_t lists = 0;
    enum bd_status rc = bd_subscriber_get(arena, store, why->subscriber_id,
                                          &reader, err);

    if (rc == BD_OK)
        rc = change_all(arena, store, &change, actor, &lists, err);
    if (rc == BD_OK && lists > 0)
        rc = bd_suppress(store, reader.email_key, 0,
                         BD_STR("reported us as spam"), actor, err);
    if (rc == BD_OK)
        rc = bd_letters_withdraw(store, why->subscriber_id, BD_STR_NONE,
                                 BD_STR("complained"), err);
    return rc;
}

/* What was reported up to here no longer counts. */
static enum bd_status mark_restored(struct bd_store *store,
                                    int64_t subscriber_id, bd_str reason,
                                    const struct bd_actor *actor,
                                    struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    int64_t id = 0;
    enum bd_status rc = store_query(store, SQL_BOUNCE_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    for (int i = 1; i <= 13; i++)
        store_bind_text(query, i, BD_STR_NONE);
    for (int i = 1; i <= 5; i++)
        store_bind_some(query, i, 0);
    store_bind_int(query, 2, actor->now);
    store_bind_int(query, 3, subscriber_id);
    store_bind_text(query, 7, BD_STR("restored"));
    store_bind_text(query, 8, BD_STR("none"));
    store_bind_text(query, 9, reason);
    store_bind_int(query, 11, 0);
    store_bind_text(query, 13, BD_STR("address"));
    return store_number(store, query, &id, err);
}

static enum bd_status restore(struct bd_arena *arena, struct bd_store *store,
                              int64_t subscriber_id, bd_str reason,
                              const struct bd_actor *actor, size_t *out,
                              struct bd_err *err)
{
    const struct change change = {
        .subscriber_id = subscriber_id,
        .applies = is_suspended,
        .state = BD_SUB_ACTIVE,
        .act = BD_CONSENT_CHANGED,
        .note = reason.len > 0
                    ? bd_arena_printf(arena, "no longer suspended: %.*s",
                                      BD_ARG(reason))
                    : BD_STR("no longer suspended"),
    };
    enum bd_status rc = change_all(arena, store, &change, actor, out, err);

    return rc == BD_OK && *out > 0
               ? mark_restored(store, subscriber_id, reason, actor, err)
               : rc;
}

enum bd_status bd_reader_restore(struct bd_store *store, int64_t subscriber_id,
                                 bd_str reason, const struct bd_actor *actor,
                                 int64_t *out, struct bd_err *err)
{
    struct bd_arena *arena = NULL;
    size_t lists = 0;
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    arena = bd_arena_new();
    rc = store_end(
        store, restore(arena, store, subscriber_id, reason, actor, &lists, err),
        err);
    bd_arena_free(arena);
    if (rc == BD_OK)
        *out = (int64_t)lists;
    return rc;
}
