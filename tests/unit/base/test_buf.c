#include "t.h"

#include "brevduva/base/buf.h"

static void test_buf_add__grows(void **state)
{
    struct bd_buf buf;

    (void)state;
    bd_buf_init(&buf, 0);
    bd_buf_add(&buf, BD_STR_NONE);
    assert_null(buf.ptr);
    bd_buf_add(&buf, BD_STR("a"));
    bd_buf_add_char(&buf, '\0');
    bd_buf_add_cstr(&buf, "bc");
    bd_buf_add_u64(&buf, UINT64_MAX);
    bd_buf_printf(&buf, "%s-%d", "å", -1);
    CHECK(bd_str_eq(bd_buf_str(&buf), BD_STR("a\0bc18446744073709551615å--1")));
    for (int i = 0; i < 10000; i++)
        bd_buf_printf(&buf, "%05d", i);
    assert_int_equal(buf.len, 29 + 50000);
    CHECK(bd_str_ends(bd_buf_str(&buf), BD_STR("0999809999")));
    CHECK(!buf.full);
    bd_buf_fini(&buf);
    bd_buf_fini(NULL);
}

static void test_buf_add__stops_at_the_ceiling(void **state)
{
    struct bd_buf buf;

    (void)state;
    bd_buf_init(&buf, 5);
    bd_buf_add(&buf, BD_STR("abc"));
    bd_buf_printf(&buf, "%s", "de"); /* exactly full is not too full */
    CHECK(!buf.full);
    CHECK_STR(bd_buf_str(&buf), "abcde");
    bd_buf_add_char(&buf, 'f');
    CHECK(buf.full);
    CHECK_STR(bd_buf_str(&buf), "abcde");
    bd_buf_clear(&buf);
    CHECK(!buf.full && buf.len == 0 && buf.max == 5);
    bd_buf_add_cstr(&buf, "123456"); /* all or nothing */
    CHECK_STR(bd_buf_str(&buf), "");
    bd_buf_add_char(&buf, 'x'); /* would fit, but something is missing */
    CHECK_STR(bd_buf_str(&buf), "");
    CHECK(!bd_buf_reserve(&buf, 1));
    bd_buf_fini(&buf);
}

static void test_buf_reserve__makes_room(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_buf buf;
    bd_str copy = BD_STR_NONE;

    (void)state;
    bd_buf_init(&buf, 0);
    CHECK(bd_buf_reserve(&buf, 1000));
    memset(buf.ptr, 'x', 1000);
    buf.len += 1000;
    copy = bd_buf_copy(&buf, arena);
    CHECK(!bd_buf_reserve(&buf, SIZE_MAX));
    bd_buf_add(&buf, BD_STR("y")); /* would fit, but something is missing */
    CHECK(buf.full && buf.len == 1000);
    bd_buf_fini(&buf);
    assert_int_equal(copy.len, 1000);
    assert_int_equal(copy.ptr[999], 'x');
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buf_add__grows),
        cmocka_unit_test(test_buf_add__stops_at_the_ceiling),
        cmocka_unit_test(test_buf_reserve__makes_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
