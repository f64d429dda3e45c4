/* The writer: writer.c is its loop, jobs.c what is sent, days.c how much of it
 * today, batch.c claims and results, view.c how it stands. */
#ifndef BREVDUVA_DELIVER_WRITER_PRIVATE_H
#define BREVDUVA_DELIVER_WRITER_PRIVATE_H

#include "lane_private.h"

struct writer {
    struct engine *engine;
    const struct bd_engine_options *options;
    struct bd_engine_result *out;
    struct bd_err *err;    /* never NULL */
    enum bd_status rc;     /* what the run ends with */
    struct job *jobs;      /* the letters first, then mailings, oldest first */
    struct batch *batches; /* with parcels that are not stored */
    size_t open;           /* parcels claimed and not received back */
    size_t unstored;       /* received, not stored */
    struct io_state state;
    bool dry;                /* nothing is due */
    bool checked;            /* so the store said, after all that was stored */
    uint64_t freed;          /* domains whose copies were told to come now */
    bool hurried;            /* progress() wants an end */
    unsigned store_failures; /* in a row */
    int64_t store_failed_ms; /* when the first of them was */
    int64_t turn_ms;         /* of a copy that its domain's limit holds back */
    int64_t next_due;        /* when all is dry; see bd_engine_view */
    int64_t next_refresh_ms, next_view_ms, rate_ms;
    int64_t accepted_at; /* the last copy that was, in this run */
    int64_t today;       /* for the limits of a day */
    int64_t rate_accepted;
    struct bd_engine_view view;
};

struct bd_actor writer_actor(const struct writer *w);

/* --- jobs.c --- */
/* What is being sent now, as the store says. */
enum bd_status jobs_refresh(struct writer *w);
void jobs_free(struct writer *w);
/* Stop a mailing, with the reason on record; one of which nothing is left is
 * done. */
enum bd_status jobs_pause(struct writer *w, struct job *job, bd_str reason);
/* Pause those whose --limit is reached. */
enum bd_status jobs_end_at_limit(struct writer *w);
/* Mailings whose last copy has its outcome are done, paused ones too. */
enum bd_status jobs_end(struct writer *w);
/* "2026-4", with --list where there are several: as commands take it. */
bd_str jobs_named(const struct writer *w, struct job *job);

/* --- days.c --- */
/* At the start, and at midnight. */
enum bd_status days_set(struct writer *w);

/* --- view.c --- */
/* A few times a second, or `always`; what progress() says to it is done. */
void view_show(struct writer *w, bool always);

/* --- batch.c --- */
/* Store what came back and claim up to `want` copies, in one transaction;
 * then hand the claimed ones over. */
enum bd_status batch_exchange(struct writer *w, size_t want);
/* Put a parcel's receipt with those of its batch. */
void batch_receive(struct writer *w, struct parcel *parcel);
void batches_free(struct writer *w);

#endif
