#include "t.h"

#include "brevduva/base/assets.h"
#include "brevduva/compose/letter.h"
#include "brevduva/compose/recipient.h"

/* The owner's own letter.txt, if the test has one. */
struct templates {
    struct bd_arena *arena;
    const char *path;
    const char *text;
};

static bool find_template(void *self, bd_str path, bd_str *out)
{
    const struct templates *t = self;

    if (t->path && bd_str_eq(path, bd_str_from(t->path))) {
        *out = bd_str_from(t->text);
        return t->text != NULL;
    }
    return bd_asset_find(
        bd_arena_printf(t->arena, "templates/%.*s", BD_ARG(path)), out);
}

static struct bd_letter_options options_with(struct templates *templates)
{
    return (struct bd_letter_options) {
        .newsletter = BD_STR("Brevet"),
        .from_name = BD_STR("Brevdalen"),
        .from_email = BD_STR("brev@brev.example"),
        .list_id = BD_STR("brevet.brev.example"),
        .template = find_template,
        .template_self = templates,
    };
}

static const struct bd_recipient reader = {
    .email = BD_STR_INIT("anna@brev.example"),
    .name = BD_STR_INIT("Anna"),
    .message_id = BD_STR_INIT("1.2"),
};

/* A copy, or the message of the error. */
static bd_str letter(struct bd_arena *arena,
                     const struct bd_letter_options *options,
                     enum bd_letter_format format, const char *body)
{
    bd_str text = bd_arena_printf(arena, "---\ntitle: Hej\n---\n%s\n", body);
    struct bd_issue issue = { .path = NULL };
    struct bd_message message = { 0 };
    const bd_str *values = NULL;
    struct bd_buf copy = { 0 };
    struct bd_err err = { 0 };
    bd_str out = BD_STR_NONE;

    if (bd_issue_read(arena, "a.md", text, &issue, &err) != BD_OK ||
        bd_letter_compile(arena, &issue, options, format, &message, &err) !=
            BD_OK)
        return bd_arena_printf(arena, "%s", err.msg);
    CHECK(bd_recipient_values(arena, &message, &reader, NULL, &values, NULL) ==
          BD_OK);
    CHECK(bd_message_splice(&message, values, &copy) == BD_OK);
    out = bd_buf_copy(&copy, arena);
    bd_buf_fini(&copy);
    return out;
}

static bool has(bd_str text, const char *part)
{
    return bd_str_find(text, bd_str_from(part)) != SIZE_MAX;
}

static void test_letter_compile__text_only_is_one_part(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct templates templates = { .arena = arena };
    struct bd_letter_options options = options_with(&templates);
    bd_str got = letter(arena, &options, BD_LETTER_TEXT_ONLY,
                        "![Bild](finns-ej.png)");

    (void)state;
    CHECK(has(got, "\r\nContent-Type: text/plain; charset=utf-8\r\n"));
    CHECK(has(got, "[Picture: Bild]"));
    CHECK(!has(got, "multipart"));
    bd_arena_free(arena);
}

/* One-click wants https (RFC 8058); without it the mailto stands alone. */
static void test_letter_compile__one_click_is_https_only(void **state)
{
    static const struct {
        const char *base_url, *mailto;
        const char *field;
        bool post;
        const char *link; /* in the text */
    } rows[] = {
        { "https://b.example", "u@b.example",
          "List-Unsubscribe: <https://b.example/1/forhandsvisning>,\r\n"
          " <mailto:u@b.example?subject=unsubscribe>\r\n",
          true, "https://b.example/u/" },
        { "https://b.example", "",
          "List-Unsubscribe: <https://b.example/1/forhandsvisning>\r\n", true,
          "https://b.example/u/" },
        { "http://b.example", "u@b.example",
          "List-Unsubscribe: <mailto:u@b.example?subject=unsubscribe>\r\n",
          false, "http://b.example/u/" },
        { "https://b.example", "studs+*@b.example",
          "List-Unsubscribe: <https://b.example/1/forhandsvisning>,\r\n"
          " <mailto:studs+forhandsvisning@b.example?subject=unsubscribe>\r\n",
          true, "https://b.example/u/" },
        { "", "studs+*@b.example",
          "List-Unsubscribe: "
          "<mailto:studs+forhandsvisning@b.example?subject=unsubscribe>\r\n",
          false,
          "Unsubscribe: write to studs+=\r\nforhandsvisning=\r\n@b.example "
          "with" },
        { "", "*@b.example",
          "List-Unsubscribe: "
          "<mailto:forhandsvisning@b.example?subject=unsubscribe>\r\n",
          false,
          "Unsubscribe: write to =\r\nforhandsvisning=\r\n@b.example with" },
        { "http://b.example", "",
          "List-Unsubscribe: "
          "<mailto:svar@brev.example?subject=unsubscribe>\r\n",
          false, "http://b.example/u/" },
        { "", "u@b.example",
          "List-Unsubscribe: <mailto:u@b.example?subject=unsubscribe>\r\n",
          false,
          "Unsubscribe: write to u@b.example with the subject "
          "unsubscribe\r\n" },
        { "", "",
          "List-Unsubscribe: "
          "<mailto:svar@brev.example?subject=unsubscribe>\r\n",
          false, "Unsubscribe: write to svar@brev.example with" },
    };
    struct bd_arena *arena = bd_arena_new();
    struct templates templates = { .arena = arena };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_letter_options options = options_with(&templates);
        bd_str got = BD_STR_NONE;

        options.base_url = bd_str_from(rows[i].base_url);
        options.unsubscribe_mailto = bd_str_from(rows[i].mailto);
        options.reply_to = BD_STR("svar@brev.example");
        got = letter(arena, &options, BD_LETTER_TEXT_ONLY, "Hej");
        CHECK_ROW(rows[i].base_url, has(got, rows[i].field));
        CHECK_ROW(rows[i].base_url,
                  has(got, "\r\nList-Unsubscribe-Post: "
                           "List-Unsubscribe=One-Click\r\n") == rows[i].post);
        CHECK_ROW(rows[i].base_url, has(got, rows[i].link));
    }
    bd_arena_free(arena);
}

static void
test_letter_compile__unsubscribes_by_mail_to_the_sender(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct templates templates = { .arena = arena };
    struct bd_letter_options options = options_with(&templates);

    (void)state;
    CHECK(has(letter(arena, &options, BD_LETTER_TEXT_ONLY, "Hej"),
              "\r\nList-Unsubscribe: "
              "<mailto:brev@brev.example?subject=unsubscribe>\r\n"));
    bd_arena_free(arena);
}

static void test_letter_compile__refuses_bad_settings(void **state)
{
    static const struct {
        const char *base_url, *from;
        const char *error;
    } rows[] = {
        { "ftp://b.example", "a@b.example", "web.base_url" },
        { "https://b.example/>", "a@b.example", "web.base_url" },
        { "https://b.example\r\nX: y", "a@b.example", "web.base_url" },
        { "", "", "from.email" },
        { "", "a", "from.email" },
    };
    struct bd_arena *arena = bd_arena_new();
    struct templates templates = { .arena = arena };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_letter_options options = options_with(&templates);

        options.base_url = bd_str_from(rows[i].base_url);
        options.from_email = bd_str_from(rows[i].from);
        CHECK_ROW(
            rows[i].base_url,
            has(letter(arena, &options, BD_LETTER_FULL, "Hej"), rows[i].error));
    }
    bd_arena_free(arena);
}

/* Markers are made of controls: none may come from a setting. */
static void test_letter_compile__settings_forge_no_marker(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct templates templates = { .arena = arena };
    struct bd_letter_options options = options_with(&templates);

    (void)state;
    options.newsletter = options.organisation.name = options.list_title =
        BD_STR("\x01"
               "b99\x02");
    CHECK(has(letter(arena, &options, BD_LETTER_FULL, "Hej"), " b99 "));
    bd_arena_free(arena);
}

static void test_letter_compile__says_what_is_wrong_with_templates(void **state)
{
    static const struct {
        const char *path, *text;
        const char *want;
    } rows[] = {
        { "mail/brev/letter.txt", "Hej\n{{body", "letter.txt:2:1: " },
        { "mail/brev/letter.txt", "Hej\n {{bdy}}", "letter.txt:2:2: " },
        { "mail/brev/letter.html", "{{{style.finns_ej}}}",
          "letter.html:1:1: " },
        { "mail/brev/styles.css", "p {", "styles.css:1:1: " },
        { "mail/brev/letter.txt", "\x01", "letter.txt:1:1: an invisible" },
        { "mail/brev/letter.html", NULL, "mail/brev/letter.html" },
        { "mail/brev/letter.html", "\n<style>p { a: b", "letter.html:2:10: " },
        { "mail/brev/letter.html", "<style>i{x:y}</style>{{{body}}}<i>",
          "<i style=3D\"x:y\">" },
        { "mail/brev/letter.html",
          "<style>i{x:y}</style><i>{{#title}}<style>b{</style>{{/title}}",
          "letter.html:1:43: " },
        { "mail/brev/letter.html",
          "<style>i{x:y}</style><i>{{{unsubscribe_url}}}",
          "<i style=3D\"x:y\">mailto:brev@brev.example" },
        { "mail/brev/letter.txt", "{{{body}}}", "\r\n\r\nHej\r\n\r\n--=_" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct templates templates = { arena, rows[i].path, rows[i].text };
        struct bd_letter_options options = options_with(&templates);
        bd_str got = letter(arena, &options, BD_LETTER_FULL, "Hej");

        if (!has(got, rows[i].want))
            fail_msg("%s: %.*s", rows[i].text, BD_ARG(got));
    }
    bd_arena_free(arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_letter_compile__text_only_is_one_part),
        cmocka_unit_test(test_letter_compile__one_click_is_https_only),
        cmocka_unit_test(
            test_letter_compile__unsubscribes_by_mail_to_the_sender),
        cmocka_unit_test(test_letter_compile__refuses_bad_settings),
        cmocka_unit_test(test_letter_compile__settings_forge_no_marker),
        cmocka_unit_test(
            test_letter_compile__says_what_is_wrong_with_templates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
