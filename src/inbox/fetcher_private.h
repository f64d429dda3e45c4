/* The fetcher, seen from its parent: which trusts nothing that it says. */
#ifndef FETCHER_PRIVATE_H
#define FETCHER_PRIVATE_H

#include <sys/types.h>

#include "frame_private.h"
#include "source_private.h"

struct fetcher {
    pid_t pid; /* 0: none */
    int fd;
    struct bd_buf out; /* the frame to be sent */
    struct bd_buf in;  /* the answer */
};

enum bd_status fetcher_start(struct fetcher *fetcher,
                             struct bd_err *err) BD_MUST_USE;
/* Ends it: let it log out, but not for long. */
void fetcher_end(struct fetcher *fetcher);

/*
 * Send what is in fetcher->out, and wait for the answer.
 *
 * out      valid until the next call
 * returns  BD_OK; what the fetcher says failed; BD_ETEMP when it died, was
 *          silent for `patience_s`, or made no sense: then it is gone.
 *          BD_ENOENT, without a message: cancelled, and gone as well
 */
enum bd_status fetcher_ask(struct fetcher *fetcher,
                           const struct bd_source *source, enum frame_kind kind,
                           int64_t patience_s, bd_str *out,
                           struct bd_err *err) BD_MUST_USE;

#endif
