/* Settings -> how letters look. */
#include "brevduva/base/file.h"
#include "brevduva/base/limits.h"
#include "cli_private.h"

static const struct bd_named_link *
named_links(struct app *app, const struct bd_config_links *from)
{
    struct bd_named_link *links = BD_NEW_ARRAY(
        app->arena, from->count ? from->count : 1, struct bd_named_link);

    for (size_t i = 0; i < from->count; i++)
        links[i] = (struct bd_named_link) { from->link[i].text,
                                            from->link[i].url };
    return links;
}

void letter_look(struct app *app, struct bd_look *out)
{
    const struct bd_config *c = &app->config;

    *out = (struct bd_look) {
        .theme = c->theme.name,
        .colour = c->theme.colour,
        .background = c->theme.background,
        .font = c->theme.font,
        .heading_font = c->theme.heading_font,
        .width = (unsigned)c->theme.width,
        .logo_name = c->theme.logo,
        .logo_alt = c->theme.logo_alt,
        .logo_width = (unsigned)c->theme.logo_width,
        .links = named_links(app, &c->theme.links),
        .link_count = c->theme.links.count,
        .parties = named_links(app, &c->theme.parties),
        .party_count = c->theme.parties.count,
    };
}

enum bd_status letter_logo(struct app *app, struct bd_look *look)
{
    const char *path = NULL;

    if (look->logo_name.len == 0)
        return BD_OK;
    path = bd_path_join(app->arena, app->folder,
                        bd_arena_cstr(app->arena, look->logo_name));
    if (app_read(app, path, BD_MAX_BESIDE_BYTES, &look->logo, &app->err) ==
        BD_OK)
        return BD_OK;
    bd_err_prefix(&app->err, "brevduva.yaml: theme.logo");
    return app->err.code;
}
