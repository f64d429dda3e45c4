/*
 * CSV written so that bd_csv_read gives the same cells back, and so that no
 * spreadsheet runs one as a formula.
 */
#include "brevduva/base/csv.h"

#include <string.h>

static char delimiter_of(enum bd_csv_style style)
{
    return style == BD_CSV_EXCEL ? ';' : ',';
}

/* Octets that need quotes around their cell, also those that would make the
 * reader guess another delimiter. One bit test: this is most of an export. */
static bool is_special(unsigned char c)
{
    static const uint64_t low = 0xffffffff | 1ULL << '"' | 1ULL << ',' |
                                1ULL << ';';

    return c < 64 && (low >> c & 1);
}

/* Also blanks that would be trimmed, and what looks like a BOM. */
static bool needs_quotes(bd_str cell)
{
    for (size_t i = 0; i < cell.len; i++)
        if (is_special((unsigned char)cell.ptr[i]))
            return true;
    return cell.len > 0 &&
           (cell.ptr[0] == ' ' || cell.ptr[cell.len - 1] == ' ' ||
            bd_str_starts(cell, BD_STR("\xef\xbb\xbf")));
}

static bool starts_formula(bd_str cell)
{
    static const bd_str full_width[] = {
        /* = + - @ */
        BD_STR_INIT("\xef\xbc\x9d"),
        BD_STR_INIT("\xef\xbc\x8b"),
        BD_STR_INIT("\xef\xbc\x8d"),
        BD_STR_INIT("\xef\xbc\xa0"),
    };

    if (cell.len == 0)
        return false;
    if (cell.ptr[0] != full_width[0].ptr[0])
        return memchr("=+-@\t\r\n", cell.ptr[0], 7) != NULL;
    for (size_t i = 0; i < sizeof full_width / sizeof *full_width; i++)
        if (bd_str_starts(cell, full_width[i]))
            return true;
    return false;
}

/* A formula behind any apostrophes and spaces. A cell that has its own
 * apostrophe there gets one more, so that taking one off gives it back. */
static bool needs_guard(bd_str cell)
{
    while (cell.len > 0 && cell.ptr[0] == '\'')
        cell = bd_str_skip(cell, 1);
    while (cell.len > 0 && cell.ptr[0] == ' ')
        cell = bd_str_skip(cell, 1);
    return starts_formula(cell);
}

static void write_quoted(struct bd_buf *out, bool guard, bd_str cell)
{
    bd_buf_add_char(out, '"');
    if (guard)
        bd_buf_add_char(out, '\'');
    for (;;) {
        bd_str part = bd_str_cut(&cell, '"');

        bd_buf_add(out, part);
        if (!cell.ptr)
            break;
        bd_buf_add_cstr(out, "\"\"");
    }
    bd_buf_add_char(out, '"');
}

void bd_csv_write_start(struct bd_buf *out, enum bd_csv_style style)
{
    if (style == BD_CSV_EXCEL)
        bd_buf_add_cstr(out, "\xef\xbb\xbf");
}

void bd_csv_write_row(struct bd_buf *out, enum bd_csv_style style,
                      const bd_str *fields, size_t count)
{
    /* a lone empty cell without quotes would be a blank line */
    bool blank = count == 1 && fields[0].len == 0;

    for (size_t i = 0; i < count; i++) {
        bool guard = needs_guard(fields[i]);

        if (i > 0)
            bd_buf_add_char(out, delimiter_of(style));
        if (blank || needs_quotes(fields[i])) {
            write_quoted(out, guard, fields[i]);
            continue;
        }
        if (guard)
            bd_buf_add_char(out, '\'');
        bd_buf_add(out, fields[i]);
    }
    bd_buf_add_cstr(out, style == BD_CSV_EXCEL ? "\r\n" : "\n");
}

bd_str bd_csv_unguard(bd_str cell)
{
    bd_str rest = bd_str_skip(cell, 1);

    return cell.len > 0 && cell.ptr[0] == '\'' && needs_guard(rest) ? rest
                                                                    : cell;
}
