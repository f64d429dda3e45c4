/* What the tests of reports share: mailings on given days, and what comes back
 * of them. */
#ifndef TESTS_UNIT_STORE_BOUNCE_T_H
#define TESTS_UNIT_STORE_BOUNCE_T_H

#include "brevduva/store/incoming.h"
#include "store_t.h"

#define DAY ((int64_t)24 * 60 * 60)

static const struct bd_bounce_rules rules = {
    .dead_after = 1, .soft_after = 3, .soft_days = 10, .settle_days = 5
};

static struct t_store t; /* one at a time */

static inline int start(void **state)
{
    (void)state;
    t_start(&t);
    return 0;
}

static inline int stop(void **state)
{
    (void)state;
    MUST(&t, bd_store_check(t.store, &t.err)); /* kept numbers, too */
    t_stop(&t);
    return 0;
}

/* A mailing whose copies were all accepted (or whatever `state` says) on that
 * day; its number. */
static inline int64_t send_on(int64_t day, enum bd_delivery_state state)
{
    bd_str slug = bd_arena_printf(t.arena, "day-%lld", (long long)day);
    const struct bd_issue_row issue = { .slug = slug,
                                        .title = slug,
                                        .source = slug,
                                        .source_hash = slug,
                                        .message = slug,
                                        .message_text = slug };
    const struct bd_mailing mailing = {
        .list_id = t.list,
        .message_id_salt = BD_STR("salt"),
        .message_id_domain = BD_STR("brev.example"),
        .envelope_from = BD_STR("studs@brev.example"),
        .state = BD_MAILING_SENDING,
        .asked_by = BD_STR("eva")
    };
    const struct bd_delivery *copies = NULL;
    int64_t claim = 0;
    size_t count = 0;
    int64_t id = 0;

    t.actor.now = day * DAY;
    MUST(&t,
         bd_mailing_start(t.store, &issue, &mailing, &t.actor, &id, &t.err));
    MUST(&t, bd_queue_claim(t.arena, t.store, id, 100, t.actor.now, &claim,
                            &copies, &count, &t.err));
    for (size_t i = 0; i < count; i++) {
        const struct bd_receipt receipt = { .copy = &copies[i],
                                            .state = state,
                                            .at = t.actor.now,
                                            .reply_code = 250 };

        MUST(&t, bd_queue_result(t.store, claim, &receipt, 1, &t.err));
    }
    return id;
}

static inline struct bd_copy copy_of(int64_t mailing, int64_t reader)
{
    struct bd_copy copy = { 0 };

    MUST(&t,
         bd_copy_of_mailing(t.arena, t.store, mailing, reader, &copy, &t.err));
    return copy;
}

static inline enum bd_bounce_effect report(int64_t mailing, int64_t reader,
                                           const char *kind,
                                           const char *verdict,
                                           enum bd_proof proof)
{
    struct bd_copy copy = copy_of(mailing, reader);
    const struct bd_bounce bounce = { .at = t.actor.now,
                                      .subscriber_id = reader,
                                      .mailing_id = mailing,
                                      .delivery_id = copy.delivery_id,
                                      .email = copy.email,
                                      .kind = bd_str_from(kind),
                                      .verdict = bd_str_from(verdict),
                                      .reason = BD_STR("abuse"),
                                      .status = BD_STR("5.1.1"),
                                      .evidence = BD_STR("no such user"),
                                      .proof = proof };
    enum bd_bounce_effect effect = BD_BOUNCE_NOTED;

    MUST(&t,
         bd_bounce_add(t.store, &bounce, &rules, &t.actor, &effect, &t.err));
    return effect;
}

#endif
