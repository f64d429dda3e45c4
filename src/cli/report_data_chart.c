/* Attempts over time: stacked columns, ten units wide, a hundred high. */
#include "report_data.h"

#define COLUMN 10.0
#define GAP    1.5

struct kind {
    enum bd_delivery_state state;
    int64_t (*of)(const struct bd_report_minute *);
};

static int64_t accepted_of(const struct bd_report_minute *m)
{
    return m->accepted;
}

static int64_t deferred_of(const struct bd_report_minute *m)
{
    return m->deferred;
}

static int64_t refused_of(const struct bd_report_minute *m)
{
    return m->refused;
}

#define KINDS 3

/* From the ground up. */
static const struct kind kinds[KINDS] = {
    { BD_DELIVERY_ACCEPTED, accepted_of },
    { BD_DELIVERY_DEFERRED, deferred_of },
    { BD_DELIVERY_REFUSED, refused_of },
};

static int64_t all_of(const struct bd_report_minute *m)
{
    return m->accepted + m->deferred + m->refused;
}

/* A round number for the top of the scale, with a whole half. */
static int64_t top_for(int64_t most)
{
    static const int64_t steps[] = { 1, 2, 3, 4, 5, 6, 8 };

    for (int64_t unit = 1;; unit *= 10)
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
            if (most <= steps[i] * unit && steps[i] * unit % 2 == 0)
                return steps[i] * unit;
}

static struct bd_json *column_data(struct app *app, const struct bd_report *n,
                                   size_t i, int64_t top)
{
    const struct bd_report_minute *m = &n->minutes[i];
    struct bd_json *column = bd_json_object(app->arena);
    struct bd_json *parts = bd_json_array(app->arena);
    struct bd_json *numbers = bd_json_array(app->arena);
    double y = 100;

    for (size_t k = 0; k < KINDS; k++) {
        int64_t count = kinds[k].of(m);
        double height = 100.0 * (double)count / (double)top;
        struct bd_json *part = bd_json_object(app->arena);

        bd_json_push(numbers, bd_json_string(app->arena,
                                             word_number(app->arena, count)));
        if (count == 0)
            continue;
        y -= height;
        set_cstr(app, part, "key", report_outcome_key(kinds[k].state));
        set_measure(app, part, "x", COLUMN * (double)i + GAP / 2);
        set_measure(app, part, "y", y);
        set_measure(app, part, "width", COLUMN - GAP);
        set_measure(app, part, "height", height);
        bd_json_push(parts, part);
    }
    set_text(app, column, "at", bd_time_local(app->arena, m->at));
    bd_json_set(column, BD_STR("parts"), parts);
    bd_json_set(column, BD_STR("numbers"), numbers);
    return column;
}

/* The beginning, the middle and the end; the day where it matters. */
static struct bd_json *times_data(struct app *app, const struct bd_report *n)
{
    struct bd_json *times = bd_json_array(app->arena);
    int64_t from = n->minutes[0].at;
    int64_t length = n->span * (int64_t)n->minute_count;
    bool seconds = n->span < 60;

    for (int i = 0; i <= 2; i++) {
        int64_t at = from + length * i / 2;
        bd_str text = bd_time_local(app->arena, at);

        if (i > 0 && length < 86400)
            text = bd_str_skip(text, 11);
        if (seconds)
            text = bd_arena_printf(app->arena, "%.*s:%02lld", BD_ARG(text),
                                   (long long)(at % 60));
        bd_json_push(times, bd_json_string(app->arena, text));
    }
    return times;
}

static struct bd_json *legend_data(struct app *app)
{
    struct bd_json *legend = bd_json_array(app->arena);

    for (size_t k = 0; k < KINDS; k++) {
        struct bd_json *row = bd_json_object(app->arena);

        set_cstr(app, row, "key", report_outcome_key(kinds[k].state));
        set_cstr(app, row, "name", word_deliveries(kinds[k].state, 2));
        bd_json_push(legend, row);
    }
    return legend;
}

static bd_str summary(struct app *app, const struct bd_report_minute *most)
{
    return bd_arena_printf(app->arena, _("Most of them, %.*s, at %.*s."),
                           BD_ARG(word_number(app->arena, all_of(most))),
                           BD_ARG(bd_time_local(app->arena, most->at)));
}

void report_data_chart(struct app *app, struct bd_json *object,
                       const struct report *report)
{
    const struct bd_report *n = &report->numbers;
    const struct bd_report_minute *most = n->minutes;
    struct bd_json *chart = bd_json_object(app->arena);
    struct bd_json *columns = bd_json_array(app->arena);
    int64_t top = 0;

    if (n->minute_count < 2)
        return;
    for (size_t i = 1; i < n->minute_count; i++)
        if (all_of(&n->minutes[i]) > all_of(most))
            most = &n->minutes[i];
    top = top_for(all_of(most));
    for (size_t i = 0; i < n->minute_count; i++)
        bd_json_push(columns, column_data(app, n, i, top));
    set_cstr(app, chart, "title", report_span_text(app, n->span));
    set_text(app, chart, "summary", summary(app, most));
    set_count(app, chart, "top", top);
    set_count(app, chart, "half", top / 2);
    set_measure(app, chart, "width", COLUMN * (double)n->minute_count);
    bd_json_set(chart, BD_STR("times"), times_data(app, n));
    bd_json_set(chart, BD_STR("legend"), legend_data(app));
    bd_json_set(chart, BD_STR("columns"), columns);
    bd_json_set(object, BD_STR("chart"), chart);
}
