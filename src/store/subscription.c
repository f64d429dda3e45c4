#include <assert.h>

#include "store_private.h"

/* Order of enum bd_subscription_state; the same words as in the CHECK. */
const char *const bd_subscription_state_names[] = {
    "pending", "active", "left", "bounced", "complained", NULL,
};

bool bd_subscription_state_parse(bd_str name, enum bd_subscription_state *out)
{
    unsigned index = 0;

    if (!store_name_index(name, bd_subscription_state_names, &index))
        return false;
    *out = (enum bd_subscription_state)index;
    return true;
}

enum bd_status store_subscription_find(struct bd_store *store, int64_t list_id,
                                       int64_t subscriber_id, bool *out_known,
                                       enum bd_subscription_state *out,
                                       struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_SUBSCRIPTION_FIND, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, list_id);
    store_bind_int(query, 2, subscriber_id);
    rc = store_step(store, query, out_known, err);
    if (rc == BD_OK && *out_known)
        (void)bd_subscription_state_parse(store_column(query, 0), out);
    (void)sqlite3_reset(query);
    return rc;
}

/* The reader as the kept numbers have it. */
struct before {
    bool known; /* stands on the list, as `state` says */
    enum bd_subscription_state state;
    bool nameless;
};

static enum bd_status read_before(struct bd_store *store, int64_t list_id,
                                  int64_t subscriber_id, struct before *out,
                                  struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_SUBSCRIPTION_BEFORE, &query,
                                    err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, list_id);
    store_bind_int(query, 2, subscriber_id);
    rc = store_step(store, query, &row, err);
    if (rc == BD_OK && row) {
        out->known = bd_subscription_state_parse(store_column(query, 0),
                                                 &out->state);
        out->nameless = sqlite3_column_int(query, 1) != 0;
    }
    (void)sqlite3_reset(query);
    return rc;
}

/* Mailings that go out, and have not come to this reader yet, go by what was
 * so when they began. */
static enum bd_status note_change(struct bd_store *store, int64_t list_id,
                                  int64_t subscriber_id,
                                  const struct before *before,
                                  struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_CHANGE_NOTE, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, list_id);
    store_bind_int(query, 2, subscriber_id);
    store_bind_text(query, 3,
                    bd_str_from(before->known
                                    ? bd_subscription_state_names[before->state]
                                    : ""));
    return store_run(store, query, err);
}

static enum bd_status put(struct bd_store *store, int64_t list_id,
                          int64_t subscriber_id,
                          enum bd_subscription_state state, int64_t since,
                          struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_SUBSCRIPTION_PUT, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, list_id);
    store_bind_int(query, 2, subscriber_id);
    store_bind_text(query, 3, bd_str_from(bd_subscription_state_names[state]));
    store_bind_int(query, 4, since);
    return store_run(store, query, err);
}

enum bd_status store_subscription_put(struct bd_store *store, int64_t list_id,
                                      int64_t subscriber_id,
                                      enum bd_subscription_state state,
                                      int64_t since, struct bd_err *err)
{
    struct before before = { 0 };
    enum bd_status rc = read_before(store, list_id, subscriber_id, &before,
                                    err);

    if (rc == BD_OK && (!before.known || before.state != state)) {
        rc = note_change(store, list_id, subscriber_id, &before, err);
        if (rc == BD_OK && before.known)
            rc = store_count_readers(store, list_id, before.state, -1,
                                     -before.nameless, err);
        if (rc == BD_OK)
            rc = store_count_readers(store, list_id, state, 1, before.nameless,
                                     err);
    }
    if (rc == BD_OK)
        rc = put(store, list_id, subscriber_id, state, since, err);
    return rc;
}

/* What bd_subscribe was asked, and what it finds out on the way. */
struct subscribing {
    struct bd_arena *arena;
    struct bd_store *store;
    const struct bd_subscriber *asked;
    int64_t list_id;
    bd_str consent;
    bool force;
    const struct bd_actor *asker; /* who asked before; NULL: nobody */
    const struct bd_actor *actor;
    int64_t subscriber_id;
    bool known; /* stood on the list before, as `old` says */
    enum bd_subscription_state old;
};

static enum bd_status refuse_suppressed(const struct subscribing *s,
                                        struct bd_err *err)
{
    bd_str reason = BD_STR_NONE;
    int64_t since = 0;
    enum bd_status rc = BD_OK;

    if (s->force)
        rc = store_suppression_lift(s->store, s->asked->email_key, s->list_id,
                                    err);
    else if (s->asker) /* the mailbox itself said yes */
        rc = store_suppression_lift_erased(s->store, s->asked->email_key, err);
    if (rc == BD_OK)
        rc = bd_suppression_find(s->arena, s->store, s->asked->email_key,
                                 s->list_id, &reason, &since, err);
    if (rc == BD_ENOENT)
        return BD_OK;
    if (rc != BD_OK)
        return rc;
    return bd_fail(err, BD_EINVAL,
                   _("%.*s must not be mailed since %.*s (%.*s); when they "
                     "themselves ask to come back, use --force"),
                   BD_ARG(s->asked->email),
                   BD_ARG(bd_time_local(s->arena, since)), BD_ARG(reason));
}

/* Find the reader and add what is new, or make one. */
static enum bd_status settle_reader(struct subscribing *s, struct bd_err *err)
{
    struct bd_subscriber known = { 0 };
    bool changed = false;
    enum bd_status rc = bd_subscriber_find(s->arena, s->store,
                                           s->asked->email_key, &known, err);

    if (rc == BD_OK) {
        s->subscriber_id = known.id;
        rc = store_subscriber_merge(s->arena, s->store, s->asked, &known,
                                    &changed, err);
    } else if (rc == BD_ENOENT) {
        rc = store_subscriber_add(s->store, s->asked, &s->subscriber_id, err);
        if (rc == BD_OK)
            rc = store_suppression_tie(s->store, s->asked->email_key,
                                       s->subscriber_id, err);
    }
    return rc == BD_OK
               ? store_attribute_note(s->store, s->asked->attributes, err)
               : rc;
}

static enum bd_status settle_state(struct subscribing *s, struct bd_err *err)
{
    enum bd_subscription_state state = s->consent.len > 0 ? BD_SUB_ACTIVE
                                                          : BD_SUB_PENDING;
    enum bd_status rc = store_subscription_find(
        s->store, s->list_id, s->subscriber_id, &s->known, &s->old, err);

    if (rc != BD_OK)
        return rc;
    if (s->known && s->old == BD_SUB_COMPLAINED && !s->force)
        return bd_fail(err, BD_EINVAL,
                       _("%.*s has reported this list as spam; when they "
                         "themselves ask to come back, use --force"),
                       BD_ARG(s->asked->email));
    if (s->known && (s->old == state || s->old == BD_SUB_ACTIVE))
        return BD_OK; /* consent once given is not lost by asking again */
    return store_subscription_put(s->store, s->list_id, s->subscriber_id, state,
                                  s->actor->now, err);
}

static enum bd_status note_consent(const struct subscribing *s,
                                   enum bd_consent_act act,
                                   const struct bd_actor *actor,
                                   struct bd_err *err)
{
    const struct store_consent entry = { .subscriber_id = s->subscriber_id,
                                         .list_id = s->list_id,
                                         .act = act,
                                         .wording = s->consent };

    return store_consent_add(s->store, &entry, actor, err);
}

static enum bd_status subscribe(struct subscribing *s, struct bd_err *err)
{
    enum bd_status rc = refuse_suppressed(s, err);

    if (rc == BD_OK)
        rc = settle_reader(s, err);
    if (rc == BD_OK)
        rc = settle_state(s, err);
    if (rc == BD_OK && s->asker)
        rc = note_consent(s, BD_CONSENT_ASKED, s->asker, err);
    if (rc == BD_OK)
        rc = note_consent(
            s, s->consent.len > 0 ? BD_CONSENT_CONFIRMED : BD_CONSENT_ASKED,
            s->actor, err);
    return rc;
}

static enum bd_status subscribe_whole(struct subscribing *s, bool *out_known,
                                      enum bd_subscription_state *out_old,
                                      struct bd_err *err)
{
    enum bd_status rc = bd_store_begin(s->store, err);

    if (rc != BD_OK)
        return rc;
    s->arena = bd_arena_new();
    rc = store_end(s->store, subscribe(s, err), err);
    bd_arena_free(s->arena);
    if (rc != BD_OK)
        return rc;
    *out_known = s->known;
    *out_old = s->old;
    return BD_OK;
}

enum bd_status bd_subscribe(struct bd_store *store,
                            const struct bd_subscriber *subscriber,
                            int64_t list_id, bd_str consent, bool force,
                            const struct bd_actor *actor, bool *out_known,
                            enum bd_subscription_state *out_old,
                            struct bd_err *err)
{
    struct subscribing s = { .store = store,
                             .asked = subscriber,
                             .list_id = list_id,
                             .consent = consent,
                             .force = force,
                             .actor = actor };

    return subscribe_whole(&s, out_known, out_old, err);
}

enum bd_status
bd_subscribe_confirmed(struct bd_store *store,
                       const struct bd_subscriber *subscriber, int64_t list_id,
                       bd_str wording, const struct bd_actor *asked,
                       const struct bd_actor *actor, bool *out_known,
                       enum bd_subscription_state *out_old, struct bd_err *err)
{
    struct subscribing s = { .store = store,
                             .asked = subscriber,
                             .list_id = list_id,
                             .consent = wording,
                             .asker = asked,
                             .actor = actor };

    assert(wording.len > 0);
    return subscribe_whole(&s, out_known, out_old, err);
}

/* Someone who complained has left more thoroughly than by leaving. */
static bool can_leave(enum bd_subscription_state state)
{
    return state == BD_SUB_PENDING || state == BD_SUB_ACTIVE ||
           state == BD_SUB_BOUNCED;
}

static enum bd_status leave(struct bd_arena *arena, struct bd_store *store,
                            const struct store_consent *entry,
                            const struct bd_actor *actor, int64_t *out_changed,
                            struct bd_err *err)
{
    const struct bd_subscription *all = NULL;
    size_t count = 0;
    enum bd_status rc = bd_subscriber_subscriptions(
        arena, store, entry->subscriber_id, &all, &count, err);

    *out_changed = 0;
    for (size_t i = 0; i < count && rc == BD_OK; i++) {
        struct store_consent one = *entry;

        if (!can_leave(all[i].state) ||
            (entry->list_id != 0 && entry->list_id != all[i].list_id))
            continue;
        one.list_id = all[i].list_id;
        rc = store_subscription_put(store, one.list_id, one.subscriber_id,
                                    BD_SUB_LEFT, actor->now, err);
        if (rc == BD_OK)
            rc = store_consent_add(store, &one, actor, err);
        ++*out_changed;
    }
    return rc;
}

enum bd_status bd_unsubscribe(struct bd_store *store, int64_t subscriber_id,
                              int64_t list_id, bd_str reason,
                              const struct bd_actor *actor,
                              int64_t *out_changed, struct bd_err *err)
{
    const struct store_consent entry = { .subscriber_id = subscriber_id,
                                         .list_id = list_id,
                                         .act = BD_CONSENT_LEFT,
                                         .note = reason };
    int64_t changed = 0;
    struct bd_arena *arena = NULL;
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    arena = bd_arena_new();
    rc = leave(arena, store, &entry, actor, &changed, err);
    bd_arena_free(arena);
    rc = store_end(store, rc, err);
    if (rc == BD_OK)
        *out_changed = changed;
    return rc;
}

enum bd_status bd_subscriber_subscriptions(
    struct bd_arena *arena, struct bd_store *store, int64_t subscriber_id,
    const struct bd_subscription **out, size_t *out_count, struct bd_err *err)
{
    struct bd_subscription *list = NULL;
    sqlite3_stmt *query = NULL;
    size_t count = 0;
    size_t room = 0;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_SUBSCRIPTION_EACH, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, subscriber_id);
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        list = store_grow(arena, list, count, &room, sizeof *list);
        list[count] = (struct bd_subscription) {
            .list_id = sqlite3_column_int64(query, 0),
            .list_slug = store_column_copy(arena, query, 1),
            .since = sqlite3_column_int64(query, 3),
        };
        (void)bd_subscription_state_parse(store_column(query, 2),
                                          &list[count++].state);
    }
    if (rc != BD_OK)
        return rc;
    *out = list;
    *out_count = count;
    return BD_OK;
}
