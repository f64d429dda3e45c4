/*
 * Sending a mailing: claim, splice, hand over, record, until nothing is due.
 */
#ifndef BREVDUVA_DELIVER_SEND_H
#define BREVDUVA_DELIVER_SEND_H

#include "brevduva/base/sys.h"
#include "brevduva/base/token.h"
#include "brevduva/deliver/relay.h"

struct bd_send_options {
    const struct bd_sys *sys;
    struct bd_store *store;
    struct bd_relay *relay;
    const struct bd_signer *signer;
    const char *lock_path; /* one sender for each newsletter */
    struct bd_actor actor;
    int64_t retry_first; /* seconds before the first retry of a 4yz */
    /* Called after each copy; return false to stop after it. May be NULL. */
    bool (*progress)(void *self, const struct bd_mailing *mailing, int64_t done,
                     int64_t total);
    void *self;
};

struct bd_send_result {
    int64_t accepted, deferred, refused, unknown, skipped; /* in this run */
    int64_t next_due; /* 0: nothing waits */
    bool finished;    /* every copy of the mailing has its outcome */
    bool stopped;     /* by progress() */
};

/*
 * Send what is due of one mailing. May be called again at any time, after
 * any crash: nobody is mailed twice by it.
 *
 * returns  BD_OK; BD_ETEMP (another process is sending: the message names
 *          it; the relay cannot be reached); BD_EFINAL (the relay refuses
 *          us: certificate, password, policy); BD_EIO. In all cases the
 *          ledger is true and `out` says how far it came.
 */
enum bd_status bd_send(const struct bd_send_options *options,
                       int64_t mailing_id, struct bd_send_result *out,
                       struct bd_err *err) BD_MUST_USE;

#endif
