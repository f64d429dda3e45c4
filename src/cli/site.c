/* Settings -> the reader pages, and the desk behind them. */
#include "brevduva/mail/address.h"
#include "brevduva/mail/return_path.h"
#include "site_private.h"

void site_letter(struct app *app, const struct bd_address *sender,
                 struct bd_letter_options *out)
{
    const struct bd_config *c = &app->config;

    *out = (struct bd_letter_options) {
        .newsletter = c->name,
        .language = c->language,
        .from_name = c->from.name.len > 0 ? c->from.name : c->name,
        .from_email = sender->email,
        .reply_to = c->from.reply_to,
        .base_url = c->web.base_url,
        .template = letter_template,
        .template_self = app,
    };
    out->organisation.name = c->organisation.name;
    out->organisation.postal_address = c->organisation.postal_address;
    out->organisation.email = c->organisation.email;
    out->organisation.phone = c->organisation.phone;
    out->organisation.website = c->organisation.website;
    letter_look(app, &out->look);
}

static enum bd_status make(struct app *app, bool only_files,
                           struct bd_site **out)
{
    const struct bd_config *c = &app->config;
    struct bd_letter_options *letter = BD_NEW(app->arena,
                                              struct bd_letter_options);
    struct bd_address sender = { 0 };
    struct bd_site_options options = {
        .sys = app->sys,
        .letter = letter,
        .contact = c->web.contact,
        .privacy_url = c->web.privacy_url,
        .wording = c->subscribe.wording,
        .welcome = c->subscribe.welcome,
        .farewell = c->subscribe.farewell,
        .tip_by_server = c->tip.by_server,
        .tip_per_day = c->tip.per_day,
        .clicks = c->web.clicks,
        .only_files = only_files,
    };

    if (letter_sender(app, &sender) != BD_OK ||
        letter_return_path(app, &options.return_path) != BD_OK ||
        letter_templates_load(app) != BD_OK)
        return app->err.code;
    site_letter(app, &sender, letter);
    return bd_site_new(&options, out, &app->err);
}

/* Where commands go, without a token. With "*@example.org" there is no such
 * address: whoever answers our letters writes to a person. */
static bd_str command_address(struct app *app, const struct bd_address *sender,
                              bd_str inbox)
{
    bd_str plain = bd_return_path_plain(app->arena, inbox);

    if (plain.len > 0)
        return plain;
    return app->config.from.reply_to.len > 0 ? app->config.from.reply_to
                                             : sender->email;
}

static void fill_desk(struct app *app, const struct bd_letter_options *letter,
                      struct bd_desk *out)
{
    const struct bd_config *c = &app->config;

    *out = (struct bd_desk) {
        .store = app->store,
        .signer = app->signer,
        .sys = app->sys,
        .newsletter = letter->newsletter,
        .organisation = letter->organisation.name.len > 0
                            ? letter->organisation.name
                            : letter->from_name,
        .wording = c->subscribe.wording,
        .language = c->language,
        .farewell = c->subscribe.farewell,
        .is_mail = true,
        .subscribe = c->web.base_url.len > 0
                         ? bd_arena_printf(app->arena, "%.*s/subscribe",
                                           BD_ARG(c->web.base_url))
                         : BD_STR_NONE,
    };
}

enum bd_status desk_open(struct app *app, struct bd_post **out_post,
                         struct bd_desk *out)
{
    struct bd_letter_options *letter = BD_NEW(app->arena,
                                              struct bd_letter_options);
    struct bd_post_options options = {
        .sender = letter,
        .off_web = app->config.web.base_url.len == 0,
    };
    struct bd_address sender = { 0 };
    bd_str inbox = BD_STR_NONE;

    if (letter_sender(app, &sender) != BD_OK ||
        letter_inbox(app, &inbox) != BD_OK ||
        letter_return_path(app, &options.return_path) != BD_OK ||
        letter_templates_load(app) != BD_OK || app_signer(app) != BD_OK)
        return app->err.code;
    site_letter(app, &sender, letter);
    if (bd_post_new(&options, out_post, &app->err) != BD_OK)
        return app->err.code;
    fill_desk(app, letter, out);
    out->post = *out_post;
    out->commands = command_address(app, &sender, inbox);
    return BD_OK;
}

enum bd_status site_open(struct app *app, struct bd_site **out)
{
    return make(app, false, out);
}

enum bd_status site_open_files(struct app *app, struct bd_site **out)
{
    return make(app, true, out);
}
