/* archive export: the archive as files, for any web host. */
#include "brevduva/config/config.h"
#include "brevduva/web/archive.h"
#include "export_folder.h"
#include "site_private.h"

struct target {
    struct app *app;
    struct export_folder folder;
};

static enum bd_status add(void *self, bd_str path, bd_str bytes,
                          struct bd_err *err)
{
    struct target *target = self;
    enum bd_status rc = export_folder_add(target->app, &target->folder, path,
                                          bytes);

    if (rc != BD_OK && err != &target->app->err)
        *err = target->app->err;
    return rc;
}

/* Where the folder will stand: --url, else where the letters' links lead. */
static enum bd_status read_url(struct app *app, bd_str *out)
{
    bd_str base = app->config.web.base_url;
    bd_str url = opt_str(app, "url");

    while (bd_str_ends(url, BD_STR("/")))
        url.len--;
    *out = url;
    if (!opt_has(app, "url") && base.len > 0)
        *out = bd_arena_printf(app->arena, "%.*s/archive", BD_ARG(base));
    if (!opt_has(app, "url") ||
        ((bd_str_starts(url, BD_STR("https://")) ||
          bd_str_starts(url, BD_STR("http://"))) &&
         bd_str_is_ascii(url) && bd_str_find_char(url, ' ') == SIZE_MAX &&
         !bd_str_has_control(url) && !bd_str_has_line_break(url)))
        return BD_OK;
    return bd_fail(&app->err, BD_EINVAL,
                   _("--url %s: give a web address, as "
                     "https://www.example.org/newsletter"),
                   opt_get(app, "url"));
}

static enum bd_status export_to(struct app *app, struct bd_site *site,
                                bd_str url, struct target *target,
                                const char *path)
{
    enum bd_status rc = export_folder_open(app, path, &target->folder);

    if (rc != BD_OK)
        return rc;
    rc = bd_archive_export(site, app->store, url, add, target, &app->err);
    if (rc == BD_OK)
        return export_folder_finish(app, &target->folder);
    export_folder_cancel(&target->folder);
    return rc;
}

int cmd_archive_export(struct app *app, int argc, char **argv)
{
    struct target target = { .app = app };
    struct bd_site *site = NULL;
    bd_str url = BD_STR_NONE;
    enum bd_status rc = read_url(app, &url);

    (void)argc;
    if (rc == BD_OK)
        rc = site_open_files(app, &site);
    if (rc == BD_OK)
        rc = export_to(app, site, url, &target, argv[0]);
    bd_site_free(site);
    if (rc != BD_OK)
        return app_fail(app);
    (void)printf(P_("Wrote %lld file to %s.\n", "Wrote %lld files to %s.\n",
                    (uint64_t)target.folder.files),
                 (long long)target.folder.files, target.folder.path);
    if (url.len == 0)
        (void)fprintf(stderr,
                      _("brevduva: no sitemap.xml, which needs the folder's "
                        "address: give --url, or set web.base_url\n"));
    return app_flush(app);
}
