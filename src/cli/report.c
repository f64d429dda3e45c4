#include "amount.h"
#include "brevduva/mail/address.h"
#include "came_back.h"
#include "reply_words.h"
#include "report_private.h"

/* From the best to the worst, then those without an outcome. */
static const enum bd_delivery_state order[] = {
    BD_DELIVERY_ACCEPTED,     BD_DELIVERY_BOUNCED, BD_DELIVERY_COMPLAINED,
    BD_DELIVERY_REFUSED,      BD_DELIVERY_UNKNOWN, BD_DELIVERY_DEFERRED,
    BD_DELIVERY_HANDING_OVER, BD_DELIVERY_QUEUED,  BD_DELIVERY_SKIPPED,
};

static bool has_causes(const struct bd_report *numbers,
                       enum bd_delivery_state state)
{
    for (size_t i = 0; i < numbers->reason_count; i++)
        if ((state == BD_DELIVERY_QUEUED || state == BD_DELIVERY_ACCEPTED) &&
            numbers->reasons[i].state == state &&
            numbers->reasons[i].reason.len > 0)
            return true;
    return state == BD_DELIVERY_REFUSED || state == BD_DELIVERY_DEFERRED ||
           state == BD_DELIVERY_SKIPPED || state == BD_DELIVERY_BOUNCED;
}

/* By the last answer, whether or not it was the last word. */
static const char *answer_words(struct app *app,
                                const struct bd_report_reason *r)
{
    const char *words = reply_words(r->reply_code, r->enhanced);
    bool late = bd_str_eq(r->reason, BD_STR("deadline"));

    if ((r->state == BD_DELIVERY_BOUNCED ||
         r->state == BD_DELIVERY_COMPLAINED) &&
        r->reason.len > 0)
        return word_bounce(app->arena, r->reason);
    if (!words && r->reply_code == 0)
        return late ? _("time over; no answer came")
                    : _("no reply: the connection was closed or failed");
    if (!words)
        words = _("another reason");
    return late ? bd_arena_printf(app->arena, _("time over; last answer: %s"),
                                  words)
                      .ptr
                : words;
}

struct report_cause report_cause_of(struct app *app,
                                    const struct bd_report_reason *r)
{
    struct report_cause cause = { .count = r->count };

    if (r->state == BD_DELIVERY_SKIPPED) {
        cause.words = skip_words(bd_arena_copy(app->arena, r->reason));
        return cause;
    }
    if (r->state == BD_DELIVERY_QUEUED) {
        cause.words = r->reason.len > 0 ? _("waiting for their domain's turn")
                                        : _("their turn has not come");
        return cause;
    }
    if (r->state == BD_DELIVERY_ACCEPTED) {
        cause.words = accepted_words(r->reason);
        return cause;
    }
    cause.words = answer_words(app, r);
    cause.code = r->enhanced;
    if (reply_is_vague(r->enhanced) || bd_str_eq(r->reason, BD_STR("deadline")))
        cause.example = r->example;
    if (r->enhanced.len == 0 && r->reply_code > 0)
        cause.code = bd_arena_printf(app->arena, "%d", r->reply_code);
    cause.ours = r->enhanced.len == 0 && r->reply_code == 0;
    return cause;
}

static bool same_cause(const struct report_cause *a,
                       const struct report_cause *b)
{
    return bd_str_eq(bd_str_from(a->words), bd_str_from(b->words)) &&
           bd_str_eq(a->code, b->code) &&
           (!a->ours || bd_str_eq(a->example, b->example));
}

static void add_cause(struct report_cause *causes, size_t *count,
                      const struct report_cause *cause)
{
    size_t at = 0;

    while (at < *count && !same_cause(&causes[at], cause))
        at++;
    if (at == *count) {
        causes[(*count)++] = *cause;
        return;
    }
    causes[at].count += cause->count;
    if (causes[at].example.len == 0)
        causes[at].example = cause->example;
}

/* Stable: what came first in the ledger's order stays first. */
static void sort_causes(struct report_cause *causes, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct report_cause cause = causes[i];
        size_t at = i;

        for (; at > 0 && causes[at - 1].count < cause.count; at--)
            causes[at] = causes[at - 1];
        causes[at] = cause;
    }
}

static struct report_outcome outcome_of(struct app *app,
                                        const struct bd_report *numbers,
                                        enum bd_delivery_state state)
{
    struct report_cause *causes = BD_NEW_ARRAY(
        app->arena, numbers->reason_count + 1, struct report_cause);
    struct report_outcome outcome = { .state = state, .causes = causes };

    for (size_t i = 0; i < numbers->reason_count; i++) {
        const struct bd_report_reason *r = &numbers->reasons[i];
        struct report_cause cause = { 0 };

        if (r->state != state)
            continue;
        outcome.count += r->count;
        if (!has_causes(numbers, state))
            continue;
        cause = report_cause_of(app, r);
        add_cause(causes, &outcome.cause_count, &cause);
    }
    sort_causes(causes, outcome.cause_count);
    return outcome;
}

static bool is_waiting(enum bd_delivery_state state)
{
    return state == BD_DELIVERY_QUEUED || state == BD_DELIVERY_DEFERRED ||
           state == BD_DELIVERY_HANDING_OVER;
}

void report_fill(struct app *app, struct report *report)
{
    const struct bd_mailing *m = &report->mailing;
    struct report_outcome *outcomes = BD_NEW_ARRAY(
        app->arena, BD_DELIVERY_STATES, struct report_outcome);

    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        struct report_outcome outcome = outcome_of(app, &report->numbers,
                                                   order[i]);

        if (outcome.count == 0)
            continue;
        outcomes[report->outcome_count++] = outcome;
        report->audience += outcome.count;
        report->waiting += is_waiting(outcome.state) ? outcome.count : 0;
    }
    report->outcomes = outcomes;
    report->going_on = m->state == BD_MAILING_SENDING && report->waiting > 0;
    /* not from start to end: a mailing can stand paused for days */
    report->seconds = report->numbers.last_at - report->numbers.first_at;
}

const char *report_outcome_key(enum bd_delivery_state state)
{
    return state == BD_DELIVERY_HANDING_OVER ? "queued"
                                             : bd_delivery_state_names[state];
}

const char *report_span_text(struct app *app, int64_t span)
{
    static const struct {
        int64_t unit;
        const char *one, *many;
    } rows[] = {
        { 86400, N_("Copies tried each day"),
          N_("Copies tried every %lld days") },
        { 3600, N_("Copies tried each hour"),
          N_("Copies tried every %lld hours") },
        { 60, N_("Copies tried each minute"),
          N_("Copies tried every %lld minutes") },
        { 1, N_("Copies tried each second"),
          N_("Copies tried every %lld seconds") },
    };
    size_t i = 0;

    while (i < 3 && span % rows[i].unit != 0)
        i++;
    span /= rows[i].unit;
    if (span <= 1)
        return _(rows[i].one);
    return bd_arena_printf(app->arena, _(rows[i].many), (long long)span).ptr;
}

bd_str report_standing(struct app *app, const struct report *report)
{
    const struct bd_mailing *m = &report->mailing;
    bd_str now = bd_time_local(app->arena, report->made_at);

    if (report->going_on)
        return bd_arena_printf(
            app->arena, _("Not all sent yet: these are the numbers of %.*s."),
            BD_ARG(now));
    if (m->state == BD_MAILING_PAUSED && m->state_reason.len > 0)
        return bd_arena_printf(app->arena, _("Paused: %.*s"),
                               BD_ARG(word_reason(app, m)));
    if (report->waiting > 0)
        return bd_arena_printf(
            app->arena, _("Not all sent (%s): these are the numbers of %.*s."),
            word_mailing(m->state), BD_ARG(now));
    return BD_STR_NONE;
}

bd_str report_duration(struct app *app, const struct report *report)
{
    if (report->seconds == 0 && report->numbers.attempts > 0)
        return BD_STR("< 1\u00a0s"); /* times are kept in seconds */
    return amount_time(app->arena, report->seconds);
}

bd_str report_period(struct app *app, const struct report *report)
{
    const struct bd_report *n = &report->numbers;
    bd_str from = bd_time_local(app->arena, n->first_at);
    bd_str to = bd_time_local(app->arena, n->last_at);

    if (n->first_at == 0)
        return bd_str_from(_("not begun"));
    if (report->going_on)
        return bd_arena_printf(app->arena, _("from %.*s on"), BD_ARG(from));
    if (bd_str_eq(bd_str_sub(from, 0, 10), bd_str_sub(to, 0, 10)))
        to = bd_str_skip(to, 11); /* of the same day */
    return bd_arena_printf(app->arena, _("%.*s to %.*s (%.*s)"), BD_ARG(from),
                           BD_ARG(to), BD_ARG(report_duration(app, report)));
}

bd_str report_domain(struct app *app, bd_str domain)
{
    bd_str shown = bd_arena_printf(app->arena, "x@%.*s", BD_ARG(domain));

    if (domain.len == 0)
        return bd_str_from(_("others"));
    return bd_str_skip(bd_address_display(app->arena, shown), 2);
}

bd_str report_relay(struct app *app, bd_str url)
{
    bd_str name = relays_name(app, url);

    return name.len > 0 ? name : url;
}

bd_str report_domains_note(struct app *app, const struct report *report)
{
    int64_t count = report->mailing.to_enlist;

    if (count == 0)
        return BD_STR_NONE;
    return bd_arena_printf(
        app->arena,
        P_("%.*s reader whose turn has not come is not in these numbers.",
           "%.*s readers whose turn has not come are not in these numbers.",
           (uint64_t)count),
        BD_ARG(word_number(app->arena, count)));
}

bd_str report_address(struct app *app, const struct report *report,
                      bd_str email)
{
    size_t at = email.len;

    if (report->addresses)
        return bd_address_display(app->arena, email);
    while (at > 0 && email.ptr[at - 1] != '@')
        at--;
    return bd_arena_printf(app->arena, _("someone at %.*s"),
                           BD_ARG(report_domain(app, bd_str_skip(email, at))));
}

bd_str report_troubles(struct app *app, const int64_t count[BD_DELIVERY_STATES])
{
    bd_str text = BD_STR_NONE;

    for (int s = 0; s < BD_DELIVERY_STATES; s++)
        if (s != BD_DELIVERY_ACCEPTED && count[s] > 0)
            text = bd_arena_printf(
                app->arena, "%.*s%s%s %.*s", BD_ARG(text), text.len ? ", " : "",
                word_deliveries((enum bd_delivery_state)s, count[s]),
                BD_ARG(word_number(app->arena, count[s])));
    return text;
}

int64_t report_back(struct app *app, const struct report *report, size_t *at,
                    bd_str *out)
{
    const struct bd_report *n = &report->numbers;
    bd_str domain = n->back[*at].domain;
    bd_str text = BD_STR_NONE;
    int64_t count = 0;

    for (; *at < n->back_count && bd_str_eq(n->back[*at].domain, domain);
         ++*at) {
        const struct bd_report_back *b = &n->back[*at];

        count += b->count;
        text = bd_arena_printf(app->arena, "%.*s%s%s %.*s", BD_ARG(text),
                               text.len ? ", " : "",
                               word_bounce(app->arena, b->reason),
                               BD_ARG(word_number(app->arena, b->count)));
    }
    *out = text;
    return count;
}

size_t report_domains(struct app *app, const struct report *report, size_t most,
                      const struct bd_report_domain **out)
{
    const struct bd_report *n = &report->numbers;
    struct bd_report_domain *rows = BD_NEW_ARRAY(
        app->arena, n->domain_count + 1, struct bd_report_domain);
    size_t count = 0;

    *out = rows;
    for (size_t i = 0; i < n->domain_count; i++) {
        const struct bd_report_domain *d = &n->domains[i];
        struct bd_report_domain *others = &rows[most];

        if (count < most || n->domain_count <= most + 1) {
            rows[count++] = *d;
            continue;
        }
        count = most + 1;
        others->total += d->total;
        for (size_t s = 0; s < BD_DELIVERY_STATES; s++)
            others->count[s] += d->count[s];
    }
    return count;
}
