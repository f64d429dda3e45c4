#include "brevduva/store/letter.h"

#include "store_queue.h"

enum bd_status bd_letter_find(struct bd_arena *arena, struct bd_store *store,
                              int64_t delivery, struct bd_letter_outcome *out,
                              struct bd_err *err)
{
    struct bd_letter_outcome found = { 0 };
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_LETTER_FIND, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, delivery);
    rc = store_step(store, query, &row, err);
    if (rc != BD_OK)
        return rc;
    if (!row)
        return bd_fail(err, BD_ENOENT, _("there is no such letter"));
    (void)bd_delivery_state_parse(store_column(query, 0), &found.state);
    found.next_try_at = sqlite3_column_int64(query, 1);
    found.reply_code = sqlite3_column_int(query, 2);
    found.enhanced = store_column_copy(arena, query, 3);
    found.reply_text = store_column_copy(arena, query, 4);
    found.given_up = sqlite3_column_int(query, 5) != 0;
    (void)sqlite3_reset(query);
    *out = found;
    return BD_OK;
}

enum bd_status store_letters_forget(struct bd_store *store, int64_t claim_id,
                                    struct bd_err *err)
{
    static const enum store_sql steps[] = { SQL_LETTER_EMPTY,
                                            SQL_LETTER_FORGET_ATTEMPTS,
                                            SQL_LETTER_FORGET };
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < sizeof steps / sizeof *steps && rc == BD_OK; i++) {
        sqlite3_stmt *query = NULL;

        rc = store_query(store, steps[i], &query, err);
        if (rc != BD_OK)
            return rc;
        store_bind_int(query, 1, claim_id);
        rc = store_run(store, query, err);
    }
    return rc;
}
