/* What the sender has to do: mailings that go out, and letters. */
#include "brevduva/store/letter.h"
#include "store_queue.h"

/* Order of enum bd_letter_kind; the same words as in the CHECK. */
const char *const bd_letter_kind_names[] = {
    "confirm", "welcome", "farewell", "tip",     "notice", "test",    "address",
    "link",    "export",  "erase",    "contact", "answer", "forward", NULL,
};

/* A mailing whose time has come; 0: none. */
static enum bd_status find_timely(struct bd_store *store, int64_t now,
                                  int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_JOB_BEGIN, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, now);
    *out = 0;
    rc = store_number(store, query, out, err);
    return rc == BD_ENOENT ? BD_OK : rc;
}

/* Most often there is none, and then nothing is locked. */
static enum bd_status begin_timely(struct bd_store *store,
                                   const struct bd_actor *actor,
                                   struct bd_err *err)
{
    int64_t id = 0;
    enum bd_status rc = find_timely(store, actor->now, &id, err);

    while (rc == BD_OK && id != 0) {
        rc = bd_store_begin(store, err);
        if (rc != BD_OK)
            break;
        rc = find_timely(store, actor->now, &id, err); /* still so? */
        if (rc == BD_OK && id != 0)
            rc = bd_mailing_set_state(store, id, BD_MAILING_SENDING,
                                      BD_STR_NONE, actor, err);
        rc = store_end(store, rc, err);
        if (rc == BD_OK)
            rc = find_timely(store, actor->now, &id, err);
    }
    return rc;
}

enum bd_status bd_queue_jobs(struct bd_arena *arena, struct bd_store *store,
                             const struct bd_actor *actor,
                             const struct bd_job **out, size_t *out_count,
                             struct bd_err *err)
{
    struct bd_job *jobs = NULL;
    size_t count = 0;
    size_t room = 0;
    bool row = false;
    sqlite3_stmt *query = NULL;
    enum bd_status rc = begin_timely(store, actor, err);

    if (rc == BD_OK)
        rc = store_query(store, SQL_JOB_EACH, &query, err);
    if (rc != BD_OK)
        return rc;
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        jobs = store_grow(arena, jobs, count, &room, sizeof *jobs);
        jobs[count++] = (struct bd_job) {
            .mailing_id = sqlite3_column_int64(query, 0),
            .list_id = sqlite3_column_int64(query, 1),
            .slug = store_column_copy(arena, query, 2),
            .message_id_salt = store_column_copy(arena, query, 3),
            .message_id_domain = store_column_copy(arena, query, 4),
            .envelope_from = store_column_copy(arena, query, 5),
            .tried_from = sqlite3_column_int64(query, 6),
            .audience = sqlite3_column_int64(query, 7),
            .limit = sqlite3_column_int64(query, 8),
            .accepted = sqlite3_column_int64(query, 9),
        };
    }
    if (rc != BD_OK)
        return rc;
    *out = jobs;
    *out_count = count;
    return BD_OK;
}

static enum bd_status add_letter(struct bd_store *store,
                                 const struct bd_letter_row *letter,
                                 int64_t now, int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_LETTER_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, bd_str_from(bd_letter_kind_names[letter->kind]));
    store_bind_text(query, 2, letter->envelope_from);
    store_bind_text(query, 3, letter->message_id);
    store_bind_blob(query, 4, letter->bytes);
    store_bind_int(query, 5, now);
    store_bind_int(query, 6, letter->deadline);
    return store_number(store, query, out, err);
}

static enum bd_status queue_letter(struct bd_store *store, int64_t letter_id,
                                   const struct bd_letter_row *letter,
                                   int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_LETTER_QUEUE, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, letter_id);
    store_bind_some(query, 2, letter->subscriber_id);
    store_bind_text(query, 3, letter->to);
    return store_number(store, query, out, err);
}

enum bd_status bd_letter_add(struct bd_store *store,
                             const struct bd_letter_row *letter, int64_t now,
                             int64_t *out, struct bd_err *err)
{
    int64_t id = 0;
    int64_t delivery = 0;
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    rc = add_letter(store, letter, now, &id, err);
    if (rc == BD_OK)
        rc = queue_letter(store, id, letter, &delivery, err);
    rc = store_end(store, rc, err);
    if (rc == BD_OK)
        *out = delivery;
    return rc;
}

enum bd_status bd_letters_withdraw(struct bd_store *store,
                                   int64_t subscriber_id, bd_str kind,
                                   bd_str reason, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_LETTER_WITHDRAW, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, subscriber_id);
    store_bind_text(query, 2, kind);
    store_bind_text(query, 3, reason);
    return store_run(store, query, err);
}

enum bd_status bd_letters_waiting(struct bd_store *store, int64_t *out,
                                  struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_LETTER_WAITING, &query, err);

    if (rc != BD_OK)
        return rc;
    rc = store_step(store, query, &row, err);
    if (rc == BD_OK)
        *out = row ? sqlite3_column_int64(query, 0) : 0;
    (void)sqlite3_reset(query);
    return rc;
}
