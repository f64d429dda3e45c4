#include "live.h"

#include <unistd.h>

#define REDRAW_MS  100
#define FIRST_MS   300 /* what is over sooner needs no picture */
#define PLAIN_MS   60000
#define TROUBLE_MS 5000
#define MEASURE_MS 1000
#define SOON_S     2 /* a shorter wait is not worth a word */

void live_start(struct live *live, const struct bd_sys *sys,
                const struct bd_mailing *m)
{
    *live = (struct live) {
        .sys = sys,
        .slug = m->slug,
        .list = m->list_slug,
        .audience = m->total,
        .done_before = m->total - mailing_waits(m),
        .started_ms = sys->monotonic_ms(sys->self),
    };
    live->arena = bd_arena_new();
    for (int s = 0; s < BD_DELIVERY_STATES; s++)
        live->before[s] = m->count[s];
    live->rate_ms = live->started_ms;
    live->rate_done = live->done_before;
}

/* The cursor stands below the picture; on a terminal that was made narrower
 * since, its lines take more rows. */
static void move_up(const struct live *live, const struct term *term,
                    struct bd_buf *out)
{
    int rows = 0;

    for (size_t i = 0; i < live->drawn; i++)
        rows += 1 +
                (live->width[i] > 0 ? (live->width[i] - 1) / term->columns : 0);
    if (rows > 0)
        bd_buf_printf(out, "\033[%dA", rows);
    bd_buf_add_char(out, '\r');
}

static void add_line(struct live *live, const struct term *term,
                     const struct live_line *line, struct bd_buf *out)
{
    live->width[live->drawn++] = (int)(bd_str_width(line->bar) +
                                       bd_str_width(line->text));
    if (line->bar.len > 0) {
        term_colour(term, out, "32");
        bd_buf_add(out, line->bar);
        term_colour(term, out, "");
    }
    if (line->sgr[0])
        term_colour(term, out, line->sgr);
    bd_buf_add(out, line->text);
    if (line->sgr[0])
        term_colour(term, out, "");
    bd_buf_add_cstr(out, "\033[K\n");
}

/* In one write, so that it does not flicker. */
static void draw(struct live *live, const struct live_numbers *n,
                 const struct term *term)
{
    struct live_line lines[LIVE_LINES];
    size_t count = live_lines(live->arena, live, n, term, lines);
    struct bd_buf out;

    bd_buf_init(&out, 0);
    move_up(live, term, &out);
    live->drawn = 0;
    for (size_t i = 0; i < count; i++)
        add_line(live, term, &lines[i], &out);
    bd_buf_add_cstr(&out, "\033[J");
    (void)fwrite(out.ptr, 1, out.len, stderr);
    (void)fflush(stderr);
    bd_buf_fini(&out);
}

/* Not at once: trouble that ends the run is told by its end. */
static void print_trouble(struct live *live, const struct live_numbers *n,
                          int64_t now)
{
    if (!n->view || n->view->trouble[0] == '\0') {
        if (live->trouble_told && n->view && n->view->well)
            (void)fprintf(stderr, "brevduva: %s\n", _("The trouble is over."));
        live->trouble_ms = 0;
        live->trouble_told = false;
        return;
    }
    if (live->trouble_ms == 0)
        live->trouble_ms = now - n->view->trouble_lasts_ms;
    if (live->trouble_told || now - live->trouble_ms < TROUBLE_MS)
        return;
    live->trouble_told = true;
    (void)fprintf(stderr, "brevduva: %s\n", n->view->trouble);
}

/* Once for each minute that the next try may be in, not for each copy. */
static void print_rest(struct live *live)
{
    int64_t minute = live->rest.due / 60;

    if (minute == live->rest.told)
        return;
    live->rest.told = minute;
    (void)fprintf(stderr, "brevduva: %.*s\n",
                  BD_ARG(live_rest_sentence(live->arena, live)));
}

static void print_plain(struct live *live, const struct live_numbers *n,
                        int64_t now)
{
    print_trouble(live, n, now);
    if (live->rest.due > 0) {
        print_rest(live);
        live->shown_ms = now;
        return;
    }
    if (now - (live->shown_ms ? live->shown_ms : live->started_ms) < PLAIN_MS)
        return;
    live->shown_ms = now;
    (void)fprintf(stderr, "brevduva: %.*s\n",
                  BD_ARG(live_sentence(live->arena, live, n)));
}

static void show(struct live *live, const struct live_numbers *numbers)
{
    int64_t now = live->sys->monotonic_ms(live->sys->self);
    struct term term = term_of(STDERR_FILENO);
    struct live_numbers *n = &live->last;

    *n = *numbers;
    n->elapsed = (now - live->started_ms) / 1000;
    if (n->deferred > n->audience - n->done)
        n->deferred = n->audience - n->done;
    if (!term.on) {
        print_plain(live, n, now);
    } else if (now - live->started_ms >= FIRST_MS &&
               now - live->shown_ms >= REDRAW_MS) {
        live->shown_ms = now;
        draw(live, n, &term);
    }
    bd_arena_clear(live->arena);
}

void live_rest(struct live *live, int64_t copies, int64_t due)
{
    live->rest.copies = copies;
    if (due == live->rest.asked)
        return;
    live->rest.asked = due;
    if (due > 0 && due <= live->sys->now(live->sys->self) + SOON_S)
        due = 0;
    live->rest.due = due;
}

void live_view(struct live *live, const struct bd_engine_view *view)
{
    const int64_t *before = live->before;
    struct live_numbers n = {
        .audience = live->audience,
        .done = live->done_before + view->accepted + view->refused +
                view->unknown,
        .accepted = before[BD_DELIVERY_ACCEPTED] + view->accepted,
        .deferred = before[BD_DELIVERY_DEFERRED] + view->deferred,
        .refused = before[BD_DELIVERY_REFUSED] + view->refused,
        .unknown = before[BD_DELIVERY_UNKNOWN] + view->unknown,
        .skipped = before[BD_DELIVERY_SKIPPED],
        .rate = view->rate,
        .sessions = view->sessions,
        .connecting = view->connecting,
        .view = &live->view,
    };

    live->view = *view;
    if (n.done > n.audience) /* letters go out beside it */
        n.done = n.audience;
    show(live, &n);
}

static void measure(struct live *live, int64_t done)
{
    int64_t now = live->sys->monotonic_ms(live->sys->self);
    double rate = 0;

    if (now - live->rate_ms < MEASURE_MS)
        return;
    rate = (double)(done - live->rate_done) * 1000 /
           (double)(now - live->rate_ms);
    live->rate = live->rate > 0 ? live->rate * 0.6 + rate * 0.4 : rate;
    live->rate_ms = now;
    live->rate_done = done;
}

void live_ledger(struct live *live, const struct bd_mailing *now,
                 bd_str trouble)
{
    struct live_numbers n = {
        .audience = now->total,
        .done = now->total - mailing_waits(now),
        .accepted = now->count[BD_DELIVERY_ACCEPTED],
        .deferred = now->count[BD_DELIVERY_DEFERRED],
        .refused = now->count[BD_DELIVERY_REFUSED],
        .unknown = now->count[BD_DELIVERY_UNKNOWN],
        .skipped = now->count[BD_DELIVERY_SKIPPED],
        .view = &live->view,
    };

    (void)snprintf(live->view.trouble, sizeof live->view.trouble, "%.*s",
                   BD_ARG(trouble));
    live->watched = true;
    measure(live, n.done);
    n.rate = live->rate;
    show(live, &n);
}

void live_clear(struct live *live)
{
    struct term term = term_of(STDERR_FILENO);
    struct bd_buf out;

    if (live->drawn == 0)
        return;
    bd_buf_init(&out, 0);
    move_up(live, &term, &out);
    bd_buf_add_cstr(&out, "\033[J");
    (void)fwrite(out.ptr, 1, out.len, stderr);
    (void)fflush(stderr);
    bd_buf_fini(&out);
    live->drawn = 0;
}

void live_end(struct live *live)
{
    struct term term = term_of(STDERR_FILENO);

    if (live->drawn > 0)
        draw(live, &live->last, &term);
    bd_arena_free(live->arena);
    live->arena = NULL;
}
