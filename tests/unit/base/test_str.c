#include "t.h"

static void test_str__compares(void **state)
{
    (void)state;
    CHECK(bd_str_eq(BD_STR_NONE, BD_STR("")));
    CHECK(!bd_str_eq(BD_STR("a"), BD_STR("ab")));
    CHECK(bd_str_eq_nocase(BD_STR("Hej-1"), BD_STR("hEJ-1")));
    CHECK(!bd_str_eq_nocase(BD_STR("Å"), BD_STR("å"))); /* ASCII only */
    CHECK(!bd_str_eq_nocase(BD_STR("[a"), BD_STR("{a")));
    CHECK(bd_str_cmp(BD_STR("a"), BD_STR("ab")) < 0);
    CHECK(bd_str_cmp(BD_STR("b"), BD_STR("ab")) > 0);
    CHECK(bd_str_cmp(BD_STR_NONE, BD_STR("")) == 0);
    CHECK(bd_str_starts(BD_STR("abc"), BD_STR("ab")));
    CHECK(bd_str_starts(BD_STR_NONE, BD_STR("")));
    CHECK(!bd_str_starts(BD_STR("a"), BD_STR("ab")));
    CHECK(bd_str_ends(BD_STR("abc"), BD_STR("bc")));
    CHECK(!bd_str_ends(BD_STR("c"), BD_STR("bc")));
    CHECK(bd_str_starts_nocase(BD_STR("SMTP://x"), BD_STR("smtp:")));
    CHECK(bd_str_from(NULL).len == 0);
}

static void test_str_sub__stays_within(void **state)
{
    const bd_str text = t_heap("abc");

    (void)state;
    CHECK_STR(bd_str_skip(text, 1), "bc");
    CHECK_STR(bd_str_skip(text, 3), "");
    CHECK_STR(bd_str_skip(text, SIZE_MAX), "");
    CHECK_STR(bd_str_sub(text, 1, 1), "b");
    CHECK_STR(bd_str_sub(text, 1, SIZE_MAX), "bc");
    CHECK_STR(bd_str_sub(BD_STR_NONE, 0, 0), "");
    t_free(text);
}

static void test_str_trim__takes_blanks(void **state)
{
    (void)state;
    CHECK_STR(bd_str_trim(BD_STR(" \t\r\na b\n ")), "a b");
    CHECK_STR(bd_str_trim(BD_STR("  ")), "");
    CHECK_STR(bd_str_trim(BD_STR_NONE), "");
}

static void test_str_find__finds_the_first(void **state)
{
    (void)state;
    assert_int_equal(bd_str_find(BD_STR("abab"), BD_STR("ba")), 1);
    assert_int_equal(bd_str_find(BD_STR("ab"), BD_STR("abc")), SIZE_MAX);
    assert_int_equal(bd_str_find(BD_STR_NONE, BD_STR("a")), SIZE_MAX);
    assert_int_equal(bd_str_find(BD_STR("ab"), BD_STR("")), 0);
    assert_int_equal(bd_str_find_char(BD_STR("a\0b"), '\0'), 1);
    assert_int_equal(bd_str_find_char(BD_STR_NONE, 'a'), SIZE_MAX);
}

static void test_str_span__counts_the_octets_of_a_set(void **state)
{
    static const bool letters[256] = { ['a' ... 'z'] = true, [0xc3] = true };
    static const struct {
        const char *in;
        size_t want;
    } rows[] = {
        { "", 0 },       { "a", 1 },        { "abc", 3 },  { "abcd", 4 },
        { "abcde", 5 },  { "abcdefg", 7 },  { "Abcd", 0 }, { "abCdefgh", 2 },
        { "abcdeF", 5 }, { "\xc3\xa5", 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in);

        CHECK_ROW(rows[i].in, bd_str_span(in, letters) == rows[i].want);
        t_free(in);
    }
    assert_int_equal(bd_str_span(BD_STR_NONE, letters), 0);
}

static void test_str_after_last__is_the_end(void **state)
{
    static const struct {
        const char *in, *want;
    } rows[] = {
        { "anna@example.org", "example.org" },
        { "\"a@b\"@example.org", "example.org" },
        { "example.org", "example.org" },
        { "anna@", "" },
        { "", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in);

        CHECK_STR(bd_str_after_last(in, '@'), rows[i].want);
        t_free(in);
    }
}

static void test_str_cut__tells_none_from_empty(void **state)
{
    bd_str rest = BD_STR("a,,b,");

    (void)state;
    CHECK_STR(bd_str_cut(&rest, ','), "a");
    CHECK_STR(bd_str_cut(&rest, ','), "");
    CHECK_STR(bd_str_cut(&rest, ','), "b");
    CHECK(rest.ptr && rest.len == 0); /* an empty last part */
    CHECK_STR(bd_str_cut(&rest, ','), "");
    CHECK(!rest.ptr);
    rest = BD_STR("one\r\ntwo\n\rthree");
    CHECK_STR(bd_str_cut_line(&rest), "one");
    CHECK_STR(bd_str_cut_line(&rest), "two");
    CHECK_STR(bd_str_cut_line(&rest), "\rthree");
    CHECK(!rest.ptr);
}

static void test_str_to_u64__takes_whole_numbers(void **state)
{
    static const struct {
        const char *in;
        bool want;
        uint64_t number;
    } rows[] = {
        { "0", true, 0 },
        { "007", true, 7 },
        { "18446744073709551615", true, UINT64_MAX },
        { "18446744073709551616", false, 0 },
        { "99999999999999999999", false, 0 },
        { "", false, 0 },
        { "-1", false, 0 },
        { "+1", false, 0 },
        { " 1", false, 0 },
        { "1a", false, 0 },
        { "1:", false, 0 },
        { "1/", false, 0 },
        { "\xd9\xa1", false, 0 }, /* ARABIC-INDIC DIGIT ONE */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in);
        uint64_t number = 0;

        CHECK_ROW(rows[i].in, bd_str_to_u64(in, &number) == rows[i].want);
        CHECK_ROW(rows[i].in, number == rows[i].number);
        t_free(in);
    }
}

static void test_str_is_utf8__follows_rfc3629(void **state)
{
    static const struct {
        const char *in;
        size_t bad; /* SIZE_MAX: none */
    } rows[] = {
        { "", SIZE_MAX },
        { "åäö€😀", SIZE_MAX },
        { "a\xff", 1 },
        { "\xc0\x80", 0 }, /* overlong */
        { "\xed\xa0\x80", 0 },
        { "\xf4\x90\x80\x80", 0 }, /* > 10FFFF */
        { "å\xe2\x82", 2 },
        { "\x80", 0 },
        { "\xf4\x8f\xbf\xbf", SIZE_MAX },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in);
        size_t bad = SIZE_MAX;

        CHECK_ROW(rows[i].in,
                  bd_str_is_utf8(in, &bad) == (rows[i].bad == SIZE_MAX));
        CHECK_ROW(rows[i].in, bad == rows[i].bad);
        t_free(in);
    }
}

static void test_str_cut_utf8__keeps_characters_whole(void **state)
{
    const bd_str text = t_heap("aå😀");

    (void)state;
    CHECK_STR(bd_str_cut_utf8(text, 0), "");
    CHECK_STR(bd_str_cut_utf8(text, 1), "a");
    CHECK_STR(bd_str_cut_utf8(text, 2), "a");
    CHECK_STR(bd_str_cut_utf8(text, 3), "aå");
    CHECK_STR(bd_str_cut_utf8(text, 6), "aå");
    CHECK_STR(bd_str_cut_utf8(text, 7), "aå😀");
    CHECK_STR(bd_str_cut_utf8(text, 100), "aå😀");
    t_free(text);
}

static void test_str_find_control__finds_c0_del_and_c1(void **state)
{
    static const struct {
        bd_str in;
        size_t want;
    } rows[] = {
        { BD_STR_INIT("a\tb\r\nå"), SIZE_MAX },
        { BD_STR_INIT("ab\0"), 2 },
        { BD_STR_INIT("\x1b["), 0 },
        { BD_STR_INIT("a\x7f"), 1 },
        { BD_STR_INIT("å\xc2\x85"), 2 },
        { BD_STR_INIT("\xc2\x9f"), 0 },
        { BD_STR_INIT("\xc2\xa0"), SIZE_MAX }, /* NO-BREAK SPACE */
        { BD_STR_INIT("\xc2"), SIZE_MAX },     /* not UTF-8, no control */
        { BD_STR_INIT("\xc2"
                      "A"),
          SIZE_MAX },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap_str(rows[i].in);

        assert_int_equal(bd_str_find_control(in), rows[i].want);
        assert_int_equal(bd_str_has_control(in), rows[i].want != SIZE_MAX);
        t_free(in);
    }
    CHECK(bd_str_has_line_break(BD_STR("a\0")));
    CHECK(bd_str_has_line_break(BD_STR("a\rb")));
    CHECK(!bd_str_has_line_break(BD_STR("a\tb")));
    CHECK(bd_str_is_ascii(BD_STR_NONE) && bd_str_is_ascii(BD_STR("a\x7f")));
    CHECK(!bd_str_is_ascii(BD_STR("å")));
}

static void test_str_hidden_mark__knows_what_is_not_seen(void **state)
{
    static const struct {
        bd_str in;
        size_t hidden, turns;
    } rows[] = {
        { BD_STR_INIT("\u202a"), 3, 3 },   { BD_STR_INIT("\u202ea"), 3, 3 },
        { BD_STR_INIT("\u2066"), 3, 3 },   { BD_STR_INIT("\u2069"), 3, 3 },
        { BD_STR_INIT("\u200b"), 3, 0 },   { BD_STR_INIT("\u200fa"), 3, 0 },
        { BD_STR_INIT("\u2060"), 3, 0 },   { BD_STR_INIT("\ufeff"), 3, 0 },
        { BD_STR_INIT("\u200a"), 0, 0 },   { BD_STR_INIT("\u2010"), 0, 0 },
        { BD_STR_INIT("\u2061"), 0, 0 },   { BD_STR_INIT("\ufefe"), 0, 0 },
        { BD_STR_INIT("a\u202e"), 0, 0 },  { BD_STR_INIT(""), 0, 0 },
        { BD_STR_INIT("\xe2\x80"), 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap_str(rows[i].in);

        assert_int_equal(bd_str_hidden_mark(in), rows[i].hidden);
        assert_int_equal(bd_str_direction_mark(in), rows[i].turns);
        t_free(in);
    }
}

static void test_str_width__counts_columns(void **state)
{
    (void)state;
    assert_int_equal(bd_str_width(BD_STR_NONE), 0);
    assert_int_equal(bd_str_width(BD_STR("åäö")), 3);
    assert_int_equal(bd_str_width(BD_STR("a\u0308")), 1); /* combining */
    assert_int_equal(bd_str_width(BD_STR("日本")), 4);
    assert_int_equal(bd_str_width(BD_STR("한국어")), 6);
    assert_int_equal(bd_str_width(BD_STR("👩‍👩‍👧‍👦")), 2);
    assert_int_equal(bd_str_width(BD_STR("🇸🇪🇳🇴")), 4);
    assert_int_equal(bd_str_width(BD_STR("👍🏽")), 2);
    assert_int_equal(bd_str_width(BD_STR("❤️ a")), 4);
    assert_int_equal(bd_str_width(BD_STR("שָׁלוֹם")), 4);
}

static void test_str_place__counts_characters(void **state)
{
    const bd_str text = BD_STR("åb\ncd");
    static const struct {
        size_t offset;
        uint32_t line, column;
    } rows[] = { { 0, 1, 1 }, { 2, 1, 2 }, { 3, 1, 3 },
                 { 4, 2, 1 }, { 5, 2, 2 }, { 99, 2, 3 } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_place place = bd_str_place(text, rows[i].offset);

        assert_int_equal(place.line, rows[i].line);
        assert_int_equal(place.column, rows[i].column);
    }
}

/* Only scripts without blanks are broken, and not before a full stop. */
static void test_str_unbroken__keeps_words_whole(void **state)
{
    static const struct {
        const char *word, *want;
    } rows[] = {
        { "", "" },
        { "a-b/c?d&e", "a-b/c?d&e" },
        { "Räksmörgås-på-rad", "Räksmörgås-på-rad" },
        { "日本", "日" },
        { "本。です", "本。" },
        { "「日本", "「日" },
        { "Å日本", "Å" },
        { "한국어", "한국어" },
        { "👩‍👩‍👧👩‍👩‍👧",
          "👩‍👩‍👧👩‍👩‍👧" },
        { "a\u0308b", "a\u0308b" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str word = t_heap(rows[i].word);

        CHECK_ROW(rows[i].word, bd_str_unbroken(word) == strlen(rows[i].want));
        t_free(word);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_str__compares),
        cmocka_unit_test(test_str_sub__stays_within),
        cmocka_unit_test(test_str_trim__takes_blanks),
        cmocka_unit_test(test_str_find__finds_the_first),
        cmocka_unit_test(test_str_span__counts_the_octets_of_a_set),
        cmocka_unit_test(test_str_after_last__is_the_end),
        cmocka_unit_test(test_str_cut__tells_none_from_empty),
        cmocka_unit_test(test_str_to_u64__takes_whole_numbers),
        cmocka_unit_test(test_str_is_utf8__follows_rfc3629),
        cmocka_unit_test(test_str_cut_utf8__keeps_characters_whole),
        cmocka_unit_test(test_str_find_control__finds_c0_del_and_c1),
        cmocka_unit_test(test_str_hidden_mark__knows_what_is_not_seen),
        cmocka_unit_test(test_str_width__counts_columns),
        cmocka_unit_test(test_str_unbroken__keeps_words_whole),
        cmocka_unit_test(test_str_place__counts_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
