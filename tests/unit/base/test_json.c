#include "t.h"

#include "brevduva/base/json.h"
#include "brevduva/base/limits.h"

static struct bd_json *parse(struct bd_arena *arena, bd_str text,
                             enum bd_status want, struct bd_err *err)
{
    bd_str in = t_heap_str(text);
    struct bd_json *out = NULL;
    enum bd_status rc = bd_json_parse(arena, in, &out, err);

    t_free(in); /* nothing of the tree points into it */
    assert_int_equal(rc, want);
    return out;
}

static void check_written(const char *row, const struct bd_json *value,
                          const char *want)
{
    struct bd_buf buf;

    bd_buf_init(&buf, 0);
    bd_json_write(value, &buf);
    CHECK_ROW(row, bd_str_eq(bd_buf_str(&buf), bd_str_from(want)));
    bd_buf_fini(&buf);
}

static void test_json_parse__keeps_all_values(void **state)
{
    static const struct {
        const char *in, *want;
    } rows[] = {
        { "null", "null" },
        { " [ ] ", "[]" },
        { "{}", "{}" },
        { "[true, false, null]", "[true,false,null]" },
        { "{\"b\": 1, \"a\": {\"c\": []}}", "{\"b\":1,\"a\":{\"c\":[]}}" },
        { "[1.10, -0, 1E+2, 9007199254740993]",
          "[1.10,-0,1E+2,9007199254740993]" },
        { "[123456789012345678901234567890]",
          "[123456789012345678901234567890]" },
        { "{\"7\": \"8 \\\" 9\", \"x\": -1}", "{\"7\":\"8 \\\" 9\",\"x\":-1}" },
        { "\"\\u00e5\\t\\/\\ud83d\\ude00\"", "\"å\\t/😀\"" },
        { "\"\\\\\"", "\"\\\\\"" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_written(rows[i].in,
                      parse(arena, bd_str_from(rows[i].in), BD_OK, NULL),
                      rows[i].want);
    bd_arena_free(arena);
}

static void test_json_parse__says_what_is_wrong_and_where(void **state)
{
    static const struct {
        bd_str in;
        const char *want;
    } rows[] = {
        { BD_STR_INIT(""),
          "JSON, line 1, column 1: the text ends in the middle of a value" },
        { BD_STR_INIT("{\"a\": 1,\n \"a\": 2}"),
          "JSON, line 2, column 4: this key stands twice in one object" },
        { BD_STR_INIT("[1] x"), "JSON, line 1, column 5: there is more text "
                                "after the end of the value" },
        { BD_STR_INIT("{\"a\": tru}"),
          "JSON, line 1, column 9: this does not follow the rules of JSON" },
        { BD_STR_INIT("[1,]"),
          "JSON, line 1, column 4: this does not follow the rules of JSON" },
        { BD_STR_INIT("\"\\u0000\""),
          "JSON, line 1, column 8: the character \\u0000 is not allowed" },
        { BD_STR_INIT("\"a\0b\""),
          "JSON, line 1, column 2: this does not follow the rules of JSON" },
        { BD_STR_INIT("{\"a\\u0000\": 1}"),
          "JSON, line 1, column 10: the character \\u0000 is not allowed" },
        { BD_STR_INIT("[\"å\", \"\xff\"]"),
          "JSON, line 1, column 8: this is not UTF-8" },
        { BD_STR_INIT("\"\\ud800\""),
          "JSON, line 1, column 8: this does not follow the rules of JSON" },
        { BD_STR_INIT("1e999"),
          "JSON, line 1, column 5: the number is too large" },
        { BD_STR_INIT("{\"a\": 1"),
          "JSON, line 1, column 7: the text ends in the middle of a value" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_err err = { 0 };

        (void)parse(arena, rows[i].in, BD_EPARSE, &err);
        assert_string_equal(err.msg, rows[i].want);
    }
    bd_arena_free(arena);
}

static void test_json_parse__stops_at_the_depth_limit(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    char text[2 * (BD_MAX_JSON_DEPTH + 1)];
    struct bd_err err = { 0 };

    (void)state;
    memset(text, '[', sizeof text / 2);
    memset(text + sizeof text / 2, ']', sizeof text / 2);
    (void)parse(arena, (bd_str) { text, sizeof text }, BD_ELIMIT, &err);
    assert_string_equal(err.msg, "JSON, line 1, column 33: arrays and objects "
                                 "are nested too deep");
    (void)parse(arena, (bd_str) { text + 1, sizeof text - 2 }, BD_OK, &err);
    (void)parse(arena, BD_STR("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\""),
                BD_OK, &err);
    bd_arena_free(arena);
}

static void test_json_build__keeps_order(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_json *object = bd_json_object(arena);
    struct bd_json *array = bd_json_array(arena);

    (void)state;
    bd_json_push(array, bd_json_int(arena, INT64_MIN));
    bd_json_push(array, bd_json_bool(arena, true));
    bd_json_push(array, bd_json_null(arena));
    bd_json_set(object, BD_STR("z"), array);
    bd_json_set(object, BD_STR("a"), bd_json_string(arena, BD_STR("ö")));
    check_written("built", object,
                  "{\"z\":[-9223372036854775808,true,null],\"a\":\"ö\"}");
    CHECK_STR(bd_json_get(object, BD_STR("a"))->text, "ö");
    CHECK(!bd_json_get(object, BD_STR("b")));
    bd_arena_free(arena);
}

static void test_json_write_string__is_always_valid(void **state)
{
    static const struct {
        bd_str in;
        const char *want;
    } rows[] = {
        { BD_STR_INIT(""), "\"\"" },
        { BD_STR_INIT("a\"b\\c/"), "\"a\\\"b\\\\c/\"" },
        { BD_STR_INIT("\n\r\t\b\f"), "\"\\n\\r\\t\\b\\f\"" },
        { BD_STR_INIT("\0\x1b\x7f"), "\"\\u0000\\u001b\\u007f\"" },
        { BD_STR_INIT("å\xff\xe2\x82z"), "\"å\ufffd\ufffd\ufffdz\"" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap_str(rows[i].in);
        struct bd_buf buf;

        bd_buf_init(&buf, 0);
        bd_json_write_string(in, &buf);
        CHECK_STR(bd_buf_str(&buf), rows[i].want);
        bd_buf_fini(&buf);
        t_free(in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_parse__keeps_all_values),
        cmocka_unit_test(test_json_parse__says_what_is_wrong_and_where),
        cmocka_unit_test(test_json_parse__stops_at_the_depth_limit),
        cmocka_unit_test(test_json_build__keeps_order),
        cmocka_unit_test(test_json_write_string__is_always_valid),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
