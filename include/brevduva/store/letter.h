/*
 * Letters: single mails that the program writes to one person. They go
 * through the same queue and ledger as mailings, before them.
 */
#ifndef BREVDUVA_STORE_LETTER_H
#define BREVDUVA_STORE_LETTER_H

#include "brevduva/store/mailing.h"

enum bd_letter_kind {
    BD_LETTER_CONFIRM,
    BD_LETTER_WELCOME,
    BD_LETTER_FAREWELL,
    BD_LETTER_TIP,
    BD_LETTER_NOTICE,  /* to the coordinator */
    BD_LETTER_TEST,    /* an issue, to look at */
    BD_LETTER_ADDRESS, /* about a new address */
    BD_LETTER_LINK,    /* a new link to the reader's own page */
    BD_LETTER_EXPORT,  /* all that is known about the reader */
    BD_LETTER_ERASE,   /* about the erasure of it */
    BD_LETTER_CONTACT, /* what somebody wrote to the coordinator */
    BD_LETTER_ANSWER,  /* to a command by mail */
    BD_LETTER_FORWARD  /* a person's mail, to the coordinator */
};
extern const char *const bd_letter_kind_names[]; /* "confirm" ... */

struct bd_letter_row {
    enum bd_letter_kind kind;
    bd_str to;             /* address */
    int64_t subscriber_id; /* 0: no reader */
    bd_str envelope_from;  /* may be a pattern (mail/return_path.h); empty: the
                            * null sender */
    bd_str message_id;     /* whole */
    bd_str bytes;          /* the mail: CRLF, 7-bit, dot-safe */
    int64_t deadline;
};

/* Queue it; `out` is the number of its delivery. */
enum bd_status bd_letter_add(struct bd_store *store,
                             const struct bd_letter_row *letter, int64_t now,
                             int64_t *out, struct bd_err *err) BD_MUST_USE;

/* Letters to a reader that wait are not sent after all: those of the kind
 * "farewell", or empty for all. `reason` is that of skipped copies. */
enum bd_status bd_letters_withdraw(struct bd_store *store,
                                   int64_t subscriber_id, bd_str kind,
                                   bd_str reason,
                                   struct bd_err *err) BD_MUST_USE;

/* How many letters have no outcome yet. */
enum bd_status bd_letters_waiting(struct bd_store *store, int64_t *out,
                                  struct bd_err *err) BD_MUST_USE;

/* How many letters to the coordinator (notices, people's mails sent on) were
 * refused, or came back, since then. */
enum bd_status bd_letters_lost(struct bd_store *store, int64_t since,
                               int64_t *out, struct bd_err *err) BD_MUST_USE;

/* How it stands with one. */
struct bd_letter_outcome {
    enum bd_delivery_state state;
    int64_t next_try_at; /* of deferred ones */
    bool given_up;       /* refused, as the time to try it was over */
    int reply_code;      /* 0: no reply */
    bd_str enhanced, reply_text;
};

/* By the number of its delivery. BD_ENOENT. */
enum bd_status bd_letter_find(struct bd_arena *arena, struct bd_store *store,
                              int64_t delivery, struct bd_letter_outcome *out,
                              struct bd_err *err) BD_MUST_USE;

#endif
