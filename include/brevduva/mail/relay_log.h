/*
 * What the log of a mail server says of messages known by their Message-ID:
 * the main logs of Postfix (syslog, journal or postlogd; any time stamp) and
 * of Exim. Pure: lines in, proofs out.
 *
 * Postfix names the Message-ID (cleanup) before it has the whole message; so
 * that line alone proves nothing. A line of qmgr, a delivery agent or bounce
 * with the same queue id does: the message is, or was, in the queue. Exim
 * writes its "<=" line when it has taken the message.
 */
#ifndef BREVDUVA_MAIL_RELAY_LOG_H
#define BREVDUVA_MAIL_RELAY_LOG_H

#include "brevduva/base/arena.h"

enum bd_log_line_kind {
    BD_LOG_LINE_OTHER,
    BD_LOG_LINE_NAMED, /* queue id and Message-ID: on its way in */
    BD_LOG_LINE_TAKEN, /* queue id: in the queue; with a Message-ID in Exim */
    BD_LOG_LINE_FATE   /* queue id and what became of it */
};

/* All borrowed from the line. */
struct bd_log_line {
    enum bd_log_line_kind kind;
    bd_str queue_id;
    bd_str message_id; /* without <>; NAMED and, in Exim, TAKEN */
    bd_str fate;       /* FATE: "status=sent (250 2.0.0 Ok)", "=> ..." */
};

/* Read one line, without its end. Anything else is OTHER. */
void bd_log_line_read(bd_str line, struct bd_log_line *out);

/* The messages that are looked for, and what was found so far. */
struct bd_log_search;

/* One of them. */
struct bd_log_found {
    bool taken;      /* the server had it in its queue */
    bd_str queue_id; /* of the first queue file that proves it */
    bd_str fate;     /* the last word on that one; may be empty */
};

/* `message_ids`: without <>, borrowed as long as the search lives. */
struct bd_log_search *bd_log_search_new(struct bd_arena *arena,
                                        const bd_str *message_ids,
                                        size_t count);
/* Lines in the order of the log; a log may go on in another file. Memory
 * grows only with what is found. */
void bd_log_search_line(struct bd_log_search *search, bd_str line);
/* How many of the lines so far were a mail server's. */
int64_t bd_log_search_known(const struct bd_log_search *search);
/* Of message_ids[index]; valid until the next line. */
const struct bd_log_found *
bd_log_search_found(const struct bd_log_search *search, size_t index);

#endif
