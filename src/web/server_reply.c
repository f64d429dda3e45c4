/* A response with the headers that every page needs (W4). */
#include "server_private.h"

#define CSP                                                                    \
    "default-src 'none'; style-src 'self'; img-src 'self'; "                   \
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

static void add(struct MHD_Response *response, const char *name,
                const char *value)
{
    (void)MHD_add_response_header(response, name, value);
}

static void add_str(struct call *call, struct MHD_Response *response,
                    const char *name, bd_str value)
{
    if (value.len > 0)
        add(response, name, bd_arena_cstr(call->arena, value));
}

static const char *cache_control(enum web_keep keep)
{
    switch (keep) {
    case WEB_PUBLIC:
        return "public, max-age=300";
    case WEB_FOR_LONG:
        return "public, max-age=31536000, immutable";
    case WEB_NO_STORE:
        break;
    }
    return "no-store";
}

static void add_headers(struct call *call, struct MHD_Response *response)
{
    const struct web_response *r = &call->response;

    add(response, "Cache-Control", cache_control(r->keep));
    add(response, "Content-Security-Policy", CSP);
    add(response, "X-Content-Type-Options", "nosniff");
    add(response, "Referrer-Policy", "no-referrer");
    if (r->keep == WEB_NO_STORE)
        add(response, "X-Robots-Tag", "noindex");
    if (r->keep == WEB_PUBLIC) /* in whose language */
        add(response, "Vary", "Accept-Language");
    if (r->anywhere)
        add(response, "Cross-Origin-Resource-Policy", "cross-origin");
    if (r->type)
        add(response, "Content-Type", r->type);
    add_str(call, response, "Content-Disposition", r->disposition);
    add_str(call, response, "Location", r->location);
    add_str(call, response, "ETag", r->etag);
    if (r->allow)
        add(response, "Allow", r->allow);
    /* it holds for the whole host: not where others live there, too */
    if (bd_str_starts(call->server->options.site->origin, BD_STR("https://")) &&
        call->server->options.site->prefix.len == 0)
        add(response, "Strict-Transport-Security", "max-age=31536000");
    if (atomic_load(&call->server->ending))
        add(response, "Connection", "close");
    if (r->retry_after > 0)
        add_str(
            call, response, "Retry-After",
            bd_arena_printf(call->arena, "%lld", (long long)r->retry_after));
}

void reply_plain(struct call *call, unsigned status, bd_str text)
{
    call->response = (struct web_response) {
        .status = status,
        .type = "text/plain; charset=utf-8",
        .body = text,
    };
}

static void drop_shared(void *shared)
{
    web_shared_drop(shared);
}

/* The body lives in the call's arena or the site's, until the end; or it is
 * shared, and held until it is sent. */
static struct MHD_Response *response_of(const struct web_response *r)
{
    void *body = (void *)(uintptr_t)r->body.ptr;
    struct MHD_Response *response = NULL;

    if (!r->shared)
        return MHD_create_response_from_buffer(r->body.len, body,
                                               MHD_RESPMEM_PERSISTENT);
    response = MHD_create_response_from_buffer_with_free_callback_cls(
        r->body.len, body, drop_shared, r->shared);
    if (!response)
        web_shared_drop(r->shared);
    return response;
}

enum MHD_Result reply_send(struct call *call)
{
    const struct web_response *r = &call->response;
    struct MHD_Response *response = response_of(r);
    enum MHD_Result rc = MHD_NO;

    if (!response)
        return MHD_NO;
    add_headers(call, response);
    rc = MHD_queue_response(call->connection, r->status, response);
    MHD_destroy_response(response);
    return rc;
}
