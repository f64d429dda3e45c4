#include "t.h"

#include "block_table_private.h"
#include "document_private.h"

/* A table of "a|b\nc|d". */
static struct bd_node *make(struct bd_arena *arena, const char *text)
{
    struct bd_place place = { 1, 1 };
    struct bd_node *block = bd_node_new(arena, BD_NODE_BLOCK, place, 0);
    struct bd_table *table = BD_NEW(arena, struct bd_table);
    bd_str rest = bd_str_from(text);

    block->block = &bd_block_table;
    block->data = table;
    while (rest.ptr) {
        bd_str line = bd_str_cut_line(&rest);
        struct bd_node *row = bd_node_new(arena, BD_NODE_PART, place, 0);

        bd_node_append(block, row);
        for (table->columns = 0; line.ptr; table->columns++) {
            struct bd_node *cell = bd_node_new(arena, BD_NODE_PART, place, 0);
            struct bd_node *words = bd_node_new(arena, BD_NODE_TEXT, place, 0);

            words->text = bd_str_cut(&line, '|');
            bd_node_append(cell, words);
            bd_node_append(row, cell);
        }
    }
    return block;
}

static void test_table_fit__has_a_way_for_every_width(void **state)
{
    static const struct {
        const char *text;
        unsigned width; /* pixels of text in the letter */
        bool records;
        unsigned least, most; /* level */
        enum bd_table_phone phone;
    } rows[] = {
        { "Ort|Dag\nKumla|6/9", 536, false, 0, 0, BD_PHONE_SAME },
        { "Ort|Datum|Platser|Anmärkning\nKarlskoga|10/5|12|Fullt", 536, false,
          0, 0, BD_PHONE_CLOSE },
        { "Kolumn ett|Kolumn två|Kolumn tre|Kolumn fyra|Kolumn fem|Kolumn sex\n"
          "Ja|Nej|Kanske|Kommunalförbund|12 345 kr|anna.karlsson@kommun.se",
          536, false, 1, 4, BD_PHONE_STACK },
        { "Ort|Jan|Feb|Mar|Apr|Maj|Jun|Jul|Aug|Sep|Okt|Nov\n"
          "Kumla|1|2|3|4|5|6|7|8|9|10|11",
          536, false, 0, 1, BD_PHONE_STACK },
        { "Förening|Ordförande|Kassör|Sekreterare|Telefonnummer|Adress|"
          "Postnummer|Ort|Medlemmar|Avgift|Bildades|Anmärkningar\n"
          "a|b|c|d|e|f|g|h|i|j|k|l",
          536, true, 4, 4, BD_PHONE_STACK },
        /* what is longer than a line is broken, and makes nothing small */
        { "Namn|Sida\nKvarnen|https://www.brevdalen.example/en/lang/adress/"
          "som/aldrig/tar/slut",
          536, false, 0, 0, BD_PHONE_STACK },
        { "A|B\nx|y", 64, false, 0, 0, BD_PHONE_SAME },
        { "\n", 64, false, 0, 0, BD_PHONE_SAME },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_theme theme = { .text_width = rows[i].width };
        struct bd_html html = { .arena = arena, .theme = &theme };
        const struct bd_node *block = make(arena, rows[i].text);
        const struct bd_table *table = block->data;
        struct bd_table_fit fit = { 0 };
        unsigned sum = 0;

        bd_table_fit(&html, block, &fit);
        CHECK_ROW(rows[i].text, fit.records == rows[i].records);
        CHECK_ROW(rows[i].text, fit.level >= rows[i].least);
        CHECK_ROW(rows[i].text, fit.level <= rows[i].most);
        CHECK_ROW(rows[i].text, fit.phone == rows[i].phone);
        for (size_t c = 0; c < table->columns; c++)
            sum += fit.share[c];
        CHECK_ROW(rows[i].text,
                  sum == (fit.fixed && !fit.records ? 1000u : 0u));
    }
    bd_arena_free(arena);
}

/* Where there is less room, nothing gets larger, and something smaller. */
static void test_table_fit__takes_what_it_stands_in(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_node *block = make(arena, "Måndag|Tisdag|Onsdag\n1|2|3");
    struct bd_node *item = bd_node_new(arena, BD_NODE_ITEM, block->place, 0);
    unsigned smaller = 0;

    (void)state;
    bd_node_append(item, block);
    for (unsigned width = 100; width < 400; width += 4) {
        struct bd_theme theme = { .text_width = width };
        struct bd_html html = { .arena = arena, .theme = &theme };
        struct bd_table_fit outside = { 0 }, inside = { 0 };

        bd_table_fit(&html, block, &inside);
        block->parent = NULL;
        bd_table_fit(&html, block, &outside);
        block->parent = item;
        CHECK(inside.level >= outside.level);
        CHECK(inside.records >= outside.records);
        smaller += inside.level > outside.level;
    }
    CHECK(smaller > 0);
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_fit__has_a_way_for_every_width),
        cmocka_unit_test(test_table_fit__takes_what_it_stands_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
