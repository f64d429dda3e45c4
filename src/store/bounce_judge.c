/* When the record of a reader is enough to suspend (B3, B8). */
#include "bounce_private.h"

#define DAY ((int64_t)24 * 60 * 60)

static bool is_verdict(const struct bd_bounce *b, const char *verdict)
{
    return bd_str_eq(b->verdict, bd_str_from(verdict));
}

/* Reports that are not signed could be anybody's: it takes two of them. */
static enum bd_status is_dead(struct bd_store *store, int64_t subscriber_id,
                              int64_t needed, bool *out, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    int64_t all_needed = needed > 2 ? needed : 2;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_BOUNCE_DEAD, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, subscriber_id);
    rc = store_step(store, query, &row, err);
    if (rc == BD_OK)
        *out = sqlite3_column_int64(query, 0) >= needed ||
               sqlite3_column_int64(query, 1) >= all_needed;
    (void)sqlite3_reset(query);
    return rc;
}

/* The last mailings of a reader, the newest first. */
struct row_of_failures {
    int64_t count;
    int64_t newest, oldest; /* when they were tried */
    bool over;              /* a good delivery ended it */
};

static void look_at(struct row_of_failures *row, bd_str state, int64_t tried_at,
                    bd_str verdict, int64_t good_before)
{
    bool accepted = bd_str_eq(state, BD_STR("accepted"));

    if (accepted && tried_at < good_before) {
        row->over = true;
        return;
    }
    if (accepted || verdict.len == 0 || bd_str_eq(verdict, BD_STR("policy")) ||
        bd_str_eq(verdict, BD_STR("none")))
        return; /* undecided, or not the reader's fault */
    if (row->count++ == 0)
        row->newest = tried_at;
    row->oldest = tried_at;
}

static enum bd_status is_worn_out(struct bd_store *store,
                                  const struct bd_bounce *b,
                                  const struct bd_bounce_rules *rules,
                                  bool *out, struct bd_err *err)
{
    struct row_of_failures failures = { 0 };
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_BOUNCE_ROW, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_int(query, 1, b->subscriber_id);
    while (!failures.over &&
           (rc = store_step(store, query, &row, err)) == BD_OK && row)
        look_at(&failures, store_column(query, 0),
                sqlite3_column_int64(query, 1), store_column(query, 2),
                b->at - rules->settle_days * DAY);
    (void)sqlite3_reset(query);
    *out = rc == BD_OK && failures.count >= rules->soft_after &&
           failures.newest - failures.oldest >= rules->soft_days * DAY;
    return rc;
}

static enum bd_status
judge_failure(struct bd_arena *arena, struct bd_store *store,
              const struct bd_bounce *b, const struct bd_bounce_rules *rules,
              const struct bd_actor *actor, enum bd_bounce_effect *out,
              struct bd_err *err)
{
    bool enough = false;
    size_t lists = 0;
    enum bd_status rc = BD_OK;

    if (is_verdict(b, "dead"))
        rc = is_dead(store, b->subscriber_id, rules->dead_after, &enough, err);
    if (rc == BD_OK && !enough)
        rc = is_worn_out(store, b, rules, &enough, err);
    if (rc == BD_OK && enough)
        rc = suspend_reader(arena, store, b, actor, &lists, err);
    if (rc == BD_OK)
        *out = lists > 0 ? BD_BOUNCE_SUSPENDED : BD_BOUNCE_COUNTED;
    return rc;
}

/* What the link would have done. */
static enum bd_status leave_list(struct bd_store *store,
                                 const struct bd_bounce *b,
                                 const struct bd_actor *actor,
                                 enum bd_bounce_effect *out, struct bd_err *err)
{
    int64_t changed = 0;
    enum bd_status rc = bd_unsubscribe(
        store, b->subscriber_id, b->list_id,
        BD_STR("reported us as spam, by the link for leaving"), actor, &changed,
        err);

    if (rc == BD_OK && changed > 0)
        *out = BD_BOUNCE_UNSUBSCRIBED;
    return rc;
}

enum bd_status bounce_judge(struct bd_arena *arena, struct bd_store *store,
                            const struct bd_bounce *b,
                            const struct bd_bounce_rules *rules,
                            const struct bd_actor *actor,
                            enum bd_bounce_effect *out, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    /* A complaint is for good, so only mail systems are believed: who has a
     * letter that was forwarded can show all else. */
    if (bounce_is_complaint(b) && b->proof == BD_PROOF_LINK)
        return leave_list(store, b, actor, out, err);
    if (bounce_is_complaint(b) && b->proof < BD_PROOF_TOKEN)
        return BD_OK;
    if (bounce_is_complaint(b)) {
        rc = suspend_complainer(arena, store, b, actor, err);
        *out = BD_BOUNCE_LEFT;
        return rc;
    }
    if ((bounce_is(b, "bounce") || bounce_is(b, "refused")) &&
        !is_verdict(b, "none") && !is_verdict(b, "policy"))
        rc = judge_failure(arena, store, b, rules, actor, out, err);
    return rc;
}
