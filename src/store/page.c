#include "brevduva/store/page.h"

#include "brevduva/base/buf.h"
#include "store_private.h"

const char *const bd_visibility_names[] = {
    [BD_PAGE_PUBLIC] = "public",
    [BD_PAGE_UNLISTED] = "unlisted",
    [BD_PAGE_OFF] = "off",
    NULL,
};

bool bd_visibility_parse(bd_str name, enum bd_visibility *out)
{
    unsigned index = 0;

    if (!store_name_index(name, bd_visibility_names, &index))
        return false;
    *out = (enum bd_visibility)index;
    return true;
}

/* Columns as PAGE_COLUMNS in sql_web.c has them. */
static void read_page(struct bd_arena *arena, sqlite3_stmt *query,
                      struct bd_page *out)
{
    *out = (struct bd_page) {
        .slug = store_column_copy(arena, query, 0),
        .list_id = sqlite3_column_int64(query, 1),
        .list_slug = store_column_copy(arena, query, 2),
        .title = store_column_copy(arena, query, 3),
        .language = store_column_copy(arena, query, 4),
        .description = store_column_copy(arena, query, 5),
        .sent_at = sqlite3_column_int64(query, 7),
        .changed_at = sqlite3_column_int64(query, 8),
        .body = store_column_copy(arena, query, 9),
    };
    (void)bd_visibility_parse(store_column(query, 6), &out->visibility);
}

/* All rows of a query that is ready. */
static enum bd_status read_pages(struct bd_arena *arena, struct bd_store *store,
                                 sqlite3_stmt *query,
                                 const struct bd_page **out, size_t *out_count,
                                 struct bd_err *err)
{
    struct bd_page *pages = NULL;
    size_t count = 0;
    size_t room = 0;
    bool row = false;
    enum bd_status rc = BD_OK;

    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        pages = store_grow(arena, pages, count, &room, sizeof *pages);
        read_page(arena, query, &pages[count++]);
    }
    if (rc != BD_OK)
        return rc;
    *out = pages;
    *out_count = count;
    return BD_OK;
}

/* The first row, or an empty page. */
static enum bd_status read_first(struct bd_arena *arena, struct bd_store *store,
                                 sqlite3_stmt *query, struct bd_page *out,
                                 struct bd_err *err)
{
    bool row = false;
    enum bd_status rc = store_step(store, query, &row, err);

    *out = (struct bd_page) { .slug = BD_STR_NONE };
    if (rc == BD_OK && row)
        read_page(arena, query, out);
    (void)sqlite3_reset(query);
    return rc;
}

enum bd_status bd_page_get(struct bd_arena *arena, struct bd_store *store,
                           bd_str slug, struct bd_page *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_PAGE_GET, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, slug);
    rc = read_first(arena, store, query, out, err);
    return rc == BD_OK && out->slug.len == 0 ? BD_ENOENT : rc;
}

enum bd_status bd_page_near(struct bd_arena *arena, struct bd_store *store,
                            const struct bd_page *page, struct bd_page *older,
                            struct bd_page *newer, struct bd_err *err)
{
    static const enum store_sql which[] = { SQL_PAGE_OLDER, SQL_PAGE_NEWER };
    struct bd_page *const out[] = { older, newer };
    enum bd_status rc = BD_OK;

    for (int i = 0; i < 2 && rc == BD_OK; i++) {
        sqlite3_stmt *query = NULL;

        rc = store_query(store, which[i], &query, err);
        if (rc != BD_OK)
            break;
        store_bind_int(query, 1, page->sent_at);
        store_bind_text(query, 2, page->slug);
        rc = read_first(arena, store, query, out[i], err);
    }
    return rc;
}

/* A part of a text, for LIKE: its own signs are escaped. */
static bd_str like(struct bd_arena *arena, bd_str word)
{
    struct bd_buf buf = { 0 };
    bd_str pattern = BD_STR_NONE;

    bd_buf_add_char(&buf, '%');
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];

        if (c == '%' || c == '_' || c == '\\')
            bd_buf_add_char(&buf, '\\');
        bd_buf_add_char(&buf, c);
    }
    if (word.len > 0)
        bd_buf_add_char(&buf, '%');
    pattern = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return pattern;
}

static void bind_filter(struct bd_arena *arena, sqlite3_stmt *query,
                        const struct bd_page_filter *filter)
{
    store_bind_text(query, 1, filter->list);
    store_bind_int(query, 2, filter->unlisted);
    for (int i = 0; i < BD_PAGE_WORDS; i++)
        store_bind_text(query, 3 + i, like(arena, filter->words[i]));
}

enum bd_status bd_page_find(struct bd_arena *arena, struct bd_store *store,
                            const struct bd_page_filter *filter,
                            const struct bd_page **out, size_t *out_count,
                            int64_t *out_total, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_PAGE_COUNT, &query, err);

    if (rc != BD_OK)
        return rc;
    bind_filter(arena, query, filter);
    rc = store_number(store, query, out_total, err);
    if (rc == BD_OK)
        rc = store_query(store, SQL_PAGE_FIND, &query, err);
    if (rc != BD_OK)
        return rc;
    bind_filter(arena, query, filter);
    store_bind_int(query, 9, filter->limit > 0 ? filter->limit : INT64_MAX);
    store_bind_int(query, 10, filter->offset);
    store_bind_int(query, 11, filter->bodies);
    return read_pages(arena, store, query, out, out_count, err);
}

enum bd_status bd_page_all(struct bd_arena *arena, struct bd_store *store,
                           const struct bd_page **out, size_t *out_count,
                           struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_PAGE_ALL, &query, err);

    return rc == BD_OK ? read_pages(arena, store, query, out, out_count, err)
                       : rc;
}

enum bd_status bd_page_is_sent(struct bd_store *store, bd_str slug, bool *out,
                               struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    int64_t sent = 0;
    enum bd_status rc = store_query(store, SQL_PAGE_IS_SENT, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, slug);
    rc = store_number(store, query, &sent, err);
    *out = sent != 0;
    return rc;
}

enum bd_status bd_page_file_get(struct bd_arena *arena, struct bd_store *store,
                                bd_str slug, bd_str name,
                                struct bd_page_file *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_PAGE_FILE_GET, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, slug);
    store_bind_text(query, 2, name);
    rc = store_step(store, query, &row, err);
    if (rc != BD_OK)
        return rc;
    if (row)
        *out = (struct bd_page_file) {
            .name = store_column_copy(arena, query, 0),
            .type = store_column_copy(arena, query, 1),
            .bytes = store_column_copy(arena, query, 2),
            .size = (size_t)sqlite3_column_bytes(query, 2),
            .shown = store_column_copy(arena, query, 3),
        };
    (void)sqlite3_reset(query);
    return row ? BD_OK : BD_ENOENT;
}

enum bd_status bd_page_files(struct bd_arena *arena, struct bd_store *store,
                             bd_str slug, const struct bd_page_file **out,
                             size_t *out_count, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    struct bd_page_file *files = NULL;
    size_t room = 0;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_PAGE_FILE_EACH, &query, err);

    *out_count = 0;
    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, slug);
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        files = store_grow(arena, files, *out_count, &room, sizeof *files);
        files[(*out_count)++] = (struct bd_page_file) {
            .name = store_column_copy(arena, query, 0),
            .type = store_column_copy(arena, query, 1),
            .shown = store_column_copy(arena, query, 2),
            .size = (size_t)sqlite3_column_int64(query, 3),
        };
    }
    *out = files;
    return rc;
}
