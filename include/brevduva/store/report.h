/*
 * The numbers of one mailing: how it went, by outcome and reason, by domain,
 * over time. Sums are the audience.
 */
#ifndef BREVDUVA_STORE_REPORT_H
#define BREVDUVA_STORE_REPORT_H

#include "brevduva/store/mailing.h"

/* Copies with one outcome for one reason. */
struct bd_report_reason {
    enum bd_delivery_state state;
    int reply_code;  /* 0: none */
    bd_str enhanced; /* "5.1.1"; may be empty */
    bd_str reason;   /* of skipped, queued, refused and accepted: see
                      * bd_log_row; of
                      * those that came back: bd_bounce.reason */
    bd_str example;  /* one of their reply texts; where no reply came, what
                      * happened to all of them; of those that came back, of
                      * the words that said so, as the codes are */
    int64_t count;
};

struct bd_report_domain {
    bd_str domain; /* in A-labels, lower case; of `relays`: the relay's URL */
    int64_t count[BD_DELIVERY_STATES];
    int64_t total;
    int64_t median_ms; /* of the accepted ones' took_ms */
};

/* Copies to one domain that came back for one reason. */
struct bd_report_back {
    bd_str domain; /* as above */
    bd_str reason; /* "no-mailbox"; of complaints: "abuse" */
    int64_t count;
};

struct bd_report_minute {
    int64_t at;                          /* when the span begins */
    int64_t accepted, deferred, refused; /* attempts that ended in it; what
                                          * was settled later is none */
};

struct bd_report_slow {
    int64_t delivery_id;
    bd_str email, relay, reply_text;
    int64_t at, took_ms;
};

struct bd_report {
    const struct bd_report_reason *reasons; /* most first */
    size_t reason_count;
    const struct bd_report_domain *domains; /* most first, at most 50; then
                                             * one row "" for the others */
    size_t domain_count;
    const struct bd_report_domain *relays; /* the same by the relay that was
                                            * tried last; not copies that were
                                            * never tried */
    size_t relay_count;
    const struct bd_report_back *back; /* by domain, where most came back first;
                                        * at most 20 of them */
    size_t back_count;
    const struct bd_report_minute *minutes; /* in order, equal spans, gaps
                                             * filled with zeros; at most 120 */
    size_t minute_count;
    int64_t span; /* seconds in each of them: 1, 10, 60 ... */
    const struct bd_report_slow *slowest; /* at most 10 */
    size_t slow_count;
    int64_t attempts;          /* in all */
    int64_t first_at, last_at; /* the first and the last of them; 0: none */
};

/* One moment's truth: a read transaction. Texts in the arena. */
enum bd_status bd_report_read(struct bd_arena *arena, struct bd_store *store,
                              int64_t mailing_id, struct bd_report *out,
                              struct bd_err *err) BD_MUST_USE;

#endif
