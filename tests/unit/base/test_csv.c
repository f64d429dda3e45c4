#include "t.h"

#include <stdio.h>
#include <unistd.h>

#include "brevduva/base/csv.h"
#include "brevduva/base/limits.h"

/* What was read, in one text: "1[a][b]\n" or "2 bad-quote: raw\n". */
struct got {
    struct bd_buf text;
    struct bd_err err;
    size_t stop_after; /* rows; 0: never */
    size_t rows;
};

static enum bd_status take_row(void *self, const struct bd_csv_row *row,
                               enum bd_csv_problem problem, struct bd_err *err)
{
    static const char *const names[] = {
        [BD_CSV_NUL] = "nul",
        [BD_CSV_TOO_LONG] = "too-long",
        [BD_CSV_BAD_QUOTE] = "bad-quote",
        [BD_CSV_OPEN_QUOTE] = "open-quote",
        [BD_CSV_BAD_CHARSET] = "bad-charset",
    };
    struct got *got = self;

    CHECK(bd_str_is_utf8(row->raw, NULL));
    bd_buf_printf(&got->text, "%u", row->line);
    if (problem != BD_CSV_FINE) {
        CHECK(row->count == 0);
        bd_buf_printf(&got->text, " %s: ", names[problem]);
        bd_buf_add(&got->text, row->raw);
    }
    for (size_t i = 0; i < row->count; i++) {
        bd_buf_add_char(&got->text, '[');
        bd_buf_add(&got->text, row->fields[i]);
        bd_buf_add_char(&got->text, ']');
    }
    bd_buf_add_char(&got->text, '\n');
    if (++got->rows == got->stop_after)
        return bd_fail(err, BD_EEXIST, "stop");
    return BD_OK;
}

/* From a file: the reader may look at all of it first. */
static enum bd_status read_file(bd_str in, struct got *got)
{
    FILE *f = tmpfile();
    enum bd_status rc = BD_OK;

    CHECK(f && (!in.len || fwrite(in.ptr, in.len, 1, f) == 1));
    rewind(f);
    rc = bd_csv_read(fileno(f), take_row, got, &got->err);
    (void)fclose(f);
    return rc;
}

/* From a pipe: the reader sees each part once. */
static enum bd_status read_pipe(bd_str in, struct got *got)
{
    int ends[2];
    enum bd_status rc = BD_OK;
    FILE *to = NULL;

    CHECK(pipe(ends) == 0);
    CHECK(in.len < 60000); /* what a pipe holds without a reader */
    to = fdopen(ends[1], "w");
    CHECK(to && fwrite(in.ptr, 1, in.len, to) == in.len && fclose(to) == 0);
    rc = bd_csv_read(ends[0], take_row, got, &got->err);
    (void)close(ends[0]);
    return rc;
}

struct row {
    bd_str in;
    const char *want;
};
#define ROW(in, want)                                                          \
    {                                                                          \
        BD_STR_INIT(in), (want)                                                \
    }

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct got file = { 0 };
        struct got stream = { 0 };

        CHECK_ROW(rows[i].want, read_file(rows[i].in, &file) == BD_OK);
        CHECK_STR(bd_buf_str(&file.text), rows[i].want);
        CHECK_ROW(rows[i].want, read_pipe(rows[i].in, &stream) == BD_OK);
        CHECK_STR(bd_buf_str(&stream.text), rows[i].want);
        bd_buf_fini(&file.text);
        bd_buf_fini(&stream.text);
    }
}

static void test_csv_read__knows_lines_and_delimiters(void **state)
{
    static const struct row rows[] = {
        ROW("", ""),
        ROW("\n\r\n\r", ""),
        ROW("a", "1[a]\n"),
        ROW("a,b\n1,2\n", "1[a][b]\n2[1][2]\n"),
        ROW("a;b\r\n1,5;2\r\n", "1[a][b]\n2[1,5][2]\n"),
        ROW("a\tb\r1\t\r\t2", "1[a][b]\n2[1][]\n3[][2]\n"),
        ROW("a,b\n\n  \n1,2", "1[a][b]\n4[1][2]\n"),
        ROW("a,b\r\r\n\n1,2", "1[a][b]\n4[1][2]\n"),
        ROW("\"a,b,c\";d\n", "1[a,b,c][d]\n"),
        ROW("sep=;\r\na,b;c\r\n", "2[a,b][c]\n"),
        ROW("sep=;x\n", "1[sep=][x]\n"),
        ROW("\n\na;b,c;d", "3[a][b,c][d]\n"),
        ROW("a , b,\" c \" ,\n", "1[a][b][ c ][]\n"),
        ROW("\"\"\n,\n", "1[]\n2[][]\n"),
        ROW("a,\"b\"\"c\",\"\"\"\"\n", "1[a][b\"c][\"]\n"),
        ROW("a,\"x\ny\r\n\rz\"\nb,c\n", "1[a][x\ny\r\n\rz]\n5[b][c]\n"),
        ROW("a,\"x\n\"", "1[a][x\n]\n"),
        ROW("5\" a\"b,c\"\"\n x\"", "1[5\" a\"b][c\"\"]\n2[x\"]\n"),
    };

    (void)state;
    check_rows(rows, sizeof rows / sizeof *rows);
}

static void test_csv_read__finds_the_charset(void **state)
{
    static const struct row rows[] = {
        ROW("\xef\xbb\xbf"
            "e,\xc3\xa5\n",
            "1[e][å]\n"),
        ROW("\xe5\xe4\xf6,\x80 \x9f\xff\n", "1[åäö][€ Ÿÿ]\n"),
        ROW("\xef\xbf\xbd,b\n", "1[\xef\xbf\xbd][b]\n"), /* U+FFFD as given */
        ROW("\xe5,1\n\x81,2\n\xe5,3\n",
            "1[å][1]\n2 bad-charset: \xef\xbf\xbd,2\n3[å][3]\n"),
        ROW("a\n\xc3", "1[a]\n2[Ã]\n"), /* cut in a character: not UTF-8 */
        /* two characters for each stray octet: UTF-8 with a damaged row */
        ROW("\xc3\xa5,\xc3\xa4\n\xe5,x\n\xc3\xb6\n",
            "1[å][ä]\n2 bad-charset: \xef\xbf\xbd,x\n3[ö]\n"),
        ROW("\xc3\xa5\xc3\xa4\n\xc3", /* cut in the last of many */
            "1[åä]\n2 bad-charset: \xef\xbf\xbd\n"),
        ROW("\xc3\xa5\n\xe5\n", "1[Ã¥]\n2[å]\n"),
        /* a BOM promises UTF-8, so the other lines are not Windows-1252 */
        ROW("\xef\xbb\xbf\xc3\xa5\n\xe5x\n",
            "1[å]\n2 bad-charset: \xef\xbf\xbdx\n"),
    };

    (void)state;
    check_rows(rows, sizeof rows / sizeof *rows);
}

/* A file over the reader's sample, with characters across its every border. */
static void test_csv_read__judges_the_whole_file(void **state)
{
    static const char *const ends[] = { "\xe5\n", "\xc3\xa5\n\xe5" };
    static const char sign[] = "\xe2\x82\xac\n";

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct got got = { 0 };
        struct bd_buf in = { 0 };

        while (in.len < 200000)
            bd_buf_add_cstr(&in, sign);
        bd_buf_add_cstr(&in, ends[i]);
        CHECK(read_file(bd_buf_str(&in), &got) == BD_OK);
        CHECK(bd_str_starts(bd_buf_str(&got.text), BD_STR("1[€]\n2[€]\n")));
        CHECK(bd_str_ends(bd_buf_str(&got.text),
                          BD_STR(" bad-charset: \xef\xbf\xbd\n")));
        bd_buf_clear(&got.text);

        /* many more strays behind the sample: Windows-1252 after all */
        for (size_t j = 0; j < 50000; j++)
            bd_buf_add_cstr(&in, "\xe5\xe5\n");
        CHECK(read_file(bd_buf_str(&in), &got) == BD_OK);
        CHECK(bd_str_starts(bd_buf_str(&got.text), BD_STR("1[â‚¬]\n")));
        CHECK(bd_str_ends(bd_buf_str(&got.text), BD_STR("[åå]\n")));
        bd_buf_fini(&got.text);
        bd_buf_fini(&in);
    }
}

static void test_csv_read__goes_on_after_bad_rows(void **state)
{
    static const struct row rows[] = {
        ROW("a\n\"b\"c\nd\n", "1[a]\n2 bad-quote: \"b\"c\n3[d]\n"),
        ROW("\"a\nb\" c\n5\" 7\"", "1 open-quote: \"a\n"
                                   "2 bad-quote: b\" c\n3[5\" 7\"]\n"),
        ROW("\"a\"b\r\nd", "1 bad-quote: \"a\"b\n2[d]\n"),
        ROW("\"a\" \"b\nd", "1 bad-quote: \"a\" \"b\n2[d]\n"),
        ROW("a\n\"b,c\nd\ne", "1[a]\n2 open-quote: \"b,c\n3[d]\n4[e]\n"),
        ROW("a\n\"", "1[a]\n2 open-quote: \"\n"),
        ROW("a\r\"b\r\"c\rd", "1[a]\n2 open-quote: \"b\n3 open-quote: \"c\n"
                              "4[d]\n"),
        ROW("\"b,c\r\nd,\"e\"\r\nf\r\n",
            "1 open-quote: \"b,c\n2[d][e]\n3[f]\n"),
        ROW("a,\"x\ny\" z\nb\n",
            "1 open-quote: a,\"x\n2 bad-quote: y\" z\n3[b]\n"),
        ROW("\"", "1 open-quote: \"\n"),
        ROW("\"\n", "1 open-quote: \"\n"),
    };
    static const struct row nul = ROW("a\0b,c\nd\n", "1 nul: a");
    struct got got = { 0 };

    (void)state;
    check_rows(rows, sizeof rows / sizeof *rows);
    CHECK(read_file(nul.in, &got) == BD_OK);
    CHECK(bd_str_eq(bd_buf_str(&got.text), BD_STR("1 nul: a\0b,c\n2[d]\n")));
    bd_buf_fini(&got.text);
}

static void test_csv_read__refuses_what_is_no_csv(void **state)
{
    static const struct row rows[] = {
        ROW("\xff\xfe"
            "a\0",
            "this file is UTF-16 text; save it as \"CSV "
            "UTF-8\" and try again"),
        ROW("\xfe\xff\0a", "this file is UTF-16 text; save it as \"CSV "
                           "UTF-8\" and try again"),
        ROW("a\0b\0", "this file is UTF-16 text; save it as \"CSV UTF-8\" and "
                      "try again"),
        ROW("PK\x03\x04...", "this file is a workbook, not CSV; save it as "
                             "\"CSV UTF-8\" and try again"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct got got = { 0 };

        CHECK_ROW(rows[i].want, read_file(rows[i].in, &got) == BD_EPARSE);
        CHECK_STR(bd_str_from(got.err.msg), rows[i].want);
    }
}

static void test_csv_read__says_when_it_cannot_read(void **state)
{
    struct got got = { 0 };

    (void)state;
    CHECK(bd_csv_read(-1, take_row, &got, &got.err) == BD_EIO);
    CHECK_STR(bd_str_from(got.err.msg),
              "cannot read the CSV file: Bad file descriptor");
}

static void test_csv_read__stops_when_told(void **state)
{
    struct got got = { .stop_after = 2 };

    (void)state;
    CHECK(read_file(BD_STR("a\nb\nc\n"), &got) == BD_EEXIST);
    CHECK_STR(bd_buf_str(&got.text), "1[a]\n2[b]\n");
    bd_buf_fini(&got.text);
}

static void add_many(struct bd_buf *buf, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bd_buf_add_cstr(buf, text);
}

/* The problem of the first row, and all rows' number. */
static void check_long(struct bd_buf *in, const char *start, const char *end)
{
    struct got got = { 0 };
    bd_str text = { 0 };

    CHECK(read_file(bd_buf_str(in), &got) == BD_OK);
    text = bd_buf_str(&got.text);
    if (!bd_str_starts(text, bd_str_from(start)))
        fail_msg("starts \"%.*s\"", BD_ARG(bd_str_sub(text, 0, 30)));
    if (!bd_str_ends(text, bd_str_from(end)))
        fail_msg("ends \"%.*s\", want \"%s\"",
                 BD_ARG(bd_str_skip(text, text.len < 30 ? 0 : text.len - 30)),
                 end);
    bd_buf_fini(&got.text);
    bd_buf_clear(in);
}

static void test_csv_read__has_limits(void **state)
{
    struct bd_buf in;

    (void)state;
    bd_buf_init(&in, 0);

    add_many(&in, "x", BD_MAX_CSV_FIELD_BYTES);
    add_many(&in, "\nb\n", 1);
    check_long(&in, "1[xx", "x]\n2[b]\n");
    add_many(&in, "x", BD_MAX_CSV_FIELD_BYTES + 1);
    add_many(&in, "\nb\n", 1);
    check_long(&in, "1 too-long: xx", "x\n2[b]\n");

    add_many(&in, ",", BD_MAX_CSV_COLUMNS - 1);
    add_many(&in, "\nb\n", 1);
    check_long(&in, "1[][]", "[]\n2[b]\n");
    add_many(&in, ",", BD_MAX_CSV_COLUMNS);
    add_many(&in, "\nb\n", 1);
    check_long(&in, "1 too-long: ,", ",\n2[b]\n");

    add_many(&in, "å,", 3000000); /* one line, longer than all buffers */
    add_many(&in, "\r\nb\n", 1);
    check_long(&in, "1 too-long: å,", "å,\n2[b]\n");
    add_many(&in, "\xe5", 3000000);
    add_many(&in, "\rb", 1);
    check_long(&in, "1 too-long: åå", "å\n2[b]\n");

    add_many(&in, "\"open\n", 1); /* and every row behind it is there */
    add_many(&in, "row,with,some,cells\n", 400000);
    check_long(&in, "1 open-quote: \"open\n2[row][with]",
               "\n400001[row][with][some][cells]\n");
    add_many(&in, "\"a\n", 1);
    add_many(&in, "\xc3\xa5,b,\r\n", 300000);
    check_long(&in, "1 open-quote: \"a\n2[å][b][]\n", "\n300001[å][b][]\n");
    bd_buf_fini(&in);
}

static void test_csv_read__cuts_characters_nowhere(void **state)
{
    struct bd_buf in;
    struct got got = { 0 };

    (void)state;
    bd_buf_init(&in, 0);
    add_many(&in, "a", 1); /* so that no power of two ends a character */
    add_many(&in, "\xf0\x9f\x90\xa6\n", 500000);
    CHECK(read_file(bd_buf_str(&in), &got) == BD_OK);
    CHECK(got.rows == 500000);
    CHECK(bd_str_find(bd_buf_str(&got.text), BD_STR("bad")) == SIZE_MAX);
    CHECK(bd_str_ends(bd_buf_str(&got.text),
                      BD_STR("\n500000[\xf0\x9f\x90\xa6]\n")));
    bd_buf_fini(&got.text);
    bd_buf_fini(&in);
}

static void test_csv_write__gives_each_style(void **state)
{
    const bd_str cells[] = { BD_STR("a"), BD_STR("b;c,\"d\""), BD_STR(""),
                             BD_STR(" x"), BD_STR("=1+1") };
    struct bd_buf out = { 0 };

    (void)state;
    bd_csv_write_start(&out, BD_CSV_PLAIN);
    bd_csv_write_row(&out, BD_CSV_PLAIN, cells, 5);
    CHECK_STR(bd_buf_str(&out), "a,\"b;c,\"\"d\"\"\",,\" x\",'=1+1\n");
    bd_buf_clear(&out);
    bd_csv_write_start(&out, BD_CSV_EXCEL);
    bd_csv_write_row(&out, BD_CSV_EXCEL, cells, 5);
    bd_csv_write_row(&out, BD_CSV_EXCEL, &cells[2], 1);
    CHECK_STR(bd_buf_str(&out),
              "\xef\xbb\xbf"
              "a;\"b;c,\"\"d\"\"\";;\" x\";'=1+1\r\n\"\"\r\n");
    bd_buf_fini(&out);
}

static void test_csv_write__guards_formulas(void **state)
{
    static const struct {
        const char *cell;
        const char *written;
    } rows[] = {
        { "=1", "'=1" },
        { "+46 70", "'+46 70" },
        { "-", "'-" },
        { "@a", "'@a" },
        { "  =1", "\"'  =1\"" },
        { "'=1", "''=1" },
        { "''-x", "'''-x" },
        { "' +", "'' +" },
        { "'", "'" },
        { "'a", "'a" },
        { "a=1", "a=1" },
        { "' 'b", "' 'b" },
        { "\t", "\"'\t\"" },
        { "\r=", "\"'\r=\"" },
        { "' '=", "' '=" },
        { "\xef\xbc\x9d"
          "1",
          "'\xef\xbc\x9d"
          "1" },
        { "Åsa", "Åsa" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_buf out = { 0 };
        bd_str cell = bd_str_from(rows[i].cell);
        bd_str written = { 0 };

        bd_csv_write_row(&out, BD_CSV_PLAIN, &cell, 1);
        written = bd_str_trim(bd_buf_str(&out));
        CHECK_STR(written, rows[i].written);
        if (written.ptr[0] == '"')
            written = bd_str_sub(written, 1, written.len - 2);
        CHECK_STR(bd_csv_unguard(written), rows[i].cell);
        bd_buf_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv_read__knows_lines_and_delimiters),
        cmocka_unit_test(test_csv_read__finds_the_charset),
        cmocka_unit_test(test_csv_read__judges_the_whole_file),
        cmocka_unit_test(test_csv_read__goes_on_after_bad_rows),
        cmocka_unit_test(test_csv_read__refuses_what_is_no_csv),
        cmocka_unit_test(test_csv_read__says_when_it_cannot_read),
        cmocka_unit_test(test_csv_read__stops_when_told),
        cmocka_unit_test(test_csv_read__has_limits),
        cmocka_unit_test(test_csv_read__cuts_characters_nowhere),
        cmocka_unit_test(test_csv_write__gives_each_style),
        cmocka_unit_test(test_csv_write__guards_formulas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
