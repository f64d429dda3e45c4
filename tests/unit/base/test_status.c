#include "t.h"

#include "brevduva/base/status.h"

static void test_fail__makes_one_safe_line(void **state)
{
    static const struct {
        const char *in, *want;
    } rows[] = {
        { "plain åäö 😀", "plain åäö 😀" },
        { "a\r\nb\tc\x1b[2J", "a??b?c?[2J" },
        { "a\x7f"
          "b",
          "a?b" },
        { "a\xc2\x85"
          "b\xc2\xa0",
          "a??b\xc2\xa0" },
        { "r\xe4ksm\xf6rg\xe5s", "r?ksm?rg?s" }, /* a name in Latin-1 */
        { "\xc2", "?" },
        { "", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_err err = { 0 };

        assert_int_equal(bd_fail(&err, BD_ENOENT, "%s", rows[i].in), BD_ENOENT);
        assert_int_equal(err.code, BD_ENOENT);
        assert_string_equal(err.msg, rows[i].want);
    }
    assert_int_equal(bd_fail(NULL, BD_ELIMIT, "x"), BD_ELIMIT);
}

static void test_fail__cuts_between_characters(void **state)
{
    struct bd_err err = { 0 };
    char text[1000];

    (void)state;
    for (size_t shift = 0; shift < 4; shift++) { /* all ways to be cut */
        size_t len = shift;

        memset(text, 'a', sizeof text);
        while (len + 4 < sizeof text) {
            memcpy(text + len, "😀", 4);
            len += 4;
        }
        text[len] = '\0';
        (void)bd_fail(&err, BD_EIO, "%s", text);
        CHECK(bd_str_is_utf8(bd_str_from(err.msg), NULL));
        CHECK(strlen(err.msg) > sizeof err.msg - 5);
        CHECK(!strchr(err.msg, '?'));
    }
}

static void test_err_prefix__keeps_code_and_text(void **state)
{
    struct bd_err err = { 0 };

    (void)state;
    (void)bd_fail(&err, BD_ETEMP, "later");
    bd_err_prefix(&err, "%s %d", "row", 7);
    assert_string_equal(err.msg, "row 7: later");
    assert_int_equal(err.code, BD_ETEMP);
    (void)bd_fail(&err, BD_EIO, "%s again", err.msg); /* its own text */
    assert_string_equal(err.msg, "row 7: later again");
    bd_err_prefix(NULL, "nobody asked for the words");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fail__makes_one_safe_line),
        cmocka_unit_test(test_fail__cuts_between_characters),
        cmocka_unit_test(test_err_prefix__keeps_code_and_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
