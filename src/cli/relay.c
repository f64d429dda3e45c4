#include "brevduva/deliver/relay.h"

#include "brevduva/mail/address.h"
#include "cli_private.h"

static const char *text_or_null(struct app *app, bd_str text)
{
    return text.len ? bd_arena_cstr(app->arena, text) : NULL;
}

/* A password must not cross a network that anyone can listen to. */
static enum bd_status check_secrecy(struct app *app,
                                    const struct bd_relay_options *options)
{
    if (!options->password || options->starttls == BD_STARTTLS_REQUIRED ||
        bd_str_starts(app->config.relay.url, BD_STR("smtps:")) ||
        bd_url_is_loopback(options->url))
        return BD_OK;
    return bd_fail(&app->err, BD_EINVAL,
                   _("relay.starttls is off: the password would cross the "
                     "network unencrypted; use \"required\" or smtps://"));
}

enum bd_status relay_open(struct app *app, struct bd_relay **out)
{
    const struct bd_config *c = &app->config;
    struct bd_relay_options options = {
        .url = bd_arena_cstr(app->arena, c->relay.url),
        .folder = app->folder,
        .starttls = bd_str_eq(c->relay.starttls, BD_STR("off"))
                        ? BD_STARTTLS_OFF
                        : BD_STARTTLS_REQUIRED,
        .username = text_or_null(app, c->relay.username),
        .ca_file = text_or_null(app, c->relay.ca_file),
    };
    bd_str ehlo_name = BD_STR_NONE;
    bd_str password = BD_STR_NONE;

    if (bd_domain_parse(app->arena, c->relay.ehlo_name, &ehlo_name,
                        &app->err) != BD_OK) {
        bd_err_prefix(&app->err, "relay.ehlo_name");
        return app->err.code;
    }
    if (bd_config_relay_password(app->arena, c, app->folder, &password,
                                 &app->err) != BD_OK)
        return app->err.code;
    options.ehlo_name = bd_arena_cstr(app->arena, ehlo_name);
    options.password = text_or_null(app, password);
    if (check_secrecy(app, &options) != BD_OK)
        return app->err.code;
    return bd_relay_new(&options, out, &app->err);
}
