#include "brevduva/store/confirmation.h"
#include "why_private.h"

static const char *word_kind(enum bd_confirmation_kind kind)
{
    switch (kind) {
    case BD_CONFIRM_SUBSCRIBE:
        return _("asked on a page to subscribe");
    case BD_CONFIRM_ADDRESS:
        return _("asked for mail to this new address");
    case BD_CONFIRM_EXPORT:
        return _("asked for all that is known");
    case BD_CONFIRM_ERASE:
        return _("asked to be erased");
    }
    return "";
}

/* Order of enum bd_confirmation_state; in JSON. */
static const char *const states[] = { "open", "settled", "expired",
                                      "replaced" };

static bd_str state_text(struct app *app, const struct bd_confirmation *c)
{
    switch (bd_confirmation_state(c, app_now(app))) {
    case BD_CONFIRMATION_OPEN:
        return bd_arena_printf(
            app->arena,
            _("waits for its confirmation until "
              "%.*s"),
            BD_ARG(bd_time_local(app->arena, c->expires_at)));
    case BD_CONFIRMATION_EXPIRED:
        return bd_str_from(_("not confirmed in time"));
    case BD_CONFIRMATION_REPLACED:
        return bd_str_from(_("replaced by a newer request"));
    case BD_CONFIRMATION_SETTLED:
        break;
    }
    return bd_str_from(c->subscriber_id ? _("confirmed")
                                        : _("not wanted, says the mailbox"));
}

static void add(struct story *story, const struct bd_confirmation *c)
{
    struct app *app = story->app;
    struct bd_json *o = bd_json_object(app->arena);
    bd_str from = c->network.len > 0
                      ? bd_arena_printf(app->arena, " (web, %.*s)",
                                        BD_ARG(c->network))
                      : BD_STR(" (web)");

    set_text(app, o, "kind", BD_STR("request"));
    set_time(app, o, "at", c->created_at);
    set_text(app, o, "asks", bd_str_from(bd_confirmation_kind_names[c->kind]));
    set_text(app, o, "state",
             bd_str_from(states[bd_confirmation_state(c, app_now(app))]));
    set_time(app, o, "expires", c->expires_at);
    set_time(app, o, "settled", c->settled_at);
    set_text(app, o, "network", c->network);
    story_add(story, c->created_at,
              bd_arena_printf(app->arena, "%s: %.*s%.*s", word_kind(c->kind),
                              BD_ARG(state_text(app, c)), BD_ARG(from)),
              o);
}

/* A confirmed sign-up stands in the ledger, twice. */
static bool is_told(const struct bd_confirmation *c)
{
    return c->kind == BD_CONFIRM_SUBSCRIBE && c->settled_at != 0 &&
           c->subscriber_id != 0;
}

enum bd_status story_add_requests(struct story *story, bd_str key)
{
    struct app *app = story->app;
    const struct bd_confirmation *all = NULL;
    size_t count = 0;
    enum bd_status rc = bd_confirmations_of(app->arena, app->store, key, &all,
                                            &count, &app->err);

    for (size_t i = 0; rc == BD_OK && i < count; i++)
        if (!is_told(&all[i]))
            add(story, &all[i]);
    return rc;
}
