#include "t.h"

#include "brevduva/base/buf.h"
#include "brevduva/mail/mime_read.h"

/* The fields as "NAME=VALUE|NAME=VALUE|" and what stands after them. */
static bd_str shown(struct bd_arena *arena, bd_str bytes)
{
    struct bd_mail_header header;
    struct bd_buf out = { 0 };
    bd_str rest = BD_STR_NONE;
    bd_str copy = BD_STR_NONE;

    bd_mail_read_header(arena, bytes, &header, &rest);
    for (size_t i = 0; i < header.count; i++)
        bd_buf_printf(&out, "%.*s=%.*s|", BD_ARG(header.fields[i].name),
                      BD_ARG(bd_mail_value(&header, i)));
    bd_buf_add(&out, rest);
    copy = bd_buf_copy(&out, arena);
    bd_buf_fini(&out);
    return copy;
}

static void check_rows(const char *const (*rows)[2], size_t count)
{
    struct bd_arena *arena = bd_arena_new();

    for (size_t i = 0; i < count; i++) {
        bd_str in = t_heap(rows[i][0]);

        CHECK_STR(shown(arena, in), rows[i][1]);
        t_free(in);
    }
    bd_arena_free(arena);
}

static void test_header_read__takes_fields_as_they_come(void **state)
{
    static const char *const rows[][2] = {
        { "", "" },
        { "\n", "" },
        { "A: b", "A=b|" },
        { "A: b\n", "A=b|" },
        { "A: b\n\nc", "A=b|c" },
        { "A: b\r\n\r\nc\r\n", "A=b|c\r\n" },
        { "A: b\r\r\n\r\r\nc", "A=b|c" },
        { "A:b\nB:\nC:  c \n\n", "A=b|B=|C=c|" },
        { "A : b\n", "A=b|" },
        { "A: b\n c\n\td\nE: f\n", "A=b c d|E=f|" },
        { "A:\n b\n", "A=b|" },
        { "A: b\n \nC: d\n\ne", "A=b|C=d|e" },
        { "A: b\nno field\nC: d\n", "A=b|no field\nC: d\n" },
        { "No header.\nA: b\n", "No header.\nA: b\n" },
        { "\nA: b\n", "A: b\n" },
        { " folded\nA: b\n", "A=b|" },
        { "From x@y.example Fri Nov 27\nA: b\n\nc", "A=b|c" },
        { "A: b\n>From x\nC: d\n", "A=b|C=d|" },
        { ": x\nA: b\n", ": x\nA: b\n" },
        { "A: b\rC: d\n", "A=b C: d|" },
        { "A: \x01\x7f"
          "b\n",
          "A=b|" },
        { "A: p\xe5\n", "A=p\xc3\xa5|" },
        { "A: \xc3\xa5\xc3\n", "A=\xc3\xa5\xef\xbf\xbd|" },
        { "A: \xc3\xa5\n", "A=\xc3\xa5|" },
    };

    (void)state;
    check_rows(rows, sizeof rows / sizeof *rows);
}

static void test_header_read__decodes_words(void **state)
{
    static const char *const rows[][2] = {
        { "S: =?utf-8?q?Sv:_Kv=C3=A4ll?= x", "S=Sv: Kv\xc3\xa4ll x|" },
        { "S: =?ISO-8859-1?Q?a=E5?= =?iso-8859-1?b?5Q==?=",
          "S=a\xc3\xa5\xc3\xa5|" },
        { "S: =?utf-8?b?w6U=?=\n =?utf-8?b?w6Q?=", "S=\xc3\xa5\xc3\xa4|" },
        /* a character parted by a border, as many write */
        { "S: =?utf-8?q?a=C3?= =?utf-8?q?=A5b?=", "S=a\xc3\xa5"
                                                  "b|" },
        { "S: a =?utf-8?q?b?= c =?utf-8?q?d?=", "S=a b c d|" },
        { "S: (=?utf-8?q?b?=)", "S=(b)|" },
        { "S: =?utf-8*sv?q?b?=", "S=b|" },
        { "S: =?utf-8?q?a b?=", "S=a b|" },
        { "S: =?utf-8?q?"
          "?=x",
          "S=x|" },
        { "S: =?x-unknown?q?=E5?=", "S=\xc3\xa5|" },
        { "S: =?utf-8?q?=E5?=", "S=\xef\xbf\xbd|" },
        { "S: =?utf-8?x?b?= =?utf-8?q?b =?utf-8", "S==?utf-8?x?b?= "
                                                  "=?utf-8?q?b =?utf-8|" },
        { "S: =?=?==?q?a?=", "S==?=?==?q?a?=|" },
        { "S: =?utf-8?q?a=0D=0ABcc:_x?=", "S=a Bcc: x|" },
        { "S: =?utf-8?q?=00=1B[2J?=", "S=[2J|" },
        { "S: =?iso-2022-jp?b?GyRCRnxLXBsoQg==?=",
          "S=\xe6\x97\xa5\xe6\x9c\xac|" },
        /* names in words must not become addresses */
        { "From: =?utf-8?q?A,_B?= <a@x.example>", "From=\"A, B\" "
                                                  "<a@x.example>|" },
        { "From: =?utf-8?q?=22x=22_<y=40z>?= <a@x.example>",
          "From=\"\\\"x\\\" <y@z>\" <a@x.example>|" },
        { "From: \"=?utf-8?q?=22,?=\" <a@x>", "From=\"\\\",\" <a@x>|" },
        { "From: =?utf-8?q?=C3=85sa?= <a@x>", "From=\xc3\x85sa <a@x>|" },
    };

    (void)state;
    check_rows(rows, sizeof rows / sizeof *rows);
}

static void test_header_read__keeps_the_field_as_it_stood(void **state)
{
    bd_str in = t_heap("A: b\r\n\tc  \r\nSubject: x\n\nbody");
    struct bd_arena *arena = bd_arena_new();
    struct bd_mail_header header;
    bd_str found = BD_STR_NONE;

    (void)state;
    bd_mail_read_header(arena, in, &header, NULL);
    CHECK(header.count == 2);
    CHECK_STR(header.fields[0].raw, "A: b\r\n\tc  ");
    CHECK_STR(header.fields[1].raw, "Subject: x");
    CHECK_STR(bd_mail_get(&header, "subject"), "x");
    CHECK(bd_mail_get(&header, "Subjec").len == 0);
    CHECK(bd_mail_has(&header, "SUBJECT") && !bd_mail_has(&header, "B"));
    CHECK(bd_mail_get_nth(&header, "a", 0, &found));
    CHECK_STR(found, "b c");
    CHECK(!bd_mail_get_nth(&header, "a", 1, &found));
    bd_arena_free(arena);
    t_free(in);
}

static void test_header_read__stops_at_so_many_fields(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_mail_header header;
    struct bd_buf bytes = { 0 };
    struct bd_mail mail;
    bd_str rest = BD_STR_NONE;

    (void)state;
    for (int i = 0; i < BD_MAIL_MAX_FIELDS + 7; i++)
        bd_buf_printf(&bytes, "X-%d: y\n", i);
    bd_buf_add_cstr(&bytes, "\nbody");
    bd_mail_read_header(arena, bd_buf_str(&bytes), &header, &rest);
    CHECK(header.count == BD_MAIL_MAX_FIELDS);
    CHECK_STR(rest, "body");
    bd_mail_read(arena, bd_buf_str(&bytes), &mail);
    CHECK(mail.cut);
    CHECK_STR(mail.parts[0].text, "body");
    bd_buf_fini(&bytes);
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header_read__takes_fields_as_they_come),
        cmocka_unit_test(test_header_read__decodes_words),
        cmocka_unit_test(test_header_read__keeps_the_field_as_it_stood),
        cmocka_unit_test(test_header_read__stops_at_so_many_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
