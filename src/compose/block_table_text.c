/* A table in plain text. */
#include "block_table_private.h"

#define GAP 2 /* blanks between two columns */

struct sheet {
    struct bd_text *text;
    struct bd_arena *arena;
    const struct bd_table *table;
    struct bd_margin margin;
    size_t width[BD_MAX_BLOCK_CELLS];
};

static size_t longest_line(bd_str words)
{
    size_t longest = 0;

    while (words.ptr) {
        size_t width = bd_text_width(bd_str_cut_line(&words));

        longest = width > longest ? width : longest;
    }
    return longest;
}

static size_t longest_word(bd_str words)
{
    size_t longest = 0;

    while (words.ptr) {
        struct bd_units units = { .line = bd_str_cut_line(&words) };
        bd_str unit = BD_STR_NONE;

        while (bd_text_next_unit(&units, &unit)) {
            size_t width = bd_text_width(unit);

            longest = width > longest ? width : longest;
        }
    }
    return longest;
}

static size_t total(const struct sheet *s)
{
    size_t sum = (s->table->columns - 1) * GAP;

    for (size_t i = 0; i < s->table->columns; i++)
        sum += s->width[i];
    return sum;
}

/* All cells' words, row by row. */
static bd_str *flow_cells(const struct sheet *s, const struct bd_node *block,
                          size_t *out_rows)
{
    const struct bd_node *row = NULL;
    bd_str *cells = NULL;
    size_t at = 0;

    *out_rows = 0;
    for (row = block->first; row; row = row->next)
        ++*out_rows;
    cells = BD_NEW_ARRAY(s->arena, *out_rows * s->table->columns, bd_str);
    for (row = block->first; row; row = row->next)
        for (const struct bd_node *n = row->first; n; n = n->next)
            cells[at++] = bd_text_flow(s->text, n);
    return cells;
}

/* As wide as the cells, then narrower from the widest on, but no narrower than
 * a word. False: they do not fit. */
static bool fit(struct sheet *s, const bd_str *cells, size_t rows)
{
    size_t least[BD_MAX_BLOCK_CELLS] = { 0 };
    size_t used = bd_str_width(s->margin.rest);
    size_t columns = s->table->columns;

    for (size_t i = 0; i < rows * columns; i++) {
        size_t line = longest_line(cells[i]);
        size_t word = longest_word(cells[i]);
        size_t c = i % columns;

        s->width[c] = line > s->width[c] ? line : s->width[c];
        least[c] = word > least[c] ? word : least[c];
    }
    while (total(s) + used > BD_TEXT_COLUMNS) {
        size_t widest = columns;

        for (size_t i = 0; i < columns; i++)
            if (s->width[i] > least[i] &&
                (widest == columns || s->width[i] > s->width[widest]))
                widest = i;
        if (widest == columns)
            return false;
        s->width[widest]--;
    }
    return true;
}

static void pad(struct bd_buf *out, size_t count)
{
    while (count-- > 0)
        bd_buf_add_char(out, ' ');
}

/* One line of one cell, in its column. */
static void write_piece(const struct sheet *s, size_t column, bd_str piece,
                        struct bd_buf *line)
{
    size_t width = bd_text_width(piece);
    size_t space = s->width[column] > width ? s->width[column] - width : 0;
    size_t left = 0;

    if (s->table->align[column] == BD_ALIGN_RIGHT)
        left = space;
    else if (s->table->align[column] == BD_ALIGN_CENTER)
        left = space / 2;
    pad(line, left);
    bd_buf_add(line, piece);
    pad(line, space - left + (column + 1 < s->table->columns ? GAP : 0));
}

static void end_line(struct sheet *s, struct bd_buf *line)
{
    while (line->len > 0 && line->ptr[line->len - 1] == ' ')
        line->len--;
    bd_text_line(s->text, s->margin.first, bd_buf_str(line));
    s->margin.first = s->margin.rest;
    bd_buf_clear(line);
}

static void write_row(struct sheet *s, const bd_str *cells)
{
    bd_str left[BD_MAX_BLOCK_CELLS] = { BD_STR_NONE };
    struct bd_buf line = { 0 };
    bool more = true;

    for (size_t i = 0; i < s->table->columns; i++) {
        bd_text_wrap_to(cells[i], s->width[i], BD_STR_NONE, BD_STR_NONE, &line);
        left[i] = bd_buf_copy(&line, s->arena);
        left[i].len -= left[i].len > 0; /* its last line break */
        bd_buf_clear(&line);
    }
    while (more) {
        more = false;
        for (size_t i = 0; i < s->table->columns; i++) {
            write_piece(s, i, bd_str_cut_line(&left[i]), &line);
            more = more || left[i].ptr;
        }
        end_line(s, &line);
    }
    bd_buf_fini(&line);
}

static void write_rule(struct sheet *s)
{
    struct bd_buf line = { 0 };

    for (size_t i = 0; i < s->table->columns; i++) {
        for (size_t n = 0; n < s->width[i]; n++)
            bd_buf_add_char(&line, '-');
        pad(&line, GAP);
    }
    end_line(s, &line);
    bd_buf_fini(&line);
}

/* "Ort: Kumla", and a blank line between two rows. */
static void write_records(struct sheet *s, const bd_str *cells, size_t rows)
{
    size_t columns = s->table->columns;

    for (size_t i = columns; i < rows * columns; i++) {
        bd_str heading = cells[i % columns];
        bd_str words = cells[i];

        if (i > columns && i % columns == 0)
            bd_text_blank(s->text, s->margin);
        if (heading.len > 0)
            words = bd_arena_printf(s->arena, "%.*s: %.*s", BD_ARG(heading),
                                    BD_ARG(words));
        bd_text_words(s->text, words, s->margin);
        s->margin.first = s->margin.rest;
    }
}

void bd_table_text(struct bd_text *text, const struct bd_node *block,
                   struct bd_margin margin)
{
    struct sheet s = { .text = text,
                       .arena = bd_text_arena(text),
                       .table = block->data,
                       .margin = margin };
    size_t rows = 0;
    const bd_str *cells = flow_cells(&s, block, &rows);

    if (!fit(&s, cells, rows)) {
        write_records(&s, cells, rows);
        return;
    }
    write_row(&s, cells);
    write_rule(&s);
    for (size_t i = 1; i < rows; i++)
        write_row(&s, cells + i * s.table->columns);
}
