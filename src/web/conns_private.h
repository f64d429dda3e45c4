/*
 * Connections, and the time that each has. libmicrohttpd ends those that are
 * silent, but 1,000 clients that send an octet a second would stay for ever.
 */
#ifndef CONNS_PRIVATE_H
#define CONNS_PRIVATE_H

#include <pthread.h>

#include "brevduva/base/ip.h"
#include "brevduva/base/sys.h"

struct conn {
    struct conn *prev, *next;
    int fd; /* not ours to close */
    struct bd_ip network;
    int64_t since_ms;
    int64_t until_ms; /* 0: as long as a request may take; INT64_MAX: it waits
                         for us */
};

struct conns {
    const struct bd_sys *sys;
    size_t room; /* connections that fit */
    pthread_mutex_t lock;
    pthread_cond_t news;
    pthread_t reaper;
    bool begun; /* the reaper runs */
    bool ending, over;
    struct conn *first;
    size_t count;
};

/* The reaper's thread starts. */
enum bd_status conns_start(struct conns *conns, const struct bd_sys *sys,
                           size_t room, struct bd_err *err) BD_MUST_USE;
/* From now on a request that is still being read has little time. */
void conns_hurry(struct conns *conns);
void conns_stop(struct conns *conns);

/* May one more come from there? Each network has its share; `exempt` ones
 * (proxies) have no bound of their own. */
bool conns_admit(struct conns *conns, const struct bd_ip *ip, bool exempt);
/* It is there: its first request may come. */
struct conn *conns_add(struct conns *conns, int fd, const struct bd_ip *ip);
/* Before its socket is closed. Frees it. */
void conns_remove(struct conns *conns, struct conn *conn);
size_t conns_count(struct conns *conns);

/* The next request begins, or may. */
void conns_reads(struct conns *conns, struct conn *conn);
/* It waits for us: never ended. */
void conns_waits(struct conns *conns, struct conn *conn);
/* It fetches an answer of so many octets. */
void conns_writes(struct conns *conns, struct conn *conn, size_t octets);

/* Shut down those whose time is over; how many. The reaper does it. */
size_t conns_reap(struct conns *conns);

#endif
