#include "t.h"

#include "brevduva/mail/enhanced.h"

static void test_enhanced_parse__follows_rfc3463(void **state)
{
    static const struct {
        const char *in;
        enum bd_status want;
        struct bd_enhanced code;
    } rows[] = {
        { "5.1.1 No such user", BD_OK, { 5, 1, 1 } },
        { "2.0.0", BD_OK, { 2, 0, 0 } },
        { "4.999.999 x", BD_OK, { 4, 999, 999 } },
        { "5.7.515 Access denied", BD_OK, { 5, 7, 515 } },
        { "", BD_EPARSE, { 0 } },
        { "5", BD_EPARSE, { 0 } },
        { "5.", BD_EPARSE, { 0 } },
        { "5.1", BD_EPARSE, { 0 } },
        { "5.1.", BD_EPARSE, { 0 } },
        { " 5.1.1", BD_EPARSE, { 0 } },
        { "3.1.1", BD_EPARSE, { 0 } },
        { "05.1.1", BD_EPARSE, { 0 } },
        { "5.01.1", BD_EPARSE, { 0 } },
        { "5.1.1234", BD_EPARSE, { 0 } },
        { "5.1.1.1", BD_EPARSE, { 0 } },
        { "5.1.1: no", BD_EPARSE, { 0 } },
        { "5.1.x", BD_EPARSE, { 0 } },
        { "5.-1.1", BD_EPARSE, { 0 } },
        { "250 OK", BD_EPARSE, { 0 } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in); /* exact size: ASan sees overreads */
        struct bd_enhanced got = { 0 };

        CHECK_ROW(rows[i].in, bd_enhanced_parse(in, &got) == rows[i].want);
        CHECK_ROW(rows[i].in, !memcmp(&got, &rows[i].code, sizeof got));
        t_free(in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_enhanced_parse__follows_rfc3463),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
