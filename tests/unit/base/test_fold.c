#include "brevduva/base/fold.h"
#include "t.h"

static void test_fold__is_blind_to_case(void **state)
{
    static const struct {
        const char *in, *want;
    } rows[] = {
        { "", "" },
        { "kumla", "kumla" },
        { "KumLA 12", "kumla 12" },
        { "ÖREBRO", "örebro" },
        { "O\xcc\x88rebro", "örebro" }, /* combining diaeresis */
        { "Straße", "strasse" },
        { "\xe2\x84\xaa", "k" }, /* the sign of kelvin */
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in);

        CHECK_STR(bd_fold(arena, in), rows[i].want);
        t_free(in);
    }
    bd_arena_free(arena);
}

static void test_fold__copies_only_what_changes(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str text = BD_STR("kumla");

    (void)state;
    CHECK(bd_fold(arena, text).ptr == text.ptr);
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fold__is_blind_to_case),
        cmocka_unit_test(test_fold__copies_only_what_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
