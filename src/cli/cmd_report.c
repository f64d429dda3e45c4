/* report: how a mailing went, in numbers and pictures. */
#include <unistd.h>

#include "brevduva/store/tip.h"
#include "out_file.h"
#include "report_private.h"

static enum bd_status read_report(struct app *app, const char *issue,
                                  struct report *out)
{
    *out = (struct report) { .made_at = app_now(app),
                             .addresses = !opt_has(app, "no-addresses") };
    if (mailing_open(app, issue, &out->mailing) != BD_OK ||
        bd_report_read(app->arena, app->store, out->mailing.id, &out->numbers,
                       &app->err) != BD_OK ||
        bd_tip_count(app->store, out->mailing.slug, &out->tips, &app->err) !=
            BD_OK ||
        bd_link_all(app->arena, app->store, out->mailing.slug, &out->links,
                    &out->link_count, &app->err) != BD_OK)
        return app->err.code;
    for (size_t i = 0; i < out->link_count; i++)
        out->clicks += out->links[i].clicks;
    out->resolve = mailing_command(app, "resolve", &out->mailing);
    report_fill(app, out);
    return BD_OK;
}

/* Only a name that means a page: a slip of the finger costs no other file. */
static enum bd_status check_name(struct app *app, const char *path)
{
    bd_str name = bd_str_from(path);

    if (!path || bd_str_eq(name, BD_STR("-")) ||
        bd_str_ends(name, BD_STR(".html")))
        return BD_OK;
    return bd_fail(&app->err, BD_EINVAL,
                   _("--html %s: give a name that ends with .html, or - for "
                     "standard output"),
                   path);
}

static enum bd_status write_page(struct app *app, const struct report *report,
                                 const char *path)
{
    struct out_file file = { 0 };
    bd_str page = BD_STR_NONE;

    if (report_html(app, report, &page) != BD_OK ||
        out_file_open(app, path, -1, &file) != BD_OK)
        return app->err.code;
    if (fwrite(page.ptr, 1, page.len, file.file) == page.len)
        return out_file_finish(app, &file);
    out_file_cancel(&file);
    return bd_fail(&app->err, BD_EIO, _("%s: cannot write"), path);
}

int cmd_report(struct app *app, int argc, char **argv)
{
    const char *path = opt_get(app, "html");
    struct term term = term_of(STDOUT_FILENO);
    struct report report;

    (void)argc;
    if (check_name(app, path) != BD_OK ||
        read_report(app, argv[0], &report) != BD_OK)
        return app_fail(app);
    if (path && write_page(app, &report, path) != BD_OK)
        return app_fail(app);
    if (opt_has(app, "json"))
        report_json(app, &report);
    else if (!path)
        report_text(app, &report, &term);
    else if (!bd_str_eq(bd_str_from(path), BD_STR("-")))
        (void)fprintf(stderr, _("Wrote %s.\n"), path);
    return app_flush(app);
}
