#include "brevduva/base/buf.h"
#include "store_t.h"

static struct bd_receipt receipt(const struct bd_delivery *copy,
                                 enum bd_delivery_state state)
{
    return (struct bd_receipt) { .copy = copy,
                                 .state = state,
                                 .at = 1100,
                                 .next_try_at = state == BD_DELIVERY_DEFERRED
                                                    ? 1200
                                                    : 0,
                                 .session = 7,
                                 .took_ms = 31,
                                 .reply_code = 250,
                                 .enhanced = BD_STR("2.0.0"),
                                 .reply_text = BD_STR("2.0.0 Ok: queued as X"),
                                 .queue_id = BD_STR("X"),
                                 .relay = BD_STR("smtp://relay.example") };
}

static size_t claim(struct t_store *t, int64_t mailing, size_t max, int64_t now,
                    int64_t *out_claim, const struct bd_delivery **out)
{
    size_t count = 0;

    MUST(t, bd_queue_claim(t->arena, t->store, mailing, max, now, out_claim,
                           out, &count, &t->err));
    return count;
}

static void result(struct t_store *t, int64_t claim_id,
                   const struct bd_delivery *copy, enum bd_delivery_state state)
{
    struct bd_receipt r = receipt(copy, state);

    MUST(t, bd_queue_result(t->store, claim_id, &r, 1, &t->err));
}

static void test_queue__from_claim_to_result(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct bd_mailing mailing;
    struct t_store t;
    int64_t id = 0;
    int64_t claim_id = 0;

    (void)state;
    t_start(&t);
    for (unsigned i = 0; i < 5; i++)
        (void)t_subscribe(&t, i);
    id = t_send(&t);
    CHECK_NUM(claim(&t, id, 3, 1000, &claim_id, &copies), 3);
    CHECK_STR(copies[0].email, "reader0@lasare.example");
    CHECK_STR(copies[0].language, "sv");
    mailing = t_mailing(&t);
    CHECK_NUM(mailing.total, 5);
    CHECK_NUM(mailing.count[BD_DELIVERY_HANDING_OVER], 3);
    CHECK_NUM(mailing.count[BD_DELIVERY_QUEUED], 2);
    result(&t, claim_id, &copies[0], BD_DELIVERY_ACCEPTED);
    result(&t, claim_id, &copies[1], BD_DELIVERY_REFUSED);
    mailing = t_mailing(&t);
    CHECK_NUM(mailing.count[BD_DELIVERY_HANDING_OVER], 1);
    result(&t, claim_id, &copies[2], BD_DELIVERY_QUEUED); /* not tried */
    mailing = t_mailing(&t);
    CHECK_NUM(mailing.count[BD_DELIVERY_HANDING_OVER], 0);
    CHECK_NUM(mailing.count[BD_DELIVERY_QUEUED], 3);
    CHECK_NUM(mailing.count[BD_DELIVERY_ACCEPTED], 1);
    CHECK_NUM(mailing.count[BD_DELIVERY_REFUSED], 1);
    CHECK_NUM(claim(&t, id, 10, 1000, &claim_id, &copies), 3);
    t_stop(&t);
}

static void test_queue__results_are_given_once_and_whole(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct bd_receipt receipts[2];
    struct bd_delivery foreign;
    struct t_store t;
    int64_t id = 0;
    int64_t claim_id = 0;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    (void)t_subscribe(&t, 2);
    (void)t_subscribe(&t, 3);
    id = t_send(&t);
    CHECK_NUM(claim(&t, id, 2, 1000, &claim_id, &copies), 2);
    receipts[0] = receipt(&copies[0], BD_DELIVERY_ACCEPTED);
    foreign = copies[1];
    foreign.id++;
    receipts[1] = receipt(&foreign, BD_DELIVERY_ACCEPTED);
    CHECK(bd_queue_result(t.store, claim_id, receipts, 2, &t.err) == BD_EINVAL);
    CHECK_NUM(t_mailing(&t).count[BD_DELIVERY_ACCEPTED], 0);
    receipts[1] = receipts[0];
    CHECK(bd_queue_result(t.store, claim_id, receipts, 2, &t.err) == BD_EINVAL);
    receipts[1] = receipt(&copies[1], BD_DELIVERY_ACCEPTED);
    MUST(&t, bd_queue_result(t.store, claim_id, receipts, 2, &t.err));
    CHECK(bd_queue_result(t.store, claim_id, receipts, 2, &t.err) == BD_EINVAL);
    CHECK(strstr(t.err.msg, "no longer claimed"));
    t_stop(&t);
}

/* Two claims of one sender never share a copy. Those that came back are next,
 * however many claims are open. */
static void test_queue_claim__open_ones_do_not_overlap(void **state)
{
    const struct bd_delivery *a = NULL;
    const struct bd_delivery *b = NULL;
    struct t_store t;
    int64_t id = 0;
    int64_t first = 0;
    int64_t second = 0;
    int64_t back = 0;

    (void)state;
    t_start(&t);
    for (unsigned i = 0; i < 6; i++)
        (void)t_subscribe(&t, i);
    id = t_send(&t);
    CHECK_NUM(claim(&t, id, 2, 1000, &first, &a), 2);
    CHECK_NUM(claim(&t, id, 2, 1000, &second, &b), 2);
    CHECK(b[0].id > a[1].id);
    back = a[0].id;
    result(&t, first, &a[0], BD_DELIVERY_QUEUED);
    CHECK_NUM(claim(&t, id, 9, 1000, &second, &b), 3);
    CHECK_NUM(b[0].id, back);
    CHECK_NUM(b[0].attempts, 0);
    CHECK(b[1].id > a[1].id + 2 && b[2].id > b[1].id);
    CHECK_NUM(t_mailing(&t).count[BD_DELIVERY_HANDING_OVER], 6);
    CHECK_NUM(claim(&t, id, 9, 1000, &second, &b), 0);
    t_stop(&t);
}

static void test_queue_claim__who_left_meanwhile_is_skipped(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct bd_mailing mailing;
    struct t_store t;
    int64_t reader[4];
    int64_t changed = 0;
    int64_t claim_id = 0;
    int64_t id = 0;

    (void)state;
    t_start(&t);
    for (unsigned i = 0; i < 4; i++)
        reader[i] = t_subscribe(&t, i);
    MUST(&t, bd_suppress(t.store, BD_STR("reader3@lasare.example"), 0,
                         BD_STR("before"), &t.actor, &t.err));
    id = t_send(&t);
    CHECK_NUM(t_mailing(&t).to_enlist, 4);
    MUST(&t, bd_unsubscribe(t.store, reader[0], t.list, BD_STR_NONE, &t.actor,
                            &changed, &t.err));
    MUST(&t, bd_suppress(t.store, BD_STR("reader1@lasare.example"), t.list,
                         BD_STR("after"), &t.actor, &t.err));
    CHECK_NUM(claim(&t, id, 1, 1000, &claim_id, &copies), 1);
    CHECK(copies[0].subscriber_id == reader[2]);
    result(&t, claim_id, &copies[0], BD_DELIVERY_ACCEPTED);
    CHECK_NUM(claim(&t, id, 9, 1000, &claim_id, &copies), 0);
    mailing = t_mailing(&t);
    CHECK_NUM(mailing.count[BD_DELIVERY_SKIPPED], 3);
    CHECK_NUM(mailing.total, 4);
    t_stop(&t);
}

static void test_queue_claim__only_of_a_mailing_that_is_sending(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct t_store t;
    int64_t claim_id = 0;
    int64_t id = 0;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    (void)t_subscribe(&t, 2);
    id = t_send(&t);
    MUST(&t, bd_mailing_set_state(t.store, id, BD_MAILING_PAUSED,
                                  BD_STR("lunch"), &t.actor, &t.err));
    CHECK_NUM(claim(&t, id, 1, 1000, &claim_id, &copies), 0);
    CHECK_STR(t_mailing(&t).state_reason, "lunch");
    t.actor.now += 1000000;
    MUST(&t, bd_mailing_set_state(t.store, id, BD_MAILING_SENDING, BD_STR_NONE,
                                  &t.actor, &t.err));
    CHECK_NUM(t_mailing(&t).tried_from, t.actor.now); /* its time begins anew */
    CHECK_NUM(claim(&t, id, 1, 1000, &claim_id, &copies), 1);
    /* cancelling drops what waits, and what comes back undone */
    MUST(&t, bd_mailing_set_state(t.store, id, BD_MAILING_CANCELLED,
                                  BD_STR_NONE, &t.actor, &t.err));
    CHECK_NUM(t_mailing(&t).count[BD_DELIVERY_SKIPPED], 1);
    result(&t, claim_id, &copies[0], BD_DELIVERY_DEFERRED);
    CHECK_NUM(t_mailing(&t).count[BD_DELIVERY_SKIPPED], 2);
    CHECK(bd_mailing_set_state(t.store, id, BD_MAILING_SENDING, BD_STR_NONE,
                               &t.actor, &t.err) == BD_EINVAL);
    CHECK(strstr(t.err.msg, "is cancelled and cannot become sending"));
    t_stop(&t);
}

/* What the log tells, as "state:attempts:code state:..." */
static enum bd_status note_row(void *self, const struct bd_log_row *row,
                               struct bd_err *err)
{
    struct bd_buf *out = self;

    (void)err;
    bd_buf_printf(out, "%s:%d:%d ", bd_delivery_state_names[row->state],
                  (int)row->attempts, row->reply_code);
    return BD_OK;
}

static void check_log(struct t_store *t, int64_t mailing, const char *want)
{
    const struct bd_log_filter all = { .mailing_id = mailing };
    struct bd_buf out;

    bd_buf_init(&out, 0);
    MUST(t, bd_log_each(t->store, &all, note_row, &out, &t->err));
    CHECK_STR(bd_buf_str(&out), want);
    bd_buf_fini(&out);
}

static void check_story(struct t_store *t, int64_t reader, const char *want)
{
    struct bd_buf out;

    bd_buf_init(&out, 0);
    MUST(t, bd_story_each(t->store, reader, note_row, &out, &t->err));
    CHECK_STR(bd_buf_str(&out), want);
    bd_buf_fini(&out);
}

static void test_queue__each_attempt_keeps_its_receipt(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct t_store t;
    int64_t claim_id = 0;
    int64_t due = 0;
    int64_t id = 0;
    int64_t reader = 0;

    (void)state;
    t_start(&t);
    reader = t_subscribe(&t, 1);
    id = t_send(&t);
    check_story(&t, reader, "queued:0:0 ");
    CHECK_NUM(claim(&t, id, 1, 1000, &claim_id, &copies), 1);
    CHECK_NUM(copies[0].first_at, 0);
    check_log(&t, id, "handing-over:0:0 ");
    result(&t, claim_id, &copies[0], BD_DELIVERY_DEFERRED);
    MUST(&t, bd_queue_next_due(t.store, id, &due, &t.err));
    CHECK_NUM(due, 1200);
    CHECK_NUM(claim(&t, id, 1, 1199, &claim_id, &copies), 0);
    CHECK_NUM(claim(&t, id, 1, 1200, &claim_id, &copies), 1);
    CHECK_NUM(copies[0].attempts, 1);
    CHECK_NUM(copies[0].first_at, 1100);
    check_story(&t, reader, "deferred:1:250 handing-over:1:0 ");
    result(&t, claim_id, &copies[0], BD_DELIVERY_ACCEPTED);
    check_log(&t, id, "accepted:2:250 ");
    check_story(&t, reader, "deferred:1:250 accepted:2:250 ");
    MUST(&t, bd_queue_next_due(t.store, id, &due, &t.err));
    CHECK_NUM(due, 0);
    t_stop(&t);
}

/* A reader who has a new address gets there what waited. */
static void test_queue_claim__goes_to_the_address_of_today(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct t_store t;
    int64_t claim_id = 0;
    int64_t id = 0;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    id = t_send(&t);
    CHECK_NUM(claim(&t, id, 1, 1000, &claim_id, &copies), 1);
    result(&t, claim_id, &copies[0], BD_DELIVERY_DEFERRED);
    MUST(&t, store_exec(t.store,
                        "UPDATE subscriber SET email = 'ny@by.example', "
                        "email_key = 'ny@by.example'",
                        &t.err));
    CHECK_NUM(claim(&t, id, 1, 1200, &claim_id, &copies), 1);
    CHECK_STR(copies[0].email, "ny@by.example");
    result(&t, claim_id, &copies[0], BD_DELIVERY_ACCEPTED);
    check_log(&t, id, "accepted:2:250 ");
    t_stop(&t);
}

static void test_queue_recover__without_result_is_unknown(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct bd_mailing mailing;
    struct t_store t;
    int64_t claim_id = 0;
    int64_t unknown = 0;
    int64_t id = 0;

    (void)state;
    t_start(&t);
    for (unsigned i = 0; i < 6; i++)
        (void)t_subscribe(&t, i);
    id = t_send(&t);
    CHECK_NUM(claim(&t, id, 4, 1000, &claim_id, &copies), 4);
    result(&t, claim_id, &copies[0], BD_DELIVERY_ACCEPTED);
    result(&t, claim_id, &copies[1], BD_DELIVERY_QUEUED);
    bd_store_close(t.store); /* the process is gone */
    MUST(&t, bd_store_open(t.path, BD_STORE_WRITE, &t.store, &t.err));
    MUST(&t, bd_queue_recover(t.store, &t.actor, &unknown, &t.err));
    CHECK_NUM(unknown, 2);
    mailing = t_mailing(&t);
    CHECK_NUM(mailing.count[BD_DELIVERY_UNKNOWN], 2);
    CHECK_NUM(mailing.count[BD_DELIVERY_QUEUED], 3);
    CHECK_NUM(mailing.count[BD_DELIVERY_ACCEPTED], 1);
    check_log(&t, id,
              "accepted:1:250 queued:0:0 unknown:1:0 unknown:1:0 "
              "queued:0:0 queued:0:0 ");
    CHECK_NUM(claim(&t, id, 9, 1000, &claim_id, &copies), 3);
    MUST(&t, bd_queue_recover(t.store, &t.actor, &unknown, &t.err));
    CHECK_NUM(unknown, 3);
    MUST(&t, bd_queue_recover(t.store, &t.actor, &unknown, &t.err));
    CHECK_NUM(unknown, 0);
    t_stop(&t);
}

static void test_mailing_start__once_for_an_issue_and_list(void **state)
{
    const struct bd_mailing again = { .state = BD_MAILING_SENDING };
    struct bd_mailing mailing = again;
    struct bd_issue_row issue = { .slug = BD_STR("2016-1"),
                                  .source_hash = BD_STR("other revision") };
    bd_str message = BD_STR_NONE;
    bd_str text = BD_STR_NONE;
    struct t_store t;
    int64_t id = 0;
    int64_t second = 0;

    (void)state;
    t_start(&t);
    mailing.list_id = t.list;
    id = t_send(&t);
    CHECK(bd_mailing_start(t.store, &issue, &mailing, &t.actor, &second,
                           &t.err) == BD_EEXIST);
    CHECK(strstr(t.err.msg, "\"2016-1\" was already sent to nyhetsbrev"));
    MUST(&t, bd_mailing_message(t.arena, t.store, id, &message, &text, &t.err));
    CHECK_STR(message, "multipart");
    CHECK_STR(text, "text");
    CHECK(bd_mailing_find(t.arena, t.store, BD_STR("2016-2"), 0, &mailing,
                          &t.err) == BD_ENOENT);
    t_stop(&t);
}

/* xorshift: the same operations in each run */
static uint32_t draw(uint32_t *seed, uint32_t below)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed % below;
}

/* A sender at work, with a reader leaving now and then and a crash. */
struct sender {
    struct t_store *t;
    int64_t mailing;
    int64_t now;
    uint32_t seed;
    int64_t claim[2]; /* 0: none is open */
    const struct bd_delivery *copies[2];
    size_t count[2];
};

static void give_results(struct sender *s, size_t which)
{
    static const enum bd_delivery_state states[] = {
        BD_DELIVERY_ACCEPTED, BD_DELIVERY_DEFERRED, BD_DELIVERY_REFUSED,
        BD_DELIVERY_UNKNOWN, BD_DELIVERY_QUEUED
    };
    size_t some = 1 + draw(&s->seed, (uint32_t)s->count[which]);

    for (size_t i = 0; i < some; i++) {
        struct bd_receipt r = receipt(&s->copies[which][i],
                                      states[draw(&s->seed, 5)]);

        r.next_try_at = s->now + 1 + draw(&s->seed, 50);
        if (r.state == BD_DELIVERY_QUEUED && draw(&s->seed, 2))
            r.next_try_at = 0;
        MUST(s->t,
             bd_queue_result(s->t->store, s->claim[which], &r, 1, &s->t->err));
    }
    s->copies[which] += some;
    s->count[which] -= some;
    if (s->count[which] == 0)
        s->claim[which] = 0;
}

/* Readers come, go and come back while it goes out. */
static void change_list(struct sender *s)
{
    int64_t number = 0;
    unsigned who = draw(&s->seed, 70);

    if (draw(&s->seed, 3) == 0) {
        (void)t_subscribe(s->t, who);
        return;
    }
    MUST(s->t, bd_unsubscribe(s->t->store, 1 + who % 60, 0, BD_STR_NONE,
                              &s->t->actor, &number, &s->t->err));
}

static void step(struct sender *s)
{
    size_t which = draw(&s->seed, 2);
    int64_t number = 0;

    s->now += draw(&s->seed, 10);
    if (s->claim[which]) {
        give_results(s, which);
    } else if (draw(&s->seed, 20) == 0) {
        MUST(s->t,
             bd_queue_recover(s->t->store, &s->t->actor, &number, &s->t->err));
        s->claim[0] = s->claim[1] = 0;
    } else if (draw(&s->seed, 4) == 0) {
        change_list(s);
    } else {
        s->count[which] = claim(s->t, s->mailing, 1 + draw(&s->seed, 9), s->now,
                                &s->claim[which], &s->copies[which]);
        if (s->count[which] == 0)
            s->claim[which] = 0;
    }
}

static void check_sums(struct sender *s)
{
    struct bd_mailing mailing = t_mailing(s->t);
    int64_t sum = 0;

    for (int k = 0; k < BD_DELIVERY_STATES; k++) {
        CHECK(mailing.count[k] >= 0);
        sum += mailing.count[k];
    }
    CHECK_NUM(sum, 60);
    CHECK_NUM(mailing.total, 60);
    CHECK_NUM(mailing.audience, 60);
    CHECK_NUM(mailing.count[BD_DELIVERY_HANDING_OVER],
              (s->claim[0] ? s->count[0] : 0) +
                  (s->claim[1] ? s->count[1] : 0));
}

static void test_mailing__sums_always_add_up(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 5; seed++) {
        struct t_store t;
        struct sender s = { .t = &t, .now = 1000, .seed = seed * 2654435761U };
        bool waits = false;

        t_start(&t);
        for (unsigned i = 0; i < 60; i++)
            (void)t_subscribe(&t, i);
        s.mailing = t_send(&t);
        for (int i = 0; i < 120; i++) {
            step(&s);
            check_sums(&s);
            MUST(&t, bd_store_check(t.store, &t.err));
        }
        MUST(&t, bd_mailing_set_state(t.store, s.mailing, BD_MAILING_CANCELLED,
                                      BD_STR_NONE, &t.actor, &t.err));
        check_sums(&s);
        for (size_t i = 0; i < 2; i++)
            while (s.claim[i])
                give_results(&s, i);
        check_sums(&s);
        MUST(&t, bd_queue_waits(t.store, s.mailing, &waits, &t.err));
        CHECK(!waits);
        CHECK_NUM(t_mailing(&t).count[BD_DELIVERY_QUEUED], 0);
        CHECK_NUM(t_mailing(&t).count[BD_DELIVERY_DEFERRED], 0);
        MUST(&t, bd_store_check(t.store, &t.err));
        t_stop(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queue__from_claim_to_result),
        cmocka_unit_test(test_queue__results_are_given_once_and_whole),
        cmocka_unit_test(test_queue_claim__open_ones_do_not_overlap),
        cmocka_unit_test(test_queue_claim__who_left_meanwhile_is_skipped),
        cmocka_unit_test(test_queue_claim__only_of_a_mailing_that_is_sending),
        cmocka_unit_test(test_queue__each_attempt_keeps_its_receipt),
        cmocka_unit_test(test_queue_claim__goes_to_the_address_of_today),
        cmocka_unit_test(test_queue_recover__without_result_is_unknown),
        cmocka_unit_test(test_mailing_start__once_for_an_issue_and_list),
        cmocka_unit_test(test_mailing__sums_always_add_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
