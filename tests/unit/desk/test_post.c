#include "t.h"

#include <stdio.h>
#include <unistd.h>

#include "brevduva/base/assets.h"
#include "brevduva/desk/post.h"
#include "brevduva/store/queue.h"

#define NOW 1795420003

/* The owner's own text, if the test has one. */
struct templates {
    struct bd_arena *arena;
    const char *path, *text;
};

static bool find_template(void *self, bd_str path, bd_str *out)
{
    const struct templates *t = self;

    if (t->path && bd_str_eq(path, bd_str_from(t->path))) {
        *out = bd_str_from(t->text);
        return true;
    }
    return bd_asset_find(
        bd_arena_printf(t->arena, "templates/%.*s", BD_ARG(path)), out);
}

static struct bd_letter_options sender_with(struct templates *templates)
{
    return (struct bd_letter_options) {
        .newsletter = BD_STR("Nyhetsbrev för Brevdalen"),
        .from_name = BD_STR("Brevdalens förening"),
        .from_email = BD_STR("brev@brev.example"),
        .reply_to = BD_STR("svar@brev.example"),
        .base_url = BD_STR("https://brev.example"),
        .organisation = { .name = BD_STR("Brevdalens förening") },
        .template = find_template,
        .template_self = templates,
    };
}

static int64_t still_now(void *self)
{
    (void)self;
    return NOW;
}

static void no_random(void *self, void *out, size_t len)
{
    (void)self;
    memset(out, 0xab, len);
}

static const struct bd_sys still = { still_now, still_now, no_random, NULL };

static const char *const names[] = { "lists",     "email",     "when",
                                     "teller",    "title",     "note",
                                     "masked",    "data",      "message",
                                     "from_name", "subscribe", "newsletter",
                                     "commands" };
#define NAMES (sizeof names / sizeof *names)

/* A mail of that kind, all of whose values are `value`. */
static struct bd_note_mail mail_of(enum bd_note_kind kind, enum bd_lang lang,
                                   bd_str value,
                                   struct bd_note_value values[NAMES])
{
    for (size_t i = 0; i < NAMES; i++)
        values[i] = (struct bd_note_value) { bd_str_from(names[i]), value };
    return (struct bd_note_mail) { .kind = kind,
                                   .language = lang,
                                   .to = BD_STR("anna@lasare.example"),
                                   .action = BD_STR("AAA"),
                                   .stop = BD_STR("SSS"),
                                   .attachment = BD_STR("{}"),
                                   .values = values,
                                   .value_count = NAMES };
}

static bool has(bd_str text, const char *part)
{
    return bd_str_find(text, bd_str_from(part)) != SIZE_MAX;
}

static size_t count(bd_str text, const char *part)
{
    size_t n = 0;
    size_t at = 0;

    while ((at = bd_str_find(text, bd_str_from(part))) != SIZE_MAX) {
        text = bd_str_skip(text, at + 1);
        n++;
    }
    return n;
}

/* RFC 5322 2, 2045 6.7: CRLF alone, 7-bit, short lines, dot-safe. */
static void check_lines(const char *row, bd_str mail)
{
    bool body = false;

    CHECK_ROW(row, bd_str_is_ascii(mail) && !bd_str_has_control(mail));
    CHECK_ROW(row, count(mail, "\r\n") == count(mail, "\n") &&
                       count(mail, "\r\n") == count(mail, "\r"));
    while (mail.len > 0) {
        bd_str line = bd_str_cut_line(&mail);

        CHECK_ROW(row, line.len <= (body ? 76U : 998U));
        CHECK_ROW(row, !bd_str_starts(line, BD_STR(".")));
        CHECK_ROW(row, !body || !bd_str_starts(line, BD_STR("From ")));
        body = body || line.len == 0;
    }
}

static void check_headers(const char *row, bd_str mail)
{
    static const char *const once[] = {
        "\r\nTo: anna@lasare.example\r\n",
        "\r\nSubject: ",
        "\r\nDate: ",
        "\r\nMessage-ID: <",
        "\r\nReply-To: svar@brev.example\r\n",
        "\r\nAuto-Submitted: auto-generated\r\n",
        "\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n",
        "\r\nMIME-Version: 1.0\r\n",
        "\r\nContent-Language: ",
    };
    bd_str head = bd_str_sub(mail, 0, bd_str_find(mail, BD_STR("\r\n\r\n")));

    CHECK_ROW(row, bd_str_starts(mail, BD_STR("From: =?utf-8?")));
    for (size_t i = 0; i < sizeof once / sizeof *once; i++)
        CHECK_ROW(row, count(head, once[i]) == 1);
    CHECK_ROW(row, !has(head, "List-") && !has(head, "\r\nBcc") &&
                       !has(head, "Precedence"));
}

/* Whatever stands in the values. */
static void test_post_write__is_strict_mail(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct templates templates = { .arena = arena };
    struct bd_letter_options sender = sender_with(&templates);
    struct bd_post_options options = { .sender = &sender };
    struct bd_post *post = NULL;
    struct bd_err err = { 0 };
    const char *rows[] = {
        "Anna",
        "Åsa Ek",
        "a\r\nBcc: eva@evil.example\r\n\r\n<p>",
        "<script>alert(1)</script>\"'><img src=x onerror=y>",
        "{{email}} {{x}} =?utf-8?q?x?=",
        "a\xe2\x80\xaegpj.exe",
        "\x01"
        "0\x02 \x7f\xc2\x85\xc3",
        "x\n.\nFrom me\n.",
        NULL, /* 998+ octets */
    };
    bd_str longest = BD_STR_NONE;

    (void)state;
    for (int i = 0; i < 1200; i++)
        longest = bd_arena_printf(arena, "%.*s%s", BD_ARG(longest),
                                  i % 7 ? "å" : "W");
    rows[sizeof rows / sizeof *rows - 1] = longest.ptr;
    if (bd_post_new(&options, &post, &err) != BD_OK)
        fail_msg("%s", err.msg);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int k = 0; k < BD_NOTE_KINDS * BD_LANG_COUNT; k++) {
            struct bd_note_value values[NAMES];
            bd_str value = t_heap(rows[i]);
            struct bd_note_mail mail = mail_of(
                (enum bd_note_kind)(k / BD_LANG_COUNT),
                (enum bd_lang)(k % BD_LANG_COUNT), value, values);
            struct bd_letter_row got = { .to = BD_STR_NONE };
            bd_str html = BD_STR_NONE;

            CHECK_ROW(rows[i], bd_post_write(arena, post, &mail, &still, &got,
                                             &err) == BD_OK);
            check_lines(rows[i], got.bytes);
            check_headers(rows[i], got.bytes);
            html = bd_str_skip(got.bytes,
                               bd_str_find(got.bytes, BD_STR("text/html")));
            CHECK_ROW(rows[i], !has(html, "<script") && !has(html, "<img"));
            CHECK_ROW(rows[i], !has(got.bytes, "=E2=80=AE"));
            t_free(value);
        }
    bd_post_free(post);
    bd_arena_free(arena);
}

/* One kind in Swedish, with these values for all fields. */
static bd_str one(struct bd_arena *arena, enum bd_note_kind kind,
                  const char *value, struct bd_letter_row *row)
{
    struct templates templates = { .arena = arena };
    struct bd_letter_options sender = sender_with(&templates);
    struct bd_post_options options = { .sender = &sender };
    struct bd_note_value values[NAMES];
    struct bd_note_mail mail = mail_of(kind, BD_LANG_SV, bd_str_from(value),
                                       values);
    struct bd_post *post = NULL;
    struct bd_err err = { 0 };

    if (bd_post_new(&options, &post, &err) != BD_OK ||
        bd_post_write(arena, post, &mail, &still, row, &err) != BD_OK)
        fail_msg("%s", err.msg);
    row->envelope_from = bd_arena_copy(arena, row->envelope_from);
    bd_post_free(post);
    return row->bytes;
}

static void test_post_write__fills_the_row(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_letter_row row = { .to = BD_STR_NONE };
    bd_str got = one(arena, BD_NOTE_CONFIRM, "Brevet", &row);

    (void)state;
    CHECK(row.kind == BD_LETTER_CONFIRM && row.subscriber_id == 0);
    CHECK_STR(row.to, "anna@lasare.example");
    CHECK_STR(row.envelope_from, "brev@brev.example");
    CHECK_STR(row.message_id,
              "confirm.abababababababababababababababab@brev.example");
    CHECK(row.deadline == NOW + (int64_t)2 * 24 * 60 * 60);
    CHECK(has(got, bd_arena_printf(arena, "\r\nMessage-ID: <%.*s>\r\n",
                                   BD_ARG(row.message_id))
                       .ptr));
    bd_arena_free(arena);
}

/* RFC 3834 3.1.7, 3.1.8, 4: who it answers, and no bounce of it. */
static void test_post_write__answers_a_mail(void **state)
{
    static const struct {
        const char *id, *want;
    } rows[] = {
        { "abc.1@lasare.example", "\r\nAuto-Submitted: auto-replied\r\n"
                                  "In-Reply-To: <abc.1@lasare.example>\r\n"
                                  "References: <abc.1@lasare.example>\r\n" },
        { "", "\r\nAuto-Submitted: auto-replied\r\nX-" },
        { "a b@x.example", "\r\nAuto-Submitted: auto-replied\r\nX-" },
        { "a>\r\nBcc: <e@x.example", "\r\nAuto-Submitted: auto-replied\r\nX-" },
        { "\xc3\xa5@x.example", "\r\nAuto-Submitted: auto-replied\r\nX-" },
    };
    struct bd_arena *arena = bd_arena_new();
    struct templates templates = { .arena = arena };
    struct bd_letter_options sender = sender_with(&templates);
    struct bd_post_options options = { .sender = &sender };
    struct bd_post *post = NULL;

    (void)state;
    CHECK(bd_post_new(&options, &post, NULL) == BD_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_note_value values[NAMES];
        struct bd_note_mail mail = mail_of(BD_NOTE_HELP, BD_LANG_EN,
                                           BD_STR("x"), values);
        struct bd_letter_row row = { .to = BD_STR_NONE };

        mail.is_answer = true;
        mail.in_reply_to = t_heap(rows[i].id);
        CHECK_ROW(rows[i].id, bd_post_write(arena, post, &mail, &still, &row,
                                            NULL) == BD_OK);
        CHECK_ROW(rows[i].id, row.envelope_from.len == 0);
        CHECK_ROW(rows[i].id, count(row.bytes, rows[i].want) == 1);
        CHECK_ROW(rows[i].id, count(row.bytes, "Auto-Submitted:") == 1 &&
                                  !has(row.bytes, "Bcc"));
        check_lines(rows[i].id, row.bytes);
        t_free(mail.in_reply_to);
    }
    bd_post_free(post);
    bd_arena_free(arena);
}

/* Without pages: what leads to none is there, the rest is not. */
static void test_post_write__does_without_pages(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct templates templates = { .arena = arena };
    struct bd_letter_options sender = sender_with(&templates);
    struct bd_post_options options = { .sender = &sender, .off_web = true };
    struct bd_note_value values[NAMES];
    struct bd_post *post = NULL;
    struct bd_err err = { 0 };

    (void)state;
    sender.base_url = BD_STR_NONE;
    CHECK(bd_post_new(&options, &post, &err) == BD_OK);
    for (int kind = 0; kind < BD_NOTE_KINDS; kind++) {
        struct bd_note_mail mail = mail_of((enum bd_note_kind)kind, BD_LANG_SV,
                                           BD_STR("x"), values);
        struct bd_letter_row row = { .to = BD_STR_NONE };
        bool leads = kind == BD_NOTE_CONFIRM || kind == BD_NOTE_WELCOME ||
                     kind == BD_NOTE_TIP || kind == BD_NOTE_ADDRESS ||
                     kind == BD_NOTE_LINK || kind == BD_NOTE_ERASE;

        CHECK_ROW(bd_note_kind_names[kind],
                  bd_post_write(arena, post, &mail, &still, &row, &err) ==
                      (leads ? BD_ENOENT : BD_OK));
        CHECK_ROW(bd_note_kind_names[kind],
                  leads || !has(row.bytes, "http") || has(row.bytes, "www."));
    }
    bd_post_free(post);
    bd_arena_free(arena);
}

static void test_post_write__tells_the_kinds_apart(void **state)
{
    static const struct {
        enum bd_note_kind note;
        enum bd_letter_kind letter;
    } rows[] = {
        { BD_NOTE_CONFIRM, BD_LETTER_CONFIRM },
        { BD_NOTE_WELCOME, BD_LETTER_WELCOME },
        { BD_NOTE_FAREWELL, BD_LETTER_FAREWELL },
        { BD_NOTE_TIP, BD_LETTER_TIP },
        { BD_NOTE_ADDRESS, BD_LETTER_ADDRESS },
        { BD_NOTE_ADDRESS_CHANGED, BD_LETTER_ADDRESS },
        { BD_NOTE_LINK, BD_LETTER_LINK },
        { BD_NOTE_EXPORT, BD_LETTER_EXPORT },
        { BD_NOTE_ERASE, BD_LETTER_ERASE },
        { BD_NOTE_ERASED, BD_LETTER_ERASE },
        { BD_NOTE_CONTACT, BD_LETTER_CONTACT },
        { BD_NOTE_HELP, BD_LETTER_ANSWER },
        { BD_NOTE_TELL, BD_LETTER_ANSWER },
        { BD_NOTE_NOT_SUBSCRIBED, BD_LETTER_ANSWER },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_letter_row row = { .to = BD_STR_NONE };

        (void)one(arena, rows[i].note, "x", &row);
        CHECK_ROW(bd_note_kind_names[rows[i].note], row.kind == rows[i].letter);
    }
    bd_arena_free(arena);
}

static void test_post_write__leaves_out_what_a_tip_does_not_say(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_letter_row row = { .to = BD_STR_NONE };

    (void)state;
    CHECK(has(one(arena, BD_NOTE_TIP, "www.evil.example", &row),
              "www[.]evil[.]example"));
    CHECK(has(row.bytes, "skriver:") && has(row.bytes, "<blockquote"));
    CHECK(!has(one(arena, BD_NOTE_TIP, " \r\n", &row), "skriver:"));
    CHECK(!has(row.bytes, "<blockquote"));
    bd_arena_free(arena);
}

static void test_post_write__answers_go_to_the_stranger(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct templates templates = { .arena = arena };
    struct bd_letter_options sender = sender_with(&templates);
    struct bd_post_options options = { .sender = &sender };
    struct bd_note_value values[NAMES];
    struct bd_note_mail mail = mail_of(BD_NOTE_CONTACT, BD_LANG_EN,
                                       BD_STR("Hej"), values);
    struct bd_letter_row row = { .to = BD_STR_NONE };
    struct bd_post *post = NULL;

    (void)state;
    mail.reply_to = BD_STR("eva@lasare.example");
    CHECK(bd_post_new(&options, &post, NULL) == BD_OK);
    CHECK(bd_post_write(arena, post, &mail, &still, &row, NULL) == BD_OK);
    CHECK(has(row.bytes, "\r\nReply-To: eva@lasare.example\r\n"));
    CHECK(!has(row.bytes, "svar@brev.example"));
    mail.value_count = 1;
    CHECK(bd_post_write(arena, post, &mail, &still, &row, NULL) == BD_EINVAL);
    bd_post_free(post);
    bd_arena_free(arena);
}

static void test_post_new__takes_the_owners_text(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct templates templates = { arena, "letters/erased.en.md",
                                   "---\ntitle: Gone\n---\nHej {{emial}}\n" };
    struct bd_letter_options sender = sender_with(&templates);
    struct bd_post_options options = { .sender = &sender };
    struct bd_post *post = NULL;
    struct bd_err err = { 0 };

    (void)state;
    CHECK(bd_post_new(&options, &post, &err) == BD_EINVAL);
    CHECK(strcmp(err.msg, "templates/letters/erased.en.md:4:5: this mail has "
                          "no field called \"emial\"; did you mean "
                          "{{email}}?") == 0);
    templates.path = "mail/brev/note.html";
    templates.text = "{{nothing}}";
    CHECK(bd_post_new(&options, &post, &err) == BD_EINVAL);
    CHECK(strstr(err.msg, "templates/mail/brev/note.html:1:1: "));
    bd_arena_free(arena);
}

/* In the caller's transaction: it comes and goes with that. */
static void test_post_queue__is_part_of_the_transaction(void **state)
{
    char path[] = "/tmp/bd-post-XXXXXX";
    struct bd_arena *arena = bd_arena_new();
    struct templates templates = { .arena = arena };
    struct bd_letter_options sender = sender_with(&templates);
    struct bd_post_options options = { .sender = &sender };
    struct bd_note_value values[NAMES];
    struct bd_note_mail mail = mail_of(BD_NOTE_LINK, BD_LANG_EN, BD_STR("x"),
                                       values);
    const char *file = NULL;
    struct bd_store *store = NULL;
    struct bd_post *post = NULL;
    struct bd_err err = { 0 };
    int64_t waiting = 0;

    (void)state;
    CHECK(mkdtemp(path));
    file = bd_arena_printf(arena, "%s/brevduva.db", path).ptr;
    CHECK(bd_store_create(file, &err) == BD_OK &&
          bd_store_open(file, BD_STORE_WRITE, &store, &err) == BD_OK &&
          bd_post_new(&options, &post, &err) == BD_OK);
    CHECK(bd_store_begin(store, &err) == BD_OK);
    CHECK(bd_post_queue(post, store, &mail, &still, &err) == BD_OK);
    bd_store_rollback(store);
    CHECK(bd_letters_waiting(store, &waiting, &err) == BD_OK && waiting == 0);
    CHECK(bd_store_begin(store, &err) == BD_OK);
    CHECK(bd_post_queue(post, store, &mail, &still, &err) == BD_OK);
    CHECK(bd_store_commit(store, &err) == BD_OK);
    CHECK(bd_letters_waiting(store, &waiting, &err) == BD_OK && waiting == 1);
    bd_post_free(post);
    bd_store_close(store);
    for (int i = 0; i < 3; i++) {
        static const char *const ends[] = { "", "-wal", "-shm" };

        (void)unlink(bd_arena_printf(arena, "%s%s", file, ends[i]).ptr);
    }
    CHECK(rmdir(path) == 0);
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_post_write__is_strict_mail),
        cmocka_unit_test(test_post_write__fills_the_row),
        cmocka_unit_test(test_post_write__answers_a_mail),
        cmocka_unit_test(test_post_write__does_without_pages),
        cmocka_unit_test(test_post_write__tells_the_kinds_apart),
        cmocka_unit_test(test_post_write__leaves_out_what_a_tip_does_not_say),
        cmocka_unit_test(test_post_write__answers_go_to_the_stranger),
        cmocka_unit_test(test_post_new__takes_the_owners_text),
        cmocka_unit_test(test_post_queue__is_part_of_the_transaction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
