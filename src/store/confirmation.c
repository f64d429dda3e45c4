#include "brevduva/store/confirmation.h"

#include <string.h>

#include "store_private.h"

#define KEPT_SECONDS  ((int64_t)365 * 24 * 3600)
#define VALID_SECONDS ((int64_t)BD_CONFIRMATION_DAYS * 24 * 3600)

/* Order of enum bd_confirmation_kind; the same words as in the CHECK. */
const char *const bd_confirmation_kind_names[] = { "subscribe", "address",
                                                   "export", "erase", NULL };

enum bd_confirmation_state
bd_confirmation_state(const struct bd_confirmation *c, int64_t now)
{
    if (c->settled_at != 0)
        return c->settled_at == c->expires_at ? BD_CONFIRMATION_REPLACED
                                              : BD_CONFIRMATION_SETTLED;
    return c->expires_at <= now ? BD_CONFIRMATION_EXPIRED
                                : BD_CONFIRMATION_OPEN;
}

/* A statement whose first parameter is the hash of an address. */
static enum bd_status query_hash(struct bd_store *store, enum store_sql which,
                                 bd_str email_key, sqlite3_stmt **out,
                                 struct bd_err *err)
{
    unsigned char hash[BD_SHA256_LEN];
    enum bd_status rc = bd_address_hash(store, email_key, hash, err);

    if (rc == BD_OK)
        rc = store_query(store, which, out, err);
    if (rc == BD_OK) /* copied: the statement outlives `hash` */
        (void)sqlite3_bind_blob(*out, 1, hash, sizeof hash, SQLITE_TRANSIENT);
    return rc;
}

static enum bd_status add(struct bd_store *store,
                          const struct bd_confirmation *c, int64_t *out_id,
                          struct bd_err *err)
{
    unsigned char hash[BD_SHA256_LEN];
    sqlite3_stmt *query = NULL;
    int64_t wording = 0;
    enum bd_status rc = bd_address_hash(store, c->email_key, hash, err);

    if (rc == BD_OK)
        rc = store_wording_id(store, c->wording, &wording, err);
    if (rc == BD_OK)
        rc = store_query(store, SQL_CONFIRMATION_ADD, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, bd_str_from(bd_confirmation_kind_names[c->kind]));
    store_bind_text(query, 2, c->email);
    store_bind_text(query, 3, c->email_key);
    store_bind_blob(query, 4, (bd_str) { (const char *)hash, sizeof hash });
    store_bind_some(query, 5, c->subscriber_id);
    store_bind_text(query, 6, c->lists);
    store_bind_text(query, 7, c->name);
    store_bind_text(query, 8, c->language);
    store_bind_some(query, 9, wording);
    store_bind_text(query, 10, c->network);
    store_bind_int(query, 11, c->created_at);
    store_bind_int(query, 12, c->expires_at);
    return store_number(store, query, out_id, err);
}

enum bd_status bd_confirmation_add(struct bd_store *store,
                                   const struct bd_confirmation *confirmation,
                                   int64_t *out_id, struct bd_err *err)
{
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    return store_end(store, add(store, confirmation, out_id, err), err);
}

static void read_row(struct bd_arena *arena, sqlite3_stmt *query,
                     struct bd_confirmation *out)
{
    unsigned kind = 0;
    bd_str hash = store_column(query, 4);

    (void)store_name_index(store_column(query, 1), bd_confirmation_kind_names,
                           &kind);
    *out = (struct bd_confirmation) {
        .id = sqlite3_column_int64(query, 0),
        .kind = (enum bd_confirmation_kind)kind,
        .email = store_column_copy(arena, query, 2),
        .email_key = store_column_copy(arena, query, 3),
        .subscriber_id = sqlite3_column_int64(query, 5),
        .lists = store_column_copy(arena, query, 6),
        .name = store_column_copy(arena, query, 7),
        .language = store_column_copy(arena, query, 8),
        .wording = store_column_copy(arena, query, 9),
        .network = store_column_copy(arena, query, 10),
        .created_at = sqlite3_column_int64(query, 11),
        .expires_at = sqlite3_column_int64(query, 12),
        .settled_at = sqlite3_column_int64(query, 13),
    };
    if (hash.len == sizeof out->address_hash)
        memcpy(out->address_hash, hash.ptr, hash.len);
}

enum bd_status bd_confirmation_find(struct bd_arena *arena,
                                    struct bd_store *store, int64_t id,
                                    struct bd_confirmation *out,
                                    struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_CONFIRMATION_FIND, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    rc = store_step(store, query, &row, err);
    if (rc != BD_OK)
        return rc;
    if (!row)
        return bd_fail(err, BD_ENOENT, _("there is no such request any more"));
    read_row(arena, query, out);
    (void)sqlite3_reset(query);
    return BD_OK;
}

enum bd_status bd_confirmation_settle(struct bd_store *store, int64_t id,
                                      int64_t subscriber_id, int64_t now,
                                      struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_CONFIRMATION_SETTLE, &query,
                                    err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    store_bind_int(query, 2, now);
    store_bind_some(query, 3, subscriber_id);
    rc = store_run(store, query, err);
    if (rc == BD_OK && sqlite3_changes64(store->db) == 0)
        return bd_fail(err, BD_ENOENT, _("there is no such request any more"));
    return rc;
}

enum bd_status bd_confirmation_stop(struct bd_store *store,
                                    enum bd_confirmation_kind kind,
                                    int64_t subscriber_id, int64_t now,
                                    struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_CONFIRMATION_STOP, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, subscriber_id);
    store_bind_text(query, 2, bd_str_from(bd_confirmation_kind_names[kind]));
    store_bind_int(query, 3, now);
    return store_run(store, query, err);
}

enum bd_status bd_confirmation_count(struct bd_store *store,
                                     enum bd_confirmation_kind kind,
                                     bd_str email_key, int64_t since,
                                     int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = query_hash(store, SQL_CONFIRMATION_COUNT, email_key,
                                   &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 2, bd_str_from(bd_confirmation_kind_names[kind]));
    store_bind_int(query, 3, since);
    return store_number(store, query, out, err);
}

enum bd_status bd_confirmations_waiting(struct bd_store *store,
                                        enum bd_confirmation_kind kind,
                                        int64_t now, int64_t *out,
                                        struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_CONFIRMATION_WAITING, &query,
                                    err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, bd_str_from(bd_confirmation_kind_names[kind]));
    store_bind_int(query, 2, now);
    return store_number(store, query, out, err);
}

enum bd_status bd_confirmations_of(struct bd_arena *arena,
                                   struct bd_store *store, bd_str email_key,
                                   const struct bd_confirmation **out,
                                   size_t *out_count, struct bd_err *err)
{
    struct bd_confirmation *list = NULL;
    sqlite3_stmt *query = NULL;
    size_t count = 0;
    size_t room = 0;
    bool row = false;
    enum bd_status rc = query_hash(store, SQL_CONFIRMATION_OF, email_key,
                                   &query, err);

    if (rc != BD_OK)
        return rc;
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        list = store_grow(arena, list, count, &room, sizeof *list);
        read_row(arena, query, &list[count++]);
    }
    if (rc != BD_OK)
        return rc;
    *out = list;
    *out_count = count;
    return BD_OK;
}

enum bd_status bd_confirmation_drop(struct bd_store *store, bd_str email_key,
                                    struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = query_hash(store, SQL_CONFIRMATION_DROP, email_key,
                                   &query, err);

    return rc == BD_OK ? store_run(store, query, err) : rc;
}

static enum bd_status run_with_time(struct bd_store *store,
                                    enum store_sql which, int64_t time,
                                    struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, which, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, time);
    return store_run(store, query, err);
}

enum bd_status bd_confirmation_forget(struct bd_store *store, int64_t now,
                                      struct bd_err *err)
{
    const struct {
        enum store_sql which;
        int64_t time;
    } steps[] = { { SQL_CONFIRMATION_EXPIRE, now },
                  { SQL_CONFIRMATION_FORGET, now - KEPT_SECONDS },
                  { SQL_CONFIRMATION_ATTEMPTS, now - VALID_SECONDS },
                  { SQL_CONFIRMATION_LETTERS, now - VALID_SECONDS } };
    enum bd_status rc = BD_OK;

    for (size_t i = 0; rc == BD_OK && i < sizeof steps / sizeof *steps; i++)
        rc = run_with_time(store, steps[i].which, steps[i].time, err);
    return rc;
}
