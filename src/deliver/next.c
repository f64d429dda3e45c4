/* Which copy is next, and on which relay. */
#include "brevduva/base/i18n.h"
#include "io_private.h"

/* Lanes of one priority may be apart by so many copies, by weight. */
#define TURN_SLACK 8.0
/* Copies that wait for a relay since another has to hold them back: at most
 * so many, and what its rate allows in so long. */
#define PASSED_MAX 500
#define PASSED_MS  1000
/* Seconds until a copy is looked at again whose only relay is full today. */
#define DAY_FULL_S 900

bool io_is_its_turn(const struct io *io, const struct lane *lane)
{
    for (size_t i = 0; i < io->engine->lane_count; i++) {
        const struct lane *other = &io->engine->lanes[i];

        if (other->options->priority < lane->options->priority &&
            lane_goes_first(other, io->now_ms))
            return false;
    }
    return true;
}

/* It takes copies now: a relay that answers nothing, or has had all that its
 * rate allows, does not hold up the others. */
static bool is_moving(const struct io *io, const struct lane *lane)
{
    return lane_is_usable(lane, io->now_ms) &&
           (lane->maildir ||
            (lane->open > 0 && io->now_ms - lane->moved_ms < STALLED_MS)) &&
           lane_may_start(lane, io->now_ms);
}

/* By weight: another of the same priority that has had less goes first. */
static bool is_ahead(const struct io *io, const struct lane *lane)
{
    for (size_t i = 0; i < io->engine->lane_count; i++) {
        const struct lane *other = &io->engine->lanes[i];

        if (other != lane &&
            other->options->priority == lane->options->priority &&
            other->turn + TURN_SLACK < lane->turn && is_moving(io, other))
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

bd_str io_domain_of(bd_str address)
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

static int64_t domain_wait(const struct io *io, const struct lane *lane,
                           const struct parcel *parcel)
{
    if (bd_domains_are_free(lane->domains))
        return 0;
    return bd_domains_take(lane->domains, io_domain_of(parcel->delivery->email),
                           io->now_ms);
}

static bool is_idle(const struct lane *lane)
{
    for (int i = 0; i < lane->options->sessions; i++)
        if (lane->sessions[i] && !bd_smtp_is_busy(lane->sessions[i]->smtp))
            return true;
    return false;
}

/* It works, or has not failed yet. */
static bool is_fit(const struct io *io, const struct lane *lane)
{
    if (!lane_is_usable(lane, io->now_ms))
        return false;
    if (lane->open == 0)
        return lane->failures == 0;
    return io->now_ms - lane->moved_ms < STALLED_MS || is_idle(lane);
}

bool io_has_another(const struct io *io, const struct lane *lane)
{
    for (size_t i = 0; i < io->engine->lane_count; i++)
        if (&io->engine->lanes[i] != lane && is_fit(io, &io->engine->lanes[i]))
            return true;
    return false;
}

/* Takes what another has to hold back. */
static bool can_carry(const struct io *io, const struct lane *lane)
{
    return is_fit(io, lane) && io_is_its_turn(io, lane) &&
           lane->open + lane->connecting > 0;
}

static bool has_place(const struct io *io, const struct lane *lane)
{
    int64_t most = bd_rate_room(&lane->rate, io->now_ms, PASSED_MS);

    return lane->passed.count < PASSED_MAX &&
           (int64_t)lane->passed.count < most;
}

/* Limits are a relay's own: what it has to hold back may go by another. */
static bool pass_on(struct io *io, const struct lane *lane,
                    struct parcel *parcel)
{
    for (size_t i = 0; i < io->engine->lane_count; i++) {
        struct lane *other = &io->engine->lanes[i];

        if (other == lane || !can_carry(io, other) || !has_place(io, other) ||
            domain_wait(io, other, parcel) > 0)
            continue;
        parcels_add(&other->passed, parcel);
        io->hungry = true;
        return true;
    }
    return false;
}

void io_take_back(struct io *io, bool all)
{
    for (size_t i = 0; i < io->engine->lane_count; i++) {
        struct lane *lane = &io->engine->lanes[i];

        if (all || !is_fit(io, lane))
            parcels_join(&io->ready, &lane->passed);
    }
}

size_t io_ready(const struct io *io)
{
    size_t count = io->ready.count;

    for (size_t i = 0; i < io->engine->lane_count; i++)
        count += io->engine->lanes[i].passed.count;
    return count;
}

/* One that may start on this lane now; NULL: none. Those that must wait go
 * back on the way. */
static struct parcel *choose(struct io *io, struct lane *lane)
{
    struct parcel *parcel = NULL;

    if (lane->passed.count > 0 && lane_may_start(lane, io->now_ms))
        return parcels_take(&lane->passed);
    while (may_take(io, lane) && (parcel = parcels_take(&io->ready))) {
        int64_t wait = domain_wait(io, lane, parcel);

        if (wait == 0)
            return parcel;
        if (!pass_on(io, lane, parcel))
            postpone(io, parcel, wait);
    }
    return NULL;
}

static void conclude_unable(struct io *io, const struct lane *lane,
                            struct parcel *parcel)
{
    const struct bd_smtp_outcome outcome = {
        .verdict = BD_SMTP_LOST,
        .stage = BD_SMTP_MAIL,
        .text = bd_str_from(
            _("the relay takes no addresses with other letters than a-z before "
              "the @ (it does not offer SMTPUTF8), and another one cannot be "
              "used now")),
    };

    parcel->started_ms = io->now_ms;
    parcel_conclude(io->engine, parcel, &outcome, lane, 0);
    parcels_add(&io->results, parcel);
}

static void leave_to(struct io *io, struct lane *lane, struct parcel *parcel)
{
    int64_t wait = domain_wait(io, lane, parcel);

    if (wait > 0)
        postpone(io, parcel, wait);
    else
        parcels_add(&lane->passed, parcel);
    io->hungry = true;
}

/* Where none takes it, one that would refuse the reader alone is better than
 * one whose words on size would stop the mailing. */
static bool is_better(const struct lane *other, const struct lane *lane,
                      const struct parcel *parcel, bool any)
{
    if (any)
        return lane_takes(other, &parcel->copy);
    return !lane_takes_size(lane, &parcel->copy) &&
           lane_takes_size(other, &parcel->copy);
}

static bool any_takes(const struct io *io, const struct parcel *parcel)
{
    for (size_t i = 0; i < io->engine->lane_count; i++)
        if (lane_takes(&io->engine->lanes[i], &parcel->copy))
            return true;
    return false;
}

/* One that takes it has had its day's share: that is nobody's try. */
static bool waits_for_day(struct io *io, struct parcel *parcel)
{
    for (size_t i = 0; i < io->engine->lane_count; i++) {
        struct lane *lane = &io->engine->lanes[i];

        if (!lane_takes(lane, &parcel->copy) ||
            atomic_load(&lane->day_left) > 0)
            continue;
        parcel_return(parcel, engine_now(io->engine) + DAY_FULL_S);
        parcels_add(&io->results, parcel);
        return true;
    }
    return false;
}

/* What this relay cannot take, another may: its size, its letters. False: no
 * other, so that this one's conversation says why. */
static bool leave_to_another(struct io *io, const struct lane *lane,
                             struct parcel *parcel)
{
    bool any = false;

    if (io->engine->lane_count == 1 || lane_takes(lane, &parcel->copy))
        return false;
    any = any_takes(io, parcel);
    for (size_t i = 0; i < io->engine->lane_count; i++) {
        struct lane *other = &io->engine->lanes[i];

        if (other == lane || !is_better(other, lane, parcel, any) ||
            !is_fit(io, other))
            continue;
        leave_to(io, other, parcel);
        return true;
    }
    if (!any || bd_str_is_ascii(parcel->copy.envelope_to))
        return false;
    if (!waits_for_day(io, parcel))
        conclude_unable(io, lane, parcel);
    return true;
}

struct parcel *io_next_parcel(struct io *io, struct lane *lane)
{
    struct parcel *parcel = NULL;

    while ((parcel = choose(io, lane))) {
        if (atomic_load_explicit(&parcel->batch->job->halted,
                                 memory_order_relaxed)) {
            parcel_return(parcel, 0);
            parcels_add(&io->results, parcel);
            continue;
        }
        if (parcel_prepare(io->engine, parcel)) {
            if (leave_to_another(io, lane, parcel))
                continue;
            lane_start(lane, io->now_ms);
            io->started++;
            return parcel;
        }
        parcels_add(&io->results, parcel);
    }
    return NULL;
}
