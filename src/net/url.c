#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "brevduva/base/i18n.h"
#include "curl_private.h"

char *curl_url_part(const char *url, CURLUPart part, unsigned flags)
{
    CURLU *parsed = curl_url();
    char *text = NULL;

    if (parsed && !curl_url_set(parsed, CURLUPART_URL, url, 0))
        (void)curl_url_get(parsed, part, &text, flags);
    curl_url_cleanup(parsed);
    return text;
}

/* "scheme://host:port" when the scheme is `plain` or that with an s. */
static bool shorten(const char *url, const char *plain,
                    char out[BD_MAX_RELAY_NAME])
{
    char *scheme = curl_url_part(url, CURLUPART_SCHEME, 0);
    char *host = curl_url_part(url, CURLUPART_HOST, 0);
    char *port = curl_url_part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    size_t len = strlen(plain);
    bool ok = scheme && host && port && !strncmp(scheme, plain, len) &&
              (!scheme[len] || !strcmp(scheme + len, "s")) &&
              snprintf(out, BD_MAX_RELAY_NAME, "%s://%s:%s", scheme, host,
                       port) < BD_MAX_RELAY_NAME;

    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    return ok;
}

enum bd_status bd_url_public(const char *url, char out[BD_MAX_RELAY_NAME],
                             struct bd_err *err)
{
    if (shorten(url, "smtp", out))
        return BD_OK;
    return bd_fail(err, BD_EINVAL,
                   _("relay.url is not the address of a relay; write it as "
                     "smtps://host:465 or smtp://host:587"));
}

enum bd_status bd_url_mailbox(const char *url, char out[BD_MAX_RELAY_NAME],
                              struct bd_err *err)
{
    if (shorten(url, "imap", out))
        return BD_OK;
    return bd_fail(err, BD_EINVAL,
                   _("inbox.url is not the address of a mailbox; write it as "
                     "imaps://host:993 or imap://host:143"));
}

bool curl_is_mailbox(const char *url)
{
    return !strncasecmp(url, "imap:", 5) || !strncasecmp(url, "imaps:", 6);
}

bool bd_url_is_loopback(const char *url)
{
    char *host = curl_url_part(url, CURLUPART_HOST, 0);
    struct in_addr v4 = { 0 };
    bool loopback = host &&
                    (!strcasecmp(host, "localhost") || !strcmp(host, "[::1]") ||
                     (inet_pton(AF_INET, host, &v4) == 1 &&
                      ntohl(v4.s_addr) >> 24 == 127));

    curl_free(host);
    return loopback;
}
