#include "brevduva/deliver/send.h"

#include <time.h>
#include <unistd.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/file.h"
#include "brevduva/base/i18n.h"
#include "brevduva/base/limits.h"
#include "brevduva/compose/recipient.h"
#include "retry_private.h"

/* Copies claimed at a time: so many can become unknown by a crash. */
#define CLAIM_COPIES 1
/* Sessions in a row that may break before we stop asking for more: each may
 * have cost a copy its certainty. */
#define BROKEN_MAX 3
/* A full disk or a busy database gets some seconds before a result is lost. */
#define RECORD_TRIES 5

struct run {
    const struct bd_send_options *options;
    struct bd_arena *arena;      /* for the whole run */
    struct bd_arena *copy_arena; /* for each claim, then cleared */
    struct bd_mailing mailing;   /* as it was when the run began */
    struct bd_message message, message_text;
    struct bd_buf bytes; /* of the copy under way */
    int64_t done;        /* copies that wait no more */
    unsigned broken;     /* sessions in a row */
    struct bd_send_result *out;
};

static int64_t now(const struct run *run)
{
    const struct bd_sys *sys = run->options->sys;

    return sys->now(sys->self);
}

static struct bd_actor actor_now(const struct run *run)
{
    struct bd_actor actor = run->options->actor;

    actor.now = now(run);
    return actor;
}

static enum bd_status find_mailing(struct run *run, int64_t id,
                                   struct bd_err *err)
{
    const struct bd_mailing *all = NULL;
    size_t count = 0;
    enum bd_status rc = bd_mailing_all(run->arena, run->options->store, &all,
                                       &count, err);

    for (size_t i = 0; i < count && rc == BD_OK; i++) {
        if (all[i].id == id) {
            run->mailing = all[i];
            return BD_OK;
        }
    }
    return rc == BD_OK ? bd_fail(err, BD_ENOENT, _("there is no such mailing"))
                       : rc;
}

static enum bd_status set_state(const struct run *run,
                                enum bd_mailing_state state, bd_str reason,
                                struct bd_err *err)
{
    struct bd_actor actor = actor_now(run);

    return bd_mailing_set_state(run->options->store, run->mailing.id, state,
                                reason, &actor, err);
}

static int64_t waiting(const struct bd_mailing *mailing)
{
    return mailing->count[BD_DELIVERY_QUEUED] +
           mailing->count[BD_DELIVERY_DEFERRED] +
           mailing->count[BD_DELIVERY_HANDING_OVER];
}

/* Minutes east of UTC, for the Date header. */
static int zone_at(int64_t seconds)
{
    time_t t = (time_t)seconds;
    struct tm tm = { 0 };

    return localtime_r(&t, &tm) ? (int)(tm.tm_gmtoff / 60) : 0;
}

static enum bd_status splice(struct run *run, const struct bd_delivery *copy,
                             bd_str message_id, struct bd_err *err)
{
    const struct bd_message *message = copy->text_only ? &run->message_text
                                                       : &run->message;
    struct bd_recipient recipient = {
        .email = copy->email,
        .name = copy->name,
        .language = copy->language,
        .attributes = copy->attributes,
        .subscriber = (uint64_t)copy->subscriber_id,
        .list = (uint32_t)run->mailing.list_id,
        .mailing = (uint32_t)run->mailing.id,
        .message_id = message_id,
        .date = now(run),
    };
    const bd_str *values = NULL;
    enum bd_status rc = BD_OK;

    recipient.zone = zone_at(recipient.date);
    rc = bd_recipient_values(run->copy_arena, message, &recipient,
                             run->options->signer, &values, err);
    if (rc != BD_OK)
        return rc;
    bd_buf_clear(&run->bytes);
    rc = bd_message_splice(message, values, &run->bytes);
    if (rc != BD_OK)
        return bd_fail(err, rc, _("the mail is larger than %d MB"),
                       BD_MAX_MESSAGE_BYTES / (1024 * 1024));
    return BD_OK;
}

/* 4yz: when again, or no more. When the relay refuses us it is not the
 * copy's last try, however late it is. */
static void schedule(struct run *run, const struct bd_delivery *copy,
                     enum bd_status relay_status, struct bd_receipt *receipt)
{
    const struct bd_sys *sys = run->options->sys;
    const struct retry retry = {
        .first = run->options->retry_first,
        .deadline = run->mailing.deadline,
    };
    uint32_t chance = 0;

    if (receipt->state != BD_DELIVERY_DEFERRED)
        return;
    if (relay_status == BD_OK && retry_is_over(&retry, receipt->at)) {
        receipt->state = BD_DELIVERY_REFUSED;
        receipt->reply_text = bd_str_cut_utf8(
            bd_arena_printf(run->copy_arena,
                            _("given up, as the time for this mailing is "
                              "over; the last answer: %.*s"),
                            BD_ARG(receipt->reply_text)),
            BD_MAX_REPLY_TEXT);
        return;
    }
    sys->random(sys->self, &chance, sizeof chance);
    receipt->next_try_at = retry_at(&retry, copy->attempts, receipt->at,
                                    chance);
}

/* One copy. BD_ETEMP and BD_EFINAL end the run; `receipt` is always true. */
static enum bd_status hand_over(struct run *run, const struct bd_delivery *copy,
                                struct bd_receipt *receipt, struct bd_err *err)
{
    bd_str left = bd_queue_message_id(run->copy_arena, run->mailing.id,
                                      copy->id, run->mailing.message_id_salt);
    bd_str message_id = bd_arena_printf(run->copy_arena, "%.*s@%.*s",
                                        BD_ARG(left),
                                        BD_ARG(run->mailing.message_id_domain));
    struct bd_copy mail = {
        .envelope_from = run->mailing.envelope_from,
        .envelope_to = copy->email,
        .message_id = message_id,
    };
    enum bd_status rc = splice(run, copy, left, err);
    bd_str bytes = bd_buf_str(&run->bytes);

    if (rc == BD_OK) {
        mail.size = bytes.len;
        mail.write = bd_copy_write_text;
        mail.self = &bytes;
        rc = bd_relay_deliver(run->copy_arena, run->options->relay, &mail,
                              receipt, err);
    } else { /* this reader's data, so this reader's copy only */
        *receipt = (struct bd_receipt) {
            .state = BD_DELIVERY_REFUSED,
            .reply_text = bd_arena_copy(run->copy_arena, bd_str_from(err->msg)),
        };
        rc = BD_OK;
    }
    receipt->delivery_id = copy->id;
    receipt->at = now(run);
    schedule(run, copy, rc, receipt);
    return rc;
}

/* A relay that breaks session after session is not asked for more. */
static enum bd_status watch(struct run *run, const struct bd_receipt *receipt,
                            struct bd_err *err)
{
    bool broke = receipt->reply_code == 0 &&
                 (receipt->state == BD_DELIVERY_DEFERRED ||
                  receipt->state == BD_DELIVERY_UNKNOWN);

    if (broke)
        run->broken++;
    else if (receipt->reply_code > 0)
        run->broken = 0;
    if (run->broken < BROKEN_MAX)
        return BD_OK;
    return bd_fail(err, BD_ETEMP,
                   _("%s: the session broke %u times in a row (%.*s); try "
                     "again later"),
                   bd_relay_name(run->options->relay), run->broken,
                   BD_ARG(receipt->reply_text));
}

/* Only the store can say what became of the copies if we end here: so try
 * for some time before that is given up. */
static enum bd_status record(struct run *run, int64_t claim,
                             const struct bd_receipt *receipts, size_t count,
                             struct bd_err *err)
{
    const struct timespec second = { .tv_sec = 1 };
    enum bd_status rc = BD_OK;

    for (int i = 0; i < RECORD_TRIES; i++) {
        rc = bd_queue_result(run->options->store, claim, receipts, count, err);
        if (rc != BD_EIO && rc != BD_ETEMP)
            break;
        (void)nanosleep(&second, NULL);
    }
    if (rc != BD_OK)
        bd_err_prefix(err, _("the relay's answer could not be stored, and "
                             "the copy will be listed as unknown"));
    return rc;
}

static void tally(struct run *run, const struct bd_receipt *receipt)
{
    struct bd_send_result *out = run->out;

    run->done += receipt->state != BD_DELIVERY_QUEUED &&
                 receipt->state != BD_DELIVERY_DEFERRED;
    out->accepted += receipt->state == BD_DELIVERY_ACCEPTED;
    out->deferred += receipt->state == BD_DELIVERY_DEFERRED;
    out->refused += receipt->state == BD_DELIVERY_REFUSED;
    out->unknown += receipt->state == BD_DELIVERY_UNKNOWN;
}

/* All copies of a claim; after the first trouble the rest goes back. */
static enum bd_status send_claim(struct run *run, int64_t claim,
                                 const struct bd_delivery *copies, size_t count,
                                 struct bd_err *err)
{
    struct bd_receipt *receipts = BD_NEW_ARRAY(run->copy_arena, count,
                                               struct bd_receipt);
    enum bd_status trouble = BD_OK;
    enum bd_status rc = BD_OK;
    struct bd_err record_err = { 0 };

    for (size_t i = 0; i < count; i++) {
        receipts[i].delivery_id = copies[i].id;
        receipts[i].state = BD_DELIVERY_QUEUED;
        if (trouble == BD_OK)
            trouble = hand_over(run, &copies[i], &receipts[i], err);
        if (trouble == BD_OK)
            trouble = watch(run, &receipts[i], err);
    }
    rc = record(run, claim, receipts, count, &record_err);
    if (rc != BD_OK) { /* worse than what the relay said */
        *err = record_err;
        return rc;
    }
    for (size_t i = 0; i < count; i++)
        tally(run, &receipts[i]);
    return trouble;
}

static enum bd_status send_due(struct run *run, struct bd_err *err)
{
    const struct bd_send_options *o = run->options;

    while (!run->out->stopped) {
        const struct bd_delivery *copies = NULL;
        size_t count = 0;
        int64_t claim = 0;
        enum bd_status rc;

        bd_arena_clear(run->copy_arena);
        rc = bd_queue_claim(run->copy_arena, o->store, run->mailing.id,
                            CLAIM_COPIES, now(run), &claim, &copies, &count,
                            err);
        if (rc != BD_OK || count == 0)
            return rc;
        rc = send_claim(run, claim, copies, count, err);
        if (rc != BD_OK)
            return rc;
        if (o->progress)
            run->out->stopped = !o->progress(o->self, &run->mailing, run->done,
                                             run->mailing.total);
    }
    return BD_OK;
}

static enum bd_status thaw(struct run *run, struct bd_err *err)
{
    bd_str full = BD_STR_NONE;
    bd_str text = BD_STR_NONE;
    enum bd_status rc = bd_mailing_message(run->arena, run->options->store,
                                           run->mailing.id, &full, &text, err);

    if (rc == BD_OK)
        rc = bd_message_thaw(run->arena, full, &run->message, err);
    if (rc == BD_OK)
        rc = bd_message_thaw(run->arena, text, &run->message_text, err);
    return rc;
}

/* What the ledger says at the end, whatever `rc` ended the sending. */
static enum bd_status settle(struct run *run, enum bd_status rc,
                             struct bd_err *err)
{
    struct bd_err later = { 0 };
    int64_t skipped = run->mailing.count[BD_DELIVERY_SKIPPED];
    enum bd_status end = BD_OK;

    if (rc == BD_EFINAL)
        end = set_state(run, BD_MAILING_PAUSED, bd_str_from(err->msg), &later);
    if (end == BD_OK)
        end = find_mailing(run, run->mailing.id, &later);
    if (end == BD_OK) {
        run->out->skipped = run->mailing.count[BD_DELIVERY_SKIPPED] - skipped;
        run->out->finished = waiting(&run->mailing) == 0;
        end = bd_queue_next_due(run->options->store, run->mailing.id,
                                &run->out->next_due, &later);
    }
    if (end == BD_OK && run->out->finished)
        end = set_state(run, BD_MAILING_DONE, BD_STR_NONE, &later);
    if (rc == BD_OK && end != BD_OK)
        *err = later;
    return rc == BD_OK ? end : rc;
}

static enum bd_status send_locked(struct run *run, int64_t mailing_id,
                                  struct bd_err *err)
{
    struct bd_actor actor = actor_now(run);
    enum bd_status rc = bd_queue_recover(run->options->store, &actor,
                                         &run->out->recovered, err);

    if (rc == BD_OK)
        rc = find_mailing(run, mailing_id, err);
    if (rc != BD_OK)
        return rc;
    if (run->mailing.state == BD_MAILING_CANCELLED)
        return bd_fail(err, BD_EINVAL,
                       _("the mailing of \"%.*s\" was cancelled"),
                       BD_ARG(run->mailing.slug));
    run->done = run->mailing.total - waiting(&run->mailing);
    if (run->mailing.state == BD_MAILING_DONE && waiting(&run->mailing) == 0) {
        run->out->finished = true;
        return BD_OK;
    }
    rc = set_state(run, BD_MAILING_SENDING, BD_STR_NONE, err);
    if (rc == BD_OK)
        rc = thaw(run, err);
    if (rc == BD_OK)
        rc = settle(run, send_due(run, err), err);
    return rc;
}

static enum bd_status take_lock(const char *path, int *out_fd,
                                struct bd_err *err)
{
    struct bd_lock_owner owner = { 0 };
    enum bd_status rc = bd_lock_take(path, "send", out_fd, &owner, err);

    if (rc != BD_ETEMP)
        return rc;
    return bd_fail(err, BD_ETEMP,
                   _("process %lld is sending already; wait until it is done"),
                   (long long)owner.pid);
}

enum bd_status bd_send(const struct bd_send_options *options,
                       int64_t mailing_id, struct bd_send_result *out,
                       struct bd_err *err)
{
    struct run run = { .options = options, .out = out };
    struct bd_err ignored;
    int lock = -1;
    enum bd_status rc = BD_OK;

    *out = (struct bd_send_result) { 0 };
    if (!err)
        err = &ignored; /* its text goes to the ledger too */
    rc = take_lock(options->lock_path, &lock, err);
    if (rc != BD_OK)
        return rc;
    run.arena = bd_arena_new();
    run.copy_arena = bd_arena_new();
    bd_buf_init(&run.bytes, BD_MAX_MESSAGE_BYTES);
    rc = send_locked(&run, mailing_id, err);
    bd_buf_fini(&run.bytes);
    bd_arena_free(run.copy_arena);
    bd_arena_free(run.arena);
    (void)close(lock);
    return rc;
}
