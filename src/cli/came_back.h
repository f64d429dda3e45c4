/* What comes back, as the commands tell it and the settings judge it. */
#ifndef CAME_BACK_H
#define CAME_BACK_H

#include "brevduva/store/incoming.h"
#include "cli_private.h"

/* When readers are suspended, as the settings say. */
void bounce_rules_fill(const struct app *app, struct bd_bounce_rules *out);

/* A threshold of the settings that a mailing has passed. */
enum came_back_kind {
    CAME_BACK_BOUNCED,
    CAME_BACK_COMPLAINED,
    CAME_BACK_KINDS
};

/* A saying: "12 of 200 copies came back (6.0%), more than 5.0%"; empty while
 * all is well. While it is being sent the first copies say nothing. */
bd_str came_back_warning(struct app *app, const struct bd_mailing *m,
                         const struct bd_came_back *came,
                         enum came_back_kind kind);

/* Has too much of this mailing come back? Then the coordinator is told once
 * for each threshold, and a mailing that is being sent is paused where the
 * settings want it. */
enum bd_status inbox_thresholds(struct app *app, int64_t mailing_id);

/* "no such mailbox", for the word that reports are counted by; one that is new
 * to us stands as it is. */
const char *word_bounce(struct bd_arena *arena, bd_str reason);

/* suspended.c */
/* The report that suspended the reader last; texts in the arena. */
enum bd_status suspended_why(struct app *app, int64_t reader,
                             struct bd_bounce *out, bool *out_found);
/* "no such mailbox (5.1.1)" */
bd_str suspended_text(struct app *app, const struct bd_bounce *why);
void suspended_set(struct app *app, struct bd_json *object,
                   const struct bd_bounce *why);

#endif
