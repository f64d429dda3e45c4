#include "brevduva/base/buf.h"
#include "report_private.h"
#include "store_t.h"

/* So many rows of copies straight into the table; %u is the number. */
static void add_copies(struct t_store *t, int64_t mailing, unsigned count,
                       const char *domain, const char *rest)
{
    bd_str sql = bd_arena_printf(
        t->arena,
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n "
        "LIMIT %u) INSERT INTO delivery (mailing_id, email, attempts, reason, "
        "state, next_try_at, tried_at, took_ms, reply_code, enhanced, "
        "reply_text) SELECT %lld, 'reader' || i || '@' || %s, %s FROM n",
        count, (long long)mailing, domain, rest);

    MUST(t, store_exec(t->store, sql.ptr, &t->err));
    MUST(t, store_tally_again(t->store, mailing, &t->err));
}

static struct bd_report read_report(struct t_store *t, int64_t mailing)
{
    struct bd_report report = { 0 };

    MUST(t, bd_report_read(t->arena, t->store, mailing, &report, &t->err));
    return report;
}

/* The promise of the header: sums are the audience. */
static void check_sums(struct t_store *t, const struct bd_report *r)
{
    struct bd_mailing m = t_mailing(t);
    int64_t reasons = 0;
    int64_t domains = 0;

    for (size_t i = 0; i < r->reason_count; i++) {
        reasons += r->reasons[i].count;
        CHECK(i == 0 || r->reasons[i].count <= r->reasons[i - 1].count);
    }
    CHECK_NUM(reasons, m.total);
    for (size_t i = 0; i < r->domain_count; i++) {
        int64_t states = 0;

        for (int s = 0; s < BD_DELIVERY_STATES; s++)
            states += r->domains[i].count[s];
        CHECK_NUM(states, r->domains[i].total);
        domains += r->domains[i].total;
    }
    CHECK_NUM(domains, m.total - m.to_enlist);
}

static void test_report__of_nothing_is_empty(void **state)
{
    struct bd_report r;
    struct t_store t;
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    mailing = t_send(&t);
    r = read_report(&t, mailing);
    CHECK_NUM(r.reason_count + r.domain_count + r.minute_count + r.slow_count,
              0);
    CHECK(bd_report_read(t.arena, t.store, 77, &r, &t.err) == BD_ENOENT);
    t_stop(&t);
}

static void test_report__those_to_come_are_queued(void **state)
{
    struct bd_report r;
    struct t_store t;
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    (void)t_subscribe(&t, 2);
    mailing = t_send(&t);
    r = read_report(&t, mailing);
    CHECK_NUM(r.reason_count, 1);
    CHECK(r.reasons[0].state == BD_DELIVERY_QUEUED);
    CHECK_NUM(r.reasons[0].count, 2);
    check_sums(&t, &r);
    t_stop(&t);
}

static void test_report__waiting_for_a_turn_is_no_failure(void **state)
{
    struct bd_report r;
    struct t_store t;
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    mailing = t_send(&t);
    add_copies(&t, mailing, 4, "'gmail.com'",
               "0, '', 'deferred', 9000, NULL, NULL, NULL, NULL, NULL");
    r = read_report(&t, mailing);
    check_sums(&t, &r);
    CHECK(r.reasons[0].state == BD_DELIVERY_QUEUED);
    CHECK_STR(r.reasons[0].reason, "turn");
    CHECK_NUM(r.reasons[0].count, 4);
    CHECK_NUM(r.domains[0].count[BD_DELIVERY_QUEUED], 4);
    CHECK_NUM(r.domains[0].count[BD_DELIVERY_DEFERRED], 0);
    CHECK_NUM(r.attempts, 0);
    CHECK_NUM(r.first_at, 0);
    t_stop(&t);
}

/* Whatever the last answer was. */
static void test_report__copies_given_up_are_told_from_refused(void **state)
{
    struct bd_report r;
    struct t_store t;
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    mailing = t_send(&t);
    add_copies(&t, mailing, 9, "'a.example'",
               "5, '', 'refused', NULL, 1000, 10, 450, '4.2.2', 'full'");
    add_copies(&t, mailing, 8, "'b.example'",
               "5, '', 'refused', NULL, 1000, 10, 0, '', 'broke'");
    add_copies(&t, mailing, 7, "'c.example'",
               "5, '', 'refused', NULL, 1000, 10, 550, '5.1.1', 'no'");
    MUST(&t, store_exec(t.store,
                        "INSERT INTO relay VALUES (4, 'smtp://relay.example');"
                        "UPDATE delivery SET relay_id = 4, "
                        "given_up = reply_code < 500",
                        &t.err));
    add_copies(&t, mailing, 6, "'d.example'",
               "1, '', 'refused', NULL, 1000, 0, 0, '', 'too big'");
    r = read_report(&t, mailing);
    check_sums(&t, &r);
    CHECK_NUM(r.reason_count, 4);
    CHECK_STR(r.reasons[0].reason, "deadline");
    CHECK_STR(r.reasons[1].reason, "deadline");
    CHECK_STR(r.reasons[1].example, "broke");
    CHECK_STR(r.reasons[2].reason, "");
    CHECK_STR(r.reasons[3].reason, "");
    CHECK_STR(r.reasons[3].example, "too big");
    t_stop(&t);
}

/* A copy that was unknown counts where it was settled, and how. What was done
 * at the keyboard days later is no attempt. */
static void test_report__settled_copies_are_told_from_accepted(void **state)
{
    struct bd_report r;
    struct t_store t;
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    mailing = t_send(&t);
    add_copies(&t, mailing, 7, "'gmail.com'",
               "1, '', 'accepted', NULL, 1000, 10, 250, '2.0.0', 'ok'");
    add_copies(&t, mailing, 9, "'telia.example'",
               "2, '', 'accepted', NULL, 90000, 0, 0, '', 'in words'");
    MUST(&t, store_exec(t.store,
                        "INSERT INTO relay VALUES (4, 'smtp://relay.example');"
                        "UPDATE delivery SET queue_id = '' WHERE took_ms = 0;"
                        "UPDATE delivery SET queue_id = '4F2C' WHERE email IN "
                        "('reader0@telia.example', 'reader1@telia.example');"
                        "UPDATE delivery SET relay_id = 4 WHERE email = "
                        "'reader2@telia.example';"
                        "INSERT INTO attempt SELECT id, 1, 'unknown', 1001, "
                        "1, 1, 4, 0, '', 'lost', '', 0 FROM delivery "
                        "WHERE took_ms = 0",
                        &t.err));
    r = read_report(&t, mailing);
    check_sums(&t, &r);
    CHECK_NUM(r.reason_count, 3);
    CHECK_NUM(r.reasons[0].count, 7);
    CHECK_STR(r.reasons[0].reason, "");
    CHECK_NUM(r.reasons[1].count, 6);
    CHECK_STR(r.reasons[1].reason, "assumed");
    CHECK_NUM(r.reasons[2].count, 3);
    CHECK_STR(r.reasons[2].reason, "found");
    CHECK_NUM(r.attempts, 7 + 9);
    CHECK_NUM(r.last_at, 1001);
    CHECK_NUM(r.minute_count, 2);
    CHECK_NUM(r.minutes[0].accepted + r.minutes[1].accepted, 7);
    t_stop(&t);
}

static void test_report__tells_reasons_apart(void **state)
{
    struct bd_report r;
    struct t_store t;
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    mailing = t_send(&t);
    add_copies(&t, mailing, 7, "'gmail.com'",
               "1, '', 'accepted', NULL, 1000 + i, 10 + i, 250, '2.0.0', 'ok'");
    add_copies(&t, mailing, 3, "'Gmail.COM'",
               "2, '', 'refused', NULL, 1100, 7, 550, '5.1.1', 'no ' || i");
    add_copies(&t, mailing, 2, "'telia.example'",
               "1, '', 'refused', NULL, 1100, 7, 552, '5.2.2', 'full'");
    add_copies(&t, mailing, 1, "'telia.example'",
               "0, 'left', 'skipped', NULL, NULL, NULL, NULL, NULL, NULL");
    add_copies(&t, mailing, 2, "'telia.example'",
               "1, '', 'deferred', 9000, 1100, 7, 451, '4.7.1', 'later'");
    MUST(&t, store_exec(t.store,
                        "INSERT INTO relay VALUES (4, 'smtp://relay.example');"
                        "UPDATE delivery SET relay_id = 4 WHERE took_ms > 9;"
                        "INSERT INTO attempt SELECT id, 1, 'deferred', 1050, "
                        "1, 1, NULL, 450, '4.2.0', 'wait', '', 0 FROM delivery "
                        "WHERE state = 'refused' AND attempts = 2",
                        &t.err));
    r = read_report(&t, mailing);
    check_sums(&t, &r);
    CHECK_NUM(r.reason_count, 5);
    CHECK(r.reasons[0].state == BD_DELIVERY_ACCEPTED);
    CHECK_NUM(r.reasons[0].count, 7);
    CHECK(r.reasons[1].state == BD_DELIVERY_REFUSED);
    CHECK_STR(r.reasons[1].enhanced, "5.1.1");
    CHECK_STR(r.reasons[1].example, "no 0");
    CHECK_STR(r.reasons[4].reason, "left");
    CHECK_NUM(r.attempts, 7 + 6 + 2 + 2);
    CHECK_NUM(r.domain_count, 2);
    CHECK_STR(r.domains[0].domain, "gmail.com");
    CHECK_NUM(r.domains[0].total, 10);
    CHECK_NUM(r.domains[0].count[BD_DELIVERY_REFUSED], 3);
    CHECK_NUM(r.domains[0].median_ms, 13);
    CHECK_NUM(r.domains[1].median_ms, 0); /* none was accepted */
    CHECK_NUM(r.span, 1);
    CHECK_NUM(r.minute_count, 101);
    CHECK_NUM(r.minutes[0].at, 1000);
    CHECK_NUM(r.minutes[0].accepted, 1);
    CHECK_NUM(r.minutes[50].deferred, 3);
    CHECK_NUM(r.minutes[100].refused, 5);
    CHECK_NUM(r.minutes[100].deferred, 2);
    CHECK_NUM(r.slow_count, 10);
    CHECK_NUM(r.slowest[0].took_ms, 16);
    CHECK_STR(r.slowest[0].email, "reader6@gmail.com");
    CHECK_STR(r.slowest[0].relay, "smtp://relay.example");
    CHECK_STR(r.slowest[9].relay, "");
    CHECK_NUM(r.relay_count, 1);
    CHECK_STR(r.relays[0].domain, "smtp://relay.example");
    CHECK_NUM(r.slowest[9].took_ms, 7);
    t_stop(&t);
}

static void test_report__spans_are_few(void **state)
{
    static const struct {
        int64_t seconds, span;
    } rows[] = {
        { 119, 1 },         { 120, 10 },         { 1000, 10 },
        { 7000, 60 },       { 30000, 600 },      { 400000, 3600 },
        { 2000000, 21600 }, { 10000000, 86400 }, { 20000000, 172800 }
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_report r;
        struct t_store t;
        int64_t mailing = 0;
        bd_str rest;

        t_start(&t);
        mailing = t_send(&t);
        rest = bd_arena_printf(t.arena,
                               "1, '', 'accepted', NULL, 864000 + i * %lld, 1, "
                               "250, '', ''",
                               (long long)rows[i].seconds);
        add_copies(&t, mailing, 2, "'a.example'", rest.ptr);
        r = read_report(&t, mailing);
        CHECK_NUM(r.span, rows[i].span);
        CHECK(r.minute_count <= 120);
        CHECK_NUM(r.minutes[0].accepted, 1);
        CHECK_NUM(r.minutes[r.minute_count - 1].accepted, 1);
        t_stop(&t);
    }
}

static void test_report__others_are_one_row(void **state)
{
    struct bd_report r;
    struct t_store t;
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    mailing = t_send(&t);
    add_copies(&t, mailing, 300, "'d' || i || '.example'",
               "1, '', 'accepted', NULL, 1000, 5, 250, '', 'x'");
    add_copies(&t, mailing, 90, "'d' || (i % 30) || '.example'",
               "0, '', 'unknown', NULL, 1000, 5, 0, '', 'x'");
    r = read_report(&t, mailing);
    check_sums(&t, &r);
    CHECK_NUM(r.domain_count, 51);
    CHECK_NUM(r.domains[0].total, 4);
    CHECK_NUM(r.domains[29].total, 4);
    CHECK_NUM(r.domains[30].total, 1);
    CHECK_STR(r.domains[50].domain, "");
    CHECK_NUM(r.domains[50].total, 250);
    t_stop(&t);
}

/* A relay that puts a number of its own into each code. */
static void test_report__reasons_without_end_are_gathered(void **state)
{
    struct bd_report r;
    struct t_store t;
    int64_t mailing = 0;

    (void)state;
    t_start(&t);
    mailing = t_send(&t);
    add_copies(&t, mailing, 1000, "'a.example'",
               "1, '', 'refused', NULL, 1000, 5, 550, '5.1.' || i, 'x'");
    r = read_report(&t, mailing);
    check_sums(&t, &r);
    CHECK_NUM(r.reason_count, 257);
    CHECK_NUM(r.reasons[0].count, 744);
    CHECK_NUM(r.reasons[0].reply_code, 0);
    t_stop(&t);
}

/* A table that is full keeps the big ones. */
static void test_report_table__stays_small(void **state)
{
    struct report_table table;
    bd_str biggest[2];

    (void)state;
    report_table_init(&table, 1000);
    for (unsigned i = 0; i < 50000; i++) {
        char name[32];

        (void)snprintf(name, sizeof name, "d%u.example", i);
        report_table_add(&table, bd_str_from(name), 1);
        if (i % 10 == 0)
            report_table_add(&table, BD_STR("big.example"), 1);
        if (i % 5 == 0)
            report_table_add(&table, BD_STR("Huge.example"), 1);
        CHECK(table.count <= 1000);
    }
    CHECK_NUM(report_table_biggest(&table, 2, biggest), 2);
    CHECK_STR(biggest[0], "Huge.example");
    CHECK_STR(biggest[1], "big.example");
    CHECK_NUM(report_table_find(&table, BD_STR("huge.EXAMPLE"))->value, 10000);
    report_table_fini(&table);
}

static void test_report_domains__medians_are_close(void **state)
{
    static const int64_t rows[] = { 1,    63,    64,     65,      100,
                                    1000, 12345, 600000, 86400000 };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report_domains domains;
        const struct bd_report_domain *written = NULL;
        struct bd_arena *arena = bd_arena_new();
        const bd_str name = BD_STR("a.example");
        const struct report_copy copy = { .state = BD_DELIVERY_ACCEPTED,
                                          .domain = name,
                                          .took_ms = rows[i] };
        int64_t got = 0;

        report_domains_init(&domains, &name, 1);
        report_domains_add(&domains, &copy);
        CHECK_NUM(report_domains_write(&domains, arena, &written), 1);
        got = written[0].median_ms;
        report_domains_fini(&domains);
        bd_arena_free(arena);
        if (rows[i] < 64)
            CHECK_NUM(got, rows[i]);
        else if (rows[i] < 60000000)
            CHECK(labs(got - rows[i]) * 32 <= rows[i]);
        else
            CHECK(got > 60000000); /* past the last step */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_report__of_nothing_is_empty),
        cmocka_unit_test(test_report__those_to_come_are_queued),
        cmocka_unit_test(test_report__waiting_for_a_turn_is_no_failure),
        cmocka_unit_test(test_report__copies_given_up_are_told_from_refused),
        cmocka_unit_test(test_report__settled_copies_are_told_from_accepted),
        cmocka_unit_test(test_report__tells_reasons_apart),
        cmocka_unit_test(test_report__spans_are_few),
        cmocka_unit_test(test_report__others_are_one_row),
        cmocka_unit_test(test_report__reasons_without_end_are_gathered),
        cmocka_unit_test(test_report_table__stays_small),
        cmocka_unit_test(test_report_domains__medians_are_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
