/* The limits of mail providers outlive the process: when the next copy may go
 * stands in the store while nobody sends. */
#include "brevduva/base/buf.h"
#include "lane_private.h"

#define NAME BD_STR("domain turns")

/* What a line is about: a limit that was changed is another one. */
static bd_str name_of(struct bd_arena *arena, const struct lane *lane,
                      size_t row, size_t limit)
{
    const struct bd_domain_limit *d = &lane->options->domains[row];
    const struct bd_rate_limit *l = &d->limits.limit[limit];

    return bd_arena_printf(arena, "%lld/%lld %s %.*s", (long long)l->count,
                           (long long)l->period_ms, lane->name,
                           BD_ARG(d->patterns));
}

/* Calls `each` for all limits of all relays. */
static void walk(struct engine *engine, void *self,
                 void (*each)(void *self, const struct lane *lane, size_t row,
                              size_t limit))
{
    for (size_t i = 0; i < engine->lane_count; i++) {
        const struct bd_relay_options *o = engine->lanes[i].options;

        for (size_t row = 0; row < o->domain_count; row++)
            for (size_t j = 0; j < o->domains[row].limits.count; j++)
                each(self, &engine->lanes[i], row, j);
    }
}

struct turns {
    struct engine *engine;
    struct bd_arena *arena;
    bd_str kept; /* lines of "SECONDS NAME" */
    struct bd_buf out;
};

static void resume(void *self, const struct lane *lane, size_t row,
                   size_t limit)
{
    struct turns *t = self;
    bd_str name = name_of(t->arena, lane, row, limit);
    bd_str lines = t->kept;

    while (lines.len > 0) {
        bd_str line = bd_str_cut_line(&lines);
        uint64_t at = 0;

        if (!bd_str_to_u64(bd_str_cut(&line, ' '), &at) ||
            !bd_str_eq(line, name))
            continue;
        bd_domains_set_turn(lane->domains, row, limit,
                            engine_ms(t->engine) +
                                ((int64_t)at - engine_now(t->engine)) * 1000);
    }
}

static void keep(void *self, const struct lane *lane, size_t row, size_t limit)
{
    struct turns *t = self;
    int64_t wait_ms = bd_domains_turn(lane->domains, row, limit) -
                      engine_ms(t->engine);

    int64_t at = engine_now(t->engine) + wait_ms / 1000 + 1;

    if (wait_ms > 0)
        bd_buf_printf(&t->out, "%lld %.*s\n", (long long)at,
                      BD_ARG(name_of(t->arena, lane, row, limit)));
}

enum bd_status turns_resume(struct engine *engine, struct bd_err *err)
{
    struct turns t = { .engine = engine, .arena = bd_arena_new() };
    enum bd_status rc = bd_setting_get(t.arena, engine->options->store, NAME,
                                       &t.kept, err);

    if (rc == BD_OK)
        walk(engine, &t, resume);
    bd_arena_free(t.arena);
    return rc == BD_ENOENT ? BD_OK : rc;
}

enum bd_status turns_keep(struct engine *engine, struct bd_err *err)
{
    struct turns t = { .engine = engine, .arena = bd_arena_new() };
    enum bd_status rc = BD_OK;

    bd_buf_init(&t.out, 0);
    walk(engine, &t, keep);
    if (t.out.len > 0)
        rc = bd_setting_set(engine->options->store, NAME, bd_buf_str(&t.out),
                            err);
    bd_buf_fini(&t.out);
    bd_arena_free(t.arena);
    return rc;
}
