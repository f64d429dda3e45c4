#include "t.h"

#include "brevduva/base/buf.h"
#include "brevduva/mail/mime_read.h"

#define MIXED(boundary) "Content-Type: multipart/mixed; boundary=" boundary "\n"

/* The parts as "DEPTH TYPE TEXT|". */
static bd_str shown(struct bd_arena *arena, bd_str bytes, struct bd_mail *mail)
{
    struct bd_buf out = { 0 };
    bd_str copy = BD_STR_NONE;

    bd_mail_read(arena, bytes, mail);
    for (size_t i = 0; i < mail->part_count; i++)
        bd_buf_printf(&out, "%d %.*s %.*s|", mail->parts[i].depth,
                      BD_ARG(mail->parts[i].type), BD_ARG(mail->parts[i].text));
    copy = bd_buf_copy(&out, arena);
    bd_buf_fini(&out);
    return copy;
}

static void test_mail_read__finds_the_parts(void **state)
{
    static const char *const rows[][2] = {
        { "", "0 text/plain |" },
        { "Subject: x\n", "0 text/plain |" },
        { "Hej\nhopp\n", "0 text/plain Hej\nhopp\n|" },
        { "\nHej\r\nhopp\rx", "0 text/plain Hej\nhopp\nx|" },
        { "A: b\r\rHej\rdu", "0 text/plain Hej\ndu|" },
        { "From a@b Mon\nA: b\n\nHej", "0 text/plain Hej|" },
        { "Content-Type: TEXT/HTML;x\n\n<p>", "0 text/html <p>|" },
        { "Content-Type: text\n\nx", "0 text/plain x|" },
        { "Content-Type: /\n\nx", "0 text/plain x|" },
        { "Content-Type: (c) text/x-a (d)\n\nx", "0 text/x-a x|" },
        { MIXED("b") "\nin\n--b\n\none\n--b\nContent-Type: text/html\n\ntwo\n"
                     "--b--\nout\n",
          "1 text/plain one|1 text/html two|" },
        { MIXED("b") "\n--b\n\none\n", "1 text/plain one\n|" },
        { MIXED("b") "\n--b", "1 text/plain |" },
        { MIXED("b") "\n--b\n\n--b--", "1 text/plain |" },
        { MIXED("b") "\nx\n--b--\ny", "0 text/plain x|" },
        { MIXED("b") "\nno part\n", "0 text/plain no part\n|" },
        { MIXED("") "\n--\n\nx", "0 text/plain --\n\nx|" },
        { "Content-Type: multipart/mixed\n\nx", "0 text/plain x|" },
        { MIXED("b") "\r\n\r\n--b \r\n\r\none\r\n\r\n--b\t\r\n\r\ntwo\r\n--b--",
          "1 text/plain one\n|1 text/plain two|" },
        { MIXED("b") "\n--b\n\n--bx\n--b-\n --b\n--b--",
          "1 text/plain --bx\n--b-\n --b|" },
        { MIXED("b") "\n--b\n--b\n\none\n--b\n--b--",
          "1 text/plain one|1 text/plain |" },
        /* of odd form */
        { MIXED("\"\\\"\"") "\n--\"\n\none\n--\"--", "1 text/plain one|" },
        { MIXED("\"a b\"") "\n--a b\n\none\n--a b--", "1 text/plain one|" },
        { MIXED("\"a;b") "\n--a;b\n\none\n", "1 text/plain one\n|" },
        { MIXED("\"=?utf-8?q?b?"
                "=\"") "\n--=?utf-8?q?b?"
                       "=\n\none",
          "1 text/plain one|" },
        { "Content-Type: multipart/mixed; boundary*0=a; boundary*1=\"b\"\n\n"
          "--ab\n\none",
          "1 text/plain one|" },
        /* one in the other, without an end */
        { MIXED("a") "\n--a\n" MIXED("b") "\n--b\n\none\n--a\n\ntwo\n",
          "2 text/plain one|1 text/plain two\n|" },
        { MIXED("a") "\n--a\n" MIXED("a") "\n--a\n\none\n--a--\n",
          "1 text/plain |1 text/plain one|" },
        { MIXED("a") "\n--a\n" MIXED("ab") "\n--ab\n\none\n--ab--\n--a--\n",
          "2 text/plain one|" },
        { "Content-Type: multipart/digest; boundary=d\n\n--d\n\nA: b\n\nc\n"
          "--d\nContent-Type: text/plain\n\ne\n",
          "1 message/rfc822 A: b\n\nc|1 text/plain e\n|" },
        { "Content-Type: message/rfc822\n\n" MIXED("b") "\n--b\n",
          "0 message/rfc822 Content-Type: multipart/mixed; boundary=b\n\n"
          "--b\n|" },
        /* what calls itself something else */
        { "Content-Type: application/x\n\nHej", "0 application/x Hej|" },
        { "Content-Type: image/png\n\nHej", "0 image/png |" },
    };
    struct bd_arena *arena = bd_arena_new();
    struct bd_mail mail;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i][0]);
        bd_str got = shown(arena, in, &mail);

        if (!bd_str_eq(got, bd_str_from(rows[i][1])))
            fail_msg("row \"%s\": got \"%.*s\"", rows[i][0], BD_ARG(got));
        CHECK_ROW(rows[i][0], !mail.cut);
        t_free(in);
    }
    bd_arena_free(arena);
}

static void test_mail_read__tells_of_each_part(void **state)
{
    bd_str in = t_heap(
        "Content-Type: Multipart/Report; Report-Type=Delivery-Status;\n"
        " boundary=\"b\"\n\n--b\n"
        "Content-Type: text/plain; charset=\"ISO-8859-1\"\n"
        "Content-Transfer-Encoding: Quoted-Printable\n"
        "X-Part: =?utf-8?q?=C3=A5?=\n\nr=E4k=\n=20a\n--b\n"
        "Content-Type: application/pdf; name=\"=?utf-8?q?r=C3=A4k.pdf?=\"\n"
        "Content-Disposition: ATTACHMENT\n"
        "Content-Transfer-Encoding: base64\n\nAAEC\n/w==\n--b--\n");
    struct bd_arena *arena = bd_arena_new();
    struct bd_mail mail;

    (void)state;
    bd_mail_read(arena, in, &mail);
    CHECK_STR(mail.type, "multipart/report");
    CHECK_STR(mail.report_type, "delivery-status");
    CHECK(mail.part_count == 2);
    CHECK_STR(mail.parts[0].charset, "iso-8859-1");
    CHECK_STR(mail.parts[0].parent, "multipart/report");
    CHECK_STR(mail.parts[0].bytes, "r\xe4k a");
    CHECK_STR(mail.parts[0].text, "r\xc3\xa4k a");
    CHECK_STR(bd_mail_get(&mail.parts[0].header, "X-Part"), "\xc3\xa5");
    CHECK(!mail.parts[0].attached && mail.parts[1].attached);
    CHECK_STR(mail.parts[1].name, "r\xc3\xa4k.pdf");
    CHECK(bd_str_eq(mail.parts[1].bytes, (bd_str) { "\0\1\2\xff", 4 }));
    CHECK(mail.parts[1].text.len == 0);
    bd_arena_free(arena);
    t_free(in);
}

static void test_mail_read__names_files(void **state)
{
    static const char *const rows[][2] = {
        { "filename=a.txt", "a.txt" },
        { "filename=\"a \\\"b\\\".txt\"", "a \"b\".txt" },
        { "filename*=utf-8'sv'r%C3%A4k.txt", "r\xc3\xa4k.txt" },
        { "filename*=iso-8859-1''r%E4k.txt; filename=x", "r\xc3\xa4k.txt" },
        { "filename*0*=utf-8''r%C3; filename*1*=%A4k; filename*2=\".t\"",
          "r\xc3\xa4k.t" },
        { "filename*1=b; filename*0=a", "ab" },
        { "filename*0=a; filename*2=c", "a" },
        { "filename*=%41", "A" },
        { "filename*=x'%41", "A" },
        { "filename*=utf-8''%4%zz%", "%4%zz%" },
        { "filename=my file.txt", "my file.txt" },
        { "filename=\"unclosed", "unclosed" },
        { "filename=\"unclosed\\", "unclosed\\" },
        { "FileName = \"a\" (c) ; x", "a" },
        { "filename", "" },
        { "=a; filename=b", "b" },
        { ";;filename=b", "b" },
        { "x=\"a;filename=c\"; filename=b", "b" },
        { "(; filename=c) ; filename=b", "b" },
        { "filename=\"a\x01\r\n b\"", "a b" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap_str(bd_arena_printf(
            arena, "Content-Disposition: attachment; %s\n\n", rows[i][0]));
        struct bd_mail mail;

        bd_mail_read(arena, in, &mail);
        if (!bd_str_eq(mail.parts[0].name, bd_str_from(rows[i][1])))
            fail_msg("row \"%s\": got \"%.*s\"", rows[i][0],
                     BD_ARG(mail.parts[0].name));
        t_free(in);
    }
    bd_arena_free(arena);
}

static void repeat(struct bd_buf *out, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bd_buf_add_cstr(out, text);
}

static void test_mail_read__stops_at_the_limits(void **state)
{
    static const struct {
        const char *start;
        const char *again;
        size_t count;
        size_t parts;
    } rows[] = {
        { MIXED("b") "\n", "--b\n\nx\n", BD_MAIL_MAX_PARTS, BD_MAIL_MAX_PARTS },
        { MIXED("b") "\n", "--b\n\nx\n", 10000, BD_MAIL_MAX_PARTS },
        { MIXED("b") "\n--b\n\nx\n", MIXED("b") "\n--b\n", 20000,
          BD_MAIL_MAX_PARTS },
        { "", "Content-Type: message/rfc822\n\n", 100000, 1 },
        { "\n", "0123456789\n", 10000000, 1 },
        { "\n", "\xff", 1000000, 1 },
        { "To: ", "(", 200000, 1 },
        { "To: ", "\\\",", 60000, 1 },
        { "Subject: ", "=?utf-8?q?a?= ", 60000, 1 },
        { "Subject: ", "=?a?q?", 60000, 1 },
        { "Content-Type: text/plain", ";a=b", 200000, 1 },
        { "Content-Type: text/plain", "(", 200000, 1 },
        { "Content-Transfer-Encoding: base64\n\n", "A", 2000000, 1 },
        { "Content-Transfer-Encoding: quoted-printable\n\nx", "=A", 500000, 1 },
        { "Content-Type: text/html\n\n", "<!--", 300000, 1 },
        { "", "\r", 1000000, 1 },
        { "", "a:b\n", 300000, 1 },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_buf bytes = { 0 };
        struct bd_mail mail;
        bd_str rest = BD_STR_NONE;
        bd_str found = BD_STR_NONE;

        bd_buf_add_cstr(&bytes, rows[i].start);
        repeat(&bytes, rows[i].again, rows[i].count);
        bd_mail_read(arena, bd_buf_str(&bytes), &mail);
        CHECK_ROW(rows[i].again, mail.part_count == rows[i].parts);
        CHECK_ROW(rows[i].again, mail.cut || bytes.len < BD_MAIL_MAX_BYTES);
        CHECK_ROW(rows[i].again, mail.parts[0].text.len <= BD_MAIL_MAX_TEXT);
        (void)bd_mail_text_of_html(arena, mail.parts[0].text);
        rest = bd_mail_get(&mail.header, "To");
        while (bd_mail_next_address(&rest, &found))
            continue;
        bd_buf_fini(&bytes);
        bd_arena_clear(arena);
    }
    bd_arena_free(arena);
}

static void test_mail_read__leaves_out_what_lies_too_deep(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_buf bytes = { 0 };
    struct bd_mail mail;

    (void)state;
    for (int i = 0; i < 20000; i++)
        bd_buf_printf(&bytes, MIXED("b%d") "\n--b%d\n", i, i);
    bd_mail_read(arena, bd_buf_str(&bytes), &mail);
    CHECK(mail.cut && mail.part_count == 1);
    CHECK_STR(mail.parts[0].type, "text/plain");
    CHECK(mail.parts[0].depth == 0 && mail.parts[0].text.len == 0);
    CHECK_STR(mail.type, "multipart/mixed");
    bd_buf_fini(&bytes);
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mail_read__finds_the_parts),
        cmocka_unit_test(test_mail_read__tells_of_each_part),
        cmocka_unit_test(test_mail_read__names_files),
        cmocka_unit_test(test_mail_read__stops_at_the_limits),
        cmocka_unit_test(test_mail_read__leaves_out_what_lies_too_deep),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
