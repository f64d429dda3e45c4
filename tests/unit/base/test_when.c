#include "t.h"

#include <time.h>
#include <unistd.h>

#include "brevduva/base/when.h"

static void test_duration_parse__takes_what_people_write(void **state)
{
    static const struct {
        const char *text;
        int64_t want; /* -1: refused */
    } rows[] = {
        { "90s", 90 },
        { "15m", 900 },
        { "15 min", 900 },
        { "30M", 1800 },
        { "2d", 172800 },
        { "1h30m", 5400 },
        { " 1 h 30 min ", 5400 },
        { "1w2d3h4m5s", 788645 },
        { "0s", 0 },
        { "36500d", INT64_C(3153600000) },
        { "36500d1s", -1 },
        { "999999999w7d", -1 },
        { "", -1 },
        { "30", -1 },
        { "m", -1 },
        { "-5m", -1 },
        { "1.5h", -1 },
        { "30m1h", -1 },
        { "1m1m", -1 },
        { "1m1min", -1 },
        { "1h30", -1 },
        { "3mo", -1 },
        { "1000000000s", -1 },
        { "soon", -1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str text = t_heap(rows[i].text);
        int64_t got = -1;
        enum bd_status rc = bd_duration_parse(text, &got, NULL);

        CHECK_ROW(rows[i].text, (rc == BD_OK) == (rows[i].want >= 0));
        CHECK_ROW(rows[i].text, got == rows[i].want);
        t_free(text);
    }
}

static void test_duration_parse__says_how_to_write_it(void **state)
{
    struct bd_err err = { 0 };
    int64_t got = 0;

    (void)state;
    assert_int_equal(bd_duration_parse(BD_STR("half an hour"), &got, &err),
                     BD_EINVAL);
    assert_string_equal(err.msg,
                        "\"half an hour\" is no length of time; write it as "
                        "30m, 2d or 1h30m, of w, d, h, m and s");
}

static void test_duration_write__is_read_again(void **state)
{
    static const struct {
        int64_t seconds;
        const char *want;
    } rows[] = {
        { 0, "0s" },       { 59, "59s" },    { 900, "15m" },
        { 5400, "1h30m" }, { 172800, "2d" }, { 788645, "1w2d3h4m5s" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[BD_DURATION_TEXT];
        bd_str text = bd_duration_write(rows[i].seconds, out);
        int64_t got = -1;

        CHECK_STR(text, rows[i].want);
        assert_int_equal(bd_duration_parse(text, &got, NULL), BD_OK);
        assert_int_equal(got, rows[i].seconds);
    }
}

static void test_date_parse__knows_the_calendar(void **state)
{
    static const struct {
        const char *text;
        int64_t want; /* -1: refused */
    } rows[] = {
        { "1970-01-01", 0 },       { "1972-02-29", 789 },
        { "2000-02-29", 11016 },   { "2026-11-23", 20780 },
        { "9999-12-31", 2932896 }, { "2100-02-29", -1 },
        { "2026-11-31", -1 },      { "2026-00-10", -1 },
        { "2026-13-10", -1 },      { "1969-12-31", -1 },
        { "2026-1-1", -1 },        { "26-11-23", -1 },
        { "2026-11-23 ", -1 },     { "", -1 },
        { "today", -1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str text = t_heap(rows[i].text);
        int64_t got = -1;
        enum bd_status rc = bd_date_parse(text, &got, NULL);

        CHECK_ROW(rows[i].text, (rc == BD_OK) == (rows[i].want >= 0));
        CHECK_ROW(rows[i].text, got == rows[i].want);
        t_free(text);
    }
}

/* Where the machine has its zones, and by the same rule where it has none. */
static const char *const stockholm[] = { "Europe/Stockholm",
                                         "CET-1CEST,M3.5.0,M10.5.0/3" };

static bool in_zone(const char *zone)
{
    bool is_rule = strchr(zone, ',') != NULL;

    assert_int_equal(setenv("TZ", zone, 1), 0);
    tzset();
    return is_rule || access("/usr/share/zoneinfo/Europe/Stockholm", R_OK) == 0;
}

static void check_utc(const char *row, int64_t seconds, const char *want)
{
    time_t t = (time_t)seconds;
    struct tm tm = { 0 };
    char got[32];

    (void)gmtime_r(&t, &tm);
    (void)strftime(got, sizeof got, "%Y-%m-%d %H:%M", &tm);
    if (strcmp(got, want) != 0)
        fail_msg("row \"%s\": got %s, want %s", row, got, want);
}

#define IS_NO_TIME(text)                                                       \
    "\"" text "\" is no time; write it as 2026-12-01 08:00, 08:00 or "         \
    "tomorrow 08:00"

/* `at`: the moment in UTC, or the complaint. */
static void check_when(const char *row, int64_t now, const char *at,
                       const char *again)
{
    bd_str text = t_heap(row);
    struct bd_err err = { 0 };
    struct bd_when got = { 0 };

    if (bd_when_parse(text, now, &got, &err) != BD_OK) {
        assert_string_equal(err.msg, at);
    } else {
        check_utc(row, got.at, at);
        CHECK_ROW(row, (got.again != 0) == (again != NULL));
        if (again)
            check_utc(row, got.again, again);
    }
    t_free(text);
}

#define NOW INT64_C(1763884003) /* 2025-11-23 08:46:43 in Stockholm */

static void test_when_parse__follows_the_clocks_of_stockholm(void **state)
{
    static const struct {
        const char *text;
        const char *at;    /* UTC; or the complaint */
        const char *again; /* or NULL */
    } rows[] = {
        { "2026-12-01 08:00", "2026-12-01 07:00", NULL },
        { "2026-07-01 08:00", "2026-07-01 06:00", NULL },
        { "2026-07-01T8.00", "2026-07-01 06:00", NULL },
        /* set forward at 02:00 on 2026-03-29 and 2027-03-28 */
        { "2026-03-29 01:59", "2026-03-29 00:59", NULL },
        { "2026-03-29 02:00",
          "the clock never shows 2026-03-29 02:00, as it is set forward then; "
          "the next minute that it shows is 2026-03-29 03:00",
          NULL },
        { "2026-03-29 02:59",
          "the clock never shows 2026-03-29 02:59, as it is set forward then; "
          "the next minute that it shows is 2026-03-29 03:00",
          NULL },
        { "2026-03-29 03:00", "2026-03-29 01:00", NULL },
        { "2027-03-28 01:59", "2027-03-28 00:59", NULL },
        { "2027-03-28 02:30",
          "the clock never shows 2027-03-28 02:30, as it is set forward then; "
          "the next minute that it shows is 2027-03-28 03:00",
          NULL },
        { "2027-03-28 03:00", "2027-03-28 01:00", NULL },
        /* set back at 03:00 on 2026-10-25 and 2027-10-31 */
        { "2026-10-25 01:59", "2026-10-24 23:59", NULL },
        { "2026-10-25 02:00", "2026-10-25 00:00", "2026-10-25 01:00" },
        { "2026-10-25 02:59", "2026-10-25 00:59", "2026-10-25 01:59" },
        { "2026-10-25 03:00", "2026-10-25 02:00", NULL },
        { "2027-10-31 02:30", "2027-10-31 00:30", "2027-10-31 01:30" },
        { "2027-10-31 03:00", "2027-10-31 02:00", NULL },
        { "2027-10-31 23:59", "2027-10-31 22:59", NULL },
    };

    (void)state;
    for (size_t z = 0; z < sizeof stockholm / sizeof *stockholm; z++) {
        if (!in_zone(stockholm[z]))
            continue;
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            check_when(rows[i].text, NOW, rows[i].at, rows[i].again);
    }
}

static void test_when_parse__counts_from_today(void **state)
{
    static const struct {
        const char *text, *at;
    } rows[] = {
        { "08:47", "2025-11-23 07:47" },
        { "9:00", "2025-11-23 08:00" },
        { "today 23:59", "2025-11-23 22:59" },
        { "Idag 10.15", "2025-11-23 09:15" },
        { "tomorrow 08:00", "2025-11-24 07:00" },
        { "imorgon  08:00", "2025-11-24 07:00" },
        { " i morgon 00:00 ", "2025-11-23 23:00" },
        { "08:46",
          "08:46 has passed today; write tomorrow 08:46 if that is meant" },
        { "2025-11-23 08:46",
          "2025-11-23 08:46 has passed; it is 2025-11-23 08:46 now" },
        { "idag 07:00", "2025-11-23 07:00 has passed; it is 2025-11-23 08:46 "
                        "now" },
        { "2016-12-01 08:00",
          "2016-12-01 08:00 has passed; it is 2025-11-23 08:46 now" },
        { "2026-12-01", "say the hour too, as in 2026-12-01 08:00" },
        { "2026-11-31 08:00", "2026-11-31: there is no such day" },
        { "2026-12-01 24:00", IS_NO_TIME("2026-12-01 24:00") },
        { "2026-12-01 08:00:30", IS_NO_TIME("2026-12-01 08:00:30") },
        { "2026-12-0108:00", IS_NO_TIME("2026-12-0108:00") },
        { "8", IS_NO_TIME("8") },
        { "8:0", IS_NO_TIME("8:0") },
        { "08:60", IS_NO_TIME("08:60") },
        { "tomorrow", IS_NO_TIME("tomorrow") },
        { "tomorrow8:00", IS_NO_TIME("tomorrow8:00") },
        { "", IS_NO_TIME("") },
        { "-", IS_NO_TIME("-") },
    };

    (void)state;
    (void)in_zone(stockholm[1]);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_when(rows[i].text, NOW, rows[i].at, NULL);
}

static void test_when_parse__between_two_alike_takes_the_second(void **state)
{
    (void)state;
    (void)in_zone(stockholm[1]);
    check_when("02:30", 1792890000, "2026-10-25 01:30", NULL); /* 01:00 UTC */
    check_when("02:30", 1792886400, "2026-10-25 00:30", "2026-10-25 01:30");
}

static void test_when_parse__survives_a_day_left_out(void **state)
{
    (void)state; /* Samoa went over the date line */
    assert_int_equal(setenv("TZ", "Pacific/Apia", 1), 0);
    tzset();
    if (access("/usr/share/zoneinfo/Pacific/Apia", R_OK) != 0)
        skip();
    check_when("2011-12-30 12:00", 1300000000,
               "the clock never shows 2011-12-30 12:00, as it is set forward "
               "then; the next minute that it shows is 2011-12-31 00:00",
               NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_duration_parse__takes_what_people_write),
        cmocka_unit_test(test_duration_parse__says_how_to_write_it),
        cmocka_unit_test(test_duration_write__is_read_again),
        cmocka_unit_test(test_date_parse__knows_the_calendar),
        cmocka_unit_test(test_when_parse__follows_the_clocks_of_stockholm),
        cmocka_unit_test(test_when_parse__counts_from_today),
        cmocka_unit_test(test_when_parse__between_two_alike_takes_the_second),
        cmocka_unit_test(test_when_parse__survives_a_day_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
