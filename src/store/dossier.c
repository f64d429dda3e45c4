/* All that is kept of one reader, as one value (C8). */
#include "brevduva/store/confirmation.h"
#include "brevduva/store/erase.h"
#include "brevduva/store/incoming.h"
#include "store_private.h"

struct telling {
    struct bd_arena *arena;
    struct bd_store *store;
    const struct bd_subscriber *reader;
    struct bd_json *rows; /* of the part that is told */
};

static void set(struct telling *t, struct bd_json *o, const char *key,
                bd_str text)
{
    bd_json_set(o, bd_str_from(key),
                bd_json_string(t->arena, bd_arena_copy(t->arena, text)));
}

static void set_int(struct telling *t, struct bd_json *o, const char *key,
                    int64_t number)
{
    bd_json_set(o, bd_str_from(key), bd_json_int(t->arena, number));
}

static void set_time(struct telling *t, struct bd_json *o, const char *key,
                     int64_t seconds)
{
    if (seconds > 0)
        set(t, o, key, bd_time_utc(t->arena, seconds));
}

static struct bd_json *push(struct telling *t)
{
    struct bd_json *row = bd_json_object(t->arena);

    bd_json_push(t->rows, row);
    return row;
}

static struct bd_json *tell_reader(struct telling *t)
{
    const struct bd_subscriber *r = t->reader;
    struct bd_json *o = bd_json_object(t->arena);
    struct bd_json *attributes = NULL;

    set(t, o, "email", r->email);
    set(t, o, "name", r->name);
    set(t, o, "language", r->language);
    bd_json_set(o, BD_STR("text_only"), bd_json_bool(t->arena, r->text_only));
    set_time(t, o, "paused_until", r->paused_until);
    set_time(t, o, "created", r->created_at);
    set(t, o, "source", r->source);
    if (r->attributes.len == 0 ||
        bd_json_parse(t->arena, r->attributes, &attributes, NULL) != BD_OK)
        attributes = bd_json_object(t->arena);
    bd_json_set(o, BD_STR("attributes"), attributes);
    return o;
}

static enum bd_status tell_lists(struct telling *t, struct bd_err *err)
{
    const struct bd_subscription *lists = NULL;
    size_t count = 0;
    enum bd_status rc = bd_subscriber_subscriptions(
        t->arena, t->store, t->reader->id, &lists, &count, err);

    for (size_t i = 0; i < count && rc == BD_OK; i++) {
        struct bd_json *o = push(t);

        set(t, o, "list", lists[i].list_slug);
        set(t, o, "state",
            bd_str_from(bd_subscription_state_names[lists[i].state]));
        set_time(t, o, "since", lists[i].since);
    }
    return rc;
}

static enum bd_status tell_consents(struct telling *t, struct bd_err *err)
{
    const struct bd_consent *rows = NULL;
    size_t count = 0;
    enum bd_status rc = bd_subscriber_consents(
        t->arena, t->store, t->reader->id, &rows, &count, err);

    for (size_t i = 0; i < count && rc == BD_OK; i++) {
        struct bd_json *o = push(t);

        set_time(t, o, "at", rows[i].at);
        set(t, o, "list", rows[i].list_slug);
        set(t, o, "act", bd_str_from(bd_consent_act_names[rows[i].act]));
        set(t, o, "wording", rows[i].wording);
        set(t, o, "channel", rows[i].channel);
        set(t, o, "network", rows[i].network);
        set(t, o, "note", rows[i].note);
    }
    return rc;
}

static enum bd_status tell_copy(void *self, const struct bd_log_row *row,
                                struct bd_err *err)
{
    struct telling *t = self;
    struct bd_json *o = push(t);

    (void)err;
    if (row->letter.len > 0) {
        set(t, o, "letter", row->letter);
    } else {
        set(t, o, "issue", row->issue_slug);
        set(t, o, "list", row->list_slug);
    }
    set_time(t, o, "at", row->at);
    set(t, o, "email", row->email);
    set(t, o, "state", bd_str_from(bd_delivery_state_names[row->state]));
    set(t, o, "reason", row->reason);
    set_int(t, o, "attempts", row->attempts);
    set_int(t, o, "reply_code", row->reply_code);
    set(t, o, "enhanced", row->enhanced);
    set(t, o, "reply_text", row->reply_text);
    set(t, o, "queue_id", row->queue_id);
    set(t, o, "relay", row->relay);
    set(t, o, "message_id", row->message_id);
    return BD_OK;
}

static enum bd_status tell_copies(struct telling *t, struct bd_err *err)
{
    return bd_story_each(t->store, t->reader->id, tell_copy, t, err);
}

static enum bd_status tell_requests(struct telling *t, struct bd_err *err)
{
    const struct bd_confirmation *rows = NULL;
    size_t count = 0;
    enum bd_status rc = bd_confirmations_of(
        t->arena, t->store, t->reader->email_key, &rows, &count, err);

    for (size_t i = 0; i < count && rc == BD_OK; i++) {
        struct bd_json *o = push(t);

        set(t, o, "request",
            bd_str_from(bd_confirmation_kind_names[rows[i].kind]));
        set_time(t, o, "at", rows[i].created_at);
        set_time(t, o, "until", rows[i].expires_at);
        set_time(t, o, "settled", rows[i].settled_at);
        set(t, o, "name", rows[i].name);
        set(t, o, "wording", rows[i].wording);
        set(t, o, "network", rows[i].network);
    }
    return rc;
}

static enum bd_status tell_report(void *self, const struct bd_bounce *b,
                                  struct bd_err *err)
{
    static const char *const effects[] = {
        [BD_BOUNCE_NOTED] = "noted",
        [BD_BOUNCE_COUNTED] = "counted",
        [BD_BOUNCE_SUSPENDED] = "suspended",
        [BD_BOUNCE_LEFT] = "never-again",
        [BD_BOUNCE_UNSUBSCRIBED] = "unsubscribed",
    };
    struct telling *t = self;
    struct bd_json *o = push(t);

    (void)err;
    set_time(t, o, "at", b->at);
    if (b->letter.len > 0) {
        set(t, o, "letter", b->letter);
    } else {
        set(t, o, "issue", b->issue);
        set(t, o, "list", b->list);
    }
    set(t, o, "report", b->kind);
    set(t, o, "email", b->email);
    set(t, o, "verdict", b->verdict);
    set(t, o, "reason", b->reason);
    set(t, o, "status", b->status);
    set_int(t, o, "reply_code", b->reply_code);
    set(t, o, "evidence", b->evidence);
    set(t, o, "effect", bd_str_from(effects[b->effect]));
    return BD_OK;
}

static enum bd_status tell_reports(struct telling *t, struct bd_err *err)
{
    return bd_bounce_each(t->store, t->reader->id, tell_report, t, err);
}

/* Rows of text and time: slug, list, at. */
static enum bd_status tell_tips(struct telling *t, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(t->store, SQL_DOSSIER_TIPS, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, t->reader->id);
    while ((rc = store_step(t->store, query, &row, err)) == BD_OK && row) {
        struct bd_json *o = push(t);

        set(t, o, "issue", store_column(query, 0));
        set(t, o, "list", store_column(query, 1));
        set_time(t, o, "at", sqlite3_column_int64(query, 2));
    }
    return rc;
}

static enum bd_status tell_suppressions(struct telling *t, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(t->store, SQL_DOSSIER_SUPPRESSIONS, &query,
                                    err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, t->reader->id);
    while ((rc = store_step(t->store, query, &row, err)) == BD_OK && row) {
        struct bd_json *o = push(t);

        set(t, o, "reason", store_column(query, 0));
        set(t, o, "list", store_column(query, 1));
        set_time(t, o, "since", sqlite3_column_int64(query, 2));
    }
    return rc;
}

static enum bd_status tell(struct telling *t, struct bd_json *whole,
                           struct bd_err *err)
{
    static const struct {
        const char *name;
        enum bd_status (*tell)(struct telling *t, struct bd_err *err);
    } parts[] = {
        { "lists", tell_lists },
        { "consents", tell_consents },
        { "copies", tell_copies },
        { "reports", tell_reports },
        { "requests", tell_requests },
        { "tips", tell_tips },
        { "suppressions", tell_suppressions },
    };
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < sizeof parts / sizeof *parts && rc == BD_OK; i++) {
        t->rows = bd_json_array(t->arena);
        bd_json_set(whole, bd_str_from(parts[i].name), t->rows);
        rc = parts[i].tell(t, err);
    }
    return rc;
}

enum bd_status bd_subscriber_dossier(struct bd_arena *arena,
                                     struct bd_store *store, int64_t id,
                                     int64_t now, struct bd_json **out,
                                     struct bd_err *err)
{
    struct bd_subscriber reader = { 0 };
    struct telling t = { .arena = arena, .store = store, .reader = &reader };
    struct bd_json *whole = bd_json_object(arena);
    enum bd_status rc = store_begin_read(store, err);

    if (rc != BD_OK)
        return rc;
    rc = bd_subscriber_get(arena, store, id, &reader, err);
    if (rc == BD_OK) {
        set_time(&t, whole, "made", now);
        bd_json_set(whole, BD_STR("reader"), tell_reader(&t));
        rc = tell(&t, whole, err);
    }
    rc = store_end(store, rc, err);
    if (rc == BD_OK)
        *out = whole;
    return rc;
}
