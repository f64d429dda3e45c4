/*
 * A relay: where copies are handed over. smtp://, smtps:// or maildir:.
 */
#ifndef BREVDUVA_DELIVER_RELAY_H
#define BREVDUVA_DELIVER_RELAY_H

#include "brevduva/net/stream.h"
#include "brevduva/store/queue.h"

struct bd_relay_options {
    const char *url; /* "maildir:outbox" (path from `folder`), "smtp://…" */
    const char *folder; /* the newsletter folder */
    const char *ehlo_name;
    enum bd_starttls starttls;
    const char *username;
    const char *password;
    const char *ca_file;
};

/* One copy to hand over. */
struct bd_copy {
    bd_str envelope_from; /* "" is the null sender */
    bd_str envelope_to;
    bd_str message_id; /* whole */
    bd_str bytes;      /* the message: 7-bit, CRLF, dot-safe */
};

struct bd_relay;

enum bd_status bd_relay_new(const struct bd_relay_options *options,
                            struct bd_relay **out,
                            struct bd_err *err) BD_MUST_USE;
void bd_relay_free(struct bd_relay *relay); /* QUIT when connected */

/*
 * Hand over one copy, connecting first when needed. The receipt's texts live
 * in the arena; delivery_id and message_id are the caller's to fill.
 *
 * returns  BD_OK: `out` says what became of the copy (accepted, deferred,
 *          refused, unknown). BD_ETEMP or BD_EFINAL: the relay itself cannot
 *          be used now (connection, certificate, log-in); the copy was
 *          certainly not accepted and `err` says why.
 */
enum bd_status bd_relay_deliver(struct bd_arena *arena, struct bd_relay *relay,
                                const struct bd_copy *copy,
                                struct bd_receipt *out,
                                struct bd_err *err) BD_MUST_USE;

/* For the ledger and for people: the URL without anything secret. */
const char *bd_relay_name(const struct bd_relay *relay);

#endif
