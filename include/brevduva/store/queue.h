/*
 * The sender's side of the ledger: claim before, result after.
 *
 *   not enlisted -> handing-over -> accepted | refused | unknown
 *                      |    ^
 *                      v    |
 *                queued, deferred
 *
 * A copy that is handed over for the first time has no row: it stands in its
 * claim, and gets its row together with its first result. What waits has a
 * row with next_try_at, and is claimed before others.
 *
 * One process at a time holds the queue (the caller takes a lock file
 * first). bd_queue_recover then settles what a killed one left behind.
 */
#ifndef BREVDUVA_STORE_QUEUE_H
#define BREVDUVA_STORE_QUEUE_H

#include "brevduva/store/mailing.h"

/*
 * Claims that a killed process left behind: copies that it is known not to
 * have begun (store/begun.h) wait again as before; others without a result
 * become unknown, for nobody can tell whether they were accepted. After a loss
 * of power that is all of them: so claim only what is about to be handed over;
 * bd_store_begin and bd_store_commit around the results of one claim and the
 * next claim make that cost one fsync.
 *
 * out_unknown  how many
 */
enum bd_status bd_queue_recover(struct bd_store *store,
                                const struct bd_actor *actor,
                                int64_t *out_unknown,
                                struct bd_err *err) BD_MUST_USE;

/* How many claims are open: by a sender at work, or one that was killed. */
enum bd_status bd_queue_claims(struct bd_store *store, int64_t *out,
                               struct bd_err *err) BD_MUST_USE;

/* What the sender needs of one copy. Texts in the arena. */
struct bd_delivery {
    int64_t id;
    int64_t letter_id; /* 0: of a mailing */
    int64_t subscriber_id;
    bd_str email; /* where to, as it is when it is claimed */
    bd_str name, language, attributes;
    bool text_only;
    int64_t attempts; /* before this one */
    int64_t first_at; /* when the first of them was; 0: there was none */
    bool fresh;       /* it has no row yet */
};

/*
 * Claim up to `max` copies: first those that came back or waited long enough
 * (next_try_at <= now), then readers whose turn has come. Durable before this
 * returns, unless the caller has begun a transaction. Readers who left since
 * the mailing was asked for are skipped instead, with the reason. Several
 * claims may be open; they never share a copy.
 *
 * max        at least 1
 * out_claim  for bd_queue_result; written when a copy was claimed
 * out_count  0: nothing is due, or the mailing is not (or no longer) sending
 */
enum bd_status bd_queue_claim(struct bd_arena *arena, struct bd_store *store,
                              int64_t mailing_id, size_t max, int64_t now,
                              int64_t *out_claim,
                              const struct bd_delivery **out, size_t *out_count,
                              struct bd_err *err) BD_MUST_USE;

/* The receipt of one attempt. */
struct bd_receipt {
    const struct bd_delivery *copy; /* borrowed: as it was claimed */
    enum bd_delivery_state state;   /* ACCEPTED, DEFERRED, REFUSED, UNKNOWN, or
                                     * QUEUED: not tried after all, which
                                     * counts as no attempt; with next_try_at
                                     * it waits until then. One that a server
                                     * had put off is DEFERRED again, with the
                                     * receipt of that attempt */
    bool given_up;  /* REFUSED, as the time to try it is over: the reply is the
                     * last one */
    int reply_code; /* 0: no reply */
    int64_t at;
    int64_t next_try_at; /* DEFERRED, and QUEUED or 0 */
    bd_str enhanced;     /* "2.0.0"; may be empty */
    bd_str reply_text;   /* or what happened, when there was no reply */
    bd_str queue_id;     /* the relay's, found in the reply text */
    bd_str relay;        /* "smtp://mail.example.org:587" */
    int64_t session;     /* number of the session in the ledger's life, see
                          * bd_queue_session; 0: none */
    int64_t took_ms;     /* from the first octet of its envelope to the reply */
    /* A try of the same claim before this one, that was put off and ended with
     * its session; NULL: none. Not allowed with QUEUED. */
    const struct bd_receipt *earlier;
};

/* Store results of a claim, some or all; the claim ends with the last one.
 * One transaction for the whole array. BD_EINVAL, and nothing stored, when a
 * copy is not of this claim or has its result. */
enum bd_status bd_queue_result(struct bd_store *store, int64_t claim,
                               const struct bd_receipt *receipts, size_t count,
                               struct bd_err *err) BD_MUST_USE;

/* The part of a Message-ID before the @: "MAILING.DELIVERY.SALT". */
bd_str bd_queue_message_id(struct bd_arena *arena, int64_t mailing_id,
                           int64_t delivery_id, bd_str salt);

/* When the next deferred copy is due; 0 when none waits. mailing_id 0: of all
 * mailings being sent and letters, or when a scheduled mailing begins. */
enum bd_status bd_queue_next_due(struct bd_store *store, int64_t mailing_id,
                                 int64_t *out, struct bd_err *err) BD_MUST_USE;

/* How many copies that no server has put off wait for a time that is still to
 * come, which is their domain's turn. */
enum bd_status bd_queue_turns(struct bd_store *store, int64_t mailing_id,
                              int64_t now, int64_t *out,
                              struct bd_err *err) BD_MUST_USE;

/* Copies that were told to come later for a domain's turn are due now; not
 * those that a server put off. */
enum bd_status bd_queue_call_back(struct bd_store *store, int64_t now,
                                  struct bd_err *err) BD_MUST_USE;

/* Does any copy of this mailing still wait for its outcome? Cheap. When none
 * does the sender says so with bd_mailing_set_state. */
enum bd_status bd_queue_waits(struct bd_store *store, int64_t mailing_id,
                              bool *out, struct bd_err *err) BD_MUST_USE;

/* Is any copy due now? mailing_id 0: any letter. Cheap. */
enum bd_status bd_queue_is_due(struct bd_store *store, int64_t mailing_id,
                               int64_t now, bool *out,
                               struct bd_err *err) BD_MUST_USE;

/* What a mailing needs to be sent, and no more: cheap to ask for often. */
struct bd_job {
    int64_t mailing_id;
    int64_t list_id;
    bd_str slug, message_id_salt, message_id_domain, envelope_from;
    int64_t tried_from; /* as of bd_mailing */
    int64_t audience;   /* as counted when it started */
    int64_t limit;      /* as of bd_mailing_set_limit; 0: none */
    int64_t accepted;   /* copies so far */
};

/* The mailings that are being sent now, oldest first. Those whose time has
 * come (scheduled, approved) begin by this. */
enum bd_status bd_queue_jobs(struct bd_arena *arena, struct bd_store *store,
                             const struct bd_actor *actor,
                             const struct bd_job **out, size_t *out_count,
                             struct bd_err *err) BD_MUST_USE;

/* Claim letters: as bd_queue_claim, before mailings. `out_letters` holds, for
 * each copy, envelope sender and whole mail. */
struct bd_letter_mail {
    bd_str envelope_from;
    bd_str message_id;
    bd_str bytes;
    int64_t deadline;
};
enum bd_status bd_queue_claim_letters(struct bd_arena *arena,
                                      struct bd_store *store, size_t max,
                                      int64_t now, int64_t *out_claim,
                                      const struct bd_delivery **out,
                                      const struct bd_letter_mail **out_letters,
                                      size_t *out_count,
                                      struct bd_err *err) BD_MUST_USE;

/* True when another connection has changed the database since the last call
 * (PRAGMA data_version): a cheap question, to be asked often. */
bool bd_store_changed(struct bd_store *store);

/* A number that no call has given before. A write of its own. */
enum bd_status bd_queue_session(struct bd_store *store, int64_t *out,
                                struct bd_err *err) BD_MUST_USE;

/* Copies handed to a relay on a day (bd_day_local), for limits of a day and
 * warm-up; bd_queue_result keeps the count. `out_first_day`: the
 * relay's first day of use, 0 when it was never used. */
enum bd_status bd_queue_relay_day(struct bd_store *store, bd_str relay,
                                  int64_t day, int64_t *out_count,
                                  int64_t *out_first_day,
                                  struct bd_err *err) BD_MUST_USE;

#endif
