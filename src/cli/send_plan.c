/* The options of `send`, and which of them go together. */
#include "brevduva/base/when.h"
#include "brevduva/store/filter.h"
#include "send_private.h"

#define FARTHEST ((int64_t)366 * 86400) /* a slip of the finger is beyond */

static enum bd_status read_limit(struct app *app, struct send_plan *plan)
{
    bd_str text = opt_str(app, "limit");
    uint64_t limit = 0;

    if (!opt_has(app, "limit"))
        return BD_OK;
    if (!bd_str_to_u64(text, &limit) || limit == 0 || limit > INT64_MAX)
        return bd_fail(&app->err, BD_EINVAL,
                       _("--limit %.*s: give a number of copies, 1 or more"),
                       BD_ARG(text));
    plan->limit = (int64_t)limit;
    return BD_OK;
}

static enum bd_status read_at(struct app *app, struct send_plan *plan)
{
    struct bd_when when = { 0 };

    if (!opt_has(app, "at"))
        return BD_OK;
    if (bd_when_parse(opt_str(app, "at"), app_now(app), &when, &app->err) !=
        BD_OK) {
        bd_err_prefix(&app->err, "--at");
        return app->err.code;
    }
    if (when.again != 0)
        (void)fprintf(stderr,
                      _("brevduva: the clock shows %.*s twice that day; the "
                        "first of them is meant\n"),
                      BD_ARG(opt_str(app, "at")));
    plan->start_at = when.at;
    plan->at = true;
    return BD_OK;
}

static enum bd_status read_hold(struct app *app, struct send_plan *plan)
{
    int64_t seconds = 0;

    if (!opt_has(app, "hold"))
        return BD_OK;
    if (bd_duration_parse(opt_str(app, "hold"), &seconds, &app->err) != BD_OK) {
        bd_err_prefix(&app->err, "--hold");
        return app->err.code;
    }
    plan->start_at = app_now(app) + seconds;
    return BD_OK;
}

static enum bd_status refuse_far(struct app *app, const struct send_plan *plan)
{
    const char *option = plan->at ? "at" : "hold";

    if (plan->start_at <= app_now(app) + FARTHEST)
        return BD_OK;
    return bd_fail(&app->err, BD_EINVAL,
                   _("--%s %s is more than a year away; give a time within a "
                     "year"),
                   option, opt_get(app, option));
}

static enum bd_status read_where(struct app *app, struct send_plan *plan)
{
    const struct bd_filter *filter = NULL;

    plan->where = bd_str_trim(opt_str(app, "where"));
    if (opt_has(app, "where") && plan->where.len == 0)
        return bd_fail(&app->err, BD_EINVAL,
                       _("--where is empty; leave it out to send to the whole "
                         "list"));
    return bd_filter_read(app->arena, app->store, plan->where, &filter,
                          &app->err);
}

/* Each pair asks for two things that cannot both be. */
static enum bd_status refuse_pairs(struct app *app)
{
    static const char *const pairs[][2] = {
        { "at", "hold" },          { "missing", "where" },
        { "missing", "at" },       { "missing", "hold" },
        { "missing", "rehearse" }, { "rehearse", "dry-run" },
        { "rehearse", "limit" },
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (opt_has(app, pairs[i][0]) && opt_has(app, pairs[i][1]))
            return bd_fail(&app->err, BD_EINVAL,
                           _("--%s and --%s do not go together"), pairs[i][0],
                           pairs[i][1]);
    if (opt_has(app, "detach") && opt_has(app, "no-wait"))
        return bd_fail(&app->err, BD_EINVAL,
                       _("--detach leaves the sending to \"brevduva deliver "
                         "--watch\", --no-wait sends here what is due now: "
                         "give one of them"));
    if (opt_has(app, "json") && !opt_has(app, "rehearse"))
        return bd_fail(&app->err, BD_EINVAL,
                       _("--json belongs to --rehearse; \"brevduva log ISSUE "
                         "--json\" has every copy of what was sent"));
    return BD_OK;
}

enum bd_status send_plan_read(struct app *app, struct send_plan *out)
{
    *out = (struct send_plan) { .detach = opt_has(app, "detach"),
                                .no_wait = opt_has(app, "no-wait") };
    if (refuse_pairs(app) != BD_OK || read_limit(app, out) != BD_OK ||
        read_at(app, out) != BD_OK || read_hold(app, out) != BD_OK ||
        refuse_far(app, out) != BD_OK || read_where(app, out) != BD_OK)
        return app->err.code;
    return BD_OK;
}
