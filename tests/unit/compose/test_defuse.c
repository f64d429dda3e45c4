#include "t.h"

#include "brevduva/compose/defuse.h"
#include "links_private.h"

static void test_defuse_links__takes_links_apart(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        { "https://evil.example/x", "https[:]//evil[.]example/x" },
        { "HTTP://EVIL.EXAMPLE", "HTTP[:]//EVIL[.]EXAMPLE" },
        { "se evil.example.", "se evil[.]example." },
        { "(www.evil.example)", "(www[.]evil[.]example)" },
        { "eva@evil.example", "eva[@]evil[.]example" },
        { "mailto:eva", "mailto[:]eva" },
        { "tel:+46701", "tel[:]+46701" },
        { "root@localhost", "root[@]localhost" },
        { "localhost:8080/x", "localhost[:]8080/x" },
        { "http://192.168.1.1/x", "http[:]//192[.]168[.]1[.]1/x" },
        { "ond.exämple, ålder.se", "ond[.]exämple, ålder[.]se" },
        { "evil\xe3\x80\x82"
          "com",
          "evil[.]com" },
        { "evil\xe2\x80\xa4"
          "com",
          "evil[.]com" },
        { "\\\\server\\x", "[\\\\]server\\x" },
        { "javascript:alert(1)", "javascript[:]alert(1)" },
        { "a.b.se.c", "a.b[.]se.c" },
        { "Hej.Vi ses", "Hej[.]Vi ses" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str text = t_heap(rows[i].text);
        bd_str got = bd_defuse_links(arena, text);
        struct bd_found_link link = { 0 };

        CHECK_STR(got, rows[i].want);
        CHECK_STR(bd_defuse_links(arena, got), rows[i].want);
        CHECK_ROW(rows[i].text, !bd_link_find(arena, got, 0, &link));
        t_free(text);
    }
    bd_arena_free(arena);
}

static void test_defuse_links__leaves_plain_writing(void **state)
{
    static const char *const rows[] = {
        "",
        "Hej! Vi ses kl 10.30 eller 18:00.",
        "Obs: kostar 1.234.000 kr, bl.a. för kaffe.",
        "Så kul :) sa hon:) och log...",
        "@anna är här @ 5",
        "你好。再见",
        "C:\n\\ och /",
        "[.] [:] [@]",
        ".: @ \\",
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str text = t_heap(rows[i]);

        CHECK_STR(bd_defuse_links(arena, text), rows[i]);
        t_free(text);
    }
    bd_arena_free(arena);
}

static void test_defuse_text__is_calm(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        { "Anna", "Anna" },
        { "Åsa “Ek”", "Åsa “Ek”" },
        { "a\xe2\x80\xae"
          "gpj.exe",
          "agpj.exe" },
        { "\xe2\x80\xaa\xe2\x81\xa6x\xe2\x81\xa9", "x" },
        { "a\xe2\x80\xa8"
          "b\xe2\x80\xa9"
          "c",
          "a\nb\nc" },
        { "\xc3", "\xef\xbf\xbd" },
        { "å\xff\xfe"
          "b\xe2\x80",
          "å\xef\xbf\xbd\xef\xbf\xbd"
          "b\xef\xbf\xbd\xef\xbf\xbd" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str text = t_heap(rows[i].text);

        CHECK_STR(bd_defuse_text(arena, text), rows[i].want);
        t_free(text);
    }
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defuse_links__takes_links_apart),
        cmocka_unit_test(test_defuse_links__leaves_plain_writing),
        cmocka_unit_test(test_defuse_text__is_calm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
