/* What the template of the report can name: texts ready to be shown, and the
 * measures of its pictures. docs/templates.md lists them. */
#include "report_data.h"
#include "amount.h"

#define STACK_WIDTH 1000.0
#define STACK_LEAST 8.0 /* so that one copy of a million is seen */
#define CAUSES      12

void set_measure(struct app *app, struct bd_json *o, const char *key,
                 double value)
{
    set_text(app, o, key, bd_arena_printf(app->arena, "%.2f", value));
}

void set_count(struct app *app, struct bd_json *o, const char *key,
               int64_t count)
{
    set_text(app, o, key, word_number(app->arena, count));
}

void set_cstr(struct app *app, struct bd_json *o, const char *key,
              const char *text)
{
    set_text(app, o, key, bd_str_from(text));
}

static void set_words(struct app *app, struct bd_json *o)
{
    static const char *const words[][2] = {
        { "report", N_("Report") },
        { "outcomes", N_("What became of every copy") },
        { "outcomes_caption",
          N_("Every copy is counted once; the numbers add up to all. The bars "
             "compare those that were not accepted.") },
        { "outcome", N_("Outcome") },
        { "copies", N_("Copies") },
        { "share", N_("Share") },
        { "all", N_("All") },
        { "time", N_("Over time") },
        { "as_table", N_("As a table") },
        { "when", N_("When") },
        { "domains", N_("By the readers' mail domains") },
        { "domains_caption",
          N_("The part of the address behind the @. A domain's usual reply "
             "time is the one that half of its accepted copies beat.") },
        { "domain", N_("Domain") },
        { "accepted", N_("Accepted") },
        { "median", N_("Usual reply time") },
        { "back", N_("What came back, by mail domain") },
        { "back_caption",
          N_("Copies that the relay had taken and that came back, or that were "
             "reported as spam, with the reasons that were told.") },
        { "relays", N_("By relay") },
        { "relays_caption",
          N_("The mail servers that took the copies from us, each copy counted "
             "at the last one tried.") },
        { "relay", N_("Relay") },
        { "slow", N_("Slowest replies") },
        { "slow_caption",
          N_("From the first word about the copy to the server's answer.") },
        { "reader", N_("Reader") },
        { "reply_after", N_("Reply after") },
        { "clicks", N_("Clicks on links") },
        { "clicks_caption",
          N_("How often each link was followed, by whom nobody knows. Programs "
             "that look through mail are left out as far as they can be told "
             "apart; links of the text part are not counted.") },
        { "link", N_("Link") },
        { "clicked", N_("Clicks") },
    };
    struct bd_json *all = bd_json_object(app->arena);

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        set_cstr(app, all, words[i][0], _(words[i][1]));
    bd_json_set(o, BD_STR("words"), all);
}

/* For who has never heard of queues and replies. */
static const char *meaning(enum bd_delivery_state state)
{
    switch (state) {
    case BD_DELIVERY_QUEUED:
        return _("will be sent");
    case BD_DELIVERY_HANDING_OVER:
        return _("on its way to the mail server just now");
    case BD_DELIVERY_ACCEPTED:
        return _("taken over by the mail server");
    case BD_DELIVERY_DEFERRED:
        return _("asked to come back later; will be tried again");
    case BD_DELIVERY_REFUSED:
        return _(
            "turned down for good by a mail server, or given up in the end");
    case BD_DELIVERY_SKIPPED:
        return _("never sent, because it should not be");
    case BD_DELIVERY_BOUNCED:
        return _("taken over at first, but came back");
    case BD_DELIVERY_COMPLAINED:
        return _("reported as spam by the reader");
    default:
        return _("the answer was lost; it may have arrived");
    }
}

/* The longest bar: what went well is no bar, or the rest would not be seen. */
static int64_t biggest_trouble(const struct report *report)
{
    int64_t biggest = 1;

    for (size_t i = 0; i < report->outcome_count; i++)
        if (report->outcomes[i].state != BD_DELIVERY_ACCEPTED &&
            report->outcomes[i].count > biggest)
            biggest = report->outcomes[i].count;
    return biggest;
}

static void set_amounts(struct app *app, struct bd_json *o, int64_t count,
                        const struct report *report)
{
    set_count(app, o, "count", count);
    set_text(app, o, "share",
             amount_share(app->arena, count, report->audience));
    set_measure(app, o, "width",
                100.0 * (double)count / (double)biggest_trouble(report));
}

static struct bd_json *cause_data(struct app *app, const struct report *report,
                                  const struct report_cause *cause)
{
    struct bd_json *o = bd_json_object(app->arena);

    set_cstr(app, o, "words", cause->words);
    set_text(app, o, "code", cause->code);
    set_text(app, o, "note",
             cause->ours && report->addresses ? cause->example : BD_STR_NONE);
    set_amounts(app, o, cause->count, report);
    return o;
}

static struct bd_json *causes_data(struct app *app, const struct report *report,
                                   const struct report_outcome *outcome)
{
    struct bd_json *all = bd_json_array(app->arena);
    struct report_cause others = { .words = _("other reasons") };

    for (size_t i = 0; i < outcome->cause_count; i++) {
        if (i < CAUSES || outcome->cause_count == CAUSES + 1)
            bd_json_push(all, cause_data(app, report, &outcome->causes[i]));
        else
            others.count += outcome->causes[i].count;
    }
    if (others.count > 0)
        bd_json_push(all, cause_data(app, report, &others));
    return all;
}

static void set_outcomes(struct app *app, struct bd_json *o,
                         const struct report *report)
{
    struct bd_json *all = bd_json_array(app->arena);

    for (size_t i = 0; i < report->outcome_count; i++) {
        const struct report_outcome *outcome = &report->outcomes[i];
        struct bd_json *row = bd_json_object(app->arena);

        set_cstr(app, row, "key", report_outcome_key(outcome->state));
        set_cstr(app, row, "name",
                 word_deliveries(outcome->state, outcome->count));
        set_cstr(app, row, "meaning", meaning(outcome->state));
        set_amounts(app, row, outcome->count, report);
        bd_json_set(
            row, BD_STR("bar"),
            bd_json_bool(app->arena, outcome->state != BD_DELIVERY_ACCEPTED));
        bd_json_set(row, BD_STR("causes"), causes_data(app, report, outcome));
        bd_json_push(all, row);
    }
    bd_json_set(o, BD_STR("outcomes"), all);
}

/* All outcomes side by side. What the smallest get more than their share is
 * taken from the others in proportion. */
static void set_stack(struct app *app, struct bd_json *o,
                      const struct report *report)
{
    struct bd_json *all = bd_json_array(app->arena);
    bd_str text = BD_STR_NONE;
    double room = STACK_WIDTH - STACK_LEAST * (double)report->outcome_count;
    double x = 0;

    for (size_t i = 0; i < report->outcome_count; i++) {
        const struct report_outcome *outcome = &report->outcomes[i];
        struct bd_json *part = bd_json_object(app->arena);
        double width = STACK_LEAST +
                       room * (double)outcome->count / (double)report->audience;

        set_cstr(app, part, "key", report_outcome_key(outcome->state));
        set_measure(app, part, "x", x);
        set_measure(app, part, "width", width);
        bd_json_push(all, part);
        x += width;
        text = bd_arena_printf(
            app->arena, "%.*s%s%s %.*s", BD_ARG(text), i ? ", " : "",
            word_deliveries(outcome->state, outcome->count),
            BD_ARG(amount_share(app->arena, outcome->count, report->audience)));
    }
    bd_json_set(o, BD_STR("stack"), all);
    set_text(app, o, "stack_text", text);
}

static void add_tile(struct app *app, struct bd_json *tiles, const char *key,
                     const char *name, bd_str value, bd_str note)
{
    struct bd_json *tile = bd_json_object(app->arena);

    set_cstr(app, tile, "key", key);
    set_cstr(app, tile, "name", name);
    set_text(app, tile, "value", value);
    set_text(app, tile, "note", note);
    bd_json_push(tiles, tile);
}

static void add_share_tile(struct app *app, struct bd_json *tiles,
                           const struct report *report, const char *key,
                           const char *name, int64_t count)
{
    add_tile(app, tiles, key, name,
             amount_share(app->arena, count, report->audience),
             bd_arena_printf(app->arena,
                             P_("%.*s copy", "%.*s copies", (uint64_t)count),
                             BD_ARG(word_number(app->arena, count))));
}

static void set_tiles(struct app *app, struct bd_json *o,
                      const struct report *report)
{
    struct bd_json *tiles = bd_json_array(app->arena);
    int64_t accepted = 0;
    int64_t failed = 0;
    int64_t unknown = 0;

    for (size_t i = 0; i < report->outcome_count; i++) {
        const struct report_outcome *outcome = &report->outcomes[i];

        if (outcome->state == BD_DELIVERY_ACCEPTED)
            accepted += outcome->count;
        if (outcome->state == BD_DELIVERY_REFUSED ||
            outcome->state == BD_DELIVERY_BOUNCED)
            failed += outcome->count;
        if (outcome->state == BD_DELIVERY_UNKNOWN)
            unknown += outcome->count;
    }
    add_tile(app, tiles, "all", _("Readers"),
             word_number(app->arena, report->audience), BD_STR_NONE);
    add_share_tile(app, tiles, report, "accepted", _("Accepted"), accepted);
    add_share_tile(app, tiles, report, "refused", _("Did not arrive"), failed);
    if (report->waiting > 0)
        add_share_tile(app, tiles, report, "deferred", _("Still waiting"),
                       report->waiting);
    if (unknown > 0)
        add_share_tile(app, tiles, report, "unknown", _("Unknown"), unknown);
    add_tile(app, tiles, "duration",
             report->going_on ? _("Sending so far") : _("Sending took"),
             report_duration(app, report), BD_STR_NONE);
    bd_json_set(o, BD_STR("tiles"), tiles);
}

static void set_head(struct app *app, struct bd_json *o,
                     const struct report *report)
{
    const struct bd_mailing *m = &report->mailing;
    bd_str attempts = word_number(app->arena, report->numbers.attempts);

    set_cstr(app, o, "language", bd_lang_tag(bd_lang_get()));
    set_text(app, o, "newsletter", app->config.name);
    set_text(app, o, "title", m->title);
    set_text(app, o, "facts",
             bd_arena_printf(
                 app->arena,
                 P_("%.*s to the list %.*s: %s. Sent: %.*s; %.*s attempt.",
                    "%.*s to the list %.*s: %s. Sent: %.*s; %.*s attempts.",
                    (uint64_t)report->numbers.attempts),
                 BD_ARG(m->slug), BD_ARG(m->list_slug), word_mailing(m->state),
                 BD_ARG(report_period(app, report)), BD_ARG(attempts)));
    set_text(app, o, "standing", report_standing(app, report));
    set_count(app, o, "audience", report->audience);
    set_text(app, o, "audience_share",
             amount_share(app->arena, report->audience, report->audience));
    set_text(app, o, "made",
             bd_arena_printf(
                 app->arena,
                 _("Made by brevduva on %.*s, from the record of every copy."),
                 BD_ARG(bd_time_local(app->arena, report->made_at))));
}

struct bd_json *report_data(struct app *app, const struct report *report)
{
    struct bd_json *o = bd_json_object(app->arena);

    set_words(app, o);
    set_head(app, o, report);
    set_tiles(app, o, report);
    set_outcomes(app, o, report);
    set_stack(app, o, report);
    report_data_chart(app, o, report);
    report_data_domains(app, o, report);
    report_data_back(app, o, report);
    report_data_relays(app, o, report);
    report_data_slow(app, o, report);
    report_data_clicks(app, o, report);
    return o;
}
