#include "t.h"

#include "css_private.h"

/* The rules as "[kind selectors|block]…", a fault as "!octet". */
static void check(const char *css, const char *want)
{
    struct bd_buf got = { 0 };
    struct bd_css_rule rule = { 0 };
    struct bd_css_fault fault = { 0 };
    size_t at = 0;
    bd_str text = t_heap(css);
    enum bd_status rc = BD_OK;

    while ((rc = bd_css_next(text, &at, &rule, &fault)) == BD_OK &&
           rule.kind != BD_CSS_END)
        bd_buf_printf(&got, "[%s%.*s|%.*s]",
                      rule.kind == BD_CSS_AT ? "@"
                      : rule.nested          ? "&"
                                             : "",
                      BD_ARG(bd_str_trim(rule.selectors)),
                      BD_ARG(bd_str_trim(rule.block)));
    if (rc != BD_OK)
        bd_buf_printf(&got, "!%zu", fault.at);
    CHECK_STR(bd_buf_str(&got), want);
    bd_buf_fini(&got);
    t_free(text);
}

static void test_css_next__finds_rules(void **state)
{
    static const char *const rows[][2] = {
        { "", "" },
        { " \n/* a{} */ <!-- --> ", "" },
        { "a{b:c}d , e { f:g; }", "[a|b:c][d , e|f:g;]" },
        { "a{}", "[a|]" },
        { "a{b:'}';c:\"{\"}", "[a|b:'}';c:\"{\"]" },
        { "a{b:\"\\\"}\"}", "[a|b:\"\\\"}\"]" },
        { "a{b:'x\\\ny'}", "[a|b:'x\\\ny']" },
        { "a[b='{']{c:d}", "[a[b='{']|c:d]" },
        { "a{b:c/*}*/}", "[a|b:c/*}*/]" },
        { "a{b:url(http://x/*y;z)}", "[a|b:url(http://x/*y;z)]" },
        { "a{b:URL( '}' )}", "[a|b:URL( '}' )]" },
        { ".a\\{b{c:d}", "[.a\\{b|c:d]" },
        { "@media x{a{b:c}d{e:f}}g{h:i}", "[@@media x|a{b:c}d{e:f}][g|h:i]" },
        { "@import url(a;b);a{b:c}", "[@|][a|b:c]" },
        { "@unknown (x) { y { z } }", "[@@unknown (x)|y { z }]" },
        { "@charset 'x'", "[@|]" },
        { "a{b:c;&:d{e:f}}", "[&a|b:c;&:d{e:f}]" },
        { "a{b:{{c}}}", "[a|b:{{c}}]" },
        { "{{#x}}a{b:{{{c}}}}{{/x}}", "[a|b:{{{c}}}]" },
        { "a{b:c};d{e:f}", "[a|b:c][d|e:f]" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(rows[i][0], rows[i][1]);
}

static void test_css_next__finds_faults(void **state)
{
    static const char *const rows[][2] = {
        { "a{b", "!1" },        { "a", "!0" },
        { "a{}/*", "[a|]!3" },  { "a{b:'c\n'}", "!4" },
        { "a{b:'c", "!4" },     { "a{b:c}}", "[a|b:c]!6" },
        { "a{b:(c}", "!4" },    { "a{b:[c}", "!4" },
        { "a{b:{{c}", "!4" },   { "@media x{a{b:c}", "!8" },
        { "a{b:url(c}", "!7" }, { "/", "!0" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(rows[i][0], rows[i][1]);
}

static void test_css_cut__knows_brackets(void **state)
{
    bd_str text = t_heap("a:url(b;c);d:'e;f';g:{{h;i}};/*j;*/k:l(m;n)");
    bd_str rest = text;

    (void)state;
    CHECK_STR(bd_css_cut(&rest, ';', false), "a:url(b;c)");
    CHECK_STR(bd_css_cut(&rest, ';', false), "d:'e;f'");
    CHECK_STR(bd_css_cut(&rest, ';', false), "g:{{h;i}}");
    CHECK_STR(bd_css_cut(&rest, ';', false), "/*j;*/k:l(m;n)");
    CHECK(rest.ptr == NULL);
    t_free(text);
}

static void test_css_declaration_read__takes_apart(void **state)
{
    static const struct {
        const char *text, *name, *value;
        bool good, important;
    } rows[] = {
        { " a : b  c ", "a", "b c", true, false },
        { "a:b!important", "a", "b", true, true },
        { "a: b /* x */ ! /**/ Important ", "a", "b", true, true },
        { "a:'!important'", "a", "'!important'", true, false },
        { "a:\"x  y\"", "a", "\"x  y\"", true, false },
        { "a:b:c", "a", "b:c", true, false },
        { "{{x}}", "{{x}}", "", true, false },
        { "*zoom:1", "*zoom", "1", true, false },
        { "a", "", "", false, false },
        { "a:", "", "", false, false },
        { ":b", "", "", false, false },
        { "a b:c", "", "", false, false },
        { "", "", "", false, false },
        { "a:!important", "", "", false, false },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_css_declaration got = { 0 };
        bd_str text = t_heap(rows[i].text);

        CHECK_ROW(rows[i].text,
                  bd_css_declaration_read(arena, text, &got) == rows[i].good);
        t_free(text);
        if (!rows[i].good)
            continue;
        CHECK_STR(got.name, rows[i].name);
        CHECK_STR(got.value, rows[i].value);
        CHECK_ROW(rows[i].text, got.important == rows[i].important);
    }
    bd_arena_free(arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_css_next__finds_rules),
        cmocka_unit_test(test_css_next__finds_faults),
        cmocka_unit_test(test_css_cut__knows_brackets),
        cmocka_unit_test(test_css_declaration_read__takes_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
