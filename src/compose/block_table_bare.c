/* A table without a fence, as GFM 4.10 has it: a line with bars, and below it
 * one of dashes and bars. */
#include "block_table_private.h"

static size_t line_start(bd_str text, size_t at)
{
    while (at > 0 && text.ptr[at - 1] != '\n')
        at--;
    return at;
}

/* The paragraph's lines, up to an empty one or what stands after it. */
static void find_lines(struct bd_block_reader *r)
{
    bd_str all = r->source->text;
    size_t start = line_start(all, r->node->at);
    size_t end = r->node->next ? line_start(all, r->node->next->at) : all.len;
    bd_str rest = bd_str_sub(all, start, end - start);
    struct bd_line *lines = NULL;
    size_t most = 1;

    for (size_t i = 0; i < rest.len; i++)
        most += rest.ptr[i] == '\n';
    lines = BD_NEW_ARRAY(r->arena, most, struct bd_line);
    while (rest.ptr) {
        bd_str line = bd_str_cut_line(&rest);

        if (bd_str_trim(line).len == 0)
            break;
        lines[r->count] = (struct bd_line) { line, (size_t)(line.ptr - all.ptr),
                                             r->count };
        r->count++;
    }
    r->lines = lines;
    r->first_line = r->node->place.line;
}

/* The first two lines are a table's. */
static bool begins_table(const struct bd_block_reader *r)
{
    struct bd_line cells[BD_MAX_BLOCK_CELLS];
    struct bd_table unused = { .columns = 0 };
    struct bd_line header = { 0 }, dashes = { 0 };
    struct bd_block_reader copy = *r;
    size_t count = 0;

    if (!bd_block_line(&copy, &header) || !bd_block_line(&copy, &dashes) ||
        bd_block_separator(header.text) != '|')
        return false;
    count = bd_block_cells(header, '|', cells);
    return bd_block_cells(dashes, '|', cells) == count &&
           count <= BD_MAX_BLOCK_CELLS &&
           bd_table_aligns(cells, count, &unused);
}

bool bd_table_without_fence(struct bd_block_reader *r)
{
    bd_str rest = bd_str_skip(r->source->text, r->node->at);

    if (bd_str_find_char(bd_str_cut_line(&rest), '|') == SIZE_MAX)
        return false; /* nearly always */
    find_lines(r);
    return begins_table(r);
}
