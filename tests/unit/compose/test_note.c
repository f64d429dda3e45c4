#include "t.h"

#include "brevduva/base/assets.h"
#include "brevduva/compose/note.h"

static bool find_template(void *self, bd_str path, bd_str *out)
{
    return bd_asset_find(bd_arena_printf(self, "templates/%.*s", BD_ARG(path)),
                         out);
}

static struct bd_letter_options options_with(struct bd_arena *arena)
{
    return (struct bd_letter_options) {
        .newsletter = BD_STR("Brevet"),
        .language = BD_LANG_SV,
        .from_name = BD_STR("Brevdalen"),
        .from_email = BD_STR("brev@brev.example"),
        .base_url = BD_STR("https://brev.example"),
        .organisation = { .name = BD_STR("Brevdalens förening"),
                          .postal_address = BD_STR("Storgatan 1\nBrevdalen") },
        .template = find_template,
        .template_self = arena,
    };
}

static const struct bd_note_field fields[] = {
    { .name = "name" },
    { .name = "note", .lines = true },
    { .name = "tip", .stranger = true },
    { .name = NULL },
};
static const struct bd_note_form form = { "c", "stop", fields, NULL, false };

/* What is made of the text, or the message of the error. */
static bd_str note_of(struct bd_arena *arena, const struct bd_note_form *f,
                      const char *text, bd_str without,
                      const struct bd_note_copy *copy)
{
    struct bd_letter_options options = options_with(arena);
    struct bd_message message = { 0 };
    const bd_str *values = NULL;
    struct bd_buf buf = { 0 };
    struct bd_err err = { 0 };
    bd_str in = t_heap(text);
    bd_str out = BD_STR_NONE;

    if (bd_note_compile(arena, "x.sv.md", in, &options, f, without, &message,
                        &err) != BD_OK ||
        bd_note_values(arena, &message, f, copy, &values, &err) != BD_OK) {
        t_free(in);
        return bd_arena_printf(arena, "%s", err.msg);
    }
    CHECK(bd_message_splice(&message, values, &buf) == BD_OK);
    out = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    t_free(in);
    return out;
}

static bool has(bd_str text, const char *part)
{
    return bd_str_find(text, bd_str_from(part)) != SIZE_MAX;
}

/* Quoted-printable undone, as far as soft breaks go. */
static bd_str joined(struct bd_arena *arena, bd_str text)
{
    struct bd_buf buf = { 0 };
    bd_str out = BD_STR_NONE;

    while (text.len > 0) {
        size_t at = bd_str_find(text, BD_STR("=\r\n"));

        bd_buf_add(&buf, bd_str_sub(text, 0, at));
        text = at == SIZE_MAX ? BD_STR_NONE : bd_str_skip(text, at + 3);
    }
    out = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return out;
}

static const struct bd_note_value given[] = {
    { BD_STR_INIT("name"), BD_STR_INIT("Anna") },
    { BD_STR_INIT("note"), BD_STR_INIT("ett\r\ntva <b>\n\ntre\n") },
    { BD_STR_INIT("tip"), BD_STR_INIT("evil.example") },
};
static const struct bd_note_copy copy = {
    .to = BD_STR_INIT("anna@brev.example"),
    .reply_to = BD_STR_INIT("svar@brev.example"),
    .action = BD_STR_INIT("AAA"),
    .stop = BD_STR_INIT("SSS"),
    .message_id = BD_STR_INIT("tip.1"),
    .date = 1795420003,
    .attachment = BD_STR_INIT("{}"),
    .values = given,
    .value_count = 3,
};

static void test_note_compile__is_a_mail_of_the_program(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str got = joined(
        arena, note_of(arena, &form,
                       "---\ntitle: Hej {{name}}\naction: Ja\nstop: Nej\n---\n"
                       "Se {{tip}} nu\n",
                       BD_STR_NONE, &copy));

    (void)state;
    CHECK(has(got, "From: Brevdalen <brev@brev.example>\r\n"
                   "To: anna@brev.example\r\n"));
    CHECK(has(got, "\r\nMessage-ID: <tip.1@brev.example>\r\n"
                   "Reply-To: svar@brev.example\r\n"
                   "Content-Language: sv\r\n"
                   "Auto-Submitted: auto-generated\r\n"
                   "X-Auto-Response-Suppress: OOF, AutoReply\r\n"
                   "MIME-Version: 1.0\r\n"));
    CHECK(!has(got, "List-") && !has(got, "Precedence"));
    CHECK(!has(got, "/u/") && !has(got, "/t/") && !has(got, "/archive"));
    CHECK(has(got, "\r\nJa:\r\nhttps://brev.example/c/AAA\r\n"));
    CHECK(has(got, "\r\nNej:\r\nhttps://brev.example/stop/SSS\r\n"));
    CHECK(has(got, "href=3D\"https://brev.example/c/AAA\""));
    CHECK(has(got, "href=3D\"https://brev.example/stop/SSS\""));
    CHECK(has(got, "Se evil[.]example nu"));
    CHECK(has(got, "Storgatan 1, Brevdalen"));
    bd_arena_free(arena);
}

static void test_note_compile__keeps_lines(void **state)
{
    static const char head[] = "---\ntitle: Hej\naction: Ja\n---\n";
    struct bd_arena *arena = bd_arena_new();
    bd_str got = BD_STR_NONE;

    (void)state;
    got = joined(arena,
                 note_of(arena, &form,
                         bd_arena_printf(arena, "%s{{note}}\n", head).ptr,
                         BD_STR_NONE, &copy));
    CHECK(has(got, "\r\nett\r\ntva <b>\r\n\r\ntre\r\n"));
    CHECK(has(got, "ett<br>\r\ntva &lt;b&gt;<br>\r\n<br>\r\ntre</p>"));
    got = joined(arena,
                 note_of(arena, &form,
                         bd_arena_printf(arena, "%s> {{note}}\n", head).ptr,
                         BD_STR_NONE, &copy));
    CHECK(has(got, "\r\n> ett\r\n> tva <b>\r\n>\r\n> tre\r\n"));
    bd_arena_free(arena);
}

static void test_note_compile__leaves_out_what_has_no_value(void **state)
{
    static const char text[] = "---\ntitle: Hej\naction: Ja\n---\n"
                               "ETT\n\n> TVA\n>\n> {{note}}\n\nTRE\n\n"
                               "- {{name}}\n\n{{note}}\n";
    struct bd_arena *arena = bd_arena_new();
    bd_str whole = note_of(arena, &form, text, BD_STR_NONE, &copy);
    bd_str less = note_of(arena, &form, text, BD_STR("note"), &copy);

    (void)state;
    CHECK(has(whole, "TVA") && has(whole, "tva"));
    CHECK(has(less, "ETT") && has(less, "TRE") && has(less, "Anna"));
    CHECK(!has(less, "TVA") && !has(less, "tva"));
    bd_arena_free(arena);
}

static void test_note_compile__refuses(void **state)
{
    static const struct bd_note_form bare = { NULL, NULL, fields, NULL, false };
    static const struct {
        const struct bd_note_form *form;
        const char *head, *body;
        const char *want;
    } rows[] = {
        { &form, "action: Ja", "{{nam}}",
          "x.sv.md:5:1: this mail has no "
          "field called \"nam\"; did you mean "
          "{{name}}?" },
        { &form, "action: Ja", "a {{zzzzzz}}",
          "x.sv.md:5:3: this mail has no field called \"zzzzzz\"; there are "
          "name, note, tip" },
        { &form, "action: '{{zzzzzz}}'", "a", "x.sv.md:3:9: this mail has no" },
        { &form, "stop: Nej", "a", "x.sv.md:1:1: this mail is of no use" },
        { &bare, "action: Ja", "a", "x.sv.md:3:9: this mail has no button" },
        { &bare, "stop: Nej", "a", "x.sv.md:3:7: this mail has no link" },
        { &form, "action: Ja", "a {{note}}", "x.sv.md:5:3: {{note}} may have" },
        { &form, "action: Ja", "- {{note}}", "x.sv.md:5:3: {{note}} may have" },
        { &form, "action: Ja", "## {{note}}", "x.sv.md:5:4: {{note}} may" },
        { &form, "action: Ja", "> > {{note}}", "x.sv.md:5:5: {{note}} may" },
        { &form, "action: Ja", "![b](b.png)", "x.sv.md:5:1: a single mail" },
        { &form, "slug: a", "a", "x.sv.md:3:1: unknown key \"slug\"" },
        { &form, "quiet: []", "a", "x.sv.md:3:1: unknown key \"quiet\"" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str text = bd_arena_printf(arena, "---\ntitle: Hej\n%s\n---\n%s\n",
                                      rows[i].head, rows[i].body);
        bd_str got = note_of(arena, rows[i].form, text.ptr, BD_STR_NONE, &copy);

        if (!bd_str_starts(got, bd_str_from(rows[i].want)))
            fail_msg("got \"%.*s\", want \"%s\"", BD_ARG(got), rows[i].want);
    }
    bd_arena_free(arena);
}

static void test_note_compile__needs_a_base_url(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_letter_options options = options_with(arena);
    struct bd_message message = { 0 };
    struct bd_err err = { 0 };

    (void)state;
    options.base_url = BD_STR_NONE;
    CHECK(bd_note_compile(
              arena, "x.md", BD_STR("---\ntitle: Hej\naction: Ja\n---\nHej\n"),
              &options, &form, BD_STR_NONE, &message, &err) == BD_EINVAL);
    CHECK(strstr(err.msg, "web.base_url"));
    bd_arena_free(arena);
}

static void test_note_values__refuses_gaps(void **state)
{
    static const char text[] = "---\ntitle: Hej\naction: Ja\n---\n{{name}}\n";
    struct bd_arena *arena = bd_arena_new();
    struct bd_note_copy gap = copy;

    (void)state;
    gap.action = BD_STR_NONE;
    CHECK_STR(note_of(arena, &form, text, BD_STR_NONE, &gap),
              "the mail has no value for its field @action");
    gap = copy;
    gap.value_count = 0;
    CHECK_STR(note_of(arena, &form, text, BD_STR_NONE, &gap),
              "the mail has no value for its field name");
    gap = copy;
    gap.stop = BD_STR_NONE; /* this text has no such link */
    gap.reply_to = BD_STR_NONE;
    CHECK(!has(note_of(arena, &form, text, BD_STR_NONE, &gap), "Reply-To"));
    bd_arena_free(arena);
}

/* The header is ASCII unless the recipient's address makes it SMTPUTF8. */
static void test_note_values__keeps_the_header_ascii(void **state)
{
    static const char text[] = "---\ntitle: Hej\naction: Ja\n---\nHej\n";
    struct bd_arena *arena = bd_arena_new();
    struct bd_note_copy eai = copy;

    (void)state;
    eai.reply_to = BD_STR("åsa@brev.example");
    CHECK(!has(note_of(arena, &form, text, BD_STR_NONE, &eai), "Reply-To"));
    eai.to = BD_STR("örjan@brev.example");
    CHECK(has(note_of(arena, &form, text, BD_STR_NONE, &eai),
              "\r\nReply-To: åsa@brev.example\r\n"));
    bd_arena_free(arena);
}

static void test_note_compile__attaches_a_file(void **state)
{
    static const struct bd_note_form file = { NULL, NULL, fields, "x.json",
                                              false };
    struct bd_arena *arena = bd_arena_new();
    bd_str got = note_of(arena, &file, "---\ntitle: Hej\n---\nHej\n",
                         BD_STR_NONE, &copy);

    (void)state;
    CHECK(has(got, "Content-Type: multipart/mixed;\r\n boundary=\""));
    CHECK(has(got, "\r\nContent-Type: application/json\r\n"
                   "Content-Disposition: attachment; filename=x.json\r\n"
                   "Content-Transfer-Encoding: base64\r\n\r\ne30=\r\n\r\n--"));
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_note_compile__is_a_mail_of_the_program),
        cmocka_unit_test(test_note_compile__keeps_lines),
        cmocka_unit_test(test_note_compile__leaves_out_what_has_no_value),
        cmocka_unit_test(test_note_compile__refuses),
        cmocka_unit_test(test_note_compile__needs_a_base_url),
        cmocka_unit_test(test_note_values__refuses_gaps),
        cmocka_unit_test(test_note_values__keeps_the_header_ascii),
        cmocka_unit_test(test_note_compile__attaches_a_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
