/* Copies that are being handed over and have no row. */
#include "brevduva/base/buf.h"
#include "brevduva/store/event.h"
#include "brevduva/store/letter.h"
#include "brevduva/store/report.h"
#include "store_t.h"

#define MANY 57 /* two full statements, and some rows one by one */

struct flight {
    struct t_store t;
    int64_t mailing, claim;
    const struct bd_delivery *copies;
    size_t count;
};

static int64_t number(struct flight *f, const char *sql)
{
    sqlite3_stmt *query = NULL;
    int64_t found = 0;

    CHECK(sqlite3_prepare_v2(f->t.store->db, sql, -1, &query, NULL) ==
          SQLITE_OK);
    CHECK(sqlite3_step(query) == SQLITE_ROW);
    found = sqlite3_column_int64(query, 0);
    (void)sqlite3_finalize(query);
    return found;
}

/* All of `readers` copies are under way. */
static void begin(struct flight *f, unsigned readers)
{
    t_start(&f->t);
    for (unsigned i = 1; i <= readers; i++)
        (void)t_subscribe(&f->t, i);
    f->mailing = t_send(&f->t);
    MUST(&f->t, bd_queue_claim(f->t.arena, f->t.store, f->mailing, MANY, 1000,
                               &f->claim, &f->copies, &f->count, &f->t.err));
    CHECK_NUM(f->count, readers);
    CHECK_NUM(number(f, "SELECT COUNT(*) FROM delivery"), 0);
}

static struct bd_receipt accepted(const struct bd_delivery *copy)
{
    return (struct bd_receipt) { .copy = copy,
                                 .state = BD_DELIVERY_ACCEPTED,
                                 .at = 1100,
                                 .reply_code = 250,
                                 .relay = BD_STR("smtp://relay.example") };
}

static void settle(struct flight *f, const struct bd_receipt *r, size_t count)
{
    MUST(&f->t, bd_queue_result(f->t.store, f->claim, r, count, &f->t.err));
    MUST(&f->t, bd_store_check(f->t.store, &f->t.err));
}

static enum bd_status note(void *self, const struct bd_log_row *row,
                           struct bd_err *err)
{
    (void)err;
    bd_buf_printf(self, "%.*s:%s:%.*s ", BD_ARG(row->issue_slug),
                  bd_delivery_state_names[row->state], BD_ARG(row->email));
    return BD_OK;
}

static void check_story(struct flight *f, int64_t reader, const char *want)
{
    struct bd_buf out;

    bd_buf_init(&out, 0);
    MUST(&f->t, bd_story_each(f->t.store, reader, note, &out, &f->t.err));
    CHECK_STR(bd_buf_str(&out), want);
    bd_buf_fini(&out);
}

static void check_log(struct flight *f, struct bd_log_filter filter,
                      const char *want)
{
    struct bd_buf out;

    bd_buf_init(&out, 0);
    filter.mailing_id = f->mailing;
    MUST(&f->t, bd_log_each(f->t.store, &filter, note, &out, &f->t.err));
    CHECK_STR(bd_buf_str(&out), want);
    bd_buf_fini(&out);
}

static void test_folded__are_told_of_as_rows_are(void **state)
{
    const struct bd_log_filter under_way = {
        .by_state = true, .state = BD_DELIVERY_HANDING_OVER
    };
    struct bd_receipt r;
    struct bd_report report;
    struct flight f;

    (void)state;
    begin(&f, 2);
    check_log(&f, (struct bd_log_filter) { 0 },
              "2016-1:handing-over:reader1@lasare.example "
              "2016-1:handing-over:reader2@lasare.example ");
    check_story(&f, 2, "2016-1:handing-over:reader2@lasare.example ");
    r = accepted(&f.copies[0]);
    settle(&f, &r, 1);
    check_log(&f, (struct bd_log_filter) { 0 },
              "2016-1:accepted:reader1@lasare.example "
              "2016-1:handing-over:reader2@lasare.example ");
    check_log(&f, under_way, "2016-1:handing-over:reader2@lasare.example ");
    MUST(&f.t,
         bd_report_read(f.t.arena, f.t.store, f.mailing, &report, &f.t.err));
    CHECK_NUM(report.reason_count, 2);
    CHECK_NUM(report.reasons[0].count, 1);
    CHECK_NUM(report.reasons[1].count, 1);
    r = accepted(&f.copies[1]);
    settle(&f, &r, 1);
    check_log(&f, under_way, "");
    check_story(&f, 2, "2016-1:accepted:reader2@lasare.example ");
    CHECK_NUM(number(&f, "SELECT COUNT(*) FROM claim"), 0);
    t_stop(&f.t);
}

/* A letter that is queued meanwhile gets another number. */
static void test_folded__keep_their_numbers(void **state)
{
    const struct bd_letter_row letter = { .kind = BD_LETTER_NOTICE,
                                          .to = BD_STR("eva@brev.example"),
                                          .message_id = BD_STR("1@b.example"),
                                          .bytes = BD_STR("Hej\r\n") };
    struct bd_receipt r[2];
    struct flight f;
    int64_t delivery = 0;

    (void)state;
    begin(&f, 2);
    MUST(&f.t, bd_letter_add(f.t.store, &letter, 1000, &delivery, &f.t.err));
    CHECK(delivery > f.copies[1].id);
    r[0] = accepted(&f.copies[0]);
    r[1] = accepted(&f.copies[1]);
    settle(&f, r, 2);
    CHECK_NUM(number(&f, "SELECT COUNT(*) FROM delivery"), 3);
    t_stop(&f.t);
}

/* Nobody whose copy is under way is missing it. */
static void test_folded__are_not_missing(void **state)
{
    struct bd_missing missing;
    struct flight f;

    (void)state;
    begin(&f, 3);
    MUST(&f.t, bd_mailing_missing(f.t.store, f.mailing, true, &f.t.actor,
                                  &missing, &f.t.err));
    CHECK_NUM(missing.joined + missing.refused + missing.skipped, 0);
    t_stop(&f.t);
}

static void test_store_unfold__results_find_the_rows(void **state)
{
    struct bd_receipt r[3];
    struct flight f;

    (void)state;
    begin(&f, 3);
    r[0] = accepted(&f.copies[0]);
    settle(&f, r, 1);
    MUST(&f.t, store_unfold(f.t.store, &f.t.err));
    MUST(&f.t, bd_store_check(f.t.store, &f.t.err));
    CHECK_NUM(number(&f, "SELECT COUNT(*) FROM delivery "
                         "WHERE state = 'handing-over'"),
              2);
    MUST(&f.t, store_exec(f.t.store, "DELETE FROM subscriber WHERE id = 3",
                          &f.t.err));
    r[1] = accepted(&f.copies[1]);
    r[2] = accepted(&f.copies[2]);
    MUST(&f.t, bd_queue_result(f.t.store, f.claim, r + 1, 2, &f.t.err));
    CHECK_NUM(t_mailing(&f.t).count[BD_DELIVERY_ACCEPTED], 3);
    CHECK_NUM(number(&f, "SELECT COUNT(*) FROM delivery "
                         "WHERE subscriber_id IS NULL"),
              1);
    CHECK_NUM(number(&f, "SELECT COUNT(*) FROM claim"), 0);
    t_stop(&f.t);
}

static void test_queue_result__many_at_once(void **state)
{
    struct bd_receipt r[MANY];
    struct flight f;
    struct bd_mailing mailing;

    (void)state;
    begin(&f, MANY);
    for (size_t i = 0; i < MANY; i++) {
        r[i] = accepted(&f.copies[MANY - 1 - i]); /* as they come */
        if (i % 3 == 1)
            r[i].state = BD_DELIVERY_REFUSED;
        if (i % 3 == 2)
            r[i] = (struct bd_receipt) { .copy = r[i].copy,
                                         .state = BD_DELIVERY_QUEUED };
    }
    r[0].copy = r[1].copy; /* one twice: nothing is stored */
    CHECK(bd_queue_result(f.t.store, f.claim, r, MANY, &f.t.err) == BD_EINVAL);
    CHECK_NUM(number(&f, "SELECT COUNT(*) FROM delivery"), 0);
    r[0].copy = &f.copies[MANY - 1];
    settle(&f, r, MANY);
    mailing = t_mailing(&f.t);
    CHECK_NUM(mailing.count[BD_DELIVERY_ACCEPTED], 19);
    CHECK_NUM(mailing.count[BD_DELIVERY_REFUSED], 19);
    CHECK_NUM(mailing.count[BD_DELIVERY_QUEUED], 19);
    CHECK_NUM(number(&f, "SELECT COUNT(*) FROM claim"), 0);
    MUST(&f.t, bd_queue_claim(f.t.arena, f.t.store, f.mailing, MANY, 1000,
                              &f.claim, &f.copies, &f.count, &f.t.err));
    CHECK_NUM(f.count, 19);
    CHECK(!f.copies[0].fresh);
    t_stop(&f.t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folded__are_told_of_as_rows_are),
        cmocka_unit_test(test_folded__keep_their_numbers),
        cmocka_unit_test(test_folded__are_not_missing),
        cmocka_unit_test(test_store_unfold__results_find_the_rows),
        cmocka_unit_test(test_queue_result__many_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
