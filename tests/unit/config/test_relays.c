/* One relay or several, their limits, and how mailings are sent. */
#include "t.h"

#include "brevduva/base/buf.h"
#include "config_private.h"

static const char two[] =
    "from: {email: brev@x.example, reply_to: anna@x.example}\n"
    "relays:\n"
    "  - url: smtps://mail.x.example\n"
    "    name: Our own\n"
    "    weight: 3\n"
    "    sessions: 20\n"
    "    chunking: 8\n"
    "    messages_per_session: 100\n"
    "    rate: 14/s,600/min , 5000 / hour, 50000/day\n"
    "    domains:\n"
    "      \"*.outlook.com, hotmail.com\": 20/min\n"
    "      räv.example: 1/s, 100/day\n"
    "    warm_up: 200 from 2026-11-23, doubling\n"
    "    username: brev\n"
    "    password_env: PW\n"
    "    auth: XOAuth2\n"
    "    proxy: socks5h://localhost:1080/\n"
    "  - url: smtp://127.0.0.1:2525\n"
    "    priority: 2\n"
    "    chunking: off\n"
    "    ehlo_name: out.x.example\n"
    "    warm_up: 500, x1,25\n"
    "send:\n"
    "  approvals: 2\n"
    "  retry_first: 1h30m\n"
    "  retry_network: 90s\n"
    "  deadline: 5d\n"
    "  max_refused: 5 %\n"
    "  unknown: assume-sent\n";

static void check_first(const struct bd_config_relay *r)
{
    CHECK_STR(r->key, "relays.1");
    CHECK_STR(r->url, "smtps://mail.x.example");
    CHECK_STR(r->name, "Our own");
    CHECK_STR(r->ehlo_name, "x.example");
    CHECK_STR(r->starttls, "required");
    CHECK_STR(r->auth, "XOAUTH2");
    CHECK_STR(r->proxy, "socks5h://localhost:1080");
    assert_int_equal(r->priority, 1);
    assert_int_equal(r->weight, 3);
    assert_int_equal(r->sessions, 20);
    assert_int_equal(r->chunking, 8);
    assert_int_equal(r->messages_per_session, 100);
    assert_int_equal(r->rate.count, 4);
    assert_int_equal(r->rate.rate[0].count, 14);
    assert_int_equal(r->rate.rate[0].period_ms, 1000);
    assert_int_equal(r->rate.rate[1].count, 600);
    assert_int_equal(r->rate.rate[1].period_ms, 60000);
    assert_int_equal(r->rate.rate[2].count, 5000);
    assert_int_equal(r->rate.rate[2].period_ms, 3600000);
    assert_int_equal(r->rate.rate[3].count, 50000);
    assert_int_equal(r->rate.rate[3].period_ms, 86400000);
    assert_int_equal(r->domains.count, 2);
    CHECK_STR(r->domains.limit[0].patterns, "*.outlook.com, hotmail.com");
    assert_int_equal(r->domains.limit[0].rates.rate[0].count, 20);
    CHECK_STR(r->domains.limit[1].patterns, "räv.example");
    assert_int_equal(r->domains.limit[1].rates.count, 2);
    assert_int_equal(r->warm_up.first, 200);
    assert_int_equal((int)(r->warm_up.factor * 100), 200);
    assert_int_equal(r->warm_up.day0, 20780);
}

static void test_relays__take_every_setting(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str text = t_heap(two);
    struct bd_err err = { 0 };
    struct bd_config c;

    (void)state;
    if (bd_config_parse(arena, "x", text, NULL, 0, &c, &err) != BD_OK)
        fail_msg("%s", err.msg);
    t_free(text);
    assert_int_equal(c.relay_count, 2);
    check_first(&c.relays[0]);
    CHECK_STR(c.relays[1].key, "relays.2");
    CHECK_STR(c.relays[1].starttls, "off");
    CHECK_STR(c.relays[1].ehlo_name, "out.x.example");
    assert_int_equal(c.relays[1].priority, 2);
    assert_int_equal(c.relays[1].sessions, 10);
    assert_int_equal(c.relays[1].chunking, 0);
    assert_int_equal(c.relays[1].rate.count, 0);
    assert_int_equal(c.relays[1].domains.count, 0);
    assert_int_equal(c.relays[1].warm_up.first, 500);
    assert_int_equal((int)(c.relays[1].warm_up.factor * 100), 125);
    assert_int_equal(c.relays[1].warm_up.day0, 0);
    assert_int_equal(c.send.approvals, 2);
    assert_int_equal(c.send.retry_first, 5400);
    assert_int_equal(c.send.retry_network, 90);
    assert_int_equal(c.send.deadline, 432000);
    assert_int_equal(c.send.max_refused, 5);
    assert_int_equal(c.send.unknown, BD_UNKNOWN_ASSUME_SENT);
    CHECK_STR(c.send.notify, "anna@x.example");
    bd_arena_free(arena);
}

static void test_relays__an_empty_file_has_defaults(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_config c;

    (void)state;
    assert_int_equal(bd_config_parse(arena, "x",
                                     BD_STR("relays:\n"
                                            "from: {email: a@x.example}\n"
                                            "send:\n"),
                                     NULL, 0, &c, NULL),
                     BD_OK);
    assert_int_equal(c.relay_count, 1);
    CHECK_STR(c.relays[0].key, "relay");
    CHECK_STR(c.relays[0].url, "maildir:outbox");
    assert_int_equal(c.relays[0].priority, 1);
    assert_int_equal(c.relays[0].weight, 1);
    assert_int_equal(c.relays[0].sessions, 10);
    assert_int_equal(c.relays[0].chunking, 4);
    assert_int_equal(c.relays[0].messages_per_session, 0);
    assert_int_equal(c.relays[0].rate.count, 0);
    assert_int_equal(c.relays[0].warm_up.first, 0);
    assert_int_equal(c.send.approvals, 1);
    assert_int_equal(c.send.retry_first, 900);
    assert_int_equal(c.send.retry_network, 60);
    assert_int_equal(c.send.deadline, 172800);
    assert_int_equal(c.send.max_refused, 10);
    assert_int_equal(c.send.unknown, BD_UNKNOWN_ASK);
    CHECK_STR(c.send.notify, "a@x.example");
    bd_arena_free(arena);
}

static void parse_two(struct bd_arena *arena, const bd_str *set, size_t count,
                      struct bd_config *out)
{
    struct bd_err err = { 0 };

    if (bd_config_parse(arena, "x", bd_str_from(two), set, count, out, &err) !=
        BD_OK)
        fail_msg("%s", err.msg);
}

static void test_relays__overrides_name_one_of_them(void **state)
{
    static const bd_str set[] = {
        BD_STR_INIT("relays.2.sessions=5"),
        BD_STR_INIT("relays.1.domains.räv.example=2/h"),
        BD_STR_INIT("relays.1.domains.a.example=3/s"),
        BD_STR_INIT("relays.2.domains.a.example=4/s"),
        BD_STR_INIT("relays.1.rate=none"),
        BD_STR_INIT("relays.1.warm_up="),
        BD_STR_INIT("send.notify=off"),
    };
    struct bd_arena *arena = bd_arena_new();
    struct bd_config c;

    (void)state;
    parse_two(arena, set, sizeof set / sizeof *set, &c);
    assert_int_equal(c.relays[0].sessions, 20);
    assert_int_equal(c.relays[1].sessions, 5);
    assert_int_equal(c.relays[0].domains.count, 3);
    CHECK_STR(c.relays[0].domains.limit[1].patterns, "räv.example");
    assert_int_equal(c.relays[0].domains.limit[1].rates.count, 1);
    assert_int_equal(c.relays[0].domains.limit[1].rates.rate[0].count, 2);
    CHECK_STR(c.relays[0].domains.limit[2].patterns, "a.example");
    assert_int_equal(c.relays[1].domains.count, 1);
    assert_int_equal(c.relays[0].rate.count, 0);
    assert_int_equal(c.relays[0].warm_up.first, 0);
    CHECK_STR(c.send.notify, "");
    bd_arena_free(arena);
}

static void test_relays__relay_url_takes_the_place_of_all(void **state)
{
    static const bd_str set[] = {
        BD_STR_INIT("relay.sessions=2"),
        BD_STR_INIT("relay.url=maildir:outbox"),
    };
    struct bd_arena *arena = bd_arena_new();
    struct bd_config c;

    (void)state;
    parse_two(arena, set, sizeof set / sizeof *set, &c);
    assert_int_equal(c.relay_count, 1);
    CHECK_STR(c.relays[0].key, "relay");
    CHECK_STR(c.relays[0].url, "maildir:outbox");
    CHECK_STR(c.relays[0].username, "");
    assert_int_equal(c.relays[0].sessions, 2);
    assert_int_equal(c.relays[0].rate.count, 0);
    bd_arena_free(arena);
}

#define IS_NO_PLAN                                                             \
    "--set relay.warm_up: this must be a number of copies and how it grows, "  \
    "as \"200, doubling\", \"200 from 2026-11-23, doubling\" or \"500, "       \
    "x1.5\" "                                                                  \
    "(at most x10)"
#define IS_NO_LIMIT(text)                                                      \
    "--set relay.rate: \"" text "\" is no limit; write it as 14/s, 600/min, "  \
    "5000/h or 50000/day, with commas between several"
#define IS_NO_DOMAIN(text)                                                     \
    "x:1:19: relay.domains: \"" text "\" is no domain; write them as "         \
    "hotmail.com or *.outlook.com, with commas between several"

/* Each with the message that the coordinator gets. */
static const struct {
    const char *text, *set, *want;
} bad_rows[] = {
    { "relay: {url: \"maildir:a\"}\nrelays: [{url: \"maildir:b\"}]", NULL,
      "x:2:1: relays: there is a relay in line 1 as well; keep relay for one, "
      "or relays for several" },
    { "relays:\n  url: maildir:a", NULL,
      "x:1:1: relays: this is a list; begin each relay with a dash on a line "
      "below, as \"- url: smtps://mail.example\"" },
    { "relays:\n  - smtp://a.example", NULL,
      "x:2:5: relays.1: write the settings of the relay behind the dash and "
      "below, as \"- url: smtps://mail.example\"" },
    { "relays:\n  - url: smtp://a.example\n  - sessions: 2", NULL,
      "x:3:5: relays.2.url: this relay has no url; give it as "
      "smtps://mail.example" },
    { "relays:\n  - url: smtp://a.example\n  - url: ''", NULL,
      "x:3:10: relays.2.url: this relay has no url; give it as "
      "smtps://mail.example" },
    { "relays:\n  - url: smtp://a.example\n    ulr: x", NULL,
      "x:3:5: relays.1.ulr: there is no such setting; did you mean "
      "relays.1.url?" },
    { "relays:\n  - url: smtp://a.example\n    base_url: x", NULL,
      "x:3:5: relays.1.base_url: there is no such setting; did you mean "
      "web.base_url?" },
    { "relays:\n  - password: hunter2", NULL,
      "x:2:5: relays.1.password: a password is never written here; use "
      "relays.1.password_command, relays.1.password_file or "
      "relays.1.password_env" },
    { "relays:\n  - url: smtp://a.example\n    sessions: 0", NULL,
      "x:3:15: relays.1.sessions: this must be a whole number from 1 to 500" },
    { "relays:\n  - {url: \"smtp://a.example\"}\n  - {url: \"maildir:a\"}",
      NULL,
      "x:3:11: relays.2.url: a folder and a server cannot stand side by side: "
      "copies would stay in the folder; remove one of them" },
    { "relays:\n  - url: smtp://a.example\n  - url: smtp://A.example", NULL,
      "x:3:10: relays.2.url: this is the relay of relays.1 too; remove one of "
      "them, and raise the sessions of the other" },
    { "relays:\n  - {url: \"smtp://a.example\", name: A}\n"
      "  - {url: \"smtp://b.example\", name: A}",
      NULL,
      "x:3:37: relays.2.name: relays.1 has the same name; change one of "
      "them" },
    { "relays:\n  - {url: \"smtp://a.example\", username: u}", NULL,
      "x:2:41: relays.1.username: a user name needs a password; set "
      "password_command, password_file or password_env too" },
    { "relays:\n  - url: smtp://a.example", "relays.2.sessions=5",
      "--set relays.2.sessions: say which relay and what of it, as in "
      "relays.1.url; the last is relays.1" },
    { "relays:\n  - url: smtp://a.example", "relays.0.sessions=5",
      "--set relays.0.sessions: say which relay and what of it, as in "
      "relays.1.url; the last is relays.1" },
    { "relays:\n  - url: smtp://a.example", "relays=x",
      "--set relays: say which relay and what of it, as in relays.1.url; the "
      "last is relays.1" },
    { "relays:\n  - url: smtp://a.example", "relays.1.password=hunter2",
      "--set relays.1.password: a password is never written here; use "
      "relays.1.password_command, relays.1.password_file or "
      "relays.1.password_env" },
    { "relays:\n  - url: smtp://a.example", "relays.1.sesions=5",
      "--set relays.1.sesions: there is no such setting; did you mean "
      "relays.1.sessions?" },
    { "relays:\n  - url: smtp://a.example", "relay.sessions=5",
      "--set relay.sessions: there are several relays; say which, as in "
      "relays.1.sessions, or put one in the place of all with relay.url" },
    { "", "relays.1.sessions=5",
      "--set relays.1.sessions: no relays are listed; with one relay it is "
      "called as in relay.url" },
    { "", "relay.chunking=17",
      "--set relay.chunking: this must be auto, off or a whole number from 1 "
      "to 16" },
    { "", "relay.messages_per_session=-1",
      "--set relay.messages_per_session: this must be a whole number from 0 "
      "to 1000000" },
    { "", "relay.auth=gssapi",
      "--set relay.auth: this must be one of plain, login, cram-md5, "
      "digest-md5, scram-sha-1, scram-sha-256, ntlm, xoauth2 and oauthbearer; "
      "leave it out for the best that the server offers" },
    { "", "relay.auth=plain",
      "--set relay.auth: this is for relays with a login; set username and a "
      "password too, or remove it" },
    { "", "relay.proxy=localhost:1080",
      "--set relay.proxy: this is not a proxy; give it as "
      "socks5h://localhost:1080 or http://proxy.example:3128" },
    { "", "relay.proxy=socks5://u:hunter2@localhost",
      "--set relay.proxy: a proxy with a user name cannot be used; give one "
      "without, as socks5h://localhost:1080" },
    { "", "relay.rate=14", IS_NO_LIMIT("14") },
    { "", "relay.rate=0/s", IS_NO_LIMIT("0/s") },
    { "", "relay.rate=0.5/s", IS_NO_LIMIT("0.5/s") },
    { "", "relay.rate=14/s,", IS_NO_LIMIT("") },
    { "", "relay.rate=14/month", IS_NO_LIMIT("14/month") },
    { "", "relay.rate=50 000/day", IS_NO_LIMIT("50 000/day") },
    { "", "relay.rate=14/s, 10/sec",
      "--set relay.rate: \"10/sec\" is the second limit for that time; keep "
      "one of them" },
    { "", "relay.warm_up=7", IS_NO_PLAN },
    { "", "relay.warm_up=doubling", IS_NO_PLAN },
    { "", "relay.warm_up=0, doubling", IS_NO_PLAN },
    { "", "relay.warm_up=200, x1", IS_NO_PLAN },
    { "", "relay.warm_up=200, x10.01", IS_NO_PLAN },
    { "", "relay.warm_up=200, x1.", IS_NO_PLAN },
    { "", "relay.warm_up=200,", IS_NO_PLAN },
    { "", "relay.warm_up=200 until 2026-11-23", IS_NO_PLAN },
    { "", "relay.warm_up=200 today, doubling",
      "--set relay.warm_up: write the date instead of today, as 200 from "
      "2026-11-23, doubling; tomorrow, today is another day" },
    { "", "relay.warm_up=200 from 2026-11-31, doubling",
      "--set relay.warm_up: 2026-11-31: there is no such day" },
    { "", "relay.warm_up=200 from monday",
      "--set relay.warm_up: \"monday\" is no date; write it as 2026-11-23" },
    { "relay: {domains: {outlook: 20/min}}", NULL, IS_NO_DOMAIN("outlook") },
    { "relay: {domains: {'*': 20/min}}", NULL, IS_NO_DOMAIN("*") },
    { "relay: {domains: {a.example: 20}}", NULL,
      "x:1:19: relay.domains: \"20\" is no limit; write it as 14/s, 600/min, "
      "5000/h or 50000/day, with commas between several" },
    { "relay: {domains: {a.example: }}", NULL,
      "x:1:19: relay.domains: \"\" is no limit; write it as 14/s, 600/min, "
      "5000/h or 50000/day, with commas between several" },
    { "relay: {domains: {a.example: [1/s]}}", NULL,
      "x:1:19: relay.domains: write the limit behind the colon, as 20/min" },
    { "relay:\n  domains:\n    a.example: 1/s\n    'b.example, A.example': 2/s",
      NULL,
      "x:4:5: relay.domains: A.example stands twice among the domains; keep "
      "one of them" },
    { "relay: {domains: {'*.com': 1/s}}", NULL,
      "x:1:19: relay.domains: \"*.com\" would be one limit for the readers of "
      "very many providers; write the domain of one, as *.outlook.com, or set "
      "relay.rate, which is for all" },
    { "relay: {domains: [a.example]}", NULL,
      "x:1:9: relay.domains: this setting has one value, no list and no "
      "settings of its own; write it behind the colon" },
    { "relay: {domains: 20/min}", NULL,
      "x:1:18: relay.domains: write each limit on a line of its own below, "
      "indented by two spaces, as \"*.outlook.com, hotmail.com\": 20/min" },
    { "relay:\n  domains:\n    *.outlook.com: 20/min", NULL,
      "x:3:5: text cannot start with this character; put quotes around the "
      "text" },
    { "", "send.retry_first=15",
      "--set send.retry_first: this must be a length of time, as 15m, 2d or "
      "1h30m, from 1s to 1d" },
    { "", "send.deadline=31d",
      "--set send.deadline: this must be a length of time, as 15m, 2d or "
      "1h30m, from 1s to 4w2d" },
    { "", "send.max_refused=101%",
      "--set send.max_refused: this must be a whole number from 0 to 100" },
    { "", "send.unknown=guess",
      "--set send.unknown: this must be ask, resend or assume-sent" },
    { "send: {approvals: 3}", NULL,
      "x:1:19: send.approvals: this must be a whole number from 1 to 2" },
    { "send: {approvals: 2}", " send.approvals =1",
      "--set send.approvals: this can only be changed in x, so that who sends "
      "cannot leave the second person out by an option" },
    { "", "send.notify=nobody",
      "--set send.notify: this is not an e-mail address; give it as "
      "news@forening.example" },
};

static void test_relays__say_what_is_wrong_and_where(void **state)
{
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof bad_rows / sizeof *bad_rows; i++) {
        bd_str text = t_heap(bad_rows[i].text);
        bd_str set = bd_str_from(bad_rows[i].set);
        struct bd_err err = { 0 };
        struct bd_config c;

        if (bd_config_parse(arena, "x", text, &set, set.len > 0, &c, &err) ==
            BD_OK)
            fail_msg("row \"%s\" is taken", bad_rows[i].want);
        assert_string_equal(err.msg, bad_rows[i].want);
        t_free(text);
    }
    bd_arena_free(arena);
}

static void test_relays__are_sixteen_at_most(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_buf text;
    struct bd_err err = { 0 };
    struct bd_config c;

    (void)state;
    bd_buf_init(&text, 0);
    bd_buf_add_cstr(&text, "relays:\n");
    for (int i = 1; i <= RELAYS_MAX; i++)
        bd_buf_printf(&text, "- url: smtp://m%d.example\n", i);
    assert_int_equal(
        bd_config_parse(arena, "x", bd_buf_str(&text), NULL, 0, &c, &err),
        BD_OK);
    assert_int_equal(c.relay_count, RELAYS_MAX);
    bd_buf_add_cstr(&text, "- url: smtp://more.example\n");
    assert_int_equal(
        bd_config_parse(arena, "x", bd_buf_str(&text), NULL, 0, &c, &err),
        BD_EINVAL);
    assert_string_equal(err.msg,
                        "x:1:1: relays: at most 16 relays can be listed");
    bd_buf_fini(&text);
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_relays__take_every_setting),
        cmocka_unit_test(test_relays__an_empty_file_has_defaults),
        cmocka_unit_test(test_relays__overrides_name_one_of_them),
        cmocka_unit_test(test_relays__relay_url_takes_the_place_of_all),
        cmocka_unit_test(test_relays__say_what_is_wrong_and_where),
        cmocka_unit_test(test_relays__are_sixteen_at_most),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
