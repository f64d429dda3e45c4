/* Tables of the report: domains, relays, and the slowest replies. */
#include "amount.h"
#include "report_data.h"

#define DOMAINS_SHOWN 20

/* A bar of one row's outcomes, as long as its share of the biggest row. */
static struct bd_json *parts_data(struct app *app,
                                  const int64_t count[BD_DELIVERY_STATES],
                                  int64_t biggest)
{
    static const enum bd_delivery_state order[] = {
        BD_DELIVERY_ACCEPTED,     BD_DELIVERY_BOUNCED, BD_DELIVERY_COMPLAINED,
        BD_DELIVERY_REFUSED,      BD_DELIVERY_UNKNOWN, BD_DELIVERY_DEFERRED,
        BD_DELIVERY_HANDING_OVER, BD_DELIVERY_QUEUED,  BD_DELIVERY_SKIPPED,
    };
    struct bd_json *parts = bd_json_array(app->arena);
    double x = 0;

    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        double width = 100.0 * (double)count[order[i]] / (double)biggest;
        struct bd_json *part = bd_json_object(app->arena);

        if (count[order[i]] == 0)
            continue;
        set_cstr(app, part, "key", report_outcome_key(order[i]));
        set_measure(app, part, "x", x);
        set_measure(app, part, "width", width);
        bd_json_push(parts, part);
        x += width;
    }
    return parts;
}

static void set_row(struct app *app, struct bd_json *row,
                    const struct bd_report_domain *d)
{
    set_count(app, row, "count", d->total);
    set_text(
        app, row, "share",
        amount_share(app->arena, d->count[BD_DELIVERY_ACCEPTED], d->total));
    set_text(app, row, "median",
             d->median_ms > 0 ? amount_ms(app->arena, d->median_ms)
                              : BD_STR("–"));
    set_text(app, row, "troubles", report_troubles(app, d->count));
}

/* Domains, or relays; `name` makes their name for people. */
static void set_rows(struct app *app, struct bd_json *object, const char *key,
                     const struct bd_report_domain *rows, size_t count,
                     bd_str (*name)(struct app *app, bd_str raw))
{
    struct bd_json *all = bd_json_array(app->arena);
    int64_t biggest = 1;

    for (size_t i = 0; i < count; i++)
        biggest = rows[i].total > biggest ? rows[i].total : biggest;
    for (size_t i = 0; i < count; i++) {
        struct bd_json *row = bd_json_object(app->arena);

        set_text(app, row, "name", name(app, rows[i].domain));
        set_row(app, row, &rows[i]);
        bd_json_set(row, BD_STR("parts"),
                    parts_data(app, rows[i].count, biggest));
        bd_json_push(all, row);
    }
    bd_json_set(object, bd_str_from(key), all);
    bd_json_set(object, bd_arena_printf(app->arena, "has_%s", key),
                bd_json_bool(app->arena, count > 0));
}

void report_data_domains(struct app *app, struct bd_json *object,
                         const struct report *report)
{
    const struct bd_report_domain *rows = NULL;
    size_t count = report_domains(app, report, DOMAINS_SHOWN, &rows);

    set_rows(app, object, "domains", rows, count, report_domain);
    set_text(app, object, "domains_note", report_domains_note(app, report));
}

void report_data_relays(struct app *app, struct bd_json *object,
                        const struct report *report)
{
    set_rows(app, object, "relays", report->numbers.relays,
             report->numbers.relay_count, report_relay);
}

void report_data_back(struct app *app, struct bd_json *object,
                      const struct report *report)
{
    const struct bd_report *n = &report->numbers;
    struct bd_json *all = bd_json_array(app->arena);

    for (size_t i = 0; i < n->back_count;) {
        struct bd_json *row = bd_json_object(app->arena);
        bd_str domain = n->back[i].domain;
        bd_str why = BD_STR_NONE;
        int64_t count = report_back(app, report, &i, &why);

        set_text(app, row, "name", report_domain(app, domain));
        set_count(app, row, "count", count);
        set_text(app, row, "why", why);
        bd_json_push(all, row);
    }
    bd_json_set(object, BD_STR("has_back"),
                bd_json_bool(app->arena, n->back_count > 0));
    bd_json_set(object, BD_STR("back"), all);
}

void report_data_slow(struct app *app, struct bd_json *object,
                      const struct report *report)
{
    const struct bd_report *n = &report->numbers;
    struct bd_json *all = bd_json_array(app->arena);

    for (size_t i = 0; i < n->slow_count; i++) {
        const struct bd_report_slow *slow = &n->slowest[i];
        struct bd_json *row = bd_json_object(app->arena);

        set_text(app, row, "who", report_address(app, report, slow->email));
        set_text(app, row, "took", amount_ms(app->arena, slow->took_ms));
        set_text(app, row, "at", bd_time_local(app->arena, slow->at));
        bd_json_push(all, row);
    }
    bd_json_set(object, BD_STR("has_slow"),
                bd_json_bool(app->arena, n->slow_count > 0));
    bd_json_set(object, BD_STR("slow"), all);
}

void report_data_clicks(struct app *app, struct bd_json *object,
                        const struct report *report)
{
    struct bd_json *all = bd_json_array(app->arena);

    for (size_t i = 0; i < report->link_count; i++) {
        struct bd_json *row = bd_json_object(app->arena);

        set_text(app, row, "url", report->links[i].url);
        set_count(app, row, "count", report->links[i].clicks);
        bd_json_push(all, row);
    }
    bd_json_set(object, BD_STR("has_clicks"),
                bd_json_bool(app->arena, report->clicks > 0));
    bd_json_set(object, BD_STR("links"), all);
}
