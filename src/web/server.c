/* libmicrohttpd: it starts, it ends. */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "brevduva/store/store.h"
#include "server_private.h"

#define CONNECTIONS_MAX 1000
#define IDLE_SECONDS    15
#define HEADER_BYTES    (32 * 1024)
#define STOP_STEP_US    10000
#define STOP_STEPS      1500 /* fifteen seconds */
#define LAST_STEPS      200  /* two more, for the answers to leave */
#define TLS_VERSIONS    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

static bool ip_of(const struct sockaddr *address, struct bd_ip *out)
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

    if (address->sa_family == AF_INET6) {
        memcpy(out->octet, &((const struct sockaddr_in6 *)address)->sin6_addr,
               sizeof out->octet);
        return true;
    }
    if (address->sa_family != AF_INET)
        return false;
    memcpy(out->octet, mapped, sizeof mapped);
    memcpy(out->octet + sizeof mapped,
           &((const struct sockaddr_in *)address)->sin_addr, 4);
    return true;
}

/* Behind a proxy all come from one address; and who runs a proxy on this
 * machine may have forgotten to name it. */
static enum MHD_Result admit(void *self, const struct sockaddr *address,
                             socklen_t len)
{
    struct bd_server *server = self;
    struct bd_ip ip;

    (void)len;
    if (!ip_of(address, &ip))
        return MHD_YES;
    return conns_admit(&server->conns, &ip,
                       bd_ip_is_loopback(&ip) ||
                           bd_ip_is_among(&ip, server->options.proxies))
               ? MHD_YES
               : MHD_NO;
}

static void note_connection(void *self, struct MHD_Connection *connection,
                            void **context,
                            enum MHD_ConnectionNotificationCode code)
{
    struct bd_server *server = self;
    const union MHD_ConnectionInfo *peer = NULL;
    const union MHD_ConnectionInfo *fd = NULL;
    struct bd_ip ip = { { 0 } };

    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*context)
            conns_remove(&server->conns, *context);
        *context = NULL;
        return;
    }
    peer = MHD_get_connection_info(connection,
                                   MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (peer)
        (void)ip_of(peer->client_addr, &ip);
    if (fd)
        *context = conns_add(&server->conns, fd->connect_fd, &ip);
}

/* What libmicrohttpd says of a certificate is worth passing on; what it says
 * of clients is not. */
static void listen_to(void *self, const char *format, va_list args)
{
    struct bd_server *server = self;

    if (server->said[0] == '\0')
        (void)vsnprintf(server->said, sizeof server->said, format, args);
}

static enum bd_status fail_daemon(const struct bd_server *server,
                                  struct bd_err *err)
{
    bd_str said = bd_str_trim(bd_str_from(server->said));

    if (server->options.tls_cert.len > 0)
        return bd_fail(err, BD_EINVAL,
                       _("web.tls_cert and web.tls_key: one is damaged, or "
                         "they do not belong together: %.*s"),
                       BD_ARG(said));
    return bd_fail(err, BD_EIO, _("cannot serve pages: %.*s"), BD_ARG(said));
}

static enum bd_status start_daemon(struct bd_server *server, struct bd_err *err)
{
    const struct bd_server_options *o = &server->options;
    struct bd_arena *arena = bd_arena_new(); /* GnuTLS copies the texts */
    bool tls = o->tls_cert.len > 0;
    struct MHD_OptionItem more[] = {
        { MHD_OPTION_HTTPS_MEM_CERT, 0,
          (void *)(uintptr_t)bd_arena_cstr(arena, o->tls_cert) },
        { MHD_OPTION_HTTPS_MEM_KEY, 0,
          (void *)(uintptr_t)bd_arena_cstr(arena, o->tls_key) },
        { MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_VERSIONS },
        { MHD_OPTION_END, 0, NULL },
    };
    unsigned room = listen_room(CONNECTIONS_MAX);
    int fd = -1;
    enum bd_status rc = conns_start(&server->conns, o->site->options.sys, room,
                                    err);

    if (rc == BD_OK)
        rc = listen_open(o->listen, &fd, &server->port, err);
    if (rc != BD_OK)
        goto done;
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
            MHD_USE_ERROR_LOG | (tls ? MHD_USE_TLS : 0U),
        0, admit, server, call_handle, server, MHD_OPTION_EXTERNAL_LOGGER,
        listen_to, server, MHD_OPTION_LISTEN_SOCKET, (MHD_socket)fd,
        MHD_OPTION_URI_LOG_CALLBACK, call_begin, server,
        MHD_OPTION_NOTIFY_COMPLETED, call_end, server,
        MHD_OPTION_NOTIFY_CONNECTION, note_connection, server,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_LIMIT, room,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_BYTES,
        MHD_OPTION_ARRAY, tls ? more : more + 3, MHD_OPTION_END);
    if (!server->daemon) {
        (void)close(fd);
        rc = fail_daemon(server, err);
    }
done:
    bd_arena_free(arena);
    return rc;
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
    server->tally = tally_new();
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

static void wait_for_calls(struct bd_server *server, int steps)
{
    for (int i = 0; i < steps && atomic_load(&server->open) > 0; i++)
        (void)usleep(STOP_STEP_US);
}

/* Connections that only wait for a next request are not waited for. No
 * connection may be suspended when the daemon ends: the posts end first. */
static void stop_daemon(struct bd_server *server)
{
    MHD_socket listener = MHD_quiesce_daemon(server->daemon);

    /* the daemon's thread may still look at it: only then is it closed */
    if (listener != MHD_INVALID_SOCKET)
        (void)shutdown(listener, SHUT_RDWR);
    atomic_store(&server->ending, true);
    conns_hurry(&server->conns);
    wait_for_calls(server, STOP_STEPS);
    posts_stop(server);
    wait_for_calls(server, LAST_STEPS);
    MHD_stop_daemon(server->daemon);
    if (listener != MHD_INVALID_SOCKET)
        (void)close(listener);
}

void bd_server_stop(struct bd_server *server)
{
    if (!server)
        return;
    if (server->daemon)
        stop_daemon(server);
    else
        posts_stop(server);
    conns_stop(&server->conns);
    web_worker_end(&server->reader);
    bd_store_close(server->reader.store);
    tally_free(server->tally);
    free(server);
}
