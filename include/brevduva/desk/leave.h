/*
 * Leaving a list or all of them, whoever asks for it and how: acts at once.
 */
#ifndef BREVDUVA_DESK_LEAVE_H
#define BREVDUVA_DESK_LEAVE_H

#include "brevduva/desk/desk.h"

struct bd_leaving {
    struct bd_subscriber reader;
    struct bd_reader_lists lists;        /* as they were before */
    int64_t list_id;                     /* that it is about; 0: of none */
    bool on_this;                        /* stands on it */
    int64_t since;                       /* left it then; 0: not known */
    size_t others;                       /* stands on so many others */
    bool all;                            /* leave them too */
    const struct bd_subscription **left; /* what was left, as it was */
    size_t left_count;
};

/* How the reader stands; list_id 0: on any list. BD_ENOENT: nobody, any
 * more. */
enum bd_status bd_desk_leave_look(const struct bd_desk *desk,
                                  int64_t subscriber_id, int64_t list_id,
                                  struct bd_leaving *out) BD_MUST_USE;

/* Leave what can be left; fills `left`. The farewell is queued, if there is to
 * be one and the reader ever got a letter. */
enum bd_status bd_desk_leave(struct bd_desk *desk, struct bd_leaving *leaving,
                             bd_str reason) BD_MUST_USE;

/* The farewell alone; at most one a day. Titles of the lists that were
 * left. */
enum bd_status bd_desk_farewell(struct bd_desk *desk,
                                const struct bd_subscriber *reader,
                                int64_t list_id, bd_str titles) BD_MUST_USE;

#endif
