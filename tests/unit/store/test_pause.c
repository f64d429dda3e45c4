/* Readers who wanted a pause, and those who left by mistake. */
#include "store_t.h"

static void rest_until(struct t_store *t, int64_t id, int64_t until)
{
    struct bd_subscriber reader = { 0 };

    MUST(t, bd_subscriber_get(t->arena, t->store, id, &reader, &t->err));
    reader.paused_until = until;
    MUST(t, bd_subscriber_update(t->store, &reader, BD_STR("paused"), &t->actor,
                                 &t->err));
}

static size_t claim(struct t_store *t, int64_t mailing, int64_t now,
                    const struct bd_delivery **out)
{
    size_t count = 0;
    int64_t claim = 0;

    MUST(t, bd_queue_claim(t->arena, t->store, mailing, 1, now, &claim, out,
                           &count, &t->err));
    return count;
}

static int64_t paused_copies(struct t_store *t)
{
    sqlite3_stmt *query = NULL;
    int64_t count = 0;

    (void)sqlite3_prepare_v2(t->store->db,
                             "SELECT COUNT(*) FROM delivery "
                             "WHERE state = 'skipped' AND reason = 'paused'",
                             -1, &query, NULL);
    if (sqlite3_step(query) == SQLITE_ROW)
        count = sqlite3_column_int64(query, 0);
    (void)sqlite3_finalize(query);
    return count;
}

static void test_pause__skips_who_is_paused_when_it_is_their_turn(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct bd_audience audience;
    struct bd_mailing mailing;
    struct t_store t;
    int64_t id = 0;

    (void)state;
    t_start(&t);
    for (unsigned i = 1; i <= 4; i++)
        (void)t_subscribe(&t, i);
    rest_until(&t, 1, 5000);
    rest_until(&t, 2, 1000); /* over */
    MUST(&t, bd_audience_count(t.store, t.list, BD_STR_NONE, 1000, &audience,
                               &t.err));
    CHECK_NUM(audience.active, 3);
    CHECK_NUM(audience.paused, 1);
    CHECK_NUM(audience.without_name, 3);
    MUST(&t, bd_audience_count(t.store, t.list, BD_STR("text_only = no"), 1000,
                               &audience, &t.err));
    CHECK_NUM(audience.active, 3);
    CHECK_NUM(audience.paused, 1);
    id = t_send(&t);
    CHECK_NUM(t_mailing(&t).audience, 4);
    CHECK_NUM(claim(&t, id, 1001, &copies), 1);
    CHECK_NUM(copies[0].subscriber_id, 2);
    rest_until(&t, 3, 5000); /* meanwhile */
    CHECK_NUM(claim(&t, id, 1002, &copies), 1);
    CHECK_NUM(copies[0].subscriber_id, 4);
    CHECK_NUM(claim(&t, id, 1003, &copies), 0);
    mailing = t_mailing(&t);
    CHECK_NUM(mailing.total, 4);
    CHECK_NUM(mailing.count[BD_DELIVERY_SKIPPED], 2);
    CHECK_NUM(paused_copies(&t), 2);
    MUST(&t, bd_store_check(t.store, &t.err));
    t_stop(&t);
}

static void test_pause__skips_a_copy_that_waited(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct bd_receipt later = { .state = BD_DELIVERY_DEFERRED,
                                .reply_code = 451,
                                .at = 1500,
                                .next_try_at = 1600 };
    struct bd_missing missing = { 0 };
    struct t_store t;
    int64_t id = 0;
    int64_t number = 0;
    size_t count = 0;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    id = t_send(&t);
    MUST(&t, bd_queue_claim(t.arena, t.store, id, 5, 1500, &number, &copies,
                            &count, &t.err));
    later.copy = copies;
    MUST(&t, bd_queue_result(t.store, number, &later, 1, &t.err));
    rest_until(&t, 1, 5000);
    CHECK_NUM(claim(&t, id, 1700, &copies), 0);
    CHECK_NUM(paused_copies(&t), 1);
    /* --missing leaves the pause alone, until it is over */
    MUST(&t, bd_mailing_missing(t.store, id, true, &t.actor, &missing, &t.err));
    CHECK_NUM(missing.skipped, 0);
    t.actor.now = 5000;
    MUST(&t, bd_mailing_missing(t.store, id, true, &t.actor, &missing, &t.err));
    CHECK_NUM(missing.skipped, 1);
    CHECK_NUM(claim(&t, id, 5000, &copies), 1);
    MUST(&t, bd_store_check(t.store, &t.err));
    t_stop(&t);
}

static void leave(struct t_store *t, int64_t reader, int64_t now)
{
    struct bd_actor actor = t->actor;
    int64_t changed = 0;

    actor.now = now;
    MUST(t, bd_unsubscribe(t->store, reader, t->list, BD_STR("x"), &actor,
                           &changed, &t->err));
    CHECK_NUM(changed, 1);
}

static bool undo(struct t_store *t, int64_t reader,
                 enum bd_subscription_state before, int64_t left_at)
{
    bool done = false;

    MUST(t, bd_unsubscribe_undo(t->store, reader, t->list, before, left_at,
                                &t->actor, &done, &t->err));
    return done;
}

static struct bd_subscription first_of(struct t_store *t, int64_t reader)
{
    const struct bd_subscription *all = NULL;
    size_t count = 0;

    MUST(t, bd_subscriber_subscriptions(t->arena, t->store, reader, &all,
                                        &count, &t->err));
    CHECK_NUM(count, 1);
    return all[0];
}

static void test_undo__puts_back_what_was(void **state)
{
    struct t_store t;
    bool done = false;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1); /* at 1000 */
    CHECK(!undo(&t, 1, BD_SUB_ACTIVE, 6000));
    leave(&t, 1, 6000);
    CHECK(!undo(&t, 1, BD_SUB_ACTIVE, 5999)); /* another leaving */
    CHECK(undo(&t, 1, BD_SUB_ACTIVE, 6000));
    CHECK(first_of(&t, 1).state == BD_SUB_ACTIVE);
    CHECK_NUM(first_of(&t, 1).since, 1000);
    CHECK(!undo(&t, 1, BD_SUB_ACTIVE, 6000)); /* once */
    leave(&t, 1, 7000);
    CHECK(undo(&t, 1, BD_SUB_PENDING, 7000));
    CHECK(first_of(&t, 1).state == BD_SUB_PENDING);
    CHECK(bd_unsubscribe_undo(t.store, 1, t.list, BD_SUB_COMPLAINED, 7000,
                              &t.actor, &done, &t.err) == BD_EINVAL);
    MUST(&t, bd_store_check(t.store, &t.err));
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pause__skips_who_is_paused_when_it_is_their_turn),
        cmocka_unit_test(test_pause__skips_a_copy_that_waited),
        cmocka_unit_test(test_undo__puts_back_what_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
