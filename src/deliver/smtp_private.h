/* The parts of the SMTP conversation: what we say (smtp_say.c), what becomes
 * of a copy (smtp_outcome.c), what is held back (smtp_withhold.c), and the
 * machine itself (smtp.c). */
#ifndef BREVDUVA_DELIVER_SMTP_PRIVATE_H
#define BREVDUVA_DELIVER_SMTP_PRIVATE_H

#include "brevduva/deliver/smtp.h"

/* RSET, MAIL, RCPT and BDAT of each copy; more than DATA and DOT make. */
#define OWED_MAX (4 * BD_SMTP_WINDOW_MAX)

/*
 * Postfix counts a session's errors since its last accepted message: from 10
 * on each costs a second, at 20 it hangs up. Pipelining makes several errors
 * of one refusal, so we stop doing that early and leave before it hurts.
 */
#define ERRORS_LOCK_STEP 4
#define ERRORS_WORN      8

/*
 * So many copies under way, all refused, make 10 errors before we hear of the
 * first. Addresses that do not exist come in clumps, so a wider window opens
 * only as far as long runs without a refusal allow: by one for each run.
 */
#define WINDOW_SAFE 5
#define LONG_RUN    100

/* A copy from its start until its outcome is taken. */
struct transaction {
    const struct bd_outgoing *copy;
    uint64_t last_octet; /* of the message, counted as `sent`; 0: not said */
    size_t owed;         /* replies */
    bool is_utf8;        /* an address is not ASCII */
    bool recipient_taken;
    bool decided; /* what follows stands then */
    bool taken;
    enum bd_smtp_verdict verdict;
    enum bd_smtp_stage stage;
    bool doubtful;
    int code;
    size_t texts_at, enhanced_len, text_len; /* in `texts`, in a row */
};

/* A reply that the relay owes us. */
struct owed {
    struct transaction *transaction; /* NULL for QUIT */
    enum bd_smtp_stage stage;
    uint64_t last_octet; /* of what it agrees to: no honest yes comes before */
    uint64_t earliest;   /* nor a no before these octets have left */
    bool is_chunk;       /* BDAT */
};

enum way { LOCK_STEP, OVERLAPPED, WINDOW };

struct bd_smtp {
    bool pipelining, chunking, smtputf8;
    uint64_t size_max;  /* octets; 0: not said */
    size_t window_most; /* as it may become; 0: no BDAT */
    size_t window_now;
    unsigned run; /* accepted since the last refusal */
    bool ended, worn;
    bool withheld;    /* no message is begun any more */
    bool reset_first; /* else "503 nested MAIL" after a refused recipient */
    unsigned errors;  /* since the last accepted message */

    struct transaction window[BD_SMTP_WINDOW_MAX]; /* a ring */
    size_t first, count;
    size_t said; /* the first so many have been said, or never will be */
    size_t under_way, undelivered;
    struct transaction *open;   /* its envelope is being said, or waits for the
                                 * go-ahead: nobody else may speak */
    struct owed owed[OWED_MAX]; /* a ring */
    size_t owed_first, owed_count;

    struct bd_spare *spare; /* NULL: `out` keeps its memory */
    struct bd_buf out;
    size_t out_sent;     /* of `out` */
    uint64_t sent;       /* octets in the whole session */
    struct bd_buf texts; /* of outcomes that have not been taken */
    struct bd_smtp_reader reader;
};

/* The copies under way, oldest first. */
static inline struct transaction *smtp_nth(struct bd_smtp *smtp, size_t n)
{
    return &smtp->window[(smtp->first + n) % BD_SMTP_WINDOW_MAX];
}

/* How the next envelope is said. */
enum way smtp_way(const struct bd_smtp *smtp);

/* Say RSET or MAIL and, where the relay lets us, what follows in the same
 * write. */
void smtp_say_envelope(struct bd_smtp *smtp, struct transaction *t);
/* Say what follows the reply to `stage`, in lock-step. */
void smtp_say_after(struct bd_smtp *smtp, struct transaction *t,
                    enum bd_smtp_stage stage);
/* Say the message and the dot, or for a copy that is decided the dot alone.
 * False when the copy could not be made: it is decided, and there is no way
 * back but to end the session. */
bool smtp_say_message(struct bd_smtp *smtp, struct transaction *t);
void smtp_say_quit(struct bd_smtp *smtp);

/* Decide, without a word to the relay, what it cannot be given. */
void smtp_look_at(struct bd_smtp *smtp, struct transaction *t);
/* Decide by a reply of 2yz, 4yz or 5yz. */
void smtp_decide(struct bd_smtp *smtp, struct transaction *t,
                 enum bd_smtp_stage stage, const struct bd_smtp_reply *reply);
/* The message cannot be made. */
void smtp_decide_unmade(struct bd_smtp *smtp, struct transaction *t);
/* Decide that it is not begun. */
void smtp_decide_withheld(struct bd_smtp *smtp, struct transaction *t);
/* Decide when no reply will come. `passed_over`: the relay said that it looks
 * at nothing more. */
void smtp_decide_lost(struct bd_smtp *smtp, struct transaction *t,
                      enum bd_smtp_stage stage, bool passed_over,
                      const char *why);
/* What was decided. */
void smtp_tell(const struct bd_smtp *smtp, const struct transaction *t,
               struct bd_smtp_outcome *out);

#endif
