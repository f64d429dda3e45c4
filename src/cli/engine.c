/* Settings -> the send engine, and what it tells -> ledger and people. */
#include "brevduva/store/key.h"
#include "came_back.h"
#include "engine_private.h"

#define ADVICE_S 60

/* After doctor --rotate-key; the ring keeps the signers that are in use. */
static enum bd_status sign_anew(void *self, const struct bd_signer **out,
                                struct bd_err *err)
{
    struct app *app = self;
    struct bd_keyring *later = NULL;
    enum bd_status rc = bd_keys_read(app->store, &later, err);

    if (rc != BD_OK)
        return rc;
    bd_keyring_renew(app->keys, later);
    app->signer = bd_keyring_signer(app->keys);
    *out = app->signer;
    return BD_OK;
}

enum bd_status engine_prepare(struct app *app,
                              struct bd_engine_options *options)
{
    struct bd_bounce_rules *rules = BD_NEW(app->arena, struct bd_bounce_rules);

    if (app_signer(app) != BD_OK ||
        relays_open(app, &options->relays, &options->relay_count) != BD_OK)
        return app->err.code;
    options->sys = app->sys;
    options->store = app->store;
    options->signer = app->signer;
    options->sign_anew = sign_anew;
    options->sign_self = app;
    options->actor = app_actor(app);
    options->retry_first = app->config.send.retry_first;
    options->retry_network = app->config.send.retry_network;
    options->retry_for = app->config.send.deadline;
    options->pause_percent = (int)app->config.send.max_refused;
    bounce_rules_fill(app, rules);
    options->bounce_rules = rules;
    return BD_OK;
}

enum bd_status engine_settle_unknown(struct app *app,
                                     const struct bd_mailing *m,
                                     int64_t *out_count)
{
    struct bd_actor actor = app_actor(app);
    enum bd_config_unknown how = app->config.send.unknown;

    *out_count = 0;
    if (how == BD_UNKNOWN_ASK || m->count[BD_DELIVERY_UNKNOWN] == 0)
        return BD_OK;
    return bd_resolve_all(app->store, m->id,
                          how == BD_UNKNOWN_RESEND ? BD_RESOLVE_RESEND
                                                   : BD_RESOLVE_ASSUME_SENT,
                          &actor, out_count, &app->err);
}

const char *engine_settled_text(const struct app *app)
{
    return app->config.send.unknown == BD_UNKNOWN_RESEND
               ? _("queued again, as send.unknown says: resend")
               : _("counted as sent, as send.unknown says: assume-sent");
}

/* A relay that comes and goes is told of once a minute. */
const char *engine_advice_text(const struct app *app,
                               struct engine_advice *advice,
                               const struct bd_engine_view *view)
{
    bool works = view->sessions > 0 && view->waiting > 0;

    if (advice->told && view->well && works) {
        advice->told = false;
        return _("The relays work again as they are set.");
    }
    if (!view->advice[0] || advice->told ||
        (advice->told_at > 0 && app_now(app) < advice->told_at + ADVICE_S))
        return NULL;
    advice->told_at = app_now(app);
    advice->told = true;
    return view->advice;
}

const char *engine_stopping_text(const struct bd_engine_view *view, bool *told)
{
    if (*told || !interrupt_came() || view->sessions == 0)
        return NULL;
    *told = true;
    if (!interrupt_from_keyboard())
        return _("Told to end (SIGTERM); finishing the copies that are under "
                 "way");
    return _("Finishing the copies that are under way; Ctrl-C again ends at "
             "once, and may leave them unknown");
}
