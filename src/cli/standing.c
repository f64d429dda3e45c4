#include "standing.h"

#include "amount.h"
#include "trouble.h"

struct standing_sender standing_sender(struct app *app)
{
    struct standing_sender sender = { .who = SENDER_NONE };

    sender.who = sender_now(app, &sender.pid);
    return sender;
}

bd_str standing_sender_text(struct app *app,
                            const struct standing_sender *sender)
{
    switch (sender->who) {
    case SENDER_WATCH:
        return bd_arena_printf(app->arena,
                               _("Process %lld sends what is due (brevduva "
                                 "deliver --watch)."),
                               (long long)sender->pid);
    case SENDER_SEND:
        return bd_arena_printf(app->arena, _("Process %lld is sending."),
                               (long long)sender->pid);
    default:
        return bd_str_from(_("No process is sending."));
    }
}

static struct standing of_held(struct app *app, const struct bd_mailing *m)
{
    struct standing s = {
        .text = m->state_reason.len > 0
                    ? bd_arena_printf(app->arena, _("held: %.*s"),
                                      BD_ARG(word_reason(app, m)))
                    : bd_str_from(_("held")),
        .next = mailing_command(app, "resume", m),
    };
    bd_str asked = BD_STR_NONE;

    if (!mailing_needs_approval(m))
        return s;
    asked = bd_arena_printf(
        app->arena, _("waits for a second person to agree; %.*s asked for it"),
        BD_ARG(m->asked_by));
    s.text = m->state_reason.len > 0
                 ? bd_arena_printf(app->arena, "%.*s; %.*s", BD_ARG(asked),
                                   BD_ARG(s.text))
                 : asked;
    s.next = mailing_command(app, "approve", m);
    return s;
}

static struct standing of_scheduled(struct app *app, const struct bd_mailing *m,
                                    const struct standing_sender *sender)
{
    bool late = m->scheduled_at <= app_now(app);
    bd_str at = bd_time_local(app->arena, m->scheduled_at);
    struct standing s = {
        .text = bd_arena_printf(app->arena,
                                late ? _("should have begun %.*s")
                                     : _("will be sent %.*s"),
                                BD_ARG(at)),
    };

    if (sender->who != SENDER_NONE)
        return s;
    s.waiter = waiter_now(app, m->id);
    if (s.waiter > 0) {
        s.text = bd_arena_printf(app->arena,
                                 _("%.*s; process %lld waits to do it"),
                                 BD_ARG(s.text), (long long)s.waiter);
        return s;
    }
    s.text = bd_arena_printf(app->arena,
                             _("%.*s, but no process is there to do it"),
                             BD_ARG(s.text));
    s.next = late ? mailing_command(app, "send", m)
                  : BD_STR("brevduva deliver --watch");
    return s;
}

static bd_str progress_of(struct app *app, const struct bd_mailing *m)
{
    int64_t done = m->total - mailing_waits(m);

    return bd_arena_printf(app->arena, _("%.*s, %.*s of %.*s"),
                           BD_ARG(amount_share(app->arena, done, m->total)),
                           BD_ARG(word_number(app->arena, done)),
                           BD_ARG(word_number(app->arena, m->total)));
}

static void add_count(struct app *app, bd_str *text, const char *format,
                      int64_t count) __attribute__((format(printf, 3, 0)));

/* "12 copies wait for their domain's turn, 3 copies are to be tried again" */
static void add_count(struct app *app, bd_str *text, const char *format,
                      int64_t count)
{
    bd_str more = BD_STR_NONE;

    if (count == 0)
        return;
    more = bd_arena_printf(app->arena, format,
                           BD_ARG(word_number(app->arena, count)));
    *text = text->len == 0 ? more
                           : bd_arena_printf(app->arena, "%.*s, %.*s",
                                             BD_ARG(*text), BD_ARG(more));
}

/* "3 copies are to be tried again, from 2026-12-01 08:10 on", where nothing of
 * it is due; else empty. */
static bd_str later_text(struct app *app, const struct bd_mailing *m)
{
    int64_t deferred = m->count[BD_DELIVERY_DEFERRED];
    int64_t turns = 0;
    int64_t due = 0;
    bd_str text = BD_STR_NONE;

    if (bd_queue_turns(app->store, m->id, app_now(app), &turns, &app->err) !=
            BD_OK ||
        deferred + turns == 0 || deferred + turns != mailing_waits(m))
        return BD_STR_NONE;
    add_count(app, &text,
              P_("%.*s copy waits for its domain's turn",
                 "%.*s copies wait for their domain's turn", (uint64_t)turns),
              turns);
    add_count(app, &text,
              P_("%.*s copy is to be tried again",
                 "%.*s copies are to be tried again", (uint64_t)deferred),
              deferred);
    if (bd_queue_next_due(app->store, m->id, &due, &app->err) != BD_OK ||
        due <= app_now(app))
        return text;
    return bd_arena_printf(
        app->arena, _("%.*s, from %.*s on"), BD_ARG(text),
        BD_ARG(word_time_ahead(app->arena, due, app_now(app))));
}

/* Why nothing of it goes out now, where that is known; else empty. */
static void add_cause(struct app *app, const struct bd_mailing *m,
                      const struct standing_sender *sender, struct standing *s)
{
    int64_t at = 0;
    bool day_full = false;

    if (relays_day_full(app, &day_full) == BD_OK && day_full) {
        s->text = bd_arena_printf(
            app->arena,
            _("%.*s; the relay has had all that it may get today; more goes "
              "after midnight"),
            BD_ARG(s->text));
        return;
    }
    if (sender->who != SENDER_NONE)
        return;
    s->stopped = stopped_why(app, m->id, &at);
    if (s->stopped.len > 0)
        s->text = bd_arena_printf(
            app->arena, _("%.*s; stopped %.*s: %.*s"), BD_ARG(s->text),
            BD_ARG(bd_time_local(app->arena, at)), BD_ARG(s->stopped));
}

static struct standing of_paused(struct app *app, const struct bd_mailing *m)
{
    struct standing s = { .text = bd_arena_printf(
                              app->arena, _("paused at %.*s"),
                              BD_ARG(progress_of(app, m))) };

    if (m->state_reason.len > 0)
        s.text = bd_arena_printf(app->arena, "%.*s; %.*s", BD_ARG(s.text),
                                 BD_ARG(word_reason(app, m)));
    s.next = mailing_command(app,
                             mailing_stands_by_limit(m) ? "send" : "resume", m);
    return s;
}

static struct standing of_sending(struct app *app, const struct bd_mailing *m,
                                  const struct standing_sender *sender)
{
    struct standing s = { .text = later_text(app, m) };

    if (s.text.len == 0)
        s.text = bd_arena_printf(app->arena,
                                 sender->who != SENDER_NONE
                                     ? _("sending: %.*s")
                                     : _("not finished: %.*s"),
                                 BD_ARG(progress_of(app, m)));
    add_cause(app, m, sender, &s);
    if (sender->who == SENDER_NONE)
        s.next = mailing_command(app, "send", m);
    return s;
}

static bd_str ended(struct app *app, const struct bd_mailing *m)
{
    if (m->ended_at == 0)
        return bd_str_from(word_mailing(m->state));
    if (m->state_reason.len > 0)
        return bd_arena_printf(app->arena, "%.*s, %.*s",
                               BD_ARG(word_reason(app, m)),
                               BD_ARG(bd_time_local(app->arena, m->ended_at)));
    return bd_arena_printf(app->arena, "%s %.*s", word_mailing(m->state),
                           BD_ARG(bd_time_local(app->arena, m->ended_at)));
}

struct standing standing_of(struct app *app, const struct bd_mailing *m,
                            const struct standing_sender *sender)
{
    struct standing s = { .next = BD_STR_NONE };

    switch (m->state) {
    case BD_MAILING_HELD:
        s = of_held(app, m);
        break;
    case BD_MAILING_SCHEDULED:
        s = of_scheduled(app, m, sender);
        break;
    case BD_MAILING_SENDING:
        s = of_sending(app, m, sender);
        break;
    case BD_MAILING_PAUSED:
        s = of_paused(app, m);
        break;
    default:
        s.text = ended(app, m);
        break;
    }
    s.open = m->state != BD_MAILING_DONE && m->state != BD_MAILING_CANCELLED;
    s.goes_on = s.open && s.next.len == 0;
    if (s.next.len == 0 && m->count[BD_DELIVERY_UNKNOWN] > 0)
        s.next = mailing_command(app, "resolve", m);
    return s;
}
