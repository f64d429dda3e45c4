#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "brevduva/base/saying.h"
#include "brevduva/mail/date.h"
#include "refusal_private.h"
#include "writer_private.h"

#define TURN_SOON 60 /* seconds */

/* Minutes east of UTC, for the Date header. */
static int zone_at(int64_t seconds)
{
    time_t t = (time_t)seconds;
    struct tm tm = { 0 };

    return localtime_r(&t, &tm) ? (int)(tm.tm_gmtoff / 60) : 0;
}

static void fill(struct batch *batch, const struct bd_delivery *copies,
                 const struct bd_letter_mail *letters)
{
    batch->parcels = BD_NEW_ARRAY(batch->arena, batch->count, struct parcel);
    batch->receipts = BD_NEW_ARRAY(batch->arena, batch->count,
                                   struct bd_receipt);
    for (size_t i = 0; i < batch->count; i++) {
        batch->parcels[i].batch = batch;
        batch->parcels[i].delivery = &copies[i];
        batch->parcels[i].letter = letters ? &letters[i] : NULL;
    }
}

/* BD_OK with *out NULL: nothing of this job is due. */
static enum bd_status claim(struct writer *w, struct job *job, size_t want,
                            struct batch **out)
{
    struct bd_arena *arena = bd_arena_new();
    struct batch *batch = BD_NEW(arena, struct batch);
    const struct bd_delivery *copies = NULL;
    const struct bd_letter_mail *letters = NULL;
    int64_t now = engine_now(w->engine);
    char date[BD_DATE_MAX];
    enum bd_status rc = BD_OK;

    if (job->letters)
        rc = bd_queue_claim_letters(arena, w->options->store, want, now,
                                    &batch->claim, &copies, &letters,
                                    &batch->count, w->err);
    else
        rc = bd_queue_claim(arena, w->options->store, job->row.mailing_id, want,
                            now, &batch->claim, &copies, &batch->count, w->err);
    if (rc != BD_OK || batch->count == 0) {
        bd_arena_free(arena);
        return rc;
    }
    batch->arena = arena;
    batch->job = job;
    batch->date = bd_arena_copy(arena, bd_date_write(now, zone_at(now), date));
    fill(batch, copies, letters);
    *out = batch;
    return BD_OK;
}

static bool may_claim(const struct job *job)
{
    return job->listed && !job->dry && !atomic_load(&job->halted);
}

/* Of `want`, as many as --limit allows. The store is asked where what it said
 * last may not be enough: copies that are tried again do not count. */
static enum bd_status keep_to_limit(struct writer *w, struct job *job,
                                    size_t *want)
{
    enum bd_status rc = BD_OK;

    if (job->letters || job->row.limit == 0)
        return BD_OK;
    if (job->left < (int64_t)*want)
        rc = bd_mailing_limit_left(w->options->store, job->row.mailing_id,
                                   &job->left, w->err);
    job->spent = rc == BD_OK && job->left <= 0;
    if (job->left < (int64_t)*want)
        *want = job->left > 0 ? (size_t)job->left : 0;
    return rc;
}

/* From the first job that has any: `*out` is a list of batches. */
static enum bd_status claim_some(struct writer *w, size_t want,
                                 struct batch **out)
{
    for (struct job *job = w->jobs; job && want > 0; job = job->next) {
        struct batch *batch = NULL;
        size_t most = want;
        enum bd_status rc = BD_OK;

        if (!may_claim(job))
            continue;
        rc = keep_to_limit(w, job, &most);
        if (rc == BD_OK && most == 0)
            continue;
        if (rc == BD_OK)
            rc = claim(w, job, most, &batch);
        if (rc != BD_OK)
            return rc;
        job->dry = !batch;
        if (!batch)
            continue;
        want -= batch->count;
        job->left -= (int64_t)batch->count;
        *out = batch;
        out = &batch->next;
    }
    return BD_OK;
}

static enum bd_status note_refusals(struct writer *w, const struct batch *b)
{
    int64_t mailing_id = b->job->letters ? 0 : b->job->row.mailing_id;
    enum bd_status rc = BD_OK;

    for (size_t i = b->stored; i < b->received && rc == BD_OK; i++)
        rc = refusal_note(w->options, mailing_id, &b->receipts[i], w->err);
    return rc;
}

/* Rows are appended to the ledger then, not put between others. */
static int by_id(const void *a, const void *b)
{
    int64_t left = ((const struct bd_receipt *)a)->copy->id;
    int64_t right = ((const struct bd_receipt *)b)->copy->id;

    return (left > right) - (left < right);
}

static enum bd_status store_results(struct writer *w)
{
    for (struct batch *b = w->batches; b; b = b->next_open) {
        enum bd_status rc = BD_OK;

        if (b->stored == b->received)
            continue;
        qsort(b->receipts + b->stored, b->received - b->stored,
              sizeof *b->receipts, by_id);
        rc = bd_queue_result(w->options->store, b->claim,
                             b->receipts + b->stored, b->received - b->stored,
                             w->err);
        if (rc == BD_OK)
            rc = note_refusals(w, b);
        if (rc != BD_OK)
            return rc;
    }
    return BD_OK;
}

static bool has_limits(const struct engine *engine)
{
    for (size_t i = 0; i < engine->lane_count; i++)
        if (engine->lanes[i].options->domain_count > 0)
            return true;
    return false;
}

/* Turns that are soon are worth a wait: a limit of twenty a minute would be one
 * of as many as `deliver` is started in a minute. */
static void note_turn(struct writer *w, const struct bd_receipt *r)
{
    int64_t wait = r->next_try_at - engine_now(w->engine);

    if (wait > 0 && wait <= TURN_SOON && has_limits(w->engine))
        w->turn_ms = engine_ms(w->engine) + (wait + 1) * 1000;
}

static void tally(struct writer *w, struct job *job, const struct bd_receipt *r)
{
    struct bd_engine_result *out = w->out;

    out->accepted += r->state == BD_DELIVERY_ACCEPTED;
    out->deferred += r->state == BD_DELIVERY_DEFERRED;
    out->refused += r->state == BD_DELIVERY_REFUSED;
    out->unknown += r->state == BD_DELIVERY_UNKNOWN;
    if (r->state == BD_DELIVERY_QUEUED) {
        note_turn(w, r);
        job->dry = false; /* it may be due at once */
    }
    job->accepted += r->state == BD_DELIVERY_ACCEPTED;
    job->refused += r->state == BD_DELIVERY_REFUSED;
    job->unknown += r->state == BD_DELIVERY_UNKNOWN;
}

/* The results are durable. */
static void note_stored(struct writer *w)
{
    struct batch **link = &w->batches;

    while (*link) {
        struct batch *b = *link;

        for (; b->stored < b->received; b->stored++) {
            tally(w, b->job, &b->receipts[b->stored]);
            b->job->open--;
            w->unstored--;
        }
        if (b->stored < b->count) {
            link = &b->next_open;
            continue;
        }
        *link = b->next_open;
        bd_arena_free(b->arena);
    }
}

static void hand_over(struct writer *w, struct batch *batch)
{
    while (batch) {
        struct batch *next = batch->next;

        batch->next_open = w->batches;
        w->batches = batch;
        batch->job->open += batch->count;
        w->open += batch->count;
        post_batch(w->engine, batch);
        batch = next;
    }
}

static void drop(struct batch *batch)
{
    while (batch) {
        struct batch *next = batch->next;

        bd_arena_free(batch->arena);
        batch = next;
    }
}

enum bd_status batch_exchange(struct writer *w, size_t want)
{
    struct bd_store *store = w->options->store;
    struct batch *claimed = NULL;
    enum bd_status rc = bd_store_begin(store, w->err);

    if (rc != BD_OK)
        return rc;
    rc = store_results(w);
    if (rc == BD_OK && want > 0)
        rc = claim_some(w, want, &claimed);
    if (rc == BD_OK)
        rc = bd_store_commit(store, w->err);
    if (rc != BD_OK) {
        bd_store_rollback(store);
        drop(claimed);
        return rc;
    }
    note_stored(w);
    hand_over(w, claimed);
    return BD_OK;
}

/* In words, why the mailing must stop. */
static bd_str explain(const struct parcel *parcel, bool several)
{
    struct bd_arena *arena = parcel->batch->job->arena;
    const struct bd_receipt *r = &parcel->receipt;
    const char *sentence = "%s: %s";
    bd_str args[] = { r->relay, r->reply_text };

    if (r->reply_code > 0) {
        sentence = several ? N_("%s refuses the newsletter, and not only this "
                                "reader: %s")
                           : N_("%s refuses the newsletter, as far as the copy "
                                "to one reader can tell: %s");
        args[1] = bd_arena_printf(arena, "%d %.*s %.*s", r->reply_code,
                                  BD_ARG(r->enhanced), BD_ARG(r->reply_text));
    }
    return bd_saying(arena, sentence, args, sizeof args / sizeof *args);
}

static void note_answer(struct parcel *parcel)
{
    struct job *job = parcel->batch->job;

    if (parcel->barred)
        job->reason = explain(parcel, true);
    else if (parcel->doubtful)
        job->doubt = explain(parcel, job->doubts++ > 0);
    else if (parcel->receipt.state != BD_DELIVERY_QUEUED)
        job->outcomes++;
}

void batch_receive(struct writer *w, struct parcel *parcel)
{
    struct batch *batch = parcel->batch;

    if (!parcel->letter)
        note_answer(parcel);
    batch->receipts[batch->received++] = parcel->receipt;
    w->open--;
    w->unstored++;
}

void batches_free(struct writer *w)
{
    while (w->batches) {
        struct batch *next = w->batches->next_open;

        bd_arena_free(w->batches->arena);
        w->batches = next;
    }
}
