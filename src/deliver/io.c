#include "io_private.h"

/* Longest sleep while something is under way, and while nothing is. */
#define BUSY_MS 100
#define IDLE_MS 1000
/* Deadlines are looked at this often. */
#define SCAN_MS 200
/* Sessions that have nothing to do are not kept longer. */
#define IDLE_SESSION_MS 10000
/* Sessions speak one after the other when so much is ready: a relay on this
 * machine wakes once for all of them, and the octets are still in the cache. */
#define STRETCH_OCTETS (256 * 1024)
/* Nobody waits longer for goodbyes at the end. */
#define CLOSING_MS 2000

/* The lead: what left during the last LEAD_MS. */
static void measure_lead(struct io *io)
{
    int64_t elapsed = io->now_ms - io->window_ms;

    if (elapsed < LEAD_MS)
        return;
    io->lead = io->started * LEAD_MS / (size_t)elapsed;
    if (io->lead > LEAD_MAX)
        io->lead = LEAD_MAX;
    io->started = 0;
    io->window_ms = io->now_ms;
}

static size_t lane_room(const struct io *io, const struct lane *lane)
{
    int64_t room = 0;
    int64_t rate = bd_rate_room(&lane->rate, io->now_ms, LEAD_MS);
    int64_t day = atomic_load(&lane->day_left);

    if (!lane_is_usable(lane, io->now_ms) || !io_is_its_turn(io, lane))
        return 0;
    if (lane->maildir)
        room = IO_MAILDIR_STEP;
    for (int i = 0; i < lane->options->sessions; i++)
        if (lane->sessions[i])
            room += (int64_t)session_room(lane->sessions[i]);
    if (rate == 0) /* one at hand, or its moment would pass */
        rate = 1;
    if (room > rate)
        room = rate;
    if (room > day)
        room = day;
    return room > 0 ? (size_t)room : 0;
}

/* Copies that could start soon and are not here. */
static size_t wanted(const struct io *io)
{
    size_t room = 0;
    size_t ready = 0;

    if (atomic_load(&io->engine->stopping))
        return 0;
    for (size_t i = 0; i < io->engine->lane_count; i++)
        room += lane_room(io, &io->engine->lanes[i]);
    if (room == 0 && io->lead == 0)
        return 0;
    room += io->lead;
    ready = io_ready(io);
    return room > ready ? room - ready : 0;
}

static void report(struct io *io)
{
    bool last = io->held > 0 && io->held == io->results.count;
    bool time = last || io->now_ms >= io->next_report_ms;
    bool worth = false; /* a commit for these alone */
    struct io_state *state = &io->state;

    state->want = wanted(io);
    worth = state->want > 0 && state->want >= io->lead / 2;
    if (io->results.count == 0 && state->want == 0 && !time)
        return;
    if (time) {
        struct io_state fresh = { .want = state->want };

        io_tell(io, &fresh);
        *state = fresh;
        io->next_report_ms = io->now_ms + BUSY_MS;
    }
    state->sessions = 0;
    state->connecting = 0;
    for (size_t i = 0; i < io->engine->lane_count; i++) {
        state->sessions += (unsigned)io->engine->lanes[i].open;
        state->connecting += (unsigned)io->engine->lanes[i].connecting;
    }
    io->held -= io->results.count;
    state->held = io->held;
    state->freed = io->freed;
    post_report(io->engine, &io->results, state,
                (worth && !io->asked) || io->held == 0 || state->stuck);
    io->asked = io->asked || worth;
}

static void receive(struct io *io)
{
    struct batch *batches = NULL;
    struct opening *opened = NULL;

    post_receive(io->engine, &batches, &opened, &io->due);
    for (; batches; batches = batches->next) {
        for (size_t i = 0; i < batches->count; i++)
            parcels_add(&io->ready, &batches->parcels[i]);
        io->held += batches->count;
        io->asked = false;
        io->hungry = true;
    }
    while (opened) {
        struct opening *next = opened->next;

        io_take_opening(io, opened);
        opened = next;
        io->hungry = true;
    }
}

/* The process is to stop, or a mailing: what has not started goes back. */
static void give_back(struct io *io)
{
    struct parcels kept = { 0 };
    struct parcel *parcel = NULL;
    bool all = atomic_load(&io->engine->stopping) || io->state.stuck;

    io_take_back(io, all);
    if (all)
        parcels_join(&io->ready, &io->soon);
    while ((parcel = parcels_take(&io->ready))) {
        if (!all && !atomic_load(&parcel->batch->job->halted)) {
            parcels_add(&kept, parcel);
            continue;
        }
        parcel_return(parcel, 0);
        parcels_add(&io->results, parcel);
    }
    io->ready = kept;
}

static void look_for_silence(struct io *io)
{
    struct engine *e = io->engine;

    for (size_t i = 0; i < e->lane_count; i++) {
        struct lane *lane = &e->lanes[i];

        lane->mute = lane_is_mute(lane, io->now_ms, STALLED_MS) ||
                     lane_is_silent(lane, io->now_ms);
        silence_leave(io, lane);
    }
}

static void scan(struct io *io)
{
    struct engine *e = io->engine;
    bool work = io->due > 0 || io_ready(io) > 0;

    if (io->now_ms < io->next_scan_ms)
        return;
    io->next_scan_ms = io->now_ms + io->scan_ms;
    give_back(io);
    look_for_silence(io);
    for (size_t i = 0; i < e->lane_count; i++) {
        bool idle = !work || !io_is_its_turn(io, &e->lanes[i]);

        for (int j = 0; j < e->lanes[i].options->sessions; j++) {
            struct session *s = e->lanes[i].sessions[j];

            if (!s)
                continue;
            session_check_deadline(s, io->now_ms);
            if (idle && io->now_ms - s->idle_since_ms > IDLE_SESSION_MS &&
                !bd_smtp_is_busy(s->smtp))
                s->quitting = true;
            io_turn(io, s);
        }
    }
    io->hungry = true;
}

static int64_t time_to_sleep(const struct io *io)
{
    int64_t ms = io->held > 0 || io->due > 0 ? BUSY_MS : IDLE_MS;

    if (io->hungry) /* somebody's moment came while we were busy */
        return 0;
    if (io->soon_ms < ms)
        ms = io->soon_ms;
    for (size_t i = 0; i < io->engine->lane_count; i++) {
        const struct lane *lane = &io->engine->lanes[i];
        int64_t wait = bd_rate_wait(&lane->rate, io->now_ms);

        if (io_ready(io) == 0)
            break;
        if (lane->maildir && wait == 0 && lane_is_usable(lane, io->now_ms))
            return 0;
        if (wait > 0 && wait < ms)
            ms = wait;
    }
    return ms < io->scan_ms ? ms : io->scan_ms;
}

/* The next copy may start by the clock, or in a Maildir: no reply comes to say
 * so. */
static bool is_time_to_start(const struct io *io)
{
    if (io_ready(io) == 0)
        return false;
    for (size_t i = 0; i < io->engine->lane_count; i++) {
        const struct lane *lane = &io->engine->lanes[i];

        if ((lane->rate.limits.count > 0 || lane->maildir) &&
            lane_may_start(lane, io->now_ms))
            return true;
    }
    return false;
}

static void handle_events(struct io *io, size_t count)
{
    size_t first = 0; /* of those that have not spoken yet */
    size_t octets = 0;

    for (size_t i = 0; i < count; i++) {
        struct session *s = io->events[i];

        session_read(s, io->now_ms);
        io_prepare(io, s);
        octets += bd_smtp_output(s->smtp).len;
        if (octets < STRETCH_OCTETS && i + 1 < count)
            continue;
        for (; first <= i; first++)
            io_speak(io, io->events[first]);
        octets = 0;
    }
    if (io->engine->lane_count > 1 && io_ready(io) > 0)
        io->hungry = true;
}

/* QUIT to all, and some time for the answers. */
static void say_goodbye(struct io *io)
{
    int64_t until = io->now_ms + CLOSING_MS;
    size_t open = 1;

    while (open > 0 && io->now_ms < until) {
        open = 0;
        for (size_t i = 0; i < io->engine->lane_count; i++) {
            struct lane *lane = &io->engine->lanes[i];

            for (int j = 0; j < lane->options->sessions; j++) {
                if (!lane->sessions[j])
                    continue;
                lane->sessions[j]->quitting = true;
                io_turn(io, lane->sessions[j]);
            }
            open += lane->open;
        }
        if (open > 0)
            handle_events(io, bd_loop_wait(io->engine->loop, until - io->now_ms,
                                           io->events, IO_EVENTS));
        io->now_ms = engine_ms(io->engine);
    }
}

/* Tests want deadlines of milliseconds; nobody else does. */
static int64_t scan_interval(const struct engine *e)
{
    int64_t ms = SCAN_MS;

    for (size_t i = 0; i < e->lane_count; i++)
        if (e->lanes[i].patience.envelope / 4 < ms)
            ms = e->lanes[i].patience.envelope / 4;
    return ms > 0 ? ms : 1;
}

void *io_main(void *self)
{
    struct engine *engine = self;
    struct io io = { .engine = engine,
                     .now_ms = engine_ms(engine),
                     .scan_ms = scan_interval(engine),
                     .soon_ms = INT64_MAX };

    (void)pthread_setname_np(pthread_self(), "brevduva-io");
    io.window_ms = io.now_ms;
    while (!atomic_load(&engine->closing)) {
        size_t count = bd_loop_wait(engine->loop, time_to_sleep(&io), io.events,
                                    IO_EVENTS);

        io.now_ms = engine_ms(engine);
        engine->io_now = engine_now(engine);
        handle_events(&io, count);
        receive(&io);
        scan(&io);
        (void)io_wake_soon(&io);
        io_open_sessions(&io);
        if (io.hungry || is_time_to_start(&io))
            io_feed_all(&io);
        io.soon_ms = io_wake_soon(&io);
        measure_lead(&io);
        report(&io);
    }
    say_goodbye(&io);
    bd_buf_fini(&io.bytes);
    bd_spare_fini(&io.spare);
    return NULL;
}
