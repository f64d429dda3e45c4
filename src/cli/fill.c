#include "brevduva/base/assets.h"
#include "brevduva/base/mustache.h"
#include "cli_private.h"

struct bd_json *quoted(struct app *app, bd_str text)
{
    struct bd_buf buf;
    struct bd_json *value = NULL;

    bd_buf_init(&buf, 0);
    bd_json_write_string(text, &buf);
    value = bd_json_string(app->arena, bd_buf_copy(&buf, app->arena));
    bd_buf_fini(&buf);
    return value;
}

enum bd_status asset_fill(struct app *app, const char *asset,
                          const struct bd_json *data, bd_str *out)
{
    struct bd_mustache_options options = { .strict = true, .raw_text = true };
    const struct bd_mustache *template = NULL;
    struct bd_buf text;
    bd_str source = BD_STR_NONE;
    enum bd_status rc = BD_OK;

    if (!bd_asset_find(bd_str_from(asset), &source))
        return bd_fail(&app->err, BD_ENOENT, "%s", asset);
    bd_buf_init(&text, 0);
    rc = bd_mustache_parse(app->arena, asset, source, &template, &app->err);
    if (rc == BD_OK)
        rc = bd_mustache_render(app->arena, template, &options, data, &text,
                                &app->err);
    if (rc == BD_OK)
        *out = bd_buf_copy(&text, app->arena);
    bd_buf_fini(&text);
    return rc;
}
