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

static void test_colour_text_on__is_dark_or_white(void **state)
{
    static const char *const rows[][2] = {
        { "#ffff00", "#14181b" }, { "#00ff00", "#14181b" },
        { "#ff6600", "#14181b" }, { "#ffffff", "#14181b" },
        { "#1d5c63", "#ffffff" }, { "#000000", "#ffffff" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_STR(colour_write(arena, colour_text_on(read(rows[i][0]))),
                  rows[i][1]);
    for (int grey = 0; grey < 256; grey++) {
        unsigned char c = (unsigned char)grey;
        struct colour ground = { c, c, c };

        CHECK(colour_contrast(colour_text_on(ground), ground) >= COLOUR_LEAST);
    }
    bd_arena_free(arena);
}

static void test_colour_seen__darkens_what_is_too_light(void **state)
{
    const struct colour white = read("#fff");

    (void)state;
    CHECK(colour_is_same(colour_seen(read("#1d5c63"), white), read("#1d5c63")));
    CHECK(colour_contrast(colour_seen(white, white), white) >=
          COLOUR_LEAST_SHAPE);
    CHECK(colour_contrast(colour_seen(read("#ff0"), white), white) >=
          COLOUR_LEAST_SHAPE);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_colour_read__takes_what_styles_have),
        cmocka_unit_test(test_colour_contrast__is_that_of_wcag),
        cmocka_unit_test(test_colour_readable__is_on_every_ground),
        cmocka_unit_test(test_colour_readable__leaves_what_is_good),
        cmocka_unit_test(test_colour_text_on__is_dark_or_white),
        cmocka_unit_test(test_colour_seen__darkens_what_is_too_light),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
