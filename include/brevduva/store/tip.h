/*
 * Tips to friends. A friend's address is not kept: a keyed hash recognises it
 * (T3). The letter in the queue has it until it is sent; bd_queue_result then
 * takes it from there.
 */
#ifndef BREVDUVA_STORE_TIP_H
#define BREVDUVA_STORE_TIP_H

#include "brevduva/store/subscriber.h"

/* An issue that may be tipped: public in the archive, and sent. */
struct bd_tip_issue {
    bd_str slug, title;
    bd_str language; /* "sv", "en" */
    int64_t list_id;
    bd_str list_title;
};

/*
 * By the issue's slug, or by number of a mailing of it.
 *
 * returns  BD_OK; BD_ENOENT: no such issue, or it is not public
 */
enum bd_status bd_tip_issue_find(struct bd_arena *arena, struct bd_store *store,
                                 bd_str slug, struct bd_tip_issue *out,
                                 struct bd_err *err) BD_MUST_USE;
enum bd_status bd_tip_issue_of(struct bd_arena *arena, struct bd_store *store,
                               int64_t mailing_id, struct bd_tip_issue *out,
                               struct bd_err *err) BD_MUST_USE;

/* Why a friend gets no tip. */
enum bd_tip_obstacle {
    BD_TIP_FREE,       /* nothing is in the way */
    BD_TIP_SUPPRESSED, /* the address or its domain wants no mail */
    BD_TIP_READER,     /* gets the list already, or has asked for it */
    BD_TIP_LEFT,       /* left it, complained, or could not be reached */
    BD_TIP_LATELY      /* was given a tip since then, by whomever */
};
enum bd_status bd_tip_obstacle_find(struct bd_store *store, bd_str email_key,
                                    int64_t list_id, int64_t since,
                                    enum bd_tip_obstacle *out,
                                    struct bd_err *err) BD_MUST_USE;

struct bd_tip {
    int64_t id; /* stands in the letter's "never again" */
    bd_str slug;
    int64_t list_id;
    int64_t subscriber_id; /* who gave it; 0: erased since */
    int64_t at;
    unsigned char friend_hash[BD_SHA256_LEN]; /* bd_address_hash */
};

/* Note that one is given; id and friend_hash are ignored. */
enum bd_status bd_tip_add(struct bd_store *store, const struct bd_tip *tip,
                          bd_str friend_key, int64_t *out_id,
                          struct bd_err *err) BD_MUST_USE;

/* BD_ENOENT. "Never again" is bd_suppress_hash of friend_hash. */
enum bd_status bd_tip_find(struct bd_arena *arena, struct bd_store *store,
                           int64_t id, struct bd_tip *out,
                           struct bd_err *err) BD_MUST_USE;

/* How many tips of an issue were sent; empty: of all. */
enum bd_status bd_tip_count(struct bd_store *store, bd_str slug, int64_t *out,
                            struct bd_err *err) BD_MUST_USE;

#endif
