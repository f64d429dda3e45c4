/* One request: from libmicrohttpd to a value, and to who answers it. */
#include <netdb.h>
#include <string.h>

#include "server_private.h"

#define DRAIN_MAX (1024 * 1024) /* of a body that is too large */

/* Called with the request line: the call begins here, so that the target
 * comes as it was sent. */
void *call_begin(void *self, const char *target,
                 struct MHD_Connection *connection)
{
    struct bd_server *server = self;
    struct bd_arena *arena = bd_arena_new();
    struct call *call = BD_NEW(arena, struct call);
    const struct bd_sys *sys = server->options.site->options.sys;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    call->server = server;
    call->arena = arena;
    call->connection = connection;
    call->conn = info ? info->socket_context : NULL;
    call->begun_ms = sys->monotonic_ms(sys->self);
    request_target(arena, bd_arena_copy(arena, bd_str_from(target)),
                   &call->request);
    atomic_fetch_add(&server->open, 1);
    return call;
}

void call_end(void *self, struct MHD_Connection *connection, void **con_cls,
              enum MHD_RequestTerminationCode code)
{
    struct bd_server *server = self;
    struct call *call = *con_cls;

    (void)connection;
    (void)code;
    if (!call)
        return;
    form_end(call);
    status_note(call);
    if (call->conn)
        conns_reads(&server->conns, call->conn);
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
    bd_str peer = BD_STR_NONE;
    socklen_t len = info && info->client_addr->sa_family == AF_INET6
                        ? sizeof(struct sockaddr_in6)
                        : sizeof(struct sockaddr_in);

    if (!info || getnameinfo(info->client_addr, len, host, sizeof host, NULL, 0,
                             NI_NUMERICHOST) != 0)
        return BD_STR_NONE;
    peer = bd_str_from(host); /* "fe80::1%eth0" */
    return bd_arena_copy(call->arena, bd_str_cut(&peer, '%'));
}

/* Methods of RFC 9110 9.3 and 5789 that we know and no page takes are told
 * apart from those that are none (405, 501). */
static enum web_method method_of(const char *name, const char **out_name)
{
    static const struct {
        const char *name;
        enum web_method method;
    } names[] = {
        { "GET", WEB_GET },       { "HEAD", WEB_HEAD },
        { "POST", WEB_POST },     { "OPTIONS", WEB_OPTIONS },
        { "PUT", WEB_OTHER },     { "DELETE", WEB_OTHER },
        { "PATCH", WEB_OTHER },   { "TRACE", WEB_OTHER },
        { "CONNECT", WEB_OTHER },
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i].name) != 0)
            continue;
        *out_name = names[i].name;
        return names[i].method;
    }
    return WEB_UNKNOWN;
}

/* A proxy that we were not told of, or that does not say for whom it asks:
 * the address is its own. */
static bool is_sure(const struct call *call, bd_str peer)
{
    static const char *const signs[] = { "X-Forwarded-For", "Forwarded",
                                         "X-Real-IP", "Via" };
    struct bd_ip ip;

    if (!bd_ip_parse(peer, &ip))
        return false;
    if (bd_ip_is_among(&ip, call->server->options.proxies))
        return header(call, "X-Forwarded-For").len > 0;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (header(call, signs[i]).len > 0)
            return false;
    return true;
}

static void read_headers(struct call *call, const char *method)
{
    struct web_request *r = &call->request;
    bd_str peer = peer_of(call);

    r->method = method_of(method, &call->method);
    r->accept_language = header(call, "Accept-Language");
    r->origin = header(call, "Origin");
    r->fetch_site = header(call, "Sec-Fetch-Site");
    r->if_none_match = header(call, "If-None-Match");
    call->client_sure = is_sure(call, peer);
    call->client_known = request_client(peer, header(call, "X-Forwarded-For"),
                                        call->server->options.proxies,
                                        &call->client);
    if (call->client_known)
        r->network = bd_ip_network_text(call->arena, &call->client);
}

struct framing {
    int hosts, lengths, encodings;
};

static enum MHD_Result count_framing(void *self, enum MHD_ValueKind kind,
                                     const char *key, const char *value)
{
    struct framing *f = self;
    bd_str name = bd_str_from(key);

    (void)kind;
    (void)value;
    f->hosts += bd_str_eq_nocase(name, BD_STR("Host"));
    f->lengths += bd_str_eq_nocase(name, BD_STR("Content-Length"));
    f->encodings += bd_str_eq_nocase(name, BD_STR("Transfer-Encoding"));
    return MHD_YES;
}

/* Where a body ends must not be a matter of opinion: two answers to that let
 * one client's request hide in another's (RFC 9112 11.2, 3.2). */
static bool is_framed_well(const struct call *call)
{
    struct framing f = { 0 };

    (void)MHD_get_connection_values(call->connection, MHD_HEADER_KIND,
                                    count_framing, &f);
    return f.hosts <= 1 && f.lengths + f.encodings <= 1;
}

static enum MHD_Result send_now(struct call *call)
{
    if (call->conn)
        conns_writes(&call->server->conns, call->conn, call->response.body.len);
    return reply_send(call);
}

/* A body that says it is too large is not read at all. */
static enum MHD_Result begin(struct call *call, const char *method)
{
    bd_str length = header(call, "Content-Length");
    uint64_t octets = 0;

    call->begun = true;
    read_headers(call, method);
    if (!is_framed_well(call)) {
        reply_plain(call, 400, BD_STR("400: not a sound request\n"));
        return send_now(call);
    }
    if (length.len > 0 &&
        (!bd_str_to_u64(length, &octets) || octets > SERVER_MAX_BODY)) {
        reply_plain(call, 413, BD_STR("413: too large\n"));
        return send_now(call);
    }
    if (call->request.method == WEB_POST)
        form_begin(call);
    return MHD_YES;
}

/* A body without a length that turns out too large is read on for a while:
 * only a client that has sent all of it hears our answer. */
static enum MHD_Result take_body(struct call *call, const char *octets,
                                 size_t len)
{
    call->body += len;
    if (call->body <= SERVER_MAX_BODY)
        form_add(call, octets, len);
    return call->body <= DRAIN_MAX ? MHD_YES : MHD_NO;
}

/* BD_OK: it is ready. Else the writer has it. */
static bool answer(struct call *call)
{
    struct bd_server *server = call->server;

    form_end(call);
    if (call->body > SERVER_MAX_BODY) {
        reply_plain(call, 413, BD_STR("413: too large\n"));
        return true;
    }
    if (status_answer(call))
        return true;
    if (call->request.method != WEB_POST) {
        web_answer(&server->reader, call->arena, &call->request,
                   &call->response);
        return true;
    }
    if (call->conn)
        conns_waits(&server->conns, call->conn);
    if (posts_add(server, call))
        return false;
    web_refuse(&server->reader, call->arena, &call->request, BD_ETEMP,
               &call->response);
    return true;
}

enum MHD_Result call_handle(void *self, struct MHD_Connection *connection,
                            const char *url, const char *method,
                            const char *version, const char *upload,
                            size_t *upload_size, void **con_cls)
{
    struct call *call = *con_cls;

    (void)self;
    (void)connection;
    (void)url;
    (void)version;
    if (!call)
        return MHD_NO;
    if (!call->begun) /* answer later: an answer now would end the connection */
        return begin(call, method);
    if (*upload_size > 0) {
        size_t len = *upload_size;

        *upload_size = 0;
        return take_body(call, upload, len);
    }
    if (!call->answered && !answer(call))
        return MHD_YES;
    return send_now(call);
}
