#include "import_row.h"
#include "t.h"

static void test_import_time_parse__takes_iso_times(void **state)
{
    static const struct {
        const char *in;
        bool ok;
        int64_t want;
    } rows[] = {
        { "1970-01-01", true, 0 },
        { "2026-11-23T07:46:43Z", true, 1795420003 },
        { "2026-11-23 07:46:43", true, 1795420003 },
        { "2026-11-23T08:46:43+01:00", true, 1795420003 },
        { "2026-11-23T08:46:43.123456+0100", true, 1795420003 },
        { "2026-11-22T23:46:43-08", true, 1795420003 },
        { "2026-11-23 07:46", true, 1795419960 },
        { " 1970-01-01T00:00:01Z ", true, 1 },
        { "", false, 0 },
        { "2026-13-01", false, 0 },
        { "2026-11-23T25:00:00Z", false, 0 },
        { "2026-11-23T07:46:43Zx", false, 0 },
        { "23/11/2026", false, 0 },
        { "2026-11", false, 0 },
        { "1969-12-31", false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in);
        int64_t got = -1;

        CHECK_ROW(rows[i].in, cli_import_time_parse(in, &got) == rows[i].ok);
        if (rows[i].ok)
            CHECK_ROW(rows[i].in, got == rows[i].want);
        t_free(in);
    }
}

/* One row of cells under these titles, as a reader. */
static enum bd_status read_row(struct app *app, const char *const titles[],
                               const char *const cells[], size_t count,
                               struct bd_import_row *out, struct bd_err *err)
{
    static struct import_columns columns;
    static struct bd_buf attributes;
    bd_str heads[8];
    bd_str fields[8];
    struct bd_csv_row row = { .line = 2, .count = count, .fields = fields };

    for (size_t i = 0; i < count; i++) {
        heads[i] = bd_str_from(titles[i]);
        fields[i] = bd_str_from(cells[i]);
    }
    if (cli_import_columns_read(app, heads, count, &columns) != BD_OK)
        return app->err.code;
    return cli_import_row_read(app->arena, &columns, &row, &attributes, out,
                               err);
}

static void test_import_row_read__builds_a_reader(void **state)
{
    static const char *const titles[] = { "E-post", "Förnamn", "Efternamn",
                                          "Antal barn", "Status" };
    static const char *const cells[] = { " Asa@Example.ORG", "Åsa\n", "Öberg",
                                         "2", "unsubscribed" };
    struct app app;
    struct bd_import_row row;
    struct bd_err err;

    (void)state;
    app_init(&app);
    CHECK(read_row(&app, titles, cells, 5, &row, &err) == BD_OK);
    CHECK_STR(row.subscriber.email, "Asa@example.org");
    CHECK_STR(row.subscriber.email_key, "asa@example.org");
    CHECK_STR(row.subscriber.name, "Åsa Öberg");
    CHECK_STR(row.subscriber.attributes,
              "{\"first_name\":\"Åsa\",\"last_name\":\"Öberg\","
              "\"antal_barn\":\"2\"}");
    CHECK(row.state == BD_SUB_LEFT);
    app_fini(&app);
}

static void test_import_row_read__rejects_with_a_reason(void **state)
{
    static const struct {
        const char *title, *cell, *reason;
    } rows[] = {
        { "state", "gone",
          "state \"gone\": not pending, active, left, bounced or complained" },
        { "language", "tlh",
          "language \"tlh\": not a language we know (sv, en)" },
        { "text_only", "maybe", "text_only \"maybe\": give yes or no" },
        { "since", "yesterday",
          "since \"yesterday\": not a time like 2026-11-23T07:46:43Z" },
        { "attributes", "[1]", "attributes \"[1]\": not a JSON object" },
        { "ort",
          "a\x01"
          "b",
          "ort: control characters" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *const titles[] = { "email", rows[i].title };
        const char *const cells[] = { "a@example.org", rows[i].cell };
        struct app app;
        struct bd_import_row row;
        struct bd_err err = { 0 };

        app_init(&app);
        CHECK_ROW(rows[i].cell,
                  read_row(&app, titles, cells, 2, &row, &err) == BD_EINVAL);
        CHECK_STR(bd_str_from(err.msg), rows[i].reason);
        app_fini(&app);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_import_time_parse__takes_iso_times),
        cmocka_unit_test(test_import_row_read__builds_a_reader),
        cmocka_unit_test(test_import_row_read__rejects_with_a_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
