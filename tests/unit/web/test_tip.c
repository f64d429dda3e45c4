#include "brevduva/web/tip.h"

#include "t.h"

#define TEN      "0123456789"
#define HUNDRED  TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define NOTE_MAX HUNDRED HUNDRED HUNDRED

static void test_tip_note_read__takes_what_people_type(void **state)
{
    static const struct {
        const char *typed;
        enum bd_status want;
        const char *note;
    } rows[] = {
        { "", BD_OK, "" },
        { " \r\n ", BD_OK, "" },
        { "Hej!\r\n\r\nKram", BD_OK, "Hej!\n\nKram" },
        { "a\rb\nc", BD_OK, "a\nb\nc" },
        { "a\tb\x01\x7f"
          "c",
          BD_OK, "a bc" },
        { NOTE_MAX, BD_OK, NOTE_MAX },
        { "  " NOTE_MAX "\r\n", BD_OK, NOTE_MAX },
        { NOTE_MAX "x", BD_ELIMIT, NULL },
        { "\xff", BD_EINVAL, NULL },
        { "\xc3", BD_EINVAL, NULL },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].typed);
        bd_str got = BD_STR("untouched");

        CHECK_ROW(rows[i].typed,
                  bd_tip_note_read(arena, in, &got) == rows[i].want);
        CHECK_ROW(rows[i].typed,
                  bd_str_eq(got, bd_str_from(rows[i].note ? rows[i].note
                                                          : "untouched")));
        t_free(in);
    }
    bd_arena_free(arena);
}

/* Å has two octets and is one character. */
static void test_tip_name_read__counts_characters(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str name = BD_STR_NONE;
    bd_str many = BD_STR_NONE;

    (void)state;
    for (int i = 0; i < BD_TIP_MAX_NAME; i++)
        many = bd_arena_printf(arena, "%.*sÅ", BD_ARG(many));
    CHECK(bd_tip_name_read(arena, many, &name) == BD_OK);
    CHECK(bd_str_eq(name, many));
    many = bd_arena_printf(arena, "%.*sÅ", BD_ARG(many));
    CHECK(bd_tip_name_read(arena, many, &name) == BD_ELIMIT);
    CHECK(bd_tip_name_read(arena, BD_STR("Anna\r\nBcc: x"), &name) == BD_OK);
    CHECK_STR(name, "Anna Bcc: x");
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tip_note_read__takes_what_people_type),
        cmocka_unit_test(test_tip_name_read__counts_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
