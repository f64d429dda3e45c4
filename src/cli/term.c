#include "term.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "brevduva/base/arena.h"

#define DEFAULT_COLUMNS 80
#define DEFAULT_ROWS    24
#define LEAST_COLUMNS   20
#define MOST_COLUMNS    500

static int of_environment(const char *name, int otherwise)
{
    uint64_t number = 0;

    if (!bd_str_to_u64(bd_str_from(getenv(name)), &number) ||
        number > MOST_COLUMNS || number == 0)
        return otherwise;
    return (int)number;
}

struct term term_of(int fd)
{
    const char *kind = getenv("TERM");
    const char *no_colour = getenv("NO_COLOR");
    struct winsize size = { 0 };
    struct term term = {
        .columns = of_environment("COLUMNS", DEFAULT_COLUMNS),
        .rows = of_environment("LINES", DEFAULT_ROWS),
    };

    term.on = isatty(fd) == 1 && kind && *kind && strcmp(kind, "dumb") != 0;
    term.colour = term.on && (!no_colour || !*no_colour);
    if (term.on && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        term.columns = size.ws_col;
        term.rows = size.ws_row;
    }
    if (term.columns < LEAST_COLUMNS)
        term.columns = LEAST_COLUMNS;
    return term;
}

void term_colour(const struct term *term, struct bd_buf *out, const char *sgr)
{
    if (term->colour)
        bd_buf_printf(out, "\033[%sm", sgr);
}

void term_bar(struct bd_buf *out, int64_t part, int64_t whole, int columns,
              const char *rest)
{
    static const char *const eighths[] = {
        "", "▏", "▎", "▍", "▌", "▋", "▊", "▉"
    };
    double share = whole > 0 ? (double)part / (double)whole : 0;
    int64_t filled = (int64_t)((share > 1 ? 1 : share) * columns * 8);
    int drawn = 0;

    if (part > 0 && filled < 1)
        filled = 1;
    for (; drawn < filled / 8; drawn++)
        bd_buf_add_cstr(out, "█");
    if (filled % 8 > 0) {
        bd_buf_add_cstr(out, eighths[filled % 8]);
        drawn++;
    }
    for (; drawn < columns; drawn++)
        bd_buf_add_cstr(out, rest);
}

bd_str term_cut(struct bd_arena *arena, bd_str text, int columns)
{
    bd_str shown = text;

    if (columns <= 0)
        return BD_STR_NONE;
    if (bd_str_width(text) <= (size_t)columns)
        return text;
    while (shown.len > 0 && bd_str_width(shown) >= (size_t)columns)
        shown = bd_str_cut_utf8(shown, shown.len - 1);
    return bd_arena_printf(arena, "%.*s…", BD_ARG(shown));
}
