#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "curl_private.h"

/* What a proxy had to do with it; STREAM_BROKEN: nothing. */
static enum stream_trouble by_proxy(CURL *curl, CURLcode rc)
{
    long socks = 0;
    long http = 0;

    (void)curl_easy_getinfo(curl, CURLINFO_PROXY_ERROR, &socks);
    (void)curl_easy_getinfo(curl, CURLINFO_HTTP_CONNECTCODE, &http);
    if (rc == CURLE_COULDNT_RESOLVE_PROXY || rc == CURLE_COULDNT_CONNECT ||
        rc == CURLE_COULDNT_RESOLVE_HOST) /* so it says of SOCKS proxies */
        return STREAM_NO_PROXY;
    if (http == 407 || socks == CURLPX_USER_REJECTED ||
        socks == CURLPX_NO_AUTH || socks == CURLPX_IDENTD_DIFFER)
        return STREAM_PROXY_REFUSED;
    if (rc == CURLE_PROXY || http >= 300)
        return STREAM_PROXY_FAILED;
    return STREAM_BROKEN;
}

static enum stream_trouble by_code(CURLcode rc)
{
    switch (rc) {
    case CURLE_ABORTED_BY_CALLBACK:
        return STREAM_CANCELLED;
    case CURLE_COULDNT_RESOLVE_HOST:
        return STREAM_NO_HOST;
    case CURLE_COULDNT_CONNECT:
        return STREAM_NO_CONNECTION;
    case CURLE_OPERATION_TIMEDOUT:
        return STREAM_TIMEOUT;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_WRITE_ERROR: /* we would not take it */
        return STREAM_ODD_REPLY;
    case CURLE_REMOTE_ACCESS_DENIED:
        return STREAM_NAME_REFUSED;
    case CURLE_USE_SSL_FAILED:
        return STREAM_NO_STARTTLS;
    case CURLE_SSL_CONNECT_ERROR:
        return STREAM_TLS_FAILED;
    case CURLE_PEER_FAILED_VERIFICATION:
        return STREAM_CERTIFICATE;
    case CURLE_SSL_CACERT_BADFILE:
        return STREAM_CA_FILE;
    case CURLE_LOGIN_DENIED:
        return STREAM_LOGIN_DENIED;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
        return STREAM_CLOSED;
    default:
        return STREAM_BROKEN;
    }
}

enum stream_trouble curl_trouble(CURL *curl, CURLcode rc,
                                 const struct bd_stream_options *options)
{
    enum stream_trouble trouble = STREAM_BROKEN;

    if (rc == CURLE_URL_MALFORMAT && options->auth)
        return STREAM_MECHANISM; /* the URL itself was looked at before */
    if (curl_uses_proxy(options))
        trouble = by_proxy(curl, rc);
    return trouble == STREAM_BROKEN ? by_code(rc) : trouble;
}

/* The day of "Expire Date:2026-02-01 00:00:00 GMT", if that comes before
 * `now`, or with `later` after it. */
static void look_at_date(const char *line, const char *name, const char *now,
                         bool later, char out[16])
{
    size_t len = strlen(name);
    int order = 0;

    if (strncasecmp(line, name, len) != 0 || strlen(line) < len + strlen(now))
        return;
    order = strncmp(line + len, now, strlen(now));
    if (later ? order > 0 : order < 0)
        (void)snprintf(out, 16, "%.10s", line + len);
}

/* By the clock that the TLS library looks at. */
void curl_look_at_dates(CURL *curl, struct stream_view *view)
{
    struct curl_certinfo *info = NULL;
    time_t seconds = time(NULL);
    struct tm tm = { 0 };
    char now[24] = "";

    if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &info) || !info ||
        !gmtime_r(&seconds, &tm))
        return;
    (void)strftime(now, sizeof now, "%Y-%m-%d %H:%M:%S", &tm);
    for (int i = 0; i < info->num_of_certs; i++) {
        for (const struct curl_slist *s = info->certinfo[i]; s; s = s->next) {
            look_at_date(s->data, "Expire Date:", now, false, view->expired);
            look_at_date(s->data, "Start Date:", now, true, view->future);
        }
    }
}
