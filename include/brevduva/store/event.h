/*
 * Reading the ledger: `log` (one mailing's copies) and `why` (one reader's
 * story). Audit rows say who did what at the keyboard.
 */
#ifndef BREVDUVA_STORE_EVENT_H
#define BREVDUVA_STORE_EVENT_H

#include "brevduva/store/mailing.h"

/* One attempt, or a copy that had none yet. */
struct bd_log_row {
    int64_t delivery_id;
    int64_t mailing_id;
    bd_str issue_slug;
    bd_str list_slug;
    bd_str letter; /* its kind; empty: a copy of a mailing */
    bd_str email;
    enum bd_delivery_state state; /* of this attempt; of the copy in `log` */
    int64_t at;                   /* of the attempt; 0: none */
    int64_t cancelled_at;         /* in a story, of skipped: when the mailing
                                   * was cancelled, which is then `at`, too;
                                   * 0: something else */
    int64_t attempts;
    int64_t next_try_at;
    int reply_code;
    bd_str enhanced, reply_text, queue_id, relay, message_id;
    int64_t session, took_ms; /* 0: none, not known */
    bd_str reason; /* of skipped: "left", "pending", "bounced", "complained",
                    * "suppressed", "paused", "erased", "cancelled"; of queued:
                    * "turn", it waits for its domain's turn; of refused:
                    * "deadline", the time to try it was over; of accepted:
                    * "found" in the relay's log or "assumed" on somebody's
                    * word, else the relay's reply says so */
    /* Of bounced and complained copies in `log`: the last report on it. */
    int64_t back_at; /* 0: none */
    bd_str back_reason, back_status, back_evidence;
};

/* Texts are valid during the call; anything but BD_OK ends the reading. */
typedef enum bd_status (*bd_log_fn)(void *self, const struct bd_log_row *row,
                                    struct bd_err *err);

/* Which copies of a mailing; what is left zero asks nothing. */
struct bd_log_filter {
    int64_t mailing_id;
    bool by_state;
    enum bd_delivery_state state;
    bd_str domain;          /* of the address, any case */
    bd_str email;           /* part of the address, any case */
    int code_from, code_to; /* reply codes: 550 to 550, 500 to 599 */
    bd_str enhanced;        /* "5.1.1" */
    bd_str text;            /* part of reply text or reason, any case */
    const bd_str *relays;   /* by one of these: URLs as in bd_log_row */
    size_t relay_count;
    int64_t since, until; /* last tried at or after, and before */
    int64_t limit;        /* so many rows at most */
};

/* The URLs of all relays that were ever used. */
enum bd_status bd_relays_used(struct bd_arena *arena, struct bd_store *store,
                              const bd_str **out, size_t *out_count,
                              struct bd_err *err) BD_MUST_USE;

/* Each such copy with its last attempt, in the order of readers, then those
 * whose turn has not come (delivery id 0). */
enum bd_status bd_log_each(struct bd_store *store,
                           const struct bd_log_filter *filter, bd_log_fn row,
                           void *self, struct bd_err *err) BD_MUST_USE;

/* Each attempt ever made for one reader, and copies not yet tried or skipped,
 * by time; letters too. One that was tried and then skipped is both. A mailing
 * that has not come to the reader yet is a queued copy without a number. */
enum bd_status bd_story_each(struct bd_store *store, int64_t subscriber_id,
                             bd_log_fn row, void *self,
                             struct bd_err *err) BD_MUST_USE;

/* What somebody did to a mailing. */
struct bd_act {
    int64_t at;
    bd_str issue_slug, list_slug;
    bd_str channel, actor;
    bd_str what;   /* "send", "approve", "missing", or the state it got */
    bd_str detail; /* in words, as it was given: why */
};
typedef enum bd_status (*bd_act_fn)(void *self, const struct bd_act *act,
                                    struct bd_err *err);

/* What was done to the mailings of a reader while their copies waited: why
 * these came when they came. */
enum bd_status bd_acts_each(struct bd_store *store, int64_t subscriber_id,
                            bd_act_fn act, void *self,
                            struct bd_err *err) BD_MUST_USE;

enum bd_status bd_audit_add(struct bd_store *store,
                            const struct bd_actor *actor, bd_str what,
                            bd_str object, bd_str detail,
                            struct bd_err *err) BD_MUST_USE;

#endif
