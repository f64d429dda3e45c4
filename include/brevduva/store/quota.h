/* How often something was done lately: what the limits of pages count. */
#ifndef BREVDUVA_STORE_QUOTA_H
#define BREVDUVA_STORE_QUOTA_H

#include "brevduva/store/store.h"

/* Counts are forgotten then. */
#define BD_QUOTA_LONGEST ((int64_t)7 * 24 * 60 * 60)

struct bd_quota {
    const char *purpose; /* "subscribe by network" */
    int64_t max;         /* so often in one window */
    int64_t window;      /* seconds, from the first time on; at most
                          * BD_QUOTA_LONGEST */
};

/*
 * Count one more time.
 *
 * subject  whom it is about: a network, an address's key, a reader's number;
 *          only its keyed hash is kept
 * out      false: it was done max times in this window already
 */
enum bd_status bd_quota_take(struct bd_store *store,
                             const struct bd_quota *quota, bd_str subject,
                             int64_t now, bool *out,
                             struct bd_err *err) BD_MUST_USE;

/* Forget counts whose window began before `before`. */
enum bd_status bd_quota_forget(struct bd_store *store, int64_t before,
                               struct bd_err *err) BD_MUST_USE;

#endif
