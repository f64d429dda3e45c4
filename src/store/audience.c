/* Who of the readers is meant by a filter, one after the other. */
#include "brevduva/store/filter.h"
#include "store_private.h"

/* Columns as AUDIENCE_COLUMNS in sql_parts.h; borrowed until the next row. */
static struct bd_subscriber read_reader(sqlite3_stmt *query)
{
    return (struct bd_subscriber) {
        .id = sqlite3_column_int64(query, 0),
        .email = store_column(query, 1),
        .name = store_column(query, 2),
        .language = store_column(query, 3),
        .text_only = sqlite3_column_int(query, 4) != 0,
        .attributes = store_column(query, 5),
        .created_at = sqlite3_column_int64(query, 6),
        .paused_until = sqlite3_column_int64(query, 8),
    };
}

static enum bd_status each(struct bd_arena *scratch, struct bd_store *store,
                           sqlite3_stmt *query, const struct bd_filter *filter,
                           store_audience_fn row_fn, void *self,
                           struct bd_err *err)
{
    bool found = false;
    enum bd_status rc = BD_OK;

    while ((rc = store_step(store, query, &found, err)) == BD_OK && found) {
        int64_t since = sqlite3_column_int64(query, 7);
        struct store_audience_row row = {
            .reader = read_reader(query),
            .suppressed = sqlite3_column_int(query, 9) != 0,
        };

        bd_arena_clear(scratch);
        rc = bd_filter_match(scratch, store, filter, &row.reader, since,
                             &row.meant, err);
        if (rc == BD_OK)
            rc = row_fn(self, &row, err);
        if (rc != BD_OK)
            break;
    }
    (void)sqlite3_reset(query);
    return rc;
}

enum bd_status store_audience_each(struct bd_store *store, sqlite3_stmt *query,
                                   bd_str text, store_audience_fn row_fn,
                                   void *self, struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_arena *scratch = bd_arena_new();
    const struct bd_filter *filter = NULL;
    enum bd_status rc = bd_filter_read(arena, store, text, &filter, err);

    if (rc == BD_OK)
        rc = each(scratch, store, query, filter, row_fn, self, err);
    bd_arena_free(scratch);
    bd_arena_free(arena);
    return rc;
}

struct counting {
    int64_t now;
    struct bd_audience *out;
};

static enum bd_status count_reader(void *self,
                                   const struct store_audience_row *row,
                                   struct bd_err *err)
{
    const struct counting *c = self;
    struct bd_audience *out = c->out;
    bool paused = row->reader.paused_until > c->now;

    (void)err;
    if (!row->meant)
        out->filtered++;
    else if (row->suppressed)
        out->suppressed++;
    else if (paused)
        out->paused++;
    else
        out->active++;
    if (row->meant && !row->suppressed && !paused && row->reader.name.len == 0)
        out->without_name++;
    return BD_OK;
}

enum bd_status store_audience_filter(struct bd_store *store, int64_t list_id,
                                     bd_str text, int64_t now,
                                     struct bd_audience *audience,
                                     struct bd_err *err)
{
    struct counting counting = { .now = now, .out = audience };
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_AUDIENCE_EACH, &query, err);

    if (rc != BD_OK)
        return rc;
    audience->active = audience->suppressed = audience->paused = 0;
    audience->without_name = 0;
    store_bind_int(query, 1, list_id);
    return store_audience_each(store, query, text, count_reader, &counting,
                               err);
}
