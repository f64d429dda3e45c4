/* Sessions as many as the work is worth. */
#include <stdlib.h>

#include "io_private.h"

/* Sessions asked for at a time: TLS costs tens of milliseconds each. */
#define OPENING_MAX 4
/* One session for so many copies that wait. */
#define COPIES_A_SESSION 4

/* A password that may be wrong is tried once: a second try at the same moment
 * may be what locks the account. */
static size_t at_a_time(const struct lane *lane)
{
    bool untried = lane->options->username && !lane->opened;

    return lane->failures > 0 || untried ? 1 : OPENING_MAX;
}

static void open_sessions(struct io *io, struct lane *lane)
{
    size_t work = io_is_its_turn(io, lane) ? io->due + io_ready(io)
                                           : lane->passed.count;
    size_t most = (size_t)lane->options->sessions;

    if (most > 1 + work / COPIES_A_SESSION)
        most = 1 + work / COPIES_A_SESSION;
    while (lane->open + lane->connecting < most &&
           lane->connecting < at_a_time(lane) &&
           crowd_allows(lane, io->now_ms)) {
        if (lane->connecting++ == 0)
            lane->asked_ms = io->now_ms;
        connectors_ask(io->engine->connectors, lane);
    }
}

void io_open_sessions(struct io *io)
{
    struct engine *e = io->engine;

    if (io->due + io_ready(io) == 0 || atomic_load(&e->stopping))
        return;
    for (size_t i = 0; i < e->lane_count; i++) {
        struct lane *lane = &e->lanes[i];

        if (!lane->maildir && io->now_ms >= lane->away_until_ms &&
            lane_is_usable(lane, io->now_ms) &&
            (io_is_its_turn(io, lane) || lane->passed.count > 0))
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
                        struct bd_stream *stream, bool unwanted)
{
    struct session *s = session_new(lane, stream, &io->spare,
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
    lane->offers = bd_smtp_offers(s->smtp);
    lane->heard = true;
    lane_open(lane);
    s->quitting = unwanted;
    crowd_note_open(lane);
    lane->moved_ms = io->now_ms;
}

void io_take_opening(struct io *io, struct opening *opening)
{
    struct lane *lane = opening->lane;
    bool unwanted = lane->unwanted > 0;

    lane->unwanted -= unwanted;
    if (--lane->connecting == 0)
        lane->asked_ms = 0;
    if (opening->stream)
        add_session(io, lane, opening->stream, unwanted);
    else if (opening->status == BD_ETEMP && lane->open > 0)
        crowd_note_full(lane, lane->open, opening->err.msg, io->now_ms);
    else {
        lane_fail(lane, opening->status, opening->err.msg, io->now_ms);
        if (lane->open == 0) /* what it said no to was no limit */
            lane->crowd = (struct crowd) { 0 };
    }
    free(opening);
}
