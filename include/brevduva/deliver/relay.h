/*
 * A relay: where copies are handed over. smtp://, smtps:// or maildir:.
 */
#ifndef BREVDUVA_DELIVER_RELAY_H
#define BREVDUVA_DELIVER_RELAY_H

#include "brevduva/deliver/copy.h"
#include "brevduva/deliver/domains.h"
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
                        * offered; 0: never, -1: we choose */
    int64_t messages_per_session; /* 0: any number */
    struct bd_rate_limits limits;
    struct bd_warm_up warm_up;
    const struct bd_domain_limit *domains;
    size_t domain_count;
};

struct bd_relay;

/* Nothing is connected or made yet. The options' texts are copied.
 * BD_EINVAL when the URL is none of the three kinds. */
enum bd_status bd_relay_new(const struct bd_relay_options *options,
                            struct bd_relay **out,
                            struct bd_err *err) BD_MUST_USE;
void bd_relay_free(struct bd_relay *relay); /* QUIT when connected */

/*
 * Hand over one copy, connecting first when needed.
 *
 * out      written whatever is returned, so that each try can be put on
 *          record; delivery_id, message_id and next_try_at are the caller's
 *          to fill. reply_text is without reply code and enhanced code; with
 *          reply_code 0 it tells what happened instead. Texts live in the
 *          arena.
 * returns  BD_OK: `out` says what became of the copy (accepted, deferred,
 *          refused, unknown; deferred with reply_code 0 and unknown mean that
 *          the session broke).
 *          BD_ETEMP or BD_EFINAL: the relay itself cannot be used now
 *          (connection, certificate, log-in, disk), or it refuses us and not
 *          the reader (5.7.x, 5.3.4, whatever it answers to MAIL; standards
 *          S5). The copy was certainly not accepted; `out` is queued when the
 *          relay never heard of it and else deferred with the relay's
 *          answer; `err` says why and what to do.
 */
enum bd_status bd_relay_deliver(struct bd_arena *arena, struct bd_relay *relay,
                                const struct bd_copy *copy,
                                struct bd_receipt *out,
                                struct bd_err *err) BD_MUST_USE;

/* For the ledger and for people: the URL without anything secret. */
const char *bd_relay_name(const struct bd_relay *relay);

#endif
