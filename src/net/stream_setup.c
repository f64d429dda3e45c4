#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "curl_private.h"

/* Seconds without a word until TCP asks whether the other end is there, and
 * between such questions: less than the minutes after which routers forget. */
#define KEEPALIVE_IDLE 60L
#define KEEPALIVE_EACH 30L

/* Octets of a mechanism's name, and the only ones in it (RFC 4422 3.1). */
#define AUTH_MAX   20
#define AUTH_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

/* The URL for libcurl: without user info, our own name as its path. */
static CURLcode set_url(CURL *curl, const struct bd_stream_options *options)
{
    CURLU *url = curl_url();
    char path[300];
    char *text = NULL;
    CURLcode rc = CURLE_URL_MALFORMAT;

    (void)snprintf(path, sizeof path, "/%s",
                   options->ehlo_name ? options->ehlo_name : "");
    if (url && !curl_url_set(url, CURLUPART_URL, options->url, 0) &&
        !curl_url_set(url, CURLUPART_USER, NULL, 0) &&
        !curl_url_set(url, CURLUPART_PASSWORD, NULL, 0) &&
        !curl_url_set(url, CURLUPART_PATH, path, 0) &&
        !curl_url_get(url, CURLUPART_URL, &text, 0))
        rc = curl_easy_setopt(curl, CURLOPT_URL, text);
    curl_free(text);
    curl_url_cleanup(url);
    return rc;
}

/* "AUTH=XOAUTH2": libcurl wants capital letters, and takes more than names. */
static CURLcode set_mechanism(CURL *curl, const char *auth)
{
    char text[] = "AUTH=12345678901234567890";
    char *name = text + strlen("AUTH=");
    size_t len = strlen(auth);

    if (len == 0 || len > AUTH_MAX)
        return CURLE_URL_MALFORMAT; /* as for any name it does not know */
    for (size_t i = 0; i <= len; i++)
        name[i] = (char)toupper((unsigned char)auth[i]);
    if (name[strspn(name, AUTH_CHARS)])
        return CURLE_URL_MALFORMAT;
    return curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, text);
}

bool stream_is_by_token(const struct bd_stream_options *options)
{
    const char *auth = options->auth;

    return auth &&
           (!strcasecmp(auth, "XOAUTH2") || !strcasecmp(auth, "OAUTHBEARER"));
}

static CURLcode set_login(CURL *curl, const struct bd_stream_options *options)
{
    const char *secret = options->password ? options->password : "";
    CURLoption by = stream_is_by_token(options) ? CURLOPT_XOAUTH2_BEARER
                                                : CURLOPT_PASSWORD;
    CURLcode rc = CURLE_OK;

    if (!options->username)
        return CURLE_OK;
    rc = curl_easy_setopt(curl, CURLOPT_USERNAME, options->username);
    if (!rc)
        rc = curl_easy_setopt(curl, by, secret);
    if (!rc && options->auth)
        rc = set_mechanism(curl, options->auth);
    return rc;
}

static CURLcode set_tls(CURL *curl, const struct bd_stream_options *options)
{
    bool off = options->starttls == BD_STARTTLS_OFF;
    CURLcode rc = curl_easy_setopt(
        curl, CURLOPT_USE_SSL, (long)(off ? CURLUSESSL_NONE : CURLUSESSL_ALL));

    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_SSLVERSION,
                              (long)CURL_SSLVERSION_TLSv1_2); /* RFC 8996 */
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!rc && options->ca_file)
        rc = curl_easy_setopt(curl, CURLOPT_CAINFO, options->ca_file);
    return rc;
}

bool curl_uses_proxy(const struct bd_stream_options *options)
{
    return options->proxy && !bd_url_is_loopback(options->url);
}

/* Our settings decide, and not what the environment says of proxies. */
static CURLcode set_proxy(CURL *curl, const struct bd_stream_options *options)
{
    const char *proxy = curl_uses_proxy(options) ? options->proxy : "";
    CURLcode rc = curl_easy_setopt(curl, CURLOPT_PROXY, proxy);

    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_NOPROXY, "");
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_HTTPPROXYTUNNEL, 1L);
    if (!rc) /* an HTTP proxy's answer is no line of the relay's */
        rc = curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    return rc;
}

static CURLcode set_tcp(CURL *curl)
{
    CURLcode rc = curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);

    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_TCP_KEEPIDLE, KEEPALIVE_IDLE);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_TCP_KEEPINTVL, KEEPALIVE_EACH);
    return rc;
}

static int on_progress(void *self, curl_off_t down_all, curl_off_t down,
                       curl_off_t up_all, curl_off_t up)
{
    const atomic_bool *cancelled = self;

    (void)down_all;
    (void)down;
    (void)up_all;
    (void)up;
    return atomic_load(cancelled) ? 1 : 0;
}

static CURLcode make_cancellable(CURL *curl, const atomic_bool *cancelled)
{
    CURLcode rc = CURLE_OK;

    if (!cancelled)
        return rc;
    rc = curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_XFERINFODATA, cancelled);
    return rc;
}

CURLcode curl_set_up(CURL *curl, const struct bd_stream_options *options)
{
    CURLcode rc = set_url(curl, options);

    if (!rc)
        rc = set_login(curl, options);
    if (!rc)
        rc = set_tls(curl, options);
    if (!rc)
        rc = set_proxy(curl, options);
    if (!rc)
        rc = set_tcp(curl);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR,
                              "smtp,smtps,imap,imaps");
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    if (!rc) /* dates, for words about one that is not trusted */
        rc = curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                              options->connect_timeout_ms);
    if (!rc)
        rc = make_cancellable(curl, options->cancelled);
    return rc;
}
