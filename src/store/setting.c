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
