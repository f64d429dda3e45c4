/* One question to a web server. */
#include "probe_private.h"

/* The page is there when its first octet comes: nobody needs the rest. */
static size_t on_body(char *bytes, size_t size, size_t count, void *self)
{
    (void)bytes;
    (void)size;
    (void)count;
    (void)self;
    return 0; /* ends it, with CURLE_WRITE_ERROR */
}

static size_t on_header(char *bytes, size_t size, size_t count, void *self)
{
    struct probe_job *job = self;

    (void)bytes;
    job->header_octets += size * count;
    return job->header_octets > PROBE_HEADER_MAX ? 0 : size * count;
}

static CURLcode set_patience(CURL *curl, const struct bd_probe_options *options)
{
    CURLcode rc = curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                                   options->connect_ms);

    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, options->whole_ms);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    return rc;
}

/* libcurl follows nothing by itself: each step is a question to a server that
 * may be asked something else just now. */
static CURLcode set_up(CURL *curl, struct probe_job *job,
                       const struct bd_probe_options *options)
{
    CURLcode rc = curl_easy_setopt(curl, CURLOPT_URL, job->url);

    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    if (!rc)
        rc = curl_easy_setopt(
            curl, job->by_get ? CURLOPT_HTTPGET : CURLOPT_NOBODY, 1L);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_USERAGENT, options->user_agent);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_HEADERDATA, job);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_PRIVATE, job);
    return rc ? rc : set_patience(curl, options);
}

bool probe_ask(struct probe_run *run, struct probe_job *job)
{
    CURL *curl = curl_easy_init();

    job->header_octets = 0;
    if (!curl || set_up(curl, job, run->options) ||
        curl_multi_add_handle(run->multi, curl)) {
        curl_easy_cleanup(curl);
        return false;
    }
    job->curl = curl;
    job->server->busy = true;
    run->under_way++;
    return true;
}
