#include "t.h"

#include "brevduva/compose/issue.h"
#include "brevduva/compose/markdown.h"

static void test_slug__is_plain_ascii(void **state)
{
    static const struct {
        const char *title;
        const char *slug;
    } rows[] = {
        { "Höstens möten 2026", "hostens-moten-2026" },
        { "Nyhetsbrev 2016:1", "nyhetsbrev-2016-1" },
        { "  --Å, Ä & Ö!  ", "a-a-o" },
        { "Æther Œuvre straße Þór", "aether-oeuvre-strasse-thor" },
        { "漢字", "" },
        { "日本 2026", "2026" },
        { "", "" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str title = t_heap(rows[i].title);

        CHECK_STR(bd_slug(arena, title), rows[i].slug);
        t_free(title);
    }
    bd_arena_free(arena);
}

static void test_issue_read__fills_all_fields(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_issue issue = { .path = NULL };
    struct bd_err err = { 0 };
    bd_str text = t_heap("---\n"
                         "title: Hej\n"
                         "from_name: Anna\n"
                         "reply_to: anna@brev.example\n"
                         "silence: [image-alt, link-http]\n"
                         "---\n"
                         "Hej {{name|du}}, se www.brev.example\n");

    (void)state;
    CHECK(bd_issue_read(arena, "issues/2026-01.md", text, &issue, &err) ==
          BD_OK);
    CHECK_STR(issue.title, "Hej");
    CHECK_STR(issue.subject, "Hej");
    CHECK_STR(issue.slug, "2026-01");
    CHECK_STR(issue.from_name, "Anna");
    CHECK_STR(issue.reply_to, "anna@brev.example");
    CHECK(strcmp(issue.silence[1].id, "link-http") == 0 &&
          !issue.silence[2].id);
    CHECK(issue.body_line == 7);
    CHECK(issue.merge_count == 1 && issue.merges[0].place.line == 7 &&
          issue.merges[0].place.column == 5);
    CHECK_STR(issue.merges[0].fallback, "du");
    t_free(text);
    bd_arena_free(arena);
}

/* Where each kind of node is said to stand. */
static void test_issue_read__knows_places(void **state)
{
    static const struct {
        const char *body;
        enum bd_node_kind kind;
        unsigned line, column;
    } rows[] = {
        { "Åäö www.brev.example", BD_NODE_LINK, 4, 5 },
        { "a\n\n> åä [b](https://c.example)", BD_NODE_LINK, 6, 6 },
        { "- a\n- å ![b](https://c.example)", BD_NODE_IMAGE, 5, 5 },
        { "&amp; \\* www.brev.example", BD_NODE_LINK, 4, 10 },
        { "a\n\n## b", BD_NODE_HEADING, 6, 1 },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str text = bd_arena_printf(arena, "---\ntitle: T\n---\n%s\n",
                                      rows[i].body);
        struct bd_issue issue = { .path = NULL };
        const struct bd_node *node = NULL;

        CHECK_ROW(rows[i].body,
                  bd_issue_read(arena, "a.md", text, &issue, NULL) == BD_OK);
        node = issue.document;
        while (node && node->kind != rows[i].kind)
            node = bd_node_walk(issue.document, node);
        CHECK_ROW(rows[i].body, node != NULL);
        CHECK_ROW(rows[i].body, node->place.line == rows[i].line);
        CHECK_ROW(rows[i].body, node->place.column == rows[i].column);
    }
    bd_arena_free(arena);
}

/* They are for single mails. */
static void test_issue_read__knows_no_button(void **state)
{
    static const char *const rows[] = { "action", "stop" };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct bd_issue issue = { .path = NULL };
        struct bd_err err = { 0 };
        bd_str text = bd_arena_printf(
            arena, "---\ntitle: Hej\n%s: Ja\n---\nHej\n", rows[i]);

        CHECK_ROW(rows[i], bd_issue_read(arena, "a.md", text, &issue, &err) ==
                               BD_EPARSE);
        CHECK_ROW(rows[i], strstr(err.msg, "a.md:3:1: unknown key"));
    }
    bd_arena_free(arena);
}

static void test_issue_read__refuses_what_is_too_long(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    size_t len = 1024 * 1024 + 1;
    char *text = malloc(len);
    struct bd_issue issue = { .path = NULL };

    (void)state;
    memset(text, 'a', len);
    CHECK(bd_issue_read(arena, "a.md", (bd_str) { text, len }, &issue, NULL) ==
          BD_ELIMIT);
    free(text);
    bd_arena_free(arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slug__is_plain_ascii),
        cmocka_unit_test(test_issue_read__fills_all_fields),
        cmocka_unit_test(test_issue_read__knows_places),
        cmocka_unit_test(test_issue_read__knows_no_button),
        cmocka_unit_test(test_issue_read__refuses_what_is_too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
