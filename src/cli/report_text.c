/* The report on a terminal, or as plain text. */
#include "amount.h"
#include "report_private.h"

#define CAUSES_SHOWN  8
#define DOMAINS_SHOWN 10
#define LABEL_MIN     20
#define BAR_MAX       30
#define BAR_MIN       6
#define BAR_ROOM      (BAR_MIN + 3) /* for the shortest, and around it */
#define NUMBER_WIDTH  11
#define SHARE_WIDTH   8

struct page {
    struct app *app;
    const struct report *report;
    const struct term *term;
    struct bd_buf *out;
    size_t label; /* columns of the first column */
    int bar;      /* columns of the bars; 0: no room */
};

static const char *colour_of(enum bd_delivery_state state)
{
    switch (state) {
    case BD_DELIVERY_ACCEPTED:
        return "32";
    case BD_DELIVERY_REFUSED:
    case BD_DELIVERY_BOUNCED:
    case BD_DELIVERY_COMPLAINED:
        return "31";
    case BD_DELIVERY_UNKNOWN:
        return "35";
    case BD_DELIVERY_DEFERRED:
        return "33";
    default:
        return "36";
    }
}

static void heading(const struct page *p, const char *text)
{
    bd_buf_add_char(p->out, '\n');
    term_colour(p->term, p->out, "1");
    bd_buf_add_cstr(p->out, text);
    term_colour(p->term, p->out, "");
    bd_buf_add_char(p->out, '\n');
}

static void pad(const struct page *p, size_t used, size_t width)
{
    for (; used < width; used++)
        bd_buf_add_char(p->out, ' ');
}

static void left(const struct page *p, bd_str text, size_t width)
{
    bd_buf_add(p->out, text);
    pad(p, bd_str_width(text), width);
}

static void right(const struct page *p, bd_str text, size_t width)
{
    pad(p, bd_str_width(text), width);
    bd_buf_add(p->out, text);
}

static void numbers(const struct page *p, int64_t count)
{
    struct bd_arena *arena = p->app->arena;

    right(p, word_number(arena, count), NUMBER_WIDTH);
    right(p, amount_share(arena, count, p->report->audience), SHARE_WIDTH);
}

static void bar(const struct page *p, int64_t part, int64_t whole,
                const char *colour)
{
    if (p->bar == 0)
        return;
    bd_buf_add_cstr(p->out, "  ");
    term_colour(p->term, p->out, colour);
    term_bar(p->out, part, whole, p->bar, "");
    term_colour(p->term, p->out, "");
}

/* "no such mailbox (5.1.1)"; where that is too wide the words are cut. */
static bd_str cause_label(const struct page *p, const struct report_cause *c,
                          int columns)
{
    struct bd_arena *arena = p->app->arena;
    bd_str words = bd_str_from(c->words);

    if (c->code.len == 0)
        return term_cut(arena, words, columns);
    words = term_cut(arena, words, columns - (int)bd_str_width(c->code) - 3);
    return bd_arena_printf(arena, "%.*s (%.*s)", BD_ARG(words),
                           BD_ARG(c->code));
}

/* The columns that labels need, and what that leaves for bars. */
static void measure(struct page *p)
{
    const struct bd_report *n = &p->report->numbers;
    int most = 0;
    int room = 0;

    for (size_t i = 0; i < p->report->outcome_count; i++) {
        const struct report_outcome *o = &p->report->outcomes[i];

        for (size_t k = 0; k < o->cause_count && k < CAUSES_SHOWN; k++) {
            size_t width = 4 + bd_str_width(cause_label(p, &o->causes[k],
                                                        p->term->columns));

            p->label = width > p->label ? width : p->label;
        }
    }
    for (size_t i = 0; i < n->relay_count; i++) {
        size_t width = 2 +
                       bd_str_width(report_relay(p->app, n->relays[i].domain));

        p->label = width > p->label ? width : p->label;
    }
    if (p->label < LABEL_MIN)
        p->label = LABEL_MIN;
    most = p->term->columns - NUMBER_WIDTH - SHARE_WIDTH - BAR_ROOM;
    if (most < p->term->columns / 2)
        most = p->term->columns / 2;
    if (p->label > (size_t)most)
        p->label = (size_t)most;
    room = p->term->columns - (int)p->label - NUMBER_WIDTH - SHARE_WIDTH - 3;
    p->bar = room > BAR_MAX ? BAR_MAX : room < BAR_MIN ? 0 : room;
}

static void example(const struct page *p, const struct report_cause *c)
{
    bd_str text = bd_arena_printf(p->app->arena, "      “%.*s”",
                                  BD_ARG(out_shown(p->app, c->example)));

    if (c->example.len == 0 || !p->report->addresses)
        return;
    bd_buf_add(p->out, term_cut(p->app->arena, text, p->term->columns - 1));
    bd_buf_add_char(p->out, '\n');
}

static void cause(const struct page *p, const struct report_outcome *o,
                  const struct report_cause *c)
{
    bd_buf_add_cstr(p->out, "    ");
    left(p, cause_label(p, c, (int)p->label - 4), p->label - 4);
    numbers(p, c->count);
    bar(p, c->count, p->report->audience, colour_of(o->state));
    bd_buf_add_char(p->out, '\n');
    example(p, c);
}

static void causes(const struct page *p, const struct report_outcome *o)
{
    struct report_cause others = { .words = _("other reasons") };

    for (size_t i = 0; i < o->cause_count; i++) {
        if (i < CAUSES_SHOWN || o->cause_count == CAUSES_SHOWN + 1)
            cause(p, o, &o->causes[i]);
        else
            others.count += o->causes[i].count;
    }
    if (others.count > 0)
        cause(p, o, &others);
}

/* What no later try settles. */
static void advice(const struct page *p, int64_t unknown)
{
    if (unknown > 0)
        bd_buf_printf(p->out,
                      P_("Find out about the unknown one: %.*s\n",
                         "Find out about the unknown ones: %.*s\n",
                         (uint64_t)unknown),
                      BD_ARG(p->report->resolve));
}

static void outcomes(const struct page *p)
{
    const struct report *r = p->report;
    int64_t unknown = 0;

    heading(p, _("What became of every copy"));
    for (size_t i = 0; i < r->outcome_count; i++) {
        const struct report_outcome *o = &r->outcomes[i];

        bd_buf_add_cstr(p->out, "  ");
        left(p, bd_str_from(word_deliveries(o->state, o->count)), p->label - 2);
        numbers(p, o->count);
        bar(p, o->count, r->audience, colour_of(o->state));
        bd_buf_add_char(p->out, '\n');
        causes(p, o);
        unknown += o->state == BD_DELIVERY_UNKNOWN ? o->count : 0;
    }
    bd_buf_add_cstr(p->out, "  ");
    left(p, bd_str_from(_("all")), p->label - 2);
    numbers(p, r->audience);
    bd_buf_add_char(p->out, '\n');
    advice(p, unknown);
}

static void row(const struct page *p, bd_str name,
                const struct bd_report_domain *d, int64_t biggest)
{
    bd_str rest = report_troubles(p->app, d->count);

    bd_buf_add_cstr(p->out, "  ");
    left(p, name, p->label - 2);
    numbers(p, d->total);
    bar(p, d->total, biggest, "36");
    bd_buf_add_char(p->out, '\n');
    if (rest.len > 0)
        bd_buf_printf(p->out, "    %.*s\n", BD_ARG(rest));
}

static int64_t biggest_of(const struct bd_report_domain *rows, size_t count)
{
    int64_t biggest = 0;

    for (size_t i = 0; i < count; i++)
        biggest = rows[i].total > biggest ? rows[i].total : biggest;
    return biggest;
}

static void domains(const struct page *p)
{
    const struct bd_report_domain *rows = NULL;
    size_t count = report_domains(p->app, p->report, DOMAINS_SHOWN, &rows);
    bd_str note = report_domains_note(p->app, p->report);

    if (count > 0)
        heading(p, _("By the readers' mail domains"));
    for (size_t i = 0; i < count; i++)
        row(p,
            term_cut(p->app->arena, report_domain(p->app, rows[i].domain),
                     (int)p->label - 2),
            &rows[i], biggest_of(rows, count));
    if (count > 0 && note.len > 0)
        bd_buf_printf(p->out, "  %.*s\n", BD_ARG(note));
}

static void back(const struct page *p)
{
    const struct bd_report *n = &p->report->numbers;
    int64_t biggest = 0;
    size_t shown = 0;

    if (n->back_count > 0)
        heading(p, _("What came back, by mail domain"));
    for (size_t i = 0; i < n->back_count && shown < DOMAINS_SHOWN; shown++) {
        bd_str domain = n->back[i].domain;
        bd_str why = BD_STR_NONE;
        int64_t count = report_back(p->app, p->report, &i, &why);

        biggest = count > biggest ? count : biggest;
        bd_buf_add_cstr(p->out, "  ");
        left(p,
             term_cut(p->app->arena, report_domain(p->app, domain),
                      (int)p->label - 2),
             p->label - 2);
        numbers(p, count);
        bar(p, count, biggest, colour_of(BD_DELIVERY_BOUNCED));
        bd_buf_printf(p->out, "\n    %.*s\n", BD_ARG(why));
    }
}

/* URLs differ at the end, in their ports. They are ASCII. */
static bd_str relay_label(const struct page *p, bd_str url, size_t columns)
{
    bd_str name = relays_name(p->app, url);
    size_t end = columns / 2;

    if (name.len > 0)
        return term_cut(p->app->arena, name, (int)columns);
    if (url.len <= columns)
        return url;
    return bd_arena_printf(p->app->arena, "%.*s…%.*s",
                           BD_ARG(bd_str_sub(url, 0, columns - end - 1)),
                           BD_ARG(bd_str_skip(url, url.len - end)));
}

static void relays(const struct page *p)
{
    const struct bd_report *n = &p->report->numbers;

    if (n->relay_count > 0)
        heading(p, _("By relay"));
    for (size_t i = 0; i < n->relay_count; i++)
        row(p, relay_label(p, n->relays[i].domain, p->label - 2), &n->relays[i],
            biggest_of(n->relays, n->relay_count));
}

static void slowest(const struct page *p)
{
    struct bd_arena *arena = p->app->arena;
    const struct bd_report *n = &p->report->numbers;

    if (n->slow_count > 0)
        heading(p, _("Slowest replies"));
    for (size_t i = 0; i < n->slow_count; i++) {
        const struct bd_report_slow *s = &n->slowest[i];
        bd_str who = report_address(p->app, p->report, s->email);

        bd_buf_add_cstr(p->out, "  ");
        right(p, amount_ms(arena, s->took_ms), NUMBER_WIDTH);
        bd_buf_printf(p->out, "  %.*s  ", BD_ARG(bd_time_local(arena, s->at)));
        bd_buf_add(p->out, term_cut(arena, who, p->term->columns - 33));
        bd_buf_add_char(p->out, '\n');
    }
}

static void clicks(const struct page *p)
{
    const struct report *r = p->report;

    if (r->clicks == 0)
        return;
    heading(p, _("Clicks on links"));
    for (size_t i = 0; i < r->link_count; i++) {
        right(p, word_number(p->app->arena, r->links[i].clicks), NUMBER_WIDTH);
        bd_buf_add_cstr(p->out, "  ");
        bd_buf_add(p->out, term_cut(p->app->arena, r->links[i].url,
                                    p->term->columns - NUMBER_WIDTH - 3));
        bd_buf_add_char(p->out, '\n');
    }
}

static void head(const struct page *p)
{
    struct app *app = p->app;
    const struct report *r = p->report;
    const struct bd_mailing *m = &r->mailing;
    bd_str standing = report_standing(app, r);

    term_colour(p->term, p->out, "1");
    bd_buf_add(p->out, m->title);
    term_colour(p->term, p->out, "");
    bd_buf_printf(p->out,
                  P_("\n%.*s to the list %.*s: %s, %.*s copy\n",
                     "\n%.*s to the list %.*s: %s, %.*s copies\n",
                     (uint64_t)r->audience),
                  BD_ARG(m->slug), BD_ARG(m->list_slug), word_mailing(m->state),
                  BD_ARG(word_number(app->arena, r->audience)));
    if (standing.len > 0)
        bd_buf_printf(p->out, "%.*s\n", BD_ARG(standing));
    bd_buf_printf(p->out,
                  P_("Sent: %.*s; %.*s attempt\n",
                     "Sent: %.*s; %.*s attempts\n",
                     (uint64_t)r->numbers.attempts),
                  BD_ARG(report_period(app, r)),
                  BD_ARG(word_number(app->arena, r->numbers.attempts)));
    if (r->tips > 0)
        bd_buf_printf(p->out, _("Tips to friends: %.*s\n"),
                      BD_ARG(word_number(app->arena, r->tips)));
}

void report_text(struct app *app, const struct report *report,
                 const struct term *term)
{
    struct bd_buf out;
    struct page p = { .app = app, .report = report, .term = term, .out = &out };

    bd_buf_init(&out, 0);
    measure(&p);
    head(&p);
    outcomes(&p);
    if (report->numbers.minute_count > 1) {
        heading(&p, report_span_text(app, report->numbers.span));
        report_chart(app, report, term, &out);
    }
    domains(&p);
    back(&p);
    relays(&p);
    slowest(&p);
    clicks(&p);
    out_text(bd_buf_str(&out));
    bd_buf_fini(&out);
}
