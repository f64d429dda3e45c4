#include "t.h"

#include "brevduva/mail/phrase.h"

static const struct {
    const char *phrase;
    int value;
} table[] = {
    { "user unknown", 1 }, { "user*not found", 2 }, { "brevlådan är full", 3 },
    { "--- below", 4 },    { "couldn't", 5 },       { "abb*b*c", 6 },
    { "i'm away", 7 },     { "a letter", 8 },
};
static struct bd_phrases phrases = BD_PHRASES(table);

/* The first row that stands in `text`, from 1; 0: none. */
static size_t best_in(const char *text)
{
    bd_str in = t_heap(text);
    char *folded = malloc(in.len ? in.len : 1);
    size_t row = 0;

    bd_phrase_fold(in, folded);
    row = bd_phrases_best(&phrases, (bd_str) { folded, in.len });
    free(folded);
    t_free(in);
    return row == SIZE_MAX ? 0 : row + 1;
}

static void test_phrases_best__finds_them_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        size_t want;
    } rows[] = {
        { "", 0 },
        { "user unknown", 1 },
        { "550 5.1.1 <x@y.example>... User unknown", 1 },
        { "User\r\n\tunknown", 1 },
        { "user", 0 },
        { "superuser unknown", 0 }, /* begins no word */
        { "user x not found", 2 },
        { "user not found", 2 },
        { "user x not found, user unknown", 1 },
        { "Brevlådan ÄR full", 3 },
        { "BREVLÅDAN\xC2\xA0är full", 3 },
        { "--- Below this line", 4 },
        { "It couldn\xE2\x80\x99t be", 5 },
        { "It couldn\xE2\x80", 0 },
        { "abb1b2c", 6 },
        { "abb1b2", 0 },
        { "user                                                          "
          "                                                 not found",
          0 },
        { "I\xE2\x80\x99m  away", 7 },
        { "A\r\n  letter", 8 },
        { "\xC3", 0 },
        { "\xE2", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_ROW(rows[i].text, best_in(rows[i].text) == rows[i].want);
}

static void test_phrases_next__tells_where(void **state)
{
    bd_str text = BD_STR("x user unknown, couldn't");
    size_t at = 0, end = 0;

    (void)state;
    CHECK(bd_phrases_next(&phrases, text, &at, &end) == 0);
    CHECK(at == 2 && end == 14);
    at = end;
    CHECK(bd_phrases_next(&phrases, text, &at, &end) == 4);
    CHECK(at == 16 && end == text.len);
    at = end;
    CHECK(bd_phrases_next(&phrases, text, &at, &end) == SIZE_MAX);
    CHECK(at == text.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_phrases_best__finds_them_as_people_write_them),
        cmocka_unit_test(test_phrases_next__tells_where),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
