/*
 * A mailing as it goes out, live on standard error: several lines redrawn in
 * place on a terminal that has room, one line on a small one. Elsewhere one
 * plain line a minute, and one when trouble lasts, so that a log tells.
 */
#ifndef LIVE_H
#define LIVE_H

#include "brevduva/deliver/engine.h"
#include "cli_private.h"
#include "term.h"

#define LIVE_LINES 6

/* What a picture shows. */
struct live_numbers {
    int64_t audience, done; /* with an outcome */
    int64_t accepted, deferred, refused, unknown, skipped;
    double rate;       /* copies a second */
    int64_t elapsed;   /* seconds */
    unsigned sessions; /* 0 with `connecting` 0: not known */
    unsigned connecting;
    const struct bd_engine_view *view; /* slow domains, trouble; NULL: not
                                        * known */
};

struct live {
    const struct bd_sys *sys;
    struct bd_arena *arena; /* of one picture */
    bd_str slug, list;      /* borrowed from the mailing */
    int64_t audience;
    int64_t before[BD_DELIVERY_STATES]; /* when it began */
    int64_t done_before;
    int64_t started_ms, shown_ms; /* shown_ms 0: nothing shown yet */
    int64_t rate_ms, rate_done;   /* where the rate was measured last */
    double rate;                  /* by the ledger */
    struct live_numbers last;     /* for the picture that stays */
    struct bd_engine_view view;   /* of them */
    int64_t trouble_ms;           /* when it began; 0: none */
    bool trouble_told;            /* by a plain line */
    struct {
        int64_t copies; /* that wait for another try */
        int64_t due;    /* when the next one is; 0: something is to do now */
        int64_t asked;  /* the last `due` that was told of */
        int64_t told;   /* by a plain line: minutes */
    } rest;
    bool watched;          /* another process sends */
    size_t drawn;          /* lines that stand on the screen */
    int width[LIVE_LINES]; /* their columns */
};

/* `m`: as it stands before; its texts live as long as `live`. */
void live_start(struct live *live, const struct bd_sys *sys,
                const struct bd_mailing *m);
/* For the pictures to come: nothing is to do until `due`, seconds, when the
 * first of so many copies is tried again. 0: something is. */
void live_rest(struct live *live, int64_t copies, int64_t due);
/* As the engine here sees it; may be called as often as one likes. */
void live_view(struct live *live, const struct bd_engine_view *view);
/* As the ledger has it, while another process sends. `trouble`: what that has
 * told; empty: nothing. */
void live_ledger(struct live *live, const struct bd_mailing *now,
                 bd_str trouble);
/* Take the picture away, so that something else can be printed; the next one
 * is drawn below that. */
void live_clear(struct live *live);
/* The last picture, brought up to date, stays. */
void live_end(struct live *live);

/* live_lines.c */

struct live_line {
    bd_str text;     /* at most so wide as the terminal, less one column */
    const char *sgr; /* its colour; "": none */
    bd_str bar;      /* before the text, in the bar's colour */
};

/* One line when the terminal is small. In the arena; returns how many. */
size_t live_lines(struct bd_arena *arena, const struct live *live,
                  const struct live_numbers *numbers, const struct term *term,
                  struct live_line out[LIVE_LINES]);
/* What is waited for, in one sentence. */
bd_str live_rest_sentence(struct bd_arena *arena, const struct live *live);
/* All in one sentence, for a log. */
bd_str live_sentence(struct bd_arena *arena, const struct live *live,
                     const struct live_numbers *numbers);

#endif
