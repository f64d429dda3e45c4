#include "brevduva/store/click.h"

#include "store_private.h"

static enum bd_status add_link(struct bd_store *store, bd_str slug, bd_str url,
                               int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_LINK_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, slug);
    store_bind_text(query, 2, url);
    return store_number(store, query, out, err);
}

enum bd_status bd_link_number(struct bd_store *store, bd_str slug, bd_str url,
                              bool add, int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_LINK_FIND, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, slug);
    store_bind_text(query, 2, url);
    rc = store_number(store, query, out, err);
    return rc == BD_ENOENT && add ? add_link(store, slug, url, out, err) : rc;
}

enum bd_status bd_link_get(struct bd_arena *arena, struct bd_store *store,
                           int64_t id, int64_t list_id, struct bd_link *out,
                           struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_LINK_GET, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    store_bind_int(query, 2, list_id);
    rc = store_step(store, query, &row, err);
    if (rc != BD_OK)
        return rc;
    if (row)
        *out = (struct bd_link) {
            .slug = store_column_copy(arena, query, 0),
            .url = store_column_copy(arena, query, 1),
            .begun_at = sqlite3_column_int64(query, 2),
        };
    (void)sqlite3_reset(query);
    return row ? BD_OK : BD_ENOENT;
}

enum bd_status bd_click_add(struct bd_store *store, int64_t link_id,
                            int64_t day, int64_t clicks, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_CLICK_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, link_id);
    store_bind_int(query, 2, day);
    store_bind_int(query, 3, clicks);
    return store_run(store, query, err);
}

enum bd_status bd_link_all(struct bd_arena *arena, struct bd_store *store,
                           bd_str slug, const struct bd_link **out,
                           size_t *out_count, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    struct bd_link *links = NULL;
    size_t room = 0;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_LINK_ALL, &query, err);

    *out_count = 0;
    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, slug);
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        links = store_grow(arena, links, *out_count, &room, sizeof *links);
        links[(*out_count)++] = (struct bd_link) {
            .url = store_column_copy(arena, query, 0),
            .clicks = sqlite3_column_int64(query, 1),
        };
    }
    *out = links;
    return rc;
}
