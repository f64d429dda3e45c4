#include "t.h"

#include "brevduva/base/saying.h"

/* The texts are the program's own, so that the catalogue has them. */
static void test_saying__is_read_in_any_language(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str args[] = { BD_STR("anna"), BD_STR("100 %s, %d") };
    bd_str one = bd_saying(arena, "paused by %s", args, 1);
    bd_str two = bd_saying(arena, "paused by %s: %s", args, 2);

    (void)state;
    CHECK_STR(bd_saying_text(arena, BD_LANG_EN, one), "paused by anna");
    CHECK_STR(bd_saying_text(arena, BD_LANG_SV, one), "pausat av anna");
    CHECK_STR(bd_saying_text(arena, BD_LANG_SV, two),
              "pausat av anna: 100 %s, %d");
    bd_arena_free(arena);
}

static void test_saying_text__gives_other_texts_back(void **state)
{
    static const char *const rows[] = { "", "100 % sure", "pausat av root",
                                        "%s %s %n" };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_STR(bd_saying_text(arena, BD_LANG_SV, bd_str_from(rows[i])),
                  rows[i]);
    bd_arena_free(arena);
}

static void test_saying_text__bears_what_is_missing(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str args[] = { BD_STR("a"), BD_STR("b"), BD_STR("c") };

    (void)state;
    CHECK_STR(
        bd_saying_text(arena, BD_LANG_EN, bd_saying(arena, "%s-%s", args, 1)),
        "a-");
    CHECK_STR(
        bd_saying_text(arena, BD_LANG_EN, bd_saying(arena, "%s", args, 3)),
        "a");
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_saying__is_read_in_any_language),
        cmocka_unit_test(test_saying_text__gives_other_texts_back),
        cmocka_unit_test(test_saying_text__bears_what_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
