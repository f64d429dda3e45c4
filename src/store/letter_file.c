#include "brevduva/store/letter_file.h"

#include "store_private.h"

static enum bd_status put_one(struct bd_store *store,
                              const struct bd_page_file *file, int64_t now,
                              struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_LETTER_FILE_PUT, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, file->name);
    store_bind_text(query, 2, file->type);
    store_bind_blob(query, 3, file->bytes);
    store_bind_int(query, 4, now);
    return store_run(store, query, err);
}

enum bd_status bd_letter_files_put(struct bd_store *store,
                                   const struct bd_page_file *files,
                                   size_t count, int64_t now,
                                   struct bd_err *err)
{
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    for (size_t i = 0; i < count && rc == BD_OK; i++)
        rc = put_one(store, &files[i], now, err);
    return store_end(store, rc, err);
}

enum bd_status bd_letter_file_get(struct bd_arena *arena,
                                  struct bd_store *store, bd_str name,
                                  struct bd_page_file *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_LETTER_FILE_GET, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, name);
    rc = store_step(store, query, &row, err);
    if (rc != BD_OK)
        return rc;
    if (row)
        *out = (struct bd_page_file) {
            .name = store_column_copy(arena, query, 0),
            .type = store_column_copy(arena, query, 1),
            .bytes = store_column_copy(arena, query, 2),
        };
    (void)sqlite3_reset(query);
    return row ? BD_OK : BD_ENOENT;
}
