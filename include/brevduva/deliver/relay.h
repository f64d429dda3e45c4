/*
 * A relay: where copies are handed over. smtp://, smtps:// or maildir:.
 */
#ifndef BREVDUVA_DELIVER_RELAY_H
#define BREVDUVA_DELIVER_RELAY_H

#include "brevduva/deliver/domains.h"
#include "brevduva/deliver/outgoing.h"
#include "brevduva/net/stream.h"
#include "brevduva/store/queue.h"

/* How long to wait, in milliseconds; 0 takes RFC 5321 4.5.3.2's. */
struct bd_relay_patience {
    long connect;  /* up to the log-in; 1 minute */
    long envelope; /* RSET, MAIL and RCPT: 5 minutes each */
    long data;     /* 2 minutes */
    long block;    /* for each 64 kB of the message to leave: 3 minutes */
    long dot;      /* for the answer to the whole message: 10 minutes */
};

struct bd_relay_options {
    const char *key; /* what errors call its settings: "relays.2"; NULL:
                      * "relay" */
    const char *url; /* "maildir:outbox" (path from `folder`), "smtp://…" */
    const char *folder; /* the newsletter folder */
    const char *ehlo_name;
    enum bd_starttls starttls;
    const char *username;
    const char *password;
    const char *ca_file;
    struct bd_relay_patience patience;
    /* Ask for the password anew, after a log-in that failed: it may have been
     * changed, and a token lives but an hour. Called by the engine's threads,
     * one at a time for each relay. NULL: it never changes. */
    enum bd_status (*renew_password)(void *self, struct bd_arena *arena,
                                     bd_str *out, struct bd_err *err);
    void *renew_self;
    const char *auth;  /* SASL mechanism for libcurl: "PLAIN", "XOAUTH2"; NULL:
                        * the best that both know */
    const char *proxy; /* "socks5h://host:1080"; NULL: none */
    int priority;      /* 1 is asked first; the next when all of it are away */
    int weight;        /* share among relays of one priority, 1 or more */
    int sessions;      /* at a time, 1 or more */
    int chunking;      /* most messages under way by BDAT where CHUNKING is
                        * offered; 0: never */
    int64_t messages_per_session; /* 0: any number */
    struct bd_rate_limits limits;
    struct bd_warm_up warm_up;
    const struct bd_domain_limit *domains;
    size_t domain_count;
};

/* Copies that a relay may still take on a day (bd_day_local), by its limit of a
 * day and its warm-up plan; INT64_MAX: any number.
 *
 * name  as in the ledger: bd_url_public of its URL */
enum bd_status bd_relay_day_left(struct bd_store *store, bd_str name,
                                 const struct bd_rate_limits *limits,
                                 const struct bd_warm_up *plan, int64_t day,
                                 int64_t *out, struct bd_err *err) BD_MUST_USE;

#endif
