#include "brevduva/base/saying.h"
#include "brevduva/store/mailing.h"
#include "store_private.h"

enum bd_status bd_setting_get(struct bd_arena *arena, struct bd_store *store,
                              bd_str name, bd_str *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_SETTING_GET, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, name);
    rc = store_step(store, query, &row, err);
    if (rc == BD_OK && !row)
        rc = bd_fail(err, BD_ENOENT, _("%s: there is no setting \"%.*s\""),
                     store->path, BD_ARG(name));
    if (rc == BD_OK)
        *out = store_column_copy(arena, query, 0);
    (void)sqlite3_reset(query);
    return rc;
}

enum bd_status bd_setting_set(struct bd_store *store, bd_str name, bd_str value,
                              struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_SETTING_SET, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, name);
    store_bind_blob(query, 2, value);
    return store_run(store, query, err);
}

static enum bd_status remove_setting(struct bd_store *store, bd_str name,
                                     struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_SETTING_REMOVE, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, name);
    return store_run(store, query, err);
}

static enum bd_status count_begun(struct bd_store *store, int64_t id,
                                  int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_MAILING_BEGUN, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    return store_number(store, query, out, err);
}

/* "LIMIT UPTO": so many, which are all when so many are begun. */
static enum bd_status read_limit(struct bd_store *store, int64_t id,
                                 int64_t *out_limit, int64_t *out_up_to,
                                 struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_err missing = { 0 };
    bd_str text = BD_STR_NONE;
    uint64_t limit = 0;
    uint64_t up_to = 0;
    enum bd_status rc = bd_setting_get(
        arena, store, bd_arena_printf(arena, "limit %lld", (long long)id),
        &text, &missing);

    if (rc == BD_OK && (!bd_str_to_u64(bd_str_cut(&text, ' '), &limit) ||
                        !bd_str_to_u64(text, &up_to)))
        up_to = limit;
    if (rc != BD_OK && rc != BD_ENOENT)
        *err = missing;
    *out_limit = (int64_t)limit;
    *out_up_to = (int64_t)up_to;
    bd_arena_free(arena);
    return rc == BD_ENOENT ? BD_OK : rc;
}

enum bd_status bd_mailing_limit(struct bd_store *store, int64_t id,
                                int64_t *out, struct bd_err *err)
{
    int64_t up_to = 0;

    return read_limit(store, id, out, &up_to, err);
}

enum bd_status bd_mailing_limit_left(struct bd_store *store, int64_t id,
                                     int64_t *out, struct bd_err *err)
{
    int64_t limit = 0;
    int64_t up_to = 0;
    int64_t begun = 0;
    enum bd_status rc = read_limit(store, id, &limit, &up_to, err);

    if (rc == BD_OK && limit > 0)
        rc = count_begun(store, id, &begun, err);
    if (rc == BD_OK)
        *out = limit > 0 ? up_to - begun : INT64_MAX;
    return rc;
}

bd_str bd_mailing_limit_reason(struct bd_arena *arena, int64_t limit)
{
    bd_str copies = bd_arena_printf(arena, "%lld", (long long)limit);

    return bd_saying(arena,
                     limit == 1 ? N_("--limit: %s copy was handed over")
                                : N_("--limit: %s copies were handed over"),
                     &copies, 1);
}

/* The name is also spelled in SQL_JOB_EACH. */
enum bd_status bd_mailing_set_limit(struct bd_store *store, int64_t id,
                                    int64_t limit, struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str name = bd_arena_printf(arena, "limit %lld", (long long)id);
    int64_t begun = 0;
    long long up_to = 0;
    enum bd_status rc = count_begun(store, id, &begun, err);

    up_to = begun + limit;
    if (rc == BD_OK && limit == 0)
        rc = remove_setting(store, name, err);
    else if (rc == BD_OK)
        rc = bd_setting_set(
            store, name,
            bd_arena_printf(arena, "%lld %lld", (long long)limit, up_to), err);
    bd_arena_free(arena);
    return rc;
}
