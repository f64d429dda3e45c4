#include "t.h"

#include "brevduva/mail/header.h"

#define FFFD "\xef\xbf\xbd"

static struct bd_buf out;

static int set_up(void **state)
{
    (void)state;
    bd_buf_init(&out, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    bd_buf_fini(&out);
    return 0;
}

/* clang-format off */
static const struct {
    const char *text;
    const char *want;
} text_rows[] = {
    { "Hello", "Subject: Hello\r\n" },
    { "", "Subject: \r\n" },
    { "  spaces around  ", "Subject: spaces around\r\n" },
    { "Nytt\r\nBcc: e@x.example", "Subject: Nytt Bcc: e@x.example\r\n" },
    { "Nytt\nBcc: e", "Subject: Nytt Bcc: e\r\n" },
    { "tab\there\x01!\x7f", "Subject: tab here!\r\n" },
    { "Nyhetsbrev f\xc3\xb6r januari",
      "Subject: =?utf-8?q?Nyhetsbrev_f=C3=B6r_januari?=\r\n" },
    { "\xc3\x85rsm\xc3\xb6te: 12:30, \"v\xc3\xa4lkomna\" (alla)?",
      "Subject: =?utf-8?q?=C3=85rsm=C3=B6te:_12:30,_\"v=C3=A4lkomna\"_(alla)"
      "=3F?=\r\n" },
    { "a_b=c? och s\xc3\xa5", "Subject: =?utf-8?q?a=5Fb=3Dc=3F_och_s=C3=A5?=\r\n" },
    /* mostly not Latin: base64 */
    { "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82",
      "Subject: =?utf-8?b?0J/RgNC40LLQtdGC?=\r\n" },
    /* would be read as an encoded-word */
    { "=?utf-8?q?x?=", "Subject: =?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?=\r\n" },
    { "two  spaces", "Subject: =?utf-8?q?two__spaces?=\r\n" },
    { "bad \xff\xc3 bytes",
      "Subject: =?utf-8?q?bad_=EF=BF=BD=EF=BF=BD_bytes?=\r\n" },
    { "c1 \xc2\x85 dropped \xc3\xa5", /* P3: never U+0080-9F */
      "Subject: =?utf-8?q?c1__dropped_=C3=A5?=\r\n" },
    /* folded at blanks only, at 76 */
    { "This is a rather long subject that has to go to a second line, since "
      "it is long",
      "Subject: This is a rather long subject that has to go to a second "
      "line,\r\n since it is long\r\n" },
    { "https://news.example/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaa and more",
      "Subject: https://news.example/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaa\r\n and more\r\n" },
};
/* clang-format on */

static void test_header_text__is_folded_encoded_and_clean(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof text_rows / sizeof *text_rows; i++) {
        bd_str text = t_heap(text_rows[i].text);

        bd_buf_clear(&out);
        bd_header_text(&out, "Subject", text);
        CHECK_STR(bd_buf_str(&out), text_rows[i].want);
        t_free(text);
    }
}

static void test_header_text__has_no_nul(void **state)
{
    bd_str text = t_heap_str(BD_STR("a\0b"));

    (void)state;
    bd_header_text(&out, "Subject", text);
    CHECK_STR(bd_buf_str(&out), "Subject: ab\r\n");
    t_free(text);
}

/* Encoded-words hold whole characters, 75 columns each, lines of 76. */
static void check_words(bd_str lines)
{
    while (lines.ptr) {
        bd_str line = bd_str_cut_line(&lines);
        size_t at = bd_str_find(line, BD_STR("=?utf-8?"));

        CHECK(line.len <= 76);
        CHECK(at == SIZE_MAX || line.len - at <= 75);
        CHECK(!bd_str_ends(line, BD_STR("=C3?=")));
    }
}

static void test_header_text__splits_between_characters(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 8; shift++) {
        struct bd_buf text;

        bd_buf_init(&text, 0);
        bd_buf_clear(&out);
        for (size_t i = 0; i < shift; i++)
            bd_buf_add_char(&text, 'a');
        for (size_t i = 0; i < 100; i++)
            bd_buf_add_cstr(&text, "ab\xc3\xa5xyz");
        bd_header_text(&out, "Subject", bd_buf_str(&text));
        check_words(bd_buf_str(&out));
        bd_buf_fini(&text);
    }
}

/* clang-format off */
static const struct {
    const char *value;
    const char *want;
} raw_rows[] = {
    { "Nyhetsbrev <brev.klubben.example>",
      "List-X: Nyhetsbrev <brev.klubben.example>\r\n" },
    { "<https://brev.klubben.example/1/0123456789012345678901234567890123456>,"
      " <mailto:avsluta@klubben.example>",
      "List-X: <https://brev.klubben.example/1/0123456789012345678901234567890"
      "123456>,\r\n <mailto:avsluta@klubben.example>\r\n" },
    { "a\r\nBcc: b", "List-X: a Bcc: b\r\n" },
};
/* clang-format on */

static void test_header_raw__folds_only_at_spaces(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof raw_rows / sizeof *raw_rows; i++) {
        bd_str value = t_heap(raw_rows[i].value);

        bd_buf_clear(&out);
        bd_header_raw(&out, "List-X", value);
        CHECK_STR(bd_buf_str(&out), raw_rows[i].want);
        t_free(value);
    }
}

static void test_header_raw__never_passes_998(void **state)
{
    char value[3000];
    bd_str lines = BD_STR_NONE;

    (void)state;
    memset(value, 'a', sizeof value);
    value[1500] = ' ';
    bd_header_raw(&out, "X", (bd_str) { value, sizeof value });
    lines = bd_buf_str(&out);
    while (lines.ptr)
        CHECK(bd_str_cut_line(&lines).len <= 998);
}

/* clang-format off */
static const struct {
    const char *display;
    const char *email;
    const char *want;
} mailbox_rows[] = {
    { "", "a@b.example", "To: a@b.example\r\n" },
    { "Lars Berg", "a@b.example", "To: Lars Berg <a@b.example>\r\n" },
    { "Berg, Lars", "a@b.example", "To: \"Berg, Lars\" <a@b.example>\r\n" },
    { "Lars A. Berg", "a@b.example", "To: \"Lars A. Berg\" <a@b.example>\r\n" },
    { "Lars \"B\" \\o/", "a@b.example",
      "To: \"Lars \\\"B\\\" \\\\o/\" <a@b.example>\r\n" },
    { "x@y.example", "a@b.example", "To: \"x@y.example\" <a@b.example>\r\n" },
    { "N\r\nBcc: e@x.example", "a@b.example",
      "To: \"N Bcc: e@x.example\" <a@b.example>\r\n" },
    { "\xc3\x85sa \xc3\x96""berg, ordf.", "a@b.example",
      "To: =?utf-8?q?=C3=85sa_=C3=96berg=2C_ordf=2E?= <a@b.example>\r\n" },
    { "=?utf-8?q?x?=", "a@b.example",
      "To: =?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?= <a@b.example>\r\n" },
    { "\xe6\x9d\x8e\xe5\xb0\x8f\xe9\xbe\x8d", "a@b.example",
      "To: =?utf-8?b?5p2O5bCP6b6N?= <a@b.example>\r\n" },
    { "\xff", "a@b.example", "To: =?utf-8?b?77+9?= <a@b.example>\r\n" },
    /* EAI stays as it is (RFC 6532) */
    { "", "\xc3\xa5sa@b.example", "To: \xc3\xa5sa@b.example\r\n" },
    { "A name that leaves no room on its line for the address of it all",
      "somebody@somewhere.example",
      "To: A name that leaves no room on its line for the address of it all\r\n"
      " <somebody@somewhere.example>\r\n" },
};
/* clang-format on */

static void test_header_mailbox__quotes_what_needs_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mailbox_rows / sizeof *mailbox_rows; i++) {
        bd_str display = t_heap(mailbox_rows[i].display);

        bd_buf_clear(&out);
        bd_header_mailbox(&out, "To", display,
                          bd_str_from(mailbox_rows[i].email));
        CHECK_STR(bd_buf_str(&out), mailbox_rows[i].want);
        t_free(display);
    }
}

static void test_header_words__join_into_one_text(void **state)
{
    (void)state;
    bd_header_words(&out, BD_STR_NONE);
    CHECK(out.len == 0);
    bd_header_words(&out, BD_STR("Hej "));
    bd_header_words(&out, BD_STR("\xc3\x85sa"));
    bd_header_words(&out, BD_STR("!\r\nBcc: x"));
    CHECK_STR(bd_buf_str(&out), "\r\n =?utf-8?q?Hej_?="
                                "\r\n =?utf-8?b?w4VzYQ==?="
                                "\r\n =?utf-8?q?!_Bcc:_x?=");
}

static void test_header_words__are_75_at_most(void **state)
{
    char text[500];

    (void)state;
    memset(text, 'a', sizeof text);
    bd_header_words(&out, (bd_str) { text, sizeof text });
    CHECK(bd_str_starts(bd_buf_str(&out), BD_STR("\r\n =?utf-8?q?aaa")));
    check_words(bd_buf_str(&out));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_header_text__is_folded_encoded_and_clean),
        TEST(test_header_text__has_no_nul),
        TEST(test_header_text__splits_between_characters),
        TEST(test_header_raw__folds_only_at_spaces),
        TEST(test_header_raw__never_passes_998),
        TEST(test_header_mailbox__quotes_what_needs_it),
        TEST(test_header_words__join_into_one_text),
        TEST(test_header_words__are_75_at_most),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
