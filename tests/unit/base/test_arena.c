#include "t.h"

#include <stdalign.h>

#include "brevduva/base/arena.h"

static void test_arena_alloc__is_zeroed_and_aligned(void **state)
{
    static const size_t sizes[] = { 1, 3, 16, 1000, 65536, 200000, 7 };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            unsigned char *p = bd_arena_alloc(arena, sizes[i]);

            assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
            for (size_t j = 0; j < sizes[i]; j++)
                assert_int_equal(p[j], 0);
            memset(p, 0xaa, sizes[i]); /* dirt for the next round */
        }
        bd_arena_clear(arena);
    }
    bd_arena_free(arena);
    bd_arena_free(NULL);
}

static void test_arena_alloc__keeps_pieces_apart(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    unsigned char *pieces[2000];

    (void)state;
    for (size_t i = 0; i < 2000; i++) {
        pieces[i] = bd_arena_alloc(arena, 100);
        memset(pieces[i], (int)(i & 0xff), 100);
    }
    for (size_t i = 0; i < 2000; i++)
        CHECK(pieces[i][0] == (i & 0xff) && pieces[i][99] == (i & 0xff));
    bd_arena_free(arena);
}

static void test_arena_copy__ends_with_nul(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str text = t_heap("åäö");
    bd_str copy = bd_arena_copy(arena, text);

    (void)state;
    t_free(text);
    CHECK_STR(copy, "åäö");
    assert_int_equal(copy.ptr[copy.len], 0);
    assert_string_equal(bd_arena_cstr(arena, BD_STR_NONE), "");
    CHECK_STR(bd_arena_printf(arena, "%d %s", 7, "x"), "7 x");
    CHECK_STR(bd_arena_printf(arena, "%*s", 5, ""), "     ");
    assert_int_equal(bd_arena_printf(arena, "%100000d", 1).len, 100000);
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena_alloc__is_zeroed_and_aligned),
        cmocka_unit_test(test_arena_alloc__keeps_pieces_apart),
        cmocka_unit_test(test_arena_copy__ends_with_nul),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
