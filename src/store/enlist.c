/* The audience of a mailing is looked up as the mailing goes out, so that the
 * first of a million leaves as soon as the first of ten. */
#include "store_queue.h"

#define PAGES 50 /* of readers that one claim looks at */

/* Columns as SQL_ENLIST_NEXT; borrowed until the next row. */
static struct bd_subscriber read_reader(const struct claiming *c,
                                        sqlite3_stmt *query)
{
    struct bd_subscriber reader = {
        .id = sqlite3_column_int64(query, 0),
        .email = store_column(query, 1),
        .name = store_column(query, 2),
        .language = store_column(query, 3),
        .attributes = store_column(query, 4),
        .text_only = sqlite3_column_int(query, 5) != 0,
    };

    if (reader.language.len == 0)
        reader.language = c->mailing.language;
    return reader;
}

/* Does the mailing's filter take the reader? */
static enum bd_status is_meant(const struct claiming *c,
                               struct bd_subscriber *reader,
                               sqlite3_stmt *query, bool *out,
                               struct bd_err *err)
{
    struct bd_arena *scratch = NULL;
    enum bd_status rc = BD_OK;

    *out = true;
    if (!c->mailing.filter)
        return BD_OK;
    scratch = bd_arena_new();
    reader->created_at = sqlite3_column_int64(query, 7);
    rc = bd_filter_match(scratch, c->store, c->mailing.filter, reader,
                         sqlite3_column_int64(query, 8), out, err);
    bd_arena_free(scratch);
    return rc;
}

static void add_reader(struct claiming *c, const struct bd_subscriber *reader,
                       bd_str reason)
{
    c->copies[c->count] = (struct bd_delivery) {
        .subscriber_id = reader->id,
        .email = bd_arena_copy(c->arena, reader->email),
        .name = bd_arena_copy(c->arena, reader->name),
        .language = bd_arena_copy(c->arena, reader->language),
        .attributes = bd_arena_copy(c->arena, reader->attributes),
        .text_only = reader->text_only,
    };
    c->reasons[c->count++] = bd_arena_copy(c->arena, reason);
}

static enum bd_status read_rows(struct claiming *c, sqlite3_stmt *query,
                                size_t *out_seen, struct bd_err *err)
{
    bool row = false;
    enum bd_status rc = BD_OK;

    while ((rc = store_step(c->store, query, &row, err)) == BD_OK && row) {
        struct bd_subscriber reader = read_reader(c, query);
        bool meant = true;

        ++*out_seen;
        c->mailing.enlist_after = reader.id;
        rc = is_meant(c, &reader, query, &meant, err);
        if (rc != BD_OK)
            break;
        if (meant)
            add_reader(c, &reader,
                       c->mailing.careful ? store_column(query, 6)
                                          : BD_STR_NONE);
    }
    (void)sqlite3_reset(query);
    return rc;
}

/* The next readers who may be meant, as many as there is room for. */
static enum bd_status read_page(struct claiming *c, struct bd_err *err)
{
    size_t room = c->max - c->count;
    size_t seen = 0;
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(c->store,
                                    c->mailing.careful ? SQL_ENLIST_NEXT_CAREFUL
                                                       : SQL_ENLIST_NEXT,
                                    &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, c->mailing.list_id);
    store_bind_int(query, 2, c->mailing.enlist_after);
    store_bind_int(query, 3, c->mailing.enlist_to);
    store_bind_int(query, 4, (int64_t)room);
    if (c->mailing.careful) {
        store_bind_int(query, 5, c->mailing.id);
        store_bind_int(query, 6, c->now);
    }
    rc = read_rows(c, query, &seen, err);
    c->more = seen == room;
    if (!c->more)
        c->mailing.enlist_after = c->mailing.enlist_to;
    return rc;
}

/* Where a filter takes few, several pages, so that a claim is worth its
 * price; not all of them, for the sender waits. */
enum bd_status enlist_read(struct claiming *c, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    c->enlisting = c->mailing.enlist_after < c->mailing.enlist_to;
    c->more = c->enlisting;
    for (int page = 0;
         rc == BD_OK && c->more && c->count < c->max && page < PAGES; page++)
        rc = read_page(c, err);
    return rc;
}

enum bd_status store_copy_add(struct bd_store *store, int64_t mailing_id,
                              int64_t claim_id, const struct bd_delivery *copy,
                              bd_str reason, struct bd_err *err)
{
    enum bd_delivery_state state = reason.len > 0 ? BD_DELIVERY_SKIPPED
                                                  : BD_DELIVERY_HANDING_OVER;
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_ENLIST_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing_id);
    store_bind_some(query, 2, claim_id);
    store_bind_int(query, 3, copy->id);
    store_bind_int(query, 4, copy->subscriber_id);
    store_bind_text(query, 5, bd_str_from(bd_delivery_state_names[state]));
    store_bind_text(query, 6, reason);
    store_bind_text(query, 7, copy->email);
    return store_run(store, query, err);
}

/* The others get theirs with their result. */
static enum bd_status add_skipped(const struct claiming *c, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    for (size_t i = c->fresh; i < c->count && rc == BD_OK; i++)
        if (c->reasons[i].len > 0)
            rc = store_copy_add(c->store, c->mailing.id, 0, &c->copies[i],
                                c->reasons[i], err);
    return rc;
}

/* Remember how far it came. What was found is now what the audience was. */
static enum bd_status go_on(struct claiming *c, struct bd_err *err)
{
    static const enum store_sql end[] = { SQL_ENLIST_END, SQL_ENLIST_FORGET };
    sqlite3_stmt *query = NULL;
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < 2 && !c->more && rc == BD_OK; i++) {
        rc = store_query(c->store, end[i], &query, err);
        if (rc != BD_OK)
            break;
        store_bind_int(query, 1, c->mailing.id);
        rc = store_run(c->store, query, err);
    }
    if (rc != BD_OK || !c->more)
        return rc;
    rc = store_query(c->store, SQL_ENLIST_GO_ON, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, c->mailing.id);
    store_bind_int(query, 2, c->mailing.enlist_after);
    return store_run(c->store, query, err);
}

enum bd_status enlist_write(struct claiming *c, struct bd_err *err)
{
    enum bd_status rc = add_skipped(c, err);

    return rc == BD_OK ? go_on(c, err) : rc;
}

/* The readers who have no copy yet of a mailing that was cancelled. */
static enum bd_status skip_next(struct claiming *c, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    c->count = c->fresh = 0;
    rc = enlist_read(c, err);
    for (size_t i = 0; i < c->count; i++)
        if (c->reasons[i].len == 0)
            c->reasons[i] = BD_STR("cancelled");
    return rc == BD_OK ? claim_write(c, err) : rc;
}

enum bd_status store_enlist_cancelled(struct bd_store *store,
                                      int64_t mailing_id, struct bd_err *err)
{
    /* no pause lasts until then: cancelled is what they are */
    struct claiming c = { .store = store, .max = 1000, .now = INT64_MAX };
    struct bd_arena *arena = bd_arena_new();
    enum bd_status rc = BD_OK;

    c.arena = arena;
    rc = claim_begin(&c, mailing_id, err);
    while (rc == BD_OK && c.mailing.enlist_after < c.mailing.enlist_to) {
        c.arena = bd_arena_new();
        rc = skip_next(&c, err);
        bd_arena_free(c.arena);
    }
    bd_arena_free(arena);
    return rc;
}

/* A page of readers as rows of the log. */
static enum bd_status log_next(struct claiming *c, struct bd_log_row *row,
                               bd_log_fn row_fn, void *self, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    c->count = 0;
    rc = enlist_read(c, err);
    for (size_t i = 0; i < c->count && rc == BD_OK; i++) {
        row->email = c->copies[i].email;
        rc = row_fn(self, row, err);
    }
    return rc;
}

enum bd_status store_enlist_log(struct bd_store *store, int64_t mailing_id,
                                bd_log_fn row_fn, void *self,
                                struct bd_err *err)
{
    struct claiming c = { .store = store, .max = 1000, .now = INT64_MAX };
    struct bd_arena *arena = bd_arena_new();
    struct bd_mailing mailing = { 0 };
    struct bd_log_row row = { .mailing_id = mailing_id,
                              .state = BD_DELIVERY_QUEUED };
    enum bd_status rc = bd_mailing_get(arena, store, mailing_id, &mailing, err);

    c.arena = arena;
    if (rc == BD_OK)
        rc = claim_begin(&c, mailing_id, err);
    row.issue_slug = mailing.slug;
    row.list_slug = mailing.list_slug;
    while (rc == BD_OK && c.mailing.enlist_after < c.mailing.enlist_to) {
        c.arena = bd_arena_new();
        rc = log_next(&c, &row, row_fn, self, err);
        bd_arena_free(c.arena);
    }
    bd_arena_free(arena);
    return rc;
}
