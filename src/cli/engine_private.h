/* The send engine as the commands use it. */
#ifndef ENGINE_PRIVATE_H
#define ENGINE_PRIVATE_H

#include "brevduva/deliver/engine.h"
#include "brevduva/store/resolve.h"
#include "cli_private.h"

/* Relays, signer and what the settings say; the caller holds the lock. */
enum bd_status engine_prepare(struct app *app,
                              struct bd_engine_options *options);

/* What send.unknown says of copies that may have been accepted. `*out_count`:
 * how many were settled so; not to be done twice in a run, or a relay that
 * always breaks would be fed the same copies for ever. */
enum bd_status engine_settle_unknown(struct app *app,
                                     const struct bd_mailing *m,
                                     int64_t *out_count);
/* What that did with them, for people. */
const char *engine_settled_text(const struct app *app);

/* What was told of the view's advice. */
struct engine_advice {
    int64_t told_at; /* seconds; 0: nothing was */
    bool told;       /* and not yet that it is over */
};

/* What to tell of it now; NULL: nothing new. */
const char *engine_advice_text(const struct app *app,
                               struct engine_advice *advice,
                               const struct bd_engine_view *view);

/* Once, when Ctrl-C or SIGTERM has come and sessions still finish their copies:
 * what to tell; else NULL. `*told` remembers. */
const char *engine_stopping_text(const struct bd_engine_view *view, bool *told);

#endif
