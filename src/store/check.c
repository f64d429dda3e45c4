#include "store_private.h"

/* One line of text from quick_check: "ok", or the first problem. */
static enum bd_status check_pages(struct bd_store *store, sqlite3_stmt *query,
                                  struct bd_err *err)
{
    bool row = false;
    enum bd_status rc = store_step(store, query, &row, err);

    if (rc == BD_OK && row && !bd_str_eq(store_column(query, 0), BD_STR("ok")))
        rc = bd_fail(err, BD_EPARSE,
                     _("%s: the database is damaged (%.*s); keep a copy of it "
                       "and restore a backup"),
                     store->path, BD_ARG(store_column(query, 0)));
    return rc;
}

static enum bd_status check_references(struct bd_store *store,
                                       sqlite3_stmt *query, struct bd_err *err)
{
    bool row = false;
    enum bd_status rc = store_step(store, query, &row, err);

    if (rc == BD_OK && row)
        rc = bd_fail(err, BD_EPARSE,
                     _("%s: the database is damaged (a row of %.*s names a "
                       "missing row of %.*s); keep a copy of it and restore a "
                       "backup"),
                     store->path, BD_ARG(store_column(query, 0)),
                     BD_ARG(store_column(query, 2)));
    return rc;
}

static enum bd_status with_pragma(struct bd_store *store, const char *pragma,
                                  enum bd_status (*check)(struct bd_store *,
                                                          sqlite3_stmt *,
                                                          struct bd_err *),
                                  struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    int code = sqlite3_prepare_v2(store->db, pragma, -1, &query, NULL);
    enum bd_status rc = code == SQLITE_OK ? check(store, query, err)
                                          : store_fail(store, code, err);

    (void)sqlite3_finalize(query);
    return rc;
}

enum bd_status bd_store_check(struct bd_store *store, struct bd_err *err)
{
    enum bd_status rc = with_pragma(store, "PRAGMA quick_check(1)", check_pages,
                                    err);

    if (rc == BD_OK)
        rc = with_pragma(store, "PRAGMA foreign_key_check", check_references,
                         err);
    return rc == BD_OK ? store_count_check(store, err) : rc;
}
