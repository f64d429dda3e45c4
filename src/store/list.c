#include "brevduva/store/list.h"

#include "brevduva/base/buf.h"
#include "store_private.h"

/* Columns as in SQL_LIST_FIND and SQL_LIST_EACH. */
static struct bd_list read_list(struct bd_arena *arena, sqlite3_stmt *query)
{
    return (struct bd_list) {
        .id = sqlite3_column_int64(query, 0),
        .slug = store_column_copy(arena, query, 1),
        .title = store_column_copy(arena, query, 2),
        .description = store_column_copy(arena, query, 3),
        .language = store_column_copy(arena, query, 4),
        .created_at = sqlite3_column_int64(query, 5),
    };
}

static enum bd_status count_readers(struct bd_store *store,
                                    struct bd_list *list, struct bd_err *err)
{
    int64_t *const number[] = { &list->pending, &list->active, &list->left,
                                &list->bounced, &list->complained };
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_AUDIENCE_KEPT, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, list->id);
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        enum bd_subscription_state state = BD_SUB_PENDING;

        (void)bd_subscription_state_parse(store_column(query, 0), &state);
        *number[state] = sqlite3_column_int64(query, 1);
    }
    return rc;
}

enum bd_status bd_list_all(struct bd_arena *arena, struct bd_store *store,
                           const struct bd_list **out, size_t *out_count,
                           struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    struct bd_list *lists = NULL;
    int64_t count = 0;
    size_t n = 0;
    enum bd_status rc = store_query(store, SQL_LIST_COUNT, &query, err);

    if (rc == BD_OK)
        rc = store_number(store, query, &count, err);
    if (rc == BD_OK)
        rc = store_query(store, SQL_LIST_EACH, &query, err);
    if (rc != BD_OK)
        return rc;
    lists = BD_NEW_ARRAY(arena, (size_t)count, struct bd_list);
    for (bool row = true; n < (size_t)count;) {
        rc = store_step(store, query, &row, err);
        if (rc != BD_OK || !row)
            break;
        lists[n++] = read_list(arena, query);
    }
    (void)sqlite3_reset(query);
    for (size_t i = 0; rc == BD_OK && i < n; i++)
        rc = count_readers(store, &lists[i], err);
    if (rc != BD_OK)
        return rc;
    *out = lists;
    *out_count = n;
    return BD_OK;
}

/* "there is no list "x"; there are: nyhetsbrev, medlemmar" */
static enum bd_status fail_unknown(struct bd_arena *arena,
                                   struct bd_store *store, bd_str slug,
                                   struct bd_err *err)
{
    const struct bd_list *lists = NULL;
    size_t count = 0;
    struct bd_buf names;
    enum bd_status rc = bd_list_all(arena, store, &lists, &count, err);

    if (rc != BD_OK)
        return rc;
    if (count == 0)
        return bd_fail(err, BD_ENOENT,
                       _("there is no list yet; make one with \"brevduva list "
                         "add\""));
    bd_buf_init(&names, 0);
    for (size_t i = 0; i < count; i++) {
        bd_buf_add(&names, i > 0 ? BD_STR(", ") : BD_STR_NONE);
        bd_buf_add(&names, lists[i].slug);
    }
    rc = bd_fail(err, BD_ENOENT,
                 _("there is no list \"%.*s\"; there are: %.*s"), BD_ARG(slug),
                 BD_ARG(bd_buf_str(&names)));
    bd_buf_fini(&names);
    return rc;
}

enum bd_status bd_list_find(struct bd_arena *arena, struct bd_store *store,
                            bd_str slug, struct bd_list *out,
                            struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    struct bd_list list = { 0 };
    bool row = false;
    enum bd_status rc = store_query(store, SQL_LIST_FIND, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, slug);
    rc = store_step(store, query, &row, err);
    if (rc != BD_OK)
        return rc;
    if (!row)
        return fail_unknown(arena, store, slug, err);
    list = read_list(arena, query);
    (void)sqlite3_reset(query);
    rc = count_readers(store, &list, err);
    if (rc == BD_OK)
        *out = list;
    return rc;
}

enum bd_status bd_list_add(struct bd_store *store, const struct bd_list *list,
                           int64_t *out_id, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_LIST_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, list->slug);
    store_bind_text(query, 2, list->title);
    store_bind_text(query, 3, list->description);
    store_bind_text(query, 4, list->language);
    store_bind_int(query, 5, list->created_at);
    rc = store_number(store, query, out_id, err);
    if (rc == BD_EEXIST)
        return bd_fail(err, BD_EEXIST,
                       _("there is a list \"%.*s\" already; choose another "
                         "name"),
                       BD_ARG(list->slug));
    return rc;
}

enum bd_status bd_list_update(struct bd_store *store,
                              const struct bd_list *list, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_LIST_UPDATE, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, list->id);
    store_bind_text(query, 2, list->title);
    store_bind_text(query, 3, list->description);
    store_bind_text(query, 4, list->language);
    rc = store_run(store, query, err);
    if (rc == BD_OK && sqlite3_changes64(store->db) == 0)
        rc = bd_fail(err, BD_ENOENT, _("there is no such list any more"));
    return rc;
}

/* In a transaction: what is found out here holds until the row is gone. */
static enum bd_status remove_unused(struct bd_store *store, int64_t id,
                                    struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    int64_t number = 0;
    enum bd_status rc = store_query(store, SQL_LIST_COUNT, &query, err);

    if (rc == BD_OK)
        rc = store_number(store, query, &number, err);
    if (rc == BD_OK && number == 1)
        rc = bd_fail(err, BD_EINVAL,
                     _("the only list cannot be removed; add another one "
                       "first"));
    if (rc == BD_OK)
        rc = store_query(store, SQL_LIST_IN_USE, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    rc = store_number(store, query, &number, err);
    if (rc == BD_OK && number != 0)
        rc = bd_fail(err, BD_EINVAL,
                     _("the list has readers or mailings, and their record is "
                       "kept; only an unused list can be removed"));
    if (rc == BD_OK)
        rc = store_query(store, SQL_LIST_REMOVE, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    return store_run(store, query, err);
}

enum bd_status bd_list_remove(struct bd_store *store, int64_t id,
                              struct bd_err *err)
{
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    return store_end(store, remove_unused(store, id, err), err);
}
