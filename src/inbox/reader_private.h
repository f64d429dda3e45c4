/* The two ends of the pipe to the process that reads mails. */
#ifndef READER_PRIVATE_H
#define READER_PRIVATE_H

#include "brevduva/inbox/reader.h"
#include "child_private.h"

#define READER_MAILS     500   /* then a fresh child takes over */
#define READER_MAIL_MS   10000 /* a mail that takes longer is given up */
#define READER_MEMORY    ((uint64_t)512 * 1024 * 1024)
#define READER_CPU       60            /* seconds, for all of a child's mails */
#define READER_MAX_BYTES (1024 * 1024) /* of one mail */

/* Both ways a mail, and a record, stands behind its length in octets. */
struct reader_head {
    uint32_t len;
};

/* For tests: how long a mail may take, in the place of READER_MAIL_MS. */
void reader_set_patience(struct bd_reader *reader, int64_t ms);

typedef void (*reader_classify)(struct bd_arena *arena, bd_str bytes,
                                struct bd_incoming *out);

/* What the child does until the pipe is closed. Tests plug in classifiers that
 * misbehave. */
_Noreturn void reader_serve(reader_classify classify);

#endif
