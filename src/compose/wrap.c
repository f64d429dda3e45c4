/* Lines of plain text: P8 of mail's rules, wide characters measured. */
#include "render_private.h"

#define MARKER_COLUMNS 10 /* a guess at a reader's name */

size_t bd_text_width(bd_str word)
{
    size_t width = 0;

    while (word.ptr) {
        bd_str part = bd_str_cut(&word, BD_GLUE);
        struct bd_marker marker = { 0 };
        bd_str before = BD_STR_NONE;
        bool more = true;

        while (more) {
            more = bd_marker_cut(&part, &before, &marker);
            width += bd_str_width(before) + (more ? MARKER_COLUMNS : 0);
        }
        width += word.ptr != NULL; /* the glue itself */
    }
    return width;
}

static void add_word(bd_str word, struct bd_buf *out)
{
    for (size_t i = 0; i < word.len; i++)
        bd_buf_add_char(out, word.ptr[i] == BD_GLUE ? ' ' : word.ptr[i]);
}

/* A prefix alone on its line has no blanks at its end. */
static void add_blank(bd_str prefix, struct bd_buf *out)
{
    while (bd_str_ends(prefix, BD_STR(" ")))
        prefix.len--;
    bd_buf_add(out, prefix);
}

/* Addresses are never broken, whatever script they are in. */
static bool is_address(bd_str word)
{
    return bd_str_find(word, BD_STR("://")) != SIZE_MAX ||
           bd_str_find_char(word, '@') != SIZE_MAX ||
           bd_str_starts_nocase(word, BD_STR("www."));
}

bool bd_text_next_unit(struct bd_units *units, bd_str *out)
{
    size_t len = 0;

    units->after_blank = units->word.len == 0;
    while (units->word.len == 0 && units->line.ptr) {
        units->word = bd_str_cut(&units->line, ' ');
        units->whole = is_address(units->word);
    }
    if (units->word.len == 0)
        return false;
    len = units->whole ? units->word.len : bd_str_unbroken(units->word);
    *out = bd_str_sub(units->word, 0, len);
    units->word = bd_str_skip(units->word, len);
    return true;
}

static void wrap_line(bd_str line, size_t columns, bd_str first, bd_str rest,
                      struct bd_buf *out)
{
    struct bd_units units = { .line = line };
    bd_str unit = BD_STR_NONE;
    size_t column = 0; /* 0: nothing on this line yet */

    while (bd_text_next_unit(&units, &unit)) {
        size_t width = bd_text_width(unit);

        if (column > 0 && column + units.after_blank + width > columns) {
            bd_buf_add_char(out, '\n');
            first = rest;
            column = 0;
        }
        if (column == 0) {
            bd_buf_add(out, first);
            column = bd_str_width(first);
        } else if (units.after_blank) {
            bd_buf_add_char(out, ' ');
            column++;
        }
        column += width;
        add_word(unit, out);
    }
    if (column == 0)
        add_blank(first, out);
    bd_buf_add_char(out, '\n');
}

void bd_text_wrap_to(bd_str text, size_t columns, bd_str first, bd_str rest,
                     struct bd_buf *out)
{
    while (text.ptr) {
        wrap_line(bd_str_cut(&text, '\n'), columns, first, rest, out);
        first = rest;
    }
}

void bd_text_wrap(bd_str text, bd_str first, bd_str rest, struct bd_buf *out)
{
    bd_text_wrap_to(text, BD_TEXT_COLUMNS, first, rest, out);
}

void bd_text_underline(bd_str text, char c, bd_str prefix, struct bd_buf *out)
{
    size_t width = bd_text_width(text);
    size_t used = bd_str_width(prefix);

    if (used + width > BD_TEXT_COLUMNS)
        width = used < BD_TEXT_COLUMNS ? BD_TEXT_COLUMNS - used : 1;
    bd_buf_add(out, prefix);
    for (size_t i = 0; i < width; i++)
        bd_buf_add_char(out, c);
    bd_buf_add_char(out, '\n');
}
