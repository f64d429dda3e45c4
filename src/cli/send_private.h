/* The parts of `send`. */
#ifndef SEND_PRIVATE_H
#define SEND_PRIVATE_H

#include "cli_private.h"

/* How to send what stands in the ledger. */
struct send_plan {
    bool detach;   /* leave it to another process */
    int64_t limit; /* copies to hand over, then it is paused; 0: all */
};

/* send_show.c */
void send_show_audience(struct app *app, const struct cli_letter *letter,
                        const struct bd_audience *audience);
/* The first reader's mail in short. */
enum bd_status send_show_first(struct app *app,
                               const struct cli_letter *letter);

/* send_run.c */
/* Send what is due of it, here or by the process that sends; the exit code. */
int send_run(struct app *app, const struct send_plan *plan,
             struct bd_mailing *m);
/* How it stands, and what to do; the exit code. */
int send_print_result(struct app *app, const struct bd_mailing *m);

#endif
