/*
 * A relay that does anything at any point, in a thread of its own. Each
 * session follows a script (script.h) drawn from the seed and its number:
 * mostly it behaves, and then it refuses, cuts, stalls, resets, lies or
 * babbles. What it truly did with each copy can be asked for (truth.h).
 *
 * What it does not say in its defence: once it has lied in a session it takes
 * no more copies in it, so that a lie can cost a copy but never double one.
 */
#ifndef TESTS_FAKES_SMTP_SERVER_H
#define TESTS_FAKES_SMTP_SERVER_H

#include <stdint.h>

#include "script.h"
#include "truth.h"

struct server_options {
    uint64_t seed;
    enum script_way way;
    bool calm;          /* nothing goes wrong */
    bool honest;        /* it never lies (SCRIPT_EXTRA) */
    bool injects;       /* STARTTLS with something behind its 220 */
    const char *tail;   /* each whole message must end so; NULL: any */
    const char *record; /* file: "MESSAGE-ID RECIPIENT" for each copy taken,
                         * written before the reply; NULL: none */
    uint16_t port;      /* 0: any that is free */
    unsigned delay_ms;  /* before each reply to a whole message */
};

struct server;

struct server *server_start(const struct server_options *options);
void server_stop(struct server *server);
int server_port(const struct server *server);

/* Sessions that begin from now on behave, or not. */
void server_set_calm(struct server *server, bool calm);

/* Wait until all sessions have ended, so that the truth stands. The client
 * must have closed its side. False after ten seconds. */
bool server_settle(struct server *server);
/* The sessions that are open now, in words. */
void server_tell_open(struct server *server, char *out, size_t size);

/* The row of a recipient, as it stands now. */
struct truth server_truth(struct server *server, bd_str to);
bool server_has_code(struct server *server, int code);

struct server_tally {
    unsigned sessions;
    unsigned unseen;    /* copies that may have left the client without our
                         * having read a word of them */
    unsigned taken;     /* copies */
    unsigned worn;      /* sessions closed for their many errors */
    char rude[240];     /* the first thing the client did against the rules */
    char rude_in[2000]; /* the script of that session */
};
struct server_tally server_tally(struct server *server);

/* The scripts of the sessions that had to do with a recipient, in words, in
 * `out`: for whoever must understand a failure. */
void server_tell(struct server *server, bd_str to, char *out, size_t size);

#endif
