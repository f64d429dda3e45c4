#include "t.h"

#include <stdio.h>

#include "brevduva/deliver/domains.h"

#define NOW 5000000 /* any moment */

static bd_str grey(void)
{
    return BD_STR("grey.example");
}

/* Does one start, and if not, when? */
static int64_t ask(struct bd_domains *domains, const char *domain, int64_t now)
{
    bd_str text = t_heap(domain);
    int64_t wait = bd_domains_take(domains, text, now);

    t_free(text);
    return wait;
}

static void tell_all(struct bd_domains *domains, const char *domain, int code,
                     const char *enhanced, int64_t now)
{
    bd_str text = t_heap(domain);
    bd_str status = t_heap(enhanced);

    bd_domains_tell(domains, text, code, status, now);
    t_free(status);
    t_free(text);
}

static void tell(struct bd_domains *domains, const char *domain, int code,
                 int64_t now)
{
    tell_all(domains, domain, code, "", now);
}

static void test_domains_take__knows_the_patterns(void **state)
{
    static const struct bd_domain_limit limits[] = {
        { BD_STR_INIT(" *.outlook.com,, Hotmail.com ,"),
          { { { 1, 60000 } }, 1 } },
        { BD_STR_INIT("b.example"), { { { 60, 60000 } }, 1 } },
        { BD_STR_INIT("*.example"), { { { 1, 3600000 } }, 1 } },
        { BD_STR_INIT("a.daily.test"), { { { 24, 86400000 } }, 1 } },
        { BD_STR_INIT(""), { { { 1, 60000 } }, 1 } },
    };
    static const struct {
        const char *first, *second;
        int64_t wait; /* of the second; 0: they are not together */
    } rows[] = {
        { "hotmail.com", "hotmail.com", 60000 },
        { "hotmail.com", "HOTMAIL.COM", 60000 },
        { "hotmail.com", "a.Outlook.com", 60000 },
        { "a.outlook.com", "b.c.outlook.com", 60000 },
        { "a.outlook.com", "outlook.com", 0 },
        { "a.outlook.com", "notoutlook.com", 0 },
        { "a.outlook.com", "outlook.com.test", 0 },
        { "b.example", "b.example", 1000 }, /* the first row counts */
        { "b.example", "c.example", 0 },
        { "c.example", "d.example", 3600000 },
        { "c.example", "example", 0 },
        { "a.daily.test", "a.daily.test", 3600000 },
        { "other.test", "other.test", 0 },
        { "", "", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_domains *domains = bd_domains_new(limits, 5);

        CHECK_ROW(rows[i].first, !bd_domains_are_free(domains));
        CHECK_ROW(rows[i].first, ask(domains, rows[i].first, NOW) == 0);
        CHECK_ROW(rows[i].second,
                  labs((long)(ask(domains, rows[i].second, NOW) -
                              rows[i].wait)) <= 20);
        bd_domains_free(domains);
    }
}

static void test_domains_tell__slows_down_and_recovers(void **state)
{
    static const struct {
        int code;
        bool later; /* an answer to a copy that left since the last change */
        int64_t wait_ms;
    } steps[] = {
        { 250, true, 0 },      { 550, true, 0 },      { 455, true, 0 },
        { 451, true, 1000 },   { 451, false, 1000 }, /* it left before */
        { 250, false, 1000 },  { 421, true, 2000 },   { 450, true, 4000 },
        { 452, true, 8000 },   { 550, true, 8000 },   { 250, true, 4000 },
        { 454, true, 8000 },   { 421, true, 16000 },  { 421, true, 32000 },
        { 421, true, 64000 },  { 421, true, 128000 }, { 421, true, 256000 },
        { 421, true, 300000 }, { 421, true, 300000 }, { 250, true, 150000 },
        { 250, true, 75000 },  { 250, true, 37500 },  { 250, true, 18750 },
        { 250, true, 9375 },   { 250, true, 4687 },   { 250, true, 2343 },
        { 250, true, 1171 },   { 250, true, 0 },      { 250, true, 0 },
    };
    struct bd_domains *domains = bd_domains_new(NULL, 0);
    int64_t now = NOW;

    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct bd_slow_domain slow = { 0 };
        size_t count = 0;

        now += steps[i].later ? 300001 : 0;
        tell(domains, i % 2 ? "Grey.Example" : "grey.example", steps[i].code,
             now);
        count = bd_domains_slowest(domains, &slow, 1);
        if (slow.wait_ms != steps[i].wait_ms)
            fail_msg("step %zu: %lld", i, (long long)slow.wait_ms);
        assert_int_equal(count, slow.wait_ms > 0);
        assert_int_equal(bd_domains_are_free(domains), count == 0);
        if (count)
            CHECK_STR(slow.domain, "grey.example");
        assert_int_equal(ask(domains, "else.example", now), 0);
    }
    bd_domains_free(domains);
}

static void test_domains_tell__leaves_alone_whose_mailbox_it_is(void **state)
{
    static const struct {
        int code;
        const char *enhanced;
        bool slow;
    } rows[] = {
        { 452, "4.2.2", false }, { 450, "4.2.1", false },
        { 450, "4.2.0", false }, { 451, "4.2.999", false },
        { 450, "4.7.1", true },  { 451, "4.3.2", true },
        { 452, "4.22.2", true }, { 450, "", true },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_domains *domains = bd_domains_new(NULL, 0);

        tell_all(domains, "grey.example", rows[i].code, rows[i].enhanced, NOW);
        CHECK_ROW(rows[i].enhanced,
                  bd_domains_are_free(domains) == !rows[i].slow);
        bd_domains_free(domains);
    }
}

static void test_domains_take__gives_each_a_later_turn(void **state)
{
    static const int64_t waits[] = { 1000, 2000, 3000, 4000, 5000 };
    struct bd_domains *domains = bd_domains_new(NULL, 0);

    (void)state;
    tell(domains, "grey.example", 451, NOW);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(ask(domains, "grey.example", NOW), waits[i]);
    for (size_t i = 0; i < 5; i++) /* and keeps its word */
        assert_int_equal(ask(domains, "grey.example", NOW + waits[i]), 0);
    assert_int_equal(ask(domains, "grey.example", NOW + 5000), 1000);
    bd_domains_free(domains);
}

static void test_domains_take__gives_no_turn_in_the_far_future(void **state)
{
    struct bd_domains *domains = bd_domains_new(NULL, 0);
    size_t by_minute[16] = { 0 };

    (void)state;
    tell(domains, "grey.example", 451, NOW);
    for (size_t i = 0; i < 90000; i++) {
        int64_t wait = ask(domains, "grey.example", NOW);

        assert_in_range(wait, 1000, 900000);
        by_minute[wait / 60000]++;
    }
    for (size_t i = 1; i < 15; i++) /* evenly */
        assert_in_range(by_minute[i], 5900, 6200);
    bd_domains_free(domains);
}

/* Copies ask as an engine asks for them: those that wait little from memory,
 * the others from a queue that knows seconds only and is late. With twice as
 * many as may go, the limit is used to the full: but for one second, when the
 * first are yet to come back from the queue. */
static void check_throughput(int64_t count, int64_t period_ms, size_t copies)
{
    struct bd_domain_limit limit = { grey(), { { { count, period_ms } }, 1 } };
    struct bd_domains *domains = bd_domains_new(&limit, 1);
    int64_t *due = calloc(copies, sizeof *due);
    int64_t want = (int64_t)copies / 2;
    int64_t end = want * period_ms / count;
    int64_t started = 0;
    int64_t now = 0;

    assert_non_null(due);
    for (; now < end; now++) {
        for (size_t i = 0; i < copies; i++) {
            int64_t wait = 0;

            if (due[i] != now)
                continue;
            wait = bd_domains_take(domains, grey(), now);
            started += wait == 0;
            due[i] = wait ? now + wait : -1;
            if (wait > BD_DOMAINS_SOON_MS)
                due[i] = (due[i] + 999) / 1000 * 1000 + 250;
        }
    }
    if (started < want - 1 - 1250 * count / period_ms || started > want + 1)
        fail_msg("%lld per %lld ms: %lld of %lld", (long long)count,
                 (long long)period_ms, (long long)started, (long long)want);
    free(due);
    bd_domains_free(domains);
}

static void test_domains_take__uses_a_limit_to_the_full(void **state)
{
    (void)state;
    check_throughput(20, 60000, 100);
    check_throughput(23, 60000, 100);
    check_throughput(7, 1000, 400);
    check_throughput(50, 1000, 1000);
}

static void test_domains_take__keeps_limit_and_slowness(void **state)
{
    struct bd_domain_limit limit = { grey(), { { { 60, 60000 } }, 1 } };
    struct bd_domains *domains = bd_domains_new(&limit, 1);

    (void)state;
    assert_int_equal(ask(domains, "grey.example", NOW), 0);
    tell(domains, "grey.example", 451, NOW);
    tell(domains, "grey.example", 451, NOW + 1000);
    assert_int_equal(ask(domains, "grey.example", NOW + 1000), 2000);
    assert_int_equal(ask(domains, "grey.example", NOW + 3000), 0);
    assert_int_equal(ask(domains, "grey.example", NOW + 4000), 1000);
    bd_domains_free(domains);
}

static void test_domains_tell__forgets_the_idle(void **state)
{
    struct bd_domains *domains = bd_domains_new(NULL, 0);
    char name[32];

    (void)state;
    tell(domains, "first.example", 451, NOW);
    tell(domains, "second.example", 451, NOW);
    for (int i = 0; i < 9998; i++) {
        (void)snprintf(name, sizeof name, "d%d.example", i);
        tell(domains, name, 451, NOW);
    }
    assert_int_equal(ask(domains, "first.example", NOW), 1000);
    tell(domains, "more.example", 451, NOW); /* in place of the second */
    assert_int_equal(ask(domains, "first.example", NOW), 2000);
    assert_int_equal(ask(domains, "second.example", NOW), 0);
    assert_int_equal(ask(domains, "more.example", NOW), 1000);
    assert_int_equal(ask(domains, "d0.example", NOW), 1000);

    assert_false(bd_domains_are_free(domains));
    assert_int_equal(ask(domains, "else.example", NOW + 3600001), 0);
    assert_true(bd_domains_are_free(domains));
    bd_domains_free(domains);
}

static void test_domains_slowest__come_first(void **state)
{
    struct bd_domains *domains = bd_domains_new(NULL, 0);
    struct bd_slow_domain slow[3];

    (void)state;
    assert_int_equal(bd_domains_slowest(domains, slow, 3), 0);
    tell(domains, "a.example", 451, NOW);
    tell(domains, "b.example", 451, NOW);
    tell(domains, "c.example", 451, NOW);
    tell(domains, "d.example", 451, NOW);
    tell(domains, "b.example", 451, NOW + 10000);
    tell(domains, "c.example", 451, NOW + 10000);
    tell(domains, "c.example", 451, NOW + 20000);
    assert_int_equal(bd_domains_slowest(domains, slow, 3), 3);
    CHECK_STR(slow[0].domain, "c.example");
    assert_int_equal(slow[0].wait_ms, 4000);
    CHECK_STR(slow[1].domain, "b.example");
    assert_int_equal(slow[2].wait_ms, 1000);
    assert_int_equal(bd_domains_slowest(domains, slow, 1), 1);
    CHECK_STR(slow[0].domain, "c.example");
    assert_int_equal(bd_domains_slowest(domains, slow, 0), 0);
    bd_domains_free(domains);
    bd_domains_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_domains_take__knows_the_patterns),
        cmocka_unit_test(test_domains_tell__slows_down_and_recovers),
        cmocka_unit_test(test_domains_tell__leaves_alone_whose_mailbox_it_is),
        cmocka_unit_test(test_domains_take__gives_each_a_later_turn),
        cmocka_unit_test(test_domains_take__gives_no_turn_in_the_far_future),
        cmocka_unit_test(test_domains_take__uses_a_limit_to_the_full),
        cmocka_unit_test(test_domains_take__keeps_limit_and_slowness),
        cmocka_unit_test(test_domains_tell__forgets_the_idle),
        cmocka_unit_test(test_domains_slowest__come_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
