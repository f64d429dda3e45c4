#include "brevduva/store/event.h"

#include "store_queue.h"

/* Columns as LOG_COLUMNS in sql_story.c. */
static void read_row(sqlite3_stmt *query, struct bd_log_row *out)
{
    *out = (struct bd_log_row) {
        .delivery_id = sqlite3_column_int64(query, 0),
        .mailing_id = sqlite3_column_int64(query, 1),
        .issue_slug = store_column(query, 2),
        .list_slug = store_column(query, 3),
        .email = store_column(query, 4),
        .at = sqlite3_column_int64(query, 6),
        .attempts = sqlite3_column_int64(query, 7),
        .next_try_at = sqlite3_column_int64(query, 8),
        .reply_code = sqlite3_column_int(query, 9),
        .enhanced = store_column(query, 10),
        .reply_text = store_column(query, 11),
        .queue_id = store_column(query, 12),
        .relay = store_column(query, 13),
        .message_id = store_column(query, 14),
        .reason = store_column(query, 15),
        .session = sqlite3_column_int64(query, 16),
        .took_ms = sqlite3_column_int64(query, 17),
        .letter = store_column(query, 18),
        .back_at = sqlite3_column_int64(query, 19),
        .back_reason = store_column(query, 20),
        .back_status = store_column(query, 21),
        .back_evidence = store_column(query, 22),
        .cancelled_at = sqlite3_column_int64(query, 23),
    };
    (void)bd_delivery_state_parse(store_column(query, 5), &out->state);
    if (out->next_try_at > 0 &&
        (out->attempts == 0 || out->state == BD_DELIVERY_QUEUED)) {
        out->state = BD_DELIVERY_QUEUED; /* as FOR_TURN */
        out->reason = BD_STR("turn");
    }
    if (out->state == BD_DELIVERY_ACCEPTED &&
        out->reply_code == 0) /* SETTLED */
        out->reason = out->queue_id.len > 0 || out->relay.len > 0
                          ? BD_STR("found")
                          : BD_STR("assumed");
}

static bool is_by_one_of(const struct bd_log_filter *f, bd_str relay)
{
    for (size_t i = 0; i < f->relay_count; i++)
        if (bd_str_eq(f->relays[i], relay))
            return true;
    return f->relay_count == 0;
}

static bool is_wanted(const struct bd_log_filter *f, const struct bd_log_row *r)
{
    if (f->by_state && f->state != r->state)
        return false;
    if (f->code_to > 0 &&
        (r->reply_code < f->code_from || r->reply_code > f->code_to))
        return false;
    if (f->enhanced.len > 0 && !bd_str_eq(f->enhanced, r->enhanced) &&
        !bd_str_eq(f->enhanced, r->back_status))
        return false;
    if ((f->since > 0 && r->at < f->since) ||
        (f->until > 0 && (r->at == 0 || r->at >= f->until)))
        return false;
    if (f->domain.len > 0 &&
        !bd_str_eq_nocase(f->domain, bd_str_after_last(r->email, '@')))
        return false;
    return store_email_has(r->email, f->email) && is_by_one_of(f, r->relay) &&
           (bd_str_contains_nocase(r->reply_text, f->text) ||
            bd_str_contains_nocase(r->reason, f->text) ||
            bd_str_contains_nocase(r->back_reason, f->text) ||
            bd_str_contains_nocase(r->back_evidence, f->text));
}

static enum bd_status each(struct bd_store *store, sqlite3_stmt *query,
                           bd_log_fn row_fn, void *self, struct bd_err *err)
{
    struct bd_log_row out = { 0 };
    bool row = false;
    enum bd_status rc = BD_OK;

    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        read_row(query, &out);
        rc = row_fn(self, &out, err);
        if (rc != BD_OK)
            break;
    }
    (void)sqlite3_reset(query);
    return rc;
}

/* Rows on their way to the caller. */
struct sieve {
    const struct bd_log_filter *filter;
    bd_log_fn row;
    void *self;
    int64_t given;
    bool full;
};

static enum bd_status sieve_row(void *self, const struct bd_log_row *row,
                                struct bd_err *err)
{
    struct sieve *s = self;
    enum bd_status rc = BD_OK;

    if (!is_wanted(s->filter, row))
        return BD_OK;
    rc = s->row(s->self, row, err);
    s->full = rc == BD_OK && ++s->given == s->filter->limit;
    return s->full ? BD_ELIMIT : rc; /* ends the reading */
}

/* A copy without a row, for those who are told of rows. */
struct telling {
    struct bd_arena *arena;
    struct bd_store *store;
    struct bd_mailing mailing; /* of the copy before */
    bd_log_fn row;
    void *self;
};

static enum bd_status tell_folded(void *self, const struct folded *copy,
                                  struct bd_err *err)
{
    struct telling *t = self;
    struct bd_log_row row = { .delivery_id = copy->id,
                              .mailing_id = copy->mailing_id,
                              .email = copy->email,
                              .state = BD_DELIVERY_HANDING_OVER };
    enum bd_status rc = BD_OK;

    if (t->mailing.id != copy->mailing_id)
        rc = bd_mailing_get(t->arena, t->store, copy->mailing_id, &t->mailing,
                            err);
    row.issue_slug = t->mailing.slug;
    row.list_slug = t->mailing.list_slug;
    return rc == BD_OK ? t->row(t->self, &row, err) : rc;
}

/* Those of a mailing or of a reader; 0: of all. */
static enum bd_status each_folded(struct bd_store *store, int64_t mailing_id,
                                  int64_t reader, bd_log_fn row, void *self,
                                  struct bd_err *err)
{
    struct telling t = {
        .arena = bd_arena_new(), .store = store, .row = row, .self = self
    };
    enum bd_status rc = folded_each(store, mailing_id, reader, tell_folded, &t,
                                    err);

    bd_arena_free(t.arena);
    return rc;
}

static enum bd_status each_of_mailing(struct bd_store *store, struct sieve *s,
                                      struct bd_err *err)
{
    const struct bd_log_filter *f = s->filter;
    /* those queued stand as deferred in a ledger of older versions */
    bool ask = f->by_state && f->state != BD_DELIVERY_QUEUED;
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, ask ? SQL_LOG_STATE : SQL_LOG_ALL,
                                    &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, f->mailing_id);
    if (ask)
        store_bind_text(query, 2,
                        bd_str_from(bd_delivery_state_names[f->state]));
    rc = each(store, query, sieve_row, s, err);
    if (rc == BD_OK && (!f->by_state || f->state == BD_DELIVERY_HANDING_OVER))
        rc = each_folded(store, f->mailing_id, 0, sieve_row, s, err);
    if (rc == BD_OK && (!f->by_state || f->state == BD_DELIVERY_QUEUED))
        rc = store_enlist_log(store, f->mailing_id, sieve_row, s, err);
    return rc;
}

enum bd_status bd_log_each(struct bd_store *store,
                           const struct bd_log_filter *filter, bd_log_fn row,
                           void *self, struct bd_err *err)
{
    struct sieve sieve = { .filter = filter, .row = row, .self = self };
    enum bd_status rc = store_begin_read(store, err);

    if (rc != BD_OK)
        return rc;
    rc = each_of_mailing(store, &sieve, err);
    return store_end(store, sieve.full ? BD_OK : rc, err);
}

/* Rows of a story on their way to the caller. */
struct tale {
    bd_log_fn row;
    void *self;
};

/* A copy that was skipped when its mailing was cancelled, and its last try:
 * one row in the ledger, two events. */
static enum bd_status tell_row(void *self, const struct bd_log_row *row,
                               struct bd_err *err)
{
    const struct tale *t = self;
    struct bd_log_row tried = *row;
    struct bd_log_row skip = { .delivery_id = row->delivery_id,
                               .mailing_id = row->mailing_id,
                               .issue_slug = row->issue_slug,
                               .list_slug = row->list_slug,
                               .letter = row->letter,
                               .email = row->email,
                               .state = row->state,
                               .at = row->cancelled_at,
                               .cancelled_at = row->cancelled_at,
                               .attempts = row->attempts,
                               .reason = row->reason };
    enum bd_status rc = BD_OK;

    if (row->state != BD_DELIVERY_SKIPPED)
        return t->row(t->self, row, err);
    tried.state = BD_DELIVERY_DEFERRED;
    tried.reason = BD_STR_NONE;
    if (row->at > 0)
        rc = t->row(t->self, &tried, err);
    return rc == BD_OK ? t->row(t->self, &skip, err) : rc;
}

enum bd_status bd_story_each(struct bd_store *store, int64_t subscriber_id,
                             bd_log_fn row, void *self, struct bd_err *err)
{
    struct tale tale = { .row = row, .self = self };
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_STORY, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, subscriber_id);
    rc = each(store, query, tell_row, &tale, err);
    return rc == BD_OK ? each_folded(store, 0, subscriber_id, row, self, err)
                       : rc;
}

enum bd_status bd_acts_each(struct bd_store *store, int64_t subscriber_id,
                            bd_act_fn act, void *self, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_ACTS, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, subscriber_id);
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        const struct bd_act found = {
            .at = sqlite3_column_int64(query, 0),
            .issue_slug = store_column(query, 1),
            .list_slug = store_column(query, 2),
            .channel = store_column(query, 3),
            .actor = store_column(query, 4),
            .what = store_column(query, 5),
            .detail = store_column(query, 6),
        };

        rc = act(self, &found, err);
        if (rc != BD_OK)
            break;
    }
    (void)sqlite3_reset(query);
    return rc;
}

enum bd_status bd_audit_add(struct bd_store *store,
                            const struct bd_actor *actor, bd_str what,
                            bd_str object, bd_str detail, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_AUDIT_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, actor->now);
    store_bind_text(query, 2, actor->channel);
    store_bind_text(query, 3, actor->name);
    store_bind_text(query, 4, what);
    store_bind_text(query, 5, object);
    store_bind_text(query, 6, detail);
    return store_run(store, query, err);
}
