#include "brevduva/compose/view.h"

#include "t.h"

#define META                                                                   \
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "      \
    "'none'; style-src 'unsafe-inline'; font-src data: https:; base-uri "      \
    "'none'; form-action 'none'; img-src "
#define SHOWN META "data: https: http:\">"
#define BARE  META "'none'\">"

struct row {
    const char *in, *want;
};

static void check(const struct row *rows, size_t count, struct bd_view view)
{
    struct bd_arena *arena = bd_arena_new();

    for (size_t i = 0; i < count; i++) {
        bd_str in = t_heap(rows[i].in);
        bd_str got = bd_view_html(arena, in, view);

        if (!bd_str_eq(got, bd_str_from(rows[i].want)))
            fail_msg("row \"%s\": got \"%.*s\"", rows[i].in, BD_ARG(got));
        t_free(in);
    }
    bd_arena_free(arena);
}

static void test_view_html__decides_light_and_dark(void **state)
{
    static const struct row dark[] = {
        { "<head><style>@media (prefers-color-scheme: dark) { a { b: c } }",
          "<head>" SHOWN "<style>@media (min-width:0) { a { b: c } }" },
        { "<head><style>@media screen and (Prefers-Color-Scheme :light){}"
          "</style>",
          "<head>" SHOWN "<style>@media screen and (max-width:0){}</style>" },
        { "<head><style>:root{color-scheme:light dark;"
          "supported-color-schemes:light dark}</style>",
          "<head>" SHOWN "<style>:root{color-scheme:dark;"
          "supported-color-schemes:light dark}</style>" },
        { "<head><style>a{color-scheme:light}</style>",
          "<head>" SHOWN "<style>a{color-scheme:light}</style>" },
        { "<head><meta name=\"color-scheme\" content=\"light dark\">",
          "<head>" SHOWN "<meta name=\"color-scheme\" content=\"dark\">" },
        { "<head><style media='(prefers-color-scheme: dark)'>a{}</style>",
          "<head>" SHOWN "<style media='(min-width:0)'>a{}</style>" },
        { "<head></head><p style=\"color-scheme: light dark\">"
          "prefers-color-scheme: dark",
          "<head>" SHOWN "</head><p style=\"color-scheme:dark\">"
          "prefers-color-scheme: dark" },
    };
    static const struct row light[] = {
        { "<head><style>@media (prefers-color-scheme: dark) { a { b: c } }",
          "<head>" SHOWN "<style>@media (max-width:0) { a { b: c } }" },
        { "<head><meta content=\"light dark\" name=color-scheme>",
          "<head>" SHOWN "<meta content=\"light\" name=color-scheme>" },
    };

    (void)state;
    check(dark, sizeof dark / sizeof *dark, (struct bd_view) { .dark = true });
    check(light, sizeof light / sizeof *light,
          (struct bd_view) { .dark = false });
}

static void test_view_html__takes_pictures_away(void **state)
{
    static const struct row rows[] = {
        { "<head></head><img alt=\"A>B\" src=\"data:image/png;base64,AA\">",
          "<head>" BARE "</head><img alt=\"A>B\" src=\"data:,\">" },
        { "<p><IMG SRC=x.png srcset='a 2x'/>",
          BARE "<p><IMG SRC=\"data:,\" srcset=\"data:,\"/>" },
        { "<td background=\"a.png\" bgcolor=red>",
          BARE "<td background=\"data:,\" bgcolor=red>" },
        { "<!--[if mso]><img src=a><![endif]-->x",
          "<!--[if mso]><img src=a><![endif]-->" BARE "x" },
    };

    (void)state;
    check(rows, sizeof rows / sizeof *rows,
          (struct bd_view) { .no_images = true });
}

static void test_view_html__leaves_the_rest(void **state)
{
    static const struct row rows[] = {
        { "", SHOWN },
        { "<", SHOWN "<" },
        { "<a", SHOWN "<a" },
        { "<a href=\"x", SHOWN "<a target=\"_blank\" href=\"x" },
        { "1 < 2 <b>x</b>", SHOWN "1 < 2 <b>x</b>" },
        { "<!DOCTYPE html>\n<html lang=sv>\n<body>",
          "<!DOCTYPE html>\n<html lang=sv>\n" SHOWN "<body>" },
        { "<head x='>'>", "<head x='>'>" SHOWN },
        { "<!-- <head> -->", "<!-- <head> -->" SHOWN },
        { "<!-- <p>", "<!-- <p>" SHOWN },
        { "<p title=\"a ' b\" x = y>", SHOWN "<p title=\"a ' b\" x = y>" },
        { "<a href=\"#top\">x</a><a name=x>",
          SHOWN "<a href=\"#top\">x</a><a name=x>" },
        { "<a href='https://a.example'>x</a>",
          SHOWN "<a target=\"_blank\" href='https://a.example'>x</a>" },
        { "<style>", SHOWN "<style>" },
        { "<meta name=viewport content=\"width=1\">",
          SHOWN "<meta name=viewport content=\"width=1\">" },
    };

    (void)state;
    check(rows, sizeof rows / sizeof *rows, (struct bd_view) { .dark = false });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_view_html__decides_light_and_dark),
        cmocka_unit_test(test_view_html__takes_pictures_away),
        cmocka_unit_test(test_view_html__leaves_the_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
