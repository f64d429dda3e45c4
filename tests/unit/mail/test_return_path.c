#include "t.h"

#include "brevduva/mail/return_path.h"

static void test_return_path__has_one_place_for_a_token(void **state)
{
    static const struct {
        const char *pattern, *with, *plain;
    } rows[] = {
        { "bounce+*@b.example", "bounce+t0k3n@b.example", "bounce@b.example" },
        { "bounce-*@b.example", "bounce-t0k3n@b.example", "bounce@b.example" },
        { "bounce*@b.example", "bouncet0k3n@b.example", "bounce@b.example" },
        { "a+*+b@b.example", "a+t0k3n+b@b.example", "a+b@b.example" },
        { "*+bounce@b.example", "t0k3n+bounce@b.example", "bounce@b.example" },
        { "*@b.example", "t0k3n@b.example", "" },
        { "+*@b.example", "+t0k3n@b.example", "" },
        { "brev@b.example", "brev@b.example", "brev@b.example" },
        { "*", "t0k3n", "" },
        { "", "", "" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str pattern = t_heap(rows[i].pattern);

        CHECK_ROW(
            rows[i].pattern,
            bd_str_eq(bd_return_path_write(arena, pattern, BD_STR("t0k3n")),
                      bd_str_from(rows[i].with)));
        CHECK_ROW(rows[i].pattern,
                  bd_str_eq(bd_return_path_plain(arena, pattern),
                            bd_str_from(rows[i].plain)));
        t_free(pattern);
    }
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_return_path__has_one_place_for_a_token),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
