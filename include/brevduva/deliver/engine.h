/*
 * The send engine: all that is due goes out, over many sessions, and the
 * ledger knows the truth at every moment.
 *
 *   writer      the caller's thread. The only one that touches the store:
 *               claims copies before they may leave, stores what became of
 *               them in group commits, looks for pauses, schedules, retries.
 *   I/O         epoll over all sessions: splices copies, converses, keeps the
 *               rates.
 *   connectors  open sessions, which blocks.
 *
 * A copy that gets 4yz waits retry_first seconds, one whose session broke
 * before the relay had it all waits retry_network, then twice as long each
 * time up to six hours, and up to a quarter more by chance. The last try is
 * retry_for seconds after the first, or after trying began anew; a copy that
 * still gets 4yz then is refused with the relay's words. What may have
 * been accepted is unknown and never sent again by itself.
 *
 * A mailing that somebody pauses or cancels stops within one message for each
 * session: what has not been begun goes back untried. Where copies leave by
 * BDAT it is up to `chunking` of them, as they go in one piece.
 *
 * While the store is locked or its disk full, nothing is claimed, and what the
 * relays have said is kept: a quarter of an hour, WHEN_TOLD for any time, and
 * some seconds when progress() wants an end. What cannot be stored by then is
 * unknown.
 *
 * When a relay refuses us and not the reader (5.7.x, 5.3.4, what it answers
 * to MAIL; standards S5), the mailing is paused with the reason and the copy
 * that met it is deferred. The same when refusals pass `pause_percent`.
 */
#ifndef BREVDUVA_DELIVER_ENGINE_H
#define BREVDUVA_DELIVER_ENGINE_H

#include "brevduva/base/sys.h"
#include "brevduva/base/token.h"
#include "brevduva/deliver/relay.h"
#include "brevduva/store/queue.h"

struct bd_bounce_rules; /* store/incoming.h */

/* When to come back. */
enum bd_engine_end {
    BD_ENGINE_WHEN_IDLE, /* nothing is due now, or no relay can be reached */
    BD_ENGINE_WHEN_DONE, /* no copy waits any more: stays for retries, for the
                          * day when a relay takes more, and for a relay that
                          * has answered to a copy and went away, until its
                          * time (retry_for) is over. One that never answered,
                          * or refuses our log-in, ends it at once */
    BD_ENGINE_WHEN_TOLD  /* never by itself: `deliver --watch` */
};

/* What becomes of a mailing while the engine runs. */
enum bd_engine_event {
    BD_ENGINE_BEGINS, /* it is taken up, or goes on again */
    BD_ENGINE_ENDS,   /* no copy of it waits any more: it is done */
    BD_ENGINE_PAUSES, /* by the engine itself; the ledger has the reason */
    BD_ENGINE_LEAVES  /* somebody has paused or cancelled it, or it had its
                       * limit: nothing is to be mended */
};

#define BD_ENGINE_SLOWEST 3
#define BD_ENGINE_LETTERS (-1)

/* How it stands: since the run began, as stored in the ledger. */
struct bd_engine_view {
    int64_t mailing_id; /* the one being sent; 0: letters, or none */
    int64_t accepted, deferred, refused, unknown;
    int64_t waiting;  /* copies of that mailing without an outcome, about */
    int64_t audience; /* of that mailing */
    int64_t next_due; /* WHEN_DONE, when nothing is due now: when the next try
                       * is, seconds; else 0 */
    double rate;      /* accepted copies a second, of late */
    unsigned sessions, connecting;
    size_t slow_count;
    struct {
        char domain[64];
        int64_t wait_ms;
    } slow[BD_ENGINE_SLOWEST];
    char trouble[600]; /* why nothing moves: "smtp://…: connection refused;
                        * next try in 40 s"; "" when all is well */
    int64_t trouble_lasts_ms; /* by now, as far as is known; else 0 */
    char advice[600]; /* mail moves, but a person should know: one of several
                       * relays fails, or one takes fewer sessions than the
                       * settings ask for; "" when there is nothing to tell */
    bool well;        /* nothing is wrong with any relay, as far as is known */
};

struct bd_engine_options {
    const struct bd_sys *sys;
    struct bd_store *store;
    const struct bd_signer *signer; /* until sign_anew() gives another */
    /* Called by the writer when another process changed the store: who signs
     * from now on. All signers must live until the run ends. May be NULL. */
    enum bd_status (*sign_anew)(void *sign_self, const struct bd_signer **out,
                                struct bd_err *err);
    void *sign_self;
    struct bd_actor actor;
    const struct bd_relay_options *relays; /* at least one */
    size_t relay_count;
    enum bd_engine_end end;
    int64_t mailing_id;    /* only this one, and letters; 0: all;
                            * BD_ENGINE_LETTERS: no mailing */
    int64_t retry_first;   /* seconds before the first retry of a 4yz */
    int64_t retry_network; /* and after a lost session */
    int64_t retry_for;     /* seconds from a copy's first try on; letters have
                            * their own deadlines */
    int pause_percent;     /* of outcomes that may be refusals or unknown, from
                            * 50 copies on; 0: never pause by itself */
    /* When readers whose copies are refused are suspended; NULL: never, and
     * nothing is noted but the receipt. */
    const struct bd_bounce_rules *bounce_rules;
    /* Called by the writer about ten times a second, and at the end. False:
     * finish what is under way, give back the rest, return. No transaction is
     * open: the store may be read. May be NULL. */
    bool (*progress)(void *self, const struct bd_engine_view *view);
    /* Called by the writer, which has no transaction open: the store may be
     * used, a letter queued. May be NULL. */
    void (*event)(void *self, enum bd_engine_event event, int64_t mailing_id);
    void *self;
};

struct bd_engine_result {
    int64_t accepted, deferred, refused, unknown; /* in this run */
    int64_t recovered; /* unknown because an earlier run was killed */
    int64_t next_due;  /* 0: nothing waits */
    bool stopped;      /* by progress() */
    bool doubtful;     /* paused by `pause_percent` */
    bool day_full;     /* ended since a relay had all that it may get today */
};

/*
 * Send. The caller holds the sender's lock (bd_lock_take). May be called
 * again at any time, after any crash: nobody is mailed twice by it.
 *
 * out      written in all cases
 * returns  BD_OK; BD_ETEMP (no relay can be reached, session after session
 *          breaks, the store stays locked or the disk full); BD_EFINAL (a
 *          relay refuses us: certificate or password, which leaves the
 *          mailing as it is; policy, or too many copies were refused, and the
 *          mailing is paused); BD_EIO. In all cases the ledger is true and
 *          `out` says how far it came.
 */
enum bd_status bd_engine_run(const struct bd_engine_options *options,
                             struct bd_engine_result *out,
                             struct bd_err *err) BD_MUST_USE;

#endif
