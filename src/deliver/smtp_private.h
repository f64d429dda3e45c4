/* The parts of the SMTP conversation: what we say (smtp_say.c), what becomes
 * of a copy (smtp_outcome.c), and the machine itself (smtp.c). */
#ifndef BREVDUVA_DELIVER_SMTP_PRIVATE_H
#define BREVDUVA_DELIVER_SMTP_PRIVATE_H

#include "brevduva/base/buf.h"
#include "brevduva/deliver/smtp.h"

/* Copies under way at a time. */
#define WINDOW 1
/* RSET, MAIL, RCPT and DATA of each, and one QUIT. */
#define OWED_MAX (4 * WINDOW + 1)

/*
 * Postfix counts a session's errors since its last accepted message: from 10
 * on each costs a second, at 20 it hangs up. Pipelining makes several errors
 * of one refusal, so we stop doing that early and leave before it hurts.
 */
#define ERRORS_LOCK_STEP 4
#define ERRORS_WORN      8

struct transaction {
    const struct bd_copy *copy; /* NULL: free */
    bool recipient_taken;
    bool decided;
    uint64_t last_octet; /* of the final dot, counted as `written` */
    char enhanced[24];
    char text[BD_MAX_REPLY_TEXT];
    struct bd_smtp_outcome outcome;
};

/* A reply that the relay owes us. */
struct owed {
    enum bd_smtp_stage stage;
    struct transaction *transaction; /* NULL for QUIT */
    uint64_t last_octet; /* of its command: no honest reply comes before */
};

struct bd_smtp {
    bool pipelining, smtputf8;
    uint64_t size_max; /* octets; 0: not said */
    bool ended;
    bool reset_first; /* else "503 nested MAIL" after a refused recipient */
    unsigned errors;  /* since the last accepted message */
    struct transaction window[WINDOW];
    struct owed owed[OWED_MAX]; /* a ring */
    size_t owed_first, owed_count;
    struct bd_buf out;
    size_t out_sent;        /* of `out` */
    uint64_t written, sent; /* octets in the whole session */
    struct bd_smtp_reader reader;
};

/* Say `stage` and, where the relay lets us, the rest of the envelope in the
 * same write. */
void smtp_say_from(struct bd_smtp *smtp, struct transaction *t,
                   enum bd_smtp_stage stage);
/* Say one command, or the message; `t` is NULL for QUIT. */
void smtp_say(struct bd_smtp *smtp, struct transaction *t,
              enum bd_smtp_stage stage);

/* Decide, without a word to the relay, what it cannot be given. False when
 * the copy is thereby decided. */
bool smtp_can_start(const struct bd_smtp *smtp, struct transaction *t);
/* Decide by a reply of 2yz, 4yz or 5yz. */
void smtp_decide(struct transaction *t, enum bd_smtp_stage stage,
                 const struct bd_smtp_reply *reply);
/* Decide when no reply will come. */
void smtp_decide_lost(const struct bd_smtp *smtp, struct transaction *t,
                      enum bd_smtp_stage stage, const char *why);

#endif
