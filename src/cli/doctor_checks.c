/* What of the settings would harm links, readers or the law's demands. */
#include <string.h>
#include <sys/stat.h>

#include "brevduva/base/file.h"
#include "brevduva/base/ip.h"
#include "brevduva/net/stream.h"
#include "doctor_private.h"

static void warn(struct doctor *d, const char *id, const char *text)
{
    doctor_tell(d, DOCTOR_WARNING, id, bd_str_from(text));
}

static void fault(struct doctor *d, const char *id, const char *text)
{
    doctor_tell(d, DOCTOR_ERROR, id, bd_str_from(text));
}

static bool is_loopback_url(struct app *app, bd_str url)
{
    return bd_url_is_loopback(bd_arena_cstr(app->arena, url));
}

/* All links of all letters begin with it, for as long as letters are kept. */
static void check_base_url(struct doctor *d)
{
    struct app *app = d->app;
    bd_str url = app->config.web.base_url;

    if (url.len == 0)
        warn(d, "base-url-unset",
             _("web.base_url is not set: letters have no links to unsubscribe "
               "by; set it to the address where the pages of \"brevduva "
               "serve\" are reached"));
    else if (is_loopback_url(app, url))
        fault(d, "base-url-loopback",
              _("web.base_url is an address of this machine alone: readers "
                "cannot reach it; set it to the address that they use"));
    else if (!bd_str_starts(url, BD_STR("https://")))
        fault(d, "base-url-http",
              _("web.base_url does not begin with https://: anyone on the way "
                "can read readers' links, and mail services take one-click "
                "links over HTTPS only (RFC 8058)"));
}

static void check_server(struct doctor *d)
{
    const struct bd_config *c = &d->app->config;
    bool tls = c->web.tls_cert.len > 0;
    struct bd_ip ip;
    uint16_t port = 0;
    bool inside = bd_ip_parse_port(c->web.listen, &ip, &port) &&
                  bd_ip_is_loopback(&ip);

    if (c->web.base_url.len == 0)
        return;
    if (!tls && !inside)
        warn(d, "listen-open",
             _("web.listen is open to the net without HTTPS: listen on "
               "127.0.0.1 behind a web server, or set web.tls_cert"));
    if (!tls && c->web.proxies.len == 0)
        warn(d, "proxies-unset",
             _("web.proxies is not set: all visitors come from the web server "
               "in front and share its limits; if it is on this machine, set "
               "it to 127.0.0.1, ::1"));
    if (c->web.contact.len == 0)
        warn(d, "contact-off",
             _("web.contact is off: readers cannot write to you from the "
               "pages"));
    if (c->web.privacy_url.len == 0)
        warn(d, "privacy-url-unset",
             _("web.privacy_url is not set: readers must be told what becomes "
               "of their data (GDPR, article 13)"));
}

static void check_sender(struct doctor *d)
{
    const struct bd_config *c = &d->app->config;

    if (c->from.email.len == 0)
        fault(d, "from-unset",
              _("from.email is not set: nothing can be sent; set it to an "
                "address of your own domain"));
    if (c->organisation.name.len == 0 ||
        c->organisation.postal_address.len == 0)
        warn(d, "organisation-unset",
             _("organisation.name and organisation.postal_address: a letter "
               "must say who sends it, with an address"));
    if (c->relay_count > 0 &&
        bd_str_starts(c->relays[0].url, BD_STR("maildir:")))
        warn(d, "relay-folder",
             _("relay.url is a folder: no mail leaves this machine"));
}

static void check_inbox(struct doctor *d)
{
    const struct bd_config *c = &d->app->config;

    if (c->inbox.url.len > 0 && c->inbox.address.len == 0)
        warn(d, "inbox-address-unset",
             _("inbox.address is not set: bounces have no return path of their "
               "own, and often nobody can tell whose copy came back"));
    if (c->inbox.url.len == 0 && c->inbox.address.len > 0)
        warn(d, "inbox-url-unset",
             _("inbox.url is not set: nobody reads what comes back to "
               "inbox.address, not even who wants to unsubscribe by mail"));
}

static void check_mode(struct doctor *d, const char *id, const char *path)
{
    struct stat st = { 0 };
    struct app *app = d->app;

    if (stat(path, &st) == 0 && (st.st_mode & (S_IRWXG | S_IRWXO)))
        doctor_tell(d, DOCTOR_WARNING, id,
                    bd_arena_printf(app->arena,
                                    _("%s can be read by others on this "
                                      "machine: chmod 600 %s"),
                                    app_shown(app, path),
                                    app_shown(app, path)));
}

static void check_files(struct doctor *d)
{
    struct app *app = d->app;
    bd_str key = app->config.web.tls_key;

    check_mode(d, "database-mode",
               bd_path_join(app->arena, app->folder, "brevduva.db"));
    if (key.len > 0)
        check_mode(d, "tls-key-mode",
                   bd_path_join(app->arena, app->folder,
                                bd_arena_cstr(app->arena, key)));
}

static void check_list(struct doctor *d, const struct bd_list *list)
{
    struct app *app = d->app;

    if (list->title.len == 0)
        doctor_tell(d, DOCTOR_WARNING, "list-title",
                    bd_arena_printf(app->arena,
                                    _("the list %.*s has no title for readers: "
                                      "brevduva list edit %.*s --title ..."),
                                    BD_ARG(list->slug), BD_ARG(list->slug)));
    if (list->description.len == 0)
        doctor_tell(d, DOCTOR_WARNING, "list-description",
                    bd_arena_printf(app->arena,
                                    _("the list %.*s does not say what readers "
                                      "get and how often: brevduva list edit "
                                      "%.*s --description ..."),
                                    BD_ARG(list->slug), BD_ARG(list->slug)));
}

enum bd_status doctor_check(struct doctor *d)
{
    struct app *app = d->app;
    const struct bd_list *lists = NULL;
    size_t count = 0;
    struct bd_err err = { 0 };

    if (bd_store_check(app->store, &err) != BD_OK) {
        fault(d, "database", err.msg);
        return BD_OK; /* what it says of lists is not to be trusted */
    }
    check_sender(d);
    check_base_url(d);
    check_server(d);
    check_inbox(d);
    check_files(d);
    if (bd_list_all(app->arena, app->store, &lists, &count, &app->err) != BD_OK)
        return app->err.code;
    for (size_t i = 0; i < count; i++)
        check_list(d, &lists[i]);
    return BD_OK;
}
