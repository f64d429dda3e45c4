/* The progress of a mailing that another process sends. */
#include "live.h"
#include "send_private.h"
#include "trouble.h"

#define FOLLOW_MS 500 /* between two looks at another's work */

/* Nothing more happens to it now. `waits`: no copy of it is due. */
static bool is_at_rest(const struct send_plan *plan, const struct bd_mailing *m,
                       bool waits)
{
    return m->state != BD_MAILING_SENDING || (waits && plan->no_wait);
}

static enum bd_status show(struct app *app, struct live *live,
                           const struct bd_mailing *m)
{
    struct bd_arena *kept = app->arena;
    bd_str trouble = BD_STR_NONE;
    int64_t since = 0;
    enum bd_status rc = BD_OK;

    app->arena = bd_arena_new();
    rc = trouble_now(app, &trouble, &since);
    if (rc == BD_OK)
        live_ledger(live, m, trouble);
    bd_arena_free(app->arena);
    app->arena = kept;
    return rc;
}

/* As the ledger has it now. */
static enum bd_status follow_once(struct app *app, struct live *live,
                                  struct bd_mailing *m, enum sender *out_sender,
                                  bool *out_waits)
{
    int64_t due = 0;
    bool is_due = true;

    if (mailing_look(app, m, out_sender) != BD_OK)
        return app->err.code;
    if (m->count[BD_DELIVERY_HANDING_OVER] == 0 &&
        bd_queue_is_due(app->store, m->id, app_now(app), &is_due, &app->err) !=
            BD_OK)
        return app->err.code;
    if (!is_due &&
        bd_queue_next_due(app->store, m->id, &due, &app->err) != BD_OK)
        return app->err.code;
    *out_waits = !is_due;
    live_rest(live, mailing_waits(m), due);
    return show(app, live, m);
}

bool send_follow(struct app *app, const struct send_plan *plan,
                 struct bd_mailing *m, int64_t pid, int *out_code)
{
    struct live live;
    enum sender now = SENDER_WATCH;
    bool waits = false;

    (void)printf(_("Process %lld (brevduva deliver --watch) sends it; Ctrl-C "
                   "here does not stop it.\n"),
                 (long long)pid);
    (void)fflush(stdout);
    interrupt_watch();
    live_start(&live, app->sys, m);
    while (now == SENDER_WATCH && !is_at_rest(plan, m, waits) &&
           interrupt_sleep(FOLLOW_MS)) {
        if (follow_once(app, &live, m, &now, &waits) != BD_OK) {
            live_end(&live);
            *out_code = app_fail(app);
            return true;
        }
    }
    live_end(&live);
    if (is_at_rest(plan, m, waits)) {
        *out_code = mailing_again(app, m) == BD_OK ? send_print_result(app, m)
                                                   : app_fail(app);
        return true;
    }
    if (!interrupt_came())
        return false;
    (void)printf(_("Process %lld goes on with it. Stop it: %.*s\n"),
                 (long long)pid, BD_ARG(mailing_command(app, "pause", m)));
    *out_code = app_flush(app) == BD_EXIT_OK ? BD_EXIT_LATER : BD_EXIT_FAILED;
    return true;
}
