/* Values that name a place on the net: checked by form alone. */
#include <string.h>

#include "brevduva/base/ip.h"
#include "brevduva/base/limits.h"
#include "config_private.h"

static bool is_host(bd_str text)
{
    return text.len > 0 && text.len <= 255 && is_made_of(text, "-.") &&
           text.ptr[0] != '.' && text.ptr[0] != '-' &&
           bd_str_find(text, BD_STR("..")) == SIZE_MAX;
}

/* "[192.0.2.1]" or "[IPv6:2001:db8::1]" (RFC 5321 4.1.3), "[2001:db8::1]". */
static bool is_bracketed(bd_str text)
{
    return text.len > 2 && bd_str_starts(text, BD_STR("[")) &&
           bd_str_ends(text, BD_STR("]")) &&
           is_made_of(bd_str_sub(text, 1, text.len - 2), ".:");
}

PUT(put_host)
{
    if (!is_host(text) && !is_bracketed(text))
        return _("this is not a host name; give it as mail.forening.example");
    return put_text(arena, setting, text, field);
}

/* By form only: mail/address.c knows the whole grammar. */
PUT(put_email)
{
    bd_str domain = text;
    bd_str local = bd_str_cut(&domain, '@');

    if (local.len == 0 || local.len > BD_MAX_LOCAL_OCTETS || domain.len == 0 ||
        domain.ptr[0] == '.' || domain.ptr[domain.len - 1] == '.' ||
        bd_str_find(domain, BD_STR("..")) != SIZE_MAX)
        return _("this is not an e-mail address; give it as "
                 "news@forening.example");
    for (size_t i = 0; i < text.len; i++)
        if (strchr(" \t\"(),:;<>[\\]", text.ptr[i]) ||
            (text.ptr[i] == '@' && i != local.len))
            return _("this must be one e-mail address alone, as "
                     "news@forening.example");
    return put_text(arena, setting, text, field);
}

PUT(put_notify)
{
    return bd_str_eq(text, BD_STR("off"))
               ? put_text(arena, setting, text, field)
               : put_email(arena, setting, text, field);
}

/* "host", "host:port", "[::1]:port". */
static bool is_host_and_port(bd_str text)
{
    size_t end = bd_str_find_char(text, ']');
    size_t from = end == SIZE_MAX ? 0 : end;
    size_t colon = bd_str_find_char(bd_str_skip(text, from), ':');
    bd_str host = colon == SIZE_MAX ? text : bd_str_sub(text, 0, from + colon);
    uint64_t port = 1;

    if (colon != SIZE_MAX &&
        (!bd_str_to_u64(bd_str_skip(text, from + colon + 1), &port) ||
         port < 1 || port > 65535))
        return false;
    return is_host(host) || is_bracketed(host);
}

static bd_str until_any(bd_str text, const char *ends)
{
    size_t len = 0;

    while (len < text.len && !strchr(ends, text.ptr[len]))
        len++;
    return bd_str_sub(text, 0, len);
}

/* What follows one of the schemes, or nothing. */
static bd_str after_scheme(bd_str url, const char *one, const char *two)
{
    if (bd_str_starts_nocase(url, bd_str_from(one)))
        return bd_str_skip(url, strlen(one));
    if (bd_str_starts_nocase(url, bd_str_from(two)))
        return bd_str_skip(url, strlen(two));
    return BD_STR_NONE;
}

/* An http or https URL that may stand in a header and in quotes. */
static const char *complain_of_web_url(bd_str url)
{
    bd_str rest = after_scheme(url, "https://", "http://");
    bd_str host = until_any(rest, "/?#");

    if (!bd_str_is_ascii(url))
        return _("a web address has only ASCII; write the host in its xn-- "
                 "form and other letters as %XX");
    if (bd_str_find_char(host, '@') != SIZE_MAX)
        return _("a web address has no user name; give it as "
                 "https://forening.example");
    if (!is_host_and_port(host) || !is_made_of(rest, "-._~:/?#[]@!$&'()*+,;=%"))
        return _("this is not a web address; give it as "
                 "https://forening.example");
    return NULL;
}

PUT(put_website)
{
    const char *complaint = complain_of_web_url(text);

    return complaint ? complaint : put_text(arena, setting, text, field);
}

/* Links are made by putting "/u/TOKEN" behind it. */
PUT(put_base_url)
{
    const char *complaint = complain_of_web_url(text);

    if (complaint)
        return complaint;
    if (until_any(text, "?#").len < text.len)
        return _("the base of all links has no ? or #; give it as "
                 "https://forening.example/brev");
    while (text.ptr[text.len - 1] == '/')
        text.len--;
    return put_text(arena, setting, text, field);
}

static const char *complain_of_outbox(bd_str url)
{
    bd_str path = bd_str_skip(url, strlen("maildir:"));

    if (path.len == 0)
        return _("the path is missing; give it behind the colon, as "
                 "maildir:outbox");
    if (bd_str_starts(path, BD_STR("//")))
        return _("a folder is given without //, as maildir:outbox or "
                 "maildir:/srv/outbox");
    return NULL;
}

/* Of where mail is read. */
static const char *complain_of_mail_path(bd_str url, const char *scheme)
{
    bd_str path = bd_str_skip(url, strlen(scheme));

    if (path.len == 0)
        return _("the path is missing; give it behind the colon, as "
                 "maildir:FOLDER or mbox:FILE");
    if (bd_str_starts(path, BD_STR("//")))
        return _("a path is given without //, as maildir:/srv/mail "
                 "or mbox:/var/mail/studs");
    return NULL;
}

const char *complain_of_server(bd_str url, const char *one, const char *two,
                               const char *what)
{
    bd_str server = after_scheme(url, one, two);

    if (bd_str_find_char(server, '@') != SIZE_MAX)
        return _("the user name does not belong in the URL; give it as "
                 "username, and the password by password_command, "
                 "password_file or password_env");
    return is_host_and_port(server) ? NULL : what;
}

/* A slash at the end is of no use. */
static bd_str without_slash(bd_str url)
{
    if (bd_str_ends(url, BD_STR("/")))
        url.len--;
    return url;
}

PUT(put_relay_url)
{
    const char *complaint = NULL;

    if (bd_str_starts(text, BD_STR("maildir:"))) {
        complaint = complain_of_outbox(text);
    } else {
        text = without_slash(text);
        complaint = complain_of_server(
            text, "smtp://", "smtps://",
            _("this is not a relay; give it as smtp://mail.example:587, "
              "smtps://mail.example or maildir:outbox"));
    }
    return complaint ? complaint : put_text(arena, setting, text, field);
}

PUT(put_inbox_url)
{
    const char *complaint = NULL;

    if (bd_str_starts(text, BD_STR("maildir:"))) {
        complaint = complain_of_mail_path(text, "maildir:");
    } else if (bd_str_starts(text, BD_STR("mbox:"))) {
        complaint = complain_of_mail_path(text, "mbox:");
    } else {
        text = without_slash(text);
        complaint = complain_of_server(
            text, "imaps://", "imap://",
            _("this is not a mailbox; give it as imaps://mail.example, "
              "imap://mail.example, maildir:FOLDER or mbox:FILE"));
    }
    return complaint ? complaint : put_text(arena, setting, text, field);
}

PUT(put_proxy)
{
    static const char *const schemes[] = { "socks5h://", "socks5://",
                                           "socks4a://", "socks4://",
                                           "http://" };
    bd_str rest = BD_STR_NONE;

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (bd_str_starts_nocase(text, bd_str_from(schemes[i])))
            rest = bd_str_skip(text, strlen(schemes[i]));
    if (bd_str_find_char(rest, '@') != SIZE_MAX)
        return _("a proxy with a user name cannot be used; give one without, "
                 "as socks5h://localhost:1080");
    if (bd_str_ends(rest, BD_STR("/"))) {
        rest.len--;
        text.len--;
    }
    if (!is_host_and_port(rest))
        return _("this is not a proxy; give it as socks5h://localhost:1080 or "
                 "http://proxy.example:3128");
    return put_text(arena, setting, text, field);
}

bd_str server_host(bd_str url)
{
    size_t scheme = bd_str_find(url, BD_STR("://"));
    bd_str server = scheme == SIZE_MAX ? BD_STR_NONE
                                       : bd_str_skip(url, scheme + 3);

    if (bd_str_starts(server, BD_STR("[")))
        return bd_str_sub(server, 1, until_any(server, "]").len - 1);
    return until_any(server, ":");
}

PUT(put_listen)
{
    struct bd_ip ip;
    uint16_t port = 0;

    if (!bd_ip_parse_port(text, &ip, &port))
        return _("this is no address with a port; give it as 127.0.0.1:8080, "
                 "[::1]:8080, or 0.0.0.0:8080 for all of this machine's");
    return put_text(arena, setting, text, field);
}

PUT(put_networks)
{
    bd_str bad = bd_ip_bad_network(text);

    if (bad.len > 0)
        return bd_arena_printf(arena,
                               _("\"%.*s\" is neither an address nor a "
                                 "network; give them between commas, as "
                                 "127.0.0.1, 10.0.0.0/8, fd00::/8"),
                               BD_ARG(bad))
            .ptr;
    return put_text(arena, setting, text, field);
}
