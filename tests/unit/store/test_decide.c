/* What is decided about a mailing: approved, resolved, sent to the missing. */
#include "brevduva/base/buf.h"
#include "brevduva/store/resolve.h"
#include "store_t.h"

static const struct bd_actor bo = { .channel = BD_STR_INIT("cli"),
                                    .name = BD_STR_INIT("bo"),
                                    .now = 5000 };

/* One claim of all that is due, each copy with the next state. */
static void hand_over(struct t_store *t, int64_t mailing, int64_t now,
                      const enum bd_delivery_state *states)
{
    const struct bd_delivery *copies = NULL;
    int64_t claim = 0;
    size_t count = 0;

    MUST(t, bd_queue_claim(t->arena, t->store, mailing, 100, now, &claim,
                           &copies, &count, &t->err));
    for (size_t i = 0; i < count; i++) {
        struct bd_receipt r = { .copy = &copies[i],
                                .state = states[i],
                                .at = now,
                                .next_try_at = now + 100,
                                .reply_code = 200 + 100 * (int)states[i],
                                .enhanced = BD_STR("1.2.3"),
                                .reply_text = BD_STR("words"),
                                .relay = BD_STR("smtp://relay.example"),
                                .took_ms = 5 };

        MUST(t, bd_queue_result(t->store, claim, &r, 1, &t->err));
    }
}

static enum bd_status tell(void *self, const struct bd_log_row *row,
                           struct bd_err *err)
{
    struct bd_buf *out = self;

    (void)err;
    bd_buf_printf(out, "%s %lld %d <%.*s> %.*s%.*s\n",
                  bd_delivery_state_names[row->state], (long long)row->attempts,
                  row->reply_code, BD_ARG(row->queue_id),
                  BD_ARG(row->reply_text), BD_ARG(row->reason));
    return BD_OK;
}

static void check_story(struct t_store *t, int64_t reader, const char *want)
{
    struct bd_buf out;

    bd_buf_init(&out, 0);
    MUST(t, bd_story_each(t->store, reader, tell, &out, &t->err));
    CHECK_STR(bd_buf_str(&out), want);
    bd_buf_fini(&out);
}

static enum bd_status tell_act(void *self, const struct bd_act *act,
                               struct bd_err *err)
{
    struct bd_buf *out = self;

    (void)err;
    bd_buf_printf(out, "%lld %.*s %.*s: %.*s (%.*s)\n", (long long)act->at,
                  BD_ARG(act->list_slug), BD_ARG(act->what),
                  BD_ARG(act->detail), BD_ARG(act->actor));
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

static struct bd_mailing t_asked(enum bd_mailing_state state)
{
    return (struct bd_mailing) { .message_id_salt = BD_STR("salt"),
                                 .message_id_domain = BD_STR("brev.example"),
                                 .envelope_from = BD_STR("studs@brev.example"),
                                 .state = state,
                                 .asked_by = BD_STR("eva") };
}

static int64_t t_ask(struct t_store *t, const struct bd_mailing *mailing)
{
    const struct bd_issue_row issue = { .slug = BD_STR("2016-1") };
    int64_t id = 0;

    MUST(t,
         bd_mailing_start(t->store, &issue, mailing, &t->actor, &id, &t->err));
    return id;
}

/* Rows of the audit table, one a line. */
/* A saying (base/saying.h) and its three numbers. */
#define AGAIN "new %s, refused before %s, left out before %s"

static void check_audit(struct t_store *t, const char *what, const char *want)
{
    struct bd_buf out;
    sqlite3_stmt *query = NULL;

    bd_buf_init(&out, 0);
    CHECK(sqlite3_prepare_v2(t->store->db,
                             "SELECT actor || ': ' || object || ': ' || detail "
                             "FROM audit WHERE what = ?1 ORDER BY id",
                             -1, &query, NULL) == SQLITE_OK);
    (void)sqlite3_bind_text(query, 1, what, -1, SQLITE_STATIC);
    while (sqlite3_step(query) == SQLITE_ROW)
        bd_buf_printf(&out, "%s\n",
                      (const char *)sqlite3_column_text(query, 0));
    (void)sqlite3_finalize(query);
    CHECK_STR(bd_buf_str(&out), want);
    bd_buf_fini(&out);
}

static void check_counts(struct t_store *t, int64_t queued, int64_t accepted,
                         int64_t refused, int64_t unknown, int64_t skipped)
{
    struct bd_mailing m = t_mailing(t);

    CHECK_NUM(m.count[BD_DELIVERY_QUEUED], queued);
    CHECK_NUM(m.count[BD_DELIVERY_ACCEPTED], accepted);
    CHECK_NUM(m.count[BD_DELIVERY_REFUSED], refused);
    CHECK_NUM(m.count[BD_DELIVERY_UNKNOWN], unknown);
    CHECK_NUM(m.count[BD_DELIVERY_SKIPPED], skipped);
    MUST(t, bd_store_check(t->store, &t->err)); /* kept numbers are right */
}

static void test_resolve_all__settles_what_is_unknown(void **state)
{
    static const enum bd_delivery_state first[] = { BD_DELIVERY_ACCEPTED,
                                                    BD_DELIVERY_UNKNOWN,
                                                    BD_DELIVERY_UNKNOWN,
                                                    BD_DELIVERY_REFUSED };
    static const enum bd_delivery_state again[] = { BD_DELIVERY_UNKNOWN,
                                                    BD_DELIVERY_ACCEPTED };
    int64_t reader[4];
    struct t_store t;
    int64_t mailing = 0;
    int64_t count = 7;

    (void)state;
    t_start(&t);
    for (unsigned i = 0; i < 4; i++)
        reader[i] = t_subscribe(&t, i);
    mailing = t_send(&t);
    hand_over(&t, mailing, 1100, first);
    MUST(&t, bd_mailing_set_state(t.store, mailing, BD_MAILING_DONE,
                                  BD_STR_NONE, &t.actor, &t.err));
    MUST(&t, bd_resolve_all(t.store, mailing, BD_RESOLVE_RESEND, &bo, &count,
                            &t.err));
    CHECK_NUM(count, 2);
    CHECK(t_mailing(&t).state == BD_MAILING_SENDING);
    CHECK_NUM(t_mailing(&t).ended_at, 0);
    check_counts(&t, 2, 1, 1, 0, 0);
    hand_over(&t, mailing, 4900, again);
    check_counts(&t, 0, 2, 1, 1, 0);
    MUST(&t, bd_resolve_all(t.store, mailing, BD_RESOLVE_ASSUME_SENT, &bo,
                            &count, &t.err));
    CHECK_NUM(count, 1);
    check_counts(&t, 0, 3, 1, 0, 0);
    check_story(&t, reader[1],
                "unknown 1 700 <> words; queued again on the word of bo\n"
                "unknown 2 700 <> words\n"
                "accepted 3 0 <> taken as sent on the word of bo"
                "assumed\n");
    MUST(&t, bd_resolve_all(t.store, mailing, BD_RESOLVE_RESEND, &bo, &count,
                            &t.err));
    CHECK_NUM(count, 0);
    check_audit(&t, "resolve",
                "bo: 2016-1 nyhetsbrev: resend: 2\n"
                "bo: 2016-1 nyhetsbrev: assume-sent: 1\n");
    CHECK(bd_resolve_all(t.store, 99, BD_RESOLVE_RESEND, &bo, &count, &t.err) ==
          BD_ENOENT);
    t_stop(&t);
}

static void test_resolve_all__a_cancelled_mailing_stays_cancelled(void **state)
{
    static const enum bd_delivery_state first[] = { BD_DELIVERY_UNKNOWN };
    struct t_store t;
    int64_t mailing = 0;
    int64_t count = 0;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    mailing = t_send(&t);
    hand_over(&t, mailing, 1100, first);
    MUST(&t, bd_mailing_set_state(t.store, mailing, BD_MAILING_CANCELLED,
                                  BD_STR_NONE, &t.actor, &t.err));
    CHECK(bd_resolve_all(t.store, mailing, BD_RESOLVE_RESEND, &bo, &count,
                         &t.err) == BD_EINVAL);
    CHECK(strstr(t.err.msg, "cancelled"));
    MUST(&t, bd_resolve_all(t.store, mailing, BD_RESOLVE_ASSUME_SENT, &bo,
                            &count, &t.err));
    CHECK_NUM(count, 1);
    CHECK(t_mailing(&t).state == BD_MAILING_CANCELLED);
    t_stop(&t);
}

static bool settle(struct t_store *t, int64_t mailing, const char *message_id)
{
    struct bd_resolve_proof proof = { .message_id = bd_str_from(message_id),
                                      .queue_id = BD_STR("4F1A"),
                                      .text = BD_STR("found: status=sent") };
    bool settled = false;

    MUST(t, bd_resolve_one(t->store, mailing, &proof, &bo, &settled, &t->err));
    return settled;
}

static void test_resolve_one__wants_all_of_the_message_id(void **state)
{
    static const enum bd_delivery_state first[] = { BD_DELIVERY_UNKNOWN,
                                                    BD_DELIVERY_ACCEPTED };
    static const char *const wrong[] = {
        "",
        "@",
        "1.1.salt",
        "1.1.salt@other.example",
        "1.1.salt@brev.example.org",
        "2.1.salt@brev.example",
        "1.3.salt@brev.example",
        "1.2.salt@brev.example", /* accepted */
        "1.1.sal@brev.example",
        "1.1.salt.x@brev.example",
        "1.1@brev.example",
        "1.-1.salt@brev.example",
        "1.18446744073709551615.salt@brev.example",
        "1.9223372036854775808.salt@brev.example",
        "x.1.salt@brev.example",
    };
    struct t_store t;
    int64_t reader = 0;
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    reader = t_subscribe(&t, 1);
    (void)t_subscribe(&t, 2);
    mailing = t_send(&t);
    hand_over(&t, mailing, 1100, first);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_ROW(wrong[i], !settle(&t, mailing, wrong[i]));
    check_counts(&t, 0, 1, 0, 1, 0);
    check_audit(&t, "resolve", "");
    CHECK(settle(&t, mailing, "1.1.salt@BREV.example"));
    CHECK(!settle(&t, mailing, "1.1.salt@brev.example"));
    check_counts(&t, 0, 2, 0, 0, 0);
    check_story(&t, reader,
                "unknown 1 700 <> words\n"
                "accepted 2 0 <4F1A> found: status=sent"
                "found\n");
    check_audit(&t, "resolve",
                "bo: 2016-1 nyhetsbrev: 1.1.salt@BREV.example: "
                "found: status=sent\n");
    t_stop(&t);
}

static void leave(struct t_store *t, int64_t reader)
{
    int64_t changed = 0;

    MUST(t, bd_unsubscribe(t->store, reader, t->list, BD_STR_NONE, &t->actor,
                           &changed, &t->err));
}

/* Once more for readers 1 (who moved), 6 and 7. */
static void check_missing_change(struct t_store *t, int64_t mailing,
                                 const int64_t *reader)
{
    const struct bd_delivery *copies = NULL;
    struct bd_missing missing;
    int64_t claim = 0;
    size_t count = 0;

    MUST(t,
         bd_mailing_missing(t->store, mailing, true, &bo, &missing, &t->err));
    check_counts(t, 3, 1, 2, 1, 1);
    CHECK(t_mailing(t).state == BD_MAILING_SENDING);
    CHECK_NUM(t_mailing(t).audience, 8);
    CHECK_NUM(t_mailing(t).tried_from, bo.now); /* its time begins anew */
    MUST(t, bd_queue_claim(t->arena, t->store, mailing, 100, 5000, &claim,
                           &copies, &count, &t->err));
    CHECK_NUM(count, 3);
    CHECK_NUM(copies[0].subscriber_id, reader[1]);
    CHECK_STR(copies[0].email, "new@lasare.example");
    CHECK_NUM(copies[1].subscriber_id, reader[6]);
    CHECK_NUM(copies[2].subscriber_id, reader[7]);
    check_story(t, reader[1], "refused 1 600 <> words\nhanding-over 1 0 <> \n");
}

static void test_missing__is_for_those_who_did_not_get_it(void **state)
{
    static const enum bd_delivery_state first[] = {
        BD_DELIVERY_ACCEPTED, BD_DELIVERY_REFUSED, BD_DELIVERY_REFUSED,
        BD_DELIVERY_UNKNOWN, BD_DELIVERY_REFUSED
    };
    struct bd_subscriber moved;
    struct bd_missing missing;
    struct t_store t;
    int64_t reader[8];
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    for (unsigned i = 0; i < 7; i++)
        reader[i] = t_subscribe(&t, i);
    mailing = t_send(&t);
    leave(&t, reader[5]); /* skipped, and stays away */
    leave(&t, reader[6]); /* skipped, and comes back */
    hand_over(&t, mailing, 1100, first);
    check_counts(&t, 0, 1, 3, 1, 2);
    MUST(&t, bd_mailing_set_state(t.store, mailing, BD_MAILING_DONE,
                                  BD_STR_NONE, &t.actor, &t.err));
    leave(&t, reader[2]);
    MUST(&t, bd_suppress(t.store, BD_STR("reader4@lasare.example"), 0,
                         BD_STR("no"), &t.actor, &t.err));
    (void)t_subscribe(&t, 6);
    reader[7] = t_subscribe(&t, 7);
    moved = t_reader(&t, 1);
    moved.id = reader[1];
    moved.email = moved.email_key = BD_STR("new@lasare.example");
    MUST(&t, bd_subscriber_update(t.store, &moved, BD_STR("moved"), &t.actor,
                                  &t.err));
    MUST(&t,
         bd_mailing_missing(t.store, mailing, false, &bo, &missing, &t.err));
    CHECK_NUM(missing.joined, 1);
    CHECK_NUM(missing.refused, 1);
    CHECK_NUM(missing.skipped, 1);
    check_counts(&t, 0, 1, 3, 1, 2); /* only counted */
    CHECK(t_mailing(&t).state == BD_MAILING_DONE);
    check_missing_change(&t, mailing, reader);
    t_stop(&t);
}

static void test_missing__obeys_the_filter_and_suppression(void **state)
{
    struct bd_mailing wanted = t_asked(BD_MAILING_SENDING);
    struct bd_missing missing;
    struct bd_subscriber reader;
    struct t_store t;
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    wanted.list_id = t.list;
    wanted.filter = BD_STR("name = anna");
    mailing = t_ask(&t, &wanted);
    CHECK_NUM(t_mailing(&t).audience, 0);
    hand_over(&t, mailing, 1100, NULL); /* nobody */
    for (unsigned i = 0; i < 3; i++) {
        reader = t_reader(&t, i);
        reader.id = t_subscribe(&t, i);
        reader.name = i == 0 ? BD_STR("Bo") : BD_STR("Anna");
        MUST(&t, bd_subscriber_update(t.store, &reader, BD_STR("name"),
                                      &t.actor, &t.err));
    }
    MUST(&t, bd_suppress(t.store, BD_STR("reader2@lasare.example"), 0,
                         BD_STR("no"), &t.actor, &t.err));
    MUST(&t, bd_mailing_missing(t.store, mailing, true, &bo, &missing, &t.err));
    CHECK_NUM(missing.joined, 1);
    check_counts(&t, 1, 0, 0, 0, 0);
    MUST(&t, bd_mailing_missing(t.store, mailing, true, &bo, &missing, &t.err));
    CHECK_NUM(missing.joined, 0);
    check_audit(&t, "missing",
                "bo: 2016-1 nyhetsbrev: " AGAIN "\0371\0370\0370\n");
    t_stop(&t);
}

static void test_missing__a_cancelled_mailing_begins_again(void **state)
{
    static const enum bd_delivery_state first[] = { BD_DELIVERY_DEFERRED,
                                                    BD_DELIVERY_ACCEPTED };
    struct bd_missing missing;
    struct t_store t;
    int64_t reader = 0;
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    reader = t_subscribe(&t, 1);
    (void)t_subscribe(&t, 2);
    mailing = t_send(&t);
    hand_over(&t, mailing, 1100, first);
    (void)t_subscribe(&t, 3);
    MUST(&t, bd_mailing_set_state(t.store, mailing, BD_MAILING_CANCELLED,
                                  BD_STR("wrong price"), &t.actor, &t.err));
    check_counts(&t, 0, 1, 0, 0, 1);
    MUST(&t, bd_mailing_missing(t.store, mailing, true, &bo, &missing, &t.err));
    CHECK_NUM(missing.skipped, 1);
    CHECK_NUM(missing.joined, 1);
    CHECK(t_mailing(&t).state == BD_MAILING_SENDING);
    CHECK_STR(t_mailing(&t).state_reason, "");
    CHECK_NUM(t_mailing(&t).audience, 3);
    check_counts(&t, 2, 1, 0, 0, 0);
    check_story(&t, reader, "deferred 1 500 <> words\nqueued 1 0 <> \n");
    check_acts(&t, reader,
               "1000 nyhetsbrev cancelled: wrong price (eva)\n"
               "5000 nyhetsbrev missing: " AGAIN "\0371\0370\0371 (bo)\n");
    t_stop(&t);
}

static void test_missing__waits_for_the_audience(void **state)
{
    struct bd_missing missing;
    struct t_store t;
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    mailing = t_send(&t);
    CHECK(bd_mailing_missing(t.store, mailing, true, &bo, &missing, &t.err) ==
          BD_EINVAL);
    CHECK(strstr(t.err.msg, "has not come to all its readers"));
    t_stop(&t);
}

static void test_approve__takes_a_second_person(void **state)
{
    struct bd_mailing wanted = t_asked(BD_MAILING_SENDING);
    struct t_store t;
    int64_t reader = 0;
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    reader = t_subscribe(&t, 1);
    wanted.list_id = t.list;
    wanted.approvals = 2;
    mailing = t_ask(&t, &wanted);
    CHECK(t_mailing(&t).state == BD_MAILING_HELD);
    CHECK_NUM(t_mailing(&t).started_at, 0);
    CHECK(bd_mailing_set_state(t.store, mailing, BD_MAILING_SENDING,
                               BD_STR_NONE, &bo, &t.err) == BD_EINVAL);
    CHECK(strstr(t.err.msg, "approve"));
    CHECK(bd_mailing_approve(t.store, mailing, &t.actor, &t.err) == BD_EINVAL);
    MUST(&t, bd_mailing_approve(t.store, mailing, &bo, &t.err));
    CHECK(t_mailing(&t).state == BD_MAILING_SENDING);
    CHECK_STR(t_mailing(&t).approved_by, "bo");
    CHECK_NUM(t_mailing(&t).started_at, 5000);
    CHECK(bd_mailing_approve(t.store, mailing, &bo, &t.err) == BD_EINVAL);
    check_acts(&t, reader,
               "1000 nyhetsbrev send:  (eva)\n"
               "5000 nyhetsbrev approve:  (bo)\n"
               "5000 nyhetsbrev sending:  (bo)\n");
    check_story(&t, reader, "queued 0 0 <> \n");
    t_stop(&t);
}

static void test_approve__keeps_to_the_time(void **state)
{
    struct bd_mailing wanted = t_asked(BD_MAILING_SCHEDULED);
    struct t_store t;
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    wanted.list_id = t.list;
    wanted.approvals = 2;
    wanted.scheduled_at = 9000;
    mailing = t_ask(&t, &wanted);
    CHECK(t_mailing(&t).state == BD_MAILING_HELD);
    MUST(&t, bd_mailing_approve(t.store, mailing, &bo, &t.err));
    CHECK(t_mailing(&t).state == BD_MAILING_SCHEDULED);
    t_stop(&t);
}

/* What was done after a copy was gone does not explain it. */
static void test_acts__end_with_the_copy(void **state)
{
    static const enum bd_delivery_state first[] = { BD_DELIVERY_ACCEPTED };
    struct bd_actor later = bo;
    struct t_store t;
    int64_t reader = 0;
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    reader = t_subscribe(&t, 1);
    mailing = t_send(&t);
    MUST(&t, bd_mailing_set_state(t.store, mailing, BD_MAILING_PAUSED,
                                  BD_STR("lunch"), &t.actor, &t.err));
    MUST(&t, bd_mailing_set_state(t.store, mailing, BD_MAILING_SENDING,
                                  BD_STR_NONE, &bo, &t.err));
    hand_over(&t, mailing, 6000, first);
    later.now = 7000;
    MUST(&t, bd_mailing_set_state(t.store, mailing, BD_MAILING_PAUSED,
                                  BD_STR("too late"), &later, &t.err));
    check_acts(&t, reader,
               "1000 nyhetsbrev paused: lunch (eva)\n"
               "5000 nyhetsbrev sending:  (bo)\n");
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resolve_all__settles_what_is_unknown),
        cmocka_unit_test(test_resolve_all__a_cancelled_mailing_stays_cancelled),
        cmocka_unit_test(test_resolve_one__wants_all_of_the_message_id),
        cmocka_unit_test(test_missing__is_for_those_who_did_not_get_it),
        cmocka_unit_test(test_missing__obeys_the_filter_and_suppression),
        cmocka_unit_test(test_missing__a_cancelled_mailing_begins_again),
        cmocka_unit_test(test_missing__waits_for_the_audience),
        cmocka_unit_test(test_approve__takes_a_second_person),
        cmocka_unit_test(test_approve__keeps_to_the_time),
        cmocka_unit_test(test_acts__end_with_the_copy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
