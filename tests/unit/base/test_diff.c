#include "brevduva/base/diff.h"

#include "brevduva/base/buf.h"
#include "t.h"

/* "a2-0+1": from row 2, none taken out, one put in. */
static bd_str written(struct bd_arena *arena, bd_str a, bd_str b)
{
    size_t a_count = 0;
    size_t b_count = 0;
    size_t count = 0;
    const struct bd_change *changes = NULL;
    const bd_str *a_rows = bd_diff_rows(arena, a, ' ', &a_count);
    const bd_str *b_rows = bd_diff_rows(arena, b, ' ', &b_count);
    struct bd_buf out = { 0 };
    bd_str text = BD_STR_NONE;

    bd_diff(arena, a_rows, a_count, b_rows, b_count, &changes, &count);
    for (size_t i = 0; i < count; i++)
        bd_buf_printf(&out, "%zu-%zu %zu+%zu;", changes[i].a, changes[i].a_len,
                      changes[i].b, changes[i].b_len);
    text = bd_buf_copy(&out, arena);
    bd_buf_fini(&out);
    return text;
}

static void test_diff__finds_the_shortest_way(void **state)
{
    static const struct {
        const char *a, *b, *want;
    } rows[] = {
        { "", "", "" },
        { "a b", "a b", "" },
        { "", "a b", "0-0 0+2;" },
        { "a b", "", "0-2 0+0;" },
        { "a", "b", "0-1 0+1;" },
        { "a b c", "a x c", "1-1 1+1;" },
        { "a b c", "a c", "1-1 1+0;" },
        { "a c", "a b c", "1-0 1+1;" },
        { "a b c d e", "b c x e f", "0-1 0+0;3-1 2+1;5-0 4+1;" },
        { "a b c a b b a", "c b a b a c", "0-2 0+0;3-0 1+1;5-1 4+0;7-0 5+1;" },
        { "x a y", "a", "0-1 0+0;2-1 1+0;" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str a = t_heap(rows[i].a);
        bd_str b = t_heap(rows[i].b);
        bd_str got = written(arena, a, b);

        if (!bd_str_eq(got, bd_str_from(rows[i].want)))
            fail_msg("%s -> %s: %.*s", rows[i].a, rows[i].b, BD_ARG(got));
        t_free(a);
        t_free(b);
    }
    bd_arena_free(arena);
}

/* The rows between changes are alike, so the new text can be made of the old.
 */
static void check_pair(struct bd_arena *arena, const bd_str *a, size_t a_count,
                       const bd_str *b, size_t b_count)
{
    const struct bd_change *changes = NULL;
    size_t count = 0;
    size_t x = 0;
    size_t y = 0;

    bd_diff(arena, a, a_count, b, b_count, &changes, &count);
    for (size_t i = 0; i <= count; i++) {
        size_t to = i < count ? changes[i].a : a_count;

        assert_true(to >= x && to <= a_count);
        for (; x < to; x++, y++)
            assert_true(y < b_count && bd_str_eq(a[x], b[y]));
        if (i == count)
            break;
        assert_int_equal(y, changes[i].b);
        assert_true(changes[i].a_len + changes[i].b_len > 0);
        x += changes[i].a_len;
        y += changes[i].b_len;
    }
    assert_int_equal(y, b_count);
}

static void test_diff__makes_the_new_of_the_old(void **state)
{
    static const char *const words[] = { "a", "b", "c", "d", "" };
    uint32_t seed = 1;

    (void)state;
    for (int round = 0; round < 300; round++) {
        struct bd_arena *arena = bd_arena_new();
        size_t lens[2] = { (size_t)round % 17, (size_t)(round / 7) % 23 };
        bd_str texts[2][24];

        for (int t = 0; t < 2; t++)
            for (size_t i = 0; i < lens[t]; i++) {
                seed = seed * 1664525 + 1013904223;
                texts[t][i] = bd_str_from(words[seed >> 16 & 3]);
            }
        check_pair(arena, texts[0], lens[0], texts[1], lens[1]);
        bd_arena_free(arena);
    }
}

static void test_diff__gives_up_in_time(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str *a = BD_NEW_ARRAY(arena, 5000, bd_str);
    bd_str *b = BD_NEW_ARRAY(arena, 5000, bd_str);
    const struct bd_change *changes = NULL;
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < 5000; i++) {
        a[i] = bd_arena_printf(arena, "a%zu", i);
        b[i] = bd_arena_printf(arena, "b%zu", i);
    }
    a[0] = b[0];
    bd_diff(arena, a, 5000, b, 5000, &changes, &count);
    assert_int_equal(count, 1);
    assert_int_equal(changes[0].a, 1);
    assert_int_equal(changes[0].a_len, 4999);
    assert_int_equal(changes[0].b_len, 4999);
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diff__finds_the_shortest_way),
        cmocka_unit_test(test_diff__makes_the_new_of_the_old),
        cmocka_unit_test(test_diff__gives_up_in_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
