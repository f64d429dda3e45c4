/* What a web server's answer means for the page. */
#include <netdb.h>
#include <string.h>
#include <strings.h>

#include "brevduva/net/stream.h"
#include "probe_private.h"

static void end(struct probe_run *run, struct probe_job *job,
                enum bd_probe_end how)
{
    job->probe->end = how;
    job->probe->moved = how == BD_PROBE_THERE && job->hops > 0 &&
                        job->all_permanent;
    job->done = true;
    run->done++;
}

static const char *server_name(struct bd_arena *arena, const char *url)
{
    char *host = curl_url_part(url, CURLUPART_HOST, 0);
    char *port = curl_url_part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    const char *name = NULL;

    if (host && port)
        name = bd_arena_printf(arena, "%s:%s", host, port).ptr;
    curl_free(host);
    curl_free(port);
    return name;
}

static struct probe_server *find_server(struct probe_run *run, const char *url)
{
    const char *name = server_name(run->arena, url);
    struct probe_server *server = run->servers;

    while (name && server && strcasecmp(server->name, name) != 0)
        server = server->next;
    if (!name || server)
        return server;
    server = BD_NEW(run->arena, struct probe_server);
    server->name = name;
    server->next = run->servers;
    run->servers = server;
    return server;
}

static bool is_web(const char *url)
{
    char *scheme = curl_url_part(url, CURLUPART_SCHEME, 0);
    bool yes = scheme &&
               (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);

    curl_free(scheme);
    return yes;
}

void probe_turn(struct probe_run *run, struct probe_job *job, const char *url)
{
    job->server = is_web(url) ? find_server(run, url) : NULL;
    job->url = url;
    job->by_get = false;
    if (!job->server)
        end(run, job, BD_PROBE_ASTRAY);
}

/* Nobody's page may have us ask this machine, unless the letter does. */
static bool leads_inwards(const struct probe_job *job, const char *to)
{
    return bd_url_is_loopback(to) && !bd_url_is_loopback(job->url);
}

static void follow(struct probe_run *run, struct probe_job *job, long status)
{
    char *to = NULL;

    (void)curl_easy_getinfo(job->curl, CURLINFO_REDIRECT_URL, &to);
    job->all_permanent &= status == 301 || status == 308;
    if (!to || leads_inwards(job, to)) {
        end(run, job, BD_PROBE_ASTRAY);
        return;
    }
    job->probe->to = bd_arena_cstr(run->arena, bd_str_from(to));
    if (++job->hops > PROBE_HOPS)
        end(run, job, BD_PROBE_CIRCLE);
    else
        probe_turn(run, job, job->probe->to);
}

/* Some servers know no HEAD, and say so in many ways; and no page is called
 * gone without having been asked for as readers ask for it. */
static bool deserves_get(const struct probe_job *job, long status)
{
    static const long odd[] = { 400, 403, 404, 405, 406, 410, 500, 501 };

    for (size_t i = 0; !job->by_get && i < sizeof odd / sizeof *odd; i++)
        if (status == odd[i])
            return true;
    return false;
}

static void take_status(struct probe_run *run, struct probe_job *job,
                        long status)
{
    job->probe->status = (int)status;
    if (deserves_get(job, status))
        job->by_get = true;
    else if (status >= 200 && status < 300)
        end(run, job, BD_PROBE_THERE);
    else if (status == 404 || status == 410)
        end(run, job, BD_PROBE_GONE);
    else if (status >= 301 && status < 400 && status != 304)
        follow(run, job, status);
    else if (status >= 400 && status < 500)
        end(run, job, BD_PROBE_REFUSED);
    else
        end(run, job, BD_PROBE_BROKEN);
}

/* libcurl does not tell a name that does not exist from name servers that do
 * not answer. Only the first who cannot tell waits for them. */
static enum bd_probe_end without_host(struct probe_run *run,
                                      const struct probe_job *job)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    char *host = curl_url_part(job->url, CURLUPART_HOST, 0);
    int rc = EAI_AGAIN;

    if (host && !run->no_dns)
        rc = getaddrinfo(host, NULL, &hints, &found);
    if (rc == 0)
        freeaddrinfo(found);
    curl_free(host);
    if (rc == EAI_NONAME || rc == EAI_NODATA)
        return BD_PROBE_NO_HOST;
    run->no_dns |= rc == EAI_AGAIN;
    return BD_PROBE_NO_ANSWER;
}

static enum bd_probe_end of_failure(struct probe_run *run,
                                    struct probe_job *job, CURLcode rc)
{
    switch (rc) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return without_host(run, job);
    case CURLE_OPERATION_TIMEDOUT:
        job->server->silences++;
        return BD_PROBE_SLOW;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ISSUER_ERROR:
        return BD_PROBE_CERTIFICATE;
    case CURLE_URL_MALFORMAT:
        return BD_PROBE_ASTRAY;
    case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9, that is: anything at all */
    case CURLE_WEIRD_SERVER_REPLY:
        return BD_PROBE_BROKEN;
    default:
        return BD_PROBE_NO_ANSWER;
    }
}

void probe_answer(struct probe_run *run, struct probe_job *job, CURLcode rc)
{
    long status = 0;

    (void)curl_easy_getinfo(job->curl, CURLINFO_RESPONSE_CODE, &status);
    if (job->header_octets > PROBE_HEADER_MAX) {
        end(run, job, BD_PROBE_BROKEN);
        return;
    }
    if (rc == CURLE_OK || (rc == CURLE_WRITE_ERROR && status > 0)) {
        take_status(run, job, status);
        return;
    }
    if (!job->by_get && (rc == CURLE_GOT_NOTHING || rc == CURLE_RECV_ERROR)) {
        job->by_get = true; /* hung up at the word HEAD */
        return;
    }
    end(run, job, of_failure(run, job, rc));
}
