#include "brevduva/desk/forward.h"

#include "brevduva/base/limits.h"
#include "brevduva/mail/mime_own.h"
#include "desk_t.h"

static const struct bd_forward plain = {
    .to = BD_STR_INIT("eva@brev.example"),
    .language = BD_LANG_EN,
    .from = BD_STR_INIT("anna@lasare.example"),
    .from_name = BD_STR_INIT("Anna Ek"),
    .subject = BD_STR_INIT("Re: Hej på dig"),
    .original = BD_STR_INIT("From: a\r\n\r\nHej\r\n"),
    .size = 14,
    .place = BD_STR_INIT("INBOX/4711"),
};

/* CRLF alone, 7-bit, no line too long, none that DATA would change. */
static void check_lines(const char *row, bd_str mail)
{
    CHECK_ROW(row, bd_str_is_ascii(mail) && !bd_str_has_control(mail));
    CHECK_ROW(row, bd_str_ends(mail, BD_STR("\r\n")));
    for (size_t i = 0; i < mail.len; i++)
        CHECK_ROW(row,
                  (mail.ptr[i] == '\n') == (i > 0 && mail.ptr[i - 1] == '\r'));
    while (mail.len > 0) {
        bd_str line = bd_str_cut_line(&mail);

        CHECK_ROW(row, line.len <= 998 && !bd_str_starts(line, BD_STR(".")));
    }
}

/* What stands between the attachment's header and the last boundary. */
static bd_str attached(bd_str mail)
{
    bd_str part = bd_str_skip(mail,
                              bd_str_find(mail, BD_STR("original.eml\r\n")));
    size_t end = 0;

    part = bd_str_skip(part, bd_str_find(part, BD_STR("\r\n\r\n")) + 4);
    end = bd_str_find(part, BD_STR("\r\n--=_"));
    CHECK(end != SIZE_MAX);
    return bd_str_sub(part, 0, end);
}

static void test_forward_write__changes_nothing(void **state)
{
    static const struct {
        const char *name;
        bd_str original;
        bool as_it_is;
        const char *want; /* NULL: the original; or its base64 */
    } rows[] = {
        { "plain", BD_STR_INIT("From: a\r\n\r\nHej\r\n"), true, NULL },
        { "no last line end", BD_STR_INIT("From: a\r\n\r\nHej"), true, NULL },
        { "a Maildir's", BD_STR_INIT("From: a\n\nHej\n"), true,
          "From: a\r\n\r\nHej\r\n" },
        { "8-bit", BD_STR_INIT("A: \xc3\xa5\r\n"), false, "QTogw6UNCg==\r\n" },
        { "NUL", BD_STR_INIT("A\0\r\n"), false, "QQANCg==\r\n" },
        { "bare CR", BD_STR_INIT("A\rB\r\n"), false, "QQ1CDQo=\r\n" },
        { "bare LF", BD_STR_INIT("A\nB\r\n"), false, "QQpCDQo=\r\n" },
        { "CR last", BD_STR_INIT("A\r"), false, "QQ0=\r\n" },
        { "dot", BD_STR_INIT("A\r\n.\r\n"), false, "QQ0KLg0K\r\n" },
        { "dot first", BD_STR_INIT(".A"), false, "LkE=\r\n" },
        { "dot inside", BD_STR_INIT("A.\r\n"), true, NULL },
        { "forged end",
          BD_STR_INIT("A\r\n--=_00000000000000000000000000000000--\r\n"), true,
          "A" /* as far as attached() sees */ },
    };
    struct desk_t t;

    (void)state;
    t_start(&t, false);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct bd_desk desk = t_mail(&t, "anna@lasare.example", NOW);
        struct bd_forward forward = plain;
        struct bd_letter_row row = { .to = BD_STR_NONE };
        bd_str original = t_heap_str(rows[i].original);
        bool whole = false;

        forward.original = original;
        MUST(&t, bd_forward_write(&desk, &forward, &row, &whole));
        CHECK_ROW(rows[i].name, whole);
        check_lines(rows[i].name, row.bytes);
        CHECK_ROW(rows[i].name, has(row.bytes, "Type: message/rfc822\r\n") ==
                                    rows[i].as_it_is);
        CHECK_ROW(rows[i].name,
                  bd_str_eq(attached(row.bytes), rows[i].want
                                                     ? bd_str_from(rows[i].want)
                                                     : rows[i].original) ||
                      bd_str_eq(bd_arena_printf(t.arena, "%.*s\r\n",
                                                BD_ARG(attached(row.bytes))),
                                bd_str_from(rows[i].want)));
        t_free(original);
    }
    t_stop(&t);
}

static void test_forward_write__knows_line_lengths(void **state)
{
    struct desk_t t;

    (void)state;
    t_start(&t, false);
    for (size_t len = 997; len < 1000; len++) {
        const struct bd_desk desk = t_mail(&t, "anna@lasare.example", NOW);
        struct bd_forward forward = plain;
        struct bd_letter_row row = { .to = BD_STR_NONE };
        char *line = bd_arena_alloc(t.arena, len);
        bool whole = false;

        memset(line, 'x', len);
        forward.original = (bd_str) { line, len };
        MUST(&t, bd_forward_write(&desk, &forward, &row, &whole));
        CHECK(has(row.bytes, "message/rfc822") == (len <= 998));
        check_lines("long", row.bytes);
    }
    t_stop(&t);
}

static void test_forward_write__is_a_letter_of_ours(void **state)
{
    static const char *const want[] = {
        "From: =?utf-8?",
        "\r\nTo: eva@brev.example\r\n",
        "\r\nSubject: =?utf-8?",
        "\r\nMessage-ID: <forward.abab",
        "\r\nReply-To: anna@lasare.example\r\n",
        "\r\nAuto-Submitted: auto-generated\r\n",
        "\r\nX-Brevduva-Forward: 1\r\n",
        "Anna Ek (anna@lasare.example) has written",
    };
    const struct bd_delivery *to = NULL;
    const struct bd_letter_mail *letters = NULL;
    struct bd_desk desk;
    bool whole = false;
    struct desk_t t;

    (void)state;
    t_start(&t, false);
    desk = t_mail(&t, "anna@lasare.example", NOW);
    MUST(&t, bd_desk_forward(&desk, &plain, &whole));
    CHECK(whole);
    CHECK(t_letters(&t, &to, &letters) == 1 && to && letters);
    CHECK_STR(to[0].email, "eva@brev.example");
    CHECK_STR(letters[0].envelope_from, "studs+*@brev.example");
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        CHECK_ROW(want[i], has(letters[0].bytes, want[i]));
    CHECK(!has(letters[0].bytes, "In-Reply-To"));
    t_stop(&t);
}

/* What a stranger wrote breaks no header and turns no text. */
static void test_forward_write__is_strict_whatever_they_wrote(void **state)
{
    static const struct {
        const char *from, *name, *subject;
        bool answerable;
    } rows[] = {
        { "anna@lasare.example", "Anna", "", true },
        { "", "", "", false },
        { "anna", "Anna\r\nBcc: eva@evil.example", "x\r\nBcc: y", false },
        { "anna@lasare.example>\r\nBcc: <e@x.example", "", "x", false },
        { "\xc3\xa5sa@lasare.example", "\xff\xfe", "\xff", false },
        { "a@b.example, c@d.example", "\xe2\x80\xaegpj", "\x01 .", false },
    };
    struct desk_t t;

    (void)state;
    t_start(&t, false);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct bd_desk desk = t_mail(&t, "x@lasare.example", NOW);
        struct bd_forward forward = plain;
        struct bd_letter_row row = { .to = BD_STR_NONE };
        bool whole = false;

        forward.from = t_heap(rows[i].from);
        forward.from_name = t_heap(rows[i].name);
        forward.subject = t_heap(rows[i].subject);
        MUST(&t, bd_forward_write(&desk, &forward, &row, &whole));
        check_lines(rows[i].name, row.bytes);
        CHECK_ROW(rows[i].name, !has(row.bytes, "\r\nBcc"));
        CHECK_ROW(rows[i].name, !has(row.bytes, "=E2=80=AE"));
        CHECK_ROW(rows[i].name,
                  has(row.bytes, "\r\nReply-To: ") == rows[i].answerable);
        t_free(forward.from);
        t_free(forward.from_name);
        t_free(forward.subject);
    }
    t_stop(&t);
}

/* Larger than a mail may be: it is told of, and stays in the mailbox. */
static void test_forward_write__tells_of_large_ones(void **state)
{
    static const struct {
        size_t len;
        char octet;
        bool whole;
    } rows[] = {
        { (size_t)5 * 1024 * 1024, '\x80', true },
        { (size_t)7 * 1024 * 1024, '\x80', false },
        { BD_MAX_MESSAGE_BYTES, 'x', false },
        { BD_MAX_MESSAGE_BYTES + 1, 'x', false },
        { 0, 'x', false },
    };
    struct desk_t t;

    (void)state;
    t_start(&t, false);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct bd_desk desk = t_mail(&t, "anna@lasare.example", NOW);
        struct bd_forward forward = plain;
        struct bd_letter_row row = { .to = BD_STR_NONE };
        char *text = malloc(rows[i].len + 1);
        bool whole = !rows[i].whole;
        bd_str text_part = BD_STR_NONE;

        CHECK(text);
        memset(text, rows[i].octet, rows[i].len);
        forward.original = (bd_str) { text, rows[i].len };
        forward.size = (uint64_t)25 * 1024 * 1024;
        MUST(&t, bd_forward_write(&desk, &forward, &row, &whole));
        CHECK(whole == rows[i].whole);
        CHECK(row.bytes.len <= BD_MAX_MESSAGE_BYTES);
        text_part = bd_mime_own_text(t.arena, row.bytes);
        CHECK(whole ||
              (has(text_part, "25 MB") && has(text_part, "INBOX/4711") &&
               !has(row.bytes, "multipart")));
        free(text);
    }
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forward_write__changes_nothing),
        cmocka_unit_test(test_forward_write__knows_line_lengths),
        cmocka_unit_test(test_forward_write__is_a_letter_of_ours),
        cmocka_unit_test(test_forward_write__is_strict_whatever_they_wrote),
        cmocka_unit_test(test_forward_write__tells_of_large_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
