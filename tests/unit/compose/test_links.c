#include "t.h"

#include "links_private.h"

static void test_link_find__takes_what_a_reader_would(void **state)
{
    static const struct {
        const char *text;
        const char *link; /* NULL: none */
        const char *url;  /* NULL: the link itself */
    } rows[] = {
        { "(www.so-in.se)", "www.so-in.se", "https://www.so-in.se" },
        { "(www-so-in.se)", NULL, NULL },
        { "Linda (linda.nors@sv.se), som", "linda.nors@sv.se",
          "mailto:linda.nors@sv.se" },
        { "till mona.h@region.se.", "mona.h@region.se",
          "mailto:mona.h@region.se" },
        { "se https://a.se/b?c=d&e#f!", "https://a.se/b?c=d&e#f", NULL },
        { "http://a.se/x_(y)", "http://a.se/x_(y)", NULL },
        { "(http://a.se/x)", "http://a.se/x", NULL },
        { "http://a.se/((x)))))", "http://a.se/((x))", NULL },
        { "\"https://a.se\".", "https://a.se", NULL },
        { "”https://a.se”", "https://a.se", NULL },
        { "»www.a.se«", "www.a.se", "https://www.a.se" },
        { "https://å.se/ä…", "https://å.se/ä", NULL },
        { "åsa@räk.se", "åsa@räk.se", "mailto:åsa@räk.se" },
        { "HTTPS://A.SE", "HTTPS://A.SE", NULL },
        { "xhttps://a.se", NULL, NULL },
        { "åwww.a.se", NULL, NULL },
        { "a.www.a.se", NULL, NULL },
        { "www.", NULL, NULL },
        { "www.a", NULL, NULL },
        { "https://", NULL, NULL },
        { "a@b", NULL, NULL },
        { "@b.se", NULL, NULL },
        { "a@", NULL, NULL },
        { "a@.se", NULL, NULL },
        { "a@b.", NULL, NULL },
        { "..a@b.se", "a@b.se", "mailto:a@b.se" },
        { "a@b.se@c.se", "a@b.se", "mailto:a@b.se" },
        { "www.a.se/**", "www.a.se/", "https://www.a.se/" },
        { "", NULL, NULL },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str text = t_heap(rows[i].text);
        struct bd_found_link got = { 0 };
        bool found = bd_link_find(arena, text, 0, &got);
        const char *url = rows[i].url ? rows[i].url : rows[i].link;

        CHECK_ROW(rows[i].text, found == (rows[i].link != NULL));
        if (found) {
            CHECK_STR(bd_str_sub(text, got.at, got.len), rows[i].link);
            CHECK_STR(got.url, url);
        }
        t_free(text);
    }
    bd_arena_free(arena);
}

static void test_url_host__is_what_the_browser_asks(void **state)
{
    (void)state;
    CHECK_STR(bd_url_host(BD_STR("https://a.se/b")), "a.se");
    CHECK_STR(bd_url_host(BD_STR("HTTP://u:p@a.se:80?b")), "a.se");
    CHECK_STR(bd_url_host(BD_STR("mailto:a@b.se")), "");
    CHECK_STR(bd_url_host(BD_STR("https://")), "");
}

static void test_url_is_text__ignores_scheme_and_last_slash(void **state)
{
    (void)state;
    CHECK(bd_url_is_text(BD_STR("https://www.a.se/"), BD_STR("www.a.se")));
    CHECK(bd_url_is_text(BD_STR("mailto:a@b.se"), BD_STR("a@b.se")));
    CHECK(bd_url_is_text(BD_STR("tel:+4619123"), BD_STR("+46 19-123")));
    CHECK(!bd_url_is_text(BD_STR("tel:+4619123"), BD_STR("Ring 19 123")));
    CHECK(!bd_url_is_text(BD_STR("tel:19123"), BD_STR("Ring 19 12")));
    CHECK(!bd_url_is_text(BD_STR("https://a.se/b"), BD_STR("a.se")));
    CHECK(!bd_url_is_text(BD_STR("https://b.se"), BD_STR("a.se")));
}

static void test_url_scheme__ends_at_the_first_other_sign(void **state)
{
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    CHECK_STR(bd_url_scheme(arena, BD_STR("JavaScript:x")), "javascript");
    CHECK_STR(bd_url_scheme(arena, BD_STR("a/b:c")), "");
    CHECK_STR(bd_url_scheme(arena, BD_STR("1a:b")), "");
    CHECK_STR(bd_url_scheme(arena, BD_STR(":b")), "");
    CHECK(bd_url_is_relative(BD_STR("foto.jpg")));
    CHECK(!bd_url_is_relative(BD_STR("#a")));
    CHECK(!bd_url_is_relative(BD_STR("//a.se")));
    bd_arena_free(arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_link_find__takes_what_a_reader_would),
        cmocka_unit_test(test_url_host__is_what_the_browser_asks),
        cmocka_unit_test(test_url_is_text__ignores_scheme_and_last_slash),
        cmocka_unit_test(test_url_scheme__ends_at_the_first_other_sign),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
