/*
 * What somebody asked for on a page and must confirm from the mailbox: one
 * link, valid for some days (C2). While it is open the row has what was asked
 * for; when it is settled or too old, address, name and network go, and a
 * keyed hash stays for a year: for limits, and so that the letter's "it was
 * not me" still works.
 */
#ifndef BREVDUVA_STORE_CONFIRMATION_H
#define BREVDUVA_STORE_CONFIRMATION_H

#include "brevduva/store/subscriber.h"

#define BD_CONFIRMATION_DAYS 7

enum bd_confirmation_kind {
    BD_CONFIRM_SUBSCRIBE, /* onto `lists` */
    BD_CONFIRM_ADDRESS,   /* subscriber_id gets this address */
    BD_CONFIRM_EXPORT,    /* all that is known of subscriber_id */
    BD_CONFIRM_ERASE      /* subscriber_id */
};
extern const char *const bd_confirmation_kind_names[]; /* "subscribe", … */

struct bd_confirmation {
    int64_t id; /* stands in links */
    enum bd_confirmation_kind kind;
    bd_str email; /* where the link goes; empty when over */
    bd_str email_key;
    int64_t subscriber_id; /* who asked, or came of it; 0: a stranger */
    bd_str lists;          /* ids, "1 3"; empty: none */
    bd_str name;           /* as given; empty when over */
    bd_str language;       /* "sv", "en" */
    bd_str wording;        /* the text shown when it was asked for, or empty */
    bd_str network;        /* bd_actor.network; empty when over, or when it was
                              asked for by mail */
    int64_t created_at;
    int64_t expires_at; /* not valid from then on */
    int64_t settled_at; /* confirmed, stopped or, when it is expires_at too,
                           replaced; 0: not yet */
    unsigned char address_hash[BD_SHA256_LEN]; /* bd_address_hash */
};

enum bd_confirmation_state {
    BD_CONFIRMATION_OPEN,
    BD_CONFIRMATION_SETTLED,
    BD_CONFIRMATION_EXPIRED,
    BD_CONFIRMATION_REPLACED /* by a newer one: bd_confirmation_stop */
};
enum bd_confirmation_state
bd_confirmation_state(const struct bd_confirmation *confirmation, int64_t now);

/* Keep a request; id, settled_at and address_hash are ignored. */
enum bd_status bd_confirmation_add(struct bd_store *store,
                                   const struct bd_confirmation *confirmation,
                                   int64_t *out_id,
                                   struct bd_err *err) BD_MUST_USE;

/* BD_ENOENT when there is none of that number, or none any more. */
enum bd_status bd_confirmation_find(struct bd_arena *arena,
                                    struct bd_store *store, int64_t id,
                                    struct bd_confirmation *out,
                                    struct bd_err *err) BD_MUST_USE;

/*
 * It is confirmed or stopped: nobody can use the link again.
 *
 * subscriber_id  who came of it; 0: stays as it was
 * returns        BD_OK; BD_ENOENT when it was not open: settled already, too
 *                old, or not there
 */
enum bd_status bd_confirmation_settle(struct bd_store *store, int64_t id,
                                      int64_t subscriber_id, int64_t now,
                                      struct bd_err *err) BD_MUST_USE;

/* No open request of this kind by this reader counts any more: a newer one
 * takes its place. They are over at `now`, and settled then: only so are both
 * times the same, since what is settled otherwise was valid still. */
enum bd_status bd_confirmation_stop(struct bd_store *store,
                                    enum bd_confirmation_kind kind,
                                    int64_t subscriber_id, int64_t now,
                                    struct bd_err *err) BD_MUST_USE;

/* How many of this kind were made for an address since then, open or over. */
enum bd_status bd_confirmation_count(struct bd_store *store,
                                     enum bd_confirmation_kind kind,
                                     bd_str email_key, int64_t since,
                                     int64_t *out,
                                     struct bd_err *err) BD_MUST_USE;

/* How many of this kind are open. */
enum bd_status bd_confirmations_waiting(struct bd_store *store,
                                        enum bd_confirmation_kind kind,
                                        int64_t now, int64_t *out,
                                        struct bd_err *err) BD_MUST_USE;

/* All of an address, open or over, oldest first, in the arena. */
enum bd_status bd_confirmations_of(struct bd_arena *arena,
                                   struct bd_store *store, bd_str email_key,
                                   const struct bd_confirmation **out,
                                   size_t *out_count,
                                   struct bd_err *err) BD_MUST_USE;

/* Remove all of an address: with the erasure of its reader (C7). */
enum bd_status bd_confirmation_drop(struct bd_store *store, bd_str email_key,
                                    struct bd_err *err) BD_MUST_USE;

/* Take address, name and network from what is too old, also from the receipts
 * of its letters, and remove what is older than a year (C2, C10). */
enum bd_status bd_confirmation_forget(struct bd_store *store, int64_t now,
                                      struct bd_err *err) BD_MUST_USE;

#endif
