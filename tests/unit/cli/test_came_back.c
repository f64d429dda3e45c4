/* What is too much, who is told, and what is paused. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "brevduva/base/file.h"
#include "brevduva/store/letter.h"
#include "brevduva/store/queue.h"
#include "came_back.h"
#include "t.h"

#define COPIES 60

static const char settings[] = "name: Bladet\n"
                               "from: {email: blad@brev.example}\n"
                               "send: {notify: eva@brev.example}\n"
                               "inbox: {max_bounced: 5, max_complained: 2.5, "
                               "pause: on}\n";

static struct app app;
static char folder[32];
static int64_t mailing;
static const struct bd_delivery *copies;

#define MUST(call)                                                             \
    do {                                                                       \
        if ((call) != BD_OK)                                                   \
            fail_msg("%s: %s", #call, app.err.msg);                            \
    } while (0)

static void subscribe_all(int64_t list)
{
    const struct bd_actor actor = { .channel = BD_STR("cli"), .now = 1 };

    for (int i = 0; i < COPIES; i++) {
        bd_str email = bd_arena_printf(app.arena, "r%d@x.example", i);
        const struct bd_subscriber reader = { .email = email,
                                              .email_key = email,
                                              .source = BD_STR("cli"),
                                              .created_at = 1 };
        enum bd_subscription_state old = BD_SUB_LEFT;
        bool known = false;

        MUST(bd_subscribe(app.store, &reader, list, BD_STR("yes"), false,
                          &actor, &known, &old, &app.err));
    }
}

static void begin_mailing(int64_t list)
{
    const struct bd_actor actor = { .channel = BD_STR("cli"), .now = 1 };
    const struct bd_issue_row issue = { .slug = BD_STR("2016-1"),
                                        .title = BD_STR("Nyheter"),
                                        .source = BD_STR("#"),
                                        .source_hash = BD_STR("a"),
                                        .message = BD_STR("m"),
                                        .message_text = BD_STR("t") };
    const struct bd_mailing row = { .list_id = list,
                                    .message_id_salt = BD_STR("salt"),
                                    .message_id_domain = BD_STR("x.example"),
                                    .envelope_from = BD_STR("s@x.example"),
                                    .state = BD_MAILING_SENDING,
                                    .asked_by = BD_STR("eva") };
    int64_t claim = 0;
    size_t count = 0;

    MUST(bd_mailing_start(app.store, &issue, &row, &actor, &mailing, &app.err));
    MUST(bd_queue_claim(app.arena, app.store, mailing, COPIES, 1, &claim,
                        &copies, &count, &app.err));
    assert_int_equal(count, COPIES);
    for (size_t i = 0; i < count; i++) {
        const struct bd_receipt receipt = { .copy = &copies[i],
                                            .state = BD_DELIVERY_ACCEPTED,
                                            .at = 1 };

        MUST(bd_queue_result(app.store, claim, &receipt, 1, &app.err));
    }
}

static int start(void **state)
{
    const struct bd_list list = { .slug = BD_STR("blad"),
                                  .title = BD_STR("Bladet"),
                                  .language = BD_STR("sv") };
    const char *path = NULL;
    int64_t list_id = 0;

    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/bd-back-XXXXXX");
    if (!mkdtemp(folder))
        abort();
    app_init(&app);
    app.folder = folder;
    path = bd_path_join(app.arena, folder, "brevduva.db");
    MUST(bd_config_parse(app.arena, "x", bd_str_from(settings), NULL, 0,
                         &app.config, &app.err));
    MUST(bd_store_create(path, &app.err));
    MUST(bd_store_open(path, BD_STORE_WRITE, &app.store, &app.err));
    MUST(bd_list_add(app.store, &list, &list_id, &app.err));
    subscribe_all(list_id);
    begin_mailing(list_id);
    return 0;
}

static int stop(void **state)
{
    static const char *const ends[] = { "", "-wal", "-shm" };

    (void)state;
    MUST(bd_store_check(app.store, &app.err));
    bd_store_close(app.store);
    app.store = NULL;
    for (size_t i = 0; i < 3; i++)
        (void)unlink(
            bd_arena_printf(app.arena, "%s/brevduva.db%s", folder, ends[i])
                .ptr);
    app_fini(&app);
    return rmdir(folder);
}

static void report(size_t copy, const char *kind, const char *verdict)
{
    struct bd_bounce_rules rules = { 0 };
    const struct bd_actor actor = { .channel = BD_STR("mail"), .now = 2 };
    const struct bd_bounce bounce = {
        .at = 2,
        .subscriber_id = copies[copy].subscriber_id,
        .mailing_id = mailing,
        .delivery_id = copies[copy].id,
        .kind = bd_str_from(kind),
        .verdict = bd_str_from(verdict),
        .reason = BD_STR("abuse"),
        .proof = BD_PROOF_TOKEN,
    };
    enum bd_bounce_effect effect = BD_BOUNCE_NOTED;

    bounce_rules_fill(&app, &rules);
    MUST(bd_bounce_add(app.store, &bounce, &rules, &actor, &effect, &app.err));
}

static int64_t letters_after_check(void)
{
    int64_t letters = 0;

    MUST(inbox_thresholds(&app, mailing));
    MUST(bd_letters_waiting(app.store, &letters, &app.err));
    return letters;
}

static enum bd_mailing_state mailing_state(void)
{
    struct bd_mailing m = { 0 };

    MUST(bd_mailing_get(app.arena, app.store, mailing, &m, &app.err));
    return m.state;
}

static void test_thresholds__tell_and_pause_once(void **state)
{
    struct bd_actor actor = { .channel = BD_STR("cli"), .now = 3 };

    (void)state;
    for (size_t i = 0; i < 3; i++)
        report(i, "bounce", "full");
    report(3, "bounce", "policy");
    assert_int_equal(letters_after_check(), 0); /* 5 % is not more than 5 % */
    assert_int_equal(mailing_state(), BD_MAILING_SENDING);
    report(4, "bounce", "dead");
    assert_int_equal(letters_after_check(), 1);
    assert_int_equal(mailing_state(), BD_MAILING_PAUSED);
    MUST(bd_mailing_set_state(app.store, mailing, BD_MAILING_SENDING,
                              BD_STR_NONE, &actor, &app.err));
    report(5, "bounce", "dead");
    assert_int_equal(letters_after_check(), 1); /* somebody has decided */
    assert_int_equal(mailing_state(), BD_MAILING_SENDING);
    report(6, "complaint", "none");
    assert_int_equal(letters_after_check(), 1);
    report(7, "complaint", "none");
    assert_int_equal(letters_after_check(), 2); /* another threshold */
    assert_int_equal(mailing_state(), BD_MAILING_PAUSED);
}

static void test_thresholds__take_the_place_of_a_limit(void **state)
{
    static const struct {
        const char *reason;
        bool want;
    } rows[] = { { "paused by eva", false },
                 { "--limit: 60 copies were handed over", true } };
    struct bd_actor actor = { .channel = BD_STR("cli"), .now = 3 };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct bd_mailing m = { 0 };

        MUST(bd_mailing_set_state(app.store, mailing, BD_MAILING_PAUSED,
                                  bd_str_from(rows[i].reason), &actor,
                                  &app.err));
        for (size_t k = 0; k < 4; k++)
            report(4 * i + k, i == 0 ? "bounce" : "complaint",
                   i == 0 ? "dead" : "none");
        assert_int_equal(letters_after_check(), i + 1);
        MUST(bd_mailing_get(app.arena, app.store, mailing, &m, &app.err));
        CHECK_ROW(rows[i].reason,
                  bd_str_eq(m.state_reason, bd_str_from(rows[i].reason)) !=
                      rows[i].want);
    }
}

static void test_thresholds__can_be_off(void **state)
{
    (void)state;
    app.config.inbox.max_bounced = 0;
    app.config.inbox.pause = false;
    for (size_t i = 0; i < 20; i++)
        report(i, "bounce", "dead");
    assert_int_equal(letters_after_check(), 0);
    for (size_t i = 20; i < 23; i++)
        report(i, "complaint", "none");
    assert_int_equal(letters_after_check(), 1);
    assert_int_equal(mailing_state(), BD_MAILING_SENDING);
}

static void test_warning__waits_for_enough_copies(void **state)
{
    static const struct {
        enum bd_mailing_state state;
        int64_t accepted, bounced;
        const char *want;
    } rows[] = {
        { BD_MAILING_SENDING, 49, 20, "" },
        { BD_MAILING_SENDING, 50, 20,
          "20 of 50 copies came back (40.0%), more than 5.0%" },
        { BD_MAILING_DONE, 12, 2, "" },
        { BD_MAILING_DONE, 12, 3,
          "3 of 12 copies came back (25.0%), more than 5.0%" },
        { BD_MAILING_DONE, 20, 1, "" },
        { BD_MAILING_DONE, 0, 0, "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct bd_mailing m = { .state = rows[i].state };
        const struct bd_came_back came = { .accepted = rows[i].accepted,
                                           .bounced = rows[i].bounced };

        CHECK_STR(bd_saying_text(
                      app.arena, BD_LANG_EN,
                      came_back_warning(&app, &m, &came, CAME_BACK_BOUNCED)),
                  rows[i].want);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
        TEST(test_thresholds__tell_and_pause_once),
        TEST(test_thresholds__take_the_place_of_a_limit),
        TEST(test_thresholds__can_be_off),
        TEST(test_warning__waits_for_enough_copies),
    };

    bd_lang_set(BD_LANG_EN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
