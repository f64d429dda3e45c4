#include "brevduva/mail/address.h"
#include "cli_private.h"

static void tell(struct app *app, bd_str email, const struct bd_list *list,
                 bool consent, bool known, enum bd_subscription_state old)
{
    bd_str shown = bd_address_display(app->arena, email);

    if (known && old == BD_SUB_ACTIVE)
        (void)printf(_("%.*s was on %.*s already.\n"), BD_ARG(shown),
                     BD_ARG(list->slug));
    else if (consent)
        (void)printf(_("%.*s is on %.*s now.\n"), BD_ARG(shown),
                     BD_ARG(list->slug));
    else
        (void)printf(_("%.*s is pending on %.*s: gets nothing until the "
                       "consent is on record (--consent TEXT).\n"),
                     BD_ARG(shown), BD_ARG(list->slug));
}

int cmd_subscribe(struct app *app, int argc, char **argv)
{
    struct bd_actor actor = app_actor(app);
    struct bd_subscriber reader = { .source = BD_STR("cli"),
                                    .created_at = actor.now };
    bd_str consent = BD_STR_NONE;
    enum bd_subscription_state old = BD_SUB_PENDING;
    struct bd_address address;
    struct bd_list list;
    bool known = false;

    (void)argc;
    if (opt_line(app, "name", BD_MAX_NAME_BYTES, &reader.name) != BD_OK ||
        opt_line(app, "consent", CLI_MAX_NOTE, &consent) != BD_OK ||
        opt_language(app, &reader.language) != BD_OK ||
        bd_address_parse(app->arena, bd_str_from(argv[0]), &address,
                         &app->err) != BD_OK ||
        app_list(app, BD_STR_NONE, &list) != BD_OK)
        return app_fail(app);
    reader.email = address.email;
    reader.email_key = address.key;
    if (bd_subscribe(app->store, &reader, list.id, consent,
                     opt_has(app, "force"), &actor, &known, &old,
                     &app->err) != BD_OK)
        return app_fail(app);
    tell(app, address.email, &list, consent.len > 0, known, old);
    return app_flush(app);
}

int cmd_unsubscribe(struct app *app, int argc, char **argv)
{
    struct bd_actor actor = app_actor(app);
    struct bd_subscriber reader;
    struct bd_address address;
    struct bd_list list = { 0 };
    bd_str reason = BD_STR_NONE;
    int64_t left = 0;

    (void)argc;
    if (opt_line(app, "reason", CLI_MAX_NOTE, &reason) != BD_OK ||
        bd_address_parse(app->arena, bd_str_from(argv[0]), &address,
                         &app->err) != BD_OK ||
        bd_subscriber_find(app->arena, app->store, address.key, &reader,
                           &app->err) != BD_OK)
        return app_fail(app);
    if (opt_has(app, "list") && app_list(app, BD_STR_NONE, &list) != BD_OK)
        return app_fail(app);
    if (bd_unsubscribe(app->store, reader.id, list.id, reason, &actor, &left,
                       &app->err) != BD_OK)
        return app_fail(app);
    if (left == 0)
        (void)printf(_("%s was not subscribed; nothing changed.\n"), argv[0]);
    else
        (void)printf(P_("%s has left %lld list.\n", "%s has left %lld lists.\n",
                        (uint64_t)left),
                     argv[0], (long long)left);
    return app_flush(app);
}
