/* Retries that were claimed and came back untried: what the server said the
 * time before stays the copy's receipt. */
#include "brevduva/base/buf.h"
#include "brevduva/store/begun.h"
#include "brevduva/store/resolve.h"
#include "store_t.h"

struct retried {
    struct t_store t;
    int64_t reader, mailing, claim;
    const struct bd_delivery *copies;
};

static void claim(struct retried *r)
{
    size_t count = 0;

    MUST(&r->t, bd_queue_claim(r->t.arena, r->t.store, r->mailing, 9, 5000,
                               &r->claim, &r->copies, &count, &r->t.err));
    CHECK_NUM(count, 1);
}

static void settle(struct retried *r, enum bd_delivery_state state, int code,
                   int64_t next_try_at)
{
    const struct bd_receipt receipt = { .copy = r->copies,
                                        .state = state,
                                        .at = 1100,
                                        .next_try_at = next_try_at,
                                        .reply_code = code,
                                        .enhanced = BD_STR("4.7.1"),
                                        .reply_text = BD_STR("slow down"),
                                        .relay = BD_STR("smtp://r.example") };

    MUST(&r->t, bd_queue_result(r->t.store, r->claim, &receipt, 1, &r->t.err));
}

/* One copy, tried once, claimed again. */
static void begin(struct retried *r, enum bd_delivery_state first)
{
    t_start(&r->t);
    r->reader = t_subscribe(&r->t, 1);
    r->mailing = t_send(&r->t);
    claim(r);
    settle(r, first, 450, first == BD_DELIVERY_DEFERRED ? 1200 : 0);
    if (first == BD_DELIVERY_DEFERRED)
        claim(r);
}

/* "deferred:1:450 slow down by smtp://r.example at 1100; ", for each row. */
static enum bd_status note_row(void *self, const struct bd_log_row *row,
                               struct bd_err *err)
{
    (void)err;
    bd_buf_printf(self, "%s:%d:%d", bd_delivery_state_names[row->state],
                  (int)row->attempts, row->reply_code);
    if (row->at > 0)
        bd_buf_printf(self, " %.*s by %.*s at %d", BD_ARG(row->reply_text),
                      BD_ARG(row->relay), (int)row->at);
    bd_buf_add_cstr(self, "; ");
    return BD_OK;
}

static void check_told(struct retried *r, const char *log, const char *story)
{
    const struct bd_log_filter all = { .mailing_id = r->mailing };
    struct bd_buf out;

    bd_buf_init(&out, 0);
    MUST(&r->t, bd_log_each(r->t.store, &all, note_row, &out, &r->t.err));
    CHECK_STR(bd_buf_str(&out), log);
    bd_buf_clear(&out);
    MUST(&r->t,
         bd_story_each(r->t.store, r->reader, note_row, &out, &r->t.err));
    CHECK_STR(bd_buf_str(&out), story);
    bd_buf_fini(&out);
    MUST(&r->t, bd_store_check(r->t.store, &r->t.err));
}

#define FIRST "deferred:1:450 slow down by smtp://r.example at 1100; "

/* With a time it waits for its domain's turn, without one it was let go. */
static void test_result__untried_again_keeps_the_last_receipt(void **state)
{
    static const int64_t times[] = { 1900, 0 };
    struct retried r;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin(&r, BD_DELIVERY_DEFERRED);
        settle(&r, BD_DELIVERY_QUEUED, 0, times[i]);
        check_told(&r, FIRST, FIRST);
        CHECK_NUM(t_mailing(&r.t).count[BD_DELIVERY_DEFERRED], 1);
        claim(&r);
        CHECK_NUM(r.copies[0].attempts, 1);
        CHECK_NUM(r.copies[0].first_at, 1100);
        settle(&r, BD_DELIVERY_QUEUED, 0, times[i]);
        check_told(&r, FIRST, FIRST);
        claim(&r);
        settle(&r, BD_DELIVERY_ACCEPTED, 250, 0);
        check_told(&r, "accepted:2:250 slow down by smtp://r.example at 1100; ",
                   FIRST "accepted:2:250 slow down by smtp://r.example at "
                         "1100; ");
        t_stop(&r.t);
    }
}

static void test_result__of_a_cancelled_mailing_keeps_it_too(void **state)
{
    struct retried r;

    (void)state;
    begin(&r, BD_DELIVERY_DEFERRED);
    MUST(&r.t, bd_mailing_set_state(r.t.store, r.mailing, BD_MAILING_CANCELLED,
                                    BD_STR_NONE, &r.t.actor, &r.t.err));
    settle(&r, BD_DELIVERY_QUEUED, 0, 0);
    CHECK_NUM(t_mailing(&r.t).count[BD_DELIVERY_SKIPPED], 1);
    CHECK_NUM(t_mailing(&r.t).count[BD_DELIVERY_DEFERRED], 0);
    /* the skip is no attempt, and not told before what was under way then */
    check_told(&r, "skipped:1:450 slow down by smtp://r.example at 1100; ",
               FIRST "skipped:1:0  by  at 1100; ");
    t_stop(&r.t);
}

/* No server put it off: the try whose end nobody knew stays what it was. */
static void test_result__a_resent_one_waits_for_its_turn(void **state)
{
    struct retried r;
    int64_t count = 0;

    (void)state;
    begin(&r, BD_DELIVERY_UNKNOWN);
    MUST(&r.t, bd_resolve_all(r.t.store, r.mailing, BD_RESOLVE_RESEND,
                              &r.t.actor, &count, &r.t.err));
    MUST(&r.t,
         store_exec(r.t.store, "UPDATE attempt SET reply_text = 'slow down'",
                    &r.t.err));
    claim(&r);
    settle(&r, BD_DELIVERY_QUEUED, 0, 1900);
    CHECK_NUM(t_mailing(&r.t).count[BD_DELIVERY_QUEUED], 1);
    check_told(&r, "queued:1:0; ",
               "unknown:1:450 slow down by smtp://r.example at 1100; "
               "queued:1:0; ");
    t_stop(&r.t);
}

static void test_recover__what_was_not_begun_again_keeps_it(void **state)
{
    struct retried r;
    int64_t unknown = 0;

    (void)state;
    begin(&r, BD_DELIVERY_DEFERRED);
    settle(&r, BD_DELIVERY_DEFERRED, 450, 1200);
    bd_begun_start(r.t.store);
    claim(&r);
    bd_store_close(r.t.store); /* the process is gone */
    MUST(&r.t, bd_store_open(r.t.path, BD_STORE_WRITE, &r.t.store, &r.t.err));
    MUST(&r.t, bd_queue_recover(r.t.store, &r.t.actor, &unknown, &r.t.err));
    CHECK_NUM(unknown, 0);
    CHECK_NUM(t_mailing(&r.t).count[BD_DELIVERY_DEFERRED], 1);
    check_told(&r, "deferred:2:450 slow down by smtp://r.example at 1100; ",
               FIRST "deferred:2:450 slow down by smtp://r.example at 1100; ");
    bd_begun_start(r.t.store);
    bd_begun_stop(r.t.store); /* leaves nothing behind */
    t_stop(&r.t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_result__untried_again_keeps_the_last_receipt),
        cmocka_unit_test(test_result__of_a_cancelled_mailing_keeps_it_too),
        cmocka_unit_test(test_result__a_resent_one_waits_for_its_turn),
        cmocka_unit_test(test_recover__what_was_not_begun_again_keeps_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
