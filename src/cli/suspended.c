/* Why a reader is suspended, and letting mail go there again. */
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

int cmd_subscriber_restore(struct app *app, int argc, char **argv)
{
    struct bd_actor actor = app_actor(app);
    struct bd_subscriber reader = { 0 };
    struct bd_address address = { 0 };
    bd_str reason = BD_STR_NONE;
    bd_str shown = BD_STR_NONE;
    int64_t lists = 0;

    (void)argc;
    if (opt_line(app, "reason", CLI_MAX_NOTE, &reason) != BD_OK ||
        bd_address_parse(app->arena, bd_str_from(argv[0]), &address,
                         &app->err) != BD_OK ||
        bd_subscriber_find(app->arena, app->store, address.key, &reader,
                           &app->err) != BD_OK ||
        bd_reader_restore(app->store, reader.id, reason, &actor, &lists,
                          &app->err) != BD_OK)
        return app_fail(app);
    shown = bd_address_display(app->arena, reader.email);
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
