#include "t.h"

#include "text_private.h"

static void test_find_address__finds_the_first(void **state)
{
    static const struct {
        const char *in, *want;
    } rows[] = {
        { "", "" },
        { "@", "" },
        { "eva@x.example", "eva@x.example" },
        { "<eva@x.example>:", "eva@x.example" },
        { "'eva@x.example',", "eva@x.example" },
        { "o'brien@x.example", "o'brien@x.example" },
        { "to eva@x.example.", "eva@x.example" },
        { "mailto:eva@x.example", "eva@x.example" },
        { "eva@localhost nils@x.example", "nils@x.example" },
        { "a..b@x.example", "" },
        { "david...@x.example", "" },
        { ".a@x.example", "" },
        { "a@x..example", "" },
        { "a@-", "" },
        { "åsa@räksmörgås.example", "åsa@räksmörgås.example" },
        { "a@@b@x.example", "b@x.example" },
        { "bounce+a=b=c@x.example", "bounce+a=b=c@x.example" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in);
        size_t end = 0;

        CHECK_STR(find_address(in, &end), rows[i].want);
        CHECK_ROW(rows[i].in, end <= in.len);
        t_free(in);
    }
}

static void test_text_item__takes_lines_of_lists(void **state)
{
    static const struct {
        const char *in, *want;
    } rows[] = {
        { "", "" },
        { "   eva@x.example", "eva@x.example" },
        { "<eva@x.example>:", "eva@x.example" },
        { "<eva@x.example>: host mx said: 550", "eva@x.example" },
        { "  * eva@x.example", "eva@x.example" },
        { "> eva@x.example", "eva@x.example" },
        { "-- eva@x.example", "eva@x.example" },
        { "\"eva@x.example\"", "eva@x.example" },
        { "\"Eva Ek\" <eva@x.example>", "eva@x.example" },
        { "eva@x.example ... unknown host", "eva@x.example" },
        { "eva@x.example on Fri, 27 Nov 2026", "eva@x.example" },
        { "Recipient: [SMTP:eva@x.example]", "eva@x.example" },
        { "(expanded from: eva@x.example)", "eva@x.example" },
        { "c=SE;a= ;p=X;dda:SMTP=eva@x.example; on", "eva@x.example" },
        { "To: eva@x.example", "eva@x.example" },
        { "eva@x.example is not who you think", "" },
        { "write to eva@x.example", "" },
        { "For help, see <eva@x.example>", "eva@x.example" },
        { "no address", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in);

        CHECK_STR(text_item(in), rows[i].want);
        t_free(in);
    }
}

struct seen {
    const char *address;
    enum bd_verdict verdict;
};

static void check_report(const char *text, bool delay, const struct seen *seen,
                         size_t count)
{
    struct bd_arena *arena = bd_arena_new();
    struct text_report report = { 0 };
    bd_str in = t_heap(text);

    CHECK_ROW(text, text_report_read(arena, in, BD_STR("X.example"), &report));
    CHECK_ROW(text, report.delay == delay && report.count == count);
    for (size_t i = 0; i < count; i++) {
        CHECK_STR(report.recipients[i].address, seen[i].address);
        CHECK_ROW(text, report.recipients[i].verdict == seen[i].verdict);
    }
    t_free(in);
    bd_arena_free(arena);
}

static void test_text_report_read__gives_each_its_own_reason(void **state)
{
    static const struct seen two[] = { { "a@x.example", BD_VERDICT_DEAD },
                                       { "b@x.example",
                                         BD_VERDICT_TEMPORARY } };
    static const struct seen one[] = { { "a@x.example", BD_VERDICT_FULL } };
    static const struct seen nobody[] = { { "", BD_VERDICT_FULL } };
    static const struct seen name[] = { { "a@x.example",
                                          BD_VERDICT_TEMPORARY } };

    (void)state;
    check_report("could not be delivered to\n\n<a@x.example>:\nUser unknown\n"
                 "\n<b@x.example>:\n\n--- Below this line is a copy\n"
                 "<c@x.example>: User unknown",
                 false, two, 2);
    check_report("following addresses had fatal errors\na@x.example\n"
                 "b@x.example\n-- Transcript of session follows --\n"
                 "550 <a@x.example>... User unknown\n"
                 "450 <b@x.example>... Deferred\n",
                 false, two, 2);
    check_report("User's mailbox is full: <a@x.example>", false, one, 1);
    check_report("It cannot be delivered. Quota exceeded.", false, nobody, 1);
    check_report("they are not\naccepting mail from x@y.example:\n\ta\n", false,
                 name, 1);
}

static void test_text_report_read__tells_delays(void **state)
{
    static const struct seen full[] = { { "a@x.example", BD_VERDICT_FULL } };

    (void)state;
    check_report("Delivery of email to this address\n\"a@x.example\"\nhas been "
                 "postponed due to a full mailbox.",
                 true, full, 1);
}

static void test_text_report_read__leaves_other_texts_alone(void **state)
{
    static const char *const texts[] = {
        "", "Hello", "<a@x.example>", "Below this line is a copy", "\n\n\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct bd_arena *arena = bd_arena_new();
        struct text_report report = { 0 };
        bd_str in = t_heap(texts[i]);

        CHECK_ROW(texts[i], !text_report_read(arena, in, BD_STR_NONE, &report));
        t_free(in);
        bd_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find_address__finds_the_first),
        cmocka_unit_test(test_text_item__takes_lines_of_lists),
        cmocka_unit_test(test_text_report_read__gives_each_its_own_reason),
        cmocka_unit_test(test_text_report_read__tells_delays),
        cmocka_unit_test(test_text_report_read__leaves_other_texts_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
