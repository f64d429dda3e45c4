#include "brevduva/store/event.h"
#include "brevduva/store/letter.h"
#include "store_t.h"

static int64_t schedule(struct t_store *t, int64_t at, int64_t approvals)
{
    const struct bd_issue_row issue = { .slug = BD_STR("2016-1"),
                                        .source_hash = BD_STR("abc") };
    const struct bd_mailing mailing = { .list_id = t->list,
                                        .message_id_salt = BD_STR("salt"),
                                        .state = BD_MAILING_SCHEDULED,
                                        .scheduled_at = at,
                                        .approvals = approvals,
                                        .asked_by = BD_STR("eva") };
    int64_t id = 0;

    MUST(t,
         bd_mailing_start(t->store, &issue, &mailing, &t->actor, &id, &t->err));
    return id;
}

static size_t jobs_at(struct t_store *t, int64_t now, const struct bd_job **out)
{
    struct bd_actor actor = t->actor;
    size_t count = 0;

    actor.now = now;
    MUST(t, bd_queue_jobs(t->arena, t->store, &actor, out, &count, &t->err));
    return count;
}

static int64_t next_due(struct t_store *t)
{
    int64_t due = 0;

    MUST(t, bd_queue_next_due(t->store, 0, &due, &t->err));
    return due;
}

static void test_queue_jobs__begin_when_their_time_has_come(void **state)
{
    const struct bd_job *jobs = NULL;
    struct t_store t;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    (void)schedule(&t, 1500, 1);
    CHECK_NUM(next_due(&t), 1500);
    CHECK_NUM(jobs_at(&t, 1499, &jobs), 0);
    CHECK_NUM(jobs_at(&t, 1500, &jobs), 1);
    CHECK_STR(jobs[0].slug, "2016-1");
    CHECK_NUM(jobs[0].audience, 1);
    CHECK_NUM(jobs[0].tried_from, 1500); /* counts from the start */
    CHECK_NUM(t_mailing(&t).started_at, 1500);
    CHECK_NUM(next_due(&t), 0);
    t_stop(&t);
}

static void test_queue_jobs__wait_for_the_second_person(void **state)
{
    const struct bd_job *jobs = NULL;
    struct bd_actor other;
    struct t_store t;
    int64_t id = 0;

    (void)state;
    t_start(&t);
    other = t.actor;
    other.name = BD_STR("bo");
    id = schedule(&t, 1500, 2);
    CHECK_NUM(next_due(&t), 0);
    CHECK_NUM(jobs_at(&t, 2000, &jobs), 0);
    MUST(&t, bd_mailing_approve(t.store, id, &other, &t.err));
    CHECK_NUM(next_due(&t), 1500);
    CHECK_NUM(jobs_at(&t, 2000, &jobs), 1);
    t_stop(&t);
}

static enum bd_status tell_waiting(void *self, const struct bd_log_row *row,
                                   struct bd_err *err)
{
    (void)err;
    *(int64_t *)self += row->state == BD_DELIVERY_QUEUED &&
                        bd_str_eq(row->reason, BD_STR("turn"));
    return BD_OK;
}

/* Nobody has put it off: the sums and the log call it queued alike. */
static void check_waiting(struct t_store *t, int64_t mailing_id, int64_t many)
{
    const struct bd_log_filter filter = { .mailing_id = mailing_id };
    struct bd_mailing mailing = { 0 };
    int64_t told = 0;

    MUST(t, bd_mailing_get(t->arena, t->store, mailing_id, &mailing, &t->err));
    CHECK_NUM(mailing.count[BD_DELIVERY_QUEUED], many);
    CHECK_NUM(mailing.count[BD_DELIVERY_DEFERRED], 0);
    MUST(t, bd_log_each(t->store, &filter, tell_waiting, &told, &t->err));
    CHECK_NUM(told, many);
}

static void test_queue__says_whether_a_copy_waits(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct bd_receipt receipt = { .state = BD_DELIVERY_QUEUED,
                                  .next_try_at = 1700 };
    struct t_store t;
    size_t count = 0;
    int64_t claim = 0;
    int64_t id = 0;
    bool waits = false;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    id = t_send(&t);
    for (int round = 0; round < 2; round++) {
        MUST(&t, bd_queue_waits(t.store, id, &waits, &t.err));
        CHECK(waits);
        MUST(&t, bd_queue_claim(t.arena, t.store, id, 9, 1700, &claim, &copies,
                                &count, &t.err));
        CHECK_NUM(count, 1);
        CHECK_NUM(copies[0].attempts, 0);
        MUST(&t, bd_queue_waits(t.store, id, &waits, &t.err));
        CHECK(waits);
        receipt.copy = &copies[0];
        MUST(&t, bd_queue_result(t.store, claim, &receipt, 1, &t.err));
        CHECK_NUM(next_due(&t), round == 0 ? 1700 : 0);
        check_waiting(&t, id, round == 0);
        receipt.state = BD_DELIVERY_ACCEPTED;
    }
    MUST(&t, bd_queue_waits(t.store, id, &waits, &t.err));
    CHECK(!waits);
    t_stop(&t);
}

static void add_letter(struct t_store *t, const char *to)
{
    const struct bd_letter_row letter = { .kind = BD_LETTER_TEST,
                                          .to = bd_str_from(to),
                                          .message_id = BD_STR("a@b.example"),
                                          .bytes = BD_STR("Subject: x\r\n"),
                                          .deadline = 5000 };
    int64_t id = 0;

    MUST(t, bd_letter_add(t->store, &letter, 1000, &id, &t->err));
}

static size_t claim_letters(struct t_store *t, size_t max, int64_t now,
                            int64_t *out_claim, const struct bd_delivery **out)
{
    const struct bd_letter_mail *letters = NULL;
    size_t count = 0;

    MUST(t, bd_queue_claim_letters(t->arena, t->store, max, now, out_claim, out,
                                   &letters, &count, &t->err));
    for (size_t i = 0; i < count; i++) {
        CHECK_STR(letters[i].envelope_from, "");
        CHECK_STR(letters[i].message_id, "a@b.example");
        CHECK_STR(letters[i].bytes, "Subject: x\r\n");
        CHECK_NUM(letters[i].deadline, 5000);
    }
    return count;
}

static void test_queue_claim_letters__from_claim_to_result(void **state)
{
    const struct bd_delivery *copies = NULL;
    struct bd_receipt receipt = { .state = BD_DELIVERY_DEFERRED,
                                  .at = 1000,
                                  .next_try_at = 1800 };
    struct t_store t;
    int64_t claim = 0;
    int64_t unknown = 0;

    (void)state;
    t_start(&t);
    CHECK_NUM(claim_letters(&t, 5, 1000, &claim, &copies), 0);
    add_letter(&t, "a@lasare.example");
    add_letter(&t, "b@lasare.example");
    CHECK_NUM(claim_letters(&t, 1, 1000, &claim, &copies), 1);
    CHECK_STR(copies[0].email, "a@lasare.example");
    receipt.copy = &copies[0];
    MUST(&t, bd_queue_result(t.store, claim, &receipt, 1, &t.err));
    CHECK_NUM(next_due(&t), 1800);
    CHECK_NUM(claim_letters(&t, 5, 1799, &claim, &copies), 1);
    CHECK_STR(copies[0].email, "b@lasare.example");
    MUST(&t, bd_queue_recover(t.store, &t.actor, &unknown, &t.err));
    CHECK_NUM(unknown, 1);
    CHECK_NUM(claim_letters(&t, 5, 1800, &claim, &copies), 1);
    CHECK_NUM(copies[0].attempts, 1);
    receipt.state = BD_DELIVERY_ACCEPTED;
    MUST(&t, bd_queue_result(t.store, claim, &receipt, 1, &t.err));
    CHECK_NUM(claim_letters(&t, 5, 9000, &claim, &copies), 0);
    MUST(&t, bd_store_check(t.store, &t.err));
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queue_jobs__begin_when_their_time_has_come),
        cmocka_unit_test(test_queue_jobs__wait_for_the_second_person),
        cmocka_unit_test(test_queue__says_whether_a_copy_waits),
        cmocka_unit_test(test_queue_claim_letters__from_claim_to_result),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
