/*
 * The parts of the send engine and what they hand to each other.
 *
 *   writer.c     claims batches, stores results       the caller's thread
 *   io.c         takes batches, posts results         the I/O thread
 *   next.c, feed.c, open.c   which copy, to which session, and its opening
 *   lane.c       one relay: its sessions, rates, and when it is away
 *   crowd.c      how many sessions it takes
 *   session.c    one connection: octets between stream and conversation
 *   connector.c  opens connections                    threads of its own
 *   post.c       what threads give each other: the only shared memory
 *   parcel.c     a copy: its octets, its receipt
 *   turns.c      providers' limits, from one run to the next
 *   blame.c      whether a refusal is meant for all copies
 *
 * A batch and its parcels belong to the I/O thread from the moment they are
 * posted to it; each parcel goes back to the writer by itself, with its
 * receipt, and the batch is free when all are stored.
 */
#ifndef BREVDUVA_DELIVER_ENGINE_PRIVATE_H
#define BREVDUVA_DELIVER_ENGINE_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "brevduva/compose/message.h"
#include "brevduva/deliver/engine.h"
#include "brevduva/deliver/smtp.h"
#include "brevduva/net/loop.h"

/* Copies claimed ahead of what the sessions can take, at most. */
#define LEAD_MAX 1000
/* The lead is what left in so many milliseconds. */
#define LEAD_MS 40
/* Results are stored at the latest after this. */
#define COMMIT_MS 50
/* A relay's name and what it said. */
#define TROUBLE_MAX 600

/* Readers in a row who are refused for policy or size: then it is we. */
#define BLAME_MANY 3

/* What relays did with a mailing's copies; the I/O thread's own. */
struct blame {
    int64_t ids[BLAME_MANY]; /* copies refused so, of different readers, since
                              * that relay last took one */
    size_t count;
    const struct lane *refuser, *taker; /* the last */
    bool accepted;                      /* any, in this run */
};

/* A mailing at work, or the letters. Lives until the engine ends. */
struct job {
    struct job *next;
    struct bd_arena *arena;
    struct bd_store *store;
    bool letters;
    struct bd_job row; /* texts in the arena */
    struct bd_message full, text_only;
    atomic_bool halted; /* start no more of its copies */
    struct blame blame;
    /* the writer's own: */
    bool listed;                        /* is being sent, as the store says */
    bool dry;                           /* nothing was due when last asked */
    bool spent;                         /* as many are begun as --limit said */
    int64_t left;                       /* until then, at least */
    size_t open;                        /* parcels without a stored result */
    int64_t accepted, refused, unknown; /* in this run */
    bd_str reason; /* why it must be paused, a saying; empty: it need not */
    size_t doubts, outcomes; /* in this run: refusals that may be meant for all,
                              * and other answers */
    bd_str doubt;            /* the last of them: a reason, if all are so */
};

/* One copy from claim to stored result. */
struct parcel {
    struct bd_outgoing copy; /* first: see parcel_of */
    struct parcel *next;     /* in the list it is in */
    struct batch *batch;
    const struct bd_delivery *delivery;
    const struct bd_letter_mail *letter; /* NULL: of a mailing */
    bd_str message_id;                   /* left part, or whole for letters */
    const bd_str *values;
    const struct bd_message *message;
    struct bd_receipt receipt;
    const struct bd_receipt *earlier; /* see there */
    int64_t started_ms;
    int64_t turn_ms;  /* when its domain may have it */
    unsigned returns; /* sessions that ended before they had it all */
    bool barred;      /* the relay refuses us: the mailing must stop */
    bool doubtful;    /* it may be so: other copies will tell */
};

/* The conversation knows only the copy. */
static inline struct parcel *parcel_of(const struct bd_outgoing *copy)
{
    return (struct parcel *)(uintptr_t)copy;
}

struct batch {
    struct batch *next;
    struct job *job;
    int64_t claim;
    struct bd_arena *arena; /* of all below, and of the receipts' texts */
    bd_str date;            /* of the Date header */
    size_t count;
    struct parcel *parcels;
    /* the writer's own: */
    struct batch *next_open;
    struct bd_receipt *receipts; /* in the order they came */
    size_t received, stored;
};

/* A queue of parcels. */
struct parcels {
    struct parcel *first, *last;
    size_t count;
};
void parcels_add(struct parcels *list, struct parcel *parcel);
void parcels_put_back(struct parcels *list, struct parcel *parcel);
struct parcel *parcels_take(struct parcels *list);
/* All of `more`, which is empty then. */
void parcels_join(struct parcels *list, struct parcels *more);

/* What the I/O thread tells of itself. */
struct io_state {
    size_t want;    /* copies it could start soon and has not got */
    size_t held;    /* parcels it has */
    uint64_t freed; /* domains so far that are not held back any more */
    unsigned sessions, connecting;
    bool stuck;            /* no relay can be used, and none is being tried */
    bool day_full;         /* all relays have reached their limits of the day */
    bool hopeless;         /* stuck, and it will take more than a minute */
    bool well;             /* nothing is wrong with any relay */
    bool lost;             /* stuck, and waiting will not mend it */
    enum bd_status status; /* why */
    char trouble[TROUBLE_MAX]; /* no relay works: none, or tried again */
    char advice[TROUBLE_MAX];  /* what is wrong though one works */
    size_t slow_count;
    struct {
        char domain[64];
        int64_t wait_ms;
    } slow[BD_ENGINE_SLOWEST];
};

/* A connection that was asked for. */
struct opening {
    struct opening *next;
    struct lane *lane;
    struct bd_stream *stream; /* NULL: it failed */
    enum bd_status status;
    struct bd_err err;
};

struct post {
    pthread_mutex_t lock;
    pthread_cond_t news; /* for the writer */
    /* to the I/O thread */
    struct batch *batches, **last_batch;
    struct opening *opened;
    size_t due; /* copies that wait, about: how many sessions are worth it */
    /* to the writer */
    struct parcels results;
    struct io_state state;
    bool nudged;
};

struct engine {
    const struct bd_engine_options *options;
    struct post post;
    struct bd_loop *loop;
    struct connectors *connectors;
    struct lane *lanes;
    size_t lane_count;
    _Atomic(const struct bd_signer *) signer; /* set by the writer */
    int64_t session_base; /* numbers of this run's sessions begin here */
    int64_t io_now; /* the I/O thread's: seconds, at the start of its round */
    atomic_bool stopping; /* start nothing more */
    atomic_bool closing;  /* end the sessions, then the I/O thread */
};

int64_t engine_now(const struct engine *engine); /* seconds */
int64_t engine_ms(const struct engine *engine);

/* --- post.c --- */
void post_init(struct post *post);
void post_fini(struct post *post);
/* By the writer. */
void post_batch(struct engine *engine, struct batch *batch);
void post_due(struct engine *engine, size_t due);
/* Wait for results worth storing or for want, at most `ms`; take what is
 * there. */
void post_collect(struct engine *engine, int64_t ms, struct parcels *out,
                  struct io_state *state);
/* By connectors. */
void post_opened(struct engine *engine, struct opening *opening);
/* By the I/O thread: all batches and connections that came. */
void post_receive(struct engine *engine, struct batch **batches,
                  struct opening **opened, size_t *due);
/* Hand over results and say how it stands. */
void post_report(struct engine *engine, struct parcels *results,
                 const struct io_state *state, bool urgent);

/* --- connector.c --- */
struct connectors *connectors_start(struct engine *engine, size_t count);
/* Waits for those at work; NULL is allowed. */
void connectors_stop(struct connectors *connectors);
void connectors_ask(struct connectors *connectors, struct lane *lane);

/* --- parcel.c --- */
/* Ready for the wire. False: the receipt says why this copy cannot be sent. */
bool parcel_prepare(struct engine *engine, struct parcel *parcel);
/* What became of it, by the conversation's outcome. */
void parcel_conclude(struct engine *engine, struct parcel *parcel,
                     const struct bd_smtp_outcome *outcome,
                     const struct lane *lane, int64_t session);
/* The session's end was the answer, and it goes to another one: keep that. */
void parcel_keep_receipt(struct engine *engine, struct parcel *parcel,
                         const struct bd_smtp_outcome *outcome,
                         const struct lane *lane, int64_t session);
/* Give it back untried, not to be claimed before `not_before` (0: any time). */
void parcel_return(struct parcel *parcel, int64_t not_before);

/* --- blame.c --- */
void blame_note_accepted(struct job *job, const struct lane *lane);
/* Of a refusal for policy or size. */
enum blamed {
    BLAMED_NOBODY, /* other copies will tell: try this one again */
    BLAMED_READER, /* others were accepted */
    BLAMED_US      /* so many others were refused */
};
enum blamed blame_judge(struct job *job, const struct bd_delivery *copy,
                        const struct lane *lane);

/* --- writer.c --- */
enum bd_status writer_run(struct engine *engine, struct bd_engine_result *out,
                          struct bd_err *err);

/* --- turns.c --- */
enum bd_status turns_resume(struct engine *engine, struct bd_err *err);
enum bd_status turns_keep(struct engine *engine, struct bd_err *err);

/* --- io.c --- */
void *io_main(void *engine);

#endif
