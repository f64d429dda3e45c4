/* Copies that are being handed over for the first time have no row yet: they
 * stand in their claim, folded into one text, until their result is known. */
#include <assert.h>

#include "store_queue.h"

void fold_write(struct bd_buf *out, const struct bd_delivery *copy)
{
    bd_buf_add_u64(out, (uint64_t)copy->id);
    bd_buf_add_char(out, ' ');
    bd_buf_add_u64(out, (uint64_t)copy->subscriber_id);
    bd_buf_add_char(out, ' ');
    bd_buf_add(out, copy->email);
    bd_buf_add_char(out, '\n');
}

static int64_t cut_number(bd_str *line)
{
    uint64_t number = 0;

    if (!bd_str_to_u64(bd_str_cut(line, ' '), &number))
        return 0;
    return (int64_t)number;
}

static enum bd_status has_row(struct bd_store *store, int64_t delivery_id,
                              bool *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    int64_t truth = 0;
    enum bd_status rc = store_query(store, SQL_DELIVERY_EXISTS, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, delivery_id);
    rc = store_number(store, query, &truth, err);
    *out = truth != 0;
    return rc;
}

/* Those of one claim, the current row of SQL_CLAIM_FOLDED. */
static enum bd_status each_of_claim(struct bd_store *store, sqlite3_stmt *claim,
                                    int64_t reader, fold_fn fn, void *self,
                                    struct bd_err *err)
{
    struct folded copy = { .claim_id = sqlite3_column_int64(claim, 0),
                           .mailing_id = sqlite3_column_int64(claim, 1) };
    bd_str lines = store_column(claim, 2);
    enum bd_status rc = BD_OK;

    while (lines.len > 0 && rc == BD_OK) {
        bd_str line = bd_str_cut(&lines, '\n');
        bool settled = false;

        copy.id = cut_number(&line);
        copy.subscriber_id = cut_number(&line);
        copy.email = line;
        if (reader != 0 && reader != copy.subscriber_id)
            continue;
        rc = has_row(store, copy.id, &settled, err);
        if (rc == BD_OK && !settled)
            rc = fn(self, &copy, err);
    }
    return rc;
}

enum bd_status folded_each(struct bd_store *store, int64_t mailing_id,
                           int64_t reader, fold_fn fn, void *self,
                           struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_CLAIM_FOLDED, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing_id);
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        rc = each_of_claim(store, query, reader, fn, self, err);
        if (rc != BD_OK)
            break;
    }
    (void)sqlite3_reset(query);
    return rc;
}

static enum bd_status add_row(void *self, const struct folded *copy,
                              struct bd_err *err)
{
    struct bd_store *store = self;
    const struct bd_delivery delivery = { .id = copy->id,
                                          .subscriber_id = copy->subscriber_id,
                                          .email = copy->email };

    return store_copy_add(store, copy->mailing_id, copy->claim_id, &delivery,
                          BD_STR_NONE, err);
}

enum bd_status store_unfold(struct bd_store *store, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = folded_each(store, 0, 0, add_row, store, err);

    if (rc == BD_OK)
        rc = store_query(store, SQL_CLAIM_UNFOLD, &query, err);
    return rc == BD_OK ? store_run(store, query, err) : rc;
}
