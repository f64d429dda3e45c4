#include "t.h"

#include "brevduva/base/buf.h"
#include "brevduva/mail/mime_read.h"

static void test_address_read__finds_the_first(void **state)
{
    static const struct {
        const char *in;
        const char *address;
        const char *name;
    } rows[] = {
        { "eva@x.example", "eva@x.example", "" },
        { "<eva@x.example>", "eva@x.example", "" },
        { "Eva <eva@x.example>", "eva@x.example", "Eva" },
        { "  Eva  Ek < eva@x.example > ", "eva@x.example", "Eva  Ek" },
        { "\"Ek, Eva\" <eva@x.example>", "eva@x.example", "Ek, Eva" },
        { "\"<b@y>\" <eva@x.example>", "eva@x.example", "<b@y>" },
        { "b@y <eva@x.example>", "eva@x.example", "b@y" },
        { "<b@y> <eva@x.example>", "eva@x.example", "<b@y>" },
        { "eva@x.example (Eva Ek)", "eva@x.example", "Eva Ek" },
        { "(Eva (x)) eva@x.example", "eva@x.example", "Eva (x)" },
        { "(a, b) Eva <eva@x.example>", "eva@x.example", "(a, b) Eva" },
        { "\"a b\"@x.example", "\"a b\"@x.example", "" },
        { "<@r.example,@s.example:eva@x.example>", "eva@x.example", "" },
        { "Lag: eva@x.example, b@y;", "eva@x.example", "" },
        { "undisclosed-recipients:;", "", "" },
        { "undisclosed-recipients:; b@y", "b@y", "" },
        { "<>", "", "" },
        { "", "", "" },
        { ",, ,", "", "" },
        { "(unclosed eva@x.example", "", "" },
        { "\"unclosed <eva@x.example>", "eva@x.example", "\"unclosed" },
        { "Eva <eva@x.example", "Eva <eva@x.example", "" },
        { "MAILER-DAEMON", "MAILER-DAEMON", "" },
        { "<eva@[IPv6:::1]>", "eva@[IPv6:::1]", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in);
        bd_str name = BD_STR("unset");

        CHECK_STR(bd_mail_address(in, &name), rows[i].address);
        CHECK_STR(name, rows[i].name);
        t_free(in);
    }
}

static void test_address_read__goes_through_a_list(void **state)
{
    static const char *const rows[][2] = {
        { "", "" },
        { "a@x", "a@x|" },
        { "a@x, b@y", "a@x|b@y|" },
        { "\"a, b\" <a@x>,b@y,", "a@x|b@y|" },
        { "L: a@x, B <b@y>; c@z", "a@x|b@y|c@z|" },
        { "(c, d) a@x (e, f), , <>, b@y", "a@x|b@y|" },
        { "none:;, other: ;, a@x", "a@x|" },
        { "a@x; b@y", "a@x|b@y|" },
        { "((((", "" },
        { "\"\",<<<<>>,a@x", "\"\"|a@x|" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i][0]);
        bd_str rest = in;
        bd_str found = BD_STR_NONE;
        struct bd_buf out = { 0 };

        while (bd_mail_next_address(&rest, &found))
            bd_buf_printf(&out, "%.*s|", BD_ARG(found));
        CHECK_STR(bd_buf_str(&out), rows[i][1]);
        bd_buf_fini(&out);
        t_free(in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_address_read__finds_the_first),
        cmocka_unit_test(test_address_read__goes_through_a_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
