#include "t.h"

#include "mime_read_private.h"

#define BAD "\xef\xbf\xbd"

static void test_text_undo__is_lenient(void **state)
{
    static const char *const rows[][3] = {
        { "7bit", "a=41", "a=41" },
        { "x-uuencode", "a", "a" },
        { "", "a=41", "a=41" },
        { "quoted-printable", "", "" },
        { "quoted-printable", "a=C3=A5=c3=a5", "a\xc3\xa5\xc3\xa5" },
        { "quoted-printable", "a=\nb=\r\nc= \t\nd=\re=", "abcde" },
        { "quoted-printable", "a =\n b", "a  b" },
        { "quoted-printable", "?t=zz&a==41=", "?t=zz&a=A" },
        { "quoted-printable", "=A", "=A" },
        { "quoted-printable", "=", "" },
        { "Base64", "SGVq", "Hej" },
        { "base64", "", "" },
        { "base64", "SG\r\nVq\n", "Hej" },
        { "base64", "SGU=", "He" },
        { "base64", "SA==", "H" },
        { "base64", "SGU", "He" },
        { "base64", "S-G!V q", "Hej" },
        { "base64", "====", "" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i][1]);
        bd_str got = mime_undo(arena, bd_str_from(rows[i][0]), in);

        if (!bd_str_eq(got, bd_str_from(rows[i][2])))
            fail_msg("row %s \"%s\": got \"%.*s\"", rows[i][0], rows[i][1],
                     BD_ARG(got));
        t_free(in);
    }
    bd_arena_free(arena);
}

static void test_text_to_utf8__takes_any_charset(void **state)
{
    static const char *const rows[][3] = {
        { "utf-8", "\xc3\xa5", "\xc3\xa5" },
        { "UTF-8",
          "a\xe5"
          "b\xc3",
          "a" BAD "b" BAD },
        { "utf8", "\xed\xa0\x80", BAD },
        { "iso-8859-1", "\xe5\x93", "\xc3\xa5\xe2\x80\x9c" },
        { "windows-1252", "\x80\x81", "\xe2\x82\xac" BAD },
        { "ISO-8859-15", "\xa4", "\xe2\x82\xac" },
        { "koi8-r", "\xc1", "\xd0\xb0" },
        { "gb2312", "\xc4\xe3", "\xe4\xbd\xa0" },
        { "gb2312", "a\xc4", "a" BAD },
        { "iso-2022-jp", "\x1b$BF|\x1b(B", "\xe6\x97\xa5" },
        { "utf-7", "+AOU-", "\xc3\xa5" },
        { "windows-1255", "\xe0", "\xd7\x90" }, /* held back to the end */
        /* lies */
        { "us-ascii", "\xc3\xa5", "\xc3\xa5" },
        { "us-ascii", "\xe5", "\xc3\xa5" },
        { "", "r\xe4k", "r\xc3\xa4k" },
        { "", "r\xc3\xa4k\xc3", "r\xc3\xa4k" BAD }, /* cut */
        { "unknown-8bit", "r\xe4k", "r\xc3\xa4k" },
        { "utf-8//TRANSLIT", "\xc3\xa5", "\xc3\xa5" },
        { "../../x", "a", "a" },
        { "utf-16", "a", BAD },
        { "utf-8", "", "" },
        { "utf-7", "", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i][1]);
        struct bd_buf out = { 0 };

        mime_to_utf8(&out, bd_str_from(rows[i][0]), in);
        if (!bd_str_eq(bd_buf_str(&out), bd_str_from(rows[i][2])))
            fail_msg("row %s \"%s\": got \"%.*s\"", rows[i][0], rows[i][1],
                     BD_ARG(bd_buf_str(&out)));
        bd_buf_fini(&out);
        t_free(in);
    }
}

static void test_text_to_utf8__is_cut_between_characters(void **state)
{
    static const char *const charsets[] = { "utf-8", "iso-8859-1", "us-ascii",
                                            "euc-jp" };

    (void)state;
    for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++)
        for (size_t max = 1; max < 20; max++) {
            bd_str in = t_heap("a\xe5\xc3\xa5\xe5\xa4\xa9\xff\xff"
                               "bbbbbbbbbb"
                               "\xc3\xa5\xc3\xa5\xc3\xa5");
            struct bd_buf out;

            bd_buf_init(&out, max);
            mime_to_utf8(&out, bd_str_from(charsets[i]), in);
            CHECK_ROW(charsets[i], out.full && out.len <= max);
            CHECK_ROW(charsets[i], bd_str_is_utf8(bd_buf_str(&out), NULL));
            bd_buf_fini(&out);
            t_free(in);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_undo__is_lenient),
        cmocka_unit_test(test_text_to_utf8__takes_any_charset),
        cmocka_unit_test(test_text_to_utf8__is_cut_between_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
