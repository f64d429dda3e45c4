/* What is wrong with relays, and which domains are slow, for the writer. */
#include <stdio.h>
#include <string.h>

#include "brevduva/base/i18n.h"
#include "io_private.h"

static bool works(const struct io *io, const struct lane *lane)
{
    return lane_goes_first(lane, io->now_ms) &&
           !lane_is_silent(lane, io->now_ms);
}

static void add(char out[TROUBLE_MAX], const char *text)
{
    size_t len = strlen(out);

    (void)snprintf(out + len, TROUBLE_MAX - len, "%s%s", len > 0 ? "; " : "",
                   text);
}

static void add_full(struct io_state *state, const struct lane *lane)
{
    char text[TROUBLE_MAX];

    (void)snprintf(text, sizeof text,
                   _("%s has had all that it may get today; more goes after "
                     "midnight"),
                   lane->name);
    add(state->trouble, text);
    if (state->status == BD_OK)
        state->status = BD_ETEMP;
}

/* It may have taken a message, and has not said so. */
static bool owes_an_end(const struct lane *lane)
{
    for (int i = 0; i < lane->options->sessions; i++)
        if (lane->sessions[i] && bd_smtp_has_begun(lane->sessions[i]->smtp))
            return true;
    return false;
}

static void add_failing(const struct io *io, char out[TROUBLE_MAX],
                        const struct lane *lane)
{
    char text[TROUBLE_MAX];
    bool silent = lane_is_silent(lane, io->now_ms);

    if (lane->failures > 0 && (lane->open == 0 || !silent)) {
        add(out, lane->trouble);
        return;
    }
    (void)snprintf(text, sizeof text,
                   owes_an_end(lane)
                       ? _("%s has said nothing for more than %d seconds; it "
                           "is waited for, up to ten minutes at the end of a "
                           "mail")
                       : _("%s has said nothing for more than %d seconds"),
                   lane->name, SILENT_MS / 1000);
    add(out, text);
}

static bool is_failing(const struct io *io, const struct lane *lane)
{
    return lane_is_silent(lane, io->now_ms) ||
           (!lane_goes_first(lane, io->now_ms) && lane->failures > 0);
}

/* None works. */
static void tell_lane(const struct io *io, struct io_state *state,
                      const struct lane *lane)
{
    bool full = atomic_load(&lane->day_left) <= 0;

    state->day_full = state->day_full && full;
    if (!is_failing(io, lane)) {
        if (full)
            add_full(state, lane);
        return;
    }
    add_failing(io, state->trouble, lane);
    if (state->status == BD_OK)
        state->status = lane->status;
}

static void look_at(const struct io *io, struct io_state *state,
                    const struct lane *lane)
{
    if (lane_is_usable(lane, io->now_ms) || lane->connecting > 0)
        state->stuck = false;
    if (!lane_is_hopeless(lane) && atomic_load(&lane->day_left) > 0)
        state->hopeless = false;
    if (!lane_is_lost(lane))
        state->lost = false;
}

/* Mail moves all the same: nobody waits, but a person should know. */
static void advise(const struct io *io, struct io_state *state,
                   const struct lane *by)
{
    char text[TROUBLE_MAX];

    for (size_t i = 0; i < io->engine->lane_count; i++) {
        const struct lane *lane = &io->engine->lanes[i];

        if (is_failing(io, lane))
            add_failing(io, state->advice, lane);
    }
    if (state->advice[0]) {
        (void)snprintf(text, sizeof text, _("mail goes by %s meanwhile"),
                       by->name);
        add(state->advice, text);
    }
    for (size_t i = 0; i < io->engine->lane_count; i++)
        if (crowd_tell(&io->engine->lanes[i], io->now_ms, text))
            add(state->advice, text);
}

static void tell_relays(const struct io *io, struct io_state *state)
{
    const struct lane *by = NULL;

    state->stuck = state->hopeless = state->lost = state->well = true;
    for (size_t i = 0; i < io->engine->lane_count; i++) {
        const struct lane *lane = &io->engine->lanes[i];

        look_at(io, state, lane);
        if (!by && works(io, lane))
            by = lane;
        if (lane->failures > 0 || lane->mute || lane->crowd.why[0])
            state->well = false;
    }
    if (!state->stuck)
        state->hopeless = state->lost = false;
    if (by && (io->due > 0 || io->held > 0))
        advise(io, state, by);
    state->day_full = !by;
    for (size_t i = 0; i < io->engine->lane_count && !by; i++)
        tell_lane(io, state, &io->engine->lanes[i]);
}

static void tell_slow(const struct io *io, struct io_state *state)
{
    struct bd_slow_domain slow[BD_ENGINE_SLOWEST];

    for (size_t i = 0; i < io->engine->lane_count; i++) {
        size_t count = bd_domains_slowest(io->engine->lanes[i].domains, slow,
                                          BD_ENGINE_SLOWEST -
                                              state->slow_count);

        for (size_t j = 0; j < count; j++) {
            (void)snprintf(state->slow[state->slow_count].domain,
                           sizeof state->slow[0].domain, "%.*s",
                           BD_ARG(slow[j].domain));
            state->slow[state->slow_count++].wait_ms = slow[j].wait_ms;
        }
    }
}

void io_tell(const struct io *io, struct io_state *state)
{
    tell_relays(io, state);
    tell_slow(io, state);
}
