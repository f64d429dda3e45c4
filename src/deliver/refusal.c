#include "refusal_private.h"

#include "brevduva/mail/verdict.h"
#include "brevduva/store/incoming.h"

/* Without a reply it is our own doing, or the way to the relay. */
static bool is_of_the_reader(const struct bd_receipt *receipt)
{
    return receipt->state == BD_DELIVERY_REFUSED && receipt->reply_code > 0 &&
           receipt->copy->subscriber_id != 0;
}

enum bd_status refusal_note(const struct bd_engine_options *options,
                            int64_t mailing_id,
                            const struct bd_receipt *receipt,
                            struct bd_err *err)
{
    const struct bd_delivery *copy = receipt->copy;
    struct bd_enhanced code = { 0 };
    struct bd_verdict_of verdict = { .verdict = BD_VERDICT_NONE };
    struct bd_actor actor = options->actor;
    struct bd_bounce bounce = { 0 };
    enum bd_bounce_effect effect = BD_BOUNCE_NOTED;

    if (!options->bounce_rules || !is_of_the_reader(receipt))
        return BD_OK;
    if (bd_enhanced_parse(receipt->enhanced, &code) != BD_OK)
        code = (struct bd_enhanced) { 0 };
    verdict = bd_verdict_judge(code, receipt->reply_code, receipt->reply_text);
    actor.now = receipt->at;
    bounce = (struct bd_bounce) {
        .at = receipt->at,
        .subscriber_id = copy->subscriber_id,
        .mailing_id = mailing_id,
        .delivery_id = copy->id,
        .email = copy->email,
        .kind = BD_STR("refused"),
        .verdict = bd_str_from(bd_verdict_names[verdict.verdict]),
        .reason = bd_str_from(verdict.reason),
        .status = receipt->enhanced,
        .reply_code = receipt->reply_code,
        .evidence = receipt->reply_text,
        .proof = BD_PROOF_SESSION,
    };
    return bd_bounce_add(options->store, &bounce, options->bounce_rules, &actor,
                         &effect, err);
}
