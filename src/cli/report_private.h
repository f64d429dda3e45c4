/* The report of a mailing: what it shows, and the three ways to show it. */
#ifndef REPORT_PRIVATE_H
#define REPORT_PRIVATE_H

#include "brevduva/store/click.h"
#include "brevduva/store/report.h"
#include "cli_private.h"
#include "term.h"

/* Copies with one outcome for one cause, as people tell causes apart. */
struct report_cause {
    const char *words; /* "no such mailbox"; never NULL */
    bd_str code;       /* "5.1.1", or "550"; may be empty */
    bd_str example;    /* one of the servers' texts, where our words say
                        * little, or what happened where none answered; else
                        * empty */
    bool ours;         /* no server wrote the example */
    int64_t count;
};

struct report_outcome {
    enum bd_delivery_state state;
    int64_t count;
    const struct report_cause *causes; /* most first, or none: it speaks for
                                        * itself; their sum is `count` */
    size_t cause_count;
};

struct report {
    struct bd_mailing mailing;
    struct bd_report numbers;
    int64_t made_at;
    int64_t tips;   /* of the issue to friends, sent by us */
    bool addresses; /* may be shown */
    const struct report_outcome *outcomes; /* in a fixed order, none empty */
    size_t outcome_count;
    int64_t audience;            /* their sum */
    int64_t waiting;             /* of them: without an outcome yet */
    bool going_on;               /* numbers will change by themselves */
    int64_t seconds;             /* from the first attempt to the last one */
    const struct bd_link *links; /* of the issue, to all lists; most clicked
                                  * first */
    size_t link_count;
    int64_t clicks; /* on all of them; 0: not spoken of */
    bd_str resolve; /* the command that settles unknown copies */
};

/* report.c */
/* Put the causes together; texts and arrays in app->arena. */
void report_fill(struct app *app, struct report *report);
/* One cause; texts in app->arena. Not of states that speak for themselves. */
struct report_cause report_cause_of(struct app *app,
                                    const struct bd_report_reason *reason);
/* "accepted" as the stylesheet and the colours call it: letters only. */
const char *report_outcome_key(enum bd_delivery_state state);
/* "Copies tried, each minute". */
const char *report_span_text(struct app *app, int64_t span);
/* "still being sent; these are the numbers of 2026-11-23 08:46", or "". */
bd_str report_standing(struct app *app, const struct report *report);
/* From when until when, or "". */
bd_str report_period(struct app *app, const struct report *report);
/* How long sending took, from the first attempt to the last one. */
bd_str report_duration(struct app *app, const struct report *report);
/* The domain as people write it. */
bd_str report_domain(struct app *app, bd_str domain);
/* What the settings call it, or its URL. */
bd_str report_relay(struct app *app, bd_str url);
/* That readers whose turn has not come are not among the domains, or "". */
bd_str report_domains_note(struct app *app, const struct report *report);
/* The address, or only its domain where addresses are not to be shown. */
bd_str report_address(struct app *app, const struct report *report,
                      bd_str email);
/* The first `most` domains, the others in one row; the array is new. */
size_t report_domains(struct app *app, const struct report *report, size_t most,
                      const struct bd_report_domain **out);

/* "refused 3, deferred 2": all outcomes but acceptance. */
bd_str report_troubles(struct app *app,
                       const int64_t count[BD_DELIVERY_STATES]);

/* How many copies to the domain of row *at came back, and "no such mailbox 3,
 * mailbox full 1"; *at moves on to the next domain. */
int64_t report_back(struct app *app, const struct report *report, size_t *at,
                    bd_str *out);

/* report_text.c */
void report_text(struct app *app, const struct report *report,
                 const struct term *term);
/* report_chart.c: attempts over time, in columns of block characters */
void report_chart(struct app *app, const struct report *report,
                  const struct term *term, struct bd_buf *out);
/* report_json.c */
void report_json(struct app *app, const struct report *report);
/* report_html.c: the page, from templates/report/ */
enum bd_status report_html(struct app *app, const struct report *report,
                           bd_str *out);
/* report_data.c: what the template can name */
struct bd_json *report_data(struct app *app, const struct report *report);

#endif
