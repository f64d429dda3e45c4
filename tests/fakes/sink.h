/*
 * The parts of the sink: an SMTP server that takes all mail as fast as one
 * thread can, and keeps nothing of it. See sink.c for what it can be told.
 *
 *   sink.c           options, the loop, the replies that are held back
 *   sink_session.c   the conversation: octets in, replies out
 *   sink_wire.c      the connection: plain or TLS
 */
#ifndef BREVDUVA_TESTS_SINK_H
#define BREVDUVA_TESTS_SINK_H

#include <openssl/ssl.h>

#include "brevduva/base/buf.h"

enum {
    SINK_READ = 256 * 1024, /* octets taken from a connection at a time */
    SINK_CARRY = 4096       /* and at most kept until more of them come */
};

struct sink_options {
    int port;           /* 0: any that is free */
    int64_t delay_us;   /* each reply is held back for so long */
    int refuse_percent; /* of recipients: 550 5.1.1 */
    bool refuse_clumps; /* twenty in a row, not one here and one there */
    bool no_pipelining; /* not offered, and an error when used */
    bool no_chunking;   /* BDAT is not offered */
    const char *cert;   /* offer STARTTLS with it; NULL: do not */
    const char *key;    /* its private key */
    const char *record; /* file for "MESSAGE-ID RECIPIENT" lines; NULL */
    bool count;         /* say at the end how much came */
    bool first_at;      /* say when the first message was taken */
};

struct sink_counts {
    uint64_t connections, messages;
    uint64_t octets;    /* of messages */
    uint64_t rcpts;     /* asked for, refused ones too */
    uint64_t refused;   /* recipients, as told to */
    uint64_t errors;    /* what a right client never does */
    double first, last; /* when messages were taken, on the monotonic clock */
};

struct sink_session;

/* Replies that may leave at `due`. The delay being the same for all, they
 * fall due in the order in which they were made. */
struct sink_held {
    int64_t due; /* microseconds, monotonic */
    struct sink_session *session;
    size_t octets;
};

struct sink {
    struct sink_options options;
    struct sink_counts count;
    int epoll, listener;
    int record; /* file descriptor; -1: none */
    SSL_CTX *tls;
    struct bd_buf receipts;      /* lines not yet written to the record */
    struct sink_held *held;      /* a ring; its size is a power of two */
    size_t held_first, held_end; /* grow for ever, taken modulo the size */
    size_t held_size;
    struct sink_session *dead; /* to be freed when no one looks at them */
    char *input;               /* SINK_CARRY + SINK_READ, for all sessions */
};

/* What a session does with the octets that come. */
enum sink_reads { SINK_COMMANDS, SINK_DATA, SINK_CHUNK };

struct sink_session {
    struct sink *sink;
    int fd; /* -1: closed */
    SSL *ssl;
    bool waits_to_write; /* the connection takes no more now */
    bool tls_next;       /* when the reply to STARTTLS has left */
    bool over;           /* hang up when all is said */

    struct bd_buf out; /* replies */
    size_t out_done;   /* of them, written */
    size_t out_new;    /* not yet held or released */
    size_t out_free;   /* may leave and have not */
    size_t held;       /* entries of the ring that name this session */
    struct sink_session *next_dead;

    char carry[SINK_CARRY];
    size_t carry_len;

    enum sink_reads reads;
    bool fresh;         /* nothing of the DATA has come */
    bool last;          /* the chunk is the last one */
    uint64_t left;      /* octets of the chunk */
    bool mail;          /* a transaction is open */
    bool refused;       /* a recipient of it was refused */
    unsigned rcpts;     /* accepted ones of it */
    struct bd_buf to;   /* they, each with a space before it */
    struct bd_buf head; /* the message's header, as far as it has come */
    bool head_done;
    uint64_t octets; /* of the message so far */
};

double sink_seconds(void);

/* The wire. Octets read; 0: none now; -1: the connection has ended. */
ssize_t sink_read(struct sink_session *s, char *into, size_t max);
/* Write what may leave. */
void sink_write(struct sink_session *s);
void sink_close(struct sink_session *s);

/* The conversation. */
void sink_greet(struct sink_session *s);
/* Take these octets; how many were used. The rest is to come again. */
size_t sink_take(struct sink_session *s, const char *octets, size_t len);

#endif
