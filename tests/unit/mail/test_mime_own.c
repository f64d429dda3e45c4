#include "brevduva/mail/mime_own.h"

#include "brevduva/mail/header.h"
#include "brevduva/mail/mime_write.h"
#include "t.h"

static const char *const texts[] = {
    "Nyheter",
    "Ett lästips till dig: Vägen är klar – äntligen, och åtta andra nyheter "
    "från Hyttvik som är längre än en rad",
    "Привет, друзья: длинная строка кириллицей, которая не помещается в одну "
    "строку заголовка письма",
    "=?utf-8?q?not=20a=20word?=",
    "a = b, 100 % _under_",
    "x",
};

static void test_mime_own_header__reads_what_was_written(void **state)
{
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct bd_buf buf = { 0 };
        bd_str in = BD_STR_NONE;
        bd_str got = BD_STR_NONE;

        bd_header_text(&buf, "X-Before", BD_STR("Subject: no"));
        bd_header_text(&buf, "Subject", bd_str_from(texts[i]));
        bd_header_text(&buf, "X-After", BD_STR("no"));
        bd_buf_add_cstr(&buf, "\r\nSubject: in the body\r\n");
        in = bd_buf_copy(&buf, arena);
        got = bd_mime_own_header(arena, in, "Subject");
        CHECK_ROW(texts[i], bd_str_eq(got, bd_str_from(texts[i])));
        got = bd_mime_own_header(arena, in, "X-None");
        CHECK_ROW(texts[i], got.len == 0);
        bd_buf_fini(&buf);
    }
    bd_arena_free(arena);
}

static void test_mime_own_text__reads_what_was_written(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_buf buf = { 0 };
    bd_str text = BD_STR("Hej å =41 hej!\n\n  indragen rad\n"
                         "en mycket lång rad som är längre än sjuttiosex "
                         "tecken och därför bryts mjukt av den som skriver\n"
                         "From oss\n.\n");
    bd_str got = BD_STR_NONE;

    (void)state;
    bd_buf_add_cstr(&buf, "Subject: x\r\n"
                          "Content-Type: multipart/alternative;\r\n"
                          " boundary=\"=_abc\"\r\n\r\n--=_abc\r\n"
                          "Content-Type: text/plain; charset=utf-8\r\n"
                          "Content-Transfer-Encoding: quoted-printable"
                          "\r\n\r\n");
    bd_qp_write_last(&buf, text);
    bd_buf_add_cstr(&buf, "\r\n--=_abc\r\nContent-Type: text/html\r\n\r\n"
                          "<p>no</p>\r\n--=_abc--\r\n");
    got = bd_mime_own_text(arena, bd_buf_str(&buf));
    CHECK(bd_str_eq(got, text));
    bd_buf_fini(&buf);
    bd_arena_free(arena);
}

static void test_mime_own__stays_inside_broken_mail(void **state)
{
    static const char *const rows[] = {
        "",
        "Subject: =?utf-8?q?a=C3",
        "Subject: =?utf-8?b?YQ=?=\r\n\r\n",
        "Subject: =?utf-8?x",
        "Content-Type: text/plain",
        "Content-Type: text/plain\r\n\r\n=",
        "Content-Type: text/plain\r\n\r\n=C",
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i]);

        (void)bd_mime_own_header(arena, in, "Subject");
        (void)bd_mime_own_text(arena, in);
        t_free(in);
    }
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mime_own_header__reads_what_was_written),
        cmocka_unit_test(test_mime_own_text__reads_what_was_written),
        cmocka_unit_test(test_mime_own__stays_inside_broken_mail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
