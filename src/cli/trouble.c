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

/* "SECONDS TEXT", as written above. */
static enum bd_status read_note(struct app *app, bd_str name, bd_str *out,
                                int64_t *out_at)
{
    bd_str at = BD_STR_NONE;
    uint64_t seconds = 0;
    enum bd_status rc = bd_setting_get(app->arena, app->store, name, out,
                                       &app->err);

    if (rc == BD_ENOENT)
        *out = BD_STR_NONE;
    else if (rc != BD_OK)
        return rc;
    at = bd_str_cut(out, ' ');
    if (!bd_str_to_u64(at, &seconds))
        *out = BD_STR_NONE;
    *out_at = (int64_t)seconds;
    return BD_OK;
}

enum bd_status trouble_now(struct app *app, bd_str *out, int64_t *out_since)
{
    return read_note(app, NAME, out, out_since);
}

static bd_str stopped_name(struct app *app, int64_t mailing_id)
{
    return bd_arena_printf(app->arena, "stopped %lld", (long long)mailing_id);
}

bool stopped_note(struct app *app, int64_t mailing_id, const char *text)
{
    bd_str name = stopped_name(app, mailing_id);
    struct bd_err err = { 0 };
    bd_str value = BD_STR_NONE;
    bool known = bd_setting_get(app->arena, app->store, name, &value, &err) ==
                     BD_OK &&
                 value.len > 0;

    if (text[0] == '\0' && !known)
        return true;
    value = text[0] == '\0' ? BD_STR("")
                            : bd_arena_printf(app->arena, "%lld %s",
                                              (long long)app_now(app), text);
    return bd_setting_set(app->store, name, value, &err) == BD_OK;
}

bd_str stopped_why(struct app *app, int64_t mailing_id, int64_t *out_at)
{
    bd_str text = BD_STR_NONE;

    return read_note(app, stopped_name(app, mailing_id), &text, out_at) == BD_OK
               ? out_shown(app, text)
               : BD_STR_NONE;
}
