/* The report as JSON, one object a line; all numbers that there are. */
#include "came_back.h"
#include "report_private.h"

static struct bd_json *begin(struct app *app, const char *kind)
{
    struct bd_json *o = bd_json_object(app->arena);

    set_text(app, o, "kind", bd_str_from(kind));
    return o;
}

static void set_counts(struct app *app, struct bd_json *o,
                       const int64_t count[BD_DELIVERY_STATES])
{
    for (int s = 0; s < BD_DELIVERY_STATES; s++)
        set_int(app, o, bd_delivery_state_names[s], count[s]);
}

static void print_mailing(struct app *app, const struct report *r)
{
    const struct bd_mailing *m = &r->mailing;
    struct bd_json *o = begin(app, "report");
    int64_t count[BD_DELIVERY_STATES] = { 0 };

    for (size_t i = 0; i < r->outcome_count; i++)
        count[r->outcomes[i].state] = r->outcomes[i].count;
    set_int(app, o, "mailing", m->id);
    set_text(app, o, "issue", m->slug);
    set_text(app, o, "title", m->title);
    set_text(app, o, "list", m->list_slug);
    set_text(app, o, "state", bd_str_from(bd_mailing_state_names[m->state]));
    set_text(app, o, "reason", word_reason(app, m));
    set_time(app, o, "started", m->started_at);
    set_time(app, o, "ended", m->ended_at);
    set_time(app, o, "first_attempt", r->numbers.first_at);
    set_time(app, o, "last_attempt", r->numbers.last_at);
    set_time(app, o, "made", r->made_at);
    set_int(app, o, "seconds", r->seconds);
    set_int(app, o, "attempts", r->numbers.attempts);
    set_int(app, o, "total", r->audience);
    set_int(app, o, "not_in_domains", m->to_enlist);
    set_int(app, o, "tips", r->tips);
    set_counts(app, o, count);
    out_json(o);
}

static bool says_itself(const struct bd_report_reason *reason)
{
    return reason->state == BD_DELIVERY_UNKNOWN ||
           reason->state == BD_DELIVERY_HANDING_OVER ||
           ((reason->state == BD_DELIVERY_QUEUED ||
             reason->state == BD_DELIVERY_ACCEPTED) &&
            reason->reason.len == 0);
}

static void print_reason(struct app *app, const struct report *r,
                         const struct bd_report_reason *reason)
{
    struct bd_json *o = begin(app, "reason");
    const char *words = says_itself(reason)
                            ? ""
                            : report_cause_of(app, reason).words;

    set_text(app, o, "state",
             bd_str_from(bd_delivery_state_names[reason->state]));
    set_int(app, o, "reply_code", reason->reply_code);
    set_text(app, o, "enhanced", reason->enhanced);
    set_text(app, o, "reason", reason->reason);
    set_text(app, o, "words", bd_str_from(words));
    set_text(app, o, "example", r->addresses ? reason->example : BD_STR_NONE);
    set_int(app, o, "count", reason->count);
    out_json(o);
}

/* `kind`: "domain" or "relay". */
static void print_row(struct app *app, const char *kind,
                      const struct bd_report_domain *d)
{
    struct bd_json *o = begin(app, kind);

    set_text(app, o, kind, d->domain);
    if (bd_str_eq(bd_str_from(kind), BD_STR("relay")))
        set_text(app, o, "relay_name", relays_name(app, d->domain));
    set_int(app, o, "total", d->total);
    set_counts(app, o, d->count);
    set_int(app, o, "median_ms", d->median_ms);
    out_json(o);
}

static void print_back(struct app *app, const struct bd_report_back *back)
{
    struct bd_json *o = begin(app, "back");

    set_text(app, o, "domain", back->domain);
    set_text(app, o, "reason", back->reason);
    set_text(app, o, "words",
             bd_str_from(word_bounce(app->arena, back->reason)));
    set_int(app, o, "count", back->count);
    out_json(o);
}

static void print_time(struct app *app, const struct bd_report_minute *m,
                       int64_t span)
{
    struct bd_json *o = begin(app, "time");

    set_time(app, o, "at", m->at);
    set_int(app, o, "seconds", span);
    set_int(app, o, "accepted", m->accepted);
    set_int(app, o, "deferred", m->deferred);
    set_int(app, o, "refused", m->refused);
    out_json(o);
}

static void print_slow(struct app *app, const struct report *r,
                       const struct bd_report_slow *slow)
{
    struct bd_json *o = begin(app, "slow");

    if (r->addresses)
        set_text(app, o, "email", slow->email);
    set_time(app, o, "at", slow->at);
    set_int(app, o, "took_ms", slow->took_ms);
    set_text(app, o, "relay", slow->relay);
    set_text(app, o, "relay_name", relays_name(app, slow->relay));
    if (r->addresses)
        set_text(app, o, "reply_text", slow->reply_text);
    out_json(o);
}

static void print_link(struct app *app, const struct bd_link *link)
{
    struct bd_json *o = begin(app, "link");

    set_text(app, o, "url", link->url);
    set_int(app, o, "clicks", link->clicks);
    out_json(o);
}

void report_json(struct app *app, const struct report *report)
{
    const struct bd_report *n = &report->numbers;

    print_mailing(app, report);
    for (size_t i = 0; i < n->reason_count; i++)
        print_reason(app, report, &n->reasons[i]);
    for (size_t i = 0; i < n->domain_count; i++)
        print_row(app, "domain", &n->domains[i]);
    for (size_t i = 0; i < n->back_count; i++)
        print_back(app, &n->back[i]);
    for (size_t i = 0; i < n->relay_count; i++)
        print_row(app, "relay", &n->relays[i]);
    for (size_t i = 0; i < n->minute_count; i++)
        print_time(app, &n->minutes[i], n->span);
    for (size_t i = 0; i < n->slow_count; i++)
        print_slow(app, report, &n->slowest[i]);
    for (size_t i = 0; i < report->link_count; i++)
        print_link(app, &report->links[i]);
}
