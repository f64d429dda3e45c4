/* Leaving undone: what the page after leaving knows, signed. */
#ifndef UNDO_PRIVATE_H
#define UNDO_PRIVATE_H

#include "reader_private.h"

struct undo {
    int64_t subscriber_id;
    int64_t list_id;
    enum bd_subscription_state before;
    bool of_all;     /* more was left by it than the letter's list */
    int64_t entry;   /* in the ledger: this leaving and no other */
    int64_t left_at; /* when */
};

/* The token's mailing holds the end of the entry's number and, above it, the
 * state and whether it was of all. The entry is the reader's latest. */
enum bd_status undo_write(struct web_visit *visit, const struct undo *undo,
                          bd_str *out) BD_MUST_USE;
/* BD_EINVAL: none of ours, or older than an hour; BD_ENOENT: there is another
 * leaving since. */
enum bd_status undo_read(struct web_visit *visit, bd_str text,
                         struct undo *out) BD_MUST_USE;

#endif
