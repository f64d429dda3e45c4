#include "t.h"

#include "colour_private.h"

static struct colour read(const char *text)
{
    struct colour colour = { 0 };

    CHECK_ROW(text, colour_read(bd_str_from(text), &colour));
    return colour;
}

static void test_colour_read__takes_what_styles_have(void **state)
{
    static const struct {
        const char *text;
        const char *want; /* NULL: none */
    } rows[] = {
        { "#1d5c63", "#1d5c63" },
        { "#1D5C63", "#1d5c63" },
        { "#fa0", "#ffaa00" },
        { "White", "#ffffff" },
        { "black", "#000000" },
        { "red", NULL },
        { "#12345", NULL },
        { "#1234567", NULL },
        { "1d5c63", NULL },
        { "#1d5c6g", NULL },
        { "", NULL },
        { "rgb(0, 0, 0)", NULL },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct colour got = { 0 };
        bd_str text = t_heap(rows[i].text);
        bool known = colour_read(text, &got);

        CHECK_ROW(rows[i].text, known == (rows[i].want != NULL));
        if (known)
            CHECK_STR(colour_write(arena, got), rows[i].want);
        t_free(text);
    }
    bd_arena_free(arena);
}

static void test_colour_contrast__is_that_of_wcag(void **state)
{
    (void)state;
    CHECK(colour_contrast(read("#000"), read("#fff")) > 20.99);
    CHECK(colour_contrast(read("#fff"), read("#fff")) < 1.01);
    /* The grey that is just readable, and the one beside it. */
    CHECK(colour_contrast(read("#767676"), read("#fff")) >= 4.5);
    CHECK(colour_contrast(read("#777777"), read("#fff")) < 4.5);
}

/* Whatever colour somebody chooses, texts in it can be read. */
static void test_colour_readable__is_on_every_ground(void **state)
{
    static const char *const pairs[][2] = { { "#ffffff", "#f3f2ee" },
                                            { "#1c1f22", "#2a2e32" },
                                            { "#7f7f7f", "#7f7f7f" },
                                            { "#ff0000", "#ff0000" } };

    (void)state;
    for (unsigned c = 0; c < 0x1000; c += 7) {
        struct colour colour = { (unsigned char)(c >> 8 << 4),
                                 (unsigned char)((c >> 4 & 15) << 4),
                                 (unsigned char)((c & 15) << 4) };

        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
            struct colour grounds[2] = { read(pairs[i][0]), read(pairs[i][1]) };
            struct colour got = colour_readable(colour, grounds, 2);

            CHECK_ROW(pairs[i][0],
                      colour_contrast(got, grounds[0]) >= COLOUR_LEAST &&
                          colour_contrast(got, grounds[1]) >= COLOUR_LEAST);
        }
    }
}

static void test_colour_readable__leaves_what_is_good(void **state)
{
    struct colour white = read("#fff"), teal = read("#1d5c63");
    struct colour got = colour_readable(teal, &white, 1);

    (void)state;
    CHECK(got.red == teal.red && got.green == teal.green &&
          got.blue == teal.blue);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_colour_read__takes_what_styles_have),
        cmocka_unit_test(test_colour_contrast__is_that_of_wcag),
        cmocka_unit_test(test_colour_readable__is_on_every_ground),
        cmocka_unit_test(test_colour_readable__leaves_what_is_good),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
