/* What is wrong with relays, and which domains are slow, for the writer. */
#include <stdio.h>
#include <string.h>

#include "brevduva/base/i18n.h"
#include "io_private.h"

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
    state->day_full = true;
    if (state->status == BD_OK)
        state->status = BD_ETEMP;
}

/* Of those that fail, or have had enough. */
static void tell_lane(struct io_state *state, const struct lane *lane)
{
    if (lane_goes_first(lane))
        return;
    if (lane->failures == 0) {
        add_full(state, lane);
        return;
    }
    add(state->trouble, lane->trouble);
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
                   const struct lane *works)
{
    char text[TROUBLE_MAX];

    for (size_t i = 0; i < io->engine->lane_count; i++) {
        const struct lane *lane = &io->engine->lanes[i];

        if (!lane_goes_first(lane) && lane->failures > 0)
            add(state->advice, lane->trouble);
    }
    if (state->advice[0]) {
        (void)snprintf(text, sizeof text, _("mail goes by %s meanwhile"),
                       works->name);
        add(state->advice, text);
    }
    for (size_t i = 0; i < io->engine->lane_count; i++)
        if (io->engine->lanes[i].crowd.words[0])
            add(state->advice, io->engine->lanes[i].crowd.words);
}

static void tell_relays(const struct io *io, struct io_state *state)
{
    const struct lane *works = NULL;

    state->stuck = state->hopeless = state->lost = true;
    for (size_t i = 0; i < io->engine->lane_count; i++) {
        const struct lane *lane = &io->engine->lanes[i];

        look_at(io, state, lane);
        if (!works && lane_goes_first(lane))
            works = lane;
    }
    if (!state->stuck)
        state->hopeless = state->lost = false;
    if (works && (io->due > 0 || io->held > 0))
        advise(io, state, works);
    for (size_t i = 0; i < io->engine->lane_count && !works; i++)
        tell_lane(state, &io->engine->lanes[i]);
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
