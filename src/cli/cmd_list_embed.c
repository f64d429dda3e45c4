/* list embed: the same form as on the page /embed. */
#include "site_private.h"

int cmd_list_embed(struct app *app, int argc, char **argv)
{
    struct bd_site *site = NULL;
    struct bd_list list = { 0 };
    enum bd_lang lang = app->config.language;
    bd_str language = BD_STR_NONE;
    bd_str form = BD_STR_NONE;
    enum bd_status rc = BD_OK;

    (void)argc;
    if (opt_language(app, &language) != BD_OK ||
        bd_list_find(app->arena, app->store, bd_str_from(argv[0]), &list,
                     &app->err) != BD_OK ||
        site_open(app, &site) != BD_OK)
        return app_fail(app);
    (void)bd_lang_parse(language.len > 0 ? language : list.language, &lang);
    rc = bd_site_embed(app->arena, site, &list, lang, &form, &app->err);
    bd_site_free(site);
    if (rc != BD_OK)
        return app_fail(app);
    out_text(form);
    return app_flush(app);
}
