#include <string.h>

#include "cli_private.h"

static enum bd_status read_texts(struct app *app, struct bd_list *list)
{
    enum bd_status rc = opt_line(app, "title", BD_MAX_NAME_BYTES, &list->title);

    if (rc == BD_OK)
        rc = opt_line(app, "description", CLI_MAX_NOTE, &list->description);
    if (rc == BD_OK)
        rc = opt_language(app, &list->language);
    return rc;
}

int cmd_list_add(struct app *app, int argc, char **argv)
{
    bd_str slug = bd_str_from(argv[0]);
    struct bd_list list = {
        .slug = slug,
        .title = slug,
        .language = bd_str_from(bd_lang_tag(app->config.language)),
        .created_at = app_now(app),
    };
    int64_t id = 0;

    (void)argc;
    if (slug.len == 0 || slug.len > 60 ||
        !bd_str_eq(bd_slug(app->arena, slug), slug))
        return app_usage(app,
                         _("list name %s: use a-z, 0-9 and hyphens (at most "
                           "60); --title takes any text"),
                         argv[0]);
    if (read_texts(app, &list) != BD_OK ||
        bd_list_add(app->store, &list, &id, &app->err) != BD_OK)
        return app_fail(app);
    (void)printf(_("Added the list %s.\n"), argv[0]);
    return app_flush(app);
}

int cmd_list_edit(struct app *app, int argc, char **argv)
{
    struct bd_list list;

    (void)argc;
    if (!opt_has(app, "title") && !opt_has(app, "description") &&
        !opt_has(app, "language"))
        return app_usage(app, _("nothing to change; give --title, "
                                "--description or --language"));
    if (bd_list_find(app->arena, app->store, bd_str_from(argv[0]), &list,
                     &app->err) != BD_OK ||
        read_texts(app, &list) != BD_OK ||
        bd_list_update(app->store, &list, &app->err) != BD_OK)
        return app_fail(app);
    (void)printf(_("Changed the list %s.\n"), argv[0]);
    return app_flush(app);
}

int cmd_list_remove(struct app *app, int argc, char **argv)
{
    struct bd_list list;

    (void)argc;
    if (bd_list_find(app->arena, app->store, bd_str_from(argv[0]), &list,
                     &app->err) != BD_OK ||
        bd_list_remove(app->store, list.id, &app->err) != BD_OK)
        return app_fail(app);
    (void)printf(_("Removed the list %s.\n"), argv[0]);
    return app_flush(app);
}

static void print_list(struct app *app, const struct bd_list *list)
{
    out_padded(list->slug, 20);
    (void)printf(_(" %.*s (%.*s)\n"),
                 BD_ARG(list->title.len ? list->title : app->config.name),
                 BD_ARG(list->language));
    if (list->description.len > 0)
        (void)printf("    %.*s\n", BD_ARG(list->description));
    (void)printf(_("    active %.*s, pending %.*s, left %.*s, bounced %.*s, "
                   "complained %.*s\n"),
                 BD_ARG(word_number(app->arena, list->active)),
                 BD_ARG(word_number(app->arena, list->pending)),
                 BD_ARG(word_number(app->arena, list->left)),
                 BD_ARG(word_number(app->arena, list->bounced)),
                 BD_ARG(word_number(app->arena, list->complained)));
}

static void show(struct app *app, const struct bd_list *list)
{
    if (opt_has(app, "json"))
        out_json(json_of_list(app, NULL, list));
    else
        print_list(app, list);
}

int cmd_list_show(struct app *app, int argc, char **argv)
{
    const struct bd_list *lists = NULL;
    struct bd_list one;
    size_t count = 0;

    if (argc > 0) {
        if (bd_list_find(app->arena, app->store, bd_str_from(argv[0]), &one,
                         &app->err) != BD_OK)
            return app_fail(app);
        show(app, &one);
        return app_flush(app);
    }
    if (bd_list_all(app->arena, app->store, &lists, &count, &app->err) != BD_OK)
        return app_fail(app);
    for (size_t i = 0; i < count; i++)
        show(app, &lists[i]);
    return app_flush(app);
}
