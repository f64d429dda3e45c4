/*
 * Where mail is fetched from: a mailbox over IMAP, a Maildir, an mbox, one
 * mail on standard input. A mail is given out, looked at, and settled only
 * when what it says is safe in the store: so one that we were killed over
 * comes again.
 */
#ifndef BREVDUVA_INBOX_SOURCE_H
#define BREVDUVA_INBOX_SOURCE_H

#include <stdatomic.h>

#include "brevduva/base/arena.h"
#include "brevduva/base/sys.h"

#define BD_FETCH_MAX_BYTES                                                     \
    (256 * 1024) /* of one mail; the rest is not read                          \
                  */

/*
 * What a source must not forget between runs: which mails it gave out and
 * never heard of again, and where it was. One text for each source, which is
 * replaced as a whole and is at most BD_SOURCE_MEMORY_MAX octets.
 */
#define BD_SOURCE_MEMORY_MAX 65536
struct bd_source_memory {
    /* BD_OK, with an empty text when nothing is known by that name. */
    enum bd_status (*load)(void *self, struct bd_arena *arena, bd_str name,
                           bd_str *out, struct bd_err *err);
    enum bd_status (*save)(void *self, bd_str name, bd_str text,
                           struct bd_err *err);
    void *self;
};

/* All of it is borrowed until bd_source_close. */
struct bd_source_options {
    const char *url; /* imaps://host:port, imap://host:port (STARTTLS),
                      * maildir:PATH, mbox:PATH, "-" (standard input) */
    const char *username, *password; /* NULL: none; never told or logged */
    const char *auth;                /* SASL mechanism; NULL: the best */
    const char *ca_file;             /* NULL: the system's certificates */
    const char *proxy;               /* NULL: none */
    bool starttls_off;               /* plain text; loopback only */
    const char *folder;              /* "INBOX" */
    const char *handled;    /* folder for mails that are done: "Behandlat" */
    const char *unreadable; /* folder for those that nobody could read */
    bool flag;              /* leave mails where they are, and mark them */
    int64_t patience_s;     /* without a word from the server; 0: a minute */
    const struct bd_source_memory *memory; /* NULL: forgets at close */
    const struct bd_sys *sys;
    const atomic_bool *cancelled; /* ends waiting; NULL: never */
};

/* A mail that waits to be looked at. Valid until the next call. */
struct bd_source_mail {
    bd_str bytes;  /* at most BD_FETCH_MAX_BYTES of it */
    uint64_t size; /* of the whole, octets */
    bd_str name;   /* for messages: "INBOX/4711", "new/1764….eml" */
    bool feared;   /* what fetches mail has died over it twice: it was not
                    * fetched; put it aside */
};

enum bd_settle {
    BD_SETTLE_HANDLED, /* move to `handled`, or mark it */
    BD_SETTLE_ASIDE,   /* move to `unreadable` */
    BD_SETTLE_LEAVE,   /* stays where it is, marked, and is not given out
                        * again */
    BD_SETTLE_LATER    /* as if not given out: comes again at the next round */
};

struct bd_source;

/*
 * Connect and look what there is. An mbox that is missing is an empty one.
 *
 * returns  BD_OK; BD_ETEMP (no answer, no such Maildir, or none that we may
 *          read: later may work); BD_EFINAL (password, certificate, folder: a
 *          person must mend it); BD_EINVAL (URL)
 */
enum bd_status bd_source_open(const struct bd_source_options *options,
                              struct bd_source **out,
                              struct bd_err *err) BD_MUST_USE;

/* By which it is remembered, without a password: as long as the source. */
bd_str bd_source_name(const struct bd_source *source);

/* The next mail of this round. BD_ENOENT, without a message: no more now.
 * BD_ETEMP: the connection is lost; close and open again. */
enum bd_status bd_source_next(struct bd_source *source,
                              struct bd_source_mail *out,
                              struct bd_err *err) BD_MUST_USE;

/* Mails that the server named and then did not hand out, though they are still
 * there, as was found when bd_source_next last said BD_ENOENT. *out_name: the
 * first of them, for messages; valid until the next call. */
size_t bd_source_withheld(const struct bd_source *source, bd_str *out_name);

/* The whole of the mail that was given out last, in the arena; BD_ELIMIT when
 * it is larger than `max` octets. */
enum bd_status bd_source_whole(struct bd_source *source, struct bd_arena *arena,
                               size_t max, bd_str *out,
                               struct bd_err *err) BD_MUST_USE;

/* What becomes of the mail that was given out last. It may wait until the next
 * call of bd_source_next, bd_source_wait or bd_source_close, which then fails
 * in its place. BD_ETEMP as above: then it comes again, and must have no effect
 * a second time. */
enum bd_status bd_source_settle(struct bd_source *source, enum bd_settle how,
                                struct bd_err *err) BD_MUST_USE;

/* Wait for new mail (IMAP IDLE where the server has it, else looking every
 * `poll_s` seconds), at most `max_s`; then a new round begins. Returns BD_OK
 * also when there is none, and at once when cancelled. */
enum bd_status bd_source_wait(struct bd_source *source, int64_t poll_s,
                              int64_t max_s, struct bd_err *err) BD_MUST_USE;

void bd_source_close(struct bd_source *source); /* NULL is allowed */

/* The process that speaks IMAP: main calls it when it is started under this
 * name. It has the network and nothing else: no store, no keys, limits on
 * memory and time. Never returns. */
#define BD_FETCHER_NAME "brevduva-fetcher"
_Noreturn void bd_fetcher_main(void);

#endif
