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
    bd_str email;
    enum bd_delivery_state state; /* of this attempt; of the copy in `log` */
    int64_t at;                   /* of the attempt; 0: none */
    int64_t attempts;
    int64_t next_try_at;
    int reply_code;
    bd_str enhanced, reply_text, queue_id, relay, message_id;
    int64_t session, took_ms; /* 0: none, not known */
    bd_str reason; /* of skipped: "left", "pending", "bounced", "complained",
                    * "suppressed", "erased", "cancelled" */
};

/* Texts are valid during the call; anything but BD_OK ends the reading. */
typedef enum bd_status (*bd_log_fn)(void *self, const struct bd_log_row *row,
                                    struct bd_err *err);

/* Each copy of a mailing with its last attempt, in order of delivery id, then
 * the readers whose turn has not come (delivery id 0).
 * state: only those in that state; BD_DELIVERY_STATES for all. */
enum bd_status bd_log_each(struct bd_store *store, int64_t mailing_id,
                           enum bd_delivery_state state, bd_log_fn row,
                           void *self, struct bd_err *err) BD_MUST_USE;

/* Each attempt ever made for one reader, and copies not yet tried, by time. */
enum bd_status bd_story_each(struct bd_store *store, int64_t subscriber_id,
                             bd_log_fn row, void *self,
                             struct bd_err *err) BD_MUST_USE;

enum bd_status bd_audit_add(struct bd_store *store,
                            const struct bd_actor *actor, bd_str what,
                            bd_str object, bd_str detail,
                            struct bd_err *err) BD_MUST_USE;

#endif
