/* A pause of the reader's own: mailings leave them out until it is over. */
#include "brevduva/base/when.h"
#include "manage_private.h"

#define LONGEST (2 * 366 * DAY)

static enum bd_status set(struct web_visit *v, struct manage *m, int64_t until,
                          const char *done)
{
    const struct bd_actor actor = web_actor(v);
    bd_str note = until ? bd_arena_printf(v->arena, "paused until %.*s",
                                          BD_ARG(bd_desk_date(v->arena, until)))
                        : BD_STR("pause ended");
    enum bd_status rc = BD_OK;

    m->reader.paused_until = until;
    rc = bd_subscriber_update(v->store, &m->reader, note, &actor, &v->err);
    if (rc == BD_EINVAL)
        return manage_refuse(v, m);
    return rc == BD_OK ? manage_done(v, done) : rc;
}

static bool read_weeks(const struct web_visit *v, int64_t *out)
{
    bd_str weeks = web_field(v->request->form, "weeks");
    uint64_t number = 0;

    if (!bd_str_to_u64(weeks, &number) ||
        (number != 1 && number != 2 && number != 4 && number != 8))
        return false;
    *out = v->now + (int64_t)number * WEEK;
    return true;
}

/* The day that is written goes before the number of weeks. */
static bool read_until(const struct web_visit *v, int64_t *out)
{
    bd_str day = bd_str_trim(web_field(v->request->form, "until"));
    struct bd_when when = { 0 };
    int64_t days = 0;

    if (day.len == 0)
        return read_weeks(v, out);
    if (bd_date_parse(day, &days, NULL) != BD_OK ||
        bd_when_parse(bd_arena_printf(v->arena, "%.*s 00:00", BD_ARG(day)),
                      v->now, &when, NULL) != BD_OK)
        return false;
    *out = when.at;
    return when.at > v->now && when.at <= v->now + LONGEST;
}

enum bd_status manage_pause(struct web_visit *v, struct manage *m)
{
    struct manage_notes notes = { 0 };
    int64_t until = 0;

    if (!read_until(v, &until)) {
        notes.pause_fault = bd_str_from(
            L_(v->lang, N_("Give a day to come, within two years, as in "
                           "2027-01-31.")));
        return manage_page(v, m, 422, &notes);
    }
    if (until == m->reader.paused_until)
        return manage_done(v, "paused"); /* pressed twice */
    if (!manage_is_current(v, m))
        return manage_conflict(v, m);
    return set(v, m, until, "paused");
}

enum bd_status manage_resume(struct web_visit *v, struct manage *m)
{
    if (m->reader.paused_until <= v->now)
        return manage_done(v, "resumed");
    if (!manage_is_current(v, m))
        return manage_conflict(v, m);
    return set(v, m, 0, "resumed");
}
