/* What the parts of the fake relay share. */
#ifndef TESTS_FAKES_SMTP_TALK_H
#define TESTS_FAKES_SMTP_TALK_H

#include <pthread.h>
#include <stdatomic.h>

#include "brevduva/base/buf.h"
#include "server.h"

#define SESSIONS_MAX 256

enum phase {
    PHASE_TALK,    /* commands */
    PHASE_BODY,    /* a message, until its dot */
    PHASE_CHUNK,   /* a message of known size */
    PHASE_IGNORE,  /* reads, and does nothing with it */
    PHASE_DEAF,    /* does not even read */
    PHASE_BABBLE,  /* as IGNORE, and says more and more */
    PHASE_CLOSING, /* when all is written, end it */
    PHASE_OVER     /* to be forgotten */
};

/* The copy that a session has had to do with, and how far it came. */
struct touched {
    struct truth *truth;
    bool asked; /* the client may have sent it whole */
    bool told;  /* its 2yz has left */
    bool heard;
};

struct talk {
    struct server *server;
    int fd;
    unsigned number;
    struct script script;
    uint64_t random;
    unsigned seen[SCRIPT_STAGES]; /* how often it came to each */
    enum phase phase;
    enum script_end end; /* for PHASE_CLOSING */
    struct bd_buf in, out;
    size_t in_at, out_at; /* taken from, written of */
    int64_t hold_until;   /* ms: nothing is written before */
    int64_t ends_at;      /* ms: 0, or when we wait no more */

    bool extended; /* EHLO, not HELO */
    bool in_mail;
    bool has_mail;       /* a recipient was taken */
    size_t current;      /* in `touched` */
    size_t chunk;        /* octets of the message to come by BDAT */
    size_t message_at;   /* where it begins in `in` */
    bool answered_early; /* no more is said about this message */
    const struct script_fault *body_fault; /* to come, in the middle */
    const char *refusal;                   /* to come, at its end */
    unsigned errors;                       /* since the last copy was taken */
    bool quit;                             /* the client said so */
    bool accepting; /* the next reply is the 2yz to the whole copy */
    bool closed;    /* said 421 */
    bool deaf;      /* did not read all that the client could send */
    bool polite;    /* ended so that the client can read all we said */
    bool crooked;   /* something unreadable was said: it owes us nothing */
    bool lied;
    struct touched *touched;
    size_t touched_count, touched_room;
    /* where in the output the 2yz to which copy ends */
    struct {
        size_t end, touched;
    } marks[64];
    size_t mark_count;
};

struct server {
    struct server_options options;
    int listener, epoll, wake, record;
    int port;
    pthread_t thread;
    pthread_mutex_t lock; /* for all below */
    pthread_cond_t settled;
    bool stopping, wants_settled;
    bool calm;
    struct talk *sessions[SESSIONS_MAX];
    size_t session_count;
    struct truth_table truths;
    struct server_tally tally;
    bool codes[600];     /* 4yz and 5yz ever said */
    struct bd_buf story; /* "RECIPIENT number: script\n" for each pair */
};

int64_t server_now_ms(void);

/* talk.c */
struct talk *talk_new(struct server *server, int fd, unsigned number);
void talk_readable(struct talk *s);
/* Say what can be said now; how many ms until more can be, -1: not by itself */
int talk_step(struct talk *s);
void talk_free(struct talk *s);
void talk_end(struct talk *s, enum script_end how);
void talk_rude(struct talk *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The fault of this stage, if this is its time. */
const struct script_fault *talk_fault(struct talk *s, enum script_stage stage);

/* say.c: replies */
void say(struct talk *s, const char *text);
/* A reply to the copy under way. */
void say_of_copy(struct talk *s, const char *text);
void say_raw(struct talk *s, const char *text);
/* The right answer of a stage, in the way the script wants it. */
void say_by(struct talk *s, const struct script_fault *fault, const char *text);
/* What a fault says in place of the right answer. */
void say_fault(struct talk *s, const struct script_fault *fault);
/* Write what may leave now; ms until more may, -1: when it can be written or
 * never. */
int say_flush(struct talk *s);

/* commands.c */
void command_take(struct talk *s, bd_str line);
/* What keeps a command from being done. True when it is not to be done. */
bool command_obstructs(struct talk *s, const struct script_fault *fault);
/* Once it is done: the answer, or what comes instead. */
void command_answer(struct talk *s, const struct script_fault *fault,
                    const char *text);
/* The copy for this RCPT is on its way from now on. */
void command_touch(struct talk *s, bd_str line);

/* message.c */
bool message_take(struct talk *s); /* false when more must come first */
void message_begin_data(struct talk *s);
void message_begin_chunk(struct talk *s, size_t size);

#endif
