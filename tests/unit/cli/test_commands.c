#include "cli_private.h"
#include "t.h"

static void test_commands__are_sorted_and_found(void **state)
{
    (void)state;
    for (const struct cli_command *c = cli_commands; c->name; c++) {
        if (c > cli_commands)
            CHECK_ROW(c->name, strcmp(c[-1].name, c->name) < 0);
        CHECK_ROW(c->name, c->run && c->help && c->options && c->synopsis);
    }
}

static void test_command_find__takes_one_word_or_two(void **state)
{
    static const struct {
        const char *first, *second, *want;
    } rows[] = {
        { "send", NULL, "send" },      { "send", "2026-1", "send" },
        { "list", "add", "list add" }, { "list", NULL, NULL },
        { "list", "ad", NULL },        { "list add", NULL, "list add" },
        { "sen", NULL, NULL },         { "", NULL, NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct cli_command *c = command_find(rows[i].first,
                                                   rows[i].second);

        CHECK_ROW(rows[i].first, (c != NULL) == (rows[i].want != NULL));
        if (c)
            CHECK_ROW(rows[i].first, strcmp(c->name, rows[i].want) == 0);
    }
}

/* Each state that an option's help names is one that is understood. */
static void test_state_names__are_those_of_the_help(void **state)
{
    enum bd_delivery_state delivery = BD_DELIVERY_STATES;
    enum bd_subscription_state subscription = BD_SUB_PENDING;

    (void)state;
    CHECK(bd_delivery_state_parse(BD_STR("skipped"), &delivery));
    CHECK(delivery == BD_DELIVERY_SKIPPED);
    CHECK(!bd_delivery_state_parse(BD_STR("sent"), &delivery));
    CHECK(bd_subscription_state_parse(BD_STR("complained"), &subscription));
    CHECK(subscription == BD_SUB_COMPLAINED);
}

static void test_word_number__groups_by_language(void **state)
{
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    CHECK_STR(word_number(arena, 0), "0");
    CHECK_STR(word_number(arena, 999), "999");
    CHECK_STR(word_number(arena, 1234567), "1,234,567");
    CHECK_STR(word_number(arena, -123), "-123");
    bd_lang_set(BD_LANG_SV);
    CHECK_STR(word_number(arena, 12300), "12\xc2\xa0"
                                         "300");
    bd_lang_set(BD_LANG_EN);
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands__are_sorted_and_found),
        cmocka_unit_test(test_command_find__takes_one_word_or_two),
        cmocka_unit_test(test_state_names__are_those_of_the_help),
        cmocka_unit_test(test_word_number__groups_by_language),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
