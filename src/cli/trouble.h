/* What is wrong where mail is sent, in the store, so that `status` and who
 * handed a mailing over can tell it. */
#ifndef TROUBLE_H
#define TROUBLE_H

#include "engine_private.h"

/* Of the process that sends. */
struct trouble {
    struct app *app;
    int64_t since;   /* seconds; 0: all is well */
    int64_t told_at; /* when others were told last */
    bd_str told;     /* what they know; in `text` */
    char text[sizeof((struct bd_engine_view *)NULL)->trouble];
};

/* Who sent before may have been killed in the midst of it. */
void trouble_start(struct trouble *t, struct app *app);
/* As often as one likes; the store is written when that is news. */
void trouble_note(struct trouble *t, const struct bd_engine_view *view);
void trouble_end(struct trouble *t);

/* What another process that sends has told; empty: nothing is wrong.
 * `*out_since`: seconds. */
enum bd_status trouble_now(struct app *app, bd_str *out, int64_t *out_since);

/* Why a `send` of the mailing ended by itself; `text` empty: forgotten, for
 * somebody sends it again. False: it could not be written. */
bool stopped_note(struct app *app, int64_t mailing_id, const char *text);
/* Empty: it did not. `*out_at`: seconds. */
bd_str stopped_why(struct app *app, int64_t mailing_id, int64_t *out_at);

#endif
