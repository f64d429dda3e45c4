/* libmicrohttpd: connections in, requests as values to the pages. */
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "brevduva/store/store.h"
#include "server_private.h"

#define CONNECTIONS_MAX 1000
#define IDLE_SECONDS    15
#define HEADER_BYTES    (32 * 1024)
#define STOP_STEP_US    10000
#define STOP_STEPS      1500 /* fifteen seconds */

/* Called with the request line: the call begins here, so that the target
 * comes as it was sent. */
static void *call_begin(void *self, const char *target,
                        struct MHD_Connection *connection)
{
    struct bd_server *server = self;
    struct bd_arena *arena = bd_arena_new();
    struct call *call = BD_NEW(arena, struct call);

    call->server = server;
    call->arena = arena;
    call->connection = connection;
    request_target(arena, bd_arena_copy(arena, bd_str_from(target)),
                   &call->request);
    atomic_fetch_add(&server->open, 1);
    return call;
}

static void call_end(void *self, struct MHD_Connection *connection,
                     void **con_cls, enum MHD_RequestTerminationCode code)
{
    struct bd_server *server = self;
    struct call *call = *con_cls;

    (void)connection;
    (void)code;
    if (!call)
        return;
    form_end(call);
    bd_arena_free(call->arena);
    *con_cls = NULL;
    atomic_fetch_sub(&server->open, 1);
}

static bd_str header(const struct call *call, const char *name)
{
    const char *value = MHD_lookup_connection_value(call->connection,
                                                    MHD_HEADER_KIND, name);

    return value ? bd_str_from(value) : BD_STR_NONE;
}

static bd_str peer_of(const struct call *call)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        call->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char host[NI_MAXHOST] = "";
    socklen_t len = info && info->client_addr->sa_family == AF_INET6
                        ? sizeof(struct sockaddr_in6)
                        : sizeof(struct sockaddr_in);

    if (!info || getnameinfo(info->client_addr, len, host, sizeof host, NULL, 0,
                             NI_NUMERICHOST) != 0)
        return BD_STR_NONE;
    return bd_arena_copy(call->arena, bd_str_from(host));
}

static enum web_method method_of(const char *name)
{
    static const struct {
        const char *name;
        enum web_method method;
    } names[] = { { "GET", WEB_GET },
                  { "HEAD", WEB_HEAD },
                  { "POST", WEB_POST },
                  { "OPTIONS", WEB_OPTIONS } };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i].name) == 0)
            return names[i].method;
    return WEB_OTHER;
}

static void read_headers(struct call *call, const char *method)
{
    struct web_request *r = &call->request;

    r->method = method_of(method);
    r->accept_language = header(call, "Accept-Language");
    r->origin = header(call, "Origin");
    r->fetch_site = header(call, "Sec-Fetch-Site");
    r->if_none_match = header(call, "If-None-Match");
    r->network = request_network(call->arena, peer_of(call),
                                 header(call, "X-Forwarded-For"),
                                 call->server->options.proxies);
}

static enum MHD_Result refuse_body(struct call *call)
{
    call->response = (struct web_response) {
        .status = 413,
        .type = "text/plain; charset=utf-8",
        .body = BD_STR("413: too large\n"),
    };
    return reply_send(call);
}

/* A body that says it is too large is not read at all. */
static enum MHD_Result begin(struct call *call, const char *method)
{
    bd_str length = header(call, "Content-Length");
    uint64_t octets = 0;

    call->begun = true;
    read_headers(call, method);
    if (length.len > 0 &&
        (!bd_str_to_u64(length, &octets) || octets > SERVER_MAX_BODY))
        return refuse_body(call);
    if (call->request.method == WEB_POST)
        form_begin(call);
    return MHD_YES;
}

static enum MHD_Result handle(void *self, struct MHD_Connection *connection,
                              const char *url, const char *method,
                              const char *version, const char *upload,
                              size_t *upload_size, void **con_cls)
{
    struct bd_server *server = self;
    struct call *call = *con_cls;

    (void)connection;
    (void)url;
    (void)version;
    if (!call)
        return MHD_NO;
    if (!call->begun) /* answer later: an answer now would end the connection */
        return begin(call, method);
    if (*upload_size > 0) {
        bool taken = form_add(call, upload, *upload_size);

        *upload_size = 0;
        return taken ? MHD_YES : MHD_NO;
    }
    if (call->answered)
        return reply_send(call);
    if (call->request.method == WEB_POST) {
        form_end(call);
        MHD_suspend_connection(connection);
        posts_add(server, call);
        return MHD_YES;
    }
    web_answer(&server->reader, call->arena, &call->request, &call->response);
    return reply_send(call);
}

/* "127.0.0.1:8080" or "[::1]:8080" to host and port. */
static bool cut_listen(char *text, const char **host, const char **port)
{
    char *colon = strrchr(text, ':');

    if (!colon)
        return false;
    *colon = '\0';
    *port = colon + 1;
    *host = text;
    if (text[0] == '[' && colon > text && colon[-1] == ']') {
        colon[-1] = '\0';
        *host = text + 1;
    }
    return **host != '\0' && **port != '\0';
}

static enum bd_status find_address(const char *listen, struct addrinfo **out,
                                   struct bd_err *err)
{
    const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                                    .ai_socktype = SOCK_STREAM };
    char *text = strdup(listen);
    const char *host = NULL;
    const char *port = NULL;
    bool found = text && cut_listen(text, &host, &port) &&
                 getaddrinfo(host, port, &hints, out) == 0;

    free(text);
    if (found)
        return BD_OK;
    return bd_fail(err, BD_EINVAL,
                   _("web.listen: %s is no address; write 127.0.0.1:8080 or "
                     "[::1]:8080"),
                   listen);
}

static enum bd_status start_daemon(struct bd_server *server, struct bd_err *err)
{
    struct addrinfo *address = NULL;
    const union MHD_DaemonInfo *info = NULL;
    enum bd_status rc = find_address(server->options.listen, &address, err);
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;

    if (rc != BD_OK)
        return rc;
    if (address->ai_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, handle, server, MHD_OPTION_SOCK_ADDR,
        address->ai_addr, MHD_OPTION_URI_LOG_CALLBACK, call_begin, server,
        MHD_OPTION_NOTIFY_COMPLETED, call_end, server,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_BYTES,
        MHD_OPTION_END);
    freeaddrinfo(address);
    if (!server->daemon)
        return bd_fail(err, BD_EIO,
                       _("cannot listen on %s: is another program there?"),
                       server->options.listen);
    info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    server->port = info ? info->port : 0;
    return BD_OK;
}

enum bd_status bd_server_start(const struct bd_server_options *options,
                               struct bd_server **out, struct bd_err *err)
{
    struct bd_server *server = calloc(1, sizeof *server);
    enum bd_status rc = BD_OK;

    if (!server)
        bd_out_of_memory();
    server->options = *options;
    server->reader.site = options->site;
    server->reader.shares = true;
    rc = bd_store_open(options->database, BD_STORE_READ, &server->reader.store,
                       err);
    if (rc == BD_OK)
        rc = posts_start(server, err);
    if (rc == BD_OK)
        rc = start_daemon(server, err);
    if (rc == BD_OK)
        *out = server;
    else
        bd_server_stop(server);
    return rc;
}

unsigned bd_server_port(const struct bd_server *server)
{
    return server->port;
}

void bd_server_stop(struct bd_server *server)
{
    if (!server)
        return;
    if (server->daemon) {
        MHD_socket listener = MHD_quiesce_daemon(server->daemon);

        if (listener != MHD_INVALID_SOCKET)
            (void)close(listener);
        for (int i = 0; i < STOP_STEPS && atomic_load(&server->open) > 0; i++)
            (void)usleep(STOP_STEP_US);
        MHD_stop_daemon(server->daemon);
    }
    posts_stop(server);
    web_worker_end(&server->reader);
    bd_store_close(server->reader.store);
    free(server);
}
