#include <string.h>

#include "brevduva/base/i18n.h"
#include "stream_private.h"

/* 4yz and silence may pass; anything else a person must mend. */
static enum bd_status by_reply(const struct stream_view *view)
{
    return view->reply_code < 500 ? BD_ETEMP : BD_EFINAL;
}

static const char *key_of(const struct bd_stream_options *options)
{
    return options->key ? options->key : "relay";
}

/* libcurl gives the same code for a greeting that turns us away and for
 * text that somebody pushed in behind the reply to STARTTLS. */
static enum bd_status explain_odd_reply(const struct stream_view *view,
                                        const struct bd_stream_options *options,
                                        struct bd_err *err)
{
    if (view->greetings > 1)
        return bd_fail(err, BD_EFINAL,
                       _("%s: something was sent in plain text where TLS "
                         "should have started; nothing was sent or logged "
                         "in: somebody may be meddling with the connection"),
                       view->name);
    if (view->reply_code < 400)
        return bd_fail(err, BD_EFINAL,
                       _("%s: what answers there is no mail server; check "
                         "host and port in %s.url"),
                       view->name, key_of(options));
    return bd_fail(err, by_reply(view),
                   _("%s: the relay turned us away at once: %d %s"), view->name,
                   view->reply_code, view->reply_text);
}

static enum bd_status
explain_certificate(const struct stream_view *view,
                    const struct bd_stream_options *options, struct bd_err *err)
{
    if (view->expired[0])
        return bd_fail(err, BD_EFINAL,
                       _("%s: the relay's certificate cannot be trusted: it "
                         "expired on %s; ask who runs the relay to renew it, "
                         "and check the clock of this computer"),
                       view->name, view->expired);
    if (view->future[0])
        return bd_fail(err, BD_EFINAL,
                       _("%s: the relay's certificate cannot be trusted: it "
                         "is not valid until %s; check the clock of this "
                         "computer, and ask who runs the relay"),
                       view->name, view->future);
    return bd_fail(err, BD_EFINAL,
                   _("%s: the relay's certificate cannot be trusted (%s); "
                     "check the host name in %s.url, or name the "
                     "certificate's issuer in %s.ca_file"),
                   view->name, view->detail, key_of(options), key_of(options));
}

static enum bd_status explain_tls(enum stream_trouble trouble,
                                  const struct stream_view *view,
                                  const struct bd_stream_options *options,
                                  struct bd_err *err)
{
    if (trouble == STREAM_CERTIFICATE)
        return explain_certificate(view, options, err);
    if (trouble == STREAM_CA_FILE)
        return bd_fail(err, BD_EFINAL,
                       _("%s: no certificates can be read from %s; check "
                         "%s.ca_file"),
                       view->name,
                       options->ca_file ? options->ca_file
                                        : _("the system's certificate file"),
                       key_of(options));
    if (trouble == STREAM_TLS_FAILED)
        return bd_fail(err, BD_EFINAL,
                       _("%s: TLS could not be agreed on (%s); check the port: "
                         "smtps:// is for 465, smtp:// for 587"),
                       view->name, view->detail);
    if (view->reply_code >= 400)
        return bd_fail(err, by_reply(view),
                       _("%s: the relay does not start TLS now: %d %s"),
                       view->name, view->reply_code, view->reply_text);
    return bd_fail(err, BD_EFINAL,
                   _("%s: the relay offers no TLS (STARTTLS), and mail is not "
                     "sent without; try smtps:// with port 465, or set "
                     "%s.starttls to off if the connection is safe"),
                   view->name, key_of(options));
}

/* The reply's text stays out of it: a relay may repeat what it was sent. */
static enum bd_status explain_login(enum stream_trouble trouble,
                                    const struct stream_view *view,
                                    const struct bd_stream_options *options,
                                    struct bd_err *err)
{
    if (trouble == STREAM_NO_PASSWORD)
        return bd_fail(err, BD_EFINAL,
                       _("%s: there is no password for %s; set "
                         "%s.password_command, password_file or "
                         "password_env"),
                       view->name, options->username, key_of(options));
    if (trouble == STREAM_MECHANISM)
        return bd_fail(err, BD_EFINAL,
                       _("%s: %.40s is no way to log in that can be used; take "
                         "%s.auth away, and the best is chosen"),
                       view->name, options->auth, key_of(options));
    if (options->auth && view->reply_code < 300)
        return bd_fail(err, BD_EFINAL,
                       _("%s: the relay offers no log-in by %s; take "
                         "%s.auth away, and the best is chosen"),
                       view->name, options->auth, key_of(options));
    if (trouble == STREAM_NO_LOGIN || view->reply_code < 300)
        return bd_fail(err, BD_EFINAL,
                       _("%s: the relay offers no log-in that can be used; "
                         "check host and port in %s.url, or take "
                         "%s.username away"),
                       view->name, key_of(options), key_of(options));
    if (view->reply_code >= 400 && view->reply_code < 500)
        return bd_fail(err, BD_ETEMP,
                       _("%s: the relay cannot log us in now (%d); try again "
                         "later"),
                       view->name, view->reply_code);
    if (stream_is_by_token(options)) /* 334 and why, in a relay's own way */
        return bd_fail(err, BD_EFINAL,
                       _("%s: the relay does not accept the access token for "
                         "%s; it may be too old: check %s.username and "
                         "what gives the token as password"),
                       view->name, options->username, key_of(options));
    return bd_fail(err, BD_EFINAL,
                   _("%s: the relay does not accept the password for %s (%d); "
                     "check %s.username and the password"),
                   view->name, options->username, view->reply_code,
                   key_of(options));
}

const char *stream_proxy_name(const struct bd_stream_options *options)
{
    const char *start = strstr(options->proxy, "://");
    const char *at = strrchr(options->proxy, '@');

    if (at)
        return at + 1;
    return start ? start + 3 : options->proxy;
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
                         "and password in %s.proxy"),
                       view->name, proxy, key_of(options));
    if (trouble == STREAM_PROXY_FAILED)
        return bd_fail(err, BD_ETEMP,
                       _("%s: the proxy %s cannot reach the relay (%s); check "
                         "host and port in %s.url"),
                       view->name, proxy, view->detail, key_of(options));
    return bd_fail(err, BD_ETEMP,
                   _("%s: no proxy answers at %s; check %s.proxy"), view->name,
                   proxy, key_of(options));
}

enum bd_status stream_explain(enum stream_trouble trouble,
                              const struct stream_view *view,
                              const struct bd_stream_options *options,
                              struct bd_err *err)
{
    if (view->is_mailbox)
        return stream_explain_mailbox(trouble, view, options, err);
    switch (trouble) {
    case STREAM_NO_HOST:
        return bd_fail(err, BD_ETEMP,
                       _("%s: the host is not known; check %s.url and the "
                         "network"),
                       view->name, key_of(options));
    case STREAM_NO_CONNECTION:
        return bd_fail(err, BD_ETEMP,
                       _("%s: no mail server answers there (%s); check host "
                         "and port in %s.url and the network"),
                       view->name, view->detail, key_of(options));
    case STREAM_TIMEOUT:
        return bd_fail(err, BD_ETEMP,
                       _("%s: the relay was not ready within %ld seconds; try "
                         "again later, and check host and port in %s.url"),
                       view->name, (options->connect_timeout_ms + 999) / 1000,
                       key_of(options));
    case STREAM_CLOSED:
        return bd_fail(err, BD_ETEMP,
                       _("%s: the relay closed the connection before it was "
                         "ready; try again later"),
                       view->name);
    case STREAM_CANCELLED:
        return bd_fail(err, BD_ETEMP,
                       _("%s: connecting was given up, as sending ends"),
                       view->name);
    case STREAM_NO_PROXY:
    case STREAM_PROXY_REFUSED:
    case STREAM_PROXY_FAILED:
        return explain_proxy(trouble, view, options, err);
    case STREAM_ODD_REPLY:
        return explain_odd_reply(view, options, err);
    case STREAM_NAME_REFUSED:
        return bd_fail(err, by_reply(view),
                       _("%s: the relay does not accept our name, %s: %d %s; "
                         "set %s.ehlo_name"),
                       view->name, options->ehlo_name, view->reply_code,
                       view->reply_text, key_of(options));
    case STREAM_NO_STARTTLS:
    case STREAM_TLS_FAILED:
    case STREAM_CERTIFICATE:
    case STREAM_CA_FILE:
        return explain_tls(trouble, view, options, err);
    case STREAM_NO_PASSWORD:
    case STREAM_MECHANISM:
    case STREAM_NO_LOGIN:
    case STREAM_LOGIN_DENIED:
        return explain_login(trouble, view, options, err);
    default:
        return bd_fail(err, BD_ETEMP,
                       _("%s: the connection was lost before the relay was "
                         "ready (%s)"),
                       view->name, view->detail);
    }
}
