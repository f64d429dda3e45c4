/* What is known of copies that a dead process had claimed. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "brevduva/store/begun.h"
#include "store_queue.h"
#include "store_t.h"

struct killed {
    struct t_store t;
    int64_t mailing, claim;
    const struct bd_delivery *copies;
    size_t count;
};

static void claim(struct killed *k, size_t count)
{
    MUST(&k->t, bd_queue_claim(k->t.arena, k->t.store, k->mailing, count, 1000,
                               &k->claim, &k->copies, &k->count, &k->t.err));
    CHECK_NUM(k->count, count);
}

/* Six readers, of whom four are claimed; the second has been begun. */
static void begin(struct killed *k)
{
    t_start(&k->t);
    for (unsigned i = 1; i <= 6; i++)
        (void)t_subscribe(&k->t, i);
    k->mailing = t_send(&k->t);
    bd_begun_start(k->t.store);
    claim(k, 4);
    bd_begun_note(k->t.store, k->copies[1].id);
}

/* The process is gone, another one comes: so many are unknown, so many wait. */
static void check_after(struct killed *k, int64_t unknown, int64_t waiting)
{
    int64_t found = 0;
    struct bd_mailing mailing;

    bd_store_close(k->t.store);
    MUST(&k->t,
         bd_store_open(k->t.path, BD_STORE_WRITE, &k->t.store, &k->t.err));
    MUST(&k->t, bd_queue_recover(k->t.store, &k->t.actor, &found, &k->t.err));
    CHECK_NUM(found, unknown);
    mailing = t_mailing(&k->t);
    CHECK_NUM(mailing.count[BD_DELIVERY_UNKNOWN], unknown);
    CHECK_NUM(mailing.count[BD_DELIVERY_QUEUED], waiting);
    CHECK_NUM(mailing.count[BD_DELIVERY_HANDING_OVER], 0);
    MUST(&k->t, bd_store_check(k->t.store, &k->t.err));
    bd_begun_start(k->t.store);
    bd_begun_stop(k->t.store); /* leaves nothing behind */
    t_stop(&k->t);
}

static void test_recover__only_what_was_begun_is_unknown(void **state)
{
    struct bd_receipt r = { .state = BD_DELIVERY_ACCEPTED, .at = 1001 };
    struct killed k;

    (void)state;
    begin(&k);
    bd_begun_note(k.t.store, k.copies[0].id);
    r.copy = &k.copies[0];
    MUST(&k.t, bd_queue_result(k.t.store, k.claim, &r, 1, &k.t.err));
    check_after(&k, 1, 4); /* of five without a result, four were not begun */
}

/* One that came back counts from its new claim on. */
static void test_recover__what_was_begun_before_does_not_count(void **state)
{
    struct bd_receipt r[4];
    struct killed k;

    (void)state;
    begin(&k);
    for (size_t i = 0; i < 4; i++)
        r[i] = (struct bd_receipt) { .copy = &k.copies[i],
                                     .state = BD_DELIVERY_QUEUED };
    MUST(&k.t, bd_queue_result(k.t.store, k.claim, r, 4, &k.t.err));
    claim(&k, 2);
    CHECK_NUM(k.copies[1].id, r[1].copy->id);
    check_after(&k, 0, 6);
}

static void test_recover__without_the_memory_all_are_unknown(void **state)
{
    struct killed k;

    (void)state;
    begin(&k);
    bd_begun_start(k.t.store); /* another one in its place */
    check_after(&k, 4, 2);
}

static void test_recover__an_overwritten_memory_knows_nothing(void **state)
{
    struct killed k;

    (void)state;
    begin(&k);
    for (int64_t i = 0; i < 1 << 14; i++)
        bd_begun_note(k.t.store, 1000 + i);
    check_after(&k, 4, 2);
}

static void test_recover__a_memory_that_others_may_write_is_none(void **state)
{
    struct killed k;
    struct stat database;
    char name[64];
    int fd = -1;

    (void)state;
    begin(&k);
    CHECK(stat(k.t.path, &database) == 0);
    (void)snprintf(name, sizeof name, "/brevduva-%llx-%llx",
                   (unsigned long long)database.st_dev,
                   (unsigned long long)database.st_ino);
    fd = shm_open(name, O_RDWR, 0);
    CHECK(fd >= 0 && fchmod(fd, 0666) == 0 && close(fd) == 0);
    check_after(&k, 4, 2);
}

static void test_recover__of_a_cancelled_mailing_nothing_waits(void **state)
{
    struct killed k;

    (void)state;
    begin(&k);
    MUST(&k.t, bd_mailing_set_state(k.t.store, k.mailing, BD_MAILING_CANCELLED,
                                    BD_STR_NONE, &k.t.actor, &k.t.err));
    check_after(&k, 1, 0);
}

static void test_begun_stop__keeps_what_a_claim_needs(void **state)
{
    struct killed k;

    (void)state;
    begin(&k);
    bd_begun_stop(k.t.store); /* results could not be stored */
    check_after(&k, 1, 5);
}

/* Whatever became of the lock file: nobody settles what a living process is
 * about to send. */
static void test_recover__not_while_the_sender_lives(void **state)
{
    struct bd_store *other = NULL;
    struct killed k;
    int64_t unknown = 0;

    (void)state;
    begin(&k);
    MUST(&k.t, bd_store_open(k.t.path, BD_STORE_WRITE, &other, &k.t.err));
    CHECK(bd_queue_recover(other, &k.t.actor, &unknown, &k.t.err) == BD_ETEMP);
    CHECK(strstr(k.t.err.msg, "another process is sending"));
    CHECK_NUM(t_mailing(&k.t).count[BD_DELIVERY_HANDING_OVER], 4);
    bd_store_close(other);
    check_after(&k, 1, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recover__only_what_was_begun_is_unknown),
        cmocka_unit_test(test_recover__what_was_begun_before_does_not_count),
        cmocka_unit_test(test_recover__without_the_memory_all_are_unknown),
        cmocka_unit_test(test_recover__an_overwritten_memory_knows_nothing),
        cmocka_unit_test(test_recover__a_memory_that_others_may_write_is_none),
        cmocka_unit_test(test_recover__of_a_cancelled_mailing_nothing_waits),
        cmocka_unit_test(test_begun_stop__keeps_what_a_claim_needs),
        cmocka_unit_test(test_recover__not_while_the_sender_lives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
