#include "store_private.h"

/* Columns: id, email, email_key, name, language, text_only, attributes,
 * source, created_at, paused_until; as SUBSCRIBER_COLUMNS in sql_parts.h. */
void store_subscriber_read(sqlite3_stmt *query, struct bd_subscriber *out)
{
    *out = (struct bd_subscriber) {
        .id = sqlite3_column_int64(query, 0),
        .email = store_column(query, 1),
        .email_key = store_column(query, 2),
        .name = store_column(query, 3),
        .language = store_column(query, 4),
        .text_only = sqlite3_column_int(query, 5) != 0,
        .attributes = store_column(query, 6),
        .source = store_column(query, 7),
        .created_at = sqlite3_column_int64(query, 8),
        .paused_until = sqlite3_column_int64(query, 9),
    };
}

static void keep(struct bd_arena *arena, struct bd_subscriber *reader)
{
    bd_str *const texts[] = { &reader->email,      &reader->email_key,
                              &reader->name,       &reader->language,
                              &reader->attributes, &reader->source };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = bd_arena_copy(arena, *texts[i]);
}

enum bd_status bd_subscriber_find(struct bd_arena *arena,
                                  struct bd_store *store, bd_str email_key,
                                  struct bd_subscriber *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_SUBSCRIBER_FIND, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, email_key);
    rc = store_step(store, query, &row, err);
    if (rc != BD_OK)
        return rc;
    if (!row)
        return bd_fail(err, BD_ENOENT,
                       _("%.*s is not among the readers; check the spelling"),
                       BD_ARG(email_key));
    store_subscriber_read(query, out);
    keep(arena, out);
    (void)sqlite3_reset(query);
    return BD_OK;
}

enum bd_status bd_subscriber_get(struct bd_arena *arena, struct bd_store *store,
                                 int64_t id, struct bd_subscriber *out,
                                 struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_SUBSCRIBER_GET, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    rc = store_step(store, query, &row, err);
    if (rc != BD_OK)
        return rc;
    if (!row)
        return bd_fail(err, BD_ENOENT, _("there is no such reader any more"));
    store_subscriber_read(query, out);
    keep(arena, out);
    (void)sqlite3_reset(query);
    return BD_OK;
}

enum bd_status store_subscriber_add(struct bd_store *store,
                                    const struct bd_subscriber *reader,
                                    int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_SUBSCRIBER_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, reader->email);
    store_bind_text(query, 2, reader->email_key);
    store_bind_text(query, 3, reader->name);
    store_bind_text(query, 4, reader->language);
    store_bind_int(query, 5, reader->text_only);
    store_bind_text(query, 6, reader->attributes);
    store_bind_text(query, 7, reader->source);
    store_bind_int(query, 8, reader->created_at);
    return store_number(store, query, out, err);
}

enum bd_status store_subscriber_write(struct bd_store *store,
                                      const struct bd_subscriber *reader,
                                      struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_count_renamed(store, reader->id,
                                            reader->name.len == 0, err);

    if (rc == BD_OK)
        rc = store_query(store, SQL_SUBSCRIBER_UPDATE, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, reader->id);
    store_bind_text(query, 2, reader->email);
    store_bind_text(query, 3, reader->email_key);
    store_bind_text(query, 4, reader->name);
    store_bind_text(query, 5, reader->language);
    store_bind_int(query, 6, reader->text_only);
    store_bind_text(query, 7, reader->attributes);
    store_bind_int(query, 8, reader->paused_until);
    rc = store_run(store, query, err);
    if (rc == BD_EEXIST)
        return bd_fail(err, BD_EEXIST,
                       _("%.*s belongs to another reader already"),
                       BD_ARG(reader->email));
    if (rc == BD_OK && sqlite3_changes64(store->db) == 0)
        return bd_fail(err, BD_ENOENT, _("there is no such reader any more"));
    return rc;
}

enum bd_status store_subscriber_merge(struct bd_arena *arena,
                                      struct bd_store *store,
                                      const struct bd_subscriber *more,
                                      struct bd_subscriber *known,
                                      bool *out_changed, struct bd_err *err)
{
    struct bd_subscriber merged = *known;
    enum bd_status rc = store_attribute_merge(
        arena, known->attributes, more->attributes, &merged.attributes, err);

    if (rc != BD_OK)
        return rc;
    if (more->name.len > 0)
        merged.name = more->name;
    if (more->language.len > 0)
        merged.language = more->language;
    merged.text_only = known->text_only || more->text_only;
    *out_changed = !bd_str_eq(merged.name, known->name) ||
                   !bd_str_eq(merged.language, known->language) ||
                   !bd_str_eq(merged.attributes, known->attributes) ||
                   merged.text_only != known->text_only;
    *known = merged;
    return *out_changed ? store_subscriber_write(store, known, err) : BD_OK;
}

/* A new address must be free to be mailed, as if it subscribed. */
static enum bd_status change(struct bd_arena *arena, struct bd_store *store,
                             const struct bd_subscriber *reader, bd_str note,
                             const struct bd_actor *actor, struct bd_err *err)
{
    const struct store_consent entry = { .subscriber_id = reader->id,
                                         .act = BD_CONSENT_CHANGED,
                                         .note = note };
    bd_str reason = BD_STR_NONE;
    int64_t since = 0;
    enum bd_status rc = bd_suppression_find(arena, store, reader->email_key, 0,
                                            &reason, &since, NULL);

    if (rc == BD_OK)
        return bd_fail(err, BD_EINVAL,
                       _("%.*s must not be mailed since %.*s (%.*s)"),
                       BD_ARG(reader->email),
                       BD_ARG(bd_time_local(arena, since)), BD_ARG(reason));
    if (rc != BD_ENOENT)
        return bd_fail(err, rc, _("cannot read the suppressed addresses"));
    rc = store_subscriber_write(store, reader, err);
    if (rc == BD_OK)
        rc = store_suppression_tie(store, reader->email_key, reader->id, err);
    if (rc == BD_OK)
        rc = store_attribute_note(store, reader->attributes, err);
    return rc == BD_OK ? store_consent_add(store, &entry, actor, err) : rc;
}

enum bd_status bd_subscriber_update(struct bd_store *store,
                                    const struct bd_subscriber *subscriber,
                                    bd_str note, const struct bd_actor *actor,
                                    struct bd_err *err)
{
    enum bd_status rc = bd_store_begin(store, err);
    struct bd_arena *arena = NULL;

    if (rc != BD_OK)
        return rc;
    arena = bd_arena_new();
    rc = change(arena, store, subscriber, note, actor, err);
    bd_arena_free(arena);
    return store_end(store, rc, err);
}

static bool fits(const struct bd_subscriber_filter *filter,
                 const struct bd_subscriber *reader)
{
    return filter->text.len == 0 ||
           store_email_has(reader->email, filter->text) ||
           bd_str_contains_nocase(reader->name, filter->text);
}

enum bd_status bd_subscriber_each(struct bd_store *store,
                                  const struct bd_subscriber_filter *filter,
                                  bd_subscriber_fn row_fn, void *self,
                                  struct bd_err *err)
{
    struct bd_subscription subscription = { .list_id = filter->list_id };
    struct bd_subscriber reader = { 0 };
    sqlite3_stmt *query = NULL;
    bool row = false;
    unsigned state = 0;
    enum bd_status rc = store_query(store, SQL_SUBSCRIBER_EACH, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, filter->list_id);
    store_bind_text(
        query, 2,
        filter->by_state
            ? bd_str_from(bd_subscription_state_names[filter->state])
            : BD_STR_NONE);
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        store_subscriber_read(query, &reader);
        (void)store_name_index(store_column(query, 10),
                               bd_subscription_state_names, &state);
        subscription.state = (enum bd_subscription_state)state;
        subscription.since = sqlite3_column_int64(query, 11);
        subscription.list_slug = store_column(query, 12);
        if (fits(filter, &reader))
            rc = row_fn(self, &reader, &subscription, err);
        if (rc != BD_OK)
            break;
    }
    (void)sqlite3_reset(query);
    return rc;
}
