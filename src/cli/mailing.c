#include "brevduva/base/file.h"
#include "cli_private.h"

#define NAMED 10 /* the newest, where a name is none */

/* "2026-4, 2026-3", each once. */
static bd_str names(struct app *app, const struct bd_mailing *all, size_t count)
{
    bd_str text = BD_STR_NONE;
    size_t named = 0;

    for (size_t i = 0; i < count && named < NAMED; i++) {
        bool before = false;

        for (size_t j = 0; j < i; j++)
            before |= bd_str_eq(all[j].slug, all[i].slug);
        if (before)
            continue;
        text = named++ == 0
                   ? all[i].slug
                   : bd_arena_printf(app->arena, "%.*s, %.*s", BD_ARG(text),
                                     BD_ARG(all[i].slug));
    }
    return text;
}

/* Written but not sent, or no issue at all. */
static enum bd_status fail_missing(struct app *app, const char *name)
{
    bd_str slug = letter_slug(app, name);
    const struct bd_mailing *all = NULL;
    size_t count = 0;

    if (bd_file_exists(letter_path(app, name)))
        return bd_fail(&app->err, BD_ENOENT,
                       _("\"%.*s\" has not been sent; \"brevduva send %.*s\" "
                         "sends it"),
                       BD_ARG(slug), BD_ARG(slug));
    if (bd_mailing_all(app->arena, app->store, &all, &count, &app->err) !=
        BD_OK)
        return app->err.code;
    if (count == 0)
        return bd_fail(&app->err, BD_ENOENT,
                       _("there is no mailing of \"%.*s\": nothing was sent "
                         "yet"),
                       BD_ARG(slug));
    return bd_fail(&app->err, BD_ENOENT,
                   _("there is no mailing of \"%.*s\"; this was sent: %.*s"),
                   BD_ARG(slug), BD_ARG(names(app, all, count)));
}

enum bd_status mailing_open(struct app *app, const char *name,
                            struct bd_mailing *out)
{
    struct bd_list list = { 0 };
    enum bd_status rc = BD_OK;

    if (opt_has(app, "list") && app_list(app, BD_STR_NONE, &list) != BD_OK)
        return app->err.code;
    rc = bd_mailing_find(app->arena, app->store, letter_slug(app, name),
                         list.id, out, &app->err);
    return rc == BD_ENOENT && list.id == 0 ? fail_missing(app, name) : rc;
}

bool mailing_is_open(const struct bd_mailing *m)
{
    return m->state != BD_MAILING_DONE && m->state != BD_MAILING_CANCELLED;
}

bool mailing_has_unknown(const struct bd_mailing *m)
{
    return m->count[BD_DELIVERY_UNKNOWN] > 0;
}

enum bd_status mailing_open_that(struct app *app, const char *name,
                                 bool (*fits)(const struct bd_mailing *),
                                 struct bd_mailing *out)
{
    const struct bd_list *lists = NULL;
    size_t count = 0;
    size_t fitting = 0;

    if (opt_has(app, "list"))
        return mailing_open(app, name, out);
    if (bd_list_all(app->arena, app->store, &lists, &count, &app->err) != BD_OK)
        return app->err.code;
    for (size_t i = 0; i < count; i++) {
        struct bd_mailing m = { 0 };
        enum bd_status rc = bd_mailing_find(app->arena, app->store,
                                            letter_slug(app, name), lists[i].id,
                                            &m, &app->err);

        if (rc != BD_OK && rc != BD_ENOENT)
            return rc;
        if (rc != BD_OK || !fits(&m))
            continue;
        if (fitting++ > 0)
            return bd_fail(&app->err, BD_EINVAL,
                           _("%.*s goes to several lists: say which, with "
                             "--list %.*s or --list %.*s"),
                           BD_ARG(m.slug), BD_ARG(out->list_slug),
                           BD_ARG(m.list_slug));
        *out = m;
    }
    return fitting > 0 ? BD_OK : mailing_open(app, name, out);
}

enum bd_status mailing_again(struct app *app, struct bd_mailing *m)
{
    return bd_mailing_get(app->arena, app->store, m->id, m, &app->err);
}

enum bd_status mailing_look(struct app *app, struct bd_mailing *m,
                            enum sender *out_sender)
{
    struct bd_arena *kept = app->arena;
    struct bd_mailing now;
    int64_t pid = 0;
    enum bd_status rc = BD_OK;

    app->arena = bd_arena_new();
    rc = bd_mailing_get(app->arena, app->store, m->id, &now, &app->err);
    if (rc == BD_OK) {
        m->state = now.state;
        m->total = now.total;
        for (int s = 0; s < BD_DELIVERY_STATES; s++)
            m->count[s] = now.count[s];
        *out_sender = sender_now(app, &pid);
    }
    bd_arena_free(app->arena);
    app->arena = kept;
    return rc;
}

/* The newsletter may have one list only, and then none has to be named. */
static bool needs_list(struct app *app, const struct bd_mailing *m)
{
    const struct bd_list *lists = NULL;
    struct bd_mailing other = { 0 };
    struct bd_err err = { 0 };
    size_t count = 0;

    if (bd_list_all(app->arena, app->store, &lists, &count, &err) != BD_OK)
        return true;
    for (size_t i = 0; i < count; i++)
        if (lists[i].id != m->list_id &&
            bd_mailing_find(app->arena, app->store, m->slug, lists[i].id,
                            &other, &err) != BD_ENOENT)
            return true;
    return count > 1 && letter_list_id(app, m->slug) != m->list_id;
}

bd_str mailing_name(struct app *app, const struct bd_mailing *m)
{
    if (!needs_list(app, m))
        return m->slug;
    return bd_arena_printf(app->arena, _("%.*s to %.*s"), BD_ARG(m->slug),
                           BD_ARG(m->list_slug));
}

bd_str mailing_command(struct app *app, const char *verb,
                       const struct bd_mailing *m)
{
    if (!needs_list(app, m))
        return bd_arena_printf(app->arena, "brevduva %s %.*s", verb,
                               BD_ARG(m->slug));
    return bd_arena_printf(app->arena, "brevduva %s %.*s --list %.*s", verb,
                           BD_ARG(m->slug), BD_ARG(m->list_slug));
}

int64_t mailing_had(const struct bd_mailing *m)
{
    return m->count[BD_DELIVERY_ACCEPTED] + m->count[BD_DELIVERY_BOUNCED] +
           m->count[BD_DELIVERY_COMPLAINED];
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
        (void)printf("  %.*s\n", BD_ARG(word_reason(app, m)));
    for (int s = 0; s < BD_DELIVERY_STATES; s++)
        if (m->count[s] > 0)
            (void)printf(
                "  %s: %.*s\n",
                word_deliveries((enum bd_delivery_state)s, m->count[s]),
                BD_ARG(word_number(app->arena, m->count[s])));
}

bool mailing_needs_approval(const struct bd_mailing *m)
{
    return m->state == BD_MAILING_HELD && m->approvals > 1 &&
           m->approved_by.len == 0;
}

enum bd_status mailing_limit_left(struct app *app, const struct bd_mailing *m,
                                  int64_t *out)
{
    enum bd_status rc = bd_mailing_limit_left(app->store, m->id, out,
                                              &app->err);

    if (rc == BD_OK && (*out < 0 || *out == INT64_MAX))
        *out = 0;
    return rc;
}

bool mailing_stands_by_limit(const struct bd_mailing *m)
{
    return m->state == BD_MAILING_PAUSED &&
           bd_str_starts(m->state_reason, BD_STR("--limit:"));
}

int mailing_print_approval(struct app *app, const struct bd_mailing *m)
{
    (void)printf(_("%.*s to %.*s is held: %.*s asked for it, and someone else "
                   "must agree by\n"
                   "  %.*s\n"),
                 BD_ARG(m->slug), BD_ARG(m->list_slug), BD_ARG(m->asked_by),
                 BD_ARG(mailing_command(app, "approve", m)));
    return app_flush(app) == BD_EXIT_OK ? BD_EXIT_LATER : BD_EXIT_FAILED;
}

void mailing_print_unknown(struct app *app, const struct bd_mailing *m)
{
    int64_t unknown = m->count[BD_DELIVERY_UNKNOWN];

    if (unknown > 0)
        (void)printf(P_("Find out about the unknown one: %.*s\n",
                        "Find out about the unknown ones: %.*s\n",
                        (uint64_t)unknown),
                     BD_ARG(mailing_command(app, "resolve", m)));
}

void mailing_print_who_sends(struct app *app, const struct bd_mailing *m)
{
    int64_t pid = 0;

    if (m->state == BD_MAILING_SCHEDULED)
        (void)printf(_("It begins %.*s.\n"),
                     BD_ARG(bd_time_local(app->arena, m->scheduled_at)));
    if (sender_now(app, &pid) == SENDER_WATCH)
        (void)printf(_("Process %lld (brevduva deliver --watch) sends it.\n"),
                     (long long)pid);
    else
        (void)printf(_("Go on: %.*s\n"),
                     BD_ARG(mailing_command(app, "send", m)));
}
