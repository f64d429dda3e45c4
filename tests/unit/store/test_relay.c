#include "store_queue.h"
#include "store_t.h"

#define DAY 86400

static struct bd_receipt receipt(const struct bd_delivery *copy,
                                 const char *relay, int64_t at)
{
    return (struct bd_receipt) { .copy = copy,
                                 .state = BD_DELIVERY_ACCEPTED,
                                 .at = at,
                                 .relay = bd_str_from(relay) };
}

static void check_day(struct t_store *t, const char *relay, int64_t day,
                      int64_t want, int64_t want_first)
{
    int64_t copies = -1;
    int64_t first = -1;

    MUST(t, bd_queue_relay_day(t->store, bd_str_from(relay), day, &copies,
                               &first, &t->err));
    CHECK_NUM(copies, want);
    CHECK_NUM(first, want_first);
}

static void test_relay_day__counts_what_was_handed_over(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct bd_receipt receipts[5];
    struct t_store t;
    size_t count = 0;
    int64_t claim = 0;

    (void)state;
    CHECK(setenv("TZ", "Europe/Stockholm", 1) == 0);
    t_start(&t);
    for (unsigned i = 0; i < 5; i++)
        (void)t_subscribe(&t, i);
    MUST(&t, bd_queue_claim(t.arena, t.store, t_send(&t), 5, 1000, &claim,
                            &copies, &count, &t.err));
    /* midnight is an hour before that of UTC */
    receipts[0] = receipt(&copies[0], "smtp://a.example", 100 * DAY - 3601);
    receipts[1] = receipt(&copies[1], "smtp://a.example", 100 * DAY - 3600);
    receipts[2] = receipt(&copies[2], "smtp://a.example", 100 * DAY);
    receipts[3] = receipt(&copies[3], "smtp://b.example", 100 * DAY);
    receipts[4] = receipt(&copies[4], "smtp://b.example", 100 * DAY);
    receipts[4].state = BD_DELIVERY_QUEUED; /* not tried */
    MUST(&t, bd_queue_result(t.store, claim, receipts, 5, &t.err));
    check_day(&t, "smtp://a.example", 99, 1, 99);
    check_day(&t, "smtp://a.example", 100, 2, 99);
    check_day(&t, "smtp://a.example", 101, 0, 99);
    check_day(&t, "smtp://b.example", 100, 1, 100);
    check_day(&t, "smtp://c.example", 100, 0, 0);
    t_stop(&t);
}

/* A relay that was new in what was rolled back is new once more. */
static void test_relay__is_not_remembered_after_a_rollback(void **state)
{
    struct t_store t;
    int64_t first = 0;
    int64_t again = 0;
    int64_t other = 0;

    (void)state;
    t_start(&t);
    MUST(&t, bd_store_begin(t.store, &t.err));
    MUST(&t,
         store_relay_id(t.store, BD_STR("smtp://a.example"), &first, &t.err));
    bd_store_rollback(t.store);
    MUST(&t,
         store_relay_id(t.store, BD_STR("smtp://b.example"), &other, &t.err));
    MUST(&t,
         store_relay_id(t.store, BD_STR("smtp://a.example"), &first, &t.err));
    MUST(&t,
         store_relay_id(t.store, BD_STR("smtp://a.example"), &again, &t.err));
    CHECK(first != other);
    CHECK_NUM(again, first);
    MUST(&t, store_relay_id(t.store, BD_STR_NONE, &other, &t.err));
    CHECK_NUM(other, 0);
    for (int i = 0; i < 40; i++) { /* more than are remembered */
        bd_str name = bd_arena_printf(t.arena, "smtp://%d.example", i);

        MUST(&t, store_relay_id(t.store, name, &other, &t.err));
    }
    MUST(&t,
         store_relay_id(t.store, BD_STR("smtp://a.example"), &again, &t.err));
    CHECK_NUM(again, first);
    t_stop(&t);
}

static void test_queue_session__is_never_given_twice(void **state)
{
    struct t_store t;
    int64_t last = 0;

    (void)state;
    t_start(&t);
    for (int i = 0; i < 5; i++) {
        int64_t number = 0;

        MUST(&t, bd_queue_session(t.store, &number, &t.err));
        CHECK(number > last);
        last = number;
        bd_store_close(t.store);
        MUST(&t, bd_store_open(t.path, BD_STORE_WRITE, &t.store, &t.err));
    }
    t_stop(&t);
}

static void test_store_changed__by_others_alone(void **state)
{
    struct bd_store *other = NULL;
    struct t_store t;
    int64_t number = 0;

    (void)state;
    t_start(&t);
    CHECK(bd_store_changed(t.store)); /* the first time */
    CHECK(!bd_store_changed(t.store));
    MUST(&t, bd_queue_session(t.store, &number, &t.err));
    CHECK(!bd_store_changed(t.store));
    MUST(&t, bd_store_open(t.path, BD_STORE_WRITE, &other, &t.err));
    CHECK(!bd_store_changed(t.store));
    MUST(&t, bd_queue_session(other, &number, &t.err));
    CHECK(bd_store_changed(t.store));
    CHECK(!bd_store_changed(t.store));
    bd_store_close(other);
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_relay_day__counts_what_was_handed_over),
        cmocka_unit_test(test_relay__is_not_remembered_after_a_rollback),
        cmocka_unit_test(test_queue_session__is_never_given_twice),
        cmocka_unit_test(test_store_changed__by_others_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
