#include "trouble.h"

#include <string.h>

#define NAME     BD_STR("sender trouble")
#define LASTS_S  5  /* shorter trouble is no news */
#define CHANGE_S 15 /* nor is each new word on it */

/* Nothing is lost when it cannot be written: the database may be the trouble.
 */
static void write_it(struct trouble *t, bd_str text)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_err err = { 0 };
    bd_str value = text.len == 0
                       ? text
                       : bd_arena_printf(arena, "%lld %.*s",
                                         (long long)t->since, BD_ARG(text));

    t->told_at = app_now(t->app);
    t->told = (bd_str) { t->text, 0 };
    if (bd_setting_set(t->app->store, NAME, value, &err) == BD_OK &&
        text.len > 0) {
        memcpy(t->text, text.ptr, text.len);
        t->told.len = text.len;
    }
    bd_arena_free(arena);
}

void trouble_start(struct trouble *t, struct app *app)
{
    struct bd_err err = { 0 };
    bd_str left = BD_STR_NONE;

    *t = (struct trouble) { .app = app };
    if (bd_setting_get(app->arena, app->store, NAME, &left, &err) == BD_OK &&
        left.len > 0)
        write_it(t, BD_STR_NONE);
}

void trouble_note(struct trouble *t, const struct bd_engine_view *view)
{
    const char *text = view->trouble[0] ? view->trouble : view->advice;
    int64_t now = app_now(t->app);

    if (text[0] == '\0') {
        trouble_end(t);
        return;
    }
    if (t->since == 0)
        t->since = now;
    if (now < t->since + LASTS_S || bd_str_eq(t->told, bd_str_from(text)) ||
        now < t->told_at + CHANGE_S)
        return;
    write_it(t, bd_str_from(text));
}

void trouble_end(struct trouble *t)
{
    t->since = 0;
    if (t->told.len > 0)
        write_it(t, BD_STR_NONE);
}

enum bd_status trouble_now(struct app *app, bd_str *out, int64_t *out_since)
{
    bd_str since = BD_STR_NONE;
    uint64_t seconds = 0;
    enum bd_status rc = bd_setting_get(app->arena, app->store, NAME, out,
                                       &app->err);

    if (rc == BD_ENOENT)
        *out = BD_STR_NONE;
    else if (rc != BD_OK)
        return rc;
    since = bd_str_cut(out, ' ');
    if (!bd_str_to_u64(since, &seconds))
        *out = BD_STR_NONE;
    *out_since = (int64_t)seconds;
    return BD_OK;
}
