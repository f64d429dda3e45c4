#include "brevduva/store/tip.h"

#include <string.h>

#include "store_private.h"

static enum bd_status read_issue(struct bd_arena *arena, struct bd_store *store,
                                 sqlite3_stmt *query, struct bd_tip_issue *out,
                                 struct bd_err *err)
{
    bool row = false;
    enum bd_status rc = store_step(store, query, &row, err);

    if (rc != BD_OK)
        return rc;
    if (!row)
        return bd_fail(err, BD_ENOENT,
                       _("this issue is not public in the archive"));
    *out = (struct bd_tip_issue) {
        .slug = store_column_copy(arena, query, 0),
        .title = store_column_copy(arena, query, 1),
        .language = store_column_copy(arena, query, 2),
        .list_id = sqlite3_column_int64(query, 3),
        .list_title = store_column_copy(arena, query, 4),
    };
    (void)sqlite3_reset(query);
    return BD_OK;
}

enum bd_status bd_tip_issue_find(struct bd_arena *arena, struct bd_store *store,
                                 bd_str slug, struct bd_tip_issue *out,
                                 struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_TIP_ISSUE, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, slug);
    return read_issue(arena, store, query, out, err);
}

enum bd_status bd_tip_issue_of(struct bd_arena *arena, struct bd_store *store,
                               int64_t mailing_id, struct bd_tip_issue *out,
                               struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_TIP_ISSUE_OF, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing_id);
    return read_issue(arena, store, query, out, err);
}

static enum bd_status is_suppressed(struct bd_store *store, bd_str email_key,
                                    int64_t list_id, bool *out,
                                    struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str reason = BD_STR_NONE;
    int64_t since = 0;
    enum bd_status rc = bd_suppression_find(arena, store, email_key, list_id,
                                            &reason, &since, err);

    bd_arena_free(arena);
    *out = rc == BD_OK;
    return rc == BD_ENOENT ? BD_OK : rc;
}

/* What the lists say of the friend. */
static enum bd_status look_among_readers(struct bd_store *store,
                                         bd_str email_key, int64_t list_id,
                                         enum bd_tip_obstacle *out,
                                         struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_TIP_READER, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, email_key);
    store_bind_int(query, 2, list_id);
    rc = store_step(store, query, &row, err);
    if (rc != BD_OK || !row)
        return rc;
    *out = sqlite3_column_int(query, 0) ? BD_TIP_LEFT : BD_TIP_READER;
    (void)sqlite3_reset(query);
    return BD_OK;
}

static enum bd_status look_among_tips(struct bd_store *store, bd_str email_key,
                                      int64_t since, enum bd_tip_obstacle *out,
                                      struct bd_err *err)
{
    unsigned char hash[BD_SHA256_LEN];
    sqlite3_stmt *query = NULL;
    int64_t lately = 0;
    enum bd_status rc = bd_address_hash(store, email_key, hash, err);

    if (rc == BD_OK)
        rc = store_query(store, SQL_TIP_LATELY, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_blob(query, 1, (bd_str) { (const char *)hash, sizeof hash });
    store_bind_int(query, 2, since);
    rc = store_number(store, query, &lately, err);
    if (rc == BD_OK && lately)
        *out = BD_TIP_LATELY;
    return rc;
}

/* All three questions are always asked: the answer takes the same time. */
enum bd_status bd_tip_obstacle_find(struct bd_store *store, bd_str email_key,
                                    int64_t list_id, int64_t since,
                                    enum bd_tip_obstacle *out,
                                    struct bd_err *err)
{
    enum bd_tip_obstacle found = BD_TIP_FREE;
    bool suppressed = false;
    enum bd_status rc = look_among_tips(store, email_key, since, &found, err);

    if (rc == BD_OK)
        rc = look_among_readers(store, email_key, list_id, &found, err);
    if (rc == BD_OK)
        rc = is_suppressed(store, email_key, list_id, &suppressed, err);
    if (rc == BD_OK)
        *out = suppressed ? BD_TIP_SUPPRESSED : found;
    return rc;
}

enum bd_status bd_tip_add(struct bd_store *store, const struct bd_tip *tip,
                          bd_str friend_key, int64_t *out_id,
                          struct bd_err *err)
{
    unsigned char hash[BD_SHA256_LEN];
    sqlite3_stmt *query = NULL;
    enum bd_status rc = bd_address_hash(store, friend_key, hash, err);

    if (rc == BD_OK)
        rc = store_query(store, SQL_TIP_ADD, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, tip->slug);
    store_bind_int(query, 2, tip->list_id);
    store_bind_blob(query, 3, (bd_str) { (const char *)hash, sizeof hash });
    store_bind_some(query, 4, tip->subscriber_id);
    store_bind_int(query, 5, tip->at);
    return store_number(store, query, out_id, err);
}

static enum bd_status fail_missing(struct bd_err *err)
{
    return bd_fail(err, BD_ENOENT, _("there is no such tip"));
}

enum bd_status bd_tip_find(struct bd_arena *arena, struct bd_store *store,
                           int64_t id, struct bd_tip *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bd_str hash = BD_STR_NONE;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_TIP_FIND, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    rc = store_step(store, query, &row, err);
    if (rc != BD_OK)
        return rc;
    hash = row ? store_column(query, 2) : BD_STR_NONE;
    if (!row || hash.len != BD_SHA256_LEN) {
        (void)sqlite3_reset(query);
        return fail_missing(err);
    }
    *out = (struct bd_tip) { .id = id,
                             .slug = store_column_copy(arena, query, 0),
                             .list_id = sqlite3_column_int64(query, 1),
                             .subscriber_id = sqlite3_column_int64(query, 3),
                             .at = sqlite3_column_int64(query, 4) };
    memcpy(out->friend_hash, hash.ptr, hash.len);
    (void)sqlite3_reset(query);
    return BD_OK;
}

enum bd_status bd_tip_count(struct bd_store *store, bd_str slug, int64_t *out,
                            struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_TIP_COUNT, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, slug);
    return store_number(store, query, out, err);
}
