#include "t.h"

#include "brevduva/base/assets.h"
#include "brevduva/base/file.h"
#include "brevduva/compose/check.h"

static bool find_template(void *self, bd_str path, bd_str *out)
{
    return bd_asset_find(bd_arena_printf(self, "templates/%.*s", BD_ARG(path)),
                         out);
}

static enum bd_status no_file(void *self, bd_str path, bd_str *out,
                              struct bd_err *err)
{
    (void)self;
    (void)path;
    *out = BD_STR("GIF89a\x01\x00\x01\x00");
    (void)err;
    return BD_OK;
}

static struct bd_letter_options good_options(struct bd_arena *arena)
{
    return (struct bd_letter_options) {
        .newsletter = BD_STR("Brevet"),
        .from_name = BD_STR("Brevdalen"),
        .from_email = BD_STR("brev@brev.test"),
        .base_url = BD_STR("https://brev.test"),
        .organisation = { .postal_address = BD_STR("Storgatan 1") },
        .template = find_template,
        .template_self = arena,
        .file = no_file,
    };
}

static void run(struct bd_arena *arena, bd_str text,
                const struct bd_letter_options *options,
                const struct bd_finding **out, size_t *out_count)
{
    struct bd_issue issue = { .path = NULL };
    struct bd_message message = { 0 };
    struct bd_err err = { 0 };

    if (bd_issue_read(arena, "a.md", text, &issue, &err) != BD_OK ||
        bd_letter_compile(arena, &issue, options, BD_LETTER_FULL, &message,
                          &err) != BD_OK)
        fail_msg("%s", err.msg);
    bd_check_issue(arena, &issue, options, &message, out, out_count);
}

#define BODY(text) "---\ntitle: Höstens möten\npreheader: Om hösten\n---\n" text
#define SUBJECT(text)                                                          \
    "---\ntitle: Titel\npreheader: Om\nsubject: " text "\n---\nHej\n"

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
        { BODY("Se bifogad fil"), "attachment-missing", 5, 1 },
        { BODY(" \n\n"), "body-empty", 0, 0 },
        { BODY("<!-- sedan -->"), "body-empty", 0, 0 },
        { BODY("![Bild](b.gif)"), NULL, 0, 0 },
        { BODY("`kod`"), NULL, 0, 0 },
        { BODY("```\nkod\n```"), NULL, 0, 0 },
        { BODY("## Första rubriken"), "draft-untouched", 5, 4 },
        { BODY("## Första rubriken i år"), NULL, 0, 0 },
        { BODY("# A\n\n## B\n\n# A"), "heading-duplicate", 9, 1 },
        { BODY("# A\n\n### B"), "heading-skipped", 7, 1 },
        { BODY("Hej ![](b.gif)"), "image-alt", 5, 5 },
        { BODY("Hej TK hej"), "leftover", 5, 1 },
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
        { BODY("[A b](https://a.test:65535/@{{name}})"), NULL, 0, 0 },
        { BODY("[A b]()"), "link-malformed", 5, 1 },
        { BODY("[A b](b.html)"), "link-relative", 5, 1 },
        { BODY("[A b](#b)"), "link-relative", 5, 1 },
        { BODY("a [b](https://a.test/b c)"), "link-syntax", 5, 1 },
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
        { "---\ntitle: Höstens möten\nquiet: [preheader]\n---\nHej", NULL, 0,
          0 },
    };
    struct bd_arena *arena = bd_arena_new();
    struct bd_letter_options options = good_options(arena);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct bd_finding *got = NULL;
        size_t count = 0;

        run(arena, bd_str_from(rows[i].issue), &options, &got, &count);
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
    struct bd_letter_options options = good_options(arena);

    (void)state;
    for (size_t i = 0; i < sizeof templates / sizeof *templates; i++) {
        const struct bd_finding *got = NULL;
        bd_str draft = BD_STR_NONE;
        size_t count = 0, found = 0;

        CHECK(bd_asset_find(bd_str_from(templates[i]), &draft));
        draft = bd_str_skip(draft, bd_str_find(draft, BD_STR("\n---\n\n")));
        run(arena, bd_arena_printf(arena, "---\ntitle: Hej%.*s", BD_ARG(draft)),
            &options, &got, &count);
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
    struct bd_letter_options options = good_options(arena);
    const struct bd_finding *got = NULL;
    size_t count = 0;

    (void)state;
    options.base_url = options.organisation.postal_address = BD_STR_NONE;
    options.from_email = BD_STR("brev@brev.example");
    run(arena, BD_STR(BODY("Hej")), &options, &got, &count);
    CHECK(count == 3);
    for (size_t i = 0; i < 3; i++)
        CHECK_STR(bd_str_from(got[i].id), want[i]);
    CHECK(bd_str_ends(got[0].text, BD_STR("where the readers' pages are")));
    bd_arena_free(arena);
}

static void test_check__measures_the_html(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_letter_options options = good_options(arena);
    const struct bd_finding *got = NULL;
    size_t count = 0;
    struct bd_buf text = { 0 };

    (void)state;
    bd_buf_add(&text, BD_STR(BODY("Hej\n")));
    while (text.len < 90000)
        bd_buf_add(&text, BD_STR("Ett stycke till.\n\n"));
    run(arena, bd_buf_str(&text), &options, &got, &count);
    CHECK(count == 1 && strcmp(got->id, "letter-size") == 0);
    bd_buf_fini(&text);
    bd_arena_free(arena);
}

static void test_checks__are_sorted(void **state)
{
    (void)state;
    for (const struct bd_check *c = bd_checks; c[0].id && c[1].id; c++)
        CHECK_ROW(c->id, strcmp(c[0].id, c[1].id) < 0);
}

static void test_checks__are_in_the_docs(void **state)
{
    static const char *const levels[] = { "error", "warning", "hint" };
    struct bd_arena *arena = bd_arena_new();
    bd_str docs = BD_STR_NONE;

    (void)state;
    CHECK(bd_file_read(arena, "docs/writing.md", 1 << 20, &docs, NULL) ==
          BD_OK);
    for (const struct bd_check *c = bd_checks; c->id; c++)
        CHECK_ROW(c->id, bd_str_find(docs, bd_arena_printf(
                                               arena, "\n| `%s` | %s | ", c->id,
                                               levels[c->level])) != SIZE_MAX);
    bd_arena_free(arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check__finds_one),
        cmocka_unit_test(test_check__finds_an_untouched_draft),
        cmocka_unit_test(test_check__looks_at_the_settings),
        cmocka_unit_test(test_check__measures_the_html),
        cmocka_unit_test(test_checks__are_sorted),
        cmocka_unit_test(test_checks__are_in_the_docs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
