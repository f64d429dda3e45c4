/*
 * The client's side of an SMTP conversation, from after EHLO and log-in on:
 * RFC 5321 with PIPELINING (RFC 2920), CHUNKING (RFC 3030), SIZE (RFC 1870)
 * and SMTPUTF8 (RFC 6531). A pure state machine: reply bytes and the news that
 * command bytes have left go in, command bytes and outcomes come out. No
 * socket, no clock.
 *
 *   bd_smtp_room        so many copies may be started:
 *   bd_smtp_start       one of them
 *   bd_smtp_output      write these octets, then say bd_smtp_sent
 *   bd_smtp_push        octets that came from the relay
 *   bd_smtp_end         the connection is gone, or a deadline passed
 *   bd_smtp_withhold    begin no message any more
 *   bd_smtp_next        what became of a copy: exactly one outcome for each
 *
 * After each push take the outcomes, start copies while there is room, and
 * only then write: so the next envelope rides in the same write.
 *
 * Three ways to speak:
 *
 *   lock-step   one command, one reply: where PIPELINING is not offered, and
 *               while the relay refuses much.
 *   overlapped  MAIL, RCPT and DATA in one write, and those of the next copy
 *               behind the body of this one: a round trip for each copy.
 *   window      RSET, MAIL, RCPT, BDAT and body of several copies, without a
 *               wait: where CHUNKING is offered and we are told to. Opened
 *               by one for each accepted copy up to 5, then for each hundred
 *               in a row; halved by each that is refused.
 *
 * The replies that are owed stand in a queue, oldest first; a reply that
 * none is owed for ends the session, so no reply is ever taken for another's.
 */
#ifndef BREVDUVA_DELIVER_SMTP_H
#define BREVDUVA_DELIVER_SMTP_H

#include "brevduva/base/spare.h"
#include "brevduva/deliver/outgoing.h"
#include "brevduva/deliver/smtp_reply.h"

/* Copies under way at a time, at most. */
#define BD_SMTP_WINDOW_MAX 32

/* What became of a copy. */
enum bd_smtp_verdict {
    BD_SMTP_ACCEPTED, /* 2yz to the whole message */
    BD_SMTP_DEFERRED, /* 4yz */
    BD_SMTP_REFUSED,  /* 5yz about this recipient; with code 0, this copy
                       * cannot be handed over at all */
    BD_SMTP_BARRED,   /* 5yz about us (sender, log-in, policy, size: 5.7.x,
                       * 5.3.4): every other copy would fare the same; unless
                       * `doubtful` */
    BD_SMTP_LOST,     /* the session ended before the last octet of the
                       * message had left, or by a 421 to an earlier copy:
                       * certainly not accepted */
    BD_SMTP_UNKNOWN,  /* it ended after that: accepted or not */
    BD_SMTP_WITHHELD  /* not begun, by bd_smtp_withhold: as if not started */
};

/* The commands whose replies are waited for, in their order. */
enum bd_smtp_stage {
    BD_SMTP_RSET,
    BD_SMTP_MAIL,
    BD_SMTP_RCPT,
    BD_SMTP_DATA,
    BD_SMTP_DOT, /* the message and its final dot, or BDAT and the message */
    BD_SMTP_QUIT,
    BD_SMTP_STAGES
};

/* Texts live until the machine is called again. */
struct bd_smtp_outcome {
    const struct bd_outgoing *copy;
    enum bd_smtp_verdict verdict;
    enum bd_smtp_stage stage; /* what was answered or waited for */
    bool doubtful; /* of BARRED: policy or size, after a recipient was named: it
                    * may be that one's own */
    int code;      /* 0: no reply */
    bd_str enhanced; /* "2.0.0"; may be empty */
    bd_str text;     /* the reply without its codes, or what happened */
    bd_str queue_id;
};

struct bd_smtp_options {
    int window;     /* most copies under way by BDAT, where CHUNKING is offered;
                     * 0: DATA only */
    bool lock_step; /* never pipeline, whatever is offered */
    struct bd_spare *spare; /* buffers for the output, which sessions of one
                             * thread share; NULL: one of its own */
};

struct bd_smtp;

/* A session; `capabilities` as bd_stream_capabilities gives them: the lines
 * of the EHLO reply, the first being the relay's greeting. */
struct bd_smtp *bd_smtp_new(bd_str capabilities,
                            const struct bd_smtp_options *options);
void bd_smtp_free(struct bd_smtp *smtp); /* NULL is allowed */

/* What the relay takes, as it said. */
struct bd_smtp_offers {
    bool smtputf8;
    uint64_t size_max; /* octets; 0: it did not say */
};
struct bd_smtp_offers bd_smtp_offers(const struct bd_smtp *smtp);

/* How many copies may be started now. */
size_t bd_smtp_room(const struct bd_smtp *smtp);

/* No copy will ever be started again: the session has ended, or is withheld, or
 * so many commands in a row were refused that the relay will slow us down. */
bool bd_smtp_is_worn(const struct bd_smtp *smtp);

/* Something is to be written, or a reply is owed. */
bool bd_smtp_is_busy(const struct bd_smtp *smtp);

/* Copies that were started and whose outcome was not taken. */
size_t bd_smtp_under_way(const struct bd_smtp *smtp);

/* Hand over a copy; there must be room. `copy` is borrowed until its outcome
 * has been taken. What the relay cannot take is decided at once, without a
 * word to it. */
void bd_smtp_start(struct bd_smtp *smtp, const struct bd_outgoing *copy);

/* Begin no message any more. A copy whose message has not been begun is
 * withheld; if its envelope was said already and the relay gives the go-ahead,
 * the session ends: no message is accepted whose end has not come (RFC 5321
 * 4.1.1.4). What stands in the output goes out to its end, a whole window of
 * BDAT too. */
void bd_smtp_withhold(struct bd_smtp *smtp);

/* The copies, from `n` = 0 on, that are not begun; NULL: no more. */
const struct bd_outgoing *bd_smtp_not_begun(const struct bd_smtp *smtp,
                                            size_t n);

/* A reply is owed that may say that a message was accepted. */
bool bd_smtp_has_begun(const struct bd_smtp *smtp);

/* Say QUIT; the session must not be busy. */
void bd_smtp_quit(struct bd_smtp *smtp);

/* What is to be written now; valid until the next call of any other. What
 * stands there stays so until it has been sent, but may move and be added
 * to. */
bd_str bd_smtp_output(const struct bd_smtp *smtp);
/* The connection has taken the first `len` octets of the output. */
void bd_smtp_sent(struct bd_smtp *smtp, size_t len);

/* Which reply is owed next: its deadline is the one that counts. The session
 * must be busy. */
enum bd_smtp_stage bd_smtp_awaits(const struct bd_smtp *smtp);

/* Octets from the relay. True when a reply was completed by them, or the
 * session has ended. */
bool bd_smtp_push(struct bd_smtp *smtp, bd_str bytes);

/* End the session: no more is written or read. `why` is told in the
 * outcomes of the copies under way. */
void bd_smtp_end(struct bd_smtp *smtp, const char *why);

/* The outcome of a copy, once. False when there is none now. */
bool bd_smtp_next(struct bd_smtp *smtp, struct bd_smtp_outcome *out);

#endif
