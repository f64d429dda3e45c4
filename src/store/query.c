#include <stdlib.h>
#include <string.h>

#include "store_private.h"

/* "$1" is a name in SQLite, numbered by where it first stands; "?1" is what
 * PostgreSQL means by it. Our statements have no "$" inside quotes. */
static char *number_parameters(const char *sql)
{
    char *copy = strdup(sql);

    if (!copy)
        abort();
    for (char *c = copy; (c = strchr(c, '$')) != NULL;)
        *c = '?';
    return copy;
}

enum bd_status store_query(struct bd_store *store, enum store_sql which,
                           sqlite3_stmt **out, struct bd_err *err)
{
    sqlite3_stmt **slot = &store->stmt[which];

    if (!*slot) {
        char *sql = number_parameters(store_sql(which));
        int code = sqlite3_prepare_v3(store->db, sql, -1,
                                      SQLITE_PREPARE_PERSISTENT, slot, NULL);

        free(sql);
        if (code != SQLITE_OK)
            return store_fail(store, code, err);
    }
    (void)sqlite3_reset(*slot);
    (void)sqlite3_clear_bindings(*slot);
    *out = *slot;
    return BD_OK;
}

/* Binding fails only for a wrong parameter number (a test prepares and runs
 * every statement) and out of memory, which the step then reports. */
void store_bind_int(sqlite3_stmt *query, int parameter, int64_t value)
{
    (void)sqlite3_bind_int64(query, parameter, value);
}

void store_bind_some(sqlite3_stmt *query, int parameter, int64_t value)
{
    if (value != 0)
        store_bind_int(query, parameter, value);
    else
        (void)sqlite3_bind_null(query, parameter);
}

void store_bind_text(sqlite3_stmt *query, int parameter, bd_str value)
{
    (void)sqlite3_bind_text64(query, parameter, value.ptr ? value.ptr : "",
                              value.len, SQLITE_STATIC, SQLITE_UTF8);
}

void store_bind_blob(sqlite3_stmt *query, int parameter, bd_str value)
{
    (void)sqlite3_bind_blob64(query, parameter, value.ptr ? value.ptr : "",
                              value.len, SQLITE_STATIC);
}

enum bd_status store_step(struct bd_store *store, sqlite3_stmt *query,
                          bool *out_row, struct bd_err *err)
{
    int code = sqlite3_step(query);
    enum bd_status rc = BD_OK;

    *out_row = code == SQLITE_ROW;
    if (code == SQLITE_ROW)
        return BD_OK;
    if (code != SQLITE_DONE)
        rc = store_fail(store, code, err);
    (void)sqlite3_reset(query);
    return rc;
}

enum bd_status store_run(struct bd_store *store, sqlite3_stmt *query,
                         struct bd_err *err)
{
    bool row = false;
    enum bd_status rc = store_step(store, query, &row, err);

    if (row)
        (void)sqlite3_reset(query);
    return rc;
}

enum bd_status store_number(struct bd_store *store, sqlite3_stmt *query,
                            int64_t *out, struct bd_err *err)
{
    bool row = false;
    enum bd_status rc = store_step(store, query, &row, err);

    if (rc != BD_OK)
        return rc;
    if (!row)
        return BD_ENOENT;
    *out = sqlite3_column_int64(query, 0);
    return store_run(store, query, err); /* a change is committed at its end */
}

bd_str store_column(sqlite3_stmt *query, int column)
{
    const void *bytes = sqlite3_column_blob(query, column);
    int len = sqlite3_column_bytes(query, column);

    return (bd_str) { bytes, bytes ? (size_t)len : 0 };
}

bd_str store_column_copy(struct bd_arena *arena, sqlite3_stmt *query,
                         int column)
{
    return bd_arena_copy(arena, store_column(query, column));
}

bool store_name_index(bd_str name, const char *const names[], unsigned *out)
{
    for (unsigned i = 0; names[i]; i++) {
        if (bd_str_eq(name, bd_str_from(names[i]))) {
            *out = i;
            return true;
        }
    }
    return false;
}

void *store_grow(struct bd_arena *arena, void *array, size_t count,
                 size_t *room, size_t size)
{
    void *bigger = NULL;

    if (count < *room)
        return array;
    *room = *room ? 2 * *room : 16;
    bigger = bd_arena_array(arena, *room, size);
    if (count > 0)
        memcpy(bigger, array, count * size);
    return bigger;
}
