#include "t.h"

#include "mbox_private.h"

#define F "From a@b Thu Nov 27 10:00:00 2026\n"

static const struct {
    const char *in;
    const char *first; /* what is the first mail, with its "From " line */
} rows[] = {
    { F "a\n\n" F "b\n", F "a\n\n" },
    { F "a\n" F "b\n", F "a\n" F "b\n" }, /* no empty line before it */
    { F "a\r\n\r\n" F "b\n", F "a\r\n\r\n" },
    { F "a\n\n>From b\n", F "a\n\n>From b\n" },
    { F "a\n\nFromage\n", F "a\n\nFromage\n" },
    { F "a\n\n From b\n", F "a\n\n From b\n" },
    { F "a\n\r\r\nFrom b\n", F "a\n\r\r\nFrom b\n" },
    { F "a\n\n\n\n" F, F "a\n\n\n\n" },
    { F "\n" F, F "\n" }, /* a mail of nothing */
    { F "a\n\nFrom ", F "a\n\n" },
    { F "a\n\nFrom", F "a\n\nFrom" },
    { "From \n\nFrom \n", "From \n\n" },
    { F, F },
    { "", "" },
};

static uint64_t end_of(bd_str in, size_t piece)
{
    struct mbox_scan scan = { 0 };
    uint64_t end = in.len;

    for (size_t at = 0; at < in.len; at += piece) {
        bd_str part = t_heap_str(bd_str_sub(in, at, piece));
        bool found = mbox_scan(&scan, part, &end);

        t_free(part);
        if (found)
            break;
    }
    return end;
}

static void test_mbox_scan__splits_at_from_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t piece = 1; piece < 50; piece++)
            CHECK_ROW(rows[i].in, end_of(bd_str_from(rows[i].in), piece) ==
                                      strlen(rows[i].first));
}

static void test_mbox_scan__knows_where_the_header_begins(void **state)
{
    struct mbox_scan scan = { 0 };
    uint64_t end = 0;

    (void)state;
    CHECK(!mbox_scan(&scan, BD_STR(F "a\n"), &end));
    CHECK(scan.body == strlen(F));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mbox_scan__splits_at_from_lines),
        cmocka_unit_test(test_mbox_scan__knows_where_the_header_begins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
