#include "brevduva/store/tested.h"

#include "store_t.h"

static void test_tested_put__keeps_the_last(void **state)
{
    struct bd_tested tested = { BD_STR("2026-1"), BD_STR("# En"), BD_STR("aa"),
                                5 };
    struct bd_tested got = { 0 };
    struct t_store t;

    (void)state;
    t_start(&t);
    CHECK(bd_tested_get(t.arena, t.store, tested.slug, &got, &t.err) ==
          BD_ENOENT);
    CHECK(got.tested_at == 0);
    MUST(&t, bd_tested_put(t.store, &tested, &t.err));
    tested.source = BD_STR("");
    tested.letter_hash = BD_STR("bb");
    tested.tested_at = 6;
    MUST(&t, bd_tested_put(t.store, &tested, &t.err));
    MUST(&t, bd_tested_get(t.arena, t.store, BD_STR("2026-1"), &got, &t.err));
    CHECK_STR(got.source, "");
    CHECK_STR(got.letter_hash, "bb");
    CHECK(got.tested_at == 6);
    CHECK(bd_tested_get(t.arena, t.store, BD_STR("2026-2"), &got, &t.err) ==
          BD_ENOENT);
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tested_put__keeps_the_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
