#include "t.h"

#include "brevduva/base/buf.h"
#include "brevduva/base/limits.h"
#include "brevduva/base/yaml.h"

static struct bd_yaml *parse(struct bd_arena *arena, uint32_t first_line,
                             bd_str text, enum bd_status want,
                             struct bd_err *err)
{
    bd_str in = t_heap_str(text);
    struct bd_yaml *out = NULL;
    enum bd_status rc = bd_yaml_parse(arena, "x.yaml", first_line, in, &out,
                                      err);

    t_free(in); /* nothing of the tree points into it */
    if (rc != want)
        fail_msg("\"%.*s\": status %d, \"%s\"", BD_ARG(text), rc,
                 err ? err->msg : "");
    return out;
}

static const struct bd_yaml *get(const struct bd_yaml *node, const char *key)
{
    const struct bd_yaml *member = bd_yaml_get(node, bd_str_from(key));

    CHECK_ROW(key, member);
    return member;
}

static void test_yaml_parse__keeps_text_and_places(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    const struct bd_yaml *root = parse(arena, 2,
                                       BD_STR("\ufefftitle: no # comment\r\n"
                                              "från:\n"
                                              "  åäö: \"a: b\\n\"\n"
                                              "  to: [1.50, {x: y}]\n"
                                              "empty:\n"
                                              "block: |\n"
                                              "  one\n"
                                              "  two\n"),
                                       BD_OK, NULL);
    const struct bd_yaml *from = get(root, "från");
    const struct bd_yaml *to = get(from, "to");

    (void)state;
    CHECK(root->kind == BD_YAML_MAPPING);
    CHECK_STR(get(root, "title")->text, "no");
    CHECK(!get(root, "title")->quoted);
    assert_int_equal(get(root, "title")->place.line, 2);
    assert_int_equal(get(root, "title")->place.column, 8);
    CHECK_STR(get(from, "åäö")->text, "a: b\n");
    CHECK(get(from, "åäö")->quoted);
    assert_int_equal(get(from, "åäö")->key_place.line, 4);
    assert_int_equal(get(from, "åäö")->key_place.column, 3);
    assert_int_equal(get(from, "åäö")->place.column, 8);
    CHECK(to->kind == BD_YAML_SEQUENCE);
    CHECK_STR(to->first->text, "1.50");
    CHECK_STR(get(to->first->next, "x")->text, "y");
    CHECK(!to->first->next->next);
    CHECK_STR(get(root, "empty")->text, "");
    CHECK_STR(get(root, "block")->text, "one\ntwo\n");
    CHECK(!bd_yaml_get(root, BD_STR("none")));
    bd_arena_free(arena);
}

static void test_yaml_parse__takes_an_empty_document(void **state)
{
    static const char *const rows[] = { "",      "\n\n",       "# only\n",
                                        "---\n", "---\n...\n", "{}" };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct bd_yaml *root = parse(arena, 1, bd_str_from(rows[i]),
                                           BD_OK, NULL);

        CHECK_ROW(rows[i], root->kind == BD_YAML_MAPPING && !root->first);
    }
    bd_arena_free(arena);
}

/* Each with the message that the person at the keyboard gets. */
static const struct {
    bd_str in;
    const char *want;
} bad_rows[] = {
    { BD_STR_INIT("title: Hej: på dig"),
      "x.yaml:1:11: a second colon stands in this text; put quotes around "
      "the text" },
    { BD_STR_INIT("a:\tb: c"),
      "x.yaml:1:5: a second colon stands in this text; put quotes around "
      "the text" },
    { BD_STR_INIT("from:\n\tname: x"),
      "x.yaml:2:1: a tab cannot indent a line; use spaces instead" },
    { BD_STR_INIT("a: b\n\tc: d"),
      "x.yaml:2:1: a tab cannot indent a line; use spaces instead" },
    { BD_STR_INIT("a: |\n\tb"),
      "x.yaml:2:1: a tab cannot indent a line; use spaces instead" },
    { BD_STR_INIT("name: x\n  email: y"),
      "x.yaml:2:8: this line is indented below one that already has its "
      "value; begin it in the same column" },
    { BD_STR_INIT("titel Hej\nslug: x"),
      "x.yaml:1:1: this is not a list of settings; begin each line with a "
      "key and a colon, as in key: value" },
    { BD_STR_INIT("a: b\nslug: x\ntitel Hej"),
      "x.yaml:3:1: this line has no colon; write it as key: value" },
    { BD_STR_INIT("title: \"Hej"),
      "x.yaml:1:8: this quotation mark is never closed; put one like it "
      "after the text" },
    { BD_STR_INIT("a: \"\n---\n\""),
      "x.yaml:1:4: this quotation mark is never closed; put one like it "
      "after the text" },
    { BD_STR_INIT("title: \"Hej\" på dig"),
      "x.yaml:1:14: this does not fit here; put quotes around the whole of "
      "a text that has quotes or brackets in it, and begin keys of one "
      "level in the same column" },
    { BD_STR_INIT("title: [Nyhet] Hej"),
      "x.yaml:1:16: this does not fit here; put quotes around the whole of "
      "a text that has quotes or brackets in it, and begin keys of one "
      "level in the same column" },
    { BD_STR_INIT("a: >\n  b\n c"),
      "x.yaml:3:2: this does not fit here; put quotes around the whole of "
      "a text that has quotes or brackets in it, and begin keys of one "
      "level in the same column" },
    { BD_STR_INIT("a: b\n- c"),
      "x.yaml:2:1: this does not fit here; put quotes around the whole of "
      "a text that has quotes or brackets in it, and begin keys of one "
      "level in the same column" },
    { BD_STR_INIT(": x"),
      "x.yaml:1:1: this does not fit here; put quotes around the whole of "
      "a text that has quotes or brackets in it, and begin keys of one "
      "level in the same column" },
    { BD_STR_INIT("title: [a, b"),
      "x.yaml:1:8: the list that starts with this [ lacks its ] or a "
      "comma; close it, or put quotes around text that starts with [" },
    { BD_STR_INIT("title: {a: b"),
      "x.yaml:1:8: what starts with this { lacks its } or a comma; close "
      "it, or put quotes around text that starts with {" },
    { BD_STR_INIT("title: @foo"),
      "x.yaml:1:8: text cannot start with this character; put quotes "
      "around the text" },
    { BD_STR_INIT("title: *Nytt* hej"),
      "x.yaml:1:8: text cannot start with this character; put quotes "
      "around the text" },
    { BD_STR_INIT("a: ]"),
      "x.yaml:1:4: text cannot start with this character; put quotes "
      "around the text" },
    { BD_STR_INIT("title: &amp hej"),
      "x.yaml:1:8: anchors (&name) are not used here; put quotes around "
      "text that starts with &" },
    { BD_STR_INIT("title: !viktigt hej"),
      "x.yaml:1:8: tags (!name) are not used here; put quotes around text "
      "that starts with !" },
    { BD_STR_INIT("a: *x"),
      "x.yaml:1:4: aliases (*name) are not used here; put quotes around "
      "text that starts with *" },
    { BD_STR_INIT("*a : b"),
      "x.yaml:1:1: aliases (*name) are not used here; put quotes around "
      "text that starts with *" },
    { BD_STR_INIT("a: &x {b: c}"),
      "x.yaml:1:4: anchors (&name) are not used here; put quotes around "
      "text that starts with &" },
    { BD_STR_INIT("a: !x [b]"),
      "x.yaml:1:4: tags (!name) are not used here; put quotes around text "
      "that starts with !" },
    { BD_STR_INIT("title: \"C:\\Quit\""),
      "x.yaml:1:11: in double quotes a \\ starts a special character, and "
      "this is none; write \\\\ for a plain one" },
    { BD_STR_INIT("a: \"\\ud800\""),
      "x.yaml:1:7: in double quotes a \\ starts a special character, and "
      "this is none; write \\\\ for a plain one" },
    { BD_STR_INIT("a: \"\\x01\""),
      "x.yaml:1:4: this text has a control character in it; remove the "
      "escape that makes it" },
    { BD_STR_INIT("a: \"\\0\""),
      "x.yaml:1:4: this text has a control character in it; remove the "
      "escape that makes it" },
    { BD_STR_INIT("a: 1\n---\nb: 2"),
      "x.yaml:2:1: a second document starts here; keep all in one and "
      "remove this ---" },
    { BD_STR_INIT("a: 1\n...\nb: 2"),
      "x.yaml:3:1: the settings ended before this line; begin all keys of "
      "one level in the same column" },
    { BD_STR_INIT("  a: 1\nb: 2"),
      "x.yaml:2:1: the settings ended before this line; begin all keys of "
      "one level in the same column" },
    { BD_STR_INIT("title: - a"),
      "x.yaml:1:8: a list cannot start on this line; begin it on the next "
      "line, or put quotes around text that starts with -" },
    { BD_STR_INIT("a:\n - x\n y: 2"),
      "x.yaml:3:2: this line stands inside a list but does not start with "
      "-; begin it in the same column as its key" },
    { BD_STR_INIT("%YAML 1.1\n---\na: 1"),
      "x.yaml:1:1: lines that start with % are not used here; remove this "
      "line" },
    { BD_STR_INIT("%foo\na: 1"),
      "x.yaml:1:1: lines that start with % are not used here; remove this "
      "line" },
    { BD_STR_INIT("? [a]"),
      "x.yaml:1:3: a key must be plain text; write it as key: value" },
    { BD_STR_INIT("\"\": x"),
      "x.yaml:1:1: there is no key before the colon; write it as key: value" },
    { BD_STR_INIT("a: |x\n b"),
      "x.yaml:1:5: the text after a | or > begins on the next line; put "
      "quotes around text that starts with | or >" },
    { BD_STR_INIT("hej"),
      "x.yaml:1:1: this is not a list of settings; begin each line with a "
      "key and a colon, as in key: value" },
    { BD_STR_INIT("- a"),
      "x.yaml:1:1: this is not a list of settings; begin each line with a "
      "key and a colon, as in key: value" },
    { BD_STR_INIT("a: 1\nb: 2\na: 3"),
      "x.yaml:3:1: the key \"a\" stands twice, first in line 1; remove one "
      "of them" },
    { BD_STR_INIT("a: b\nc: d\u2028e"),
      "x.yaml:2:5: an invisible line separator stands here; delete it and "
      "type the space again" },
    { BD_STR_INIT("# å\nå: å\0"),
      "x.yaml:2:5: a control character stands here; remove it" },
    { BD_STR_INIT("a: \xc2\x85"),
      "x.yaml:1:4: a control character stands here; remove it" },
    { BD_STR_INIT("å: \xff"),
      "x.yaml:1:4: this is not UTF-8; save the file with the encoding UTF-8" },
};

static void test_yaml_parse__says_what_is_wrong_and_where(void **state)
{
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof bad_rows / sizeof *bad_rows; i++) {
        struct bd_err err = { 0 };

        (void)parse(arena, 1, bad_rows[i].in, BD_EPARSE, &err);
        assert_string_equal(err.msg, bad_rows[i].want);
    }
    bd_arena_free(arena);
}

static void test_yaml_parse__has_limits(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_err err = { 0 };
    struct bd_buf many;

    (void)state;
    (void)parse(arena, 7, BD_STR("a: {b: {c: {d: {e: {f: {g: {h: 1}}}}}}}"),
                BD_OK, &err);
    (void)parse(arena, 7, BD_STR("a: {b: {c: {d: {e: {f: {g: {h: {}}}}}}}}"),
                BD_ELIMIT, &err);
    assert_string_equal(
        err.msg, "x.yaml:7:32: this is nested too deep; use fewer levels");
    bd_buf_init(&many, 0);
    for (int i = 0; i <= BD_MAX_YAML_ENTRIES; i++)
        bd_buf_printf(&many, "k%d: x\n", i);
    (void)parse(arena, 7, bd_buf_str(&many), BD_ELIMIT, &err);
    assert_string_equal(
        err.msg, "x.yaml:1007:1: there are too many entries at this level");
    bd_buf_fini(&many);
    bd_arena_free(arena);
}

static void test_nearest__finds_what_was_meant(void **state)
{
    static const char *const known[] = { "title", "slug", "set",      "list",
                                         "url",   "it",   "language", NULL };
    static const struct {
        const char *word, *want;
    } rows[] = {
        { "titel", "title" }, { "Title", "title" },        { "tite", "title" },
        { "slugg", "slug" },  { "lang", "language" },      { "uri", "url" },
        { "lst", "list" },    { "titlexyz", "title" },     { "abc", NULL },
        { "", NULL },         { "kalender", NULL },        { "ab", NULL },
        { "l", NULL },        { "languages", "language" }, { "lsit", "list" },
        { "LITS", "list" },   { "ist", "list" },           { "ulr", "url" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str word = t_heap(rows[i].word);
        const char *got = bd_nearest(word, known);

        CHECK_ROW(rows[i].word,
                  (!got && !rows[i].want) ||
                      (got && rows[i].want && !strcmp(got, rows[i].want)));
        t_free(word);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_yaml_parse__keeps_text_and_places),
        cmocka_unit_test(test_yaml_parse__takes_an_empty_document),
        cmocka_unit_test(test_yaml_parse__says_what_is_wrong_and_where),
        cmocka_unit_test(test_yaml_parse__has_limits),
        cmocka_unit_test(test_nearest__finds_what_was_meant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
