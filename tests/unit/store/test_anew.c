/* A mailing that was cancelled, and another of the same issue. */
#include "brevduva/base/buf.h"
#include "store_t.h"

static void hand_over_one(struct t_store *t, int64_t mailing,
                          enum bd_delivery_state state)
{
    const struct bd_delivery *copies = NULL;
    int64_t claim = 0;
    size_t count = 0;
    struct bd_receipt receipt = { .state = state,
                                  .at = 1100,
                                  .next_try_at = 1200,
                                  .enhanced = BD_STR("1.2.3"),
                                  .reply_text = BD_STR("words"),
                                  .relay = BD_STR("smtp://relay.example") };

    MUST(t, bd_queue_claim(t->arena, t->store, mailing, 1, 1100, &claim,
                           &copies, &count, &t->err));
    CHECK_NUM(count, 1);
    receipt.copy = copies;
    MUST(t, bd_queue_result(t->store, claim, &receipt, 1, &t->err));
}

static enum bd_status start_again(struct t_store *t)
{
    const struct bd_issue_row issue = { .slug = BD_STR("2016-1"),
                                        .source_hash = BD_STR("mended") };
    struct bd_mailing mailing = t_mailing(t);
    int64_t id = 0;

    mailing.state = BD_MAILING_SENDING;
    mailing.state_reason = BD_STR_NONE;
    return bd_mailing_start(t->store, &issue, &mailing, &t->actor, &id,
                            &t->err);
}

static enum bd_status tell_act(void *self, const struct bd_act *act,
                               struct bd_err *err)
{
    struct bd_buf *out = self;

    (void)err;
    bd_buf_printf(out, "%.*s ", BD_ARG(act->what));
    return BD_OK;
}

static void check_acts(struct t_store *t, int64_t reader, const char *want)
{
    struct bd_buf out;

    bd_buf_init(&out, 0);
    MUST(t, bd_acts_each(t->store, reader, tell_act, &out, &t->err));
    CHECK_STR(bd_buf_str(&out), want);
    bd_buf_fini(&out);
}

static void check_cancelled(enum bd_delivery_state before, bool nobody_has_it)
{
    struct t_store t;
    int64_t reader = 0;
    int64_t mailing = 0;

    t_start(&t);
    reader = t_subscribe(&t, 1);
    mailing = t_send(&t);
    hand_over_one(&t, mailing, before);
    CHECK(start_again(&t) == BD_EEXIST);
    MUST(&t, bd_mailing_set_state(t.store, mailing, BD_MAILING_CANCELLED,
                                  BD_STR_NONE, &t.actor, &t.err));
    CHECK((t_mailing(&t).started_at == 0) == nobody_has_it);
    CHECK((t_mailing(&t).state_reason.len > 0) == nobody_has_it);
    CHECK(start_again(&t) == (nobody_has_it ? BD_OK : BD_EEXIST));
    CHECK((t_mailing(&t).id != mailing) == nobody_has_it);
    if (before == BD_DELIVERY_DEFERRED)
        check_acts(&t, reader, "send cancelled send ");
    t_stop(&t);
}

static void test_start__another_where_nobody_has_the_cancelled(void **state)
{
    (void)state;
    check_cancelled(BD_DELIVERY_DEFERRED, true);
    check_cancelled(BD_DELIVERY_REFUSED, true);
    check_cancelled(BD_DELIVERY_ACCEPTED, false);
    check_cancelled(BD_DELIVERY_UNKNOWN, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start__another_where_nobody_has_the_cancelled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
