/* What a person may ask for: to be forgotten, and to be told all (C7, C8). */
#include "brevduva/mail/address.h"
#include "brevduva/store/erase.h"
#include "brevduva/web/dossier.h"
#include "cli_private.h"

static enum bd_status find_reader(struct app *app, const char *email,
                                  struct bd_subscriber *out)
{
    struct bd_address address;

    if (bd_address_parse(app->arena, bd_str_from(email), &address, &app->err) !=
        BD_OK)
        return app->err.code;
    return bd_subscriber_find(app->arena, app->store, address.key, out,
                              &app->err);
}

static enum bd_status confirm(struct app *app,
                              const struct bd_subscriber *reader)
{
    bd_str shown = bd_address_display(app->arena, reader->email);
    bd_str text = bd_arena_printf(
        app->arena,
        _("All about %.*s goes for good: name, address, history. Type 1 to "
          "forget 1 reader: "),
        BD_ARG(shown));
    bd_str to_do = bd_arena_printf(app->arena, _("forget %.*s"), BD_ARG(shown));
    const struct question question = {
        .number = 1,
        .text = bd_arena_cstr(app->arena, text),
        .to_do = bd_arena_cstr(app->arena, to_do),
        .otherwise = _("nothing was forgotten"),
    };

    return confirm_number(app, &question);
}

int cmd_forget(struct app *app, int argc, char **argv)
{
    const struct bd_actor actor = app_actor(app);
    struct bd_subscriber reader = { 0 };

    (void)argc;
    if (find_reader(app, argv[0], &reader) != BD_OK ||
        confirm(app, &reader) != BD_OK ||
        bd_subscriber_erase(app->store, reader.id, &actor, &app->err) != BD_OK)
        return app_fail(app);
    (void)printf(_("Forgot %.*s. A keyed hash stays, so that no file brings "
                   "the address back.\n"),
                 BD_ARG(bd_address_display(app->arena, reader.email)));
    return app_flush(app);
}

int cmd_subscriber_export(struct app *app, int argc, char **argv)
{
    struct bd_subscriber reader = { 0 };
    struct bd_json *dossier = NULL;

    (void)argc;
    if (find_reader(app, argv[0], &reader) != BD_OK ||
        bd_subscriber_dossier(app->arena, app->store, reader.id, app_now(app),
                              &dossier, &app->err) != BD_OK)
        return app_fail(app);
    if (opt_has(app, "text"))
        (void)printf("%.*s", BD_ARG(bd_dossier_text(app->arena, bd_lang_get(),
                                                    dossier)));
    else
        out_json(dossier);
    return app_flush(app);
}
