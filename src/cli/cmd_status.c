#include "brevduva/store/confirmation.h"
#include "brevduva/store/letter.h"
#include "brevduva/store/tip.h"
#include "standing.h"

static void print_list(struct app *app, const struct bd_list *list)
{
    if (opt_has(app, "json")) {
        out_json(json_of_list(app, "list", list));
        return;
    }
    (void)printf(_("List %.*s: %.*s active, %.*s pending, %.*s left, %.*s "
                   "bounced, %.*s complained\n"),
                 BD_ARG(list->slug),
                 BD_ARG(word_number(app->arena, list->active)),
                 BD_ARG(word_number(app->arena, list->pending)),
                 BD_ARG(word_number(app->arena, list->left)),
                 BD_ARG(word_number(app->arena, list->bounced)),
                 BD_ARG(word_number(app->arena, list->complained)));
}

static void print_mailing_json(struct app *app, const struct bd_mailing *m,
                               const struct standing *standing, int64_t tips)
{
    struct bd_json *o = bd_json_object(app->arena);

    set_text(app, o, "kind", BD_STR("mailing"));
    set_int(app, o, "mailing", m->id);
    set_text(app, o, "issue", m->slug);
    set_text(app, o, "title", m->title);
    set_text(app, o, "list", m->list_slug);
    set_text(app, o, "filter", m->filter);
    set_text(app, o, "state", bd_str_from(bd_mailing_state_names[m->state]));
    set_text(app, o, "reason", m->state_reason);
    set_text(app, o, "next", standing->next);
    set_text(app, o, "asked_by", m->asked_by);
    set_int(app, o, "approvals", m->approvals);
    set_text(app, o, "approved_by", m->approved_by);
    set_time(app, o, "created", m->created_at);
    set_time(app, o, "scheduled", m->scheduled_at);
    set_time(app, o, "started", m->started_at);
    set_time(app, o, "ended", m->ended_at);
    set_time(app, o, "deadline", m->started_at ? m->deadline : 0);
    set_int(app, o, "total", m->total);
    for (int s = 0; s < BD_DELIVERY_STATES; s++)
        set_int(app, o, bd_delivery_state_names[s], m->count[s]);
    set_int(app, o, "tips", tips);
    out_json(o);
}

static void print_mailing(struct app *app, const struct bd_mailing *m,
                          const struct standing_sender *sender, int64_t tips)
{
    struct standing standing = standing_of(app, m, sender);

    if (opt_has(app, "json")) {
        print_mailing_json(app, m, &standing, tips);
        return;
    }
    (void)printf(
        P_("Issue %.*s to %.*s, %.*s copy: %.*s\n",
           "Issue %.*s to %.*s, %.*s copies: %.*s\n", (uint64_t)m->total),
        BD_ARG(m->slug), BD_ARG(m->list_slug),
        BD_ARG(word_number(app->arena, m->total)), BD_ARG(standing.text));
    for (int s = 0; s < BD_DELIVERY_STATES; s++)
        if (m->count[s] > 0)
            (void)printf(
                "  %s: %.*s\n",
                word_deliveries((enum bd_delivery_state)s, m->count[s]),
                BD_ARG(word_number(app->arena, m->count[s])));
    if (tips > 0)
        (void)printf(_("  tips to friends: %.*s\n"),
                     BD_ARG(word_number(app->arena, tips)));
    if (standing.next.len > 0)
        (void)printf(_("  next: %.*s\n"), BD_ARG(standing.next));
}

static enum bd_status print_mailings(struct app *app,
                                     const struct bd_mailing *mailings,
                                     size_t count,
                                     const struct standing_sender *sender)
{
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < count && rc == BD_OK; i++) {
        int64_t tips = 0;

        rc = bd_tip_count(app->store, mailings[i].slug, &tips, &app->err);
        if (rc == BD_OK)
            print_mailing(app, &mailings[i], sender, tips);
    }
    return rc;
}

static enum bd_status print_sender(struct app *app,
                                   const struct standing_sender *sender)
{
    static const char *const roles[] = {
        [SENDER_NONE] = "", [SENDER_SEND] = "send", [SENDER_WATCH] = "watch"
    };
    int64_t letters = 0;
    struct bd_json *o = NULL;

    if (bd_letters_waiting(app->store, &letters, &app->err) != BD_OK)
        return app->err.code;
    if (opt_has(app, "json")) {
        o = bd_json_object(app->arena);
        set_text(app, o, "kind", BD_STR("sender"));
        set_text(app, o, "role", bd_str_from(roles[sender->who]));
        set_int(app, o, "pid", sender->pid);
        set_int(app, o, "letters_waiting", letters);
        out_json(o);
        return BD_OK;
    }
    out_text(standing_sender_text(app, sender));
    if (letters > 0)
        (void)printf(
            P_(" %lld letter waits.", " %lld letters wait.", (uint64_t)letters),
            (long long)letters);
    (void)putchar('\n');
    return BD_OK;
}

static enum bd_status print_requests(struct app *app)
{
    int64_t count = 0;
    struct bd_json *o = NULL;

    if (bd_confirmations_waiting(app->store, BD_CONFIRM_SUBSCRIBE, app_now(app),
                                 &count, &app->err) != BD_OK)
        return app->err.code;
    if (opt_has(app, "json")) {
        o = bd_json_object(app->arena);
        set_text(app, o, "kind", BD_STR("requests"));
        set_int(app, o, "subscribe", count);
        out_json(o);
    } else if (count > 0) {
        (void)printf(P_("%lld sign-up waits for its confirmation.\n",
                        "%lld sign-ups wait for their confirmation.\n",
                        (uint64_t)count),
                     (long long)count);
    }
    return BD_OK;
}

static void set_relays(struct app *app, struct bd_json *object)
{
    struct bd_json *urls = bd_json_array(app->arena);

    for (size_t i = 0; i < app->config.relay_count; i++)
        bd_json_push(urls,
                     bd_json_string(app->arena, app->config.relays[i].url));
    bd_json_set(object, BD_STR("relays"), urls);
}

static void print_health(struct app *app)
{
    if (opt_has(app, "json")) {
        struct bd_json *o = bd_json_object(app->arena);

        set_text(app, o, "kind", BD_STR("database"));
        bd_json_set(o, BD_STR("sound"), bd_json_bool(app->arena, true));
        set_relays(app, o);
        out_json(o);
        return;
    }
    (void)printf(_("%.*s\nDatabase: sound. Relay: %.*s\n"),
                 BD_ARG(app->config.name), BD_ARG(relays_shown(app)));
}

int cmd_status(struct app *app, int argc, char **argv)
{
    const struct bd_list *lists = NULL;
    const struct bd_mailing *mailings = NULL;
    size_t list_count = 0;
    size_t mailing_count = 0;
    struct standing_sender sender;

    (void)argc;
    (void)argv;
    if (bd_store_check(app->store, &app->err) != BD_OK)
        return app_fail(app);
    if (bd_list_all(app->arena, app->store, &lists, &list_count, &app->err) !=
            BD_OK ||
        bd_mailing_all(app->arena, app->store, &mailings, &mailing_count,
                       &app->err) != BD_OK)
        return app_fail(app);
    sender = standing_sender(app);
    print_health(app);
    if (print_sender(app, &sender) != BD_OK || print_requests(app) != BD_OK)
        return app_fail(app);
    for (size_t i = 0; i < list_count; i++)
        print_list(app, &lists[i]);
    if (print_mailings(app, mailings, mailing_count, &sender) != BD_OK)
        return app_fail(app);
    if (!opt_has(app, "json") && advice_print(app) != BD_OK)
        return app_fail(app);
    return app_flush(app);
}
