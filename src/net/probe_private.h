/* The parts of net/probe.h. */
#ifndef BREVDUVA_NET_PROBE_PRIVATE_H
#define BREVDUVA_NET_PROBE_PRIVATE_H

#include "brevduva/net/probe.h"
#include "curl_private.h"

#define PROBE_AT_ONCE 8
#define PROBE_HOPS    10 /* as browsers, which take twenty, or fewer */

/* A server that has been silent so often is left in peace. */
#define PROBE_SILENCES 2

#define PROBE_HEADER_MAX ((size_t)256 * 1024) /* octets of an answer's */

/* One host and port. */
struct probe_server {
    struct probe_server *next;
    const char *name; /* "www.brev.example:443" */
    bool busy;
    int silences; /* questions without an answer in time */
};

/* One page, from its first question to the last. */
struct probe_job {
    struct bd_probe *probe;
    const char *url; /* that is asked for now */
    struct probe_server *server;
    CURL *curl; /* a question is under way */
    int hops;
    bool by_get;
    bool all_permanent;
    bool done;
    size_t header_octets;
};

struct probe_run {
    struct bd_arena *arena;
    const struct bd_probe_options *options;
    CURLM *multi;
    struct probe_job *jobs;
    size_t count, done, under_way;
    struct probe_server *servers;
    bool no_dns; /* names cannot be looked up just now */
};

/* probe_ask.c */
/* Begin the job's next question. False: libcurl cannot be had. */
bool probe_ask(struct probe_run *run, struct probe_job *job);

/* probe_answer.c */
/* What the answer means: the job is done, or has another question. */
void probe_answer(struct probe_run *run, struct probe_job *job, CURLcode rc);
/* The job asks for this page next; ends it when that is none. */
void probe_turn(struct probe_run *run, struct probe_job *job, const char *url);

#endif
