/* The server's parts: only they know libmicrohttpd. */
#ifndef SERVER_PRIVATE_H
#define SERVER_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include <microhttpd.h>

#include "brevduva/web/server.h"
#include "clicks_private.h"
#include "conns_private.h"
#include "request_private.h"

#define SERVER_MAX_BODY (64 * 1024)

/* One request, from its first line until its answer has left. */
struct call {
    struct call *next; /* in the writer's queue */
    struct bd_server *server;
    struct MHD_Connection *connection;
    struct conn *conn;
    struct bd_arena *arena;
    struct web_request request;
    struct web_response response;
    const char *method; /* NULL: none that we know */
    struct bd_ip client;
    bool client_known;
    bool client_sure; /* no proxy that is not ours stands between */
    bool begun;       /* the handler has seen it */
    bool answered;    /* response is ready */
    int64_t begun_ms;
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
    size_t waiting; /* also those that are being answered */
    bool begun;     /* the thread runs */
    bool closing;
    struct web_worker worker;
    struct web_clicks *clicks; /* NULL: none are counted */
    int64_t clicks_at;         /* when they were written; monotonic, ms */
};

/* What was answered since the start; of the daemon's thread. */
struct tally;

struct bd_server {
    struct bd_server_options options;
    struct MHD_Daemon *daemon;
    struct web_worker reader; /* of the daemon's thread */
    struct posts posts;
    struct conns conns;
    struct tally *tally;
    atomic_size_t open; /* requests under way */
    atomic_bool ending;
    unsigned port;
    char said[160]; /* by libmicrohttpd, while it starts */
};

/* server_call.c: the callbacks that see requests; each with the server. */
void *call_begin(void *server, const char *target,
                 struct MHD_Connection *connection);
enum MHD_Result call_handle(void *server, struct MHD_Connection *connection,
                            const char *url, const char *method,
                            const char *version, const char *upload,
                            size_t *upload_size, void **con_cls);
void call_end(void *server, struct MHD_Connection *connection, void **con_cls,
              enum MHD_RequestTerminationCode code);

/* server_listen.c */
/* A socket that listens there; its port. BD_EINVAL (no such address); BD_EIO.
 */
enum bd_status listen_open(const char *where, int *out_fd, unsigned *out_port,
                           struct bd_err *err) BD_MUST_USE;
/* How many connections this process can have open, at most `wanted`. */
unsigned listen_room(unsigned wanted);

/* server_posts.c */
enum bd_status posts_start(struct bd_server *server,
                           struct bd_err *err) BD_MUST_USE;
/* Answer all that wait, then end. */
void posts_stop(struct bd_server *server);
/* Suspends the connection, which is resumed with the answer. False: the server
 * ends, and takes no more. */
bool posts_add(struct bd_server *server, struct call *call);
size_t posts_waiting(struct bd_server *server);

/* server_form.c: octets of a form. */
void form_begin(struct call *call);
void form_add(struct call *call, const char *octets, size_t len);
void form_end(struct call *call);

/* server_reply.c */
enum MHD_Result reply_send(struct call *call);
/* A line of plain text. */
void reply_plain(struct call *call, unsigned status, bd_str text);

/* server_status.c */
struct tally *tally_new(void);
void tally_free(struct tally *tally);
/* Answer /healthz and /metrics. False: it is another page. */
bool status_answer(struct call *call);
/* The request is over: count it, and write its line. */
void status_note(struct call *call);

#endif
