/* resolve: settle the copies whose outcome is unknown. */
#include "brevduva/mail/address.h"
#include "brevduva/store/event.h"
#include "resolve_private.h"

struct list {
    struct app *app;
    struct unknown *copies;
    size_t count, room;
};

static enum bd_status add_copy(void *self, const struct bd_log_row *row,
                               struct bd_err *err)
{
    struct list *list = self;
    struct bd_arena *arena = list->app->arena;

    (void)err;
    if (list->count == list->room) {
        struct unknown *old = list->copies;

        list->room = list->room ? 2 * list->room : 64;
        list->copies = BD_NEW_ARRAY(arena, list->room, struct unknown);
        for (size_t i = 0; i < list->count; i++)
            list->copies[i] = old[i];
    }
    list->copies[list->count++] = (struct unknown) {
        .email = bd_arena_copy(arena, row->email),
        .message_id = bd_arena_copy(arena, row->message_id),
        .relay = bd_arena_copy(arena, row->relay),
        .reply_text = bd_arena_copy(arena, row->reply_text),
        .at = row->at,
    };
    return BD_OK;
}

/* `state` as in the ledger. */
static void print_json(struct app *app, const struct bd_mailing *m,
                       const struct unknown *copy, const char *state)
{
    struct bd_json *o = bd_json_object(app->arena);

    set_text(app, o, "issue", m->slug);
    set_text(app, o, "list", m->list_slug);
    set_text(app, o, "email", copy->email);
    set_text(app, o, "state", bd_str_from(state));
    set_text(app, o, "message_id", copy->message_id);
    set_time(app, o, "at", copy->at);
    set_text(app, o, "relay", copy->relay);
    set_text(app, o, "reply_text",
             copy->settled ? copy->proof : copy->reply_text);
    out_json(o);
}

static void print_copy(struct app *app, const struct unknown *copy)
{
    bd_str reply = out_shown(app, copy->reply_text);

    (void)printf("%.*s  %.*s\n", BD_ARG(bd_time_local(app->arena, copy->at)),
                 BD_ARG(bd_address_display(app->arena, copy->email)));
    if (copy->settled) {
        (void)printf(_("  accepted: %.*s\n"),
                     BD_ARG(out_shown(app, copy->proof)));
        return;
    }
    (void)printf("  Message-ID: <%.*s>\n", BD_ARG(copy->message_id));
    if (copy->relay.len > 0)
        (void)printf(_("  handed to %.*s: %.*s\n"), BD_ARG(copy->relay),
                     BD_ARG(reply));
    else
        (void)printf("  %.*s\n", BD_ARG(reply));
}

static void print_advice(struct app *app, const struct bd_mailing *m,
                         int64_t left)
{
    bd_str resolve = mailing_command(app, "resolve", m);

    (void)printf(P_("%lld copy is unknown. Look for its Message-ID in the "
                    "relay's log:\n",
                    "%lld copies are unknown. Look for their Message-IDs in "
                    "the relay's log:\n",
                    (uint64_t)left),
                 (long long)left);
    if (m->state == BD_MAILING_CANCELLED) {
        (void)printf(
            _("  %.*s --from-log /var/log/mail.log\n"
              "What the log does not have was most likely not sent. The "
              "mailing is cancelled: none is sent again. They stay "
              "unknown, or:\n"
              "  %.*s --assume-sent   count them as "
              "sent: who has it not goes without\n"),
            BD_ARG(resolve), BD_ARG(resolve));
        return;
    }
    (void)printf(_("  %.*s --from-log /var/log/mail.log\n"
                   "What the log does not have was most likely not sent. "
                   "Then say one of:\n"
                   "  %.*s --resend        send them again: "
                   "who has it gets it twice\n"
                   "  %.*s --assume-sent   count them as "
                   "sent: who has it not goes without\n"),
                 BD_ARG(resolve), BD_ARG(resolve), BD_ARG(resolve));
}

/* --resend or --assume-sent for what is left; `left` becomes 0. */
static enum bd_status settle_rest(struct app *app, struct bd_mailing *m,
                                  int64_t *left)
{
    struct bd_actor actor = app_actor(app);
    bool again = opt_has(app, "resend");
    int64_t count = 0;

    if ((!again && !opt_has(app, "assume-sent")) || *left == 0)
        return BD_OK;
    if (bd_resolve_all(app->store, m->id,
                       again ? BD_RESOLVE_RESEND : BD_RESOLVE_ASSUME_SENT,
                       &actor, &count, &app->err) != BD_OK)
        return app->err.code;
    *left = 0;
    if (opt_has(app, "json"))
        return BD_OK;
    if (again)
        (void)printf(P_("%lld copy is queued again. Send it: %.*s\n",
                        "%lld copies are queued again. Send them: %.*s\n",
                        (uint64_t)count),
                     (long long)count, BD_ARG(mailing_command(app, "send", m)));
    else
        (void)printf(P_("%lld copy counts as sent, on your word\n",
                        "%lld copies count as sent, on your word\n",
                        (uint64_t)count),
                     (long long)count);
    if (again && m->state == BD_MAILING_PAUSED && !mailing_stands_by_limit(m))
        (void)printf(_("It is paused (%.*s). First let it go on: %.*s\n"),
                     BD_ARG(word_reason(app, m)),
                     BD_ARG(mailing_command(app, "resume", m)));
    return BD_OK;
}

static void print_all(struct app *app, const struct bd_mailing *m,
                      const struct list *list, bool rest_is_settled)
{
    const char *rest = "unknown";

    if (opt_has(app, "resend"))
        rest = "queued";
    else if (opt_has(app, "assume-sent"))
        rest = "accepted";
    for (size_t i = 0; i < list->count; i++) {
        const struct unknown *copy = &list->copies[i];

        if (opt_has(app, "json"))
            print_json(app, m, copy, copy->settled ? "accepted" : rest);
        else if (copy->settled || !rest_is_settled)
            print_copy(app, copy);
    }
}

static int resolve(struct app *app, struct bd_mailing *m, struct list *list)
{
    int64_t left = (int64_t)list->count;

    if (opt_has(app, "from-log") &&
        resolve_by_logs(app, m, list->copies, list->count) != BD_OK)
        return app_fail(app);
    for (size_t i = 0; i < list->count; i++)
        left -= list->copies[i].settled;
    if (settle_rest(app, m, &left) != BD_OK)
        return app_fail(app);
    print_all(app, m, list, left == 0);
    if (left > 0 && !opt_has(app, "json"))
        print_advice(app, m, left);
    if (app_flush(app) != BD_EXIT_OK)
        return BD_EXIT_FAILED;
    return left > 0 ? BD_EXIT_FOUND : BD_EXIT_OK;
}

int cmd_resolve(struct app *app, int argc, char **argv)
{
    struct bd_mailing m;
    struct bd_log_filter filter = { .by_state = true,
                                    .state = BD_DELIVERY_UNKNOWN };
    struct list list = { .app = app };

    (void)argc;
    if (opt_has(app, "resend") && opt_has(app, "assume-sent"))
        return app_usage(app, _("--resend or --assume-sent: not both"));
    if (mailing_open_that(app, argv[0], mailing_has_unknown, &m) != BD_OK)
        return app_fail(app);
    filter.mailing_id = m.id;
    if (bd_log_each(app->store, &filter, add_copy, &list, &app->err) != BD_OK)
        return app_fail(app);
    if (list.count == 0 && !opt_has(app, "json"))
        (void)printf(_("No copy of %.*s to %.*s is unknown.\n"), BD_ARG(m.slug),
                     BD_ARG(m.list_slug));
    return resolve(app, &m, &list);
}
