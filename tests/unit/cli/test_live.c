#include <stdlib.h>
#include <time.h>

#include "t.h"

#include "live.h"

static int64_t clock_ms;

static int64_t monotonic_ms(void *self)
{
    (void)self;
    return clock_ms;
}

static int64_t clock_s = INT64_C(1796112000); /* 2026-12-01 08:00 UTC */

static int64_t now(void *self)
{
    (void)self;
    return clock_s;
}

static const struct bd_sys sys = { .now = now, .monotonic_ms = monotonic_ms };

static struct bd_mailing mailing(void)
{
    struct bd_mailing m = {
        .slug = BD_STR("2026-4"),
        .list_slug = BD_STR("nyhetsbrev"),
        .total = 12304,
        .count = { [BD_DELIVERY_QUEUED] = 11304,
                   [BD_DELIVERY_ACCEPTED] = 980,
                   [BD_DELIVERY_REFUSED] = 20 },
    };

    return m;
}

static struct live_numbers numbers(const struct bd_engine_view *view)
{
    return (struct live_numbers) {
        .audience = 12304,
        .done = 5930,
        .accepted = 5900,
        .refused = 30,
        .deferred = 12,
        .rate = 412.4,
        .elapsed = 14,
        .sessions = 10,
        .connecting = 2,
        .view = view,
    };
}

static bool has_line(const struct live_line *lines, size_t count,
                     const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (bd_str_find(lines[i].text, bd_str_from(text)) != SIZE_MAX)
            return true;
    return false;
}

static void test_live_lines__tell_all_where_there_is_room(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_engine_view view = { .slow_count = 1,
                                   .slow = { { "hotpost.example", 40000 } },
                                   .trouble = "smtp://a: refused" };
    struct bd_mailing m = mailing();
    struct live_numbers n = numbers(&view);
    struct live_line lines[LIVE_LINES];
    struct term term = { .on = true, .columns = 80, .rows = 24 };
    struct live live;
    size_t count = 0;

    (void)state;
    live_start(&live, &sys, &m);
    count = live_lines(arena, &live, &n, &term, lines);
    assert_int_equal(count, 6);
    CHECK(has_line(lines, count, "Sending 2026-4 to nyhetsbrev"));
    CHECK(has_line(lines, count, "48.2%   5,930 of 12,304"));
    CHECK(has_line(lines, count, "412/s   about 16"));
    CHECK(has_line(lines, count, "10 sessions (2 being opened)"));
    CHECK(has_line(lines, count, "accepted 5,900   refused 30   deferred 12"));
    CHECK(has_line(lines, count, "hotpost.example"));
    CHECK(has_line(lines, count, "smtp://a: refused"));
    live_end(&live);
    bd_arena_free(arena);
}

/* Also with numbers past all measure. */
static void test_live_lines__are_never_wider_than_the_terminal(void **state)
{
    struct bd_engine_view view = { .slow_count = 3 };
    struct bd_mailing m = mailing();
    struct live_line lines[LIVE_LINES];
    struct live live;

    (void)state;
    memset(view.trouble, 'x', sizeof view.trouble - 1);
    for (size_t i = 0; i < 3; i++)
        memset(view.slow[i].domain, 'y', sizeof view.slow[i].domain - 1);
    live_start(&live, &sys, &m);
    for (int columns = 20; columns < 300; columns += 7) {
        for (int rows = 4; rows < 40; rows += 12) {
            struct bd_arena *arena = bd_arena_new();
            struct term term = { .on = true, .columns = columns, .rows = rows };
            struct live_numbers n = numbers(&view);
            size_t count = 0;

            n.audience = columns % 2 ? INT64_C(9000000000000) : 0;
            n.rate = columns % 3 ? 0 : 1e12;
            count = live_lines(arena, &live, &n, &term, lines);
            CHECK(count >= 1 && count <= LIVE_LINES);
            CHECK(rows >= 10 || count == 1);
            for (size_t i = 0; i < count; i++)
                CHECK(bd_str_width(lines[i].bar) + bd_str_width(lines[i].text) <
                      (size_t)columns);
            bd_arena_free(arena);
        }
    }
    live_end(&live);
}

static void test_live_sentence__is_for_logs(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_mailing m = mailing();
    struct live_numbers n = numbers(NULL);
    struct live live;

    (void)state;
    live_start(&live, &sys, &m);
    CHECK_STR(live_sentence(arena, &live, &n),
              "2026-4: 5,930 of 12,304 (48.2%), 412/s, about "
              "16\xc2\xa0s left; refused 30, deferred 12");
    n.rate = 0; /* nobody can tell how long */
    n.refused = n.deferred = 0;
    CHECK_STR(live_sentence(arena, &live, &n),
              "2026-4: 5,930 of 12,304 (48.2%), 0/min");
    live_end(&live);
    bd_arena_free(arena);
}

static void test_live_rest__says_what_is_waited_for(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_mailing m = mailing();
    struct live_numbers n = numbers(NULL);
    struct live_line lines[LIVE_LINES];
    struct term term = { .on = true, .columns = 100, .rows = 24 };
    struct live live;

    (void)state;
    (void)setenv("TZ", "UTC", 1);
    tzset();
    live_start(&live, &sys, &m);
    live_rest(&live, 1200, clock_s + 900);
    CHECK_STR(live_rest_sentence(arena, &live),
              "1,200 copies wait; the next try is at 08:15:00 (Ctrl-C leaves "
              "them to \"brevduva deliver\")");
    CHECK(has_line(lines, live_lines(arena, &live, &n, &term, lines),
                   "1,200 copies wait"));
    CHECK(
        !has_line(lines, live_lines(arena, &live, &n, &term, lines), "412/s"));
    live_rest(&live, 1, clock_s + 86400);
    live.watched = true;
    CHECK_STR(live_rest_sentence(arena, &live),
              "1 copy waits; the next try is at 2026-12-02 08:00 (Ctrl-C "
              "leaves it to the other process)");
    live_rest(&live, 1, clock_s + 1); /* soon */
    CHECK(has_line(lines, live_lines(arena, &live, &n, &term, lines), "412/s"));
    live_rest(&live, 0, 0);
    CHECK(has_line(lines, live_lines(arena, &live, &n, &term, lines), "412/s"));
    live_end(&live);
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_live_lines__tell_all_where_there_is_room),
        cmocka_unit_test(test_live_lines__are_never_wider_than_the_terminal),
        cmocka_unit_test(test_live_sentence__is_for_logs),
        cmocka_unit_test(test_live_rest__says_what_is_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
