#include "t.h"

#include "clicks_private.h"

#define DAY ((int64_t)24 * 60 * 60)

/* Noted at `at` by a network, on a link of a mailing. */
static void note(struct web_clicks *clicks, int64_t at, uint64_t network,
                 uint64_t mailing, int64_t link)
{
    struct web_click click = { link, mailing, network, at };

    clicks_note(clicks, &click);
}

static int64_t sum_of(struct web_clicks *clicks, int64_t now, bool all)
{
    const struct web_count *counts = NULL;
    size_t count = clicks_due(clicks, now, all, &counts);
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += counts[i].clicks;
    return sum;
}

static void test_clicks_due__waits_for_a_burst(void **state)
{
    struct web_clicks *clicks = clicks_new();

    (void)state;
    note(clicks, 1000, 1, 1, 7);
    assert_int_equal(sum_of(clicks, 1010, false), 0);
    assert_int_equal(sum_of(clicks, 1011, false), 1);
    /* stays until it is written */
    assert_int_equal(sum_of(clicks, 1012, false), 1);
    clicks_written(clicks);
    assert_int_equal(sum_of(clicks, 1012, true), 0);
    clicks_free(clicks);
}

static void test_clicks_note__leaves_out_bursts(void **state)
{
    static const struct {
        const char *name;
        struct {
            int64_t at;
            uint64_t network, mailing;
            int64_t link;
        } clicks[3];
        int64_t want;
    } rows[] = {
        { "three links at once",
          { { 0, 1, 1, 1 }, { 0, 1, 1, 2 }, { 1, 1, 1, 3 } },
          0 },
        { "a chain", { { 0, 1, 1, 1 }, { 9, 1, 1, 2 }, { 18, 1, 1, 3 } }, 0 },
        { "one after a while",
          { { 0, 1, 1, 1 }, { 1, 1, 1, 2 }, { 30, 1, 1, 3 } },
          1 },
        { "slowly", { { 0, 1, 1, 1 }, { 11, 1, 1, 2 }, { 22, 1, 1, 3 } }, 3 },
        { "three networks",
          { { 0, 1, 1, 1 }, { 0, 2, 1, 2 }, { 0, 3, 1, 3 } },
          3 },
        { "three mailings",
          { { 0, 1, 1, 1 }, { 0, 1, 2, 2 }, { 0, 1, 3, 3 } },
          3 },
        { "the same again",
          { { 0, 1, 1, 1 }, { 5, 1, 1, 1 }, { 9, 1, 1, 1 } },
          1 },
        { "again in a burst",
          { { 0, 1, 1, 1 }, { 1, 1, 1, 2 }, { 2, 1, 1, 1 } },
          0 },
        { "again later",
          { { 0, 1, 1, 1 }, { 11, 1, 1, 1 }, { 22, 1, 1, 1 } },
          3 },
        { "clock set back",
          { { 50, 1, 1, 1 }, { 0, 1, 1, 2 }, { 0, 2, 1, 1 } },
          1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct web_clicks *clicks = clicks_new();

        for (size_t n = 0; n < 3; n++)
            note(clicks, 1000 + rows[i].clicks[n].at, rows[i].clicks[n].network,
                 rows[i].clicks[n].mailing, rows[i].clicks[n].link);
        if (sum_of(clicks, 1000, true) != rows[i].want)
            fail_msg("%s", rows[i].name);
        clicks_free(clicks);
    }
}

static void test_clicks_due__counts_by_link_and_day(void **state)
{
    struct web_clicks *clicks = clicks_new();
    const struct web_count *counts = NULL;

    (void)state;
    note(clicks, 10 * DAY, 1, 1, 7);
    note(clicks, 10 * DAY, 2, 1, 7);
    note(clicks, 10 * DAY, 3, 1, 8);
    note(clicks, 12 * DAY, 1, 1, 7);
    assert_int_equal(clicks_due(clicks, 12 * DAY, true, &counts), 3);
    assert_int_equal(counts[0].link, 7);
    assert_int_equal(counts[0].clicks, 2);
    assert_int_equal(counts[1].link, 8);
    assert_int_equal(counts[2].day - counts[0].day, 2);
    clicks_free(clicks);
}

/* Ever so many leave the memory as it is. */
static void test_clicks_note__has_an_end(void **state)
{
    struct web_clicks *clicks = clicks_new();

    (void)state;
    for (int64_t i = 0; i < 6000; i++)
        note(clicks, 1000, (uint64_t)i, 1, i);
    assert_int_equal(sum_of(clicks, 2000, false), 4096);
    clicks_free(clicks);
    clicks_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clicks_due__waits_for_a_burst),
        cmocka_unit_test(test_clicks_note__leaves_out_bursts),
        cmocka_unit_test(test_clicks_due__counts_by_link_and_day),
        cmocka_unit_test(test_clicks_note__has_an_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
