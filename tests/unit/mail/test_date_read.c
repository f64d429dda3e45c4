#include "t.h"

#include "brevduva/mail/date.h"

static void test_date_read__reads_old_and_new_forms(void **state)
{
    static const struct {
        const char *in;
        int64_t want; /* 0: none that can be read */
    } rows[] = {
        { "Mon, 23 Nov 2026 08:46:43 +0100", 1795420003 },
        { "23 Nov 2026 07:46:43 +0000", 1795420003 },
        { "Mon, 23 Nov 2026 07:46 GMT", 1795419960 },
        { "Mon,23 Nov 2026 07:46:43 +0000 (UTC)", 1795420003 },
        { "Sun, 22 Nov 2026 22:46:43 -0900", 1795420003 },
        { "Thu, 01 Jan 1970 00:00:01 +0000", 1 },
        { "Tue, 29 Feb 2000 12:00:00 +0000", 951825600 },
        { "1 Jan 99 00:00:00 +0000", 915148800 },
        { "1 Jan 26 00:00:00 +0000", 1767225600 },
        { "", 0 },
        { "now", 0 },
        { "Mon, 23", 0 },
        { "Mon, 0 Nov 2026 08:46:43 +0100", 0 },
        { "Mon, 32 Nov 2026 08:46:43 +0100", 0 },
        { "Mon, 23 Xyz 2026 08:46:43 +0100", 0 },
        { "Mon, 23 Nov 2026 25:00:00 +0100", 0 },
        { "Mon, 23 Nov 2026 08:61 +0100", 0 },
        { "Mon, 23 Nov 99999 08:46:43 +0100", 0 },
        { "1 Jan 1969 00:00:00 +0000", 0 },
        { "23 Nov 2026 07:46:43 +9999", 1795420003 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in);
        int64_t got = 0;

        CHECK_ROW(rows[i].in, bd_date_read(in, &got) == (rows[i].want != 0));
        if (got != rows[i].want)
            fail_msg("%s: %lld", rows[i].in, (long long)got);
        t_free(in);
    }
}

static void test_date_read__reads_what_is_written(void **state)
{
    (void)state;
    for (int64_t at = 1; at < 32503680000; at += 86399 * 17) {
        char buffer[BD_DATE_MAX];
        int64_t got = 0;

        CHECK(bd_date_read(bd_date_write(at, 90, buffer), &got));
        CHECK(got == at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_date_read__reads_old_and_new_forms),
        cmocka_unit_test(test_date_read__reads_what_is_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
