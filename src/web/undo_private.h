/* Leaving undone: what the page after leaving knows, signed. */
#ifndef UNDO_PRIVATE_H
#define UNDO_PRIVATE_H

#include "reader_private.h"

struct undo {
    int64_t subscriber_id;
    int64_t list_id;
    enum bd_subscription_state before;
    int64_t left_at; /* its minute, in seconds */
};

/* The token's mailing holds the minute and, above it, the state. */
bd_str undo_write(const struct web_visit *visit, const struct undo *undo);
/* BD_EINVAL: none of ours, or older than an hour. */
enum bd_status undo_read(const struct web_visit *visit, bd_str text,
                         struct undo *out) BD_MUST_USE;

#endif
