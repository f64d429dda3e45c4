#include "brevduva/store/filter.h"
#include "brevduva/store/mailing.h"
#include "store_private.h"

/* Columns as SQL_AUDIENCE_EACH; borrowed until the next row. */
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
    };
}

static void count_reader(const struct bd_subscriber *reader, bool suppressed,
                         bool meant, struct bd_audience *out)
{
    if (!meant)
        out->filtered++;
    else if (suppressed)
        out->suppressed++;
    else
        out->active++;
    if (meant && !suppressed && reader->name.len == 0)
        out->without_name++;
}

static enum bd_status count_each(struct bd_arena *scratch,
                                 struct bd_store *store, sqlite3_stmt *query,
                                 const struct bd_filter *filter,
                                 struct bd_audience *out, struct bd_err *err)
{
    bool row = false;
    enum bd_status rc = BD_OK;

    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        struct bd_subscriber reader = read_reader(query);
        int64_t since = sqlite3_column_int64(query, 7);
        bool suppressed = sqlite3_column_int(query, 8) != 0;
        bool meant = false;

        bd_arena_clear(scratch);
        rc = bd_filter_match(scratch, store, filter, &reader, since, &meant,
                             err);
        if (rc != BD_OK)
            break;
        count_reader(&reader, suppressed, meant, out);
    }
    (void)sqlite3_reset(query);
    return rc;
}

enum bd_status store_audience_filter(struct bd_store *store, int64_t list_id,
                                     bd_str text, struct bd_audience *audience,
                                     struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_arena *scratch = bd_arena_new();
    const struct bd_filter *filter = NULL;
    sqlite3_stmt *query = NULL;
    enum bd_status rc = bd_filter_read(arena, store, text, &filter, err);

    if (rc == BD_OK && filter)
        rc = store_query(store, SQL_AUDIENCE_EACH, &query, err);
    if (rc == BD_OK && filter) {
        audience->active = audience->suppressed = audience->without_name = 0;
        store_bind_int(query, 1, list_id);
        rc = count_each(scratch, store, query, filter, audience, err);
    }
    bd_arena_free(scratch);
    bd_arena_free(arena);
    return rc;
}
