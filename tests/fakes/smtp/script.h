/*
 * What one session of the fake relay does, drawn from a seed: how it speaks,
 * what it offers, and where it goes wrong. Pure.
 */
#ifndef TESTS_FAKES_SMTP_SCRIPT_H
#define TESTS_FAKES_SMTP_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where something may go wrong. */
enum script_stage {
    SCRIPT_GREETING,
    SCRIPT_EHLO,
    SCRIPT_RSET,
    SCRIPT_MAIL,
    SCRIPT_RCPT,
    SCRIPT_DATA,
    SCRIPT_BODY, /* in the middle of the message, by DATA or BDAT */
    SCRIPT_DOT,  /* the whole message is there */
    SCRIPT_QUIT,
    SCRIPT_STAGES
};

/* What goes wrong. */
enum script_act {
    SCRIPT_REFUSE,       /* say `text` and do nothing */
    SCRIPT_CUT,          /* do nothing, and end the connection */
    SCRIPT_DO_AND_CUT,   /* do what was asked, and end it without a word */
    SCRIPT_HALF,         /* do it, send half the reply, end it */
    SCRIPT_TELL_AND_CUT, /* do it, send the whole reply, end it */
    SCRIPT_STALL,        /* do nothing, and say nothing any more */
    SCRIPT_DO_AND_STALL, /* do it, and say nothing any more */
    SCRIPT_DELAY,        /* answer late, but in time */
    SCRIPT_LINES,        /* answer rightly, in many lines */
    SCRIPT_GARBAGE,      /* octets that are no reply; do nothing */
    SCRIPT_ENDLESS,      /* a reply whose lines never end; do nothing */
    SCRIPT_LONG,         /* a line of 100 kB; do nothing */
    SCRIPT_EXTRA,        /* a reply that nothing was asked for, before the
                          * right one: from here on it lies */
    SCRIPT_ACTS
};

enum script_end { SCRIPT_CLOSE, SCRIPT_SHUTDOWN, SCRIPT_RESET };

struct script_fault {
    enum script_stage stage;
    enum script_act act;
    enum script_end end;
    unsigned nth;     /* time it comes to that stage, from 0 */
    unsigned delay;   /* ms */
    size_t offset;    /* SCRIPT_BODY: after so many octets */
    const char *text; /* of the reply, without its line end */
};

/* How replies leave. */
enum script_style {
    SCRIPT_WHOLE,
    SCRIPT_OCTETS, /* one at a time */
    SCRIPT_PIECES, /* torn at any place */
    SCRIPT_JOINED  /* only when the client has nothing more to say */
};

#define SCRIPT_FAULTS_MAX 3

struct script {
    uint64_t seed;
    bool no_ehlo; /* an old server: HELO only */
    bool pipelining, chunking, smtputf8;
    const char *size;  /* what stands after SIZE; NULL: not offered */
    bool injects;      /* offers STARTTLS and puts replies behind its 220 */
    bool slow;         /* reads a little at a time */
    bool data_for_all; /* 354 even when no recipient was taken */
    enum script_style style;
    struct script_fault faults[SCRIPT_FAULTS_MAX];
    size_t fault_count;
};

/* Random numbers that a seed gives (splitmix64). */
uint64_t script_random(uint64_t *state);
unsigned script_below(uint64_t *state, unsigned limit);

enum script_way {
    SCRIPT_ANY,       /* of the three below */
    SCRIPT_LOCK_STEP, /* no PIPELINING */
    SCRIPT_OVERLAP,   /* PIPELINING */
    SCRIPT_BDAT       /* and CHUNKING */
};

/* calm: nothing goes wrong, whatever the way to speak. */
void script_draw(struct script *script, uint64_t seed, enum script_way way,
                 bool calm);

/* It hangs up where it would have lied. */
void script_make_honest(struct script *script);

/* In words, for whoever must understand a failure; at most `size` octets. */
void script_describe(const struct script *script, char *out, size_t size);

#endif
