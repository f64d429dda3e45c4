/* Reports as log, report and the reader's own dossier show them. */
#include "brevduva/store/erase.h"
#include "brevduva/store/report.h"

#include "bounce_t.h"

static enum bd_status note_row(void *self, const struct bd_log_row *row,
                               struct bd_err *err)
{
    (void)err;
    *(bd_str *)self = bd_arena_printf(
        t.arena, "%.*s %s %.*s %.*s %.*s", BD_ARG(row->email),
        bd_delivery_state_names[row->state], BD_ARG(row->back_reason),
        BD_ARG(row->back_status), BD_ARG(row->back_evidence));
    return BD_OK;
}

static bd_str log_of(struct bd_log_filter filter)
{
    bd_str shown = BD_STR_NONE;

    MUST(&t, bd_log_each(t.store, &filter, note_row, &shown, &t.err));
    return shown;
}

static void test_log__tells_what_came_back(void **state)
{
    int64_t reader = t_subscribe(&t, 1);
    int64_t other = t_subscribe(&t, 2);
    int64_t mailing = send_on(1, BD_DELIVERY_ACCEPTED);
    struct bd_log_filter filter = { .mailing_id = mailing,
                                    .by_state = true,
                                    .state = BD_DELIVERY_BOUNCED };

    (void)state;
    (void)report(mailing, reader, "bounce", "dead", BD_PROOF_ADDRESS);
    CHECK_STR(log_of(filter), "");
    (void)report(mailing, reader, "bounce", "full", BD_PROOF_TOKEN);
    (void)report(mailing, reader, "auto-reply", "none", BD_PROOF_TOKEN);
    CHECK_STR(log_of(filter),
              "reader1@lasare.example bounced abuse 5.1.1 no such user");
    filter.enhanced = BD_STR("5.1.1");
    filter.text = BD_STR("SUCH USER");
    CHECK_STR(log_of(filter),
              "reader1@lasare.example bounced abuse 5.1.1 no such user");
    filter.enhanced = BD_STR("5.1.2");
    CHECK_STR(log_of(filter), "");
    filter = (struct bd_log_filter) { .mailing_id = mailing,
                                      .email = BD_STR("reader2") };
    (void)report(mailing, other, "delay", "none", BD_PROOF_TOKEN);
    CHECK_STR(log_of(filter), "reader2@lasare.example accepted   ");
}

/* Each report is of another reader and domain, as it is written here. */
static void test_report__tells_what_came_back(void **state)
{
    static const struct {
        const char *domain, *reason;
    } rows[] = {
        { "A.example", "full" },       { "a.example", "full" },
        { "a.example", "no-mailbox" }, { "b.example", "no-mailbox" },
        { "c.example", "" },
    };
    struct bd_report report = { 0 };
    struct bd_buf out;
    int64_t mailing = 0;

    (void)state;
    for (unsigned i = 0; i < 7; i++)
        (void)t_subscribe(&t, i + 1);
    mailing = send_on(1, BD_DELIVERY_ACCEPTED);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_copy copy = copy_of(mailing, (int64_t)i + 1);
        const struct bd_bounce bounce = { .at = t.actor.now,
                                          .subscriber_id = (int64_t)i + 1,
                                          .mailing_id = mailing,
                                          .delivery_id = copy.delivery_id,
                                          .kind = BD_STR("bounce"),
                                          .verdict = BD_STR("policy"),
                                          .reason = bd_str_from(rows[i].reason),
                                          .proof = BD_PROOF_TOKEN };
        bd_str move = bd_arena_printf(
            t.arena, "UPDATE delivery SET email = 'x@%s' WHERE id = %lld",
            rows[i].domain, (long long)copy.delivery_id);
        enum bd_bounce_effect effect = BD_BOUNCE_NOTED;

        MUST(&t, store_exec(t.store, move.ptr, &t.err));
        MUST(&t, bd_bounce_add(t.store, &bounce, &rules, &t.actor, &effect,
                               &t.err));
    }
    MUST(&t, bd_report_read(t.arena, t.store, mailing, &report, &t.err));
    bd_buf_init(&out, 0);
    for (size_t i = 0; i < report.back_count; i++)
        bd_buf_printf(&out, "%.*s %.*s %lld\n", BD_ARG(report.back[i].domain),
                      BD_ARG(report.back[i].reason),
                      (long long)report.back[i].count);
    for (size_t i = 0; i < report.reason_count; i++)
        bd_buf_printf(&out, "%s %.*s %lld\n",
                      bd_delivery_state_names[report.reasons[i].state],
                      BD_ARG(report.reasons[i].reason),
                      (long long)report.reasons[i].count);
    CHECK_STR(bd_buf_str(&out), "A.example full 2\n"
                                "A.example no-mailbox 1\n"
                                "b.example no-mailbox 1\n"
                                "c.example  1\n"
                                "accepted  2\n"
                                "bounced full 2\n"
                                "bounced no-mailbox 2\n"
                                "bounced  1\n");
    bd_buf_fini(&out);
}

static void test_dossier__tells_the_reports(void **state)
{
    int64_t reader = t_subscribe(&t, 1);
    int64_t mailing = send_on(1, BD_DELIVERY_ACCEPTED);
    struct bd_json *dossier = NULL;
    struct bd_buf out;

    (void)state;
    (void)report(mailing, reader, "bounce", "dead", BD_PROOF_TOKEN);
    MUST(&t, bd_subscriber_dossier(t.arena, t.store, reader, DAY, &dossier,
                                   &t.err));
    bd_buf_init(&out, 0);
    bd_json_write(bd_json_get(dossier, BD_STR("reports")), &out);
    CHECK_STR(bd_buf_str(&out),
              "[{\"at\":\"1970-01-02T00:00:00Z\",\"issue\":\"day-1\","
              "\"list\":\"nyhetsbrev\",\"report\":\"bounce\","
              "\"email\":\"reader1@lasare.example\",\"verdict\":\"dead\","
              "\"reason\":\"abuse\",\"status\":\"5.1.1\","
              "\"reply_code\":0,\"evidence\":\"no such user\","
              "\"effect\":\"suspended\"}]");
    bd_buf_fini(&out);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
        TEST(test_log__tells_what_came_back),
        TEST(test_report__tells_what_came_back),
        TEST(test_dossier__tells_the_reports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
