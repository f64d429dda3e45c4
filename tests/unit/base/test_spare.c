#include "t.h"

#include "brevduva/base/spare.h"

static void test_spare_take__gives_the_last_one_used(void **state)
{
    struct bd_spare spare = { 0 };
    struct bd_buf a;
    struct bd_buf b;
    struct bd_buf next;
    const char *last = NULL;

    (void)state;
    bd_buf_init(&a, 0);
    bd_buf_init(&b, 0);
    bd_buf_init(&next, 100);
    bd_spare_take(&spare, &next); /* there is none */
    assert_null(next.ptr);
    bd_buf_add_cstr(&a, "first");
    bd_buf_add_cstr(&b, "last");
    last = b.ptr;
    bd_spare_give(&spare, &a);
    bd_spare_give(&spare, &b);
    CHECK(!a.ptr && !b.ptr);
    bd_spare_take(&spare, &next);
    assert_ptr_equal(next.ptr, last);
    CHECK(next.len == 0 && next.max == 100);
    bd_buf_fini(&next);
    bd_spare_fini(&spare);
}

static void test_spare_give__keeps_only_some(void **state)
{
    struct bd_spare spare = { 0 };

    (void)state;
    for (size_t i = 0; i <= BD_SPARE_MAX; i++) { /* leaks are found by ASan */
        struct bd_buf buf;

        bd_buf_init(&buf, 0);
        bd_spare_give(&spare, &buf); /* without memory: nothing to keep */
        bd_buf_add_cstr(&buf, "text");
        bd_spare_give(&spare, &buf);
        assert_null(buf.ptr);
    }
    assert_int_equal(spare.count, BD_SPARE_MAX);
    bd_spare_fini(&spare);
    bd_spare_fini(&spare);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spare_take__gives_the_last_one_used),
        cmocka_unit_test(test_spare_give__keeps_only_some),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
