/* How a mailing stands, and what it waits for: status and advice tell it
 * alike. */
#ifndef STANDING_H
#define STANDING_H

#include "cli_private.h"

/* Who sends now. */
struct standing_sender {
    enum sender who;
    int64_t pid; /* 0 for SENDER_NONE */
};

struct standing {
    bd_str text;    /* "sending, 48.2%: 5,930 of 12,304" */
    bd_str next;    /* the command that moves it on; empty: nobody has to */
    bd_str stopped; /* why the last `send` of it ended by itself; empty: it did
                     * not, or somebody sends */
    int64_t waiter; /* the process that waits to begin it; 0: none */
    bool open;      /* neither done nor cancelled */
    bool goes_on;   /* by itself: a process is there for it */
};

struct standing_sender standing_sender(struct app *app);
/* "Process 123 sends what is due (brevduva deliver --watch)." */
bd_str standing_sender_text(struct app *app,
                            const struct standing_sender *sender);
struct standing standing_of(struct app *app, const struct bd_mailing *m,
                            const struct standing_sender *sender);

#endif
