#include "t.h"

#include "brevduva/deliver/rate.h"

static struct bd_rate new_rate(int64_t count, int64_t period_ms)
{
    const struct bd_rate_limits limits = { { { count, period_ms } }, 1 };
    struct bd_rate rate;

    bd_rate_init(&rate, &limits);
    return rate;
}

/* Small numbers that repeat (xorshift). */
static uint32_t chance(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* Start whatever may start, called as bd_rate_wait says and up to `late` ms
 * after that. Returns how many start before `end_ms`. */
static int64_t run(struct bd_rate *rate, int64_t now_ms, int64_t end_ms,
                   uint32_t late, uint32_t *seed)
{
    int64_t count = 0;

    while (now_ms < end_ms) {
        int64_t wait = bd_rate_wait(rate, now_ms);

        if (wait == 0) {
            bd_rate_take(rate, now_ms);
            count++;
        } else {
            now_ms += wait + (late ? chance(seed) % (late + 1) : 0);
        }
    }
    return count;
}

static void test_rate_take__gives_what_was_promised(void **state)
{
    static const struct {
        const char *name;
        int64_t count, period_ms, span_ms, want;
        uint32_t late;
    } rows[] = {
        { "14/s, an hour", 14, 1000, 3600000, 50400, 0 },
        { "14/s, late", 14, 1000, 3600000, 50400, 19 },
        { "14/s, a day", 14, 1000, 86400000, 1209600, 0 },
        { "1/s", 1, 1000, 3600000, 3600, 19 },
        { "7/s", 7, 1000, 3600000, 25200, 19 },
        { "3/min, a week", 3, 60000, 604800000, 30240, 19 },
        { "20/min", 20, 60000, 3600000, 1200, 0 },
        { "1000/h", 1000, 3600000, 86400000, 24000, 19 },
        { "150/s, late", 150, 1000, 600000, 90000, 5 },
        { "5000/s", 5000, 1000, 60000, 300000, 0 },
        { "7777/s, late", 7777, 1000, 60000, 466620, 4 },
        { "999999/s", 999999, 1000, 1000, 999999, 2 },
    };
    uint32_t seed = 4711;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_rate rate = new_rate(rows[i].count, rows[i].period_ms);
        int64_t start = 1234567;
        int64_t got = run(&rate, start, start + rows[i].span_ms, rows[i].late,
                          &seed);
        /* the clock's millisecond may hold some, and lateness at the end */
        int64_t slack = 1 + 25 * rows[i].count / rows[i].period_ms;

        if (got < rows[i].want - slack || got > rows[i].want + slack)
            fail_msg("row \"%s\": %lld", rows[i].name, (long long)got);
    }
}

static void test_rate_take__keeps_all_limits_at_once(void **state)
{
    const struct bd_rate_limits limits = {
        { { 14, 1000 }, { 100, 60000 }, { 1000, 3600000 }, { 5, 86400000 } }, 4
    };
    struct bd_rate rate;

    (void)state;
    bd_rate_init(&rate, &limits);
    assert_in_range(run(&rate, 0, 3600000, 0, NULL), 999, 1001);
}

/* Whatever the moments of asking, and however often: no period has more than
 * promised. */
static void test_rate_take__never_gives_more(void **state)
{
    static const int64_t periods[] = { 1000, 60000, 3600000 };
    uint32_t seed = 20161201;

    (void)state;
    for (size_t round = 0; round < 300; round++) {
        int64_t period = periods[chance(&seed) % 3];
        int64_t count = 1 + chance(&seed) % (round % 2 ? 20 : 3000);
        struct bd_rate rate = new_rate(count, period);
        int64_t most = count + 1;
        int64_t now = chance(&seed) % 100000;
        int64_t starts[4000] = { 0 }; /* the latest, in a ring */
        int64_t made = 0;

        if (count * 1000 / period > 200)
            most += count * 5 / period + 1;
        for (size_t asked = 0; asked < 12000; asked++) {
            if (bd_rate_wait(&rate, now) == 0) {
                bd_rate_take(&rate, now);
                if (made >= most && now - starts[(made - most) % 4000] < period)
                    fail_msg("%lld in %lld ms", (long long)most + 1,
                             (long long)period);
                starts[made++ % 4000] = now;
            }
            if (chance(&seed) % 4 == 0)
                now += chance(&seed) % (uint32_t)(4 * period / count + 2);
            if (chance(&seed) % 1000 == 0)
                now += period / 2;
        }
    }
}

static void test_rate_room__agrees_with_what_starts(void **state)
{
    static const int64_t counts[] = { 1, 14, 333, 5000 };
    uint32_t seed = 5;

    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct bd_rate rate = new_rate(counts[i], 1000);
        int64_t now = 50000;

        for (size_t k = 0; k < 50; k++) {
            int64_t room = bd_rate_room(&rate, now, 100);
            int64_t got = run(&rate, now, now + 101, 0, &seed);

            if (room < got - 1 || room > got + 1)
                fail_msg("%lld/s: room %lld, got %lld", (long long)counts[i],
                         (long long)room, (long long)got);
            now += 101 + chance(&seed) % 300;
        }
    }
}

static void test_rate_wait__is_nothing_without_limits(void **state)
{
    static const struct bd_rate_limits none = { { { 0, 0 } }, 0 };
    static const struct bd_rate_limits day = { { { 200, 86400000 } }, 1 };
    static const struct bd_rate_limits high = { { { 5000000, 1000 } }, 1 };
    const struct bd_rate_limits *const rows[] = { &none, &day, &high };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct bd_rate rate;

        bd_rate_init(&rate, rows[i]);
        for (size_t k = 0; k < 1000; k++)
            bd_rate_take(&rate, 5);
        assert_int_equal(bd_rate_wait(&rate, 5), 0);
        assert_true(bd_rate_room(&rate, 5, 100) == INT64_MAX);
    }
    assert_true(bd_rate_day(&none) == INT64_MAX);
    assert_true(bd_rate_day(&high) == INT64_MAX);
    assert_int_equal(bd_rate_day(&day), 200);
}

static void test_warm_up_day__grows_from_the_first(void **state)
{
    static const struct {
        struct bd_warm_up plan;
        int64_t age, want;
    } rows[] = {
        { { 0, 2, 0 }, 3, INT64_MAX },      { { 200, 2, 0 }, 0, 200 },
        { { 200, 2, 0 }, 1, 400 },          { { 200, 2, 0 }, 7, 25600 },
        { { 200, 2, 0 }, -4, 200 },         { { 200, 1.5, 0 }, 3, 675 },
        { { 200, 0, 0 }, 30, 200 },         { { 200, 1, 0 }, 30, 200 },
        { { 200, 2, 0 }, 20000, INT64_MAX }
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (bd_warm_up_day(&rows[i].plan, rows[i].age) != rows[i].want)
            fail_msg("row %zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rate_take__gives_what_was_promised),
        cmocka_unit_test(test_rate_take__keeps_all_limits_at_once),
        cmocka_unit_test(test_rate_take__never_gives_more),
        cmocka_unit_test(test_rate_room__agrees_with_what_starts),
        cmocka_unit_test(test_rate_wait__is_nothing_without_limits),
        cmocka_unit_test(test_warm_up_day__grows_from_the_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
