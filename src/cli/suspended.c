/* Why a reader is suspended, and letting mail go there again. */
#include <string.h>

#include "brevduva/mail/address.h"
#include "came_back.h"

struct search {
    struct bd_arena *arena;
    struct bd_bounce *out;
    bool found;
};

static enum bd_status take(void *self, const struct bd_bounce *b,
                           struct bd_err *err)
{
    struct search *search = self;

    (void)err;
    if (b->effect != BD_BOUNCE_SUSPENDED)
        return BD_OK;
    search->found = true;
    *search->out = (struct bd_bounce) {
        .at = b->at,
        .reason = bd_arena_copy(search->arena, b->reason),
        .status = bd_arena_copy(search->arena, b->status),
        .evidence = bd_arena_copy(search->arena, b->evidence),
    };
    return BD_OK;
}

enum bd_status suspended_why(struct app *app, int64_t reader,
                             struct bd_bounce *out, bool *out_found)
{
    struct search search = { .arena = app->arena, .out = out };
    enum bd_status rc = bd_bounce_each(app->store, reader, take, &search,
                                       &app->err);

    *out_found = search.found;
    return rc;
}

bd_str suspended_text(struct app *app, const struct bd_bounce *why)
{
    bd_str words = bd_str_from(word_bounce(app->arena, why->reason));

    if (why->status.len == 0)
        return words;
    return bd_arena_printf(app->arena, "%.*s (%.*s)", BD_ARG(words),
                           BD_ARG(why->status));
}

void suspended_set(struct app *app, struct bd_json *object,
                   const struct bd_bounce *why)
{
    set_text(app, object, "reason", why->reason);
    set_text(app, object, "status", why->status);
    set_text(app, object, "evidence", why->evidence);
}

/* They are not suspended, and not ours to bring back. */
static enum bd_status refuse_complainer(struct app *app, int64_t reader,
                                        bd_str shown)
{
    const struct bd_subscription *all = NULL;
    size_t count = 0;
    enum bd_status rc = bd_subscriber_subscriptions(
        app->arena, app->store, reader, &all, &count, &app->err);

    for (size_t i = 0; rc == BD_OK && i < count; i++)
        if (all[i].state == BD_SUB_COMPLAINED)
            return bd_fail(&app->err, BD_EINVAL,
                           _("%.*s has reported us as spam, and nothing was "
                             "changed; only on their own word: brevduva "
                             "subscribe %.*s --force"),
                           BD_ARG(shown), BD_ARG(shown));
    return rc;
}

static int restore_one(struct app *app, const char *email, bd_str reason)
{
    struct bd_actor actor = app_actor(app);
    struct bd_subscriber reader = { 0 };
    struct bd_address address = { 0 };
    bd_str shown = BD_STR_NONE;
    int64_t lists = 0;

    if (bd_address_parse(app->arena, bd_str_from(email), &address, &app->err) !=
            BD_OK ||
        bd_subscriber_find(app->arena, app->store, address.key, &reader,
                           &app->err) != BD_OK ||
        bd_reader_restore(app->store, reader.id, reason, &actor, &lists,
                          &app->err) != BD_OK)
        return app_fail(app);
    shown = bd_address_display(app->arena, reader.email);
    if (lists == 0 && refuse_complainer(app, reader.id, shown) != BD_OK)
        return app_fail(app);
    if (lists == 0)
        (void)printf(_("%.*s is not suspended; nothing changed.\n"),
                     BD_ARG(shown));
    else
        (void)printf(P_("%.*s gets mail of %lld list again. What came back so "
                        "far no longer counts.\n",
                        "%.*s gets mail of %lld lists again. What came back so "
                        "far no longer counts.\n",
                        (uint64_t)lists),
                     BD_ARG(shown), (long long)lists);
    return app_flush(app);
}

/* Readers of a mail domain that were suspended lately: a provider may have
 * refused everybody for a day. */
struct many {
    struct app *app;
    bd_str domain; /* empty: any */
    int64_t since;
    int64_t *ids;
    size_t count, room;
};

static enum bd_status take_one(void *self, const struct bd_suspended *reader,
                               struct bd_err *err)
{
    struct many *m = self;
    int64_t *more = m->ids;

    (void)err;
    if (reader->since < m->since ||
        (m->domain.len > 0 &&
         !bd_str_eq_nocase(bd_str_after_last(reader->email, '@'), m->domain)))
        return BD_OK;
    for (size_t i = 0; i < m->count; i++)
        if (m->ids[i] == reader->subscriber_id)
            return BD_OK; /* on another list, too */
    if (m->count == m->room) {
        m->room = m->room ? 2 * m->room : 64;
        more = BD_NEW_ARRAY(m->app->arena, m->room, int64_t);
        if (m->count > 0)
            memcpy(more, m->ids, m->count * sizeof *more);
        m->ids = more;
    }
    m->ids[m->count++] = reader->subscriber_id;
    return BD_OK;
}

/* All or none. */
static enum bd_status restore_all(const struct many *m, bd_str reason)
{
    struct app *app = m->app;
    const struct bd_actor actor = app_actor(app);
    enum bd_status rc = bd_store_begin(app->store, &app->err);

    if (rc != BD_OK)
        return rc;
    for (size_t i = 0; i < m->count && rc == BD_OK; i++) {
        int64_t lists = 0;

        rc = bd_reader_restore(app->store, m->ids[i], reason, &actor, &lists,
                               &app->err);
    }
    if (rc == BD_OK)
        return bd_store_commit(app->store, &app->err);
    bd_store_rollback(app->store);
    return rc;
}

static bd_str readers_text(struct app *app, size_t count)
{
    return bd_arena_printf(
        app->arena, P_("%zu suspended reader", "%zu suspended readers", count),
        count);
}

static int restore_many(struct app *app, bd_str reason)
{
    struct many m = { .app = app, .domain = opt_domain(app) };
    struct question question = {
        .text = _("Type the number of readers to let mail go there again: "),
        .otherwise = _("nothing was changed"),
    };

    if (opt_time(app, "since", false, &m.since) != BD_OK ||
        bd_suspended_each(app->store, 0, take_one, &m, &app->err) != BD_OK)
        return app_fail(app);
    (void)printf("%.*s\n", BD_ARG(readers_text(app, m.count)));
    if (m.count == 0)
        return app_flush(app);
    question.number = (int64_t)m.count;
    question.to_do = bd_arena_printf(app->arena, _("restore %.*s"),
                                     BD_ARG(readers_text(app, m.count)))
                         .ptr;
    if (confirm_number(app, &question) != BD_OK ||
        restore_all(&m, reason) != BD_OK)
        return app_fail(app);
    (void)printf(_("They get mail again. What came back so far no longer "
                   "counts.\n"));
    return app_flush(app);
}

int cmd_subscriber_restore(struct app *app, int argc, char **argv)
{
    bool many = opt_has(app, "domain") || opt_has(app, "since");
    bd_str reason = BD_STR_NONE;

    if (opt_line(app, "reason", CLI_MAX_NOTE, &reason) != BD_OK)
        return app_fail(app);
    if (many == (argc > 0))
        return app_usage(app, _("subscriber restore: give an address, or "
                                "--domain and --since"));
    return many ? restore_many(app, reason) : restore_one(app, argv[0], reason);
}
