/* preview: the letter as readers will see it, while it is being written. */
#include "check_facts.h"
#include "out_file.h"
#include "preview_private.h"

static enum bd_status write_once(struct preview *preview, const char *path)
{
    struct app *app = preview->app;
    struct out_file file = { 0 };
    bd_str page = BD_STR_NONE;

    if (preview->trouble.code != BD_OK) {
        app->err = preview->trouble;
        return app->err.code;
    }
    if (preview_page(preview, app->arena, BD_STR_NONE, true, &page,
                     &app->err) != BD_OK ||
        out_file_open(app, path, -1, &file) != BD_OK)
        return app->err.code;
    if (fwrite(page.ptr, 1, page.len, file.file) == page.len)
        return out_file_finish(app, &file);
    out_file_cancel(&file);
    return bd_fail(&app->err, BD_EIO, _("%s: cannot write"), path);
}

/* A slip of the finger must not cost the issue. */
static enum bd_status check_name(struct app *app, const char *path)
{
    bd_str name = bd_str_from(path);

    if (bd_str_eq(name, BD_STR("-")) || bd_str_ends(name, BD_STR(".html")))
        return BD_OK;
    return bd_fail(&app->err, BD_EINVAL,
                   _("--once %s: give a name that ends with .html, or - for "
                     "standard output"),
                   path);
}

static void load(struct preview *preview)
{
    (void)preview_load(preview);
    if (preview->good && preview->good->readers[0].stranger)
        letter_warn_stranger(preview->good->readers[0].email);
}

static enum bd_status run(struct preview *preview, int argc, char **argv)
{
    struct app *app = preview->app;
    const char *path = argc > 1 ? argv[1] : "-";

    if (!opt_has(app, "once")) {
        if (argc > 1)
            return bd_fail(&app->err, BD_EINVAL,
                           _("%s: a file is written with --once only"), path);
        load(preview);
        /* an issue that is not there is a slip; one with faults is at work */
        if (preview->trouble.code == BD_ENOENT && !preview->good) {
            app->err = preview->trouble;
            return app->err.code;
        }
        return preview_serve(preview);
    }
    if (check_name(app, path) != BD_OK)
        return app->err.code;
    load(preview);
    return write_once(preview, path);
}

int cmd_preview(struct app *app, int argc, char **argv)
{
    struct preview preview = { .app = app, .name = argv[0] };
    struct check_kept kept = { .arena = NULL };
    enum bd_status rc = BD_OK;

    app->kept = &kept;
    rc = run(&preview, argc, argv);
    preview_fini(&preview);
    check_kept_fini(&kept);
    app->kept = NULL;
    return rc == BD_OK ? app_flush(app) : app_fail(app);
}
