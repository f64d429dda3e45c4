/* Attempts over time as columns of block characters: eight steps a row. */
#include "report_private.h"

#define ROWS     6
#define WIDE_MAX 4 /* columns of one span, where there are few */

struct chart {
    int64_t *height; /* attempts of each column of spans */
    size_t count;
    size_t joined; /* spans in each, so that they have room */
    int wide;      /* columns of the screen for each */
    int64_t most;
    size_t axis; /* columns of the numbers at the left */
};

static int64_t all_of(const struct bd_report_minute *m)
{
    return m->accepted + m->deferred + m->refused;
}

static struct chart fit(struct app *app, const struct bd_report *n, int columns)
{
    struct chart c = { .joined = 1 };
    int64_t highest = 0;
    size_t room = 0;

    for (size_t i = 0; i < n->minute_count; i++)
        highest += all_of(&n->minutes[i]); /* no column is higher */
    c.axis = 3 + bd_str_width(word_number(app->arena, highest));
    room = columns > (int)c.axis + 8 ? (size_t)columns - c.axis - 1 : 8;
    while ((n->minute_count + c.joined - 1) / c.joined > room)
        c.joined++;
    c.count = (n->minute_count + c.joined - 1) / c.joined;
    c.wide = c.count > 0 ? (int)(room / c.count) : 0;
    if (c.wide > WIDE_MAX)
        c.wide = WIDE_MAX;
    c.height = BD_NEW_ARRAY(app->arena, c.count, int64_t);
    for (size_t i = 0; i < n->minute_count; i++)
        c.height[i / c.joined] += all_of(&n->minutes[i]);
    for (size_t i = 0; i < c.count; i++)
        if (c.height[i] > c.most)
            c.most = c.height[i];
    return c;
}

static void axis(struct app *app, const struct chart *c, int row,
                 struct bd_buf *out)
{
    bd_str number = BD_STR_NONE;

    if (row == ROWS - 1)
        number = word_number(app->arena, c->most);
    else if (row == 0)
        number = BD_STR("0");
    for (size_t used = bd_str_width(number); used + 1 < c->axis; used++)
        bd_buf_add_char(out, ' ');
    bd_buf_add(out, number);
    bd_buf_add_cstr(out, number.len > 0 ? "┤" : "│");
}

static const char *block(const struct chart *c, int64_t height, int row)
{
    static const char *const eighths[] = { " ", "▁", "▂", "▃", "▄",
                                           "▅", "▆", "▇", "█" };
    int64_t steps = c->most > 0 ? height * ROWS * 8 / c->most : 0;

    if (height > 0 && steps == 0)
        steps = 1;
    steps -= (int64_t)row * 8;
    return eighths[steps < 0 ? 0 : steps > 8 ? 8 : steps];
}

/* The first and the last moment, under the columns. */
static void times(struct app *app, const struct bd_report *n,
                  const struct chart *c, struct bd_buf *out)
{
    size_t width = c->count * (size_t)c->wide;
    int64_t last = n->minutes[n->minute_count - 1].at + n->span;
    bd_str from = bd_time_local(app->arena, n->minutes[0].at);
    bd_str to = bd_time_local(app->arena, last);

    if (last - n->minutes[0].at < 86400)
        to = bd_str_skip(to, 11);
    for (size_t i = 0; i < c->axis; i++)
        bd_buf_add_char(out, ' ');
    bd_buf_add(out, from);
    for (size_t used = from.len + to.len; used < width; used++)
        bd_buf_add_char(out, ' ');
    bd_buf_printf(out, "%s%.*s\n", from.len + to.len < width ? "" : " – ",
                  BD_ARG(to));
}

void report_chart(struct app *app, const struct report *report,
                  const struct term *term, struct bd_buf *out)
{
    const struct bd_report *n = &report->numbers;
    struct chart c = fit(app, n, term->columns - 1);

    for (int row = ROWS - 1; row >= 0; row--) {
        axis(app, &c, row, out);
        term_colour(term, out, "36");
        for (size_t i = 0; i < c.count; i++)
            for (int k = 0; k < c.wide; k++)
                bd_buf_add_cstr(out, block(&c, c.height[i], row));
        term_colour(term, out, "");
        bd_buf_add_char(out, '\n');
    }
    times(app, n, &c, out);
}
