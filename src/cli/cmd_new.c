#include "brevduva/base/file.h"
#include "cli_private.h"

#define SLUG_OCTETS 80

static enum bd_status write_draft(struct app *app, bd_str title, bd_str slug,
                                  const struct bd_list *list, bd_str *out)
{
    bd_str asset = bd_arena_printf(app->arena, "templates/new/issue.%.*s.md",
                                   BD_ARG(list->language));
    struct bd_json *data = bd_json_object(app->arena);

    bd_json_set(data, BD_STR("title"), quoted(app, title));
    bd_json_set(data, BD_STR("slug"), bd_json_string(app->arena, slug));
    bd_json_set(data, BD_STR("list"), bd_json_string(app->arena, list->slug));
    return asset_fill(app, asset.ptr, data, out);
}

/* "arets-viktigaste-moten": as many whole words as a name of a file takes. */
static bd_str slug_of(struct app *app, bd_str title)
{
    bd_str slug = bd_slug(app->arena, title);

    if (slug.len <= SLUG_OCTETS)
        return slug;
    slug = bd_str_sub(slug, 0, SLUG_OCTETS);
    return bd_str_find_char(slug, '-') == SIZE_MAX
               ? slug
               : bd_str_sub(slug, 0,
                            slug.len - bd_str_after_last(slug, '-').len - 1);
}

int cmd_new(struct app *app, int argc, char **argv)
{
    bd_str title = bd_str_trim(bd_str_from(argv[0]));
    bd_str slug = slug_of(app, title);
    struct bd_list list;
    bd_str draft = BD_STR_NONE;
    const char *path = NULL;

    (void)argc;
    if (!bd_str_is_utf8(title, NULL) || bd_str_has_control(title) ||
        bd_str_has_line_break(title) || slug.len == 0)
        return app_usage(app,
                         _("a title is one line of text, with letters a to "
                           "z or digits in it for the name of the file"));
    if (app_list(app, BD_STR_NONE, &list) != BD_OK ||
        opt_language(app, &list.language) != BD_OK ||
        write_draft(app, title, slug, &list, &draft) != BD_OK)
        return app_fail(app);
    path = bd_arena_printf(app->arena, "issues/%.*s.md", BD_ARG(slug)).ptr;
    if (bd_file_create(bd_path_join(app->arena, app->folder, path), draft, 0644,
                       &app->err) != BD_OK) {
        if (app->err.code == BD_EEXIST)
            return app_usage(app,
                             _("%s is there already; choose another "
                               "title, or write on in it"),
                             path);
        return app_fail(app);
    }
    (void)printf(_("Made %s. Write in it, then:\n  brevduva check %.*s\n"),
                 path, BD_ARG(slug));
    return app_flush(app);
}
