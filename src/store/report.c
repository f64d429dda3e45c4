/*
 * Two readings of all copies: what the second one looks at (the biggest
 * domains, spans of time) is known only after the first.
 */
#include "report_private.h"

#define DOMAINS_COUNTED ((size_t)1 << 17) /* about 10 MB */
#define CANDIDATES      ((size_t)200)     /* for the 50 biggest domains */
#define MINUTES         120
#define SLOWEST         10
#define RELAYS          256

struct reading {
    struct bd_arena *arena; /* of the report */
    struct bd_store *store;
    int64_t mailing_id;
    struct bd_report *out;
    struct report_table domains;
    struct report_domains domain_detail, relay_detail;
    bd_str *relays; /* names, by id; empty: none of that id */
    size_t relay_end;
    struct report_reasons reasons;
    struct bd_report_slow *slow;
    struct bd_report_minute *minutes;
    int64_t first_id, last_id; /* of copies */
    int64_t first_at, last_at; /* of attempts; first_at 0: none */
};

/* Columns of SQL_REPORT_COPIES; the first ones also of SQL_REPORT_AGAIN. */
enum column {
    COPY_STATE,
    COPY_EMAIL,
    COPY_AT,
    COPY_TOOK,
    COPY_ID,
    COPY_ATTEMPTS,
    COPY_CODE,
    COPY_ENHANCED,
    COPY_REASON,
    COPY_TEXT,
    COPY_RELAY,
    COPY_BACK_REASON,
    COPY_BACK_STATUS,
    COPY_BACK_CODE,
    COPY_BACK_TEXT
};

static bd_str relay_of(const struct reading *r, sqlite3_stmt *query)
{
    int64_t id = sqlite3_column_int64(query, COPY_RELAY);

    return id > 0 && (size_t)id < r->relay_end ? r->relays[id] : BD_STR_NONE;
}

static void add_slow(struct reading *r, sqlite3_stmt *query)
{
    int64_t took = sqlite3_column_int64(query, COPY_TOOK);
    size_t at = r->out->slow_count;

    if (took <= 0 || (at == SLOWEST && took <= r->slow[at - 1].took_ms))
        return;
    if (at < SLOWEST)
        r->out->slow_count++;
    else
        at--;
    for (; at > 0 && r->slow[at - 1].took_ms < took; at--)
        r->slow[at] = r->slow[at - 1];
    r->slow[at] = (struct bd_report_slow) {
        .delivery_id = sqlite3_column_int64(query, COPY_ID),
        .email = store_column_copy(r->arena, query, COPY_EMAIL),
        .relay = relay_of(r, query),
        .reply_text = store_column_copy(r->arena, query, COPY_TEXT),
        .at = sqlite3_column_int64(query, COPY_AT),
        .took_ms = took,
    };
}

static void see_time(struct reading *r, int64_t at)
{
    if (at == 0)
        return;
    if (r->first_at == 0 || at < r->first_at)
        r->first_at = at;
    if (at > r->last_at)
        r->last_at = at;
}

/* Of a copy that came back the receipt says nothing. */
static struct bd_report_reason reason_of(sqlite3_stmt *query,
                                         enum bd_delivery_state state)
{
    bool back = state == BD_DELIVERY_BOUNCED || state == BD_DELIVERY_COMPLAINED;

    return (struct bd_report_reason) {
        .state = state,
        .reply_code = sqlite3_column_int(query,
                                         back ? COPY_BACK_CODE : COPY_CODE),
        .enhanced = store_column(query,
                                 back ? COPY_BACK_STATUS : COPY_ENHANCED),
        .reason = store_column(query, back ? COPY_BACK_REASON : COPY_REASON),
        .example = store_column(query, back ? COPY_BACK_TEXT : COPY_TEXT),
    };
}

static void count_copy(struct reading *r, sqlite3_stmt *query,
                       enum bd_delivery_state state)
{
    struct bd_report_reason reason = reason_of(query, state);
    int64_t id = sqlite3_column_int64(query, COPY_ID);

    report_reasons_add(&r->reasons, reason, 1);
    add_slow(r, query);
    see_time(r, sqlite3_column_int64(query, COPY_AT));
    report_table_add(&r->domains,
                     bd_str_after_last(store_column(query, COPY_EMAIL), '@'),
                     1);
    if (relay_of(r, query).len > 0)
        report_domains_add(
            &r->relay_detail,
            &(struct report_copy) {
                .state = state,
                .domain = relay_of(r, query),
                .took_ms = sqlite3_column_int64(query, COPY_TOOK),
            });
    r->out->attempts += sqlite3_column_int64(query, COPY_ATTEMPTS);
    if (r->first_id == 0 || id < r->first_id)
        r->first_id = id;
    if (id > r->last_id)
        r->last_id = id;
}

static void add_time(struct reading *r, enum bd_delivery_state state,
                     int64_t at)
{
    struct bd_report_minute *minute = NULL;

    if (at == 0)
        return;
    minute = &r->minutes[at / r->out->span - r->first_at / r->out->span];
    switch (state) {
    case BD_DELIVERY_ACCEPTED:
    case BD_DELIVERY_BOUNCED:
    case BD_DELIVERY_COMPLAINED:
        minute->accepted++;
        break;
    case BD_DELIVERY_DEFERRED:
    case BD_DELIVERY_SKIPPED: /* when it was cancelled while it waited */
        minute->deferred++;
        break;
    case BD_DELIVERY_REFUSED:
        minute->refused++;
        break;
    default:
        break;
    }
}

static void detail_copy(struct reading *r, sqlite3_stmt *query,
                        enum bd_delivery_state state)
{
    struct report_copy copy = {
        .state = state,
        .domain = bd_str_after_last(store_column(query, COPY_EMAIL), '@'),
        .took_ms = sqlite3_column_int64(query, COPY_TOOK),
    };

    report_domains_add(&r->domain_detail, &copy);
    add_time(r, state, sqlite3_column_int64(query, COPY_AT));
}

static enum bd_status each_copy(struct reading *r, enum store_sql which,
                                void (*see)(struct reading *, sqlite3_stmt *,
                                            enum bd_delivery_state),
                                struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(r->store, which, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, r->mailing_id);
    while ((rc = store_step(r->store, query, &row, err)) == BD_OK && row) {
        enum bd_delivery_state state = BD_DELIVERY_QUEUED;

        (void)bd_delivery_state_parse(store_column(query, COPY_STATE), &state);
        see(r, query, state);
    }
    return rc;
}

/* All relays ever used: few. */
static enum bd_status find_relays(struct reading *r, struct bd_err *err)
{
    bd_str names[RELAYS];
    size_t count = 0;
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(r->store, SQL_RELAY_ALL, &query, err);

    if (rc != BD_OK)
        return rc;
    r->relays = BD_NEW_ARRAY(r->arena, RELAYS, bd_str);
    store_bind_int(query, 1, RELAYS);
    while ((rc = store_step(r->store, query, &row, err)) == BD_OK && row) {
        int64_t id = sqlite3_column_int64(query, 0);

        names[count] = store_column_copy(r->arena, query, 1);
        r->relays[id] = names[count++];
        r->relay_end = (size_t)id + 1;
    }
    report_domains_init(&r->relay_detail, names, count);
    return rc;
}

/* Attempts that were followed by others. */
static enum bd_status each_attempt(struct reading *r,
                                   void (*see)(struct reading *,
                                               enum bd_delivery_state, int64_t),
                                   struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(r->store, SQL_REPORT_ATTEMPTS, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, r->mailing_id);
    store_bind_int(query, 2, r->first_id);
    store_bind_int(query, 3, r->last_id);
    while ((rc = store_step(r->store, query, &row, err)) == BD_OK && row) {
        enum bd_delivery_state state = BD_DELIVERY_QUEUED;

        (void)bd_delivery_state_parse(store_column(query, 0), &state);
        see(r, state, sqlite3_column_int64(query, 1));
    }
    return rc;
}

static void see_attempt(struct reading *r, enum bd_delivery_state state,
                        int64_t at)
{
    (void)state;
    see_time(r, at);
}

/* The finest spans that are few enough. */
static void choose_span(struct reading *r)
{
    static const int64_t spans[] = { 1, 10, 60, 600, 3600, 21600, 86400 };
    size_t i = 0;
    int64_t span = spans[0];
    int64_t count = 0;

    while ((count = r->last_at / span - r->first_at / span + 1) > MINUTES)
        span = ++i < sizeof spans / sizeof *spans ? spans[i] : 2 * span;
    r->out->span = span;
    if (r->first_at == 0)
        return;
    r->minutes = BD_NEW_ARRAY(r->arena, (size_t)count, struct bd_report_minute);
    for (int64_t k = 0; k < count; k++)
        r->minutes[k].at = (r->first_at / span + k) * span;
    r->out->minutes = r->minutes;
    r->out->minute_count = (size_t)count;
}

static void tell_domains_apart(struct reading *r)
{
    bd_str *names = BD_NEW_ARRAY(r->arena, CANDIDATES, bd_str);

    report_domains_init(&r->domain_detail, names,
                        report_table_biggest(&r->domains, CANDIDATES, names));
}

static void write_details(struct reading *r)
{
    struct bd_report *out = r->out;

    out->domain_count = report_domains_write(&r->domain_detail, r->arena,
                                             &out->domains);
    out->relay_count = report_domains_write(&r->relay_detail, r->arena,
                                            &out->relays);
}

static enum bd_status read_twice(struct reading *r, struct bd_err *err)
{
    enum bd_status rc = find_relays(r, err);

    if (rc == BD_OK)
        rc = each_copy(r, SQL_REPORT_COPIES, count_copy, err);

    if (rc == BD_OK)
        rc = each_attempt(r, see_attempt, err);
    if (rc != BD_OK)
        return rc;
    choose_span(r);
    tell_domains_apart(r);
    rc = each_copy(r, SQL_REPORT_AGAIN, detail_copy, err);
    if (rc == BD_OK)
        rc = each_attempt(r, add_time, err);
    if (rc == BD_OK)
        write_details(r);
    return rc;
}

/* Copies that are being handed over and have no row. */
static enum bd_status count_folded(void *self, const struct folded *copy,
                                   struct bd_err *err)
{
    const struct bd_report_reason reason = { .state =
                                                 BD_DELIVERY_HANDING_OVER };
    struct reading *r = self;

    (void)copy;
    (void)err;
    report_reasons_add(&r->reasons, reason, 1);
    return BD_OK;
}

static enum bd_status read_report(struct reading *r, struct bd_err *err)
{
    struct bd_mailing mailing = { 0 };
    enum bd_status rc = bd_mailing_get(r->arena, r->store, r->mailing_id,
                                       &mailing, err);

    if (rc == BD_OK)
        rc = read_twice(r, err);
    if (rc == BD_OK)
        rc = folded_each(r->store, r->mailing_id, 0, count_folded, r, err);
    if (rc == BD_OK)
        rc = report_back_read(r->arena, r->store, r->mailing_id, &r->out->back,
                              &r->out->back_count, err);
    if (rc != BD_OK)
        return rc;
    if (mailing.to_enlist > 0)
        report_reasons_add(
            &r->reasons,
            (struct bd_report_reason) { .state = BD_DELIVERY_QUEUED },
            mailing.to_enlist);
    r->out->reason_count = report_reasons_write(&r->reasons, &r->out->reasons);
    r->out->slowest = r->slow;
    r->out->first_at = r->first_at;
    r->out->last_at = r->last_at;
    return BD_OK;
}

enum bd_status bd_report_read(struct bd_arena *arena, struct bd_store *store,
                              int64_t mailing_id, struct bd_report *out,
                              struct bd_err *err)
{
    struct bd_report report = { 0 };
    struct reading r = {
        .arena = arena, .store = store, .mailing_id = mailing_id, .out = &report
    };
    enum bd_status rc = store_begin_read(store, err);

    if (rc != BD_OK)
        return rc;
    report_reasons_init(&r.reasons, arena);
    r.slow = BD_NEW_ARRAY(arena, SLOWEST, struct bd_report_slow);
    report_table_init(&r.domains, DOMAINS_COUNTED);
    rc = store_end(store, read_report(&r, err), err);
    report_table_fini(&r.domains);
    report_domains_fini(&r.domain_detail);
    report_domains_fini(&r.relay_detail);
    if (rc == BD_OK)
        *out = report;
    return rc;
}
