/* What the files of the queue share. */
#ifndef STORE_QUEUE_H
#define STORE_QUEUE_H

#include "brevduva/base/buf.h"
#include "brevduva/store/filter.h"
#include "brevduva/store/queue.h"
#include "store_private.h"

/* A claim while it is made: first its copies are found, those that waited
 * before those that are fresh, each with the reason why it must not be sent;
 * then claim and rows are written. */
struct claiming {
    struct bd_arena *arena;
    struct bd_store *store;
    size_t max; /* copies looked at in one go */
    int64_t now;
    struct {
        int64_t id; /* 0: letters */
        int64_t list_id;
        int64_t enlist_after, enlist_to; /* reader ids */
        bool careful;                    /* some may have to be left out */
        bool sending;
        bd_str language;
        const struct bd_filter *filter; /* NULL: everyone is meant */
    } mailing;
    struct bd_delivery *copies; /* `max` of them */
    bd_str *reasons;            /* empty: to be handed over */
    size_t count;
    size_t fresh;   /* copies from this one on have no row yet */
    bool enlisting; /* readers were looked for */
    bool more;      /* there may be others behind these */
    int64_t id;     /* of the claim; 0: nothing to hand over */
    struct store_tally tally;
};

/* --- claim.c --- */

/* Read what a claim of this mailing has to know, and make room. */
enum bd_status claim_begin(struct claiming *claiming, int64_t mailing_id,
                           struct bd_err *err) BD_MUST_USE;
/* Write what was found; afterwards `copies` are those to hand over. */
enum bd_status claim_write(struct claiming *claiming,
                           struct bd_err *err) BD_MUST_USE;

/* --- enlist.c --- */

/* Add the next readers of the audience who have no copy yet. */
enum bd_status enlist_read(struct claiming *claiming,
                           struct bd_err *err) BD_MUST_USE;
/* Write the rows of fresh copies that are skipped, and how far it came. */
enum bd_status enlist_write(struct claiming *claiming,
                            struct bd_err *err) BD_MUST_USE;

/* A copy's first row: handing-over, or skipped for the reason (claim 0). */
enum bd_status store_copy_add(struct bd_store *store, int64_t mailing_id,
                              int64_t claim_id, const struct bd_delivery *copy,
                              bd_str reason, struct bd_err *err) BD_MUST_USE;

/* --- fold.c --- */

/* A copy that is being handed over and has no row. Borrowed. */
struct folded {
    int64_t claim_id, mailing_id;
    int64_t id, subscriber_id;
    bd_str email;
};
typedef enum bd_status (*fold_fn)(void *self, const struct folded *copy,
                                  struct bd_err *err);

/* Add a copy to the text of its claim. */
void fold_write(struct bd_buf *out, const struct bd_delivery *copy);
/* All of a mailing (0: of all), of a reader (0: of all). */
enum bd_status folded_each(struct bd_store *store, int64_t mailing_id,
                           int64_t reader, fold_fn fn, void *self,
                           struct bd_err *err) BD_MUST_USE;

/* --- begun.c --- */

/* What a claim knows of the copies begun before it; id 0: nothing. */
struct begun_mark {
    int64_t id, count;
};
struct begun_mark begun_now(const struct bd_store *store);
/* A process that is alive keeps one: it is sending from this database,
 * whatever became of the lock file. */
bool begun_is_held(const struct bd_store *store);
/* What an earlier process left; NULL: nothing. */
struct begun_memory *begun_find(const struct bd_store *store);
void begun_free(struct begun_memory *memory); /* NULL is allowed */
/* No claim needs it any more. */
void begun_forget(const struct bd_store *store);
/* Does it hold all that was begun since? */
bool begun_knows(const struct begun_memory *memory, struct begun_mark mark);
/* Was this copy? `memory` must know. */
bool begun_has(const struct begun_memory *memory, struct begun_mark mark,
               int64_t delivery_id);

/* --- queue.c --- */

/* A copy that waits and was not tried after all: what the server said the time
 * before is its receipt again. `out`: a server had put it off, so that it is
 * deferred now. */
enum bd_status store_queue_receipt_back(struct bd_store *store,
                                        int64_t delivery_id, bool *out,
                                        struct bd_err *err) BD_MUST_USE;

/* --- letter.c --- */

/* Letters of a claim that have their outcome: drop the mail itself, and where
 * tips to friends went, from the rows. Before the claim is removed. */
enum bd_status store_letters_forget(struct bd_store *store, int64_t claim_id,
                                    struct bd_err *err) BD_MUST_USE;

/* --- relay.c --- */

/* The number of a relay, added when new; 0 for an empty name. */
enum bd_status store_relay_id(struct bd_store *store, bd_str name, int64_t *out,
                              struct bd_err *err) BD_MUST_USE;

/* Copies tried, to be added to what their relays did on their days. */
struct relay_tally {
    struct {
        int64_t relay_id, day, copies;
    } row[8];
    size_t count;
    int64_t quarter, day; /* of an hour, and the local day it belongs to */
};
enum bd_status relay_tally_add(struct bd_store *store,
                               struct relay_tally *tally, int64_t relay_id,
                               int64_t at, struct bd_err *err) BD_MUST_USE;
enum bd_status relay_tally_write(struct bd_store *store,
                                 struct relay_tally *tally,
                                 struct bd_err *err) BD_MUST_USE;

#endif
