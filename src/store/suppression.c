#include <string.h>

#include "brevduva/store/letter.h"
#include "store_private.h"

/* Keyed, so that the table cannot be searched for known addresses by someone
 * who only has a copy of it; the key lies in the same file, so this protects
 * against a glance and not against a thief (docs: backups). */
enum bd_status bd_address_hash(struct bd_store *store, bd_str email_key,
                               unsigned char out[BD_SHA256_LEN],
                               struct bd_err *err)
{
    if (!store->suppression_hmac) {
        struct bd_arena *arena = bd_arena_new();
        bd_str key = BD_STR_NONE;
        enum bd_status rc = bd_setting_get(
            arena, store, BD_STR("suppression_key"), &key, err);

        if (rc == BD_OK)
            store->suppression_hmac = bd_hmac_new(key);
        bd_arena_free(arena);
        if (rc != BD_OK)
            return rc;
    }
    bd_hmac_sha256(store->suppression_hmac, email_key, out);
    return BD_OK;
}

static bd_str domain_of(bd_str email_key)
{
    const char *at = email_key.len ? memrchr(email_key.ptr, '@', email_key.len)
                                   : NULL;

    return at ? bd_str_skip(email_key, (size_t)(at - email_key.ptr) + 1)
              : BD_STR_NONE;
}

enum bd_status store_suppression_any(struct bd_store *store, bool *out,
                                     struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    int64_t any = 0;
    enum bd_status rc = store_query(store, SQL_SUPPRESSION_ANY, &query, err);

    if (rc == BD_OK)
        rc = store_number(store, query, &any, err);
    *out = any != 0;
    return rc;
}

enum bd_status bd_suppression_find(struct bd_arena *arena,
                                   struct bd_store *store, bd_str email_key,
                                   int64_t list_id, bd_str *out_reason,
                                   int64_t *out_since, struct bd_err *err)
{
    unsigned char hash[BD_SHA256_LEN];
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = bd_address_hash(store, email_key, hash, err);

    if (rc == BD_OK)
        rc = store_query(store, SQL_SUPPRESSION_FIND, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_blob(query, 1, (bd_str) { (const char *)hash, sizeof hash });
    store_bind_text(query, 2, domain_of(email_key));
    store_bind_int(query, 3, list_id);
    rc = store_step(store, query, &row, err);
    if (rc != BD_OK)
        return rc;
    if (!row)
        return bd_fail(err, BD_ENOENT, _("the address is not suppressed"));
    *out_reason = store_column_copy(arena, query, 0);
    *out_since = sqlite3_column_int64(query, 1);
    (void)sqlite3_reset(query);
    return BD_OK;
}

/* What is to be suppressed, and for whom it is on record. */
struct objection {
    unsigned char hash[BD_SHA256_LEN];
    int64_t subscriber_id; /* 0: no reader */
    int64_t list_id;
    bd_str reason;
    const struct bd_actor *actor;
};

static enum bd_status add(struct bd_store *store, const struct objection *o,
                          struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_SUPPRESSION_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_blob(query, 1,
                    (bd_str) { (const char *)o->hash, sizeof o->hash });
    store_bind_some(query, 2, o->subscriber_id);
    store_bind_some(query, 3, o->list_id);
    store_bind_text(query, 4, o->reason);
    store_bind_int(query, 5, o->actor->now);
    return store_run(store, query, err);
}

/* A reader who is suppressed also has it in their own ledger. */
static enum bd_status add_and_note(struct bd_store *store,
                                   const struct objection *o,
                                   struct bd_err *err)
{
    struct store_consent entry = { .subscriber_id = o->subscriber_id,
                                   .list_id = o->list_id,
                                   .act = BD_CONSENT_OBJECTED,
                                   .note = o->reason };
    enum bd_status rc = add(store, o, err);

    if (rc != BD_OK || o->subscriber_id == 0)
        return rc;
    return store_consent_add(store, &entry, o->actor, err);
}

static enum bd_status suppress(struct bd_store *store, bd_str email_key,
                               struct objection *o, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = bd_address_hash(store, email_key, o->hash, err);

    if (rc == BD_OK)
        rc = store_query(store, SQL_SUBSCRIBER_ID, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, email_key);
    rc = store_number(store, query, &o->subscriber_id, err);
    return rc == BD_OK || rc == BD_ENOENT ? add_and_note(store, o, err) : rc;
}

enum bd_status bd_suppress(struct bd_store *store, bd_str email_key,
                           int64_t list_id, bd_str reason,
                           const struct bd_actor *actor, struct bd_err *err)
{
    struct objection o = { .list_id = list_id,
                           .reason = reason,
                           .actor = actor };
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    return store_end(store, suppress(store, email_key, &o, err), err);
}

/* The reader with that hash: all have to be tried. It happens once for each
 * person who objects, and a million take a second. */
static enum bd_status find_by_hash(struct bd_store *store, struct objection *o,
                                   struct bd_err *err)
{
    unsigned char hash[BD_SHA256_LEN];
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_SUPPRESSION_KEYS, &query, err);

    if (rc != BD_OK)
        return rc;
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        rc = bd_address_hash(store, store_column(query, 1), hash, err);
        if (rc == BD_OK && memcmp(hash, o->hash, sizeof hash) == 0)
            o->subscriber_id = sqlite3_column_int64(query, 0);
        if (rc != BD_OK || o->subscriber_id != 0)
            break;
    }
    (void)sqlite3_reset(query);
    return rc;
}

static enum bd_status is_suppressed(struct bd_store *store,
                                    const struct objection *o, bool *out,
                                    struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_SUPPRESSION_FIND, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_blob(query, 1,
                    (bd_str) { (const char *)o->hash, sizeof o->hash });
    store_bind_text(query, 2, BD_STR_NONE);
    store_bind_int(query, 3, 0);
    rc = store_step(store, query, out, err);
    if (rc == BD_OK && *out) /* erasure is not their last word */
        *out = !bd_str_eq(store_column(query, 0), BD_STR(BD_SUPPRESSED_ERASED));
    (void)sqlite3_reset(query);
    return rc;
}

/* Who wants no letters stands on no list, and gets none that waits. */
static enum bd_status leave_all(struct bd_store *store,
                                const struct objection *o, struct bd_err *err)
{
    int64_t changed = 0;
    enum bd_status rc = bd_unsubscribe(store, o->subscriber_id, 0, o->reason,
                                       o->actor, &changed, err);

    if (rc == BD_OK)
        rc = bd_letters_withdraw(store, o->subscriber_id, BD_STR_NONE,
                                 BD_STR("suppressed"), err);
    return rc;
}

enum bd_status bd_suppress_hash(struct bd_store *store,
                                const unsigned char hash[BD_SHA256_LEN],
                                bd_str reason, const struct bd_actor *actor,
                                struct bd_err *err)
{
    struct objection o = { .reason = reason, .actor = actor };
    bool done = false;
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    memcpy(o.hash, hash, sizeof o.hash);
    rc = is_suppressed(store, &o, &done, err);
    if (rc == BD_OK && !done)
        rc = find_by_hash(store, &o, err);
    if (rc == BD_OK && !done)
        rc = add_and_note(store, &o, err);
    if (rc == BD_OK && o.subscriber_id != 0)
        rc = leave_all(store, &o, err);
    return store_end(store, rc, err);
}

enum bd_status store_suppression_lift(struct bd_store *store, bd_str email_key,
                                      int64_t list_id, struct bd_err *err)
{
    unsigned char hash[BD_SHA256_LEN];
    sqlite3_stmt *query = NULL;
    enum bd_status rc = bd_address_hash(store, email_key, hash, err);

    if (rc == BD_OK)
        rc = store_query(store, SQL_SUPPRESSION_LIFT, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_blob(query, 1, (bd_str) { (const char *)hash, sizeof hash });
    store_bind_int(query, 2, list_id);
    return store_run(store, query, err);
}

enum bd_status store_suppression_lift_erased(struct bd_store *store,
                                             bd_str email_key,
                                             struct bd_err *err)
{
    unsigned char hash[BD_SHA256_LEN];
    sqlite3_stmt *query = NULL;
    enum bd_status rc = bd_address_hash(store, email_key, hash, err);

    if (rc == BD_OK)
        rc = store_query(store, SQL_SUPPRESSION_LIFT_ERASED, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_blob(query, 1, (bd_str) { (const char *)hash, sizeof hash });
    return store_run(store, query, err);
}

enum bd_status store_suppression_tie(struct bd_store *store, bd_str email_key,
                                     int64_t subscriber_id, struct bd_err *err)
{
    unsigned char hash[BD_SHA256_LEN];
    sqlite3_stmt *query = NULL;
    enum bd_status rc = bd_address_hash(store, email_key, hash, err);

    if (rc == BD_OK)
        rc = store_query(store, SQL_SUPPRESSION_TIE, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_blob(query, 1, (bd_str) { (const char *)hash, sizeof hash });
    store_bind_int(query, 2, subscriber_id);
    return store_run(store, query, err);
}
