#include "brevduva/store/tested.h"

#include "store_private.h"

enum bd_status bd_tested_put(struct bd_store *store,
                             const struct bd_tested *tested, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_TESTED_PUT, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, tested->slug);
    store_bind_text(query, 2, tested->source);
    store_bind_text(query, 3, tested->letter_hash);
    store_bind_int(query, 4, tested->tested_at);
    return store_run(store, query, err);
}

enum bd_status bd_tested_get(struct bd_arena *arena, struct bd_store *store,
                             bd_str slug, struct bd_tested *out,
                             struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_TESTED_GET, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, slug);
    rc = store_step(store, query, &row, err);
    if (rc == BD_OK && row)
        *out = (struct bd_tested) {
            .slug = bd_arena_copy(arena, slug),
            .source = store_column_copy(arena, query, 0),
            .letter_hash = store_column_copy(arena, query, 1),
            .tested_at = sqlite3_column_int64(query, 2),
        };
    (void)sqlite3_reset(query);
    return rc == BD_OK && !row
               ? bd_fail(err, BD_ENOENT, _("%.*s was never tested"),
                         BD_ARG(slug))
               : rc;
}
