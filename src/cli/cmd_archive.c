/* archive: which issues the web shows. */
#include "archive_private.h"
#include "brevduva/store/event.h"

static void print_json(struct app *app, const struct bd_page *page)
{
    struct bd_json *o = bd_json_object(app->arena);

    set_text(app, o, "issue", page->slug);
    set_text(app, o, "title", page->title);
    set_text(app, o, "list", page->list_slug);
    set_text(app, o, "language", page->language);
    set_text(app, o, "visibility",
             bd_str_from(bd_visibility_names[page->visibility]));
    set_time(app, o, "sent", page->sent_at);
    set_time(app, o, "changed", page->sent_at > 0 ? page->changed_at : 0);
    out_json(o);
}

static void print_row(struct app *app, const struct bd_page *page)
{
    bd_str when = bd_str_from(_("not yet sent"));

    if (page->sent_at > 0)
        when = bd_str_sub(bd_time_local(app->arena, page->sent_at), 0, 10);
    out_padded(page->slug, 20);
    (void)printf(" ");
    out_padded(when, 14);
    (void)printf(" ");
    out_padded(bd_str_from(archive_word(page->visibility)), 10);
    (void)printf(" %.*s\n", BD_ARG(page->title));
}

int cmd_archive_show(struct app *app, int argc, char **argv)
{
    const struct bd_page *pages = NULL;
    size_t count = 0;

    (void)argc;
    (void)argv;
    if (bd_page_all(app->arena, app->store, &pages, &count, &app->err) != BD_OK)
        return app_fail(app);
    for (size_t i = 0; i < count; i++)
        if (opt_has(app, "json"))
            print_json(app, &pages[i]);
        else
            print_row(app, &pages[i]);
    if (count == 0 && !opt_has(app, "json"))
        (void)printf(_("The archive is empty: an issue comes into it when it "
                       "is sent.\n"));
    return app_flush(app);
}

int cmd_archive_set(struct app *app, int argc, char **argv)
{
    struct bd_actor actor = app_actor(app);
    enum bd_visibility visibility = BD_PAGE_PUBLIC;
    bd_str slug = letter_slug(app, argv[0]);

    (void)argc;
    if (!bd_visibility_parse(bd_str_from(argv[1]), &visibility))
        return app_usage(app, _("%s: say public, unlisted or off"), argv[1]);
    if (bd_page_set(app->store, slug, visibility, &actor, &app->err) != BD_OK)
        return app_fail(app);
    (void)printf(_("%.*s is now %s.\n"), BD_ARG(slug),
                 archive_word(visibility));
    return app_flush(app);
}

/* Only what people have got: nobody reads tomorrow's issue today. */
static enum bd_status check_sent(struct app *app, bd_str slug)
{
    bool sent = false;

    if (bd_page_is_sent(app->store, slug, &sent, &app->err) != BD_OK)
        return app->err.code;
    if (sent)
        return BD_OK;
    return bd_fail(&app->err, BD_EINVAL,
                   _("%.*s has not been sent; it comes into the archive when "
                     "it is"),
                   BD_ARG(slug));
}

static enum bd_status update(struct app *app, const struct bd_page *page,
                             bool decided)
{
    struct bd_actor actor = app_actor(app);
    enum bd_status rc = bd_store_begin(app->store, &app->err);

    if (rc != BD_OK)
        return rc;
    rc = bd_page_put(app->store, page, decided, &actor, &app->err);
    if (rc == BD_OK)
        rc = bd_audit_add(app->store, &actor, BD_STR("archive update"),
                          page->slug, BD_STR_NONE, &app->err);
    if (rc == BD_OK)
        rc = bd_store_commit(app->store, &app->err);
    if (rc != BD_OK)
        bd_store_rollback(app->store);
    return rc;
}

int cmd_archive_update(struct app *app, int argc, char **argv)
{
    struct cli_letter letter;
    struct bd_page page;
    bool decided = false;

    (void)argc;
    if (letter_open(app, argv[0], &letter) != BD_OK ||
        check_sent(app, letter.issue.slug) != BD_OK ||
        archive_page(app, &letter, &page, &decided) != BD_OK ||
        update(app, &page, decided) != BD_OK)
        return app_fail(app);
    (void)printf(_("The archive has %.*s as the file is now. Readers keep the "
                   "letter they got.\n"),
                 BD_ARG(page.slug));
    return app_flush(app);
}
