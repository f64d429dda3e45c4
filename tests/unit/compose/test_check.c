#include "check_world.h"

#define SUBJECT(text)                                                          \
    "---\ntitle: Titel\n" PREHEADER "subject: " text "\n---\nHej\n"

/* One finding each, with its place; or none. */
static void test_check__finds_one(void **state)
{
    static const struct {
        const char *issue;
        const char *id; /* NULL: nothing is found */
        unsigned line, column;
    } rows[] = {
        { BODY("Hej [Programmet](https://a.test/b) och www.a.test"), NULL, 0,
          0 },
        { BODY("Se bifogad fil"), "attachment-missing", 5, 4 },
        { BODY(" \n\n"), "body-empty", 0, 0 },
        { BODY("<!-- sedan -->"), "body-empty", 0, 0 },
        { BODY("![Kumla](b.gif)"), NULL, 0, 0 },
        { BODY("`kod`"), NULL, 0, 0 },
        { BODY("```\nkod\n```"), NULL, 0, 0 },
        { BODY("## Första rubriken"), "draft-untouched", 5, 4 },
        { BODY("## Första rubriken i år"), NULL, 0, 0 },
        { BODY("# A\n\n## B\n\n# A"), "heading-duplicate", 9, 1 },
        { BODY("# A\n\n### B"), "heading-skipped", 7, 1 },
        { BODY("Hej ![](b.gif)"), "image-alt", 5, 5 },
        { BODY("Hej TK hej"), "leftover", 5, 5 },
        { BODY("Hej TKX, tk, lorem"), NULL, 0, 0 },
        { BODY("å *Lorem Ipsum*"), "leftover", 5, 4 },
        { BODY("[A b](http://a.test)"), "link-http", 5, 1 },
        { BODY("[A b](https://a..test)"), "link-malformed", 5, 1 },
        { BODY("[A b](https://https//a.test)"), "link-malformed", 5, 1 },
        { BODY("[A b](mailto:a.test)"), "link-malformed", 5, 1 },
        { BODY("[A b](https://u:pw@a.test/)"), "link-malformed", 5, 1 },
        { BODY("[A b](https://u@a.test/{{name}})"), "link-malformed", 5, 1 },
        { BODY("[A b](https://a.test:65536/)"), "link-malformed", 5, 1 },
        { BODY("[A b](https://a.test:x/)"), "link-malformed", 5, 1 },
        { BODY("[A b](https://a.test:65535/@{{name}})"), "link-odd-host", 5,
          1 },
        { BODY("[A b]()"), "link-malformed", 5, 1 },
        { BODY("[A b](b.html)"), "link-relative", 5, 1 },
        { BODY("[A b](#b)"), "link-relative", 5, 1 },
        { BODY("a [b](https://a.test/b c)"), "link-syntax", 5, 5 },
        { BODY("[a.test](https://b.test/)"), "link-text-host", 5, 1 },
        { BODY("[https://www.a.test/x](https://b.test/)"), "link-text-host", 5,
          1 },
        { BODY("[www.a.test](https://a.test/b)"), NULL, 0, 0 },
        { BODY("[Version 2.0](https://a.test/b)"), NULL, 0, 0 },
        { BODY("Anmäl er [här](https://a.test/b)"), "link-text-vague", 5, 10 },
        { BODY("[Läs mer »](https://a.test/b)"), "link-text-vague", 5, 1 },
        { BODY("- a\n- b\nC d"), "list-lazy", 7, 1 },
        { BODY("- a b\n  C d"), NULL, 0, 0 },
        { SUBJECT("Hej"), "subject-length", 4, 10 },
        { SUBJECT("\"Re: möten\""), "subject-reply", 4, 10 },
        { SUBJECT("STORA HÖSTMÖTET"), "subject-shouting", 4, 10 },
        { SUBJECT("Köp nu!!"), "subject-shouting", 4, 10 },
        { SUBJECT("OECD om EU2020"), NULL, 0, 0 },
        { "---\ntitle: Höstens möten\n---\nHej", "preheader", 0, 0 },
        { "---\ntitle: Höstens möten\nsilence: [preheader]\n---\nHej", NULL, 0,
          0 },
    };
    struct bd_arena *arena = bd_arena_new();
    struct world *w = new_world(arena);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct bd_finding *got = NULL;
        size_t count = 0;

        run(w, bd_str_from(rows[i].issue), &got, &count);
        CHECK_ROW(rows[i].issue, count == (rows[i].id ? 1 : 0));
        if (count == 0)
            continue;
        CHECK_ROW(rows[i].issue, strcmp(got->id, rows[i].id) == 0);
        CHECK_ROW(rows[i].issue, got->place.line == rows[i].line);
        CHECK_ROW(rows[i].issue, got->place.column == rows[i].column);
    }
    bd_arena_free(arena);
}

/* The made-up lines of each template are all found. */
static void test_check__finds_an_untouched_draft(void **state)
{
    static const char *const templates[] = { "templates/new/issue.sv.md",
                                             "templates/new/issue.en.md" };
    struct bd_arena *arena = bd_arena_new();
    struct world *w = new_world(arena);

    (void)state;
    for (size_t i = 0; i < sizeof templates / sizeof *templates; i++) {
        const struct bd_finding *got = NULL;
        bd_str draft = BD_STR_NONE;
        size_t count = 0, found = 0;

        CHECK(bd_asset_find(bd_str_from(templates[i]), &draft));
        draft = bd_str_skip(draft, bd_str_find(draft, BD_STR("\n---\n\n")));
        run(w, bd_arena_printf(arena, "---\ntitle: Hej%.*s", BD_ARG(draft)),
            &got, &count);
        for (size_t k = 0; k < count; k++)
            found += strcmp(got[k].id, "draft-untouched") == 0;
        CHECK_ROW(templates[i], found == 4);
    }
    bd_arena_free(arena);
}

static void test_check__looks_at_the_settings(void **state)
{
    static const char *const want[] = { "base-url-missing", "postal-address",
                                        "sender-example" };
    struct bd_arena *arena = bd_arena_new();
    struct world *w = new_world(arena);
    const struct bd_finding *got = NULL;
    size_t count = 0;

    (void)state;
    w->options.base_url = BD_STR_NONE;
    w->options.organisation.postal_address = BD_STR_NONE;
    w->options.from_email = BD_STR("brev@brev.example");
    run(w, BD_STR(BODY("Hej")), &got, &count);
    CHECK(count == 3);
    for (size_t i = 0; i < 3; i++)
        CHECK_STR(bd_str_from(got[i].id), want[i]);
    CHECK(bd_str_ends(got[0].text, BD_STR("where the readers' pages are")));
    bd_arena_free(arena);
}

static void test_check__measures_the_html(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct world *w = new_world(arena);
    const struct bd_finding *got = NULL;
    size_t count = 0;
    struct bd_buf text = { 0 };

    (void)state;
    bd_buf_add(&text, BD_STR(BODY("Hej\n")));
    while (text.len < 90000)
        bd_buf_add(&text, BD_STR("Ett stycke till.\n\n"));
    run(w, bd_buf_str(&text), &got, &count);
    CHECK(count == 1 && strcmp(got->id, "letter-size") == 0);
    bd_buf_fini(&text);
    bd_arena_free(arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check__finds_one),
        cmocka_unit_test(test_check__finds_an_untouched_draft),
        cmocka_unit_test(test_check__looks_at_the_settings),
        cmocka_unit_test(test_check__measures_the_html),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
