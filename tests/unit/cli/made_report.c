/*
 * Usage: made_report FORMAT [LANGUAGE] [no-addresses]
 * The report of a made-up mailing with every outcome there is; FORMAT is
 * text, html or json.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report_private.h"

#define STARTED  INT64_C(1795590000) /* 2026-11-25 08:00 in Stockholm */
#define AUDIENCE 12304
#define SPANS    44
#define LATE     3 /* of them at the end, when deferred copies came again */

#define TEXT(literal) BD_STR_INIT(literal)

static const struct bd_report_reason reasons[] = {
    { BD_DELIVERY_ACCEPTED, 250, TEXT("2.0.0"), TEXT(""),
      TEXT("2.0.0 Ok: queued as 4F1A2"), 10941 },
    { BD_DELIVERY_ACCEPTED, 250, TEXT(""), TEXT(""), TEXT("OK"), 840 },
    { BD_DELIVERY_ACCEPTED, 0, TEXT(""), TEXT("found"),
      TEXT("found in the relay's log as 4F1A3"), 12 },
    { BD_DELIVERY_ACCEPTED, 0, TEXT(""), TEXT("assumed"),
      TEXT("taken as sent on the word of gunvor"), 8 },
    { BD_DELIVERY_DEFERRED, 451, TEXT("4.7.1"), TEXT(""),
      TEXT("4.7.1 Greylisted, come back in 15 minutes"), 74 },
    { BD_DELIVERY_DEFERRED, 452, TEXT("4.2.2"), TEXT(""),
      TEXT("4.2.2 The mailbox of <kjell@post.example> is over quota"), 58 },
    { BD_DELIVERY_DEFERRED, 0, TEXT(""), TEXT(""),
      TEXT("the connection broke, before the whole message had been sent: "
           "the relay has not accepted it"),
      9 },
    { BD_DELIVERY_REFUSED, 550, TEXT("5.1.1"), TEXT(""),
      TEXT("5.1.1 <gunvor@post.example>: no such user here"), 112 },
    { BD_DELIVERY_REFUSED, 551, TEXT("5.1.1"), TEXT(""), TEXT("5.1.1 unknown"),
      9 },
    { BD_DELIVERY_REFUSED, 550, TEXT("5.2.1"), TEXT(""),
      TEXT("5.2.1 account closed <b>&\"</b>"), 41 },
    { BD_DELIVERY_REFUSED, 552, TEXT("5.2.2"), TEXT(""),
      TEXT("5.2.2 mailbox full"), 23 },
    { BD_DELIVERY_REFUSED, 554, TEXT(""), TEXT(""),
      TEXT("Transaction failed, ask the postmaster"), 6 },
    { BD_DELIVERY_REFUSED, 556, TEXT("5.1.10"), TEXT(""),
      TEXT("5.1.10 null MX"), 4 },
    { BD_DELIVERY_REFUSED, 599, TEXT(""), TEXT(""), TEXT("what is this"), 1 },
    { BD_DELIVERY_UNKNOWN, 0, TEXT(""), TEXT(""),
      TEXT("the connection broke, after the whole message had been sent"), 7 },
    { BD_DELIVERY_BOUNCED, 550, TEXT("5.1.1"), TEXT("no-mailbox"),
      TEXT("550 5.1.1 <lars@hotpost.example> unknown"), 6 },
    { BD_DELIVERY_BOUNCED, 0, TEXT("5.1.1"), TEXT("no-mailbox"), TEXT(""), 3 },
    { BD_DELIVERY_BOUNCED, 552, TEXT("5.2.2"), TEXT("full"), TEXT(""), 2 },
    { BD_DELIVERY_BOUNCED, 554, TEXT("5.7.1"), TEXT("spam"),
      TEXT("554 5.7.1 looks like spam to us"), 1 },
    { BD_DELIVERY_COMPLAINED, 0, TEXT(""), TEXT("abuse"), TEXT(""), 2 },
    { BD_DELIVERY_SKIPPED, 0, TEXT(""), TEXT("suppressed"), TEXT(""), 61 },
    { BD_DELIVERY_SKIPPED, 0, TEXT(""), TEXT("left"), TEXT(""), 14 },
    { BD_DELIVERY_HANDING_OVER, 0, TEXT(""), TEXT(""), TEXT(""), 10 },
    { BD_DELIVERY_QUEUED, 0, TEXT(""), TEXT(""), TEXT(""), 60 },
};

/* The rest of each is accepted, and the last takes what is left. */
static const struct {
    bd_str name;
    int64_t total, median_ms;
    int64_t bounced, complained, refused, unknown, deferred, waiting, skipped;
} domains[] = {
    { TEXT("stormail.example"), 4120, 412, 5, 2, 61, 3, 0, 0, 20 },
    { TEXT("hotpost.example"), 2240, 1830, 2, 0, 34, 4, 74, 0, 12 },
    { TEXT("telebrev.example"), 1611, 240, 1, 0, 30, 0, 0, 70, 9 },
    { TEXT("post.example"), 1200, 318, 2, 0, 43, 0, 58, 0, 10 },
    { TEXT("frukt.example"), 902, 905, 0, 0, 9, 0, 0, 0, 6 },
    { TEXT("xn--skrgrd-cuak.example"), 655, 188, 0, 0, 2, 0, 9, 0, 2 },
    { TEXT("kommunen.example"), 402, 2960, 1, 0, 5, 0, 0, 0, 3 },
    { TEXT("hyttvik.example"), 310, 96, 0, 0, 0, 0, 0, 0, 1 },
    { TEXT("biblioteket.example"), 188, 510, 0, 0, 1, 0, 0, 0, 2 },
    { TEXT("skolan.example"), 120, 640, 1, 0, 2, 0, 0, 0, 4 },
    { TEXT("foreningen.example"), 84, 702, 0, 0, 3, 0, 0, 0, 1 },
    { TEXT(""), 472, 870, 0, 0, 6, 0, 0, 0, 5 },
};
#define DOMAINS (sizeof domains / sizeof *domains)

static const struct bd_report_slow slowest[] = {
    { 901, TEXT("anna.berg@kommunen.example"),
      TEXT("smtp://mail.hyttvik.example:587"), TEXT("2.0.0 Ok"), STARTED + 95,
      61200 },
    { 77, TEXT("per@kommunen.example"), TEXT("smtp://mail.hyttvik.example:587"),
      TEXT("2.0.0 Ok"), STARTED + 112, 48150 },
    { 4411, TEXT("siv@xn--skrgrd-cuak.example"),
      TEXT("smtps://spare.example:465"), TEXT("2.0.0 Ok"), STARTED + 203,
      9480 },
    { 15, TEXT("maj@hotpost.example"), TEXT("smtp://mail.hyttvik.example:587"),
      TEXT("2.0.0 Ok"), STARTED + 31, 8730 },
};

static const struct bd_report_back back[] = {
    { TEXT("stormail.example"), TEXT("no-mailbox"), 4 },
    { TEXT("stormail.example"), TEXT("abuse"), 2 },
    { TEXT("stormail.example"), TEXT("full"), 1 },
    { TEXT("hotpost.example"), TEXT("no-mailbox"), 2 },
    { TEXT("post.example"), TEXT("no-mailbox"), 2 },
    { TEXT("kommunen.example"), TEXT("spam"), 1 },
    { TEXT("skolan.example"), TEXT("no-mailbox"), 1 },
    { TEXT("telebrev.example"), TEXT("full"), 1 },
};

static void fill_domains(struct bd_report_domain rows[DOMAINS])
{
    for (size_t i = 0; i < DOMAINS; i++) {
        struct bd_report_domain *d = &rows[i];
        int64_t others = domains[i].bounced + domains[i].complained +
                         domains[i].refused + domains[i].unknown +
                         domains[i].deferred + domains[i].waiting +
                         domains[i].skipped;

        *d = (struct bd_report_domain) { .domain = domains[i].name,
                                         .total = domains[i].total,
                                         .median_ms = domains[i].median_ms };
        d->count[BD_DELIVERY_ACCEPTED] = domains[i].total - others;
        d->count[BD_DELIVERY_BOUNCED] = domains[i].bounced;
        d->count[BD_DELIVERY_COMPLAINED] = domains[i].complained;
        d->count[BD_DELIVERY_REFUSED] = domains[i].refused;
        d->count[BD_DELIVERY_UNKNOWN] = domains[i].unknown;
        d->count[BD_DELIVERY_DEFERRED] = domains[i].deferred;
        d->count[BD_DELIVERY_QUEUED] = domains[i].waiting > 10
                                           ? domains[i].waiting - 10
                                           : 0;
        d->count[BD_DELIVERY_HANDING_OVER] = domains[i].waiting -
                                             d->count[BD_DELIVERY_QUEUED];
        d->count[BD_DELIVERY_SKIPPED] = domains[i].skipped;
    }
}

/* Two relays, of which the second took over for a while. */
static void fill_relays(const struct bd_report_domain rows[DOMAINS],
                        struct bd_report_domain relays[2])
{
    relays[0] = (struct bd_report_domain) {
        .domain = BD_STR("smtp://mail.hyttvik.example:587"), .median_ms = 395
    };
    relays[1] = (struct bd_report_domain) {
        .domain = BD_STR("smtps://spare.example:465"), .median_ms = 1240
    };
    for (size_t i = 0; i < DOMAINS; i++) {
        struct bd_report_domain *relay = &relays[i % 4 == 1];

        for (size_t s = 0; s < BD_DELIVERY_STATES; s++) {
            if (s == BD_DELIVERY_QUEUED || s == BD_DELIVERY_HANDING_OVER ||
                s == BD_DELIVERY_SKIPPED)
                continue;
            relay->count[s] += rows[i].count[s];
            relay->total += rows[i].count[s];
        }
    }
}

/* A slow start, full speed, a dip when a relay was away, and the end. */
static void fill_minutes(struct bd_report_minute minutes[SPANS],
                         int64_t *out_attempts)
{
    *out_attempts = 0;
    for (int64_t i = 0; i < SPANS; i++) {
        struct bd_report_minute *m = &minutes[i];
        int64_t speed = i < 6 ? 60 + 55 * i : 340 + i * 7 % 31;

        if (i >= 20 && i < 24)
            speed = i == 20 ? 130 : i == 23 ? 190 : 0;
        if (i >= SPANS - LATE)
            speed = 12 + 20 * (SPANS - i);
        m->at = STARTED + 10 * i;
        m->accepted = speed;
        m->refused = speed / 55;
        m->deferred = i % 9 == 4 ? speed / 12 : 0;
        *out_attempts += m->accepted + m->refused + m->deferred;
    }
}

static void check(const struct report *r)
{
    int64_t by_domain = 0;
    int64_t by_cause = 0;

    for (size_t i = 0; i < r->numbers.domain_count; i++) {
        int64_t sum = 0;

        for (size_t s = 0; s < BD_DELIVERY_STATES; s++)
            sum += r->numbers.domains[i].count[s];
        assert(sum == r->numbers.domains[i].total);
        by_domain += sum;
    }
    for (size_t i = 0; i < r->outcome_count; i++) {
        const struct report_outcome *o = &r->outcomes[i];
        int64_t sum = 0;

        for (size_t k = 0; k < o->cause_count; k++)
            sum += o->causes[k].count;
        assert(o->cause_count == 0 || sum == o->count);
        by_cause += o->count;
    }
    assert(by_domain == AUDIENCE && by_cause == AUDIENCE);
    assert(r->audience == AUDIENCE);
}

static int show(struct app *app, const struct report *report,
                const char *format)
{
    struct term term = term_of(1);
    bd_str page = BD_STR_NONE;

    if (strcmp(format, "text") == 0) {
        report_text(app, report, &term);
    } else if (strcmp(format, "json") == 0) {
        report_json(app, report);
    } else if (report_html(app, report, &page) == BD_OK) {
        out_text(page);
    } else {
        (void)fprintf(stderr, "%s\n", app->err.msg);
        return 1;
    }
    return 0;
}

static struct report made_up(void)
{
    static struct bd_report_domain rows[DOMAINS];
    static struct bd_report_domain relays[2];
    static struct bd_report_minute minutes[SPANS];
    struct report report = {
        .resolve = BD_STR("brevduva resolve 2026-4"),
        .mailing = { .id = 7,
                     .slug = BD_STR("2026-4"),
                     .title = BD_STR("Byn inför vintern"),
                     .list_slug = BD_STR("nyhetsbrev"),
                     .state = BD_MAILING_SENDING,
                     .started_at = STARTED },
        .numbers = { .reasons = reasons,
                     .reason_count = sizeof reasons / sizeof *reasons,
                     .domains = rows,
                     .domain_count = DOMAINS,
                     .back = back,
                     .back_count = sizeof back / sizeof *back,
                     .relays = relays,
                     .relay_count = 2,
                     .minutes = minutes,
                     .minute_count = SPANS,
                     .span = 10,
                     .first_at = STARTED,
                     .last_at = STARTED + 600,
                     .slowest = slowest,
                     .slow_count = sizeof slowest / sizeof *slowest },
        .made_at = STARTED + 600,
    };

    fill_domains(rows);
    fill_relays(rows, relays);
    fill_minutes(minutes, &report.numbers.attempts);
    return report;
}

int main(int argc, char **argv)
{
    struct app app = { .arena = bd_arena_new(), .folder = "/nowhere" };
    enum bd_lang lang = BD_LANG_EN;
    struct report report = made_up();
    int failed = 0;

    if (argc < 2)
        return 2;
    (void)setenv("TZ", "Europe/Stockholm", 1);
    tzset();
    (void)(argc > 2 && bd_lang_parse(bd_str_from(argv[2]), &lang));
    bd_lang_set(lang);
    app.config.name = BD_STR("Hyttviksbladet");
    report.addresses = argc < 4;
    report_fill(&app, &report);
    check(&report);
    failed = show(&app, &report, argv[1]);
    bd_arena_free(app.arena);
    return failed;
}
