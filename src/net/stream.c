#include "brevduva/net/stream.h"

#include <arpa/inet.h>
#include <assert.h>
#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/i18n.h"
#include "stream_private.h"

/* Octets of the EHLO reply that are kept. */
#define CAPABILITIES_MAX 8192

struct bd_stream {
    CURL *curl;
    curl_socket_t socket;
    struct bd_buf capabilities;
    bool in_reply; /* the last line was not the last of its reply */
    char error[CURL_ERROR_SIZE];
    struct stream_view view;
};

/* For messages: what is not plain ASCII becomes '?'. */
static void keep_text(struct stream_view *view, bd_str text)
{
    size_t len = 0;

    for (; len < text.len && len < sizeof view->reply_text - 1; len++) {
        char c = text.ptr[len];

        view->reply_text[len] = c;
        if (c < ' ' || c > '~')
            view->reply_text[len] = '?';
    }
    view->reply_text[len] = '\0';
}

/* Each line that the relay says until libcurl hands the session over. */
static size_t on_line(char *bytes, size_t size, size_t count, void *self)
{
    struct bd_stream *stream = self;
    bd_str line = bd_str_trim((bd_str) { bytes, size * count });
    bd_str words = bd_str_skip(line, 4);
    uint64_t code = 0;

    if (!bd_str_to_u64(bd_str_sub(line, 0, 3), &code))
        return size * count;
    stream->view.reply_code = (int)code;
    keep_text(&stream->view, words);
    /* RFC 3207 4.2: what was said before TLS is forgotten. */
    if (code == 220 || (code == 250 && !stream->in_reply))
        bd_buf_clear(&stream->capabilities);
    if (code == 220)
        stream->view.greetings++;
    if (code == 250) {
        bd_buf_add(&stream->capabilities, words);
        bd_buf_add_char(&stream->capabilities, '\n');
    }
    stream->in_reply = line.len > 3 && line.ptr[3] == '-';
    return size * count;
}

/* A part of the URL, to be freed by curl_free; NULL when it has none. */
static char *url_part(const char *url, CURLUPart part, unsigned flags)
{
    CURLU *parsed = curl_url();
    char *text = NULL;

    if (parsed && !curl_url_set(parsed, CURLUPART_URL, url, 0))
        (void)curl_url_get(parsed, part, &text, flags);
    curl_url_cleanup(parsed);
    return text;
}

enum bd_status bd_url_public(const char *url, char out[BD_MAX_RELAY_NAME],
                             struct bd_err *err)
{
    char *scheme = url_part(url, CURLUPART_SCHEME, 0);
    char *host = url_part(url, CURLUPART_HOST, 0);
    char *port = url_part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    bool ok = scheme && host && port &&
              (!strcmp(scheme, "smtp") || !strcmp(scheme, "smtps")) &&
              snprintf(out, BD_MAX_RELAY_NAME, "%s://%s:%s", scheme, host,
                       port) < BD_MAX_RELAY_NAME;

    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    if (ok)
        return BD_OK;
    return bd_fail(err, BD_EINVAL,
                   _("relay.url is not the address of a relay; write it as "
                     "smtps://host:465 or smtp://host:587"));
}

bool bd_url_is_loopback(const char *url)
{
    char *host = url_part(url, CURLUPART_HOST, 0);
    struct in_addr v4 = { 0 };
    bool loopback = host &&
                    (!strcmp(host, "localhost") || !strcmp(host, "[::1]") ||
                     (inet_pton(AF_INET, host, &v4) == 1 &&
                      ntohl(v4.s_addr) >> 24 == 127));

    curl_free(host);
    return loopback;
}

/* The URL for libcurl: without user info, our own name as its path. */
static CURLcode set_url(CURL *curl, const struct bd_stream_options *options)
{
    CURLU *url = curl_url();
    char path[300];
    char *text = NULL;
    CURLcode rc = CURLE_URL_MALFORMAT;

    (void)snprintf(path, sizeof path, "/%s", options->ehlo_name);
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

static CURLcode set_login(CURL *curl, const struct bd_stream_options *options)
{
    CURLcode rc = CURLE_OK;

    if (!options->username)
        return CURLE_OK;
    rc = curl_easy_setopt(curl, CURLOPT_USERNAME, options->username);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_PASSWORD,
                              options->password ? options->password : "");
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

static CURLcode set_up(struct bd_stream *stream,
                       const struct bd_stream_options *options)
{
    CURL *curl = stream->curl;
    CURLcode rc = set_url(curl, options);

    if (!rc)
        rc = set_login(curl, options);
    if (!rc)
        rc = set_tls(curl, options);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    if (!rc && bd_url_is_loopback(options->url))
        rc = curl_easy_setopt(curl, CURLOPT_PROXY, "");
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                              options->connect_timeout_ms);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, stream->error);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_line);
    if (!rc)
        rc = curl_easy_setopt(curl, CURLOPT_HEADERDATA, stream);
    return rc;
}

/* libcurl goes on without log-in when the relay does not offer any. */
static bool offers_login(const struct bd_stream *stream)
{
    bd_str lines = bd_stream_capabilities(stream);

    while (lines.len > 0)
        if (bd_str_starts_nocase(bd_str_cut_line(&lines), BD_STR("AUTH")))
            return true;
    return false;
}

static enum stream_trouble trouble_of(CURLcode rc)
{
    switch (rc) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return STREAM_NO_HOST;
    case CURLE_COULDNT_CONNECT:
        return STREAM_NO_CONNECTION;
    case CURLE_OPERATION_TIMEDOUT:
        return STREAM_TIMEOUT;
    case CURLE_WEIRD_SERVER_REPLY:
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

static enum bd_status connect_stream(struct bd_stream *stream,
                                     const struct bd_stream_options *options,
                                     struct bd_err *err)
{
    struct stream_view *view = &stream->view;
    CURLcode rc = set_up(stream, options);
    long os_error = 0;

    if (!rc)
        rc = curl_easy_perform(stream->curl);
    if (!rc)
        rc = curl_easy_getinfo(stream->curl, CURLINFO_ACTIVESOCKET,
                               &stream->socket);
    if (!rc && options->username && !offers_login(stream))
        return stream_explain(STREAM_NO_LOGIN, view, options, err);
    if (!rc)
        return BD_OK;
    view->detail = stream->error[0] ? stream->error : curl_easy_strerror(rc);
    (void)curl_easy_getinfo(stream->curl, CURLINFO_OS_ERRNO, &os_error);
    if (rc == CURLE_COULDNT_CONNECT && os_error)
        view->detail = bd_errno_text((int)os_error);
    return stream_explain(trouble_of(rc), view, options, err);
}

enum bd_status bd_stream_open(const struct bd_stream_options *options,
                              struct bd_stream **out, struct bd_err *err)
{
    struct bd_stream_options with_user = *options;
    struct bd_stream *stream = calloc(1, sizeof *stream);
    char *user = NULL;
    enum bd_status rc = BD_OK;

    assert(options->ehlo_name && options->url);
    if (!stream)
        abort();
    bd_buf_init(&stream->capabilities, CAPABILITIES_MAX);
    rc = bd_url_public(options->url, stream->view.name, err);
    if (rc != BD_OK)
        goto done;
    stream->curl = curl_easy_init();
    if (!stream->curl)
        abort();
    user = url_part(options->url, CURLUPART_USER, CURLU_URLDECODE);
    if (!with_user.username)
        with_user.username = user;
    if (with_user.username && !with_user.password)
        rc = stream_explain(STREAM_NO_PASSWORD, &stream->view, &with_user, err);
    else
        rc = connect_stream(stream, &with_user, err);
done:
    curl_free(user);
    if (rc == BD_OK)
        *out = stream;
    else
        bd_stream_close(stream);
    return rc;
}

void bd_stream_close(struct bd_stream *stream)
{
    if (!stream)
        return;
    curl_easy_cleanup(stream->curl);
    bd_buf_fini(&stream->capabilities);
    free(stream);
}

bd_str bd_stream_capabilities(const struct bd_stream *stream)
{
    return bd_buf_str(&stream->capabilities);
}

static int64_t now_ms(void)
{
    struct timespec t = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Wait until the socket is ready for `events`. */
static enum bd_status await(const struct bd_stream *stream, short events,
                            int64_t until, struct bd_err *err)
{
    for (;;) {
        struct pollfd p = { .fd = stream->socket, .events = events };
        int64_t left = until - now_ms();
        int n = 0;

        if (left < 0)
            left = 0;
        n = poll(&p, 1, left > INT32_MAX ? INT32_MAX : (int)left);
        if (n > 0)
            return BD_OK;
        if (n == 0)
            return bd_fail(err, BD_ETEMP,
                           _("the relay did not answer in time"));
        if (errno != EINTR)
            return bd_fail(err, BD_ETEMP, _("the connection failed (%s)"),
                           bd_errno_text(errno));
    }
}

/*
 * libcurl wants a write that was put off (CURLE_AGAIN) repeated with the
 * same pointer and length, as a started TLS record cannot be changed.
 */
enum bd_status bd_stream_write(struct bd_stream *stream, bd_str bytes,
                               long timeout_ms, size_t *out_sent,
                               struct bd_err *err)
{
    int64_t until = now_ms() + timeout_ms;

    *out_sent = 0;
    while (bytes.len > 0) {
        size_t n = 0;
        CURLcode rc = curl_easy_send(stream->curl, bytes.ptr, bytes.len, &n);

        if (rc == CURLE_AGAIN) {
            enum bd_status waited = await(stream, POLLOUT, until, err);

            if (waited != BD_OK)
                return waited;
            continue;
        }
        if (rc != CURLE_OK)
            return bd_fail(err, BD_ETEMP, _("the connection was lost"));
        *out_sent += n;
        bytes = bd_str_skip(bytes, n);
    }
    return BD_OK;
}

/* With TLS, libcurl may hold octets that poll() knows nothing of: ask it
 * first, and wait only when it has none. */
enum bd_status bd_stream_read(struct bd_stream *stream, char *buffer,
                              size_t size, long timeout_ms, size_t *out_len,
                              struct bd_err *err)
{
    int64_t until = now_ms() + timeout_ms;

    for (;;) {
        size_t n = 0;
        CURLcode rc = curl_easy_recv(stream->curl, buffer, size, &n);
        enum bd_status waited = BD_OK;

        if (rc == CURLE_OK && n > 0) {
            *out_len = n;
            return BD_OK;
        }
        if (rc == CURLE_OK)
            return bd_fail(err, BD_ETEMP, _("the relay closed the connection"));
        if (rc != CURLE_AGAIN)
            return bd_fail(err, BD_ETEMP, _("the connection was lost"));
        waited = await(stream, POLLIN, until, err);
        if (waited != BD_OK)
            return waited;
    }
}

/* A TLS session ticket makes the socket readable too, so look closer. */
bool bd_stream_is_quiet(struct bd_stream *stream)
{
    struct pollfd p = { .fd = stream->socket, .events = POLLIN };
    char octet = 0;
    size_t n = 0;

    return poll(&p, 1, 0) == 0 ||
           curl_easy_recv(stream->curl, &octet, 1, &n) == CURLE_AGAIN;
}
