/* The I/O thread: io.c waits and reports, next.c chooses copies, feed.c gives
 * them to sessions, open.c opens these, silence.c leaves those that say
 * nothing, tell.c says how it stands. */
#ifndef BREVDUVA_DELIVER_IO_PRIVATE_H
#define BREVDUVA_DELIVER_IO_PRIVATE_H

#include "lane_private.h"

#define IO_EVENTS 256
/* A relay from which nothing came for so long does not count. */
#define STALLED_MS 3000
/* One that is silent for so long is worth a word, and others' help. */
#define SILENT_MS 10000
/* Copies saved in a Maildir before anything else is looked at. */
#define IO_MAILDIR_STEP 20

struct io {
    struct engine *engine;
    int64_t now_ms;         /* when the present round began */
    struct parcels ready;   /* not started */
    struct parcels soon;    /* whose domain has its turn in a moment */
    struct parcels results; /* not reported */
    size_t held;            /* parcels that are here, results among them */
    size_t due;             /* copies that wait in the store, about */
    bool hungry;            /* a session may have room for what is ready */
    bool asked;             /* for copies, which have not come yet */
    size_t started, lead;
    int64_t window_ms, next_scan_ms, next_report_ms, scan_ms;
    int64_t soon_ms; /* until the next of them */
    int64_t serial;  /* of the last session */
    uint64_t freed;  /* domains that are not held back any more */
    struct io_state state;
    struct bd_spare spare; /* for what sessions say */
    struct bd_buf bytes;   /* of a copy for a Maildir */
    void *events[IO_EVENTS];
};

/* --- next.c --- */
/* The next copy for this lane, ready for the wire; NULL when there is none.
 * Those that must wait go back on the way. */
struct parcel *io_next_parcel(struct io *io, struct lane *lane);
/* What lanes that do not move, or all, should have taken is anybody's again. */
void io_take_back(struct io *io, bool all);
/* Copies that could start: ready, or passed on to a lane. */
size_t io_ready(const struct io *io);
/* Those whose moment has come are ready; milliseconds until the next one. */
int64_t io_wake_soon(struct io *io);
/* No relay that goes before it can be used. */
bool io_is_its_turn(const struct io *io, const struct lane *lane);
/* Another one works, or has not failed yet. */
bool io_has_another(const struct io *io, const struct lane *lane);
bd_str io_domain_of(bd_str address);

/* --- feed.c --- */
/* Take the session's outcomes and make what it can say next. */
void io_prepare(struct io *io, struct session *session);
/* Say it, or end the session, which is gone afterwards then. */
void io_speak(struct io *io, struct session *session);
/* Both. */
void io_turn(struct io *io, struct session *session);
/* Give what is ready to whoever has room. */
void io_feed_all(struct io *io);

/* --- silence.c --- */
/* None of its sessions moves, though it owes something to each, or none is
 * opened that was asked for. */
bool lane_is_silent(const struct lane *lane, int64_t now_ms);
/* Where that is so and another works, that one takes what is not begun. */
void silence_leave(struct io *io, struct lane *lane);

/* --- tell.c --- */
void io_tell(const struct io *io, struct io_state *state);

/* --- open.c --- */
/* Ask for as many sessions as the work is worth. */
void io_open_sessions(struct io *io);
/* A connection came, or did not; frees `opening`. */
void io_take_opening(struct io *io, struct opening *opening);

#endif
