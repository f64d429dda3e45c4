#include "store_private.h"

/* Order of enum bd_consent_act; the same words as in the CHECK. */
const char *const bd_consent_act_names[] = {
    "asked",   "confirmed",  "imported", "left",     "changed",
    "bounced", "complained", "erased",   "objected", NULL,
};

static enum bd_status add_wording(struct bd_store *store, bd_str text,
                                  int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_WORDING_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, text);
    return store_number(store, query, out, err);
}

enum bd_status store_wording_id(struct bd_store *store, bd_str text,
                                int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = BD_OK;

    *out = 0;
    if (text.len == 0)
        return BD_OK;
    rc = store_query(store, SQL_WORDING_FIND, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, text);
    rc = store_number(store, query, out, err);
    return rc == BD_ENOENT ? add_wording(store, text, out, err) : rc;
}

enum bd_status store_consent_add(struct bd_store *store,
                                 const struct store_consent *entry,
                                 const struct bd_actor *actor,
                                 struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    int64_t wording = 0;
    enum bd_status rc = store_wording_id(store, entry->wording, &wording, err);

    if (rc == BD_OK)
        rc = store_query(store, SQL_CONSENT_ADD, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, actor->now);
    store_bind_int(query, 2, entry->subscriber_id);
    store_bind_some(query, 3, entry->list_id);
    store_bind_text(query, 4, bd_str_from(bd_consent_act_names[entry->act]));
    store_bind_some(query, 5, wording);
    store_bind_text(query, 6, actor->channel);
    store_bind_text(query, 7, actor->name);
    store_bind_text(query, 8, actor->network);
    store_bind_text(query, 9, entry->note);
    return store_run(store, query, err);
}

static struct bd_consent read_consent(struct bd_arena *arena,
                                      sqlite3_stmt *query)
{
    unsigned act = 0;

    (void)store_name_index(store_column(query, 3), bd_consent_act_names, &act);
    return (struct bd_consent) {
        .at = sqlite3_column_int64(query, 0),
        .list_id = sqlite3_column_int64(query, 1),
        .list_slug = store_column_copy(arena, query, 2),
        .act = (enum bd_consent_act)act,
        .wording = store_column_copy(arena, query, 4),
        .channel = store_column_copy(arena, query, 5),
        .actor = store_column_copy(arena, query, 6),
        .network = store_column_copy(arena, query, 7),
        .note = store_column_copy(arena, query, 8),
    };
}

enum bd_status bd_subscriber_consents(struct bd_arena *arena,
                                      struct bd_store *store,
                                      int64_t subscriber_id,
                                      const struct bd_consent **out,
                                      size_t *out_count, struct bd_err *err)
{
    struct bd_consent *list = NULL;
    sqlite3_stmt *query = NULL;
    size_t count = 0;
    size_t room = 0;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_CONSENT_EACH, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, subscriber_id);
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        list = store_grow(arena, list, count, &room, sizeof *list);
        list[count++] = read_consent(arena, query);
    }
    if (rc != BD_OK)
        return rc;
    *out = list;
    *out_count = count;
    return BD_OK;
}
