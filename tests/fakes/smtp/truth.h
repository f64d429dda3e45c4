/*
 * What the fake relay truly did with the copy for each recipient: the other
 * side of the ledger.
 */
#ifndef TESTS_FAKES_SMTP_TRUTH_H
#define TESTS_FAKES_SMTP_TRUTH_H

#include "brevduva/base/str.h"

#define TRUTH_TEXT      96
#define TRUTH_CODES_MAX 24

struct truth {
    char to[TRUTH_TEXT];
    char message_id[TRUTH_TEXT]; /* "": no whole copy was seen */
    unsigned taken;              /* times it was accepted for delivery */
    unsigned told;               /* of these, the whole 2yz left us */
    unsigned heard;  /* of these, the client went on as if it had read it */
    unsigned doubts; /* sessions that ended with it in the air */
    unsigned lies;   /* sessions that lied while it was in the air */
    unsigned code_count;
    int codes[TRUTH_CODES_MAX]; /* 4yz and 5yz that answered it */
};

struct truth_table {
    struct truth **slots; /* by hash; NULL: free */
    size_t size, count;
};

void truth_init(struct truth_table *table);
void truth_fini(struct truth_table *table);
/* The row of a recipient, made when it is new. Lives as long as the table. */
struct truth *truth_of(struct truth_table *table, bd_str to);
void truth_add_code(struct truth *truth, int code);
bool truth_has_code(const struct truth *truth, int code);

#endif
