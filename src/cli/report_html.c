#include "brevduva/base/mustache.h"
#include "report_private.h"

#define PAGE "report/report.html"

enum bd_status report_html(struct app *app, const struct report *report,
                           bd_str *out)
{
    struct bd_mustache_options options = { .partial = letter_template,
                                           .partial_self = app,
                                           .strict = true };
    const struct bd_mustache *template = NULL;
    struct bd_buf page;
    bd_str source = BD_STR_NONE;
    enum bd_status rc = letter_templates_load(app);

    if (rc != BD_OK)
        return rc;
    if (!letter_template(app, BD_STR(PAGE), &source))
        return bd_fail(&app->err, BD_ENOENT, "templates/" PAGE);
    bd_buf_init(&page, 0);
    rc = bd_mustache_parse(app->arena, "templates/" PAGE, source, &template,
                           &app->err);
    if (rc == BD_OK)
        rc = bd_mustache_render(app->arena, template, &options,
                                report_data(app, report), &page, &app->err);
    if (rc == BD_OK)
        *out = bd_buf_copy(&page, app->arena);
    bd_buf_fini(&page);
    return rc;
}
