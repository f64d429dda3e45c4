/*
 * Asking web servers whether pages are there (RFC 9110): HEAD, and GET where
 * that is not answered well, of which the body is not read. Politely: one
 * question at a time to each server, a few in all; without cookies, log-in or
 * referrer; http and https only, certificates verified. libcurl behind it.
 */
#ifndef BREVDUVA_NET_PROBE_H
#define BREVDUVA_NET_PROBE_H

#include <stdatomic.h>

#include "brevduva/base/arena.h"
#include "brevduva/base/status.h"

enum bd_probe_end {
    BD_PROBE_THERE,       /* 2xx */
    BD_PROBE_GONE,        /* 404, 410 */
    BD_PROBE_REFUSED,     /* another 4xx: they do not answer everybody */
    BD_PROBE_BROKEN,      /* 5xx; or no HTTP, without a status */
    BD_PROBE_NO_HOST,     /* no such name */
    BD_PROBE_NO_ANSWER,   /* nobody listens, the line breaks, or DNS is away */
    BD_PROBE_SLOW,        /* our patience ended */
    BD_PROBE_CERTIFICATE, /* not to be trusted */
    BD_PROBE_CIRCLE,      /* redirects without end */
    BD_PROBE_ASTRAY,      /* redirected to what is no page on the web */
    BD_PROBE_NOT_ASKED    /* others of its server did not answer, or we were
                           * told to stop */
};

struct bd_probe {
    const char *url;       /* http(s), no user, no fragment; borrowed */
    enum bd_probe_end end; /* what came of it */
    int status;            /* the last one; 0: none came */
    bool moved;            /* it is THERE, and each step on the way was a
                            * permanent redirect (301, 308) */
    const char *to;        /* where redirects led, in the arena; or NULL */
};

struct bd_probe_options {
    const char *user_agent;       /* who asks: honest */
    long connect_ms, whole_ms;    /* patience with each question */
    const atomic_bool *cancelled; /* NULL: never */
    /* Called as it goes on; may be NULL. */
    void (*progress)(void *self, size_t done, size_t total);
    void *self;
};

/* Ask for all, each once; returns when the last has come. BD_EIO when libcurl
 * cannot be had. */
enum bd_status bd_probe_all(struct bd_arena *arena,
                            const struct bd_probe_options *options,
                            struct bd_probe *probes, size_t count,
                            struct bd_err *err) BD_MUST_USE;

#endif
