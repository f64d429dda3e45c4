#include "t.h"

#include "brevduva/deliver/relay.h"
#include "cli_private.h"

static const char two[] = "from: {email: brev@Räv.example}\n"
                          "relays:\n"
                          "  - url: smtps://mail.x.example\n"
                          "    weight: 3\n"
                          "    sessions: 20\n"
                          "    messages_per_session: 100\n"
                          "    rate: 14/s, 50000/day\n"
                          "    domains:\n"
                          "      \"*.RÄV.example ,Hotmail.com\": 20/min\n"
                          "    warm_up: 200 from 2026-11-23, x1.5\n"
                          "    username: brev\n"
                          "    password_env: BREVDUVA_TEST_PASSWORD\n"
                          "    auth: xoauth2\n"
                          "    proxy: socks5h://localhost:1080\n"
                          "  - url: smtp://127.0.0.1:2525\n"
                          "    priority: 2\n"
                          "    chunking: off\n"
                          "    name: Near\n";

static enum bd_status open_with(struct app *app, const char *settings,
                                const char *set,
                                const struct bd_relay_options **out,
                                size_t *out_count)
{
    bd_str override = bd_str_from(set);

    *app = (struct app) { .arena = bd_arena_new(), .folder = "/nowhere" };
    if (bd_config_parse(app->arena, "x", bd_str_from(settings), &override,
                        set != NULL, &app->config, &app->err) != BD_OK)
        fail_msg("%s", app->err.msg);
    return relays_open(app, out, out_count);
}

static void check_first(const struct bd_relay_options *r)
{
    assert_string_equal(r->url, "smtps://mail.x.example");
    assert_string_equal(r->folder, "/nowhere");
    assert_string_equal(r->ehlo_name, "xn--rv-via.example");
    assert_int_equal(r->starttls, BD_STARTTLS_REQUIRED);
    assert_string_equal(r->username, "brev");
    assert_string_equal(r->password, "hunter2");
    assert_null(r->ca_file);
    assert_string_equal(r->auth, "XOAUTH2");
    assert_string_equal(r->proxy, "socks5h://localhost:1080");
    assert_int_equal(r->priority, 1);
    assert_int_equal(r->weight, 3);
    assert_int_equal(r->sessions, 20);
    assert_int_equal(r->chunking, 4);
    assert_int_equal(r->messages_per_session, 100);
    assert_int_equal(r->limits.count, 2);
    assert_int_equal(r->limits.limit[0].count, 14);
    assert_int_equal(r->limits.limit[0].period_ms, 1000);
    assert_int_equal(bd_rate_day(&r->limits), 50000);
    assert_int_equal(r->domain_count, 1);
    CHECK_STR(r->domains[0].patterns, "*.xn--rv-via.example, hotmail.com");
    assert_int_equal(r->domains[0].limits.limit[0].count, 20);
    assert_int_equal(r->domains[0].limits.limit[0].period_ms, 60000);
    assert_int_equal(r->warm_up.day0, 20780);
    assert_int_equal(bd_warm_up_day(&r->warm_up, 1), 300);
}

static void test_relays_open__fills_each_from_the_settings(void **state)
{
    const struct bd_relay_options *relays = NULL;
    size_t count = 0;
    struct app app;

    (void)state;
    assert_int_equal(setenv("BREVDUVA_TEST_PASSWORD", "hunter2", 1), 0);
    if (open_with(&app, two, NULL, &relays, &count) != BD_OK)
        fail_msg("%s", app.err.msg);
    assert_int_equal(count, 2);
    check_first(&relays[0]);
    assert_string_equal(relays[1].url, "smtp://127.0.0.1:2525");
    assert_int_equal(relays[1].starttls, BD_STARTTLS_OFF);
    assert_null(relays[1].username);
    assert_null(relays[1].password);
    assert_null(relays[1].auth);
    assert_null(relays[1].proxy);
    assert_int_equal(relays[1].priority, 2);
    assert_int_equal(relays[1].chunking, 0);
    assert_int_equal(relays[1].limits.count, 0);
    assert_int_equal(relays[1].domain_count, 0);
    CHECK_STR(relays_shown(&app),
              "smtps://mail.x.example, Near (smtp://127.0.0.1:2525)");
    CHECK(relays_reach_out(&app));
    bd_arena_free(app.arena);
}

static void test_relays_open__looks_for_no_password_of_a_folder(void **state)
{
    const struct bd_relay_options *relays = NULL;
    size_t count = 0;
    struct app app;

    (void)state;
    assert_int_equal(open_with(&app,
                               "from.email: a@x.example\n"
                               "relay: {url: \"smtps://m.example\", username: "
                               "u, password_file: none}",
                               "relay.url=maildir:outbox", &relays, &count),
                     BD_OK);
    assert_null(relays[0].password);
    CHECK(!relays_reach_out(&app));
    bd_arena_free(app.arena);
}

static void test_relays_open__says_what_is_wrong(void **state)
{
    static const struct {
        const char *settings, *want;
    } rows[] = {
        { "from.email: a@x.example\n"
          "relays: [{url: \"smtp://127.0.0.1\"}, {url: \"smtp://m.example\", "
          "starttls: off, username: u, password_env: BREVDUVA_TEST_PASSWORD}]",
          "relays.2.starttls is off: the password would cross the network "
          "unencrypted; use \"required\" or smtps://" },
        { "from.email: a@x.example\n"
          "relay: {url: \"smtp://m.example\", username: u, "
          "password_env: BREVDUVA_TEST_NONE}",
          "relay.password_env: there is no environment variable "
          "BREVDUVA_TEST_NONE; set it, or name another" },
    };

    (void)state;
    assert_int_equal(setenv("BREVDUVA_TEST_PASSWORD", "hunter2", 1), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct bd_relay_options *relays = NULL;
        size_t count = 0;
        struct app app;

        CHECK_ROW(rows[i].want, open_with(&app, rows[i].settings, NULL, &relays,
                                          &count) == BD_EINVAL);
        assert_string_equal(app.err.msg, rows[i].want);
        bd_arena_free(app.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_relays_open__fills_each_from_the_settings),
        cmocka_unit_test(test_relays_open__looks_for_no_password_of_a_folder),
        cmocka_unit_test(test_relays_open__says_what_is_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
