#include "t.h"

#include "theme_private.h"

static void test_theme_read__squeezes_rules(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_theme theme = { 0 };
    size_t at = 0;
    bd_str css = t_heap("/* a { */ h1,\nh2 { color : red; margin:0 }\n"
                        "h2 { margin: 1px }\n"
                        "@media x { .a b { c: d } }\n p {}");

    (void)state;
    CHECK(bd_theme_read(arena, "s.css", css, &theme, NULL) == BD_OK);
    CHECK_STR(bd_theme_style(&theme, BD_STR("h1")), "color:red;margin:0");
    CHECK_STR(bd_theme_style(&theme, BD_STR("h2")), "color:red;margin:1px");
    CHECK(bd_theme_read(arena, "t.css",
                        BD_STR("@theme { a: b; c : d }\n"
                               "h2 { x: y; color: blue }"),
                        &theme, NULL) == BD_OK);
    CHECK_STR(bd_theme_style(&theme, BD_STR("h2")),
              "margin:1px;x:y;color:blue");
    CHECK_STR(bd_theme_defaults(
                  arena, BD_STR("p {}@theme { a: b; /* x */ c : d }"), &at),
              " a: b;         c : d ");
    CHECK(at == 12);
    CHECK_STR(bd_theme_defaults(arena, BD_STR("p {}@theme { a: b"), &at),
              " a: b");
    CHECK_STR(bd_theme_defaults(arena, BD_STR("p { a: b }"), &at), "");
    CHECK_STR(bd_theme_defaults(
                  arena, BD_STR("/* @theme { a: x } */ @theme { a: b }"), &at),
              " a: b ");
    CHECK_STR(bd_theme_style(&theme, BD_STR("p")), "");
    CHECK_STR(theme.sheet, "@media x { .a b { c: d } }\n");
    t_free(css);
    bd_arena_free(arena);
}

static void test_theme_read__says_where(void **state)
{
    static const struct {
        const char *css;
        const char *place;
    } rows[] = {
        { "a {}\n b { c: d", "s.css:2:2: " },
        { "a", "s.css:1:1: " },
        { "a {}\n/* b", "s.css:2:1: " },
        { "a > b { c: d }", "s.css:1:1: " },
        { "a { c: \"d\" }", "s.css:1:3: " },
        { "@media x { a { b: c } /**/ } @x { </style> }", "s.css:1:35: " },
        { "}", "s.css:1:1: " },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_theme theme = { 0 };
        struct bd_err err = { 0 };
        bd_str css = t_heap(rows[i].css);

        CHECK_ROW(rows[i].css, bd_theme_read(arena, "s.css", css, &theme,
                                             &err) == BD_EPARSE);
        if (strncmp(err.msg, rows[i].place, strlen(rows[i].place)) != 0)
            fail_msg("%s: %s", rows[i].css, err.msg);
        t_free(css);
    }
    bd_arena_free(arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_theme_read__squeezes_rules),
        cmocka_unit_test(test_theme_read__says_where),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
