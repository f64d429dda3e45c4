#include "t.h"

#include "brevduva/mail/mime_write.h"

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
    const char *want_last;
} qp_rows[] = {
    { "", "", "" },
    { "Hej", "Hej=\r\n", "Hej" },
    { "Hej\n", "Hej\r\n", "Hej\r\n" },
    { "Hej\r\n", "Hej\r\n", "Hej\r\n" },
    { "a=b", "a=3Db=\r\n", "a=3Db" },
    { "\xc3\xa5", "=C3=A5=\r\n", "=C3=A5" },
    { "blank \nend ", "blank=20\r\nend =\r\n", "blank=20\r\nend=20" },
    { "tab\t\r\nend\t", "tab=09\r\nend\t=\r\n", "tab=09\r\nend=09" },
    { ".", "=2E=\r\n", "=2E" },
    { ".\n.x\na.\n", "=2E\r\n=2Ex\r\na.\r\n", "=2E\r\n=2Ex\r\na.\r\n" },
    { "From me\nFrom\nfrom me\n", "=46rom me\r\nFrom\r\nfrom me\r\n",
      "=46rom me\r\nFrom\r\nfrom me\r\n" },
    { "\n\n", "\r\n\r\n", "\r\n\r\n" },
    { "a\rb", "a=0Db=\r\n", "a=0Db" }, /* never a bare CR */
    { "\x01\x7f\xff", "=01=7F=FF=\r\n", "=01=7F=FF" },
};
/* clang-format on */

static void test_qp_write__follows_rfc2045(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof qp_rows / sizeof *qp_rows; i++) {
        bd_str text = t_heap(qp_rows[i].text);

        bd_buf_clear(&out);
        bd_qp_write(&out, text);
        CHECK_STR(bd_buf_str(&out), qp_rows[i].want);
        bd_buf_clear(&out);
        bd_qp_write_last(&out, text);
        CHECK_STR(bd_buf_str(&out), qp_rows[i].want_last);
        t_free(text);
    }
}

/* A "." or "From " that only a soft break brings to a line's start. */
static void test_qp_write__guards_wrapped_lines(void **state)
{
    char text[120];

    (void)state;
    memset(text, 'a', sizeof text);
    text[75] = '.';
    memcpy(text + 110, "From you\n", 9);
    bd_qp_write(&out, (bd_str) { text, 119 });
    CHECK(bd_str_find(bd_buf_str(&out), BD_STR("=\r\n=2Ea")) == 75);
    memset(text, 'a', 75);
    memcpy(text + 75, "From you\n", 9);
    bd_buf_clear(&out);
    bd_qp_write(&out, (bd_str) { text, 84 });
    CHECK(bd_str_ends(bd_buf_str(&out), BD_STR("a=\r\n=46rom you\r\n")));
}

static void test_qp_write__keeps_a_character_on_one_line(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 80; shift++) {
        char text[80 + 4];
        bd_str lines = BD_STR_NONE;

        memset(text, 'a', shift);
        memcpy(text + shift, "\xf0\x9f\x95\x8a", 4); /* a dove */
        bd_buf_clear(&out);
        bd_qp_write(&out, (bd_str) { text, shift + 4 });
        lines = bd_buf_str(&out);
        CHECK(bd_str_find(lines, BD_STR("=F0=9F=95=8A")) != SIZE_MAX);
        while (lines.ptr)
            CHECK(bd_str_cut_line(&lines).len <= 76);
    }
}

/* The ceiling is for what is written, not for what might have been. */
static void test_qp_write__fills_up_to_the_ceiling(void **state)
{
    char *text = malloc(100000);

    (void)state;
    memset(text, 'a', 100000);
    out.max = 100000 + 100000 / 75 * 3 + 3 + 16384;
    bd_qp_write(&out, (bd_str) { text, 100000 });
    CHECK(!out.full);
    out.max = 50000;
    bd_buf_clear(&out);
    bd_qp_write(&out, (bd_str) { text, 100000 });
    CHECK(out.full && out.len <= 50000);
    free(text);
}

static void test_base64_write__has_lines_of_76(void **state)
{
    char bytes[58];

    (void)state;
    bd_base64_write(&out, BD_STR_NONE);
    CHECK(out.len == 0);
    bd_base64_write(&out, BD_STR("\xff\xfe\xfd"
                                 "f"));
    CHECK_STR(bd_buf_str(&out), "//79Zg==\r\n");
    memset(bytes, 0, sizeof bytes);
    bd_buf_clear(&out);
    bd_base64_write(&out, (bd_str) { bytes, 57 });
    CHECK(out.len == 78);
    bd_buf_clear(&out);
    bd_base64_write(&out, (bd_str) { bytes, 58 });
    CHECK(out.len == 78 + 6);
    CHECK(bd_str_ends(bd_buf_str(&out), BD_STR("A\r\nAA==\r\n")));
}

/* clang-format off */
static const struct {
    const char *name;
    const char *value;
    const char *want;
} param_rows[] = {
    { "charset", "utf-8", "T: x; charset=utf-8" },
    { "boundary", "=_0", "T: x; boundary=\"=_0\"" },
    { "filename", "my file.pdf", "T: x; filename=\"my file.pdf\"" },
    { "filename", "a\"b\\c", "T: x; filename=\"a\\\"b\\\\c\"" },
    { "filename", "", "T: x; filename=\"\"" },
    { "filename", "a\r\nX: y", "T: x; filename=\"a X: y\"" },
    { "filename", "=?utf-8?q?x?=",
      "T: x;\r\n filename*=UTF-8''%3D%3Futf-8%3Fq%3Fx%3F%3D" },
    { "filename", "\xc3\x85rsm\xc3\xb6te 2016.pdf",
      "T: x;\r\n filename*=UTF-8''%C3%85rsm%C3%B6te%202016.pdf" },
    { "filename",
      "a-name-that-fits-a-line-of-its-own-but-not-this-one-0123456.pdf",
      "T: x;\r\n filename="
      "a-name-that-fits-a-line-of-its-own-but-not-this-one-0123456.pdf" },
    { "filename",
      "en-alldeles-f\xc3\xb6r-l\xc3\xa5ng-rubrik-som-\xc3\xa4nd\xc3\xa5-skall-"
      "skickas-till-alla-v\xc3\xa5ra-l\xc3\xa4sare-i-\xc3\xa5r.pdf",
      "T: x;\r\n filename*0*=UTF-8''en-alldeles-f%C3%B6r-l%C3%A5ng-rubrik-som-"
      "%C3%A4nd;\r\n filename*1*=%C3%A5-skall-skickas-till-alla-v%C3%A5ra-l"
      "%C3%A4sar;\r\n filename*2*=e-i-%C3%A5r.pdf" },
};
/* clang-format on */

static void test_mime_param__takes_the_simplest_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof param_rows / sizeof *param_rows; i++) {
        bd_str value = t_heap(param_rows[i].value);

        bd_buf_clear(&out);
        bd_buf_add_cstr(&out, "T: x");
        bd_mime_param(&out, param_rows[i].name, value);
        CHECK_STR(bd_buf_str(&out), param_rows[i].want);
        t_free(value);
    }
}

static void test_boundary__is_stable(void **state)
{
    char got[BD_BOUNDARY_LEN];

    (void)state;
    bd_boundary(BD_STR("abc"), got); /* SHA-256 of FIPS 180-2 B.1, cut */
    CHECK_STR(((bd_str) { got, sizeof got }),
              "=_ba7816bf8f01cfea414140de5dae2223");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_qp_write__follows_rfc2045),
        TEST(test_qp_write__guards_wrapped_lines),
        TEST(test_qp_write__keeps_a_character_on_one_line),
        TEST(test_qp_write__fills_up_to_the_ceiling),
        TEST(test_base64_write__has_lines_of_76),
        TEST(test_mime_param__takes_the_simplest_form),
        TEST(test_boundary__is_stable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
