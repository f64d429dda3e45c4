/* Leaving one list or all, and what the page after it offers: to undo it, and
 * to say why. */
#ifndef LEAVE_PRIVATE_H
#define LEAVE_PRIVATE_H

#include "brevduva/desk/leave.h"
#include "reader_private.h"

/* Who it is about. BD_ENOENT: nobody, any more. */
enum bd_status leave_find(struct web_visit *visit, const struct bd_token *token,
                          struct bd_leaving *out) BD_MUST_USE;
/* Title of the link's list, or the newsletter's name. */
bd_str leave_title(const struct web_visit *visit,
                   const struct bd_leaving *leaving);

/* Leave what can be left; fills `left`. The farewell is queued. */
enum bd_status leave(struct web_visit *visit, struct bd_leaving *leaving,
                     bd_str reason) BD_MUST_USE;

/* The page after it. */
struct leave_done {
    bd_str titles; /* of the lists that were left */
    bd_str token;  /* to undo the first of them */
    bd_str also;   /* the others, a blank between them */
    bool thanks;   /* they have said why */
};
enum bd_status leave_show_done(struct web_visit *visit,
                               const struct leave_done *done) BD_MUST_USE;
/* What is on it, after `leave`. */
enum bd_status leave_done_of(struct web_visit *visit,
                             const struct bd_leaving *leaving,
                             struct leave_done *out) BD_MUST_USE;

#endif
