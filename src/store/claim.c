#include <assert.h>
#include <unistd.h>

#include "store_queue.h"

static void read_columns(struct claiming *c, int64_t id, sqlite3_stmt *query)
{
    c->mailing.id = id;
    c->mailing.list_id = sqlite3_column_int64(query, 0);
    c->mailing.enlist_after = sqlite3_column_int64(query, 1);
    c->mailing.enlist_to = sqlite3_column_int64(query, 2);
    c->mailing.sending = sqlite3_column_int(query, 3) != 0;
    c->mailing.careful = sqlite3_column_int(query, 4) != 0;
    c->mailing.language = store_column_copy(c->arena, query, 5);
}

static enum bd_status read_mailing(struct claiming *c, int64_t id,
                                   struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bd_str filter = BD_STR_NONE;
    bool row = false;
    enum bd_status rc = store_query(c->store, SQL_CLAIM_MAILING, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    store_bind_int(query, 2, c->now);
    rc = store_step(c->store, query, &row, err);
    if (rc == BD_OK && row) {
        read_columns(c, id, query);
        filter = store_column_copy(c->arena, query, 6);
    }
    (void)sqlite3_reset(query);
    if (rc != BD_OK || filter.len == 0)
        return rc;
    return bd_filter_read(c->arena, c->store, filter, &c->mailing.filter, err);
}

enum bd_status claim_begin(struct claiming *c, int64_t mailing_id,
                           struct bd_err *err)
{
    c->copies = BD_NEW_ARRAY(c->arena, c->max, struct bd_delivery);
    c->reasons = BD_NEW_ARRAY(c->arena, c->max, bd_str);
    return mailing_id ? read_mailing(c, mailing_id, err) : BD_OK;
}

/* Columns as DUE_COLUMNS in sql_queue.c, then the reason. */
static void read_due(struct claiming *c, sqlite3_stmt *query)
{
    enum bd_delivery_state before = BD_DELIVERY_QUEUED;
    struct bd_delivery *copy = &c->copies[c->count];

    *copy = (struct bd_delivery) {
        .id = sqlite3_column_int64(query, 0),
        .subscriber_id = sqlite3_column_int64(query, 1),
        .email = store_column_copy(c->arena, query, 2),
        .attempts = sqlite3_column_int64(query, 3),
        .name = store_column_copy(c->arena, query, 4),
        .language = store_column_copy(c->arena, query, 5),
        .attributes = store_column_copy(c->arena, query, 6),
        .text_only = sqlite3_column_int(query, 7) != 0,
    };
    if (copy->language.len == 0)
        copy->language = c->mailing.language;
    (void)bd_delivery_state_parse(store_column(query, 8), &before);
    c->tally.more[before]--;
    copy->first_at = sqlite3_column_int64(query, 9);
    c->reasons[c->count++] = store_column_copy(c->arena, query, 10);
}

/* Copies that came back, and those that waited long enough. */
static enum bd_status find_due(struct claiming *c, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(c->store, SQL_QUEUE_DUE, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, c->mailing.id);
    store_bind_int(query, 2, c->now);
    store_bind_int(query, 3, (int64_t)c->max);
    while ((rc = store_step(c->store, query, &row, err)) == BD_OK && row)
        read_due(c, query);
    c->fresh = c->count;
    c->enlisting = false;
    c->more = c->count == c->max;
    return rc;
}

/* A row that waited is taken, or put aside with the reason; the receipt of
 * the attempt before moves to the attempt table. */
static enum bd_status take(struct claiming *c, size_t i, struct bd_err *err)
{
    bool skipped = c->reasons[i].len > 0;
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(c->store, SQL_QUEUE_KEEP_RECEIPT, &query,
                                    err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, c->copies[i].id);
    rc = store_run(c->store, query, err);
    if (rc == BD_OK)
        rc = store_query(c->store, SQL_QUEUE_TAKE, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, c->copies[i].id);
    store_bind_some(query, 2, skipped ? 0 : c->id);
    store_bind_text(
        query, 3,
        bd_str_from(
            bd_delivery_state_names[skipped ? BD_DELIVERY_SKIPPED
                                            : BD_DELIVERY_HANDING_OVER]));
    store_bind_text(query, 4, c->reasons[i]);
    store_bind_text(query, 5, c->copies[i].email);
    return store_run(c->store, query, err);
}

/* Ids of fresh copies follow those of all others. */
static enum bd_status number_fresh(struct claiming *c, struct bd_err *err)
{
    int64_t last = 0;
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(c->store, SQL_DELIVERY_LAST, &query, err);

    if (rc == BD_OK)
        rc = store_number(c->store, query, &last, err);
    for (size_t i = c->fresh; i < c->count; i++) {
        c->copies[i].id = ++last;
        c->copies[i].fresh = true;
    }
    return rc;
}

/* What is to be handed over. */
struct taken {
    int64_t first, last;  /* ids; last 0: nothing */
    int64_t open, fresh;  /* copies */
    struct bd_buf folded; /* of the fresh ones */
};

static void look_over(const struct claiming *c, struct taken *out)
{
    *out = (struct taken) { .first = INT64_MAX };
    for (size_t i = 0; i < c->count; i++) {
        const struct bd_delivery *copy = &c->copies[i];

        if (c->reasons[i].len > 0)
            continue;
        out->first = copy->id < out->first ? copy->id : out->first;
        out->last = copy->id > out->last ? copy->id : out->last;
        out->open++;
        if (copy->fresh)
            fold_write(&out->folded, copy);
        out->fresh += copy->fresh;
    }
}

static enum bd_status write_claim(struct claiming *c, const struct taken *taken,
                                  struct bd_err *err)
{
    const struct begun_mark mark = begun_now(c->store);
    char host[256] = "";
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(c->store, SQL_CLAIM_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    (void)gethostname(host, sizeof host - 1);
    store_bind_some(query, 1, c->mailing.id);
    store_bind_int(query, 2, taken->first);
    store_bind_int(query, 3, taken->last);
    store_bind_int(query, 4, taken->open);
    store_bind_int(query, 5, getpid());
    store_bind_text(query, 6, bd_str_from(host));
    store_bind_int(query, 7, c->now);
    store_bind_text(query, 8, bd_buf_str(&taken->folded));
    store_bind_int(query, 9, taken->fresh);
    store_bind_int(query, 10, mark.id);
    store_bind_int(query, 11, mark.count);
    return store_number(c->store, query, &c->id, err);
}

/* The claim's own row, if anything is to be handed over. */
static enum bd_status add_claim(struct claiming *c, struct bd_err *err)
{
    struct taken taken;
    enum bd_status rc = BD_OK;

    look_over(c, &taken);
    c->tally.more[BD_DELIVERY_HANDING_OVER] += taken.open;
    c->tally.more[BD_DELIVERY_SKIPPED] += (int64_t)c->count - taken.open;
    if (taken.open > 0)
        rc = write_claim(c, &taken, err);
    bd_buf_fini(&taken.folded);
    return rc;
}

static void leave_out_skipped(struct claiming *c)
{
    size_t kept = 0;

    for (size_t i = 0; i < c->count; i++)
        if (c->reasons[i].len == 0)
            c->copies[kept++] = c->copies[i];
    c->count = kept;
}

enum bd_status claim_write(struct claiming *c, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    if (c->fresh < c->count)
        rc = number_fresh(c, err);
    if (rc == BD_OK)
        rc = add_claim(c, err);
    if (rc == BD_OK && c->mailing.id != 0)
        rc = store_tally_write(c->store, c->mailing.id, &c->tally, err);
    for (size_t i = 0; i < c->fresh && rc == BD_OK; i++)
        rc = take(c, i, err);
    if (rc == BD_OK && c->enlisting)
        rc = enlist_write(c, err);
    c->tally = (struct store_tally) { 0 };
    leave_out_skipped(c);
    return rc;
}

/* What waits goes before what was never tried. */
static enum bd_status claim(struct claiming *c, int64_t mailing_id,
                            struct bd_err *err)
{
    enum bd_status rc = claim_begin(c, mailing_id, err);

    c->more = c->mailing.sending;
    while (rc == BD_OK && c->count == 0 && c->more) {
        rc = find_due(c, err);
        if (rc == BD_OK && !c->more)
            rc = enlist_read(c, err);
        if (rc == BD_OK)
            rc = claim_write(c, err);
    }
    return rc;
}

enum bd_status bd_queue_claim(struct bd_arena *arena, struct bd_store *store,
                              int64_t mailing_id, size_t max, int64_t now,
                              int64_t *out_claim,
                              const struct bd_delivery **out, size_t *out_count,
                              struct bd_err *err)
{
    struct claiming c = {
        .arena = arena, .store = store, .max = max, .now = now
    };
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    assert(max > 0);
    rc = store_end(store, claim(&c, mailing_id, err), err);
    if (rc != BD_OK)
        return rc;
    if (c.count > 0)
        *out_claim = c.id;
    *out = c.copies;
    *out_count = c.count;
    return BD_OK;
}

static enum bd_status find_letters(struct claiming *c,
                                   struct bd_letter_mail *letters,
                                   struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(c->store, SQL_QUEUE_DUE_LETTERS, &query,
                                    err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, c->now);
    store_bind_int(query, 2, (int64_t)c->max);
    while ((rc = store_step(c->store, query, &row, err)) == BD_OK && row) {
        read_due(c, query);
        c->copies[c->count - 1].letter_id = sqlite3_column_int64(query, 11);
        letters[c->count - 1] = (struct bd_letter_mail) {
            .envelope_from = store_column_copy(c->arena, query, 12),
            .message_id = store_column_copy(c->arena, query, 13),
            .bytes = store_column_copy(c->arena, query, 14),
            .deadline = sqlite3_column_int64(query, 15),
        };
    }
    return rc;
}

static enum bd_status claim_letters(struct claiming *c,
                                    struct bd_letter_mail *letters,
                                    struct bd_err *err)
{
    enum bd_status rc = claim_begin(c, 0, err);

    if (rc == BD_OK)
        rc = find_letters(c, letters, err);
    c->fresh = c->count;
    return rc == BD_OK && c->count > 0 ? claim_write(c, err) : rc;
}

enum bd_status bd_queue_claim_letters(struct bd_arena *arena,
                                      struct bd_store *store, size_t max,
                                      int64_t now, int64_t *out_claim,
                                      const struct bd_delivery **out,
                                      const struct bd_letter_mail **out_letters,
                                      size_t *out_count, struct bd_err *err)
{
    struct claiming c = {
        .arena = arena, .store = store, .max = max, .now = now
    };
    struct bd_letter_mail *letters = BD_NEW_ARRAY(arena, max,
                                                  struct bd_letter_mail);
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    assert(max > 0);
    rc = store_end(store, claim_letters(&c, letters, err), err);
    if (rc != BD_OK)
        return rc;
    if (c.count > 0)
        *out_claim = c.id;
    *out = c.copies;
    *out_letters = letters;
    *out_count = c.count;
    return BD_OK;
}
