#include "brevduva/base/buf.h"
#include "store_t.h"

/* Claim all there is, `max` at a time, and note who gets it. */
static void claim_all(struct t_store *t, int64_t mailing, size_t max,
                      struct bd_buf *out)
{
    const struct bd_delivery *copies = NULL;
    size_t count = 0;
    int64_t claim = 0;

    do {
        MUST(t, bd_queue_claim(t->arena, t->store, mailing, max, 2000, &claim,
                               &copies, &count, &t->err));
        for (size_t i = 0; i < count; i++)
            bd_buf_printf(out, "%lld ", (long long)copies[i].subscriber_id);
    } while (count > 0);
}

static void check_claims(struct t_store *t, int64_t mailing, size_t max,
                         const char *want)
{
    struct bd_buf out;

    bd_buf_init(&out, 0);
    claim_all(t, mailing, max, &out);
    CHECK_STR(bd_buf_str(&out), want);
    bd_buf_fini(&out);
}

static void leave(struct t_store *t, int64_t reader)
{
    int64_t changed = 0;

    MUST(t, bd_unsubscribe(t->store, reader, t->list, BD_STR_NONE, &t->actor,
                           &changed, &t->err));
}

/* The audience is who stood on the list when it was asked for. */
static void test_enlist__goes_by_the_list_as_it_was(void **state)
{
    struct bd_mailing mailing;
    struct t_store t;
    int64_t id = 0;

    (void)state;
    t_start(&t);
    for (unsigned i = 1; i <= 6; i++)
        (void)t_subscribe(&t, i);
    leave(&t, 2);
    leave(&t, 3);
    id = t_send(&t);
    CHECK_NUM(t_mailing(&t).audience, 4);
    CHECK_NUM(t_mailing(&t).to_enlist, 4);
    (void)t_subscribe(&t, 2); /* came back: not for this one */
    leave(&t, 4);             /* left */
    leave(&t, 5);
    (void)t_subscribe(&t, 5); /* left and came back */
    (void)t_subscribe(&t, 7); /* new */
    check_claims(&t, id, 2, "1 5 6 ");
    mailing = t_mailing(&t);
    CHECK_NUM(mailing.audience, 4);
    CHECK_NUM(mailing.total, 4);
    CHECK_NUM(mailing.to_enlist, 0);
    CHECK_NUM(mailing.count[BD_DELIVERY_SKIPPED], 1);
    MUST(&t, bd_store_check(t.store, &t.err));
    t_stop(&t);
}

static void test_enlist__takes_whom_the_filter_takes(void **state)
{
    const struct bd_issue_row issue = { .slug = BD_STR("2016-1"),
                                        .source_hash = BD_STR("abc") };
    struct bd_mailing mailing = { .message_id_salt = BD_STR("salt"),
                                  .state = BD_MAILING_SENDING,
                                  .filter = BD_STR("email = reader3@lasare"
                                                   ".example") };
    struct t_store t;
    int64_t id = 0;

    (void)state;
    t_start(&t);
    mailing.list_id = t.list;
    for (unsigned i = 1; i <= 6; i++)
        (void)t_subscribe(&t, i);
    MUST(&t,
         bd_mailing_start(t.store, &issue, &mailing, &t.actor, &id, &t.err));
    CHECK_NUM(t_mailing(&t).audience, 1);
    check_claims(&t, id, 2, "3 ");
    CHECK_NUM(t_mailing(&t).total, 1);
    t_stop(&t);
}

/* Rows are written by twenties where that can be done. */
static void test_enlist__any_number_with_some_skipped(void **state)
{
    static const size_t sizes[] = { 1, 19, 20, 21, 45, 200 };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct bd_mailing mailing;
        struct t_store t;
        struct bd_buf out;
        int64_t id = 0;

        t_start(&t);
        for (unsigned k = 0; k < 90; k++)
            (void)t_subscribe(&t, k);
        id = t_send(&t);
        leave(&t, 30);
        leave(&t, 90);
        bd_buf_init(&out, 0);
        claim_all(&t, id, sizes[i], &out);
        bd_buf_fini(&out);
        mailing = t_mailing(&t);
        CHECK_NUM(mailing.count[BD_DELIVERY_HANDING_OVER], 88);
        CHECK_NUM(mailing.count[BD_DELIVERY_SKIPPED], 2);
        MUST(&t, bd_store_check(t.store, &t.err));
        t_stop(&t);
    }
}

static void test_delivery__one_for_each_reader(void **state)
{
    struct t_store t;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    check_claims(&t, t_send(&t), 10, "1 ");
    MUST(&t, store_unfold(t.store, &t.err));
    CHECK(store_exec(t.store,
                     "INSERT INTO delivery (mailing_id, subscriber_id, state, "
                     "attempts, reason, email) "
                     "VALUES (1, 1, 'handing-over', 0, '', 'a@b.example')",
                     &t.err) == BD_EEXIST);
    t_stop(&t);
}

/* The copy stays, and no longer says whose it was. */
static void test_delivery__forgets_an_erased_reader(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct bd_receipt receipt = { .state = BD_DELIVERY_DEFERRED,
                                  .next_try_at = 1500 };
    struct t_store t;
    size_t count = 0;
    int64_t claim = 0;
    int64_t id = 0;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    id = t_send(&t);
    MUST(&t, bd_queue_claim(t.arena, t.store, id, 1, 1000, &claim, &copies,
                            &count, &t.err));
    receipt.copy = &copies[0];
    MUST(&t, bd_queue_result(t.store, claim, &receipt, 1, &t.err));
    MUST(&t, store_exec(t.store, "DELETE FROM subscriber", &t.err));
    check_claims(&t, id, 10, "");
    CHECK_NUM(t_mailing(&t).count[BD_DELIVERY_SKIPPED], 1);
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_enlist__goes_by_the_list_as_it_was),
        cmocka_unit_test(test_enlist__takes_whom_the_filter_takes),
        cmocka_unit_test(test_enlist__any_number_with_some_skipped),
        cmocka_unit_test(test_delivery__one_for_each_reader),
        cmocka_unit_test(test_delivery__forgets_an_erased_reader),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
