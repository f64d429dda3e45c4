/* What the operator sees: /healthz, /metrics (Prometheus' text format 0.0.4),
 * and a line for each request. No address, no token, no reader in any. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brevduva/store/letter.h"
#include "brevduva/store/queue.h"
#include "server_private.h"

#define ROUTES_MAX  64
#define CLASSES     6 /* 1xx .. 5xx; 0: the client left */
#define LINE_BYTES  256
#define METRICS_MAX (64 * 1024)

static const char health_route[] = "/healthz";
static const char metrics_route[] = "/metrics";

static const char *const class_names[CLASSES] = { "none", "1xx", "2xx",
                                                  "3xx",  "4xx", "5xx" };

static const int64_t bucket_ms[] = { 1, 5, 10, 50, 100, 500, 1000, 5000 };
#define BUCKETS (sizeof bucket_ms / sizeof *bucket_ms)

struct tally {
    struct {
        const char *route; /* NULL: no page of ours */
        uint64_t count[CLASSES];
    } rows[ROUTES_MAX];
    size_t row_count;
    uint64_t bucket[BUCKETS + 1]; /* the last: longer */
    uint64_t total, total_ms;
};

struct tally *tally_new(void)
{
    struct tally *tally = calloc(1, sizeof *tally);

    if (!tally)
        bd_out_of_memory();
    return tally;
}

void tally_free(struct tally *tally)
{
    free(tally);
}

static void count(struct tally *t, const char *route, unsigned status,
                  int64_t ms)
{
    size_t i = 0;
    size_t b = 0;

    while (i < t->row_count && t->rows[i].route != route)
        i++;
    if (i == ROUTES_MAX)
        return;
    if (i == t->row_count)
        t->rows[t->row_count++].route = route;
    t->rows[i].count[status < 600 ? status / 100 : 0]++;
    while (b < BUCKETS && ms > bucket_ms[b])
        b++;
    t->bucket[b]++;
    t->total++;
    t->total_ms += (uint64_t)ms;
}

static void write_line(const struct call *call, unsigned status, int64_t ms)
{
    const struct bd_server_options *o = &call->server->options;
    const struct bd_sys *sys = o->site->options.sys;
    bd_str time = bd_time_utc(call->arena, sys->now(sys->self));
    char shown[4] = "-";
    char line[LINE_BYTES];

    if (status > 0 && status < 1000)
        (void)snprintf(shown, sizeof shown, "%u", status);
    (void)snprintf(line, sizeof line, "%.*s %s %s %s %zu %lldms", BD_ARG(time),
                   call->method ? call->method : "-",
                   call->response.route ? call->response.route : "-", shown,
                   call->request.method == WEB_HEAD ? 0
                                                    : call->response.body.len,
                   (long long)ms);
    o->log(o->log_self, line);
}

void status_note(struct call *call)
{
    struct bd_server *server = call->server;
    const struct bd_sys *sys = server->options.site->options.sys;
    int64_t ms = sys->monotonic_ms(sys->self) - call->begun_ms;
    unsigned status = call->response.status;

    count(server->tally, call->response.route, status, ms);
    if (server->options.log)
        write_line(call, status, ms);
}

static void write_requests(const struct tally *t, struct bd_buf *out)
{
    bd_buf_printf(out, "# HELP brevduva_http_requests_total Requests, by page "
                       "and class of status; none: the client left.\n"
                       "# TYPE brevduva_http_requests_total counter\n");
    for (size_t i = 0; i < t->row_count; i++)
        for (unsigned c = 0; c < CLASSES; c++)
            if (t->rows[i].count[c] > 0)
                bd_buf_printf(
                    out,
                    "brevduva_http_requests_total{route=\"%s\",status="
                    "\"%s\"} %llu\n",
                    t->rows[i].route ? t->rows[i].route : "none",
                    class_names[c], (unsigned long long)t->rows[i].count[c]);
}

static void write_durations(const struct tally *t, struct bd_buf *out)
{
    unsigned long long sum = 0;

    bd_buf_printf(out, "# HELP brevduva_http_request_duration_seconds From the "
                       "request's first line to the answer's end.\n"
                       "# TYPE brevduva_http_request_duration_seconds "
                       "histogram\n");
    for (size_t b = 0; b < BUCKETS; b++) {
        sum += t->bucket[b];
        bd_buf_printf(out,
                      "brevduva_http_request_duration_seconds_bucket{le="
                      "\"%lld.%03lld\"} %llu\n",
                      (long long)(bucket_ms[b] / 1000),
                      (long long)(bucket_ms[b] % 1000), sum);
    }
    bd_buf_printf(
        out,
        "brevduva_http_request_duration_seconds_bucket{le=\"+Inf\"} "
        "%llu\nbrevduva_http_request_duration_seconds_sum "
        "%llu.%03llu\nbrevduva_http_request_duration_seconds_count "
        "%llu\n",
        (unsigned long long)t->total, (unsigned long long)t->total_ms / 1000,
        (unsigned long long)t->total_ms % 1000, (unsigned long long)t->total);
}

static void write_gauge(struct bd_buf *out, const char *name, const char *help,
                        int64_t value)
{
    bd_buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n%s %lld\n", name, help,
                  name, name, (long long)value);
}

static enum bd_status write_store(struct bd_store *store, struct bd_buf *out)
{
    int64_t letters = 0;
    int64_t copies[BD_DELIVERY_STATES] = { 0 };
    enum bd_status rc = bd_letters_waiting(store, &letters, NULL);

    if (rc == BD_OK)
        rc = bd_copies_count(store, copies, NULL);
    if (rc != BD_OK)
        return rc;
    write_gauge(out, "brevduva_letters_waiting", "Letters without an outcome.",
                letters);
    bd_buf_printf(out, "# HELP brevduva_copies Copies of all mailings, by "
                       "state.\n# TYPE brevduva_copies gauge\n");
    for (int s = 0; s < BD_DELIVERY_STATES; s++)
        bd_buf_printf(out, "brevduva_copies{state=\"%s\"} %lld\n",
                      bd_delivery_state_names[s], (long long)copies[s]);
    return BD_OK;
}

/* The figures of the database are left out while it cannot be read. */
static void show_metrics(struct call *call)
{
    struct bd_server *server = call->server;
    struct bd_buf buf;

    bd_buf_init(&buf, METRICS_MAX);
    write_requests(server->tally, &buf);
    write_durations(server->tally, &buf);
    write_gauge(&buf, "brevduva_http_connections_open", "Connections.",
                (int64_t)conns_count(&server->conns));
    write_gauge(&buf, "brevduva_http_posts_waiting",
                "Forms that wait for the one who writes.",
                (int64_t)posts_waiting(server));
    (void)write_store(server->reader.store, &buf);
    reply_plain(call, 200, bd_buf_copy(&buf, call->arena));
    call->response.type = "text/plain; version=0.0.4; charset=utf-8";
    bd_buf_fini(&buf);
}

static void show_health(struct call *call)
{
    bd_str value = BD_STR_NONE;

    if (bd_setting_get(call->arena, call->server->reader.store,
                       BD_STR("suppression_key"), &value, NULL) == BD_OK)
        reply_plain(call, 200, BD_STR("ok\n"));
    else
        reply_plain(call, 503, BD_STR("the database cannot be read\n"));
}

bool status_answer(struct call *call)
{
    const struct bd_server_options *o = &call->server->options;
    const struct web_request *r = &call->request;
    bd_str path = web_without_prefix(o->site, r->path);

    if (r->method != WEB_GET && r->method != WEB_HEAD)
        return false;
    if (bd_str_eq(path, bd_str_from(health_route))) {
        show_health(call);
        call->response.route = health_route;
        return true;
    }
    if (!bd_str_eq(path, bd_str_from(metrics_route)) || !call->client_sure ||
        !call->client_known || !bd_ip_is_among(&call->client, o->metrics))
        return false; /* not a word of it */
    show_metrics(call);
    call->response.route = metrics_route;
    return true;
}
