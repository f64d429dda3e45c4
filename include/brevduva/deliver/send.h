/*
 * Sending a mailing: claim, splice, hand over, record, until nothing is due.
 *
 * A copy that gets 4yz, or whose session breaks before the relay had it all,
 * waits: retry_first seconds, then twice as long each time, and up to a
 * quarter more by chance, so that many do not come back at once. The last
 * try is at the mailing's deadline; a copy that still gets 4yz then, or
 * after it, is refused with the relay's words. A copy that was never tried
 * gets its first try even after the deadline.
 *
 * When the relay refuses us and not the reader (5.7.x, 5.3.4, what it
 * answers to MAIL; standards S5), the run ends there and the mailing is
 * paused with the reason. The copy that met the refusal is deferred, not
 * refused, so that the next run begins with the others.
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
    /* Called after each copy; return false to stop after it. May be NULL.
     * `mailing` is as it was when the run began. */
    bool (*progress)(void *self, const struct bd_mailing *mailing, int64_t done,
                     int64_t total);
    void *self;
};

struct bd_send_result {
    int64_t accepted, deferred, refused, unknown, skipped; /* in this run */
    int64_t recovered; /* unknown because an earlier run was killed */
    int64_t next_due;  /* 0: nothing waits */
    bool finished;     /* every copy of the mailing has its outcome */
    bool stopped;      /* by progress() */
};

/*
 * Send what is due of one mailing. May be called again at any time, after
 * any crash: nobody is mailed twice by it.
 *
 * out      written in all cases
 * returns  BD_OK; BD_ETEMP (another process is sending: the message names
 *          it; the relay cannot be reached, or session after session breaks);
 *          BD_EFINAL (the relay refuses us: certificate, password, policy);
 *          BD_ENOENT (no such mailing); BD_EINVAL (it is cancelled); BD_EIO.
 *          In all cases the ledger is true and `out` says how far it came.
 */
enum bd_status bd_send(const struct bd_send_options *options,
                       int64_t mailing_id, struct bd_send_result *out,
                       struct bd_err *err) BD_MUST_USE;

#endif
