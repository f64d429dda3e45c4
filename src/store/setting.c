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

enum bd_status bd_mailing_limit(struct bd_store *store, int64_t id,
                                int64_t *out, struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_err missing = { 0 };
    bd_str text = BD_STR_NONE;
    uint64_t limit = 0;
    enum bd_status rc = bd_setting_get(
        arena, store, bd_arena_printf(arena, "limit %lld", (long long)id),
        &text, &missing);

    if (rc == BD_ENOENT || (rc == BD_OK && !bd_str_to_u64(text, &limit)))
        rc = BD_OK;
    else if (rc != BD_OK)
        *err = missing;
    if (rc == BD_OK)
        *out = (int64_t)limit;
    bd_arena_free(arena);
    return rc;
}

/* The name is also spelled in SQL_JOB_EACH. */
enum bd_status bd_mailing_set_limit(struct bd_store *store, int64_t id,
                                    int64_t limit, struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str name = bd_arena_printf(arena, "limit %lld", (long long)id);
    bd_str value = bd_arena_printf(arena, "%lld", (long long)limit);
    enum bd_status rc = limit > 0 ? bd_setting_set(store, name, value, err)
                                  : remove_setting(store, name, err);

    bd_arena_free(arena);
    return rc;
}
