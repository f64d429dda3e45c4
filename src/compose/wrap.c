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

static void wrap_line(bd_str line, size_t columns, bd_str first, bd_str rest,
                      struct bd_buf *out)
{
    size_t column = 0; /* 0: nothing on this line yet */

    while (line.ptr) {
        bd_str word = bd_str_cut(&line, ' ');
        size_t width = bd_text_width(word);

        if (word.len == 0)
            continue;
        if (column > 0 && column + 1 + width > columns) {
            bd_buf_add_char(out, '\n');
            first = rest;
            column = 0;
        }
        if (column == 0)
            bd_buf_add(out, first);
        else
            bd_buf_add_char(out, ' ');
        column = (column ? column + 1 : bd_str_width(first)) + width;
        add_word(word, out);
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
