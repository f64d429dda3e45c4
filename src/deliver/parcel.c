#include <stdio.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/i18n.h"
#include "brevduva/base/limits.h"
#include "brevduva/compose/recipient.h"
#include "brevduva/mail/return_path.h"
#include "brevduva/store/begun.h"
#include "lane_private.h"
#include "retry_private.h"

/* Octets that a value takes in a mail at most, for each of its own, and what
 * stands around it. For SIZE=, which is an estimate. */
#define VALUE_GROWTH 3
#define VALUE_FRAME  8

/* Its octets may leave from now on, and the relay take it. */
static void note_begun(const struct parcel *parcel)
{
    bd_begun_note(parcel->batch->job->store, parcel->delivery->id);
}

static enum bd_status write_letter(void *self, struct bd_buf *out)
{
    const struct parcel *parcel = self;

    note_begun(parcel);
    return bd_outgoing_write_text((void *)(uintptr_t)&parcel->letter->bytes,
                                  out);
}

static enum bd_status write_copy(void *self, struct bd_buf *out)
{
    const struct parcel *parcel = self;

    note_begun(parcel);
    return bd_message_splice(parcel->message, parcel->values, out);
}

static size_t estimate(const struct parcel *parcel)
{
    size_t size = parcel->message->literal_bytes;

    for (size_t i = 0; i < parcel->message->name_count; i++)
        size += VALUE_GROWTH * parcel->values[i].len + VALUE_FRAME;
    return size;
}

static enum bd_status fill_values(struct engine *engine, struct parcel *parcel,
                                  struct bd_err *err)
{
    const struct bd_delivery *d = parcel->delivery;
    const struct job *job = parcel->batch->job;
    struct bd_recipient recipient = {
        .email = d->email,
        .name = d->name,
        .language = d->language,
        .attributes = d->attributes,
        .subscriber = (uint64_t)d->subscriber_id,
        .list = (uint32_t)job->row.list_id,
        .mailing = (uint32_t)job->row.mailing_id,
        .message_id = parcel->message_id,
        .date_text = parcel->batch->date,
    };

    return bd_recipient_values(parcel->batch->arena, parcel->message,
                               &recipient, atomic_load(&engine->signer),
                               &parcel->values, err);
}

/* VERP (S4): a bounce comes back to an address that tells whose copy it was. */
static bd_str return_path(struct engine *engine, const struct parcel *parcel,
                          bd_str pattern, const struct bd_token *token)
{
    const struct bd_signer *signer = atomic_load(&engine->signer);
    char text[BD_TOKEN_MAIL_LEN];

    if (!bd_return_path_cut(pattern).has_token)
        return pattern;
    if (!signer)
        return bd_return_path_plain(parcel->batch->arena, pattern);
    bd_token_write_mail(signer, token, text);
    return bd_return_path_write(parcel->batch->arena, pattern,
                                (bd_str) { text, sizeof text });
}

static void prepare_letter(struct engine *engine, struct parcel *parcel)
{
    const struct bd_token token = {
        .purpose = BD_TOKEN_LETTER, .subscriber = (uint64_t)parcel->delivery->id
    };

    parcel->message_id = parcel->letter->message_id;
    parcel->copy.envelope_from = return_path(
        engine, parcel, parcel->letter->envelope_from, &token);
    parcel->copy.size = parcel->letter->bytes.len;
    parcel->copy.write = write_letter;
    parcel->copy.self = parcel;
}

static enum bd_status prepare_copy(struct engine *engine, struct parcel *parcel,
                                   struct bd_err *err)
{
    const struct job *job = parcel->batch->job;
    const struct bd_token token = {
        .purpose = BD_TOKEN_BOUNCE,
        .subscriber = (uint64_t)parcel->delivery->subscriber_id,
        .list = (uint32_t)job->row.list_id,
        .mailing = (uint32_t)job->row.mailing_id,
    };
    enum bd_status rc = BD_OK;

    parcel->message = parcel->delivery->text_only ? &job->text_only
                                                  : &job->full;
    parcel->message_id = bd_queue_message_id(
        parcel->batch->arena, job->row.mailing_id, parcel->delivery->id,
        job->row.message_id_salt);
    rc = fill_values(engine, parcel, err);
    if (rc != BD_OK)
        return rc;
    parcel->copy.envelope_from = return_path(engine, parcel,
                                             job->row.envelope_from, &token);
    parcel->copy.size = estimate(parcel);
    parcel->copy.write = write_copy;
    parcel->copy.self = parcel;
    if (parcel->copy.size > BD_MAX_MESSAGE_BYTES)
        return bd_fail(err, BD_ELIMIT, _("the mail is larger than %d MB"),
                       BD_MAX_MESSAGE_BYTES / (1024 * 1024));
    return BD_OK;
}

bool parcel_prepare(struct engine *engine, struct parcel *parcel)
{
    struct bd_err err = { 0 };

    parcel->copy.envelope_to = parcel->delivery->email;
    if (parcel->letter) {
        prepare_letter(engine, parcel);
        return true;
    }
    if (prepare_copy(engine, parcel, &err) == BD_OK)
        return true;
    /* this reader's data, so this reader's copy only */
    parcel->receipt = (struct bd_receipt) {
        .copy = parcel->delivery,
        .state = BD_DELIVERY_REFUSED,
        .at = engine->io_now,
        .reply_text = bd_arena_copy(parcel->batch->arena, bd_str_from(err.msg)),
        .earlier = parcel->earlier,
    };
    return false;
}

void parcel_return(struct parcel *parcel, int64_t not_before)
{
    if (parcel->earlier) {
        parcel->receipt = *parcel->earlier;
        parcel->receipt.next_try_at = not_before;
        return;
    }
    parcel->receipt = (struct bd_receipt) {
        .copy = parcel->delivery,
        .state = BD_DELIVERY_QUEUED,
        .next_try_at = not_before,
    };
}

/* Limits of a day, a pause or --limit may have put off a copy's first try: it
 * has the same time from then on as the others had. A pause that ended, or
 * --missing, began it anew. */
static int64_t trying_since(const struct parcel *parcel)
{
    int64_t first = parcel->delivery->first_at;
    int64_t anew = parcel->batch->job->row.tried_from;

    return first > 0 && !parcel->letter && anew > first ? anew : first;
}

static int64_t deadline_of(const struct engine *engine,
                           const struct parcel *parcel)
{
    int64_t since = trying_since(parcel);

    if (parcel->letter)
        return parcel->letter->deadline;
    return (since ? since : parcel->receipt.at) + engine->options->retry_for;
}

/* When again, or no more. What barred us is not the copy's last try, however
 * late it is. */
static void schedule(struct engine *engine, struct parcel *parcel)
{
    const struct bd_sys *sys = engine->options->sys;
    struct bd_receipt *r = &parcel->receipt;
    const struct retry retry = {
        .first = engine->options->retry_first,
        .network = engine->options->retry_network,
        .since = trying_since(parcel),
        .deadline = deadline_of(engine, parcel),
    };
    uint32_t chance = 0;

    if (r->state != BD_DELIVERY_DEFERRED)
        return;
    if ((!parcel->barred || parcel->letter) && retry_is_over(&retry, r->at)) {
        r->state = BD_DELIVERY_REFUSED;
        r->given_up = true;
        return;
    }
    sys->random(sys->self, &chance, sizeof chance);
    r->next_try_at = r->reply_code > 0 && !parcel->doubtful
                         ? retry_at(&retry, r->at, chance)
                         : retry_network_at(&retry, r->at, chance);
}

/* True: the reader's own system refuses the copy, for good. */
static bool is_readers_own(struct parcel *parcel,
                           const struct bd_smtp_outcome *outcome,
                           const struct lane *lane)
{
    struct job *job = parcel->batch->job;
    enum blamed blamed = BLAMED_US;

    parcel->barred = outcome->verdict == BD_SMTP_BARRED;
    parcel->doubtful = false;
    if (parcel->letter)
        return false;
    if (outcome->verdict == BD_SMTP_ACCEPTED)
        blame_note_accepted(job, lane);
    if (outcome->doubtful)
        blamed = blame_judge(job, parcel->delivery, lane);
    parcel->barred = parcel->barred && blamed == BLAMED_US;
    parcel->doubtful = blamed == BLAMED_NOBODY;
    return blamed == BLAMED_READER;
}

void parcel_conclude(struct engine *engine, struct parcel *parcel,
                     const struct bd_smtp_outcome *outcome,
                     const struct lane *lane, int64_t session)
{
    static const enum bd_delivery_state states[] = {
        [BD_SMTP_ACCEPTED] = BD_DELIVERY_ACCEPTED,
        [BD_SMTP_DEFERRED] = BD_DELIVERY_DEFERRED,
        [BD_SMTP_REFUSED] = BD_DELIVERY_REFUSED,
        [BD_SMTP_BARRED] = BD_DELIVERY_DEFERRED,
        [BD_SMTP_LOST] = BD_DELIVERY_DEFERRED,
        [BD_SMTP_UNKNOWN] = BD_DELIVERY_UNKNOWN,
        [BD_SMTP_WITHHELD] = BD_DELIVERY_QUEUED,
    };
    struct bd_arena *arena = parcel->batch->arena;
    bool own = is_readers_own(parcel, outcome, lane);

    parcel->receipt = (struct bd_receipt) {
        .copy = parcel->delivery,
        .state = own ? BD_DELIVERY_REFUSED : states[outcome->verdict],
        .at = engine->io_now,
        .reply_code = outcome->code,
        .enhanced = bd_arena_copy(arena, outcome->enhanced),
        .reply_text = bd_arena_copy(arena, outcome->text),
        .queue_id = bd_arena_copy(arena, outcome->queue_id),
        .relay = bd_str_from(lane->name),
        .session = session,
        .took_ms = engine_ms(engine) - parcel->started_ms,
        .earlier = parcel->earlier,
    };
    schedule(engine, parcel);
}

void parcel_keep_receipt(struct engine *engine, struct parcel *parcel,
                         const struct bd_smtp_outcome *outcome,
                         const struct lane *lane, int64_t session)
{
    struct bd_receipt *kept = BD_NEW(parcel->batch->arena, struct bd_receipt);

    parcel_conclude(engine, parcel, outcome, lane, session);
    *kept = parcel->receipt;
    kept->state = BD_DELIVERY_DEFERRED; /* also where its time is over */
    kept->given_up = false;
    parcel->earlier = kept;
}
