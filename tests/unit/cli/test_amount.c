#include "t.h"

#include "amount.h"
#include "brevduva/base/buf.h"
#include "brevduva/base/i18n.h"
#include "reply_words.h"
#include "term.h"

static void test_amount_share__is_honest_at_both_ends(void **state)
{
    static const struct {
        int64_t part, whole;
        const char *en, *sv;
    } rows[] = {
        { 0, 100, "0.0%", "0,0\xc2\xa0%" },
        { 1, 3, "33.3%", "33,3\xc2\xa0%" },
        { 1, 1000000, "<0.1%", "<0,1\xc2\xa0%" },
        { 999999, 1000000, ">99.9%", ">99,9\xc2\xa0%" },
        { 1000000, 1000000, "100.0%", "100,0\xc2\xa0%" },
        { 0, 0, "0.0%", "0,0\xc2\xa0%" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_lang_set(BD_LANG_EN);
        CHECK_STR(amount_share(arena, rows[i].part, rows[i].whole), rows[i].en);
        bd_lang_set(BD_LANG_SV);
        CHECK_STR(amount_share(arena, rows[i].part, rows[i].whole), rows[i].sv);
    }
    bd_lang_set(BD_LANG_EN);
    bd_arena_free(arena);
}

static void test_amount_time__has_two_units(void **state)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {
        { -5, "0\xc2\xa0s" },
        { 0, "0\xc2\xa0s" },
        { 59, "59\xc2\xa0s" },
        { 60, "1\xc2\xa0min" },
        { 252, "4\xc2\xa0min\xc2\xa0"
               "12\xc2\xa0s" },
        { 3600, "1\xc2\xa0h" },
        { 3661, "1\xc2\xa0h\xc2\xa0"
                "1\xc2\xa0min" },
        { 93600, "1\xc2\xa0"
                 "d\xc2\xa0"
                 "2\xc2\xa0h" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_STR(amount_time(arena, rows[i].seconds), rows[i].text);
    CHECK_STR(amount_ms(arena, 350), "350\xc2\xa0ms");
    CHECK_STR(amount_ms(arena, 2449), "2.4\xc2\xa0s");
    CHECK_STR(amount_ms(arena, 61200), "1\xc2\xa0min\xc2\xa0"
                                       "1\xc2\xa0s");
    CHECK_STR(amount_rate(arena, 412.4), "412/s");
    CHECK_STR(amount_rate(arena, 3.24), "3.2/s");
    CHECK_STR(amount_rate(arena, 0.25), "15/min");
    bd_arena_free(arena);
}

static void test_reply_words__are_plain(void **state)
{
    static const struct {
        int code;
        const char *enhanced, *words;
    } rows[] = {
        { 550, "5.1.1", "no such mailbox" },
        { 452, "4.2.2", "mailbox full" },
        { 550, "5.1.99", "the address is not accepted" },
        { 451, "4.7.1", "told to come back later (greylisting)" },
        { 550, "5.7.1", "refused by the receiver's rules" },
        { 556, "", "the domain takes no mail" },
        { 550, "5.0.0", "mailbox not reachable" },
        { 550, "x", "mailbox not reachable" },
        { 599, "", NULL },
        { 0, "", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = reply_words(rows[i].code,
                                      bd_str_from(rows[i].enhanced));

        CHECK_ROW(rows[i].enhanced, !got == !rows[i].words);
        if (got)
            assert_string_equal(got, rows[i].words);
    }
    CHECK(!reply_is_vague(BD_STR("5.1.1")));
    CHECK(reply_is_vague(BD_STR("5.7.1")));
    CHECK(reply_is_vague(BD_STR("")));
}

static void test_term_bar__fills_its_columns(void **state)
{
    static const int64_t parts[] = { 0, 1, 499, 500, 999, 1000, 5000 };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct bd_buf buf;

        bd_buf_init(&buf, 0);
        term_bar(&buf, parts[i], 1000, 24, "░");
        assert_int_equal(bd_str_width(bd_buf_str(&buf)), 24);
        CHECK(bd_str_starts(bd_buf_str(&buf), BD_STR("░")) == (parts[i] == 0));
        bd_buf_fini(&buf);
    }
    CHECK_STR(term_cut(arena, BD_STR("åäö"), 3), "åäö");
    CHECK_STR(term_cut(arena, BD_STR("åäöx"), 3), "åä…");
    CHECK_STR(term_cut(arena, BD_STR("日本語"), 4), "日…");
    CHECK_STR(term_cut(arena, BD_STR("x"), 0), "");
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amount_share__is_honest_at_both_ends),
        cmocka_unit_test(test_amount_time__has_two_units),
        cmocka_unit_test(test_reply_words__are_plain),
        cmocka_unit_test(test_term_bar__fills_its_columns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
