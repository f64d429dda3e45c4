#include "t.h"

#include "retry_private.h"

static void test_retry_at__doubles_up_to_the_deadline(void **state)
{
    static const struct {
        int64_t first, deadline, since, now;
        uint32_t chance;
        int64_t at;
    } rows[] = {
        { 900, 0, 0, 1000, 0, 1900 },
        { 900, 0, 1000, 1900, 0, 3700 },       /* twice as long, */
        { 900, 0, 1000, 3700, 0, 7300 },       /* and again */
        { 900, 0, 1000, 101000, 0, 122600 },   /* six hours at most, */
        { 86400, 0, 1000, 101000, 0, 187400 }, /* but what is asked for */
        { 900, 0, 5000, 1000, 0, 1900 },       /* the clock went back */
        { 900, 0, 0, 1000, 1023, 1900 + 224 },
        { 900, 0, 0, 1000, 4294967295U, 1900 + 224 },
        { 900, 1500, 0, 1000, 0, 1500 }, /* one last try */
        { 900, 1500, 0, 1500, 0, 2400 }, /* past it */
        { 0, 0, 0, 1000, 0, 1001 },      /* never at once */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct retry retry = { .first = rows[i].first,
                                     .since = rows[i].since,
                                     .deadline = rows[i].deadline };
        const struct retry network = { .network = rows[i].first,
                                       .since = rows[i].since,
                                       .deadline = rows[i].deadline };

        if (retry_at(&retry, rows[i].now, rows[i].chance) != rows[i].at)
            fail_msg("row %zu", i);
        if (retry_network_at(&network, rows[i].now, rows[i].chance) !=
            rows[i].at)
            fail_msg("row %zu, network", i);
    }
}

/* Copies that failed at one moment do not all come back at one moment. */
static void test_retry_at__spreads_over_a_quarter(void **state)
{
    const struct retry retry = { .first = 900 };
    size_t by_part[5] = { 0 };

    (void)state;
    for (uint32_t chance = 0; chance < 4096; chance++)
        by_part[(retry_at(&retry, 0, chance) - 900) / 45]++;
    for (size_t i = 0; i < 5; i++)
        assert_in_range(by_part[i], 780, 860);
}

static void test_retry_is_over__at_the_deadline(void **state)
{
    const struct retry retry = { .first = 900, .deadline = 1500 };
    const struct retry endless = { .first = 900 };

    (void)state;
    CHECK(!retry_is_over(&retry, 1499));
    CHECK(retry_is_over(&retry, 1500));
    CHECK(!retry_is_over(&endless, INT64_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_retry_at__doubles_up_to_the_deadline),
        cmocka_unit_test(test_retry_at__spreads_over_a_quarter),
        cmocka_unit_test(test_retry_is_over__at_the_deadline),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
