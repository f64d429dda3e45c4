/* Reports, what they do to copies and readers, and when. */
#include "bounce_t.h"
#include "brevduva/store/erase.h"
#include "brevduva/store/letter.h"

static enum bd_subscription_state standing(int64_t reader)
{
    const struct bd_subscription *all = NULL;
    size_t count = 0;

    MUST(&t, bd_subscriber_subscriptions(t.arena, t.store, reader, &all, &count,
                                         &t.err));
    CHECK_NUM(count, 1);
    return all[0].state;
}

static void test_bounce_add__one_report_in_all_its_forms(void **state)
{
    static const struct {
        const char *kind, *verdict;
        enum bd_proof proof;
        enum bd_delivery_state before, after;
        enum bd_bounce_effect effect;
        enum bd_subscription_state standing;
    } rows[] = {
        { "bounce", "dead", BD_PROOF_TOKEN, BD_DELIVERY_ACCEPTED,
          BD_DELIVERY_BOUNCED, BD_BOUNCE_SUSPENDED, BD_SUB_BOUNCED },
        { "bounce", "dead", BD_PROOF_TOKEN, BD_DELIVERY_UNKNOWN,
          BD_DELIVERY_BOUNCED, BD_BOUNCE_SUSPENDED, BD_SUB_BOUNCED },
        { "bounce", "dead", BD_PROOF_MESSAGE, BD_DELIVERY_ACCEPTED,
          BD_DELIVERY_BOUNCED, BD_BOUNCE_COUNTED, BD_SUB_ACTIVE },
        { "bounce", "dead", BD_PROOF_ADDRESS, BD_DELIVERY_ACCEPTED,
          BD_DELIVERY_ACCEPTED, BD_BOUNCE_NOTED, BD_SUB_ACTIVE },
        { "refused", "dead", BD_PROOF_SESSION, BD_DELIVERY_REFUSED,
          BD_DELIVERY_REFUSED, BD_BOUNCE_SUSPENDED, BD_SUB_BOUNCED },
        { "bounce", "full", BD_PROOF_TOKEN, BD_DELIVERY_ACCEPTED,
          BD_DELIVERY_BOUNCED, BD_BOUNCE_COUNTED, BD_SUB_ACTIVE },
        { "bounce", "policy", BD_PROOF_TOKEN, BD_DELIVERY_ACCEPTED,
          BD_DELIVERY_BOUNCED, BD_BOUNCE_NOTED, BD_SUB_ACTIVE },
        { "delay", "none", BD_PROOF_TOKEN, BD_DELIVERY_ACCEPTED,
          BD_DELIVERY_ACCEPTED, BD_BOUNCE_NOTED, BD_SUB_ACTIVE },
        { "delivered", "none", BD_PROOF_TOKEN, BD_DELIVERY_UNKNOWN,
          BD_DELIVERY_ACCEPTED, BD_BOUNCE_NOTED, BD_SUB_ACTIVE },
        { "auto-reply", "none", BD_PROOF_MESSAGE, BD_DELIVERY_UNKNOWN,
          BD_DELIVERY_ACCEPTED, BD_BOUNCE_NOTED, BD_SUB_ACTIVE },
        { "delay", "none", BD_PROOF_ADDRESS, BD_DELIVERY_UNKNOWN,
          BD_DELIVERY_UNKNOWN, BD_BOUNCE_NOTED, BD_SUB_ACTIVE },
        { "complaint", "none", BD_PROOF_TOKEN, BD_DELIVERY_ACCEPTED,
          BD_DELIVERY_COMPLAINED, BD_BOUNCE_LEFT, BD_SUB_COMPLAINED },
        { "complaint", "none", BD_PROOF_MESSAGE, BD_DELIVERY_ACCEPTED,
          BD_DELIVERY_ACCEPTED, BD_BOUNCE_NOTED, BD_SUB_ACTIVE },
        { "complaint", "none", BD_PROOF_ADDRESS, BD_DELIVERY_ACCEPTED,
          BD_DELIVERY_ACCEPTED, BD_BOUNCE_NOTED, BD_SUB_ACTIVE },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t reader = 0;
        int64_t mailing = 0;
        enum bd_bounce_effect effect = BD_BOUNCE_NOTED;
        bd_str name = BD_STR_NONE;

        if (i > 0)
            (void)start(state);
        name = bd_arena_printf(t.arena, "%s %s %d -> %d", rows[i].kind,
                               rows[i].verdict, rows[i].proof, rows[i].after);
        reader = t_subscribe(&t, 1);
        mailing = send_on(1, rows[i].before);
        effect = report(mailing, reader, rows[i].kind, rows[i].verdict,
                        rows[i].proof);
        CHECK_ROW(name.ptr, effect == rows[i].effect);
        CHECK_ROW(name.ptr, copy_of(mailing, reader).state == rows[i].after);
        CHECK_ROW(name.ptr, standing(reader) == rows[i].standing);
        if (i + 1 < sizeof rows / sizeof *rows)
            (void)stop(state);
    }
}

/* Rows of days: a letter is what came of that day's copy. */
static void test_bounce_add__counts_failures_in_a_row(void **state)
{
    static const struct {
        const char *what;
        struct {
            int64_t day;
            char came; /* f full, d dead by Message-ID, p policy, g good,
                        * R restored */
        } days[10];
        enum bd_subscription_state want;
    } rows[] = {
        { "two are too few", { { 10, 'f' }, { 30, 'f' } }, BD_SUB_ACTIVE },
        { "three over ten days",
          { { 10, 'f' }, { 15, 'f' }, { 20, 'f' } },
          BD_SUB_BOUNCED },
        { "three within a week",
          { { 10, 'f' }, { 12, 'f' }, { 16, 'f' } },
          BD_SUB_ACTIVE },
        { "a good one ends the row",
          { { 10, 'f' }, { 15, 'f' }, { 20, 'g' }, { 40, 'f' } },
          BD_SUB_ACTIVE },
        { "one that may still come back ends nothing",
          { { 10, 'f' }, { 25, 'f' }, { 38, 'g' }, { 40, 'f' } },
          BD_SUB_BOUNCED },
        { "policy is nobody's fault",
          { { 10, 'p' }, { 20, 'p' }, { 30, 'p' }, { 40, 'p' } },
          BD_SUB_ACTIVE },
        { "policy does not end it either",
          { { 10, 'f' }, { 20, 'p' }, { 30, 'f' }, { 40, 'f' } },
          BD_SUB_BOUNCED },
        { "two unsigned reports of death",
          { { 10, 'd' }, { 11, 'd' } },
          BD_SUB_BOUNCED },
        { "one, and a return",
          { { 10, 'd' }, { 11, 'R' }, { 12, 'd' } },
          BD_SUB_ACTIVE },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t reader = 0;

        if (i > 0)
            (void)start(state);
        reader = t_subscribe(&t, 1);
        for (size_t d = 0; d < 10 && rows[i].days[d].day; d++) {
            char came = rows[i].days[d].came;
            int64_t lists = 0;
            int64_t mailing = 0;

            if (came == 'R') { /* first suspended by hand, so to say */
                MUST(&t, store_subscription_put(t.store, t.list, reader,
                                                BD_SUB_BOUNCED, 1, &t.err));
                MUST(&t, bd_reader_restore(t.store, reader, BD_STR("called"),
                                           &t.actor, &lists, &t.err));
                CHECK_NUM(lists, 1);
                continue;
            }
            mailing = send_on(rows[i].days[d].day, BD_DELIVERY_ACCEPTED);
            if (came != 'g')
                (void)report(mailing, reader, "bounce",
                             came == 'f'   ? "full"
                             : came == 'd' ? "dead"
                                           : "policy",
                             came == 'd' ? BD_PROOF_MESSAGE : BD_PROOF_TOKEN);
        }
        CHECK_ROW(rows[i].what, standing(reader) == rows[i].want);
        if (i + 1 < sizeof rows / sizeof *rows)
            (void)stop(state);
    }
}

static void test_bounce_add__a_complaint_is_for_good(void **state)
{
    int64_t reader = t_subscribe(&t, 1);
    int64_t mailing = send_on(1, BD_DELIVERY_ACCEPTED);
    struct bd_subscriber again = t_reader(&t, 1);
    enum bd_subscription_state old;
    struct bd_came_back back = { 0 };
    bool known = false;

    (void)state;
    CHECK(report(mailing, reader, "complaint", "none", BD_PROOF_TOKEN) ==
          BD_BOUNCE_LEFT);
    CHECK(bd_subscribe(t.store, &again, t.list, BD_STR("yes"), false, &t.actor,
                       &known, &old, &t.err) == BD_EINVAL);
    MUST(&t, bd_came_back(t.store, mailing, &back, &t.err));
    CHECK_NUM(back.accepted, 1);
    CHECK_NUM(back.complained, 1);
    CHECK_NUM(back.bounced, 0);
}

static void test_copy_of_message__is_ours_or_nobodys(void **state)
{
    int64_t reader = t_subscribe(&t, 1);
    int64_t mailing = send_on(1, BD_DELIVERY_ACCEPTED);
    int64_t delivery = copy_of(mailing, reader).delivery_id;
    struct bd_copy copy = { 0 };
    static const char *const others[] = {
        "%lld.%lld.other@brev.example",
        "%lld.%lld.salt@other.example",
        "%lld.%lld.@brev.example",
        "%lld.%lld",
        "%lld.%lld9.salt@brev.example",
        "9%lld.%lld.salt@brev.example",
        "@",
        "",
        "....",
        "1.1.salt",
    };
    bd_str id = bd_arena_printf(t.arena, "%lld.%lld.salt@brev.example",
                                (long long)mailing, (long long)delivery);

    (void)state;
    MUST(&t, bd_copy_of_message(t.arena, t.store, id, &copy, &t.err));
    CHECK_NUM(copy.subscriber_id, reader);
    CHECK_STR(copy.email, "reader1@lasare.example");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK_ROW(others[i],
                  bd_copy_of_message(t.arena, t.store,
                                     bd_arena_printf(t.arena, others[i],
                                                     (long long)mailing,
                                                     (long long)delivery),
                                     &copy, &t.err) == BD_ENOENT);
}

static void test_copy_of_mailing__has_no_number_while_it_is_sent(void **state)
{
    int64_t reader = t_subscribe(&t, 1);
    int64_t mailing = t_send(&t);
    const struct bd_delivery *copies = NULL;
    struct bd_copy copy = { 0 };
    int64_t claim = 0;
    size_t count = 0;

    (void)state;
    CHECK(bd_copy_of_mailing(t.arena, t.store, mailing, reader, &copy,
                             &t.err) == BD_ENOENT);
    MUST(&t, bd_queue_claim(t.arena, t.store, mailing, 10, 2000, &claim,
                            &copies, &count, &t.err));
    CHECK_NUM(count, 1);
    MUST(&t,
         bd_copy_of_mailing(t.arena, t.store, mailing, reader, &copy, &t.err));
    CHECK_NUM(copy.delivery_id, 0);
    CHECK_NUM(copy.subscriber_id, reader);
    MUST(&t, bd_copy_of_message(
                 t.arena, t.store,
                 bd_arena_printf(t.arena, "%lld.%lld.salt@brev.example",
                                 (long long)mailing, (long long)copies[0].id),
                 &copy, &t.err));
    CHECK_NUM(copy.delivery_id, 0);
}

static void test_incoming_note__is_once(void **state)
{
    static const unsigned char hash[BD_SHA256_LEN] = { 1, 2, 3 };
    bd_str outcome = BD_STR_NONE;
    int64_t id = 0;
    bool seen = true;

    (void)state;
    MUST(&t, bd_incoming_note(t.arena, t.store, hash, BD_STR("bounce"), 5, &id,
                              &seen, &outcome, &t.err));
    CHECK(!seen && id > 0);
    MUST(&t, bd_incoming_outcome(t.store, id, BD_STR("suspended"), &t.err));
    MUST(&t, bd_incoming_note(t.arena, t.store, hash, BD_STR("human"), 6, &id,
                              &seen, &outcome, &t.err));
    CHECK(seen);
    CHECK_STR(outcome, "suspended");
}

static enum bd_status count_texts(void *self, const struct bd_bounce *bounce,
                                  struct bd_err *err)
{
    int64_t *texts = self;

    (void)err;
    texts[0]++;
    texts[1] += bounce->evidence.len > 0;
    return BD_OK;
}

static void test_bounce_forget__empties_texts_and_erasure_all(void **state)
{
    int64_t reader = t_subscribe(&t, 1);
    int64_t mailing = send_on(1, BD_DELIVERY_ACCEPTED);
    struct bd_came_back back = { 0 };
    int64_t texts[2] = { 0 };

    (void)state;
    (void)report(mailing, reader, "bounce", "full", BD_PROOF_TOKEN);
    MUST(&t, bd_bounce_forget(t.store, DAY, &t.err));
    MUST(&t, bd_bounce_each(t.store, reader, count_texts, texts, &t.err));
    CHECK_NUM(texts[1], 1);
    MUST(&t, bd_bounce_forget(t.store, DAY + 1, &t.err));
    MUST(&t, bd_bounce_each(t.store, reader, count_texts, texts, &t.err));
    CHECK_NUM(texts[0], 2);
    CHECK_NUM(texts[1], 1);
    MUST(&t, bd_subscriber_erase(t.store, reader, &t.actor, &t.err));
    MUST(&t, bd_bounce_each(t.store, reader, count_texts, texts, &t.err));
    CHECK_NUM(texts[0], 2);
    MUST(&t, bd_came_back(t.store, mailing, &back, &t.err));
    CHECK_NUM(back.bounced, 1); /* the numbers stay */
}

static enum bd_status note_suspended(void *self,
                                     const struct bd_suspended *reader,
                                     struct bd_err *err)
{
    (void)err;
    *(bd_str *)self = bd_arena_printf(
        t.arena, "%.*s %.*s %.*s", BD_ARG(reader->email),
        BD_ARG(reader->list_slug), BD_ARG(reader->evidence));
    return BD_OK;
}

static void test_reader_restore__ends_a_suspension(void **state)
{
    int64_t reader = t_subscribe(&t, 1);
    int64_t mailing = send_on(1, BD_DELIVERY_ACCEPTED);
    bd_str shown = BD_STR_NONE;
    int64_t lists = 0;

    (void)state;
    (void)report(mailing, reader, "bounce", "dead", BD_PROOF_TOKEN);
    MUST(&t, bd_suspended_each(t.store, 0, note_suspended, &shown, &t.err));
    CHECK_STR(shown, "reader1@lasare.example nyhetsbrev no such user");
    MUST(&t, bd_reader_restore(t.store, reader, BD_STR("called"), &t.actor,
                               &lists, &t.err));
    CHECK_NUM(lists, 1);
    CHECK(standing(reader) == BD_SUB_ACTIVE);
    MUST(&t, bd_reader_restore(t.store, reader, BD_STR("called"), &t.actor,
                               &lists, &t.err));
    CHECK_NUM(lists, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
        TEST(test_bounce_add__one_report_in_all_its_forms),
        TEST(test_bounce_add__counts_failures_in_a_row),
        TEST(test_bounce_add__a_complaint_is_for_good),
        TEST(test_copy_of_message__is_ours_or_nobodys),
        TEST(test_copy_of_mailing__has_no_number_while_it_is_sent),
        TEST(test_incoming_note__is_once),
        TEST(test_bounce_forget__empties_texts_and_erasure_all),
        TEST(test_reader_restore__ends_a_suspension),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
