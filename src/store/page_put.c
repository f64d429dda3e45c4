/* Pages that are put into the archive, and changed there. */
#include "brevduva/store/page.h"
#include "store_private.h"

static enum bd_status write_row(struct bd_store *store,
                                const struct bd_page *page, bool decided,
                                const struct bd_actor *actor,
                                struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_PAGE_PUT, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, page->slug);
    store_bind_int(query, 2, page->list_id);
    store_bind_text(query, 3, page->title);
    store_bind_text(query, 4, page->language);
    store_bind_text(query, 5, page->description);
    store_bind_text(query, 6, page->body);
    store_bind_text(query, 7, page->words);
    store_bind_text(query, 8,
                    bd_str_from(bd_visibility_names[page->visibility]));
    store_bind_int(query, 9, actor->now);
    store_bind_int(query, 10, decided);
    return store_run(store, query, err);
}

static enum bd_status write_files(struct bd_store *store,
                                  const struct bd_page *page,
                                  struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_PAGE_FILE_DROP, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, page->slug);
    rc = store_run(store, query, err);
    for (size_t i = 0; i < page->file_count && rc == BD_OK; i++) {
        rc = store_query(store, SQL_PAGE_FILE_ADD, &query, err);
        if (rc != BD_OK)
            return rc;
        store_bind_text(query, 1, page->slug);
        store_bind_text(query, 2, page->files[i].name);
        store_bind_text(query, 3, page->files[i].type);
        store_bind_blob(query, 4, page->files[i].bytes);
        store_bind_text(query, 5, page->files[i].shown);
        rc = store_run(store, query, err);
    }
    return rc;
}

enum bd_status bd_page_put(struct bd_store *store, const struct bd_page *page,
                           bool decided, const struct bd_actor *actor,
                           struct bd_err *err)
{
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    rc = write_row(store, page, decided, actor, err);
    if (rc == BD_OK)
        rc = write_files(store, page, err);
    return store_end(store, rc, err);
}

static enum bd_status set_visibility(struct bd_store *store, bd_str slug,
                                     bd_str name, const struct bd_actor *actor,
                                     struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_PAGE_SET, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, slug);
    store_bind_text(query, 2, name);
    rc = store_run(store, query, err);
    if (rc == BD_OK && sqlite3_changes64(store->db) == 0)
        return bd_fail(err, BD_ENOENT,
                       _("the archive has no issue \"%.*s\"; \"brevduva "
                         "archive show\" lists those it has"),
                       BD_ARG(slug));
    return rc == BD_OK ? bd_audit_add(store, actor, BD_STR("archive set"), slug,
                                      name, err)
                       : rc;
}

enum bd_status bd_page_set(struct bd_store *store, bd_str slug,
                           enum bd_visibility visibility,
                           const struct bd_actor *actor, struct bd_err *err)
{
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    rc = set_visibility(
        store, slug, bd_str_from(bd_visibility_names[visibility]), actor, err);
    return store_end(store, rc, err);
}
