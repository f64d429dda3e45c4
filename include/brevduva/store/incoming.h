/*
 * What came back: each mail that the inbox acted on, what it reported about
 * whom, and what became of the reader for it. All of one mail is one
 * transaction of the caller's.
 */
#ifndef BREVDUVA_STORE_INCOMING_H
#define BREVDUVA_STORE_INCOMING_H

#include "brevduva/base/hash.h"
#include "brevduva/store/mailing.h"

/* --- mails --- */

/* Note a mail, so that it has its effect once. `kind` is a word for counting:
 * "bounce". *out_seen: it was noted before; then nothing is changed, and
 * *out_outcome is what became of it, in the arena. */
enum bd_status bd_incoming_note(struct bd_arena *arena, struct bd_store *store,
                                const unsigned char hash[BD_SHA256_LEN],
                                bd_str kind, int64_t now, int64_t *out_id,
                                bool *out_seen, bd_str *out_outcome,
                                struct bd_err *err) BD_MUST_USE;
/* "suspended", "forwarded" ... */
enum bd_status bd_incoming_outcome(struct bd_store *store, int64_t id,
                                   bd_str outcome,
                                   struct bd_err *err) BD_MUST_USE;

/* Mails of one kind with one outcome. Texts are valid during the call. */
struct bd_incoming_count {
    bd_str kind, outcome;
    int64_t count;
};
typedef void (*bd_incoming_fn)(void *self,
                               const struct bd_incoming_count *count);
/* Those that were read since then. *out_last: when the last one was; 0: none
 * ever. */
enum bd_status bd_incoming_since(struct bd_store *store, int64_t since,
                                 bd_incoming_fn row, void *self,
                                 int64_t *out_last,
                                 struct bd_err *err) BD_MUST_USE;

/* --- whom it is about --- */

/* A copy, or a letter, that a report is about. */
struct bd_copy {
    int64_t delivery_id;   /* 0: its result is not stored yet: try later */
    int64_t mailing_id;    /* 0: a letter */
    int64_t list_id;       /* 0: a letter */
    int64_t subscriber_id; /* 0: no reader, or erased */
    bd_str email;          /* where it went */
    bd_str letter;         /* its kind; empty: a copy of a mailing */
    enum bd_delivery_state state;
};

/* By the numbers in a token of the mailing's return path. BD_ENOENT. */
enum bd_status bd_copy_of_mailing(struct bd_arena *arena,
                                  struct bd_store *store, int64_t mailing_id,
                                  int64_t subscriber_id, struct bd_copy *out,
                                  struct bd_err *err) BD_MUST_USE;
/* By the number of its delivery: of a letter's return path. BD_ENOENT. */
enum bd_status bd_copy_of_delivery(struct bd_arena *arena,
                                   struct bd_store *store, int64_t delivery_id,
                                   struct bd_copy *out,
                                   struct bd_err *err) BD_MUST_USE;
/* By its Message-ID, "MAILING.DELIVERY.SALT@DOMAIN" or a letter's. BD_ENOENT,
 * also for one that is not ours or whose salt is wrong. */
enum bd_status bd_copy_of_message(struct bd_arena *arena,
                                  struct bd_store *store, bd_str message_id,
                                  struct bd_copy *out,
                                  struct bd_err *err) BD_MUST_USE;

/* --- what is reported --- */

/* How sure it is whom the report is about, and so what it may do. */
enum bd_proof {
    BD_PROOF_ADDRESS, /* only an address in the report: nothing but a note */
    BD_PROOF_MESSAGE, /* the Message-ID of that reader's copy, and the reader's
                       * address: two such, of different mailings, count as
                       * one that is signed */
    BD_PROOF_LINK,    /* of complaints: a link for leaving, which the reader
                       * may have sent on with the letter: it does what the
                       * link does */
    BD_PROOF_TOKEN,   /* a token that we signed, of the return path */
    BD_PROOF_SESSION  /* the relay's own reply while sending */
};

enum bd_bounce_effect {
    BD_BOUNCE_NOTED,       /* nothing but the row */
    BD_BOUNCE_COUNTED,     /* it counts, and others are needed */
    BD_BOUNCE_SUSPENDED,   /* on all lists, from now on */
    BD_BOUNCE_LEFT,        /* complaint: off the lists, suppressed */
    BD_BOUNCE_UNSUBSCRIBED /* complaint by a link: off its list */
};

/* One line of evidence about one reader. */
struct bd_bounce {
    int64_t incoming_id; /* 0: refused while sending */
    int64_t at;
    int64_t subscriber_id;           /* 0: nobody is known */
    int64_t mailing_id, delivery_id; /* 0: not known */
    int64_t list_id;                 /* of proof LINK: what it leaves */
    bd_str email;                    /* as in the report; may be empty */
    bd_str kind;     /* "bounce", "delay", "complaint", "delivered",
                      * "auto-reply", "challenge", "refused" */
    bd_str verdict;  /* bd_verdict_names */
    bd_str reason;   /* "no-mailbox" ... */
    bd_str status;   /* "5.1.1"; may be empty */
    int reply_code;  /* 0: none */
    bd_str evidence; /* one line; may be empty */
    enum bd_proof proof;
    /* Filled only when they are read: */
    enum bd_bounce_effect effect;
    bd_str issue, list; /* slugs; empty: a letter, or not known */
    bd_str letter;      /* its kind */
};

/* When readers are suspended. */
struct bd_bounce_rules {
    int64_t dead_after;  /* reports of a dead address: 1 or 2 */
    int64_t soft_after;  /* failed mailings one after the other, of any kind
                          * but policy ... */
    int64_t soft_days;   /* ... over at least so many days */
    int64_t settle_days; /* an accepted copy that nothing came back for counts
                          * as a good delivery after so many days, and ends the
                          * row */
};

/*
 * Note it, put the copy into its state (accepted or unknown -> bounced,
 * complained; unknown -> accepted by all that proves that it arrived), and
 * judge the reader by all that is known:
 * dead and proven: suspended (state bounced, ledger act bounced with the
 * evidence); full, temporary: after soft_after of them; policy, delays,
 * auto-replies: never. Who was suspended for a letter (of a subscription that
 * is not confirmed) gets no more letters.
 */
enum bd_status
bd_bounce_add(struct bd_store *store, const struct bd_bounce *bounce,
              const struct bd_bounce_rules *rules, const struct bd_actor *actor,
              enum bd_bounce_effect *out, struct bd_err *err) BD_MUST_USE;

/* A reader's, oldest first; texts are valid during the call. */
typedef enum bd_status (*bd_bounce_fn)(void *self,
                                       const struct bd_bounce *bounce,
                                       struct bd_err *err);
enum bd_status bd_bounce_each(struct bd_store *store, int64_t subscriber_id,
                              bd_bounce_fn row, void *self,
                              struct bd_err *err) BD_MUST_USE;

/* Suspended readers of a list (0: of any), the latest first, each with the
 * report that did it. */
struct bd_suspended {
    int64_t subscriber_id;
    bd_str email, name, list_slug;
    int64_t since;
    bd_str reason, status, evidence; /* may be empty */
};
typedef enum bd_status (*bd_suspended_fn)(void *self,
                                          const struct bd_suspended *reader,
                                          struct bd_err *err);
enum bd_status bd_suspended_each(struct bd_store *store, int64_t list_id,
                                 bd_suspended_fn row, void *self,
                                 struct bd_err *err) BD_MUST_USE;

/* Active again on all lists where the reader is suspended; what was reported
 * so far no longer counts. *out: on how many; 0: on none. */
enum bd_status bd_reader_restore(struct bd_store *store, int64_t subscriber_id,
                                 bd_str reason, const struct bd_actor *actor,
                                 int64_t *out, struct bd_err *err) BD_MUST_USE;

/* What came back of a mailing, for thresholds. */
struct bd_came_back {
    int64_t accepted; /* copies that a relay took, whatever came then */
    int64_t bounced;  /* with verdict dead, full or temporary */
    int64_t policy;
    int64_t complained;
};
enum bd_status bd_came_back(struct bd_store *store, int64_t mailing_id,
                            struct bd_came_back *out,
                            struct bd_err *err) BD_MUST_USE;

/* Evidence texts older than `before` are emptied. */
#define BD_BOUNCE_KEPT ((int64_t)90 * 24 * 60 * 60) /* C10 */
enum bd_status bd_bounce_forget(struct bd_store *store, int64_t before,
                                struct bd_err *err) BD_MUST_USE;

#endif
