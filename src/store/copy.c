/* Which copy a report is about. */
#include "brevduva/store/incoming.h"

#include "store_queue.h"

static enum bd_status read_copy(struct bd_arena *arena, struct bd_store *store,
                                sqlite3_stmt *query, struct bd_copy *out,
                                struct bd_err *err)
{
    bool row = false;
    enum bd_status rc = store_step(store, query, &row, err);

    if (rc != BD_OK)
        return rc;
    if (!row)
        return BD_ENOENT;
    *out = (struct bd_copy) {
        .delivery_id = sqlite3_column_int64(query, 0),
        .mailing_id = sqlite3_column_int64(query, 1),
        .list_id = sqlite3_column_int64(query, 2),
        .subscriber_id = sqlite3_column_int64(query, 3),
        .email = store_column_copy(arena, query, 4),
        .letter = store_column_copy(arena, query, 5),
    };
    (void)bd_delivery_state_parse(store_column(query, 6), &out->state);
    (void)sqlite3_reset(query);
    return BD_OK;
}

/* A copy whose result is not stored yet stands in its claim. */
struct folded_search {
    struct bd_arena *arena;
    int64_t delivery_id; /* 0: the reader says enough */
    struct bd_copy *out;
    bool found;
};

static enum bd_status take_folded(void *self, const struct folded *copy,
                                  struct bd_err *err)
{
    struct folded_search *search = self;

    (void)err;
    if (search->delivery_id != 0 && search->delivery_id != copy->id)
        return BD_OK;
    search->found = true;
    *search->out = (struct bd_copy) {
        .mailing_id = copy->mailing_id,
        .subscriber_id = copy->subscriber_id,
        .email = bd_arena_copy(search->arena, copy->email),
        .state = BD_DELIVERY_HANDING_OVER,
    };
    return BD_OK;
}

static enum bd_status find_folded(struct bd_arena *arena,
                                  struct bd_store *store, int64_t mailing_id,
                                  int64_t subscriber_id, int64_t delivery_id,
                                  struct bd_copy *out, struct bd_err *err)
{
    struct folded_search search = { .arena = arena,
                                    .delivery_id = delivery_id,
                                    .out = out };
    enum bd_status rc = folded_each(store, mailing_id, subscriber_id,
                                    take_folded, &search, err);

    return rc == BD_OK && !search.found ? BD_ENOENT : rc;
}

enum bd_status bd_copy_of_mailing(struct bd_arena *arena,
                                  struct bd_store *store, int64_t mailing_id,
                                  int64_t subscriber_id, struct bd_copy *out,
                                  struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_COPY_OF_MAILING, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing_id);
    store_bind_int(query, 2, subscriber_id);
    rc = read_copy(arena, store, query, out, err);
    return rc == BD_ENOENT ? find_folded(arena, store, mailing_id,
                                         subscriber_id, 0, out, err)
                           : rc;
}

enum bd_status bd_copy_of_delivery(struct bd_arena *arena,
                                   struct bd_store *store, int64_t delivery_id,
                                   struct bd_copy *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_COPY_OF_DELIVERY, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, delivery_id);
    return read_copy(arena, store, query, out, err);
}

static enum bd_status copy_of_letter(struct bd_arena *arena,
                                     struct bd_store *store, bd_str message_id,
                                     struct bd_copy *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_COPY_OF_LETTER, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, message_id);
    return read_copy(arena, store, query, out, err);
}

/* Is there such a mailing, with this salt in its Message-IDs? */
static enum bd_status know_mailing(struct bd_store *store, int64_t mailing_id,
                                   bd_str salt, bd_str domain,
                                   struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    int64_t list_id = 0;
    enum bd_status rc = store_query(store, SQL_COPY_MAILING, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing_id);
    store_bind_text(query, 2, salt);
    store_bind_text(query, 3, domain);
    return store_number(store, query, &list_id, err);
}

static enum bd_status copy_of_parts(struct bd_arena *arena,
                                    struct bd_store *store, uint64_t mailing,
                                    uint64_t delivery, struct bd_copy *out,
                                    struct bd_err *err)
{
    enum bd_status rc = bd_copy_of_delivery(arena, store, (int64_t)delivery,
                                            out, err);

    if (rc == BD_OK && out->mailing_id != (int64_t)mailing)
        return BD_ENOENT;
    return rc == BD_ENOENT ? find_folded(arena, store, (int64_t)mailing, 0,
                                         (int64_t)delivery, out, err)
                           : rc;
}

enum bd_status bd_copy_of_message(struct bd_arena *arena,
                                  struct bd_store *store, bd_str message_id,
                                  struct bd_copy *out, struct bd_err *err)
{
    bd_str domain = bd_str_after_last(message_id, '@');
    bd_str rest = bd_str_sub(message_id, 0, message_id.len - domain.len);
    bd_str left = bd_str_sub(rest, 0, rest.len > 0 ? rest.len - 1 : 0);
    bd_str first = bd_str_cut(&left, '.');
    bd_str second = bd_str_cut(&left, '.');
    uint64_t mailing = 0;
    uint64_t delivery = 0;
    enum bd_status rc = BD_OK;

    if (!bd_str_to_u64(first, &mailing) || mailing > INT64_MAX ||
        !bd_str_to_u64(second, &delivery) || delivery > INT64_MAX ||
        left.len == 0)
        return copy_of_letter(arena, store, message_id, out, err);
    rc = know_mailing(store, (int64_t)mailing, left, domain, err);
    return rc == BD_OK
               ? copy_of_parts(arena, store, mailing, delivery, out, err)
               : rc;
}
