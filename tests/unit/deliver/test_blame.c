#include "t.h"

#include "lane_private.h"

/* Copies of one mailing and what becomes of them, in a row: "+1" is accepted,
 * "*1" by another relay, "-1" refused for policy, "~1" the same at a second
 * try. What is made of each refusal: "?" nobody is blamed, "r" the reader, "u"
 * we. */
static const struct {
    const char *what;
    const char *copies; /* one sign and one digit for each */
    int64_t before;     /* accepted in an earlier run */
    const char *blamed;
} rows[] = {
    { "one reader among others", "+1+2-3+4", 0, "r" },
    { "the first one, and again", "-1+2+3~1", 0, "?r" },
    { "the only one, again and again", "-1~1~1~1", 0, "????" },
    { "the last one of yesterday's", "-1~1", 40, "?r" },
    { "three in a row at the start", "-1-2-3-4", 0, "??uu" },
    { "three in a row later", "+1+2-3-4-5-6", 0, "rruu" },
    { "two, and others between", "-1-2+3-4-5+6-7", 0, "??rrr" },
    { "another relay's word counts less", "*1-2*3-4*5-6", 0, "??u" },
    { "but it counts when tried again", "*1-2~2", 0, "?r" },
};

static void test_blame_judge__asks_what_others_got(void **state)
{
    struct lane lanes[2];

    (void)state;
    memset(lanes, 0, sizeof lanes);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct job job = { .row = { .accepted = rows[i].before } };
        const char *want = rows[i].blamed;

        for (const char *c = rows[i].copies; *c; c += 2) {
            const struct bd_delivery copy = { .id = c[1],
                                              .attempts = c[0] == '~' };
            enum blamed blamed = BLAMED_NOBODY;

            if (c[0] == '+' || c[0] == '*') {
                blame_note_accepted(&job, &lanes[c[0] == '*']);
                continue;
            }
            blamed = blame_judge(&job, &copy, &lanes[0]);
            CHECK_ROW(rows[i].what, "?ru"[blamed] == *want++);
        }
        CHECK_ROW(rows[i].what, *want == '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blame_judge__asks_what_others_got),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
