/* libmicrohttpd for one person, in the caller's thread. */
#include "brevduva/web/local.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "local_private.h"
#include "server_private.h"

#define CONNECTIONS_MAX 64
#define IDLE_SECONDS    60
#define LAST_STEPS      50 /* of ten milliseconds, for the last octets */
#define WAIT_MAX_MS     15000

bd_str bd_local_path(const struct bd_local_request *request)
{
    return request->path;
}

bd_str bd_local_query(const struct bd_local_request *request, const char *name)
{
    return bd_str_from(MHD_lookup_connection_value(
        request->connection, MHD_GET_ARGUMENT_KIND, name));
}

static void add(struct MHD_Response *response, const char *name,
                const char *value)
{
    (void)MHD_add_response_header(response, name, value);
}

static enum MHD_Result send_answer(struct MHD_Connection *connection,
                                   const struct bd_local_answer *answer)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        answer->body.len, (void *)(uintptr_t)answer->body.ptr,
        MHD_RESPMEM_MUST_COPY);
    enum MHD_Result rc = MHD_NO;

    if (!response)
        return MHD_NO;
    add(response, "Content-Type", answer->type);
    add(response, "Content-Security-Policy", answer->policy);
    add(response, "Cache-Control", "no-store");
    add(response, "X-Content-Type-Options", "nosniff");
    add(response, "Referrer-Policy", "no-referrer");
    add(response, "Cross-Origin-Resource-Policy", "same-origin");
    if (answer->status == MHD_HTTP_METHOD_NOT_ALLOWED)
        add(response, "Allow", "GET, HEAD");
    rc = MHD_queue_response(connection, answer->status, response);
    MHD_destroy_response(response);
    return rc;
}

static enum MHD_Result refuse(struct MHD_Connection *connection,
                              unsigned status, const char *text)
{
    const struct bd_local_answer answer = {
        .status = status,
        .type = "text/plain; charset=utf-8",
        .policy = "default-src 'none'",
        .body = bd_str_from(text),
    };

    return send_answer(connection, &answer);
}

/* A page of another site can make a name of its own lead to 127.0.0.1 and then
 * read what is here; but it cannot hide that name. */
static bool is_our_host(const struct bd_local *local,
                        struct MHD_Connection *connection)
{
    const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
                                                   "Host");

    return host && (strcmp(host, local->host[0]) == 0 ||
                    strcmp(host, local->host[1]) == 0);
}

/* "/SECRET/rest": in a time that tells nothing of the secret. */
static bool is_inside(const char *secret, const char *url, bd_str *out)
{
    unsigned char differs = 0;

    if (strlen(url) < LOCAL_SECRET_LEN + 2 || url[0] != '/' ||
        url[LOCAL_SECRET_LEN + 1] != '/')
        return false;
    for (size_t i = 0; i < LOCAL_SECRET_LEN; i++)
        differs |= (unsigned char)(url[i + 1] ^ secret[i]);
    *out = bd_str_from(url + LOCAL_SECRET_LEN + 2);
    return differs == 0;
}

/* The first who comes with the ticket is sent on. */
static enum MHD_Result take_ticket(struct bd_local *local,
                                   struct MHD_Connection *connection)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        0, NULL, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result rc = MHD_NO;

    if (!response)
        return MHD_NO;
    local->ticket_used = true;
    add(response, "Location", local->url);
    add(response, "Cache-Control", "no-store");
    add(response, "Referrer-Policy", "no-referrer");
    rc = MHD_queue_response(connection, MHD_HTTP_SEE_OTHER, response);
    MHD_destroy_response(response);
    return rc;
}

static enum MHD_Result answer(struct bd_local *local,
                              struct MHD_Connection *connection, bd_str path)
{
    struct bd_local_request request = { connection, path };
    struct bd_arena *arena = bd_arena_new();
    struct bd_local_answer out = { .status = MHD_HTTP_NOT_FOUND,
                                   .type = "text/plain; charset=utf-8",
                                   .policy = "default-src 'none'" };
    enum MHD_Result rc = MHD_NO;

    local->answer(local->self, arena, &request, &out);
    rc = send_answer(connection, &out);
    bd_arena_free(arena);
    return rc;
}

static enum MHD_Result handle(void *self, struct MHD_Connection *connection,
                              const char *url, const char *method,
                              const char *version, const char *upload,
                              size_t *upload_size, void **seen)
{
    struct bd_local *local = self;
    bd_str path = BD_STR_NONE;

    (void)version;
    (void)upload;
    if (!*seen) { /* answering at the first call closes the connection */
        *seen = local;
        return MHD_YES;
    }
    *upload_size = 0;
    if (!is_our_host(local, connection))
        return refuse(connection, MHD_HTTP_MISDIRECTED_REQUEST,
                      "This page is only for this machine.\n");
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
                      "Nothing can be changed here.\n");
    if (!local->ticket_used && strcmp(method, "GET") == 0 &&
        is_inside(local->ticket, url, &path))
        return take_ticket(local, connection);
    if (!is_inside(local->secret, url, &path))
        return refuse(connection, MHD_HTTP_NOT_FOUND, "Not found.\n");
    if (bd_str_eq(path, BD_STR("events")))
        return local_listen(local, connection);
    return answer(local, connection, path);
}

static void make_secret(const struct bd_sys *sys,
                        char out[LOCAL_SECRET_LEN + 1])
{
    unsigned char bytes[LOCAL_SECRET_LEN / 2];

    sys->random(sys->self, bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static void set_names(struct bd_local *local, const struct bd_sys *sys,
                      unsigned port)
{
    make_secret(sys, local->secret);
    make_secret(sys, local->ticket);
    (void)snprintf(local->host[0], sizeof local->host[0], "127.0.0.1:%u", port);
    (void)snprintf(local->host[1], sizeof local->host[1], "localhost:%u", port);
    (void)snprintf(local->url, sizeof local->url, "http://%s/%s/",
                   local->host[0], local->secret);
    (void)snprintf(local->ticket_url, sizeof local->ticket_url, "http://%s/%s/",
                   local->host[0], local->ticket);
}

enum bd_status bd_local_start(const struct bd_sys *sys, bd_local_fn fn,
                              void *self, struct bd_local **out,
                              struct bd_err *err)
{
    struct bd_local *local = calloc(1, sizeof *local);
    unsigned port = 0;
    int fd = -1;
    enum bd_status rc = listen_open("127.0.0.1:0", &fd, &port, err);

    if (!local)
        bd_out_of_memory();
    if (rc != BD_OK)
        goto fail;
    local->answer = fn;
    local->self = self;
    set_names(local, sys, port);
    local->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, local,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)fd, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_SECONDS, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_END);
    if (local->daemon) {
        *out = local;
        return BD_OK;
    }
    (void)close(fd);
    rc = bd_fail(err, BD_EIO, _("cannot serve pages: %s"), "MHD_start_daemon");
fail:
    free(local);
    return rc;
}

const char *bd_local_url(const struct bd_local *local)
{
    return local->url;
}

const char *bd_local_ticket(const struct bd_local *local)
{
    return local->ticket_url;
}

int bd_local_fd(const struct bd_local *local)
{
    return MHD_get_daemon_info(local->daemon, MHD_DAEMON_INFO_EPOLL_FD)
        ->epoll_fd;
}

/* Who listens is looked at now and then, or we would never hear that they are
 * gone. */
int bd_local_timeout(const struct bd_local *local)
{
    MHD_UNSIGNED_LONG_LONG ms = 0;
    int most = local->listeners ? WAIT_MAX_MS : -1;

    if (MHD_get_timeout(local->daemon, &ms) != MHD_YES)
        return most;
    return ms < WAIT_MAX_MS ? (int)ms : WAIT_MAX_MS;
}

void bd_local_run(struct bd_local *local)
{
    local_breathe(local);
    (void)MHD_run(local->daemon);
}

void bd_local_tell(struct bd_local *local, uint64_t version)
{
    local->version = version;
    local_wake(local);
    (void)MHD_run(local->daemon);
}

/* No connection may be suspended when the daemon ends. */
void bd_local_stop(struct bd_local *local)
{
    if (!local)
        return;
    local->ending = true;
    local_wake(local);
    for (int i = 0; i < LAST_STEPS && local->listeners; i++) {
        struct pollfd ready = { .fd = bd_local_fd(local), .events = POLLIN };

        (void)MHD_run(local->daemon);
        (void)poll(&ready, 1, 10);
    }
    MHD_stop_daemon(local->daemon);
    free(local);
}
