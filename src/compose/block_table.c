/* A table: cells between "|" or ";", the first line its header, the second
 * the alignment if it says one. */
#include "block_table_private.h"
#include "brevduva/base/i18n.h"

#define MAX_ROWS 1000

/* ":---", "--:" or ":-:" of the alignment row; false: an ordinary cell. */
static bool read_align(bd_str cell, enum bd_align *out)
{
    bool left = bd_str_starts(cell, BD_STR(":"));
    bool right = cell.len > 1 && bd_str_ends(cell, BD_STR(":"));

    if (left)
        cell = bd_str_skip(cell, 1);
    if (right)
        cell.len--;
    for (size_t i = 0; i < cell.len; i++)
        if (cell.ptr[i] != '-')
            return false;
    *out = !right ? BD_ALIGN_LEFT : left ? BD_ALIGN_CENTER : BD_ALIGN_RIGHT;
    return cell.len > 0;
}

bool bd_table_aligns(const struct bd_line *cells, size_t count,
                     struct bd_table *table)
{
    enum bd_align aligns[BD_MAX_BLOCK_CELLS] = { BD_ALIGN_LEFT };

    for (size_t i = 0; i < count; i++)
        if (!read_align(cells[i].text, &aligns[i]))
            return false;
    for (size_t i = 0; i < count; i++)
        table->align[i] = aligns[i];
    return true;
}

static enum bd_status read_row(struct bd_block_reader *r, const char *role,
                               const struct bd_line *cells, size_t count,
                               struct bd_err *err)
{
    struct bd_node *row = bd_block_part(r, r->node, role, cells[0]);
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < count && rc == BD_OK; i++)
        rc = bd_block_inline(r, bd_block_part(r, row, "cell", cells[i]),
                             cells[i], err);
    return rc;
}

static enum bd_status read_rows(struct bd_block_reader *r, char separator,
                                struct bd_table *table, struct bd_err *err)
{
    struct bd_line line = { 0 };
    struct bd_line cells[BD_MAX_BLOCK_CELLS];
    enum bd_status rc = BD_OK;

    for (size_t rows = 0; rc == BD_OK && bd_block_line(r, &line); rows++) {
        size_t count = bd_block_cells(line, separator, cells);

        if (rows == MAX_ROWS)
            return bd_block_refuse(r, &line, err,
                                   _("a table has at most %d rows; put the "
                                     "rest on the web"),
                                   MAX_ROWS);
        if (count == table->columns && rows == 0 &&
            bd_table_aligns(cells, count, table))
            continue;
        if (count != table->columns)
            return bd_block_refuse(
                r, &line, err,
                _("this row has %zu cells, the header %zu; write as many "
                  "\"%c\" "
                  "as there (\"\\%c\" for one that stands in a text)"),
                count, table->columns, separator, separator);
        rc = read_row(r, "row", cells, count, err);
    }
    return rc;
}

static enum bd_status read_table(struct bd_block_reader *r, struct bd_err *err)
{
    struct bd_line line = { 0 };
    struct bd_line cells[BD_MAX_BLOCK_CELLS];
    struct bd_table *table = BD_NEW(r->arena, struct bd_table);
    char separator = '\0';
    enum bd_status rc = BD_OK;

    if (!bd_block_line(r, &line))
        return bd_block_refuse(r, NULL, err,
                               _("the table is empty; write a row with the "
                                 "headings first, with \"|\" between them"));
    separator = bd_block_separator(line.text);
    if (!separator)
        return bd_block_refuse(r, &line, err,
                               _("the first row has one cell only; write \"|\" "
                                 "or \";\" between the headings"));
    table->columns = bd_block_cells(line, separator, cells);
    if (table->columns > BD_MAX_BLOCK_CELLS)
        return bd_block_refuse(r, &line, err,
                               _("a table has at most %d columns; no phone "
                                 "shows more"),
                               BD_MAX_BLOCK_CELLS);
    r->node->data = table;
    rc = read_row(r, "header", cells, table->columns, err);
    if (rc == BD_OK)
        rc = read_rows(r, separator, table, err);
    if (rc == BD_OK && r->node->first == r->node->last)
        return bd_block_refuse(r, &line, err,
                               _("the table has no rows below its header; "
                                 "write some"));
    return rc;
}

const struct bd_block bd_block_table = { "table", read_table, NULL,
                                         bd_table_html, bd_table_text };
