/* Settings -> the reader pages. */
#include "brevduva/mail/address.h"
#include "site_private.h"

static void fill_letter(struct app *app, const struct bd_address *sender,
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
    fill_letter(app, &sender, letter);
    return bd_site_new(&options, out, &app->err);
}

enum bd_status site_open(struct app *app, struct bd_site **out)
{
    return make(app, false, out);
}

enum bd_status site_open_files(struct app *app, struct bd_site **out)
{
    return make(app, true, out);
}
