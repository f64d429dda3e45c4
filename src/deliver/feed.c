#include <stdio.h>
#include <stdlib.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/i18n.h"
#include "io_private.h"

/* A copy goes to another session when its own ends, so often. */
#define RETURNS_MAX 3
/* Sessions in a row that may break before a relay is left alone: each may
 * have cost a copy its certainty. */
#define BROKEN_MAX 3
/* Copies in a row that a relay may put off for reasons of its own, before it is
 * left alone. */
#define PUT_OFF_MAX 3

static void quote(char out[TROUBLE_MAX], const struct lane *lane,
                  const struct bd_smtp_outcome *outcome)
{
    (void)snprintf(out, TROUBLE_MAX, "%s: %d %.*s%s%.*s", lane->name,
                   outcome->code, BD_ARG(outcome->enhanced),
                   outcome->enhanced.len > 0 ? " " : "", BD_ARG(outcome->text));
}

/* 4yz to MAIL: whoever the recipient is. */
static bool turns_us_away(const struct bd_smtp_outcome *outcome)
{
    return outcome->verdict == BD_SMTP_DEFERRED &&
           outcome->stage == BD_SMTP_MAIL;
}

/* 4yz for what ails the relay itself: 421 (RFC 5321 3.8), and the state of the
 * mail system (RFC 3463 3.4), or no word on whose fault it is when the
 * recipient had been taken already. */
static bool is_its_own(const struct session *s,
                       const struct bd_smtp_outcome *outcome)
{
    if (outcome->verdict != BD_SMTP_DEFERRED || outcome->stage == BD_SMTP_MAIL)
        return false;
    if (outcome->code == 421)
        return s->served == 0;
    if (outcome->enhanced.len > 0)
        return bd_str_starts(outcome->enhanced, BD_STR("4.3."));
    return outcome->stage != BD_SMTP_RCPT;
}

/* It took nothing from this session, and does from others. */
static bool is_surplus(const struct session *s,
                       const struct bd_smtp_outcome *outcome)
{
    return outcome->code == 421 && turns_us_away(outcome) && s->served == 0 &&
           s->lane->worked && s->lane->open > 1;
}

/* Relays end a session after some number of messages, or of minutes; or it
 * broke over the copy before. That is not this copy's fault, and it was
 * certainly not accepted. */
static bool goes_elsewhere(const struct io *io, const struct session *s,
                           bool was_broken, struct parcel *parcel,
                           const struct bd_smtp_outcome *outcome)
{
    bool ended = outcome->verdict == BD_SMTP_LOST ||
                 (outcome->code == 421 && outcome->stage != BD_SMTP_DOT);
    bool not_its_fault = ended && (s->served > 0 || was_broken ||
                                   is_surplus(s, outcome));

    if (turns_us_away(outcome) || is_its_own(s, outcome))
        not_its_fault = not_its_fault || io_has_another(io, s->lane);
    return not_its_fault && parcel->returns++ < RETURNS_MAX;
}

static void take_putting_off(struct io *io, struct session *s,
                             const struct bd_smtp_outcome *outcome)
{
    struct lane *lane = s->lane;
    char text[TROUBLE_MAX];

    if (outcome->code == 421)
        s->broken = true; /* over this copy, and no other */
    if (++lane->put_off < PUT_OFF_MAX)
        return;
    quote(text, lane, outcome);
    lane_leave(lane, text, io->now_ms);
}

static void take_refusal(struct io *io, struct session *s,
                         const struct bd_smtp_outcome *outcome)
{
    struct lane *lane = s->lane;
    char text[TROUBLE_MAX];

    if (outcome->code == 421 && s->served > 0)
        return;
    quote(text, lane, outcome);
    s->quitting = true;
    if (outcome->code == 421)
        s->broken = true; /* over this copy, and no other */
    if (!is_surplus(s, outcome)) {
        if (lane_worked_lately(lane, io->now_ms))
            lane_fail(lane, BD_ETEMP, text, io->now_ms);
        else
            lane_leave(lane, text, io->now_ms);
        return;
    }
    crowd_note_full(lane, lane->open - 1, text, io->now_ms);
}

/* A "later" to MAIL is the relay's own too: no recipient is named yet. */
static bool tells_of_domain(const struct session *s,
                            const struct bd_smtp_outcome *outcome)
{
    if (outcome->verdict == BD_SMTP_DEFERRED)
        return outcome->stage != BD_SMTP_MAIL && !is_its_own(s, outcome);
    return outcome->verdict == BD_SMTP_ACCEPTED &&
           !bd_domains_are_free(s->lane->domains);
}

/* What an outcome tells of the relay and of the recipient's domain. */
static void learn(struct io *io, struct session *s, const struct parcel *parcel,
                  const struct bd_smtp_outcome *outcome)
{
    struct lane *lane = s->lane;

    if (outcome->code > 0)
        lane->answered = true;
    if (outcome->verdict == BD_SMTP_ACCEPTED)
        lane_succeed(lane, io->now_ms);
    if (turns_us_away(outcome))
        take_refusal(io, s, outcome);
    else if (is_its_own(s, outcome))
        take_putting_off(io, s, outcome);
    else if (outcome->code > 0 && outcome->code != 421)
        s->served++;
    if (tells_of_domain(s, outcome) &&
        bd_domains_tell(lane->domains, io_domain_of(parcel->delivery->email),
                        outcome->code, outcome->enhanced, io->now_ms))
        io->freed++;
}

/* A relay that breaks session after session is left alone for a while. */
static void break_session(struct io *io, struct session *s, bd_str why)
{
    struct lane *lane = s->lane;
    char text[TROUBLE_MAX];

    if (s->broken)
        return;
    s->broken = true;
    lane->broken++;
    if (lane->broken < BROKEN_MAX)
        return;
    (void)snprintf(text, sizeof text,
                   _("%s: the session broke %u times in a row (%.*s)"),
                   lane->name, lane->broken, BD_ARG(why));
    lane_fail(lane, BD_ETEMP, text, io->now_ms);
}

static void take_outcomes(struct io *io, struct session *s)
{
    struct bd_smtp_outcome outcome;

    while (bd_smtp_next(s->smtp, &outcome)) {
        struct parcel *parcel = parcel_of(outcome.copy);
        bool was_broken = s->broken;

        s->lane->moved_ms = io->now_ms;
        lane_note_day(s->lane, outcome.verdict);
        if (outcome.verdict == BD_SMTP_WITHHELD) { /* as if never started */
            parcels_put_back(&io->ready, parcel);
            io->hungry = true;
            continue;
        }
        learn(io, s, parcel, &outcome);
        if (outcome.code == 0 && (outcome.verdict == BD_SMTP_LOST ||
                                  outcome.verdict == BD_SMTP_UNKNOWN))
            break_session(io, s, outcome.text);
        if (goes_elsewhere(io, s, was_broken, parcel, &outcome)) {
            if (outcome.code > 0)
                parcel_keep_receipt(io->engine, parcel, &outcome, s->lane,
                                    s->number);
            parcels_put_back(&io->ready, parcel);
            io->hungry = true;
            continue;
        }
        parcel_conclude(io->engine, parcel, &outcome, s->lane, s->number);
        if (parcel->barred && !parcel->letter)
            atomic_store(&parcel->batch->job->halted, true);
        parcels_add(&io->results, parcel);
    }
}

static void close_session(struct io *io, struct session *s)
{
    struct lane *lane = s->lane;

    if (!s->said_quit && s->started == 0)
        break_session(io, s, bd_str_from(_("closed before the first mail")));
    for (int i = 0; i < lane->options->sessions; i++)
        if (lane->sessions[i] == s)
            lane->sessions[i] = NULL;
    lane->open--;
    bd_loop_remove(io->engine->loop, bd_stream_fd(s->stream));
    session_free(s);
}

static void feed(struct io *io, struct session *s)
{
    struct parcel *parcel = NULL;

    while (session_room(s) > 0 && (parcel = io_next_parcel(io, s->lane)))
        session_start(s, parcel, io->now_ms);
}

/* QUIT first, where the relay still listens. */
static void end_session(struct io *io, struct session *s)
{
    if (!s->said_quit) {
        s->said_quit = true;
        bd_smtp_quit(s->smtp);
        session_write(s, io->engine->loop, io->now_ms);
    }
    if (!bd_smtp_is_busy(s->smtp))
        close_session(io, s);
}

void io_prepare(struct io *io, struct session *s)
{
    take_outcomes(io, s);
    feed(io, s);
}

void io_speak(struct io *io, struct session *s)
{
    session_write(s, io->engine->loop, io->now_ms);
    take_outcomes(io, s); /* a write may have ended it, a start decided */
    if (session_is_over(s) && !bd_smtp_is_busy(s->smtp))
        end_session(io, s);
}

void io_turn(struct io *io, struct session *s)
{
    io_prepare(io, s);
    io_speak(io, s);
}

/* Files are named so that a copy that is saved a second time is known. */
static bd_str whole_id(const struct parcel *parcel)
{
    if (parcel->letter)
        return parcel->message_id;
    return bd_arena_printf(parcel->batch->arena, "%.*s@%.*s",
                           BD_ARG(parcel->message_id),
                           BD_ARG(parcel->batch->job->row.message_id_domain));
}

static void save(struct io *io, struct lane *lane, struct parcel *parcel)
{
    struct bd_arena *arena = parcel->batch->arena;
    struct bd_smtp_outcome outcome = { .verdict = BD_SMTP_ACCEPTED,
                                       .code = 250 };
    struct bd_err err = { 0 };
    enum bd_status rc = BD_OK;

    parcel->started_ms = io->now_ms;
    bd_buf_clear(&io->bytes);
    rc = parcel->copy.write(parcel->copy.self, &io->bytes);
    if (rc == BD_OK)
        rc = maildir_save(lane->maildir, arena, whole_id(parcel),
                          bd_buf_str(&io->bytes), &outcome.text, &err);
    if (rc != BD_OK) {
        lane_fail(lane, rc, err.msg, io->now_ms);
        parcel_return(parcel, 0);
    } else {
        lane_succeed(lane, io->now_ms);
        parcel_conclude(io->engine, parcel, &outcome, lane, 0);
    }
    parcels_add(&io->results, parcel);
}

static void feed_maildir(struct io *io, struct lane *lane)
{
    struct parcel *parcel = NULL;

    for (int i = 0; i < IO_MAILDIR_STEP && lane_is_usable(lane, io->now_ms) &&
                    (parcel = io_next_parcel(io, lane));
         i++)
        save(io, lane, parcel);
}

void io_feed_all(struct io *io)
{
    struct engine *e = io->engine;

    io->hungry = false;
    for (size_t i = 0; i < e->lane_count && io_ready(io) > 0; i++) {
        struct lane *lane = &e->lanes[i];

        if (lane->maildir)
            feed_maildir(io, lane);
        for (int j = 0; j < lane->options->sessions; j++)
            if (lane->sessions[j] && session_room(lane->sessions[j]) > 0)
                io_turn(io, lane->sessions[j]);
    }
}
