/* Which copy is next, and on which relay. */
#include "brevduva/store/begun.h"
#include "io_private.h"

/* Lanes of one priority may be apart by so many copies, by weight. */
#define TURN_SLACK 8.0
/* A relay from which nothing came for so long does not count. */
#define STALLED_MS 3000

bool io_is_its_turn(const struct io *io, const struct lane *lane)
{
    for (size_t i = 0; i < io->engine->lane_count; i++) {
        const struct lane *other = &io->engine->lanes[i];

        if (other->options->priority < lane->options->priority &&
            lane_goes_first(other))
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

/* The next copy for this lane, ready for the wire; NULL when there is none.
 * Those that must wait go back on the way. */
struct parcel *io_next_parcel(struct io *io, struct lane *lane)
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
            wait = bd_domains_take(lane->domains,
                                   io_domain_of(parcel->delivery->email),
                                   io->now_ms);
        if (wait > 0) {
            postpone(io, parcel, wait);
            continue;
        }
        if (parcel_prepare(io->engine, parcel)) {
            bd_begun_note(io->engine->options->store, parcel->delivery->id);
            lane_start(lane, io->now_ms);
            io->started++;
            return parcel;
        }
        parcels_add(&io->results, parcel);
    }
    return NULL;
}
