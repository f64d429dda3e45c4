/* The server's parts: only they know libmicrohttpd. */
#ifndef SERVER_PRIVATE_H
#define SERVER_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include <microhttpd.h>

#include "brevduva/web/server.h"
#include "clicks_private.h"
#include "request_private.h"

#define SERVER_MAX_BODY (64 * 1024)

/* One request, from its first line until its answer has left. */
struct call {
    struct call *next; /* in the writer's queue */
    struct bd_server *server;
    struct MHD_Connection *connection;
    struct bd_arena *arena;
    struct web_request request;
    struct web_response response;
    bool begun;    /* the handler has seen it */
    bool answered; /* response is ready */
    struct MHD_PostProcessor *form;
    struct web_field **last_field;
    struct bd_buf value; /* of the field that is coming */
    size_t field_count;
    size_t body;
};

/* Posts wait here for the one thread that writes. */
struct posts {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news;
    struct call *first;
    struct call **last;
    bool closing;
    struct web_worker worker;
    struct web_clicks *clicks; /* NULL: none are counted */
    int64_t clicks_at;         /* when they were written; monotonic, ms */
};

struct bd_server {
    struct bd_server_options options;
    struct MHD_Daemon *daemon;
    struct web_worker reader; /* of the daemon's thread */
    struct posts posts;
    atomic_size_t open; /* requests under way */
    unsigned port;
};

/* server_posts.c */
enum bd_status posts_start(struct bd_server *server,
                           struct bd_err *err) BD_MUST_USE;
void posts_stop(struct bd_server *server);
/* The connection must be suspended; it is resumed with the answer. */
void posts_add(struct bd_server *server, struct call *call);

/* server_form.c: octets of a form. false: it is larger than we take. */
void form_begin(struct call *call);
bool form_add(struct call *call, const char *octets, size_t len);
void form_end(struct call *call);

/* server_reply.c */
enum MHD_Result reply_send(struct call *call);

#endif
