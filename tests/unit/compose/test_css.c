#include "t.h"

#include "brevduva/base/arena.h"
#include "brevduva/base/buf.h"
#include "brevduva/compose/css.h"

static void keep_warning(void *self, const char *message)
{
    struct bd_buf *said = self;

    bd_buf_add_cstr(said, message);
    bd_buf_add_char(said, '\n');
}

/* "<style>CSS</style>BODY" inlined. */
static void check(const char *css, const char *body, const char *want)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_err err = { 0 };
    bd_str out = BD_STR_NONE;
    bd_str page = t_heap_str(bd_arena_printf(
        arena, "<!DOCTYPE html><style>%s</style>%s", css, body));

    if (bd_css_inline(arena, page, "t.html", NULL, &out, &err) != BD_OK)
        fail_msg("%s: %s", css, err.msg);
    CHECK_STR(out, bd_arena_printf(arena, "<!DOCTYPE html>%s", want).ptr);
    t_free(page);
    bd_arena_free(arena);
}

static void test_css_inline__follows_the_cascade(void **state)
{
    static const struct {
        const char *css, *body, *want;
    } rows[] = {
        { "p{a:b}", "<p>x</p>", "<p style=\"a:b\">x</p>" },
        { "p{a:b}p{a:c}", "<p>", "<p style=\"a:c\">" },
        { ".x{a:b}p{a:c}", "<p class=x>", "<p class=x style=\"a:b\">" },
        { "#i{a:b}.x{a:c}", "<p class=x id=i>",
          "<p class=x id=i style=\"a:b\">" },
        { ".x.x{a:b}.x{a:c}", "<p class=x>", "<p class=x style=\"a:b\">" },
        { "p:not(.y){a:b}.x{a:c}", "<p class=x>", "<p class=x style=\"a:b\">" },
        { "p:not(#y){a:b}p.x.x{a:c}", "<p class=x>",
          "<p class=x style=\"a:b\">" },
        { "p,#i{a:b}.x{a:c}", "<p class=x id=i>",
          "<p class=x id=i style=\"a:b\">" },
        { "*{a:b}", "<p>", "<p style=\"a:b\">" },
        { "p{a:b!important}#i{a:c}", "<p id=i>", "<p id=i style=\"a:b\">" },
        { "p{a:b ! IMPORTANT}", "<p>", "<p style=\"a:b\">" },
        { "p{a:b}", "<p style='a:c'>", "<p style='a:c'>" },
        { "p{a:b;d:e}", "<p style='a:c'>", "<p style='d:e;a:c'>" },
        { "p{a:b!important}", "<p style='a:c; '>", "<p style='a:c; a:b'>" },
        { "p{a:b!important}", "<p style='a:c;'>", "<p style='a:c;a:b'>" },
        { "p{a:b!important}", "<p style='a:c!important'>",
          "<p style='a:c!important'>" },
        { "p{A:b}", "<p style='a:c'>", "<p style='a:c'>" },
        { "p{--A:b}", "<p style='--a:c'>", "<p style='--A:b;--a:c'>" },
        /* shorthands in their order */
        { "p{margin-top:1px}p{margin:0}p{margin-left:2px}", "<p>",
          "<p style=\"margin-top:1px;margin:0;margin-left:2px\">" },
        { "p{margin:0!important}", "<p style=\"margin-top:1px\">",
          "<p style=\"margin-top:1px;margin:0\">" },
        /* for programs that do not know the second */
        { "p{a:b;a:c(d)}", "<p>", "<p style=\"a:b;a:c(d)\">" },
        { "p{a:b;a:c(d)}p{a:e}", "<p>", "<p style=\"a:e\">" },
        { "p{}", "<p>", "<p>" },
        { "p{a:b}", "<p style='x:&quot;a;b&quot;;a:c'>",
          "<p style='x:&quot;a;b&quot;;a:c'>" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(rows[i].css, rows[i].body, rows[i].want);
}

static void test_css_inline__leaves_the_rest_alone(void **state)
{
    static const struct {
        const char *css, *body, *want;
    } rows[] = {
        { "a:hover{a:b}", "<a>", "<style>a:hover{a:b}</style><a>" },
        { ":root{a:b}p::before{c:d}", "<p>",
          "<style>:root{a:b}p::before{c:d}</style><p>" },
        { "p,a:hover , p:first-line{a:b}", "<p>",
          "<style>a:hover, p:first-line {a:b}</style><p style=\"a:b\">" },
        { ".ExternalClass *{a:b}p{c:d}", "<p>",
          "<style>.ExternalClass *{a:b}</style><p style=\"c:d\">" },
        { "@media x{p{a:b}}@font-face{a:b}p{c:d}", "<p>",
          "<style>@media x{p{a:b}}@font-face{a:b}</style>"
          "<p style=\"c:d\">" },
        { "\n  p { a: b }\n  @x y;\n  p { c: d }\n", "<p>",
          "<style>\n  @x y;\n</style><p style=\"a:b;c:d\">" },
        { "\r\np{a:b}\r\n@x;\r\n", "<p>\r\n",
          "<style>\r\n@x;\r\n</style><p style=\"a:b\">\r\n" },
        { "<!-- p{a:b} -->", "\n<p>", "<p style=\"a:b\">" },
        { "/* x */p{a:b}", "<p>", "<p style=\"a:b\">" },
        { "{{{s}}}p{a:b}", "<p>", "<style>{{{s}}}</style><p style=\"a:b\">" },
        { "\1H7\2p{a:b}", "\1H8\2<p>",
          "<style>\1H7\2</style>\1H8\2<p style=\"a:b\">" },
        { "p{a:{{x}}}", "<p class='{{y}}'>{{#z}}<br>{{/z}}",
          "<p class='{{y}}' style=\"a:{{x}}\">{{#z}}<br>{{/z}}" },
        { "p{a:b;{{{x}}};}", "<p>", "<p style=\"a:b;{{{x}}}\">" },
        { "p{a:b}", "<p style=\"{{x}}\">", "<p style=\"a:b;{{x}}\">" },
        { "p{a:b}", "<!--[if mso]><p><![endif]--><![if x]><P/><![endif]>",
          "<!--[if mso]><p><![endif]--><![if x]><P style=\"a:b\"/><![endif]>" },
        { "p{a:b}", "<p  A = 1 b=x/y\n>&aring;\xC3\xA5</p >",
          "<p  A = 1 b=x/y style=\"a:b\"\n>&aring;\xC3\xA5</p >" },
        { "p{a:b}", "<p style=c:d x><p style><p style=''>",
          "<p style=\"a:b;c:d\" x><p style=\"a:b\"><p style='a:b'>" },
        { "p{a:\"x\";b:'y';c:\"z'\";d:e&f<g}", "<p>",
          "<p style=\"a:'x';b:'y';c:&quot;z'&quot;;d:e&amp;f&lt;g\">" },
        { "p{a:'x';b:\"y'\"}", "<p style=''>",
          "<p style='a:\"x\";b:\"y&#39;\"'>" },
        { "title,style,p{a:b}", "<title>x</title><p>",
          "<title>x</title><p style=\"a:b\">" },
        { "p > {a:b}p{c:d}", "<p>",
          "<style>p > {a:b}</style><p style=\"c:d\">" },
        { "b{a:b}", "<b>x<p>y</b>z</p>", "<b style=\"a:b\">x<p>y</b>z</p>" },
        { ".a\\:b{c:d}#\\31 x{e:f}.g\\27{h:i}", "<p class='z a:b' id=1x>",
          "<style>.g\\27{h:i}</style>"
          "<p class='z a:b' id=1x style=\"c:d;e:f\">" },
        { "p:not(.a\\:b){c:d}", "<p class=a:b><p class=x>",
          "<p class=a:b><p class=x style=\"c:d\">" },
        { "p[x='>.+'],b[y~=z]{a:b}", "<p x='>.+'><b y='z .'>",
          "<p x='>.+' style=\"a:b\"><b y='z .' style=\"a:b\">" },
        { "i>b,i+u{a:b}", "<i><b></b></i><u>",
          "<i><b style=\"a:b\"></b></i><u style=\"a:b\">" },
        { "tr > td{a:b}table > tr{c:d}", "<table><tr><td>",
          "<style>table > tr{c:d}</style><table><tr><td style=\"a:b\">" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(rows[i].css, rows[i].body, rows[i].want);
}

static void test_css_inline__keeps_whole_sheets(void **state)
{
    static const char *const pages[] = {
        "<style data-embed>p{a:b}</style><p>",
        "<style data-inline=\"off\">p{a:b}</style><p>",
        "<style media=\"screen and (x)\">p{a:b}</style><p>",
        "<style type=\"text/x\">p{a:b}</style><p>",
        "<!--[if mso]><style>p{a:b}</style><![endif]--><p>",
        "<style>@media x{p{a:b}} :root{a:b}</style><p>",
        "<p>no sheet, <i>odd < html",
        "<style",
        "",
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        bd_str page = t_heap(pages[i]);
        bd_str out = BD_STR_NONE;

        CHECK(bd_css_inline(arena, page, "t", NULL, &out, NULL) == BD_OK);
        CHECK_STR(out, pages[i]);
        t_free(page);
    }
    bd_arena_free(arena);
}

static void test_css_inline__says_where(void **state)
{
    static const struct {
        const char *page;
        const char *place;
    } rows[] = {
        { "<style>\n p { a: b", "t.html:2:4: the rule" },
        { "\xC3\xA5<style>p{a:b} /* x</style>", "t.html:1:16: the comment" },
        { "<style>\np { a: 'b\n }</style>", "t.html:2:8: the string" },
        { "<style>p { a: b } }</style>", "t.html:1:19: a } too many" },
        { "<style>p { a: b(c }</style>", "t.html:1:16: the parenthesis" },
        { "<style>p[a { a: b }</style>", "t.html:1:9: the bracket" },
        { "<style>p{a:b}\n{{x</style>", "t.html:2:1: the {{tag}}" },
        { "<style>p{a:b}\n b,c </style>", "t.html:2:2: the selector" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_err err = { 0 };
        bd_str page = t_heap(rows[i].page);
        bd_str out = BD_STR_NONE;

        CHECK_ROW(rows[i].page, bd_css_inline(arena, page, "t.html", NULL, &out,
                                              &err) == BD_EPARSE);
        if (strncmp(err.msg, rows[i].place, strlen(rows[i].place)) != 0)
            fail_msg("%s: %s", rows[i].page, err.msg);
        t_free(page);
    }
    bd_arena_free(arena);
}

static void test_css_inline__warns_of_what_stays(void **state)
{
    static const struct {
        const char *page;
        const char *said;
    } rows[] = {
        { "<style>\n ..x { a: b }</style>", "t.html:2:2: \"..x\" is not" },
        { "<style>p,{a: b}</style>", "t.html:1:10: \"\" is not" },
        { "<style>p, {a: b}</style>", "t.html:1:10: \"\" is not" },
        { "<style>p.{{x}} {a: b}</style>", "t.html:1:8: \"p.{{x}}\" is not" },
        { "<style>p { a: b;\n c; }</style><p>", "t.html:2:2: this is no" },
        { "<style>p { &.x { a: b } }</style><p>", "t.html:1:8: rules in" },
        { "<style>p{a:b}</style>\n<p {{#x}}title=y{{/x}}>",
          "t.html:2:1: a {{tag}}" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_buf said = { 0 };
        struct bd_css_options options = { keep_warning, &said };
        bd_str page = t_heap(rows[i].page);
        bd_str out = BD_STR_NONE;

        CHECK_ROW(rows[i].page, bd_css_inline(arena, page, "t.html", &options,
                                              &out, NULL) == BD_OK);
        if (!bd_str_starts(bd_buf_str(&said), bd_str_from(rows[i].said)))
            fail_msg("%s: %.*s", rows[i].page, BD_ARG(bd_buf_str(&said)));
        bd_buf_fini(&said);
        t_free(page);
    }
    bd_arena_free(arena);
}

static void test_css_inline__warns_of_long_sheets(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_buf said = { 0 };
    struct bd_buf page = { 0 };
    struct bd_css_options options = { keep_warning, &said };
    bd_str out = BD_STR_NONE;

    (void)state;
    bd_buf_add_cstr(&page, "<style>p{a:b}");
    for (int i = 0; i < 2000; i++)
        bd_buf_printf(&page, ".c%04d{a:b}\n", i);
    bd_buf_add_cstr(&page, "</style><p>");
    CHECK(bd_css_inline(arena, bd_buf_str(&page), "t", &options, &out, NULL) ==
          BD_OK);
    CHECK(bd_str_find(bd_buf_str(&said), BD_STR("Gmail")) != SIZE_MAX);
    bd_buf_fini(&page);
    bd_buf_fini(&said);
    bd_arena_free(arena);
}

static void test_css_inline__limits_depth(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_buf page = { 0 };
    bd_str out = BD_STR_NONE;

    (void)state;
    bd_buf_add_cstr(&page, "<style>div div{a:b}</style>");
    for (int i = 0; i < 480; i++)
        bd_buf_add_cstr(&page, "<div>");
    CHECK(bd_css_inline(arena, bd_buf_str(&page), "t", NULL, &out, NULL) ==
          BD_OK);
    for (int i = 0; i < 20000; i++)
        bd_buf_add_cstr(&page, "<div>");
    CHECK(bd_css_inline(arena, bd_buf_str(&page), "t", NULL, &out, NULL) ==
          BD_ELIMIT);
    bd_buf_fini(&page);
    bd_arena_free(arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_css_inline__follows_the_cascade),
        cmocka_unit_test(test_css_inline__leaves_the_rest_alone),
        cmocka_unit_test(test_css_inline__keeps_whole_sheets),
        cmocka_unit_test(test_css_inline__says_where),
        cmocka_unit_test(test_css_inline__warns_of_what_stays),
        cmocka_unit_test(test_css_inline__warns_of_long_sheets),
        cmocka_unit_test(test_css_inline__limits_depth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
