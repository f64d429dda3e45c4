/*
 * From what a mail claims to what it does: checked against the newsletter's
 * keys and ledger, recorded and acted on in one transaction, once.
 */
#ifndef BREVDUVA_INBOX_APPLY_H
#define BREVDUVA_INBOX_APPLY_H

#include "brevduva/base/token.h"
#include "brevduva/desk/desk.h"
#include "brevduva/inbox/incoming.h"
#include "brevduva/store/incoming.h"

struct bd_inbox {
    struct bd_store *store;
    const struct bd_keyring *keys;
    const struct bd_desk *desk; /* answers and forwards */
    const struct bd_bounce_rules *rules;
    bd_str forward;     /* where people's mails go; empty: they stay */
    bd_str authserv_id; /* whose Authentication-Results are believed (RFC 8601
                         * 5); empty: nobody's */
    int64_t now;        /* of this mail */
    int64_t old_before; /* commands and people's mails that came before then are
                         * not acted on; 0: none is too old */
};

/* A mail, as read and as it came. */
struct bd_inbox_mail {
    const struct bd_incoming *incoming;
    bd_str bytes;  /* what was fetched of it */
    uint64_t size; /* of the whole, octets */
    bd_str name;   /* where it lies, for people: "INBOX/4711" */
    /* The whole of it, to be forwarded; BD_ELIMIT when it is too large. */
    enum bd_status (*whole)(void *self, struct bd_arena *arena, bd_str *out,
                            struct bd_err *err);
    void *self;
};

/* So much of its text is compared with what was seen before. */
#define BD_INBOX_COMPARED ((size_t)128 * 1024)

/* What became of it. */
enum bd_inbox_outcome {
    BD_INBOX_SEEN,         /* it was acted on before; see `before` */
    BD_INBOX_NOTED,        /* on record, without effect */
    BD_INBOX_COUNTED,      /* counts against the address, others are needed */
    BD_INBOX_SUSPENDED,    /* a reader is suspended */
    BD_INBOX_COMPLAINED,   /* a reader is off all lists for good */
    BD_INBOX_UNSUBSCRIBED, /* a reader has left */
    BD_INBOX_ANSWERED,     /* a command was answered */
    BD_INBOX_SILENT,       /* a command that gets no answer: too many, or a
                            * machine's */
    BD_INBOX_FORWARDED,    /* sent on to the coordinator */
    BD_INBOX_LEFT,         /* stays in the mailbox for a person to read */
    BD_INBOX_ASIDE,        /* cannot be read */
    BD_INBOX_OLD,          /* too old to do what it asks for */
    BD_INBOX_LATER,        /* its copy is still being sent: come again */
    BD_INBOX_OUTCOMES
};
extern const char *const bd_inbox_outcome_names[]; /* "suspended" ... */

struct bd_inbox_result {
    enum bd_inbox_outcome outcome;
    enum bd_inbox_outcome before; /* of SEEN */
    bool token_ok;                /* a token of ours proves whom it is about */
    int64_t mailing_id;           /* it is about; 0: none */
    bd_str email;                 /* of the reader it is about, or who wrote */
};

/*
 * Act on a mail. Nothing is changed unless BD_OK is returned.
 *
 * returns  BD_OK; BD_ETEMP (the store is locked, or the mail is to come
 *          again); BD_EIO
 */
enum bd_status bd_inbox_apply(struct bd_arena *arena,
                              const struct bd_inbox *inbox,
                              const struct bd_inbox_mail *mail,
                              struct bd_inbox_result *out,
                              struct bd_err *err) BD_MUST_USE;

/* Is there a token in it that the keys open, of a purpose that fits? For
 * --classify; changes nothing. */
bool bd_inbox_token_ok(const struct bd_keyring *keys,
                       const struct bd_incoming *incoming, int64_t now);

#endif
