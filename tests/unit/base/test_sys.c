#include "t.h"

#include <time.h>

#include "brevduva/base/sys.h"

static void test_sys_now__can_be_held_still(void **state)
{
    const struct bd_sys *sys = bd_sys_real();
    int64_t real = (int64_t)time(NULL);

    (void)state;
    assert_int_equal(setenv("BREVDUVA_NOW", "1479887203", 1), 0);
    assert_int_equal(sys->now(sys->self), 1479887203);
    assert_int_equal(setenv("BREVDUVA_NOW", "253402214399", 1), 0);
    assert_int_equal(sys->now(sys->self), 253402214399);
    assert_int_equal(setenv("BREVDUVA_NOW", "253402214400", 1), 0);
    CHECK(sys->now(sys->self) < real + 60); /* the year 10000 in Sydney */
    assert_int_equal(setenv("BREVDUVA_NOW", "soon", 1), 0);
    CHECK(sys->now(sys->self) >= real);
    assert_int_equal(unsetenv("BREVDUVA_NOW"), 0);
    CHECK(sys->now(sys->self) >= real && sys->now(sys->self) < real + 60);
}

static void test_sys_monotonic__never_goes_back(void **state)
{
    const struct bd_sys *sys = bd_sys_real();
    int64_t before = sys->monotonic_ms(sys->self);

    (void)state;
    CHECK(sys->monotonic_ms(sys->self) >= before);
}

static void test_sys_random__differs(void **state)
{
    const struct bd_sys *sys = bd_sys_real();
    unsigned char one[16] = { 0 };
    unsigned char two[16] = { 0 };

    (void)state;
    sys->random(sys->self, one, sizeof one);
    sys->random(sys->self, two, sizeof two);
    assert_memory_not_equal(one, two, sizeof one);
}

static void test_time__is_written_for_people_and_machines(void **state)
{
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    assert_int_equal(setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1), 0);
    tzset();
    CHECK_STR(bd_time_utc(arena, 1479887203), "2016-11-23T07:46:43Z");
    CHECK_STR(bd_time_local(arena, 1479887203), "2016-11-23 08:46");
    CHECK_STR(bd_time_local(arena, 1468000000), "2016-07-08 19:46");
    CHECK_STR(bd_time_utc(arena, 0), "1970-01-01T00:00:00Z");
    CHECK_STR(bd_time_utc(arena, -1), "1969-12-31T23:59:59Z");
    CHECK_STR(bd_time_utc(arena, 4294967296), "2106-02-07T06:28:16Z");
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sys_now__can_be_held_still),
        cmocka_unit_test(test_sys_monotonic__never_goes_back),
        cmocka_unit_test(test_sys_random__differs),
        cmocka_unit_test(test_time__is_written_for_people_and_machines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
