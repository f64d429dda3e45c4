/* The issue that is to be sent, as the bytes that are frozen in the ledger. */
#include "send_private.h"

/* An address that was only ever meant as an example must not reach the
 * world: receivers would blame the relay. */
static bool sender_is_placeholder(struct app *app)
{
    return bd_str_ends(app->config.from.email, BD_STR(".example")) &&
           relays_reach_out(app);
}

enum bd_status send_compile(struct app *app, const struct cli_letter *letter,
                            struct bd_message *full,
                            struct bd_message *text_only)
{
    if (sender_is_placeholder(app))
        return bd_fail(&app->err, BD_EINVAL,
                       _("from.email in brevduva.yaml is still the example "
                         "address %.*s; put your own there before mailing "
                         "through %.*s"),
                       BD_ARG(app->config.from.email),
                       BD_ARG(relays_shown(app)));
    if (bd_letter_compile(app->arena, &letter->issue, &letter->options,
                          BD_LETTER_FULL, full, &app->err) != BD_OK)
        return app->err.code;
    return bd_letter_compile(app->arena, &letter->issue, &letter->options,
                             BD_LETTER_TEXT_ONLY, text_only, &app->err);
}

bd_str send_freeze(struct app *app, const struct bd_message *message)
{
    struct bd_buf bytes;
    bd_str copy = BD_STR_NONE;

    bd_buf_init(&bytes, 0);
    bd_message_freeze(message, &bytes);
    copy = bd_buf_copy(&bytes, app->arena);
    bd_buf_fini(&bytes);
    return copy;
}
