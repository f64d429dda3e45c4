#include "brevduva/store/confirmation.h"
#include "brevduva/store/letter.h"
#include "brevduva/store/tip.h"
#include "came_back.h"
#include "inbox_private.h"
#include "send_private.h"
#include "standing.h"
#include "trouble.h"

/* Suspended so lately that it is news. */
#define NEWS_DAYS 7

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

/* What is told of a mailing besides its row. */
struct about {
    int64_t tips;
    int64_t limit; /* copies that it may still begin; 0: not limited */
    struct bd_came_back came;
    bd_str warnings[CAME_BACK_KINDS]; /* empty: none */
};

static bd_str warning_text(struct app *app, const struct about *about, int kind)
{
    return bd_saying_text(app->arena, bd_lang_get(), about->warnings[kind]);
}

static struct bd_json *warnings_json(struct app *app, const struct about *about)
{
    struct bd_json *all = bd_json_array(app->arena);

    for (int k = 0; k < CAME_BACK_KINDS; k++)
        if (about->warnings[k].len > 0)
            bd_json_push(
                all, bd_json_string(app->arena, warning_text(app, about, k)));
    return all;
}

static void print_mailing_json(struct app *app, const struct bd_mailing *m,
                               const struct standing *standing,
                               const struct about *about)
{
    struct bd_json *o = bd_json_object(app->arena);

    set_text(app, o, "kind", BD_STR("mailing"));
    set_int(app, o, "mailing", m->id);
    set_text(app, o, "issue", m->slug);
    set_text(app, o, "title", m->title);
    set_text(app, o, "list", m->list_slug);
    set_text(app, o, "filter", m->filter);
    set_text(app, o, "state", bd_str_from(bd_mailing_state_names[m->state]));
    set_text(app, o, "reason", word_reason(app, m));
    set_text(app, o, "next", standing->next);
    set_text(app, o, "stopped", standing->stopped);
    set_int(app, o, "waiting_pid", standing->waiter);
    set_text(app, o, "asked_by", m->asked_by);
    set_int(app, o, "approvals", m->approvals);
    set_text(app, o, "approved_by", m->approved_by);
    set_time(app, o, "created", m->created_at);
    set_time(app, o, "scheduled", m->scheduled_at);
    set_time(app, o, "started", m->started_at);
    set_time(app, o, "ended", m->ended_at);
    set_time(app, o, "deadline",
             m->started_at ? m->tried_from + app->config.send.deadline : 0);
    set_int(app, o, "limit", about->limit);
    set_int(app, o, "total", m->total);
    for (int s = 0; s < BD_DELIVERY_STATES; s++)
        set_int(app, o, bd_delivery_state_names[s], m->count[s]);
    set_int(app, o, "tips", about->tips);
    set_int(app, o, "came_back", about->came.bounced);
    set_int(app, o, "policy", about->came.policy);
    set_int(app, o, "complaints", about->came.complained);
    bd_json_set(o, BD_STR("warnings"), warnings_json(app, about));
    out_json(o);
}

static void print_warnings(struct app *app, const struct bd_mailing *m,
                           const struct about *about)
{
    bool any = false;

    for (int k = 0; k < CAME_BACK_KINDS; k++) {
        if (about->warnings[k].len == 0)
            continue;
        (void)printf(_("  warning: %.*s\n"),
                     BD_ARG(warning_text(app, about, k)));
        any = true;
    }
    if (about->came.policy > 0)
        (void)printf(_("  refused by rules, for you to mend: %.*s\n"),
                     BD_ARG(word_number(app->arena, about->came.policy)));
    if (any || about->came.policy > 0)
        (void)printf(_("  from whom, and why: %.*s\n"),
                     BD_ARG(mailing_command(app, "report", m)));
}

static void print_mailing(struct app *app, const struct bd_mailing *m,
                          const struct standing_sender *sender,
                          const struct about *about)
{
    struct standing standing = standing_of(app, m, sender);

    if (opt_has(app, "json")) {
        print_mailing_json(app, m, &standing, about);
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
    if (about->tips > 0)
        (void)printf(_("  tips to friends: %.*s\n"),
                     BD_ARG(word_number(app->arena, about->tips)));
    if (m->state == BD_MAILING_HELD && m->scheduled_at > 0)
        (void)printf(_("  begins: %.*s\n"),
                     BD_ARG(bd_time_local(app->arena, m->scheduled_at)));
    if (about->limit > 0)
        (void)printf(P_("  at most: %lld copy more (--limit)\n",
                        "  at most: %lld copies more (--limit)\n",
                        (uint64_t)about->limit),
                     (long long)about->limit);
    print_warnings(app, m, about);
    if (standing.next.len > 0)
        (void)printf(_("  next: %.*s\n"), BD_ARG(standing.next));
}

static enum bd_status read_about(struct app *app, const struct bd_mailing *m,
                                 struct about *out)
{
    enum bd_status rc = bd_tip_count(app->store, m->slug, &out->tips,
                                     &app->err);

    if (rc == BD_OK)
        rc = mailing_limit_left(app, m, &out->limit);
    if (rc == BD_OK)
        rc = bd_came_back(app->store, m->id, &out->came, &app->err);
    for (int k = 0; k < CAME_BACK_KINDS && rc == BD_OK; k++)
        out->warnings[k] = came_back_warning(app, m, &out->came,
                                             (enum came_back_kind)k);
    return rc;
}

static enum bd_status print_mailings(struct app *app,
                                     const struct bd_mailing *mailings,
                                     size_t count,
                                     const struct standing_sender *sender)
{
    enum bd_status rc = BD_OK;

    for (size_t i = 0; i < count && rc == BD_OK; i++) {
        struct about about = { 0 };

        rc = read_about(app, &mailings[i], &about);
        if (rc == BD_OK)
            print_mailing(app, &mailings[i], sender, &about);
    }
    return rc;
}

/* Readers suspended of late; one on two lists stands there twice, in a row. */
struct lately {
    int64_t since; /* not before this */
    int64_t last;  /* reader */
    int64_t count;
};

static enum bd_status count_lately(void *self, const struct bd_suspended *s,
                                   struct bd_err *err)
{
    struct lately *lately = self;

    (void)err;
    if (s->since < lately->since)
        return BD_ELIMIT; /* ends the reading */
    lately->count += s->subscriber_id != lately->last;
    lately->last = s->subscriber_id;
    return BD_OK;
}

static enum bd_status print_suspended(struct app *app)
{
    struct lately lately = { .since = app_now(app) -
                                      (int64_t)NEWS_DAYS * 86400 };
    struct bd_err err = { 0 };
    enum bd_status rc = bd_suspended_each(app->store, 0, count_lately, &lately,
                                          &err);
    struct bd_json *o = NULL;

    if (rc != BD_OK && rc != BD_ELIMIT) {
        app->err = err;
        return rc;
    }
    if (opt_has(app, "json")) {
        o = bd_json_object(app->arena);
        set_text(app, o, "kind", BD_STR("suspended"));
        set_int(app, o, "days", NEWS_DAYS);
        set_int(app, o, "readers", lately.count);
        out_json(o);
    } else if (lately.count > 0) {
        (void)printf(
            P_("%.*s reader was suspended in the last %d days, as mail came "
               "back: brevduva subscriber list --state bounced\n",
               "%.*s readers were suspended in the last %d days, as mail came "
               "back: brevduva subscriber list --state bounced\n",
               (uint64_t)lately.count),
            BD_ARG(word_number(app->arena, lately.count)), NEWS_DAYS);
    }
    return BD_OK;
}

static enum bd_status print_sender(struct app *app,
                                   const struct standing_sender *sender)
{
    static const char *const roles[] = {
        [SENDER_NONE] = "", [SENDER_SEND] = "send", [SENDER_WATCH] = "watch"
    };
    int64_t letters = 0;
    int64_t since = 0;
    bd_str trouble = BD_STR_NONE;
    struct bd_json *o = NULL;

    if (bd_letters_waiting(app->store, &letters, &app->err) != BD_OK ||
        (sender->who != SENDER_NONE &&
         trouble_now(app, &trouble, &since) != BD_OK))
        return app->err.code;
    if (opt_has(app, "json")) {
        o = bd_json_object(app->arena);
        set_text(app, o, "kind", BD_STR("sender"));
        set_text(app, o, "role", bd_str_from(roles[sender->who]));
        set_int(app, o, "pid", sender->pid);
        set_int(app, o, "letters_waiting", letters);
        set_text(app, o, "trouble", trouble);
        set_time(app, o, "trouble_since", since);
        out_json(o);
        return BD_OK;
    }
    out_text(standing_sender_text(app, sender));
    if (letters > 0)
        (void)printf(
            P_(" %lld letter waits.", " %lld letters wait.", (uint64_t)letters),
            (long long)letters);
    (void)putchar('\n');
    if (trouble.len > 0)
        (void)printf(_("  trouble since %.*s: %.*s\n"),
                     BD_ARG(bd_time_local(app->arena, since)), BD_ARG(trouble));
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
    if (print_sender(app, &sender) != BD_OK || print_requests(app) != BD_OK ||
        inbox_print_status(app, NEWS_DAYS) != BD_OK ||
        print_suspended(app) != BD_OK)
        return app_fail(app);
    for (size_t i = 0; i < list_count; i++)
        print_list(app, &lists[i]);
    if (print_mailings(app, mailings, mailing_count, &sender) != BD_OK)
        return app_fail(app);
    if (!opt_has(app, "json") && advice_print(app) != BD_OK)
        return app_fail(app);
    return app_flush(app);
}
