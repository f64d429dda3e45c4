/*
 * How large the type of a table can be, and how wide its columns. Mail programs
 * are no help: a table that is too wide for them runs out of the letter, and in
 * Outlook and others no style sheet can mend that.
 */
#include "block_table_private.h"

#include <string.h>

#define LEVELS        5
#define PHONE_ROOM    280 /* pixels: a letter's text on the narrowest one */
#define WEB_ROOM      517 /* of the page, whose type is larger */
#define WEB_PHONE     250
#define LIST_INSET    28 /* what a list or a quote takes of the room */
#define QUOTE_INSET   23
#define LONGEST_WORD  1500 /* hundredths of an em: longer ones are broken */
#define WORD_OF_MERGE 900
#define OTHER_CHAR    60 /* for each column that it takes in a text */

static const struct {
    unsigned size, gap;
} levels[LEVELS] = { { 16, 12 }, { 15, 12 }, { 14, 10 }, { 13, 8 }, { 12, 6 } };
static const unsigned close_size = 14, close_gap = 8;

/* In hundredths of an em. */
struct column {
    unsigned word, line; /* the longest */
};

struct measure {
    const struct bd_html *html;
    const struct bd_table *table;
    unsigned apart; /* gaps that are twice as wide */
    bool has_long;  /* words that are broken in any case */
    struct column columns[BD_MAX_BLOCK_CELLS];
};

/* Of bold Arial, as headings are. */
static unsigned char_width(char c)
{
    if (strchr("ilj.,:;'|! ", c))
        return 28;
    if (strchr("ftr-/()[]", c))
        return 37;
    if (strchr("mwMW@%", c))
        return 90;
    return c >= 'A' && c <= 'Z' ? 74 : 58;
}

static unsigned word_width(bd_str word)
{
    unsigned width = 0;

    for (size_t i = 0; i < word.len; i++) {
        size_t marker = bd_marker_len(bd_str_skip(word, i));
        size_t end = i;

        while (end < word.len && (unsigned char)word.ptr[end] >= 0x80)
            end++;
        if (marker > 0) {
            width += WORD_OF_MERGE;
            i += marker - 1;
        } else if (end > i) {
            width += OTHER_CHAR *
                     (unsigned)bd_str_width(bd_str_sub(word, i, end - i));
            i = end - 1;
        } else if (word.ptr[i]) {
            width += char_width(word.ptr[i]);
        }
    }
    return width;
}

static void measure_text(struct measure *m, struct column *column, bd_str text)
{
    struct bd_units units = { .line = text };
    bd_str unit = BD_STR_NONE;
    unsigned line = 0;

    while (bd_text_next_unit(&units, &unit)) {
        unsigned word = word_width(unit);

        line += word + (units.after_blank ? char_width(' ') : 0);
        if (word > LONGEST_WORD) {
            word = LONGEST_WORD;
            m->has_long = true;
        }
        column->word = word > column->word ? word : column->word;
    }
    column->line = line > column->line ? line : column->line;
}

bool bd_table_is_apart(const struct bd_table *table, size_t column)
{
    return column + 1 < table->columns &&
           table->align[column] == BD_ALIGN_RIGHT &&
           table->align[column + 1] != BD_ALIGN_RIGHT;
}

static void measure_pictures(struct measure *m, struct column *column,
                             const struct bd_node *cell)
{
    for (const struct bd_node *n = cell; n; n = bd_node_walk(cell, n)) {
        unsigned width = 0;

        if (n->kind == BD_NODE_IMAGE)
            width = bd_html_image_width(m->html, n) * 100 / levels[0].size;
        column->word = width > column->word ? width : column->word;
        column->line = width > column->line ? width : column->line;
    }
}

static void measure_cells(struct measure *m, const struct bd_node *block)
{
    for (const struct bd_node *row = block->first; row; row = row->next) {
        size_t at = 0;

        for (const struct bd_node *n = row->first; n; n = n->next) {
            measure_text(m, &m->columns[at], bd_node_text(m->html->arena, n));
            measure_pictures(m, &m->columns[at++], n);
        }
    }
    for (size_t i = 0; i < m->table->columns; i++)
        m->apart += bd_table_is_apart(m->table, i);
}

unsigned bd_table_cell_room(const struct bd_node *block, unsigned width)
{
    const struct bd_table *table = block->data;
    unsigned share = width / (unsigned)table->columns;

    return share > 2 * levels[0].gap ? share - levels[0].gap : levels[0].gap;
}

static unsigned gaps(const struct measure *m, unsigned gap)
{
    return gap * ((unsigned)m->table->columns - 1 + m->apart);
}

/* Pixels, with no word broken. */
static unsigned least(const struct measure *m, unsigned size, unsigned gap)
{
    unsigned sum = 0;

    for (size_t i = 0; i < m->table->columns; i++)
        sum += m->columns[i].word;
    return (sum * size + 99) / 100 + gaps(m, gap);
}

static unsigned room_in(const struct bd_node *node, unsigned width, bool stacks)
{
    unsigned inset = 0;

    for (node = node->parent; node; node = node->parent) {
        if (node->kind == BD_NODE_ITEM)
            inset += LIST_INSET;
        else if (node->kind == BD_NODE_QUOTE)
            inset += QUOTE_INSET;
        else if (node->block == &bd_block_columns && !stacks)
            width = bd_block_column_room(node, width);
    }
    return width > inset ? width - inset : 1;
}

static enum bd_table_phone on_phone(const struct measure *m, unsigned room)
{
    if (m->has_long)
        return BD_PHONE_STACK;
    /* its columns are as the program makes them, in whatever font */
    if (least(m, levels[0].size, levels[0].gap) * 11 / 10 <= room)
        return BD_PHONE_SAME;
    return least(m, close_size, close_gap) <= room ? BD_PHONE_CLOSE
                                                   : BD_PHONE_STACK;
}

/* What is left goes to those who have more to say. */
static void share_rest(const struct measure *m, unsigned room, unsigned *width)
{
    unsigned used = 0;
    uint64_t wants = 0;

    for (size_t i = 0; i < m->table->columns; i++) {
        unsigned line = m->columns[i].line;

        used += width[i];
        line = line < room ? line : room;
        wants += line > width[i] ? line - width[i] : 0;
    }
    if (used >= room)
        return;
    for (size_t i = 0; i < m->table->columns; i++) {
        unsigned line = m->columns[i].line;
        uint64_t part = width[i], whole = used;

        line = line < room ? line : room;
        if (wants > 0) {
            part = line > width[i] ? line - width[i] : 0;
            whole = wants;
        }
        if (whole > 0)
            width[i] += (unsigned)((room - used) * part / whole);
    }
}

/* In hundredths of an em of the type that was chosen, with the gaps; then in
 * thousandths. */
static void share(const struct measure *m, unsigned room,
                  struct bd_table_fit *fit)
{
    unsigned width[BD_MAX_BLOCK_CELLS] = { 0 };
    unsigned between = gaps(m, fit->gap), sum = 0, left = 1000;

    room = room > between ? (room - between) * 100 / fit->size : 1;
    for (size_t i = 0; i < m->table->columns; i++) {
        width[i] = m->columns[i].word;
        fit->breaks[i] = width[i] >= LONGEST_WORD;
    }
    share_rest(m, room, width);
    for (size_t i = 0; i < m->table->columns; i++) {
        if (i + 1 < m->table->columns)
            width[i] += fit->gap * (1 + bd_table_is_apart(m->table, i)) * 100 /
                        fit->size;
        sum += width[i];
    }
    for (size_t i = 0; i < m->table->columns && sum > 0; i++) {
        fit->share[i] = width[i] * 1000 / sum;
        left -= fit->share[i];
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): a table has columns */
    for (size_t i = 0; left > 0; i = (i + 1) % m->table->columns, left--)
        fit->share[i]++;
}

void bd_table_fit(const struct bd_html *html, const struct bd_node *block,
                  struct bd_table_fit *out)
{
    struct measure m = { .html = html, .table = block->data };
    unsigned all = html->theme ? html->theme->text_width : WEB_ROOM;
    unsigned phone = html->theme ? PHONE_ROOM : WEB_PHONE;
    unsigned room = room_in(block, all, false);
    unsigned level = 0;

    *out = (struct bd_table_fit) { 0 };
    measure_cells(&m, block);
    while (level + 1 < LEVELS &&
           least(&m, levels[level].size, levels[level].gap) > room)
        level++;
    out->level = level;
    out->size = levels[level].size;
    out->gap = levels[level].gap;
    out->records = least(&m, out->size, out->gap) > room;
    out->phone = on_phone(&m, room_in(block, phone, true));
    out->fixed = level > 0 || out->phone != BD_PHONE_SAME;
    if (out->fixed && !out->records)
        share(&m, room, out);
}
