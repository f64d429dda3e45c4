#include "brevduva/base/i18n.h"
#include "stream_private.h"

static enum bd_status explain_certificate(const struct stream_view *view,
                                          struct bd_err *err)
{
    if (view->expired[0])
        return bd_fail(err, BD_EFINAL,
                       _("%s: the mail server's certificate cannot be trusted: "
                         "it expired on %s; ask who runs the server to renew "
                         "it, and check the clock of this computer"),
                       view->name, view->expired);
    if (view->future[0])
        return bd_fail(err, BD_EFINAL,
                       _("%s: the mail server's certificate cannot be trusted: "
                         "it is not valid until %s; check the clock of this "
                         "computer, and ask who runs the server"),
                       view->name, view->future);
    return bd_fail(err, BD_EFINAL,
                   _("%s: the mail server's certificate cannot be trusted "
                     "(%s); check the host name in inbox.url, or name the "
                     "certificate's issuer in inbox.ca_file"),
                   view->name, view->detail);
}

static enum bd_status explain_tls(enum stream_trouble trouble,
                                  const struct stream_view *view,
                                  const struct bd_stream_options *options,
                                  struct bd_err *err)
{
    if (trouble == STREAM_CERTIFICATE)
        return explain_certificate(view, err);
    if (trouble == STREAM_CA_FILE)
        return bd_fail(err, BD_EFINAL,
                       _("%s: no certificates can be read from %s; check "
                         "inbox.ca_file"),
                       view->name,
                       options->ca_file ? options->ca_file
                                        : _("the system's certificate file"));
    if (trouble == STREAM_TLS_FAILED)
        return bd_fail(err, BD_EFINAL,
                       _("%s: TLS could not be agreed on (%s); check the port: "
                         "imaps:// is for 993, imap:// for 143"),
                       view->name, view->detail);
    return bd_fail(err, BD_EFINAL,
                   _("%s: the mail server offers no TLS (STARTTLS), and "
                     "without it nobody logs in; try imaps:// with port 993, "
                     "or set inbox.starttls to off if the connection is safe"),
                   view->name);
}

static bool is_offered(const struct stream_view *view, const char *auth)
{
    bd_str rest = bd_str_from(view->offers);

    while (rest.len > 0)
        if (bd_str_eq_nocase(bd_str_trim(bd_str_cut(&rest, ',')),
                             bd_str_from(auth)))
            return true;
    return false;
}

/* The reply's text stays out of it: a server may repeat what it was sent. */
static enum bd_status explain_login(enum stream_trouble trouble,
                                    const struct stream_view *view,
                                    const struct bd_stream_options *options,
                                    struct bd_err *err)
{
    if (trouble == STREAM_NO_PASSWORD)
        return bd_fail(err, BD_EFINAL,
                       _("%s: there is no password for %s; set "
                         "inbox.password_command, password_file or "
                         "password_env"),
                       view->name, options->username);
    if (trouble == STREAM_MECHANISM)
        return bd_fail(err, BD_EFINAL,
                       _("%s: %.40s is no way to log in that can be used; take "
                         "inbox.auth away, and the best is chosen"),
                       view->name, options->auth);
    if (options->auth && view->offers[0] && !is_offered(view, options->auth))
        return bd_fail(err, BD_EFINAL,
                       _("%s: the mail server offers no log-in by %s, but by "
                         "%s; set inbox.auth to one of these, or take it "
                         "away, and the best is chosen"),
                       view->name, options->auth, view->offers);
    if (view->reply_code == 0 && options->auth && !stream_is_by_token(options))
        return bd_fail(err, BD_EFINAL,
                       _("%s: the mail server offers no log-in by %s; take "
                         "inbox.auth away, and the best is chosen"),
                       view->name, options->auth);
    if (view->reply_code == 450)
        return bd_fail(err, BD_ETEMP,
                       _("%s: the mail server cannot log us in now; try again "
                         "later"),
                       view->name);
    if (stream_is_by_token(options))
        return bd_fail(err, BD_EFINAL,
                       _("%s: the mail server does not accept the access token "
                         "for %s; it may be too old: check inbox.username and "
                         "what gives the token as password"),
                       view->name, options->username);
    return bd_fail(err, BD_EFINAL,
                   _("%s: the mail server does not accept the password for "
                     "%s; check inbox.username and the password"),
                   view->name, options->username);
}

static enum bd_status explain_proxy(enum stream_trouble trouble,
                                    const struct stream_view *view,
                                    const struct bd_stream_options *options,
                                    struct bd_err *err)
{
    const char *proxy = stream_proxy_name(options);

    if (trouble == STREAM_PROXY_REFUSED)
        return bd_fail(err, BD_EFINAL,
                       _("%s: the proxy %s does not accept us; check user name "
                         "and password in inbox.proxy"),
                       view->name, proxy);
    if (trouble == STREAM_PROXY_FAILED)
        return bd_fail(err, BD_ETEMP,
                       _("%s: the proxy %s cannot reach the mail server (%s); "
                         "check host and port in inbox.url"),
                       view->name, proxy, view->detail);
    return bd_fail(err, BD_ETEMP,
                   _("%s: no proxy answers at %s; check inbox.proxy"),
                   view->name, proxy);
}

/* libcurl gives the same code for a server that turns us away, and for text
 * that somebody pushed in behind the reply to STARTTLS. */
static enum bd_status explain_odd_reply(const struct stream_view *view,
                                        const struct bd_stream_options *options,
                                        struct bd_err *err)
{
    if (view->reply_code == 450)
        return bd_fail(err, BD_ETEMP,
                       _("%s: the mail server turned us away at once: %s"),
                       view->name, view->reply_text);
    if (view->greetings > 0 && options->starttls != BD_STARTTLS_OFF)
        return bd_fail(err, BD_EFINAL,
                       _("%s: something was sent in plain text where TLS "
                         "should have started; nobody was logged in: somebody "
                         "may be meddling with the connection"),
                       view->name);
    return bd_fail(err, BD_EFINAL,
                   _("%s: what answers there is no IMAP server; check host and "
                     "port in inbox.url"),
                   view->name);
}

static enum bd_status explain_silence(enum stream_trouble trouble,
                                      const struct stream_view *view,
                                      const struct bd_stream_options *options,
                                      struct bd_err *err)
{
    if (trouble == STREAM_NO_HOST)
        return bd_fail(err, BD_ETEMP,
                       _("%s: the host is not known; check inbox.url and the "
                         "network"),
                       view->name);
    if (trouble == STREAM_NO_CONNECTION)
        return bd_fail(err, BD_ETEMP,
                       _("%s: no mail server answers there (%s); check host "
                         "and port in inbox.url and the network"),
                       view->name, view->detail);
    if (trouble == STREAM_TIMEOUT)
        return bd_fail(err, BD_ETEMP,
                       _("%s: the mail server was not ready within %ld "
                         "seconds; try again later, and check host and port "
                         "in inbox.url"),
                       view->name, (options->connect_timeout_ms + 999) / 1000);
    return bd_fail(err, BD_ETEMP,
                   _("%s: the mail server closed the connection before it was "
                     "ready (%s); try again later"),
                   view->name, view->detail);
}

enum bd_status stream_explain_mailbox(enum stream_trouble trouble,
                                      const struct stream_view *view,
                                      const struct bd_stream_options *options,
                                      struct bd_err *err)
{
    switch (trouble) {
    case STREAM_NO_PROXY:
    case STREAM_PROXY_REFUSED:
    case STREAM_PROXY_FAILED:
        return explain_proxy(trouble, view, options, err);
    case STREAM_ODD_REPLY:
        return explain_odd_reply(view, options, err);
    case STREAM_NO_STARTTLS:
    case STREAM_TLS_FAILED:
    case STREAM_CERTIFICATE:
    case STREAM_CA_FILE:
        return explain_tls(trouble, view, options, err);
    case STREAM_NO_PASSWORD:
    case STREAM_MECHANISM:
    case STREAM_NO_LOGIN:
    case STREAM_NAME_REFUSED: /* libcurl's word for LOGIN refused */
    case STREAM_LOGIN_DENIED:
        return explain_login(trouble, view, options, err);
    default:
        return explain_silence(trouble, view, options, err);
    }
}
