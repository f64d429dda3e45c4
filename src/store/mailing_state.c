#include "brevduva/base/saying.h"
#include "brevduva/store/event.h"
#include "store_private.h"

enum bd_status store_mailing_audit(struct bd_store *store,
                                   const struct bd_mailing *mailing,
                                   const struct bd_actor *actor, bd_str what,
                                   bd_str detail, struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str object = bd_arena_printf(arena, "%.*s %.*s", BD_ARG(mailing->slug),
                                    BD_ARG(mailing->list_slug));
    enum bd_status rc = bd_audit_add(store, actor, what, object, detail, err);

    bd_arena_free(arena);
    return rc;
}

enum bd_status store_mailing_reopen(struct bd_store *store,
                                    const struct bd_mailing *mailing,
                                    const struct bd_actor *actor,
                                    struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_MAILING_REOPEN, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing->id);
    store_bind_int(query, 2, actor->now);
    return store_run(store, query, err);
}

/* From held on; what is cancelled stays so. A done mailing is opened again
 * when copies of it are to be sent once more. */
static bool may_become(enum bd_mailing_state from, enum bd_mailing_state to)
{
    static const unsigned next[] = {
        [BD_MAILING_HELD] = 1U << BD_MAILING_SCHEDULED |
                            1U << BD_MAILING_SENDING |
                            1U << BD_MAILING_CANCELLED,
        [BD_MAILING_SCHEDULED] = 1U << BD_MAILING_HELD |
                                 1U << BD_MAILING_SENDING |
                                 1U << BD_MAILING_CANCELLED,
        [BD_MAILING_SENDING] = 1U << BD_MAILING_PAUSED | 1U << BD_MAILING_DONE |
                               1U << BD_MAILING_CANCELLED,
        [BD_MAILING_PAUSED] = 1U << BD_MAILING_SENDING | 1U << BD_MAILING_DONE |
                              1U << BD_MAILING_CANCELLED,
        [BD_MAILING_DONE] = 1U << BD_MAILING_SENDING,
        [BD_MAILING_CANCELLED] = 0,
    };

    return from == to || (next[from] >> to & 1U) != 0;
}

static enum bd_status refuse_unapproved(const struct bd_mailing *mailing,
                                        enum bd_mailing_state state,
                                        struct bd_err *err)
{
    if (mailing->approvals < 2 || mailing->approved_by.len > 0 ||
        (state != BD_MAILING_SCHEDULED && state != BD_MAILING_SENDING))
        return BD_OK;
    return bd_fail(err, BD_EINVAL,
                   _("the mailing of \"%.*s\" waits for someone else than "
                     "%.*s to approve it"),
                   BD_ARG(mailing->slug), BD_ARG(mailing->asked_by));
}

enum bd_status store_mailing_unstart(struct bd_store *store, int64_t id,
                                     struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_MAILING_UNSTART, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    return store_run(store, query, err);
}

/* `mailing` is as it was before. */
static enum bd_status follow_up(struct bd_store *store,
                                const struct bd_mailing *mailing,
                                enum bd_mailing_state state,
                                const struct bd_actor *actor,
                                struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    if (state == BD_MAILING_DONE || state == BD_MAILING_CANCELLED)
        rc = bd_mailing_set_limit(store, mailing->id, 0, err);
    if (rc == BD_OK && mailing->state == BD_MAILING_PAUSED &&
        state == BD_MAILING_SENDING)
        rc = store_mailing_reopen(store, mailing, actor, err);
    if (rc == BD_OK && state == BD_MAILING_CANCELLED)
        rc = store_queue_drop(store, mailing->id, err);
    if (rc == BD_OK && state == BD_MAILING_CANCELLED)
        rc = store_enlist_cancelled(store, mailing->id, err);
    return rc;
}

static enum bd_status write_state(struct bd_store *store,
                                  const struct bd_mailing *mailing,
                                  enum bd_mailing_state state, bd_str reason,
                                  const struct bd_actor *actor,
                                  struct bd_err *err)
{
    bd_str name = bd_str_from(bd_mailing_state_names[state]);
    sqlite3_stmt *query = NULL;
    enum bd_status rc = BD_OK;

    if (!may_become(mailing->state, state))
        return bd_fail(err, BD_EINVAL,
                       _("the mailing of \"%.*s\" is %s and cannot become %s"),
                       BD_ARG(mailing->slug),
                       _(bd_mailing_state_names[mailing->state]), _(name.ptr));
    rc = refuse_unapproved(mailing, state, err);
    if (rc == BD_OK)
        rc = store_query(store, SQL_MAILING_SET_STATE, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing->id);
    store_bind_text(query, 2, name);
    store_bind_text(query, 3, reason);
    store_bind_int(query, 4, actor->now);
    rc = store_run(store, query, err);
    if (rc == BD_OK)
        rc = follow_up(store, mailing, state, actor, err);
    if (rc == BD_OK &&
        (state != mailing->state || !bd_str_eq(reason, mailing->state_reason)))
        rc = store_mailing_audit(store, mailing, actor, name, reason, err);
    return rc;
}

/* The archive, too, forgets what was cancelled before it reached anyone. */
static enum bd_status cancel(struct bd_arena *arena, struct bd_store *store,
                             const struct bd_mailing *mailing, bd_str reason,
                             const struct bd_actor *actor, struct bd_err *err)
{
    bool reached = false;
    enum bd_status rc = bd_mailing_reached(store, mailing->id, &reached, err);

    if (rc != BD_OK)
        return rc;
    if (!reached && reason.len == 0)
        reason = bd_saying(arena,
                           N_("cancelled by %s before anyone was mailed"),
                           &actor->name, 1);
    rc = write_state(store, mailing, BD_MAILING_CANCELLED, reason, actor, err);
    return rc == BD_OK && !reached
               ? store_mailing_unstart(store, mailing->id, err)
               : rc;
}

enum bd_status bd_mailing_set_state(struct bd_store *store, int64_t id,
                                    enum bd_mailing_state state, bd_str reason,
                                    const struct bd_actor *actor,
                                    struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_mailing mailing = { 0 };
    enum bd_status rc = bd_store_begin(store, err);

    if (rc == BD_OK) {
        rc = bd_mailing_get(arena, store, id, &mailing, err);
        if (rc == BD_OK && state == BD_MAILING_CANCELLED)
            rc = cancel(arena, store, &mailing, reason, actor, err);
        else if (rc == BD_OK)
            rc = write_state(store, &mailing, state, reason, actor, err);
        rc = store_end(store, rc, err);
    }
    bd_arena_free(arena);
    return rc;
}

enum bd_status bd_mailing_try_now(struct bd_store *store, int64_t id,
                                  int64_t now, int64_t *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_MAILING_TRY_NOW, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, id);
    store_bind_int(query, 2, now);
    rc = store_run(store, query, err);
    if (rc == BD_OK)
        *out = sqlite3_changes64(store->db);
    return rc;
}

/* It waits for the word of someone else than who asked. */
static enum bd_status refuse_approval(const struct bd_mailing *mailing,
                                      const struct bd_actor *actor,
                                      struct bd_err *err)
{
    bool before = mailing->state == BD_MAILING_HELD ||
                  mailing->state == BD_MAILING_SCHEDULED;

    if (mailing->approvals < 2)
        return bd_fail(err, BD_EINVAL,
                       _("the mailing of \"%.*s\" needs nobody's approval"),
                       BD_ARG(mailing->slug));
    if (mailing->approved_by.len > 0)
        return bd_fail(err, BD_EINVAL,
                       _("the mailing of \"%.*s\" was approved already, by "
                         "%.*s"),
                       BD_ARG(mailing->slug), BD_ARG(mailing->approved_by));
    if (!before)
        return bd_fail(err, BD_EINVAL,
                       _("the mailing of \"%.*s\" is %s and waits for no "
                         "approval"),
                       BD_ARG(mailing->slug),
                       _(bd_mailing_state_names[mailing->state]));
    if (bd_str_eq(actor->name, mailing->asked_by))
        return bd_fail(err, BD_EINVAL,
                       _("%.*s asked for the mailing of \"%.*s\", so someone "
                         "else must approve it"),
                       BD_ARG(actor->name), BD_ARG(mailing->slug));
    return BD_OK;
}

/* Somebody holds it for a reason of their own, which stands. */
static bool is_paused(const struct bd_mailing *mailing)
{
    return mailing->state == BD_MAILING_HELD && mailing->state_reason.len > 0;
}

static enum bd_status approve(struct bd_store *store,
                              struct bd_mailing *mailing,
                              const struct bd_actor *actor, struct bd_err *err)
{
    enum bd_mailing_state next = mailing->scheduled_at > actor->now
                                     ? BD_MAILING_SCHEDULED
                                     : BD_MAILING_SENDING;
    sqlite3_stmt *query = NULL;
    enum bd_status rc = refuse_approval(mailing, actor, err);

    if (rc == BD_OK)
        rc = store_query(store, SQL_MAILING_APPROVE, &query, err);
    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, mailing->id);
    store_bind_text(query, 2, actor->name);
    mailing->approved_by = actor->name;
    rc = store_run(store, query, err);
    if (rc == BD_OK)
        rc = store_mailing_audit(store, mailing, actor, BD_STR("approve"),
                                 BD_STR_NONE, err);
    if (rc != BD_OK || is_paused(mailing))
        return rc;
    return write_state(store, mailing, next, BD_STR_NONE, actor, err);
}

enum bd_status bd_mailing_approve(struct bd_store *store, int64_t id,
                                  const struct bd_actor *actor,
                                  struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_mailing mailing = { 0 };
    enum bd_status rc = bd_store_begin(store, err);

    if (rc == BD_OK) {
        rc = bd_mailing_get(arena, store, id, &mailing, err);
        if (rc == BD_OK)
            rc = approve(store, &mailing, actor, err);
        rc = store_end(store, rc, err);
    }
    bd_arena_free(arena);
    return rc;
}
