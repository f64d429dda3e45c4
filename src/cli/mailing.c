#include "cli_private.h"

enum bd_status mailing_open(struct app *app, const char *name,
                            struct bd_mailing *out)
{
    struct bd_list list = { 0 };

    if (opt_has(app, "list") && app_list(app, BD_STR_NONE, &list) != BD_OK)
        return app->err.code;
    return bd_mailing_find(app->arena, app->store, letter_slug(app, name),
                           list.id, out, &app->err);
}

enum bd_status mailing_again(struct app *app, struct bd_mailing *m)
{
    return bd_mailing_find(app->arena, app->store, m->slug, m->list_id, m,
                           &app->err);
}

int64_t mailing_waits(const struct bd_mailing *m)
{
    return m->count[BD_DELIVERY_QUEUED] + m->count[BD_DELIVERY_DEFERRED] +
           m->count[BD_DELIVERY_HANDING_OVER];
}

void mailing_print(struct app *app, const struct bd_mailing *m)
{
    (void)printf(P_("%.*s to %.*s: %s, %.*s copy\n",
                    "%.*s to %.*s: %s, %.*s copies\n", (uint64_t)m->total),
                 BD_ARG(m->slug), BD_ARG(m->list_slug), word_mailing(m->state),
                 BD_ARG(word_number(app->arena, m->total)));
    if (m->state_reason.len > 0)
        (void)printf("  %.*s\n", BD_ARG(m->state_reason));
    for (int s = 0; s < BD_DELIVERY_STATES; s++)
        if (m->count[s] > 0)
            (void)printf(
                "  %s: %.*s\n",
                word_deliveries((enum bd_delivery_state)s, m->count[s]),
                BD_ARG(word_number(app->arena, m->count[s])));
}
