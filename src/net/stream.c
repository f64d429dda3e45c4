#include "brevduva/net/stream.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/i18n.h"
#include "curl_private.h"
#include "stream_private.h"

/* Octets of the EHLO reply that are kept. */
#define CAPABILITIES_MAX 8192

struct bd_stream {
    CURL *curl;
    curl_socket_t socket;
    struct bd_buf capabilities;
    bool is_tls;    /* of a mailbox */
    bool bare;      /* our octets are the socket's: no TLS, no proxy */
    bool in_reply;  /* the last line was not the last of its reply */
    size_t put_off; /* octets of a send that came back with CURLE_AGAIN */
    char error[CURL_ERROR_SIZE];
    struct stream_view view;
};

static bool is_harmless(bd_str text)
{
    if (!bd_str_is_utf8(text, NULL) || bd_str_has_control(text))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (bd_str_hidden_mark(bd_str_skip(text, i)) > 0)
            return false;
    return true;
}

/* For messages: of a text that could do harm only plain ASCII is left. */
static void keep_text(struct stream_view *view, bd_str text)
{
    bool all = false;

    text = bd_str_cut_utf8(text, sizeof view->reply_text - 1);
    all = is_harmless(text);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        view->reply_text[i] = !all && (c < ' ' || c > '~') ? '?' : c;
    }
    view->reply_text[text.len] = '\0';
}

/* "* CAPABILITY IMAP4rev1 AUTH=PLAIN": the last one counts. */
static void keep_offers(struct stream_view *view, bd_str line)
{
    size_t len = 0;

    while (line.len > 0) {
        bd_str word = bd_str_cut(&line, ' ');

        if (!bd_str_starts_nocase(word, BD_STR("AUTH=")))
            continue;
        word = bd_str_skip(word, strlen("AUTH="));
        if (len + word.len + 3 > sizeof view->offers)
            break;
        if (len > 0) {
            view->offers[len++] = ',';
            view->offers[len++] = ' ';
        }
        for (size_t i = 0; i < word.len; i++)
            view->offers[len++] = word.ptr[i] > ' ' && word.ptr[i] <= '~'
                                      ? word.ptr[i]
                                      : '?';
    }
    view->offers[len] = '\0';
}

/* IMAP has no numbers: what counts is whether later may work (RFC 5530). False:
 * this is no IMAP, which libcurl would wait for until its time is over. */
static bool on_imap_line(struct stream_view *view, bd_str line)
{
    bool is_bye = bd_str_starts_nocase(line, BD_STR("* BYE"));
    bd_str words = line;
    bd_str tag = bd_str_cut(&words, ' ');
    bool is_no = tag.len > 0 && tag.ptr[0] != '*' && tag.ptr[0] != '+' &&
                 (bd_str_starts_nocase(words, BD_STR("NO")) ||
                  bd_str_starts_nocase(words, BD_STR("BAD")));

    if (view->greetings == 0 && !bd_str_starts(line, BD_STR("* ")))
        return false;
    view->greetings = 1;
    if (bd_str_starts_nocase(line, BD_STR("* CAPABILITY ")))
        keep_offers(view, line);
    if (!is_bye && !is_no)
        return true;
    view->reply_code =
        is_bye || bd_str_find(line, BD_STR("[UNAVAILABLE]")) != SIZE_MAX ||
                bd_str_find(line, BD_STR("[INUSE]")) != SIZE_MAX ||
                bd_str_find(line, BD_STR("[LIMIT]")) != SIZE_MAX
            ? 450
            : 550;
    keep_text(view, words);
    return true;
}

/* Each line that the relay says until libcurl hands the session over. */
static size_t on_line(char *bytes, size_t size, size_t count, void *self)
{
    struct bd_stream *stream = self;
    bd_str line = bd_str_trim((bd_str) { bytes, size * count });
    bd_str words = bd_str_skip(line, 4);
    uint64_t code = 0;

    if (stream->view.is_mailbox)
        return on_imap_line(&stream->view, line) ? size * count : 0;
    if (!bd_str_to_u64(bd_str_sub(line, 0, 3), &code))
        return size * count;
    stream->view.reply_code = (int)code;
    keep_text(&stream->view, words);
    /* RFC 3207 4.2: what was said before TLS is forgotten. */
    if (code == 220 || (code == 250 && !stream->in_reply))
        bd_buf_clear(&stream->capabilities);
    if (code == 220 && !stream->in_reply)
        stream->view.greetings++;
    if (code == 250) {
        bd_buf_add(&stream->capabilities, words);
        bd_buf_add_char(&stream->capabilities, '\n');
    }
    stream->in_reply = line.len > 3 && line.ptr[3] == '-';
    return size * count;
}

static CURLcode set_up(struct bd_stream *stream,
                       const struct bd_stream_options *options)
{
    CURL *curl = stream->curl;
    CURLcode rc = curl_set_up(curl, options);

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
    if (!rc && options->username && !view->is_mailbox && !offers_login(stream))
        return stream_explain(STREAM_NO_LOGIN, view, options, err);
    if (!rc)
        return BD_OK;
    view->detail = stream->error[0] ? stream->error : curl_easy_strerror(rc);
    (void)curl_easy_getinfo(stream->curl, CURLINFO_OS_ERRNO, &os_error);
    if (rc == CURLE_COULDNT_CONNECT && os_error)
        view->detail = bd_errno_text((int)os_error);
    if (rc == CURLE_PEER_FAILED_VERIFICATION)
        curl_look_at_dates(stream->curl, view);
    return stream_explain(curl_trouble(stream->curl, rc, options), view,
                          options, err);
}

enum bd_status bd_stream_open(const struct bd_stream_options *options,
                              struct bd_stream **out, struct bd_err *err)
{
    struct bd_stream_options with_user = *options;
    struct bd_stream *stream = calloc(1, sizeof *stream);
    char *user = NULL;
    enum bd_status rc = BD_OK;

    assert(options->url);
    if (!stream)
        abort();
    bd_buf_init(&stream->capabilities, CAPABILITIES_MAX);
    stream->view.is_mailbox = curl_is_mailbox(options->url);
    assert(options->ehlo_name || stream->view.is_mailbox);
    rc = stream->view.is_mailbox
             ? bd_url_mailbox(options->url, stream->view.name, err)
             : bd_url_public(options->url, stream->view.name, err);
    if (rc != BD_OK)
        goto done;
    stream->is_tls = options->starttls != BD_STARTTLS_OFF ||
                     bd_str_starts(bd_str_from(stream->view.name),
                                   BD_STR("imaps:"));
    stream->curl = curl_easy_init();
    if (!stream->curl)
        abort();
    user = curl_url_part(options->url, CURLUPART_USER, CURLU_URLDECODE);
    if (!with_user.username)
        with_user.username = user;
    if (with_user.username && !with_user.password)
        rc = stream_explain(STREAM_NO_PASSWORD, &stream->view, &with_user, err);
    else
        rc = connect_stream(stream, &with_user, err);
    stream->bare = !curl_uses_proxy(options) && !bd_stream_is_buffered(stream);
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

bool bd_stream_is_buffered(const struct bd_stream *stream)
{
    if (stream->view.is_mailbox)
        return stream->is_tls;
    return stream->view.greetings > 1 ||
           bd_str_starts(bd_str_from(stream->view.name), BD_STR("smtps:"));
}

int bd_stream_fd(const struct bd_stream *stream)
{
    return stream->socket;
}

bd_str bd_stream_capabilities(const struct bd_stream *stream)
{
    return bd_buf_str(&stream->capabilities);
}

static enum bd_status lost(struct bd_err *err)
{
    return bd_fail(err, BD_EIO, _("the connection was lost"));
}

/* Without libcurl, which only would pass it on: for each copy. */
static enum bd_status send_bare(struct bd_stream *stream, bd_str bytes,
                                size_t *out_sent, struct bd_err *err)
{
    ssize_t n = send(stream->socket, bytes.ptr, bytes.len, MSG_NOSIGNAL);

    *out_sent = n > 0 ? (size_t)n : 0;
    if (n > 0)
        return BD_OK;
    return errno == EAGAIN || errno == EINTR ? BD_ETEMP : lost(err);
}

static enum bd_status receive_bare(struct bd_stream *stream, char *buffer,
                                   size_t size, size_t *out_len,
                                   struct bd_err *err)
{
    ssize_t n = recv(stream->socket, buffer, size, 0);

    *out_len = n > 0 ? (size_t)n : 0;
    if (n > 0)
        return BD_OK;
    if (n == 0)
        return bd_fail(err, BD_EIO, _("the server closed the connection"));
    return errno == EAGAIN || errno == EINTR ? BD_ETEMP : lost(err);
}

/*
 * GnuTLS has made a record of a send that was put off, and goes on with that
 * whatever it is given; it tells how much of the first call's octets this was.
 * So they may have moved, but must come first and be at least as many. libcurl
 * is given just as many again, as it asks for.
 */
enum bd_status bd_stream_send(struct bd_stream *stream, bd_str bytes,
                              size_t *out_sent, struct bd_err *err)
{
    size_t sent = 0;
    CURLcode rc = CURLE_OK;

    assert(bytes.len > 0 && bytes.len >= stream->put_off);
    if (stream->bare)
        return send_bare(stream, bytes, out_sent, err);
    *out_sent = 0;
    while (sent < bytes.len && !rc) { /* TLS: a record of 16 kB a call */
        size_t len = stream->put_off ? stream->put_off : bytes.len - sent;
        size_t n = 0;

        rc = curl_easy_send(stream->curl, bytes.ptr + sent, len, &n);
        stream->put_off = rc == CURLE_AGAIN ? len : 0;
        sent += n;
    }
    if (rc && rc != CURLE_AGAIN && sent == 0)
        return lost(err);
    *out_sent = sent; /* a loss after some octets is met by the next call */
    return sent > 0 ? BD_OK : BD_ETEMP;
}

enum bd_status bd_stream_receive(struct bd_stream *stream, char *buffer,
                                 size_t size, size_t *out_len,
                                 struct bd_err *err)
{
    size_t n = 0;
    CURLcode rc = CURLE_OK;

    if (stream->bare)
        return receive_bare(stream, buffer, size, out_len, err);
    rc = curl_easy_recv(stream->curl, buffer, size, &n);
    *out_len = n;
    if (rc == CURLE_AGAIN)
        return BD_ETEMP;
    if (rc)
        return lost(err);
    if (n == 0)
        return bd_fail(err, BD_EIO, _("the server closed the connection"));
    return BD_OK;
}

/* The kernel forgets it again: to be said after each reading. */
void bd_stream_acknowledge(struct bd_stream *stream)
{
#ifdef TCP_QUICKACK
    const int on = 1;

    (void)setsockopt(stream->socket, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
#else
    (void)stream;
#endif
}
