/*
 * Settling copies whose outcome is unknown: by the relay's log, or by the
 * coordinator's word.
 */
#ifndef BREVDUVA_STORE_RESOLVE_H
#define BREVDUVA_STORE_RESOLVE_H

#include "brevduva/store/mailing.h"

enum bd_resolve {
    BD_RESOLVE_RESEND,     /* queued again, with the same Message-ID */
    BD_RESOLVE_ASSUME_SENT /* accepted, on the word of the actor */
};

/* All copies of the mailing that are unknown, each with a receipt that says
 * who settled it and how. `out_count`: how many. */
enum bd_status bd_resolve_all(struct bd_store *store, int64_t mailing_id,
                              enum bd_resolve how, const struct bd_actor *actor,
                              int64_t *out_count,
                              struct bd_err *err) BD_MUST_USE;

/* One line of a relay's log that names a copy by its Message-ID. */
struct bd_resolve_proof {
    bd_str message_id; /* whole, without angle brackets */
    bd_str queue_id;
    bd_str text; /* for the receipt: "found in mail.log: status=sent (...)" */
};

/* The copy with that Message-ID is accepted if it is of this mailing and
 * unknown. `out_settled`: it was. */
enum bd_status bd_resolve_one(struct bd_store *store, int64_t mailing_id,
                              const struct bd_resolve_proof *proof,
                              const struct bd_actor *actor, bool *out_settled,
                              struct bd_err *err) BD_MUST_USE;

#endif
