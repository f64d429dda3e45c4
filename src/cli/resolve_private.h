/* The parts of `resolve`. */
#ifndef RESOLVE_PRIVATE_H
#define RESOLVE_PRIVATE_H

#include "brevduva/store/resolve.h"
#include "cli_private.h"

/* A copy of which nobody can tell whether it was accepted. */
struct unknown {
    bd_str email, message_id, relay, reply_text;
    int64_t at;
    bool settled; /* by a log */
    bd_str proof; /* what that said */
};

/* Those that the files of --from-log prove are accepted from now on. */
enum bd_status resolve_by_logs(struct app *app, const struct bd_mailing *m,
                               struct unknown *copies, size_t count);

#endif
