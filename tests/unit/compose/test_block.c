#include "t.h"

#include "block_private.h"
#include "events_private.h"

static void test_block_cells__cuts_where_people_mean(void **state)
{
    static const struct {
        const char *line;
        char separator;
        size_t count;
        const char *first;
        const char *last;
    } rows[] = {
        { "| a | b |", '|', 2, "a", "b" },
        { "a|b", '|', 2, "a", "b" },
        { "a \\| b | c", '|', 2, "a \\| b", "c" },
        { "{{a|b}} | c", '|', 2, "{{a|b}}", "c" },
        { "{{a | b", '|', 2, "{{a", "b" },
        { "|", '|', 1, "", "" },
        { "||", '|', 1, "", "" },
        { "| | |", '|', 2, "", "" },
        { ";a;", ';', 3, "", "" },
        { "a | b; c", ';', 2, "a | b", "c" },
        { "\\", '|', 1, "\\", "\\" },
    };
    struct bd_line cells[BD_MAX_BLOCK_CELLS];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_line line = { t_heap(rows[i].line), 7, 0 };
        size_t count = bd_block_cells(line, rows[i].separator, cells);

        CHECK_ROW(rows[i].line, count == rows[i].count);
        CHECK_STR(cells[0].text, rows[i].first);
        CHECK_STR(cells[count - 1].text, rows[i].last);
        t_free(line.text);
    }
}

static void test_block_cells__has_a_limit(void **state)
{
    struct bd_line cells[BD_MAX_BLOCK_CELLS];
    struct bd_line line = { t_heap("1|2|3|4|5|6|7|8|9|10|11|12|13"), 0, 0 };

    (void)state;
    CHECK(bd_block_cells(line, '|', cells) == BD_MAX_BLOCK_CELLS + 1);
    t_free(line.text);
}

static void test_block_cells__know_where_they_stand(void **state)
{
    struct bd_line cells[BD_MAX_BLOCK_CELLS];
    struct bd_line line = { t_heap("| å |  b"), 10, 0 };

    (void)state;
    CHECK(bd_block_cells(line, '|', cells) == 2);
    CHECK(cells[0].at == 12 && cells[1].at == 18);
    t_free(line.text);
}

static void test_zone_write__has_both_halves(void **state)
{
    struct bd_buf buf = { 0 };

    (void)state;
    CHECK(bd_zone_find(BD_STR("Stockholm")) == NULL);
    bd_zone_write(bd_zone_find(BD_STR("UTC")), &buf);
    CHECK(buf.len == 0);
    bd_zone_write(bd_zone_find(BD_STR("Europe/Helsinki")), &buf);
    CHECK(bd_str_find(bd_buf_str(&buf),
                      BD_STR("DTSTART:19960331T030000\nTZOFFSETFROM:+0200\n"
                             "TZOFFSETTO:+0300\n")) != SIZE_MAX);
    CHECK(bd_str_find(bd_buf_str(&buf), BD_STR("DTSTART:19961027T040000\n")) !=
          SIZE_MAX);
    bd_buf_fini(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_block_cells__cuts_where_people_mean),
        cmocka_unit_test(test_block_cells__has_a_limit),
        cmocka_unit_test(test_block_cells__know_where_they_stand),
        cmocka_unit_test(test_zone_write__has_both_halves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
