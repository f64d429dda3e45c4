#include "brevduva/store/event.h"
#include "cli_private.h"

static void print_line(struct app *app, const struct bd_log_row *r)
{
    bd_str when = r->at ? bd_time_local(app->arena, r->at) : BD_STR_NONE;

    out_padded(when, 16);
    (void)putchar(' ');
    out_padded(bd_str_from(word_delivery(r->state)), 12);
    (void)putchar(' ');
    out_padded(r->email, 34);
    if (r->reply_code > 0)
        (void)printf(" %d", r->reply_code);
    if (r->enhanced.len > 0)
        (void)printf(" %.*s", BD_ARG(r->enhanced));
    (void)printf(" %.*s\n", BD_ARG(r->reason.len ? r->reason : r->reply_text));
}

static enum bd_status log_row(void *self, const struct bd_log_row *row,
                              struct bd_err *err)
{
    struct app *app = self;
    struct bd_arena *kept = app->arena;

    (void)err;
    app->arena = bd_arena_new();
    if (opt_has(app, "json"))
        out_json(json_of_log_row(app, NULL, row));
    else
        print_line(app, row);
    bd_arena_free(app->arena);
    app->arena = kept;
    return BD_OK;
}

int cmd_log(struct app *app, int argc, char **argv)
{
    enum bd_delivery_state state = BD_DELIVERY_STATES;
    bd_str name = opt_str(app, "state");
    struct bd_list list = { 0 };
    struct bd_mailing mailing;

    (void)argc;
    if (name.len > 0 && !bd_delivery_state_parse(name, &state))
        return app_usage(app,
                         _("--state %.*s: give queued, accepted, deferred, "
                           "refused, unknown, skipped, bounced or complained"),
                         BD_ARG(name));
    if (opt_has(app, "list") && app_list(app, BD_STR_NONE, &list) != BD_OK)
        return app_fail(app);
    if (bd_mailing_find(app->arena, app->store, letter_slug(app, argv[0]),
                        list.id, &mailing, &app->err) != BD_OK ||
        bd_log_each(app->store, mailing.id, state, log_row, app, &app->err) !=
            BD_OK)
        return app_fail(app);
    return app_flush(app);
}
