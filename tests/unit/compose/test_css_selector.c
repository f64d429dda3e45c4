#include "t.h"

#include "css_private.h"

static void test_css_selector_read__counts_specificity(void **state)
{
    /* The first nine are those of Selectors Level 3, section 9. */
    static const struct {
        const char *text;
        uint32_t ids, classes, elements;
    } rows[] = {
        { "*", 0, 0, 0 },
        { "LI", 0, 0, 1 },
        { "UL LI", 0, 0, 2 },
        { "UL OL+LI", 0, 0, 3 },
        { "H1 + *[REL=up]", 0, 1, 1 },
        { "UL OL LI.red", 0, 1, 3 },
        { "LI.red.level", 0, 2, 1 },
        { "#x34y", 1, 0, 0 },
        { "#s12:not(FOO)", 1, 0, 1 },
        { "p:not(.x)", 0, 1, 1 },
        { "p:not(.x, #y)", 1, 0, 1 },
        { "p:not(:not(.x.y))", 0, 2, 1 },
        { "a:nth-child(2n+1)", 0, 1, 1 },
        { "td > p ~ b", 0, 0, 3 },
        { "[a~=\"x]y\"].b", 0, 2, 0 },
        { ".sm\\:w-1\\/2", 0, 1, 0 },
        { ".\xC3\xA5\xC3\xA4", 0, 1, 0 },
        { ".-x_y", 0, 1, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str text = t_heap(rows[i].text);
        struct bd_css_selector got = bd_css_selector_read(text);

        CHECK_ROW(rows[i].text, got.use == BD_CSS_INLINE);
        CHECK_ROW(rows[i].text, got.specificity ==
                                    (rows[i].ids << 20 | rows[i].classes << 10 |
                                     rows[i].elements));
        t_free(text);
    }
}

static void test_css_selector_read__never_overflows(void **state)
{
    struct bd_buf many = { 0 };

    (void)state;
    for (int i = 0; i < 2000; i++)
        bd_buf_add_cstr(&many, ".x");
    CHECK(bd_css_selector_read(bd_buf_str(&many)).specificity <
          bd_css_selector_read(BD_STR("#x")).specificity);
    bd_buf_fini(&many);
}

static void test_css_selector_read__tells_uses(void **state)
{
    static const struct {
        const char *text;
        enum bd_css_use use;
    } rows[] = {
        { "a:hover", BD_CSS_KEEP },
        { "[a=b i]", BD_CSS_KEEP },
        { "[a='b'S]", BD_CSS_KEEP },
        { "[a=bi]", BD_CSS_INLINE },
        { "[*|a]", BD_CSS_KEEP },
        { ":root", BD_CSS_KEEP },
        { "p::before", BD_CSS_KEEP },
        { "p:after", BD_CSS_KEEP },
        { "a:link", BD_CSS_KEEP },
        { "::-moz-x(y z)", BD_CSS_KEEP },
        { "p:not(:hover)", BD_CSS_KEEP },
        { "p:is(.x)", BD_CSS_KEEP },
        { "p:nth-child(2 of .x)", BD_CSS_KEEP },
        { "p:first-child(2)", BD_CSS_KEEP },
        { "P:First-Child", BD_CSS_INLINE },
        { "", BD_CSS_BAD },
        { "p >", BD_CSS_BAD },
        { "> p", BD_CSS_BAD },
        { "p > > b", BD_CSS_BAD },
        { "..x", BD_CSS_BAD },
        { ".3col", BD_CSS_BAD },
        { "-", BD_CSS_BAD },
        { "#", BD_CSS_BAD },
        { "p:", BD_CSS_BAD },
        { "p[", BD_CSS_BAD },
        { "p[a", BD_CSS_BAD },
        { "p[]", BD_CSS_BAD },
        { "p:not(", BD_CSS_BAD },
        { "p:not()", BD_CSS_BAD },
        { "a b%", BD_CSS_BAD },
        { "a, b", BD_CSS_BAD },
        { "a{{x}}", BD_CSS_BAD },
        { "50%", BD_CSS_BAD },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str text = t_heap(rows[i].text);

        CHECK_ROW(rows[i].text, bd_css_selector_read(text).use == rows[i].use);
        t_free(text);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_css_selector_read__counts_specificity),
        cmocka_unit_test(test_css_selector_read__never_overflows),
        cmocka_unit_test(test_css_selector_read__tells_uses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
