#include <stdio.h>
#include <stdlib.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/i18n.h"
#include "io_private.h"

/* Sessions asked for at a time: TLS costs tens of milliseconds each. */
#define OPENING_MAX 4
/* One session for so many copies that wait. */
#define COPIES_A_SESSION 4
/* A copy goes to another session when its own ends, so often. */
#define RETURNS_MAX 3
/* Sessions in a row that may break before a relay is left alone: each may
 * have cost a copy its certainty. */
#define BROKEN_MAX 3
/* Lanes of one priority may be apart by so many copies, by weight. */
#define TURN_SLACK 1.0

bool io_is_its_turn(const struct io *io, const struct lane *lane)
{
    for (size_t i = 0; i < io->engine->lane_count; i++) {
        const struct lane *other = &io->engine->lanes[i];

        if (other->options->priority < lane->options->priority &&
            lane_is_usable(other, io->now_ms))
            return false;
    }
    return true;
}

static bool has_room(const struct lane *lane)
{
    for (int i = 0; i < lane->options->sessions; i++)
        if (lane->sessions[i] && session_room(lane->sessions[i]) > 0)
            return true;
    return lane->maildir != NULL;
}

/* By weight: another of the same priority that has had less, and could take
 * one now, goes first. */
static bool is_ahead(const struct io *io, const struct lane *lane)
{
    for (size_t i = 0; i < io->engine->lane_count; i++) {
        const struct lane *other = &io->engine->lanes[i];

        if (other != lane &&
            other->options->priority == lane->options->priority &&
            other->turn + TURN_SLACK < lane->turn && has_room(other) &&
            lane_may_start(other, io->now_ms))
            return true;
    }
    return false;
}

static bool may_take(const struct io *io, const struct lane *lane)
{
    if (!lane_may_start(lane, io->now_ms))
        return false;
    return io->engine->lane_count == 1 ||
           (io_is_its_turn(io, lane) && !is_ahead(io, lane));
}

static bd_str domain_of(bd_str address)
{
    while (address.len > 0 && bd_str_find_char(address, '@') != SIZE_MAX)
        (void)bd_str_cut(&address, '@');
    return address;
}

/* Its domain's turn comes later. The queue knows only whole seconds and a
 * clock that is rounded down, so a short wait is spent here. */
static void postpone(struct io *io, struct parcel *parcel, int64_t wait_ms)
{
    if (wait_ms <= BD_DOMAINS_SOON_MS && io->soon.count < LEAD_MAX) {
        parcel->turn_ms = io->now_ms + wait_ms;
        parcels_add(&io->soon, parcel);
        return;
    }
    parcel_return(parcel, engine_now(io->engine) + (wait_ms + 999) / 1000 + 1);
    parcels_add(&io->results, parcel);
}

int64_t io_wake_soon(struct io *io)
{
    struct parcels waiting = { 0 };
    struct parcel *parcel = NULL;
    int64_t next_ms = INT64_MAX;

    while ((parcel = parcels_take(&io->soon))) {
        int64_t wait = parcel->turn_ms - io->now_ms;

        if (wait > 0 && wait < next_ms)
            next_ms = wait;
        if (wait > 0) {
            parcels_add(&waiting, parcel);
            continue;
        }
        parcels_put_back(&io->ready, parcel);
        io->hungry = true;
    }
    io->soon = waiting;
    return next_ms;
}

/* The next copy for this lane, ready for the wire; NULL when there is none.
 * Those that must wait go back on the way. */
static struct parcel *next_parcel(struct io *io, struct lane *lane)
{
    struct parcel *parcel = NULL;

    while (may_take(io, lane) && (parcel = parcels_take(&io->ready))) {
        int64_t wait = 0;

        if (atomic_load_explicit(&parcel->batch->job->halted,
                                 memory_order_relaxed)) {
            parcel_return(parcel, 0);
            parcels_add(&io->results, parcel);
            continue;
        }
        if (!bd_domains_are_free(lane->domains))
            wait = bd_domains_take(
                lane->domains, domain_of(parcel->delivery->email), io->now_ms);
        if (wait > 0) {
            postpone(io, parcel, wait);
            continue;
        }
        if (parcel_prepare(io->engine, parcel)) {
            lane_start(lane, io->now_ms);
            io->started++;
            return parcel;
        }
        parcels_add(&io->results, parcel);
    }
    return NULL;
}

/* Relays end a session after some number of messages, or of minutes; or it
 * broke over the copy before. That is not this copy's fault, and it was
 * certainly not accepted. */
static bool goes_elsewhere(const struct session *s, bool was_broken,
                           struct parcel *parcel,
                           const struct bd_smtp_outcome *outcome)
{
    bool ended = outcome->verdict == BD_SMTP_LOST ||
                 (outcome->code == 421 && outcome->stage != BD_SMTP_DOT);

    return ended && (s->accepted > 0 || was_broken) &&
           parcel->returns++ < RETURNS_MAX;
}

/* 4yz to MAIL: whoever the recipient is. */
static void refuse_lane(struct io *io, struct lane *lane,
                        const struct bd_smtp_outcome *outcome)
{
    char text[TROUBLE_MAX];

    (void)snprintf(text, sizeof text, "%s: %d %.*s", lane->name, outcome->code,
                   BD_ARG(outcome->text));
    lane_fail(lane, BD_ETEMP, text, io->now_ms);
}

/* What an outcome tells of the relay and of the recipient's domain. */
static void learn(struct io *io, struct session *s, const struct parcel *parcel,
                  const struct bd_smtp_outcome *outcome)
{
    struct lane *lane = s->lane;

    if (outcome->verdict == BD_SMTP_ACCEPTED) {
        s->accepted++;
        lane_succeed(lane);
    }
    if (outcome->verdict == BD_SMTP_DEFERRED &&
        outcome->stage == BD_SMTP_MAIL &&
        (outcome->code != 421 || s->accepted == 0)) {
        refuse_lane(io, lane, outcome);
        s->quitting = true;
    }
    if (outcome->verdict == BD_SMTP_DEFERRED ||
        (outcome->verdict == BD_SMTP_ACCEPTED &&
         !bd_domains_are_free(lane->domains)))
        bd_domains_tell(lane->domains, domain_of(parcel->delivery->email),
                        outcome->code, io->now_ms);
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
        struct parcel *parcel = outcome.copy->self;
        bool was_broken = s->broken;

        learn(io, s, parcel, &outcome);
        if (outcome.code == 0 && (outcome.verdict == BD_SMTP_LOST ||
                                  outcome.verdict == BD_SMTP_UNKNOWN))
            break_session(io, s, outcome.text);
        if (goes_elsewhere(s, was_broken, parcel, &outcome)) {
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

    while (session_room(s) > 0 && (parcel = next_parcel(io, s->lane)))
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

void io_turn(struct io *io, struct session *s)
{
    take_outcomes(io, s);
    feed(io, s);
    session_write(s, io->engine->loop, io->now_ms);
    take_outcomes(io, s); /* a write may have ended it, a start decided */
    if (session_is_over(s) && !bd_smtp_is_busy(s->smtp))
        end_session(io, s);
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
        lane_succeed(lane);
        parcel_conclude(io->engine, parcel, &outcome, lane, 0);
    }
    parcels_add(&io->results, parcel);
}

static void feed_maildir(struct io *io, struct lane *lane)
{
    struct parcel *parcel = NULL;

    for (int i = 0; i < IO_MAILDIR_STEP && lane_is_usable(lane, io->now_ms) &&
                    (parcel = next_parcel(io, lane));
         i++)
        save(io, lane, parcel);
}

void io_feed_all(struct io *io)
{
    struct engine *e = io->engine;

    io->hungry = false;
    for (size_t i = 0; i < e->lane_count && io->ready.count > 0; i++) {
        struct lane *lane = &e->lanes[i];

        if (lane->maildir)
            feed_maildir(io, lane);
        for (int j = 0; j < lane->options->sessions; j++)
            if (lane->sessions[j] && session_room(lane->sessions[j]) > 0)
                io_turn(io, lane->sessions[j]);
    }
}

static void open_sessions(struct io *io, struct lane *lane)
{
    size_t work = io->due + io->ready.count;
    size_t most = (size_t)lane->options->sessions;
    size_t at_a_time = lane->failures > 0 ? 1 : OPENING_MAX;

    if (most > 1 + work / COPIES_A_SESSION)
        most = 1 + work / COPIES_A_SESSION;
    while (lane->open + lane->connecting < most &&
           lane->connecting < at_a_time) {
        lane->connecting++;
        connectors_ask(io->engine->connectors, lane);
    }
}

void io_open_sessions(struct io *io)
{
    struct engine *e = io->engine;

    if (io->due + io->ready.count == 0 || atomic_load(&e->stopping))
        return;
    for (size_t i = 0; i < e->lane_count; i++) {
        struct lane *lane = &e->lanes[i];

        if (!lane->maildir && io->now_ms >= lane->away_until_ms &&
            lane_is_usable(lane, io->now_ms) && io_is_its_turn(io, lane))
            open_sessions(io, lane);
    }
}

/* A lane that comes back must not take all at once to make up for it. */
static void join_in(struct io *io, struct lane *lane)
{
    for (size_t i = 0; i < io->engine->lane_count; i++) {
        const struct lane *other = &io->engine->lanes[i];

        if (other != lane && other->open > 0 && other->turn > lane->turn)
            lane->turn = other->turn;
    }
}

static void add_session(struct io *io, struct lane *lane,
                        struct bd_stream *stream)
{
    struct session *s = session_new(lane, stream,
                                    io->engine->session_base + ++io->serial);
    struct bd_err err = { 0 };
    int free_place = 0;

    while (lane->sessions[free_place])
        free_place++;
    if (lane->open == 0)
        join_in(io, lane);
    s->idle_since_ms = io->now_ms;
    if (bd_loop_add(io->engine->loop, bd_stream_fd(stream), s, &err) != BD_OK) {
        lane_fail(lane, BD_ETEMP, err.msg, io->now_ms);
        session_free(s);
        return;
    }
    lane->sessions[free_place] = s;
    lane->open++;
}

void io_take_opening(struct io *io, struct opening *opening)
{
    struct lane *lane = opening->lane;

    lane->connecting--;
    if (opening->stream)
        add_session(io, lane, opening->stream);
    else
        lane_fail(lane, opening->status, opening->err.msg, io->now_ms);
    free(opening);
}
