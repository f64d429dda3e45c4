#include "brevduva/store/erase.h"

#include "brevduva/store/confirmation.h"
#include "store_private.h"

#define REASON BD_STR(BD_SUPPRESSED_ERASED)

struct erasing {
    struct bd_arena *arena;
    struct bd_store *store;
    struct bd_subscriber reader;
    unsigned char hash[BD_SHA256_LEN]; /* of its key */
    const struct bd_actor *actor;
};

/* The kept numbers of its lists: the rows go with the reader. */
static enum bd_status leave_counts(const struct erasing *e, struct bd_err *err)
{
    const struct bd_subscription *lists = NULL;
    size_t count = 0;
    enum bd_status rc = bd_subscriber_subscriptions(
        e->arena, e->store, e->reader.id, &lists, &count, err);

    for (size_t i = 0; i < count && rc == BD_OK; i++)
        rc = store_count_readers(e->store, lists[i].list_id, lists[i].state, -1,
                                 e->reader.name.len == 0 ? -1 : 0, err);
    return rc;
}

/* $1 reader, $2 address, $3 hash: as many as the statement has. */
static enum bd_status run_step(const struct erasing *e, enum store_sql which,
                               struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(e->store, which, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, e->reader.id);
    store_bind_text(query, 2, e->reader.email);
    store_bind_blob(query, 3,
                    (bd_str) { (const char *)e->hash, sizeof e->hash });
    return store_run(e->store, query, err);
}

/* The proof that there was consent, and that this ended it. */
static enum bd_status note(const struct erasing *e, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(e->store, SQL_ERASE_NOTE, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, e->actor->now);
    store_bind_blob(query, 2,
                    (bd_str) { (const char *)e->hash, sizeof e->hash });
    store_bind_text(query, 3, e->actor->channel);
    store_bind_text(query, 4, e->actor->name);
    return store_run(e->store, query, err);
}

static enum bd_status empty(const struct erasing *e, struct bd_err *err)
{
    static const enum store_sql steps[] = {
        SQL_ERASE_ATTEMPTS, SQL_ERASE_LETTERS,  SQL_ERASE_WAITING,
        SQL_ERASE_COPIES,   SQL_ERASE_CONSENTS, SQL_ERASE_CHANGES,
        SQL_BOUNCE_ERASE,
    };
    enum bd_status rc = store_unfold(e->store, err);

    if (rc == BD_OK)
        rc = bd_confirmation_drop(e->store, e->reader.email_key, err);
    if (rc == BD_OK)
        rc = leave_counts(e, err);
    for (size_t i = 0; i < sizeof steps / sizeof *steps && rc == BD_OK; i++)
        rc = run_step(e, steps[i], err);
    return rc;
}

static enum bd_status erase(struct erasing *e, int64_t id, struct bd_err *err)
{
    bd_str object = bd_arena_printf(e->arena, "reader %lld", (long long)id);
    enum bd_status rc = bd_subscriber_get(e->arena, e->store, id, &e->reader,
                                          err);

    if (rc == BD_OK)
        rc = bd_address_hash(e->store, e->reader.email_key, e->hash, err);
    if (rc == BD_OK)
        rc = bd_suppress(e->store, e->reader.email_key, 0, REASON, e->actor,
                         err);
    if (rc == BD_OK)
        rc = empty(e, err);
    if (rc == BD_OK)
        rc = run_step(e, SQL_ERASE_READER, err);
    if (rc == BD_OK)
        rc = note(e, err);
    return rc == BD_OK ? bd_audit_add(e->store, e->actor, BD_STR("forget"),
                                      object, BD_STR_NONE, err)
                       : rc;
}

enum bd_status bd_subscriber_erase(struct bd_store *store, int64_t id,
                                   const struct bd_actor *actor,
                                   struct bd_err *err)
{
    struct erasing e = { .store = store, .actor = actor };
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    e.arena = bd_arena_new();
    rc = store_end(store, erase(&e, id, err), err);
    bd_arena_free(e.arena);
    return rc;
}
