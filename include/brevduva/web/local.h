/*
 * A page for one person at this machine: HTTP on 127.0.0.1 at a free port,
 * in a folder whose name nobody can guess, with a stream of events (the
 * browser's EventSource) that tells when to look again. GET and HEAD only;
 * a request that names another host is refused (DNS rebinding). No thread of
 * its own: the caller waits and calls bd_local_run.
 */
#ifndef BREVDUVA_WEB_LOCAL_H
#define BREVDUVA_WEB_LOCAL_H

#include "brevduva/base/arena.h"
#include "brevduva/base/status.h"
#include "brevduva/base/sys.h"

struct bd_local_request;

/* What is asked for, inside the folder: "" its front page, "view/phone".
 * "events" is the stream, and never comes here. */
bd_str bd_local_path(const struct bd_local_request *request);
/* A field of the query, decoded; empty when it is not there. */
bd_str bd_local_query(const struct bd_local_request *request, const char *name);

struct bd_local_answer {
    unsigned status;    /* 200 */
    const char *type;   /* "text/html; charset=utf-8" */
    const char *policy; /* Content-Security-Policy */
    bd_str body;        /* in the arena, or living longer */
};

/* Fill the answer. `out` comes as a 404 without body. */
typedef void (*bd_local_fn)(void *self, struct bd_arena *arena,
                            const struct bd_local_request *request,
                            struct bd_local_answer *out);

struct bd_local;

/*
 * sys      for the folder's name
 * returns  BD_OK; BD_EIO: no socket
 */
enum bd_status bd_local_start(const struct bd_sys *sys, bd_local_fn answer,
                              void *self, struct bd_local **out,
                              struct bd_err *err) BD_MUST_USE;
/* Ends the streams too. NULL is allowed. */
void bd_local_stop(struct bd_local *local);

/* "http://127.0.0.1:40123/5f…/" */
const char *bd_local_url(const struct bd_local *local);

/* An address that leads there once, for the command line of a browser: others
 * on this machine can read that. */
const char *bd_local_ticket(const struct bd_local *local);

/* To wait on (poll, readable), for at most so many milliseconds; -1: for
 * ever. */
int bd_local_fd(const struct bd_local *local);
int bd_local_timeout(const struct bd_local *local);
/* Do what there is to do, without waiting. */
void bd_local_run(struct bd_local *local);

/* Tell all who listen that this is the version to look at now. Who comes to
 * listen hears the last one at once. */
void bd_local_tell(struct bd_local *local, uint64_t version);

#endif
