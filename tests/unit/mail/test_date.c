#include "t.h"

#include <time.h>

#include "brevduva/mail/date.h"

static void test_date_write__follows_rfc5322(void **state)
{
    static const struct {
        int64_t seconds;
        int zone;
        const char *want;
    } rows[] = {
        { 0, 0, "Thu, 01 Jan 1970 00:00:00 +0000" },
        { 0, -1439, "Wed, 31 Dec 1969 00:01:00 -2359" },
        { 1795420003, 60, "Mon, 23 Nov 2026 08:46:43 +0100" },
        { 951782400, 0, "Tue, 29 Feb 2000 00:00:00 +0000" },
        { 951868799, 0, "Tue, 29 Feb 2000 23:59:59 +0000" },
        { 951868800, 0, "Wed, 01 Mar 2000 00:00:00 +0000" },
        { 4107542400, 0, "Mon, 01 Mar 2100 00:00:00 +0000" },
        { 4107542399, 0, "Sun, 28 Feb 2100 23:59:59 +0000" },
        { 1456790399, 330, "Tue, 01 Mar 2016 05:29:59 +0530" },
        { 1456790399, -30, "Mon, 29 Feb 2016 23:29:59 -0030" },
        { 253402300799, 0, "Fri, 31 Dec 9999 23:59:59 +0000" },
    };
    char out[BD_DATE_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_STR(bd_date_write(rows[i].seconds, rows[i].zone, out),
                  rows[i].want);
}

/* Every fifth day of the span, against the C library: 146097, the days of 400
 * years, is no multiple of 5, so that all of their days come up. */
static void test_date_write__agrees_with_gmtime(void **state)
{
    (void)state;
    for (int64_t day = 0; day < 2932896; day += 5) {
        time_t seconds = (time_t)(day * 86400 + day % 86400);
        char out[BD_DATE_MAX];
        char want[BD_DATE_MAX];
        struct tm tm;

        CHECK(gmtime_r(&seconds, &tm) != NULL);
        (void)strftime(want, sizeof want, "%a, %d %b %Y %H:%M:%S +0000", &tm);
        CHECK_STR(bd_date_write(seconds, 0, out), want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_date_write__follows_rfc5322),
        cmocka_unit_test(test_date_write__agrees_with_gmtime),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
