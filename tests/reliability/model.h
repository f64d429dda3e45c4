/*
 * The oracle: a ledger held against what the relay truly did.
 *
 *   accepted                    the relay said 2yz to the whole copy
 *   queued, deferred, refused   it never took the copy; refused and deferred
 *                               with a code that it said
 *   unknown                     the answer was lost when the copy may have
 *                               been there whole, and not when it was read
 *
 * Nobody is mailed twice but on somebody's word; sums add up; what is settled
 * stays so.
 */
#ifndef TESTS_RELIABILITY_MODEL_H
#define TESTS_RELIABILITY_MODEL_H

#include "brevduva/base/buf.h"
#include "news.h"
#include "server.h"

struct model_row {
    enum bd_delivery_state state; /* when it was last looked at */
    struct truth before;          /* what it was when it was sent again */
};

struct model {
    struct news *news;
    struct server *server;
    bool late; /* the mailing's deadline has passed */
    unsigned readers;
    struct model_row *rows; /* in order of delivery */
    struct bd_buf complaints;
    /* of one look: */
    unsigned seen, unseen;
    int64_t count[BD_DELIVERY_STATES];
    struct bd_buf unseen_rows; /* of which the relay had not read a word */
};

void model_init(struct model *model, struct news *news, struct server *server,
                unsigned readers);
void model_fini(struct model *model);

/* When no sender is at work. Adds to the complaints. */
void model_check(struct model *model);

/* The unknown ones are sent again, on somebody's word. */
void model_resend(struct model *model);

#endif
