#include "amount.h"
#include "live.h"

#define LEAST_COLUMNS 56 /* for more than one line */
#define LEAST_ROWS    10
#define SMALL_BAR     12

static bd_str count_of(struct bd_arena *arena, const struct live_numbers *n,
                       const char *between)
{
    return bd_arena_printf(arena, "%.*s%s%.*s",
                           BD_ARG(word_number(arena, n->done)), between,
                           BD_ARG(word_number(arena, n->audience)));
}

/* "about 2 min 10 s left"; nothing when nobody can tell. */
static bd_str time_left(struct bd_arena *arena, const struct live_numbers *n)
{
    int64_t now = n->audience - n->done - n->deferred;

    if (n->rate < 0.01 || now <= 0 || n->elapsed < 1)
        return BD_STR_NONE;
    return bd_arena_printf(
        arena, _("about %.*s left"),
        BD_ARG(amount_time(arena, (int64_t)((double)now / n->rate) + 1)));
}

static bd_str joined(struct bd_arena *arena, bd_str a, const char *separator,
                     bd_str b)
{
    if (a.len == 0 || b.len == 0)
        return a.len == 0 ? b : a;
    return bd_arena_printf(arena, "%.*s%s%.*s", BD_ARG(a), separator,
                           BD_ARG(b));
}

static bd_str speed(struct bd_arena *arena, const struct live_numbers *n)
{
    bd_str text = n->rate >= 0.01 ? amount_rate(arena, n->rate) : BD_STR("0/s");

    text = joined(arena, text, "   ", time_left(arena, n));
    text = joined(arena, text, "   ",
                  bd_arena_printf(arena, _("%.*s so far"),
                                  BD_ARG(amount_time(arena, n->elapsed))));
    if (n->sessions + n->connecting > 0)
        text = joined(arena, text, "   ",
                      bd_arena_printf(arena,
                                      P_("%u session", "%u sessions",
                                         (uint64_t)n->sessions),
                                      n->sessions));
    if (n->connecting > 0)
        text = joined(
            arena, text, " ",
            bd_arena_printf(arena, _("(%u being opened)"), n->connecting));
    return text;
}

/* "accepted 5,900   refused 10": the others only when there are some. */
static bd_str outcomes(struct bd_arena *arena, const struct live_numbers *n,
                       bool all, const char *separator)
{
    const struct {
        enum bd_delivery_state state;
        int64_t count;
    } rows[] = {
        { BD_DELIVERY_ACCEPTED, n->accepted },
        { BD_DELIVERY_REFUSED, n->refused },
        { BD_DELIVERY_DEFERRED, n->deferred },
        { BD_DELIVERY_UNKNOWN, n->unknown },
        { BD_DELIVERY_SKIPPED, n->skipped },
    };
    bd_str text = BD_STR_NONE;

    for (size_t i = all ? 0 : 1; i < sizeof rows / sizeof *rows; i++)
        if (i == 0 || rows[i].count > 0)
            text = joined(
                arena, text, separator,
                bd_arena_printf(arena, "%s %.*s",
                                word_deliveries(rows[i].state, rows[i].count),
                                BD_ARG(word_number(arena, rows[i].count))));
    return text;
}

static bd_str slow_domains(struct bd_arena *arena,
                           const struct bd_engine_view *view)
{
    bd_str text = BD_STR_NONE;

    for (size_t i = 0; view && i < view->slow_count; i++)
        text = joined(
            arena, text, ", ",
            bd_arena_printf(arena, "%s %.*s", view->slow[i].domain,
                            BD_ARG(amount_ms(arena, view->slow[i].wait_ms))));
    if (text.len == 0)
        return text;
    return bd_arena_printf(arena, _("slowed down by a \"later\" from: %.*s"),
                           BD_ARG(text));
}

static bd_str bar(struct bd_arena *arena, const struct live_numbers *n,
                  int columns)
{
    struct bd_buf buf;
    bd_str text = BD_STR_NONE;

    bd_buf_init(&buf, 0);
    term_bar(&buf, n->done, n->audience, columns, "░");
    text = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return text;
}

/* "10:15:30", with its date unless that is today's. */
static bd_str moment(struct bd_arena *arena, const struct live *live,
                     int64_t at)
{
    int64_t now = live->sys->now(live->sys->self);
    bd_str text = word_time_ahead(arena, at, now);

    if (bd_day_local(at) == bd_day_local(now))
        (void)bd_str_cut(&text, ' ');
    return text;
}

bd_str live_rest_sentence(struct bd_arena *arena, const struct live *live)
{
    int64_t copies = live->rest.copies;
    const char *format = P_(
        "%.*s copy waits; the next try is at %.*s (Ctrl-C leaves it to "
        "\"brevduva deliver\")",
        "%.*s copies wait; the next try is at %.*s (Ctrl-C leaves them to "
        "\"brevduva deliver\")",
        (uint64_t)copies);

    if (live->watched)
        format = P_("%.*s copy waits; the next try is at %.*s (Ctrl-C leaves "
                    "it to the other process)",
                    "%.*s copies wait; the next try is at %.*s (Ctrl-C leaves "
                    "them to the other process)",
                    (uint64_t)copies);
    return bd_arena_printf(arena, format, BD_ARG(word_number(arena, copies)),
                           BD_ARG(moment(arena, live, live->rest.due)));
}

static struct live_line one_line(struct bd_arena *arena,
                                 const struct live *live,
                                 const struct live_numbers *n, int columns)
{
    struct live_line line = { .sgr = "", .bar = BD_STR_NONE };
    bd_str text = bd_arena_printf(
        arena, " %.*s %.*s", BD_ARG(amount_share(arena, n->done, n->audience)),
        BD_ARG(count_of(arena, n, "/")));

    text = joined(arena, text, " ", amount_rate(arena, n->rate));
    text = joined(arena, text, ", ", time_left(arena, n));
    if (n->view && n->view->trouble[0]) {
        line.sgr = "33";
        text = bd_arena_printf(arena, " %.*s %s",
                               BD_ARG(count_of(arena, n, "/")),
                               n->view->trouble);
    } else if (live->rest.due > 0) {
        text = bd_arena_printf(arena, " %.*s %.*s",
                               BD_ARG(count_of(arena, n, "/")),
                               BD_ARG(live_rest_sentence(arena, live)));
    } else {
        text = joined(arena, text, ", ", outcomes(arena, n, false, ", "));
    }
    line.bar = bar(arena, n, SMALL_BAR);
    line.text = term_cut(arena, text, columns - SMALL_BAR);
    return line;
}

static void add(struct bd_arena *arena, struct live_line *out, size_t *count,
                bd_str text, const char *sgr, int columns)
{
    if (text.len > 0)
        out[(*count)++] = (struct live_line) {
            .text = term_cut(arena, text, columns),
            .sgr = sgr,
        };
}

size_t live_lines(struct bd_arena *arena, const struct live *live,
                  const struct live_numbers *n, const struct term *term,
                  struct live_line out[LIVE_LINES])
{
    int columns = term->columns - 1; /* the last one makes some wrap */
    bd_str title = bd_arena_printf(arena, _("Sending %.*s to %.*s"),
                                   BD_ARG(live->slug), BD_ARG(live->list));
    bd_str share = bd_arena_printf(
        arena, "  %.*s   %.*s",
        BD_ARG(amount_share(arena, n->done, n->audience)),
        BD_ARG(count_of(arena, n, _(" of "))));
    size_t count = 0;

    if (term->columns < LEAST_COLUMNS || term->rows < LEAST_ROWS) {
        out[0] = one_line(arena, live, n, columns);
        return 1;
    }
    add(arena, out, &count, title, "1", columns);
    out[count++] = (struct live_line) {
        .bar = bar(arena, n, columns - (int)bd_str_width(share)),
        .text = share,
        .sgr = "",
    };
    add(arena, out, &count,
        live->rest.due > 0 ? live_rest_sentence(arena, live) : speed(arena, n),
        "", columns);
    add(arena, out, &count, outcomes(arena, n, true, "   "), "", columns);
    add(arena, out, &count, slow_domains(arena, n->view), "33", columns);
    if (n->view && n->view->trouble[0])
        add(arena, out, &count, bd_str_from(n->view->trouble), "31", columns);
    return count;
}

bd_str live_sentence(struct bd_arena *arena, const struct live *live,
                     const struct live_numbers *n)
{
    bd_str text = bd_arena_printf(
        arena, "%.*s: %.*s (%.*s)", BD_ARG(live->slug),
        BD_ARG(count_of(arena, n, _(" of "))),
        BD_ARG(amount_share(arena, n->done, n->audience)));

    text = joined(arena, text, ", ", amount_rate(arena, n->rate));
    text = joined(arena, text, ", ", time_left(arena, n));
    return joined(arena, text, "; ", outcomes(arena, n, false, ", "));
}
