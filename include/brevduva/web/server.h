/*
 * The HTTP server of the reader pages (RFC 9110, 9112): libmicrohttpd behind
 * this header. One thread answers what only reads; one thread writes, all
 * posts that wait in one transaction. A request has ten seconds to come, and
 * its answer as long to leave, more when it is large.
 */
#ifndef BREVDUVA_WEB_SERVER_H
#define BREVDUVA_WEB_SERVER_H

#include "brevduva/web/site.h"

struct bd_server_options {
    const struct bd_site *site; /* borrowed while the server runs */
    const char *database;       /* its path */
    const char *listen;         /* "127.0.0.1:8080", "[::1]:0" (any port) */
    bd_str proxies;  /* whose X-Forwarded-For counts: "127.0.0.1, 10.0.0.0/8" */
    bd_str metrics;  /* who may read /metrics, likewise */
    bd_str tls_cert; /* PEM, as text: serve HTTPS; empty: HTTP */
    bd_str tls_key;
    /* One line for each request, without address and token; NULL: none. From a
     * thread of the server's. */
    void (*log)(void *self, const char *line);
    void *log_self;
};

struct bd_server;

/* BD_EINVAL (no such address; certificate and key are damaged or do not belong
 * together); BD_EIO (the port is taken). */
enum bd_status bd_server_start(const struct bd_server_options *options,
                               struct bd_server **out,
                               struct bd_err *err) BD_MUST_USE;
/* The port that it listens on. */
unsigned bd_server_port(const struct bd_server *server);
/* Take no more connections, finish what is under way, then end. NULL is
 * allowed. */
void bd_server_stop(struct bd_server *server);

#endif
