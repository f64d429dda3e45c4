#include "brevduva/base/buf.h"
#include "brevduva/store/event.h"
#include "brevduva/store/letter_file.h"
#include "brevduva/store/mailing.h"
#include "store_private.h"

/* One digest for both frozen messages. */
static bd_str hash_messages(struct bd_arena *arena,
                            const struct bd_issue_row *issue)
{
    bd_str both = bd_arena_printf(
        arena, "%.*s %.*s", BD_ARG(bd_sha256_hex(arena, issue->message)),
        BD_ARG(bd_sha256_hex(arena, issue->message_text)));

    return bd_sha256_hex(arena, both);
}

static enum bd_status add_issue(struct bd_store *store,
                                const struct bd_issue_row *issue,
                                bd_str message_hash, int64_t now, int64_t *out,
                                struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_ISSUE_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, issue->slug);
    store_bind_text(query, 2, issue->title);
    store_bind_text(query, 3, issue->source);
    store_bind_text(query, 4, issue->source_hash);
    store_bind_blob(query, 5, issue->message);
    store_bind_blob(query, 6, issue->message_text);
    store_bind_text(query, 7, message_hash);
    store_bind_int(query, 8, now);
    return store_number(store, query, out, err);
}

static enum bd_status freeze_issue(struct bd_store *store,
                                   const struct bd_issue_row *issue,
                                   int64_t now, int64_t *out,
                                   struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str hash = hash_messages(arena, issue);
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_ISSUE_FIND, &query, err);

    if (rc == BD_OK) {
        store_bind_text(query, 1, issue->slug);
        store_bind_text(query, 2, issue->source_hash);
        store_bind_text(query, 3, hash);
        rc = store_number(store, query, out, err);
    }
    if (rc == BD_ENOENT)
        rc = add_issue(store, issue, hash, now, out, err);
    bd_arena_free(arena);
    return rc;
}

/* Nobody has anything of it, and nobody will. */
static enum bd_status is_void(struct bd_store *store,
                              const struct bd_mailing *mailing, bool *out,
                              struct bd_err *err)
{
    bool reached = true;
    enum bd_status rc = BD_OK;

    if (mailing->state == BD_MAILING_CANCELLED)
        rc = bd_mailing_reached(store, mailing->id, &reached, err);
    *out = !reached;
    return rc;
}

static enum bd_status refuse_second(struct bd_store *store,
                                    const struct bd_issue_row *issue,
                                    int64_t list_id, struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_mailing before = { 0 };
    bool none = false;
    enum bd_status rc = bd_mailing_find(arena, store, issue->slug, list_id,
                                        &before, err);

    if (rc == BD_OK)
        rc = is_void(store, &before, &none, err);
    if (rc == BD_OK && none)
        rc = store_mailing_unstart(store, before.id, err);
    else if (rc == BD_OK)
        rc = bd_fail(err, BD_EEXIST,
                     _("\"%.*s\" was already sent to %.*s (%.*s, now %s)"),
                     BD_ARG(issue->slug), BD_ARG(before.list_slug),
                     BD_ARG(bd_time_local(arena, before.created_at)),
                     _(bd_mailing_state_names[before.state]));
    else if (rc == BD_ENOENT)
        rc = BD_OK;
    bd_arena_free(arena);
    return rc;
}

static enum bd_status
add_mailing(struct bd_store *store, const struct bd_mailing *mailing,
            int64_t issue_id, const struct bd_audience *audience,
            const struct bd_actor *actor, int64_t *out, struct bd_err *err)
{
    /* nothing goes out before all who must have agreed */
    enum bd_mailing_state begin = mailing->approvals == 2 ? BD_MAILING_HELD
                                                          : mailing->state;
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_MAILING_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, issue_id);
    store_bind_int(query, 2, mailing->list_id);
    store_bind_text(query, 3, mailing->message_id_salt);
    store_bind_text(query, 4, mailing->message_id_domain);
    store_bind_text(query, 5, mailing->envelope_from);
    store_bind_text(query, 6, bd_str_from(bd_mailing_state_names[begin]));
    store_bind_text(query, 7, mailing->state_reason);
    store_bind_text(query, 8, mailing->asked_by);
    store_bind_int(query, 9, actor->now);
    store_bind_some(query, 10, begin == BD_MAILING_SENDING ? actor->now : 0);
    store_bind_some(query, 11, mailing->scheduled_at);
    store_bind_text(query, 12, mailing->filter);
    store_bind_int(query, 13, mailing->approvals == 2 ? 2 : 1);
    store_bind_int(query, 14,
                   audience->active + audience->suppressed + audience->paused);
    return store_number(store, query, out, err);
}

static enum bd_status note_start(struct bd_store *store, int64_t id,
                                 const struct bd_actor *actor,
                                 struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_mailing mailing = { 0 };
    enum bd_status rc = bd_mailing_get(arena, store, id, &mailing, err);

    if (rc == BD_OK)
        rc = store_mailing_audit(store, &mailing, actor, BD_STR("send"),
                                 mailing.filter, err);
    bd_arena_free(arena);
    return rc;
}

static enum bd_status put_page(struct bd_store *store,
                               const struct bd_issue_row *issue,
                               const struct bd_mailing *mailing,
                               const struct bd_actor *actor, struct bd_err *err)
{
    bool now = mailing->approvals < 2 && mailing->state == BD_MAILING_SENDING;
    bool known = false;
    enum bd_status rc = BD_OK;

    if (!issue->page)
        return BD_OK;
    if (!now)
        rc = bd_page_is_sent(store, issue->slug, &known, err);
    if (rc != BD_OK || known)
        return rc;
    return bd_page_put(store, issue->page, issue->page_decided, actor, err);
}

enum bd_status bd_mailing_start(struct bd_store *store,
                                const struct bd_issue_row *issue,
                                const struct bd_mailing *mailing,
                                const struct bd_actor *actor, int64_t *out_id,
                                struct bd_err *err)
{
    struct bd_audience audience = { 0 };
    int64_t issue_id = 0;
    int64_t id = 0;
    enum bd_status rc = bd_store_begin(store, err);

    if (rc != BD_OK)
        return rc;
    rc = refuse_second(store, issue, mailing->list_id, err);
    if (rc == BD_OK)
        rc = freeze_issue(store, issue, actor->now, &issue_id, err);
    if (rc == BD_OK)
        rc = bd_audience_count(store, mailing->list_id, mailing->filter,
                               actor->now, &audience, err);
    if (rc == BD_OK)
        rc = add_mailing(store, mailing, issue_id, &audience, actor, &id, err);
    if (rc == BD_OK)
        rc = bd_mailing_set_limit(store, id, mailing->limit, err);
    if (rc == BD_OK)
        rc = note_start(store, id, actor, err);
    if (rc == BD_OK)
        rc = put_page(store, issue, mailing, actor, err);
    if (rc == BD_OK)
        rc = bd_letter_files_put(store, issue->files, issue->file_count,
                                 actor->now, err);
    rc = store_end(store, rc, err);
    if (rc == BD_OK)
        *out_id = id;
    return rc;
}
