/* The parts of `send`. */
#ifndef SEND_PRIVATE_H
#define SEND_PRIVATE_H

#include "cli_private.h"

struct bd_engine_result;

/* What the options of `send` ask for. */
struct send_plan {
    bd_str where;     /* condition on readers; empty: all of the list */
    int64_t start_at; /* when to begin; 0: at once */
    bool at;          /* by --at: it may be far away */
    bool detach;      /* leave it to another process */
    bool no_wait;     /* end when nothing is due now */
    int64_t limit;    /* copies to hand over, then it is paused; 0: all */
};

/* send_plan.c */
enum bd_status send_plan_read(struct app *app, struct send_plan *out);

/* send_letter.c */
/* Both forms of the message; refuses a sender that is only an example. */
enum bd_status send_compile(struct app *app, const struct cli_letter *letter,
                            struct bd_message *full,
                            struct bd_message *text_only);
/* clicks.c */
/* The same as it is mailed, with counted links if web.clicks is on. `add`: a
 * link that is not yet known gets its number, within a transaction of the
 * caller; else it leads straight. */
enum bd_status send_compile_counted(struct app *app,
                                    const struct cli_letter *letter, bool add,
                                    struct bd_message *full,
                                    struct bd_message *text_only);
/* send_letter.c */
bd_str send_freeze(struct app *app, const struct bd_message *message);

/* send_audience.c */
/* Texts are valid during the call; anything but BD_OK ends the reading. */
typedef enum bd_status (*send_reader_fn)(void *self,
                                         const struct bd_subscriber *reader);
/* Each reader who would get it now, by address key. */
enum bd_status send_each_reader(struct app *app,
                                const struct cli_letter *letter, bd_str where,
                                send_reader_fn reader, void *self);

/* send_show.c */
enum bd_status send_show_audience(struct app *app,
                                  const struct cli_letter *letter,
                                  const struct send_plan *plan,
                                  const struct bd_audience *audience);
/* --limit, where there is one. */
void send_show_limit(int64_t limit);
/* The first reader's mail in short. */
enum bd_status send_show_first(struct app *app, const struct cli_letter *letter,
                               bd_str where);
/* The number of readers, typed. `otherwise`: what another answer does. */
enum bd_status send_confirm(struct app *app, int64_t readers,
                            const char *otherwise);

/* send_changes.c */
/* Remember the issue as it was tested. */
enum bd_status tested_note(struct app *app, const struct cli_letter *letter);
/* What changed since then, or that it was never tested. */
enum bd_status send_show_changes(struct app *app,
                                 const struct cli_letter *letter);

/* send_run.c */
/* Send what is due of it, here or by the process that sends; the exit code. */
int send_run(struct app *app, const struct send_plan *plan,
             struct bd_mailing *m);

/* send_follow.c */
/* Show the progress of the watch that sends it, `pid`, as the ledger knows it.
 * `*out_code` is the exit code; false: the watch ended before the mailing did.
 */
bool send_follow(struct app *app, const struct send_plan *plan,
                 struct bd_mailing *m, int64_t pid, int *out_code);

/* send_end.c */
/* How it stands, and what to do; the exit code. */
int send_print_result(struct app *app, const struct bd_mailing *m);

/* send_wait.c */
/* It is not yet to begin. True: the time has come, go on. False: `*out_code`
 * is the exit code. */
bool send_wait(struct app *app, const struct send_plan *plan,
               struct bd_mailing *m, int *out_code);

/* rehearse.c */
/* Every mail to a Maildir, and a report; the exit code. */
int send_rehearse(struct app *app, const struct cli_letter *letter,
                  const struct send_plan *plan, const struct bd_message *full,
                  const struct bd_message *text_only, int64_t readers);

#endif
