#include "t.h"

#include "brevduva/base/limits.h"
#include "config_private.h"

static void test_config_parse__an_empty_file_has_defaults(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_config c;

    (void)state;
    assert_int_equal(bd_config_parse(arena, "brevduva.yaml",
                                     BD_STR("relay:\n  # url: x\nname:\n"),
                                     NULL, 0, &c, NULL),
                     BD_OK);
    assert_int_equal(c.language, BD_LANG_EN);
    assert_int_equal(c.relays[0].sessions, 10);
    CHECK_STR(c.relays[0].url, "maildir:outbox");
    CHECK_STR(c.relays[0].starttls, "required");
    CHECK_STR(c.relays[0].ehlo_name, "");
    CHECK_STR(c.name, "");
    bd_arena_free(arena);
}

static const char whole[] = "name: Nyhetsbrevet\n"
                            "language: sv\n"
                            "time_zone: UTC\n"
                            "from:\n"
                            "  name: Föreningen\n"
                            "  email: brev@räv.example\n"
                            "  reply_to: 'anna@x.example '\n"
                            "organisation:\n"
                            "  name: Föreningen Räven\n"
                            "  postal_address: >\n"
                            "    Box 1,\n"
                            "    701 11 Örebro\n"
                            "  email: info@x.example\n"
                            "  phone: +46 19 123 456\n"
                            "  website: https://x.example/?om\n"
                            "web: {base_url: 'https://x.example:8443/b//'}\n"
                            "relay.url: smtps://mail.x.example/\n"
                            "relay:\n"
                            "  sessions: 4\n"
                            "  starttls: \"off\"\n"
                            "  username: anna@x.example\n"
                            "  password_command: pass show mail\n"
                            "  ca_file: /etc/ca.pem\n"
                            "  ehlo_name: out.x.example\n";

static void test_config_parse__takes_every_setting(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_config c;
    bd_str text = t_heap(whole);

    (void)state;
    assert_int_equal(
        bd_config_parse(arena, "brevduva.yaml", text, NULL, 0, &c, NULL),
        BD_OK);
    t_free(text);
    CHECK_STR(c.name, "Nyhetsbrevet");
    assert_int_equal(c.language, BD_LANG_SV);
    CHECK_STR(c.time_zone, "UTC");
    CHECK_STR(c.from.name, "Föreningen");
    CHECK_STR(c.from.email, "brev@räv.example");
    CHECK_STR(c.from.reply_to, "anna@x.example");
    CHECK_STR(c.organisation.name, "Föreningen Räven");
    CHECK_STR(c.organisation.postal_address, "Box 1, 701 11 Örebro");
    CHECK_STR(c.organisation.email, "info@x.example");
    CHECK_STR(c.organisation.phone, "+46 19 123 456");
    CHECK_STR(c.organisation.website, "https://x.example/?om");
    CHECK_STR(c.web.base_url, "https://x.example:8443/b");
    CHECK_STR(c.relays[0].url, "smtps://mail.x.example");
    assert_int_equal(c.relays[0].sessions, 4);
    CHECK_STR(c.relays[0].starttls, "off");
    CHECK_STR(c.relays[0].username, "anna@x.example");
    CHECK_STR(c.relays[0].password_command, "pass show mail");
    CHECK_STR(c.relays[0].ca_file, "/etc/ca.pem");
    CHECK_STR(c.relays[0].ehlo_name, "out.x.example");
    bd_arena_free(arena);
}

static void test_config_parse__overrides_come_last(void **state)
{
    static const bd_str overrides[] = {
        BD_STR_INIT("relay.url=smtp://[::1]:2525"),
        BD_STR_INIT("relay.starttls="),
        BD_STR_INIT("relay.password_command="),
        BD_STR_INIT("relay.password_env=BREV_PASSWORD"),
        BD_STR_INIT(" name = A = B"),
        BD_STR_INIT("name=C=D"),
    };
    struct bd_arena *arena = bd_arena_new();
    struct bd_config c;

    (void)state;
    assert_int_equal(
        bd_config_parse(arena, "brevduva.yaml", bd_str_from(whole), overrides,
                        sizeof overrides / sizeof *overrides, &c, NULL),
        BD_OK);
    CHECK_STR(c.relays[0].url, "smtp://[::1]:2525");
    CHECK_STR(c.relays[0].starttls, "off");
    CHECK_STR(c.relays[0].password_command, "");
    CHECK_STR(c.relays[0].password_env, "BREV_PASSWORD");
    CHECK_STR(c.name, "C=D");
    bd_arena_free(arena);
}

static void test_config_parse__starttls_is_required_off_loopback(void **state)
{
    static const struct {
        const char *url, *want;
    } rows[] = {
        { "relay.url=smtp://localhost", "off" },
        { "relay.url=SMTP://LocalHost:25/", "off" },
        { "relay.url=smtp://127.0.0.1:25", "off" },
        { "relay.url=smtp://127.9.9.9", "off" },
        { "relay.url=smtp://[::1]", "off" },
        { "relay.url=smtp://127.evil.example", "required" },
        { "relay.url=smtp://localhost.example", "required" },
        { "relay.url=smtp://[::2]:25", "required" },
        { "relay.url=smtp://mail.example:25", "required" },
        { "relay.url=maildir:localhost", "required" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str override = bd_str_from(rows[i].url);
        struct bd_config c;

        CHECK_ROW(rows[i].url,
                  bd_config_parse(arena, "x", BD_STR("from.email: a@b.example"),
                                  &override, 1, &c, NULL) == BD_OK);
        CHECK_ROW(rows[i].url,
                  bd_str_eq(c.relays[0].starttls, bd_str_from(rows[i].want)));
        CHECK_STR(c.relays[0].ehlo_name, "b.example");
    }
    bd_arena_free(arena);
}

#define RELAY_KEYS                                                             \
    "relay.url, relay.name, relay.priority, relay.weight, relay.sessions, "    \
    "relay.chunking, relay.messages_per_session, relay.rate, relay.domains, "  \
    "relay.warm_up, relay.starttls, relay.username, relay.password_command, "  \
    "relay.password_file, relay.password_env, relay.auth, relay.proxy, "       \
    "relay.ca_file, relay.ehlo_name"

/* Each with the message that the coordinator gets. */
static const struct {
    const char *text, *set, *want;
} bad_rows[] = {
    { "name: Brev: nytt", NULL,
      "brevduva.yaml:1:11: a second colon stands in this text; put "
      "quotes around the text" },
    { "name: A\nname: B", NULL,
      "brevduva.yaml:2:1: the key \"name\" stands twice, first in line "
      "1; remove one of them" },
    { "relay:\n  url: maildir:a\nrelay.url: maildir:b", NULL,
      "brevduva.yaml:3:1: relay.url: the setting stands twice, first in "
      "line 2; remove one of them" },
    { "nmae: x", NULL,
      "brevduva.yaml:1:1: nmae: there is no such setting; did you mean "
      "name?" },
    { "flavour: red", NULL,
      "brevduva.yaml:1:1: flavour: there is no such setting; known here: "
      "name, language, time_zone, images, from, organisation, theme, web, "
      "subscribe, tip, relay, relays, send, inbox" },
    { "theme:\n  name: ../x", NULL,
      "brevduva.yaml:2:9: theme.name: this must be the name of a theme: brev, "
      "partner, notis, or a folder of your own in templates/mail/, of letters, "
      "digits and hyphens" },
    { "theme:\n  colour: red", NULL,
      "brevduva.yaml:2:11: theme.colour: this must be a colour as "
      "\"#1d5c63\", in quotes, as # would begin a comment" },
    { "theme:\n  font: a;b", NULL,
      "brevduva.yaml:2:9: theme.font: this must be sans, serif or mono, or "
      "names of fonts with commas between them, as Verdana, Arial, "
      "sans-serif" },
    { "theme:\n  width: 399", NULL,
      "brevduva.yaml:2:10: theme.width: this must be a number of pixels from "
      "400 to 800, as 600" },
    { "theme:\n  links: x", NULL,
      "brevduva.yaml:2:10: theme.links: write one on each line below, indented "
      "by two spaces, as Calendar: https://example.org/calendar" },
    { "theme:\n  links:\n    A:\n      - b", NULL,
      "brevduva.yaml:3:5: theme.links: write one on each line below, indented "
      "by two spaces, as Calendar: https://example.org/calendar" },
    { "theme:\n  links:\n    A: nowhere at all", NULL,
      "brevduva.yaml:3:5: theme.links: this is not a web address; give it as "
      "https://forening.example" },
    { "relay:\n  ulr: x", NULL,
      "brevduva.yaml:2:3: relay.ulr: there is no such setting; did you "
      "mean relay.url?" },
    { "relay:\n  port: 25", NULL,
      "brevduva.yaml:2:3: relay.port: there is no such setting; known "
      "here: " RELAY_KEYS },
    { "base_url: https://x.example", NULL,
      "brevduva.yaml:1:1: base_url: there is no such setting; did you "
      "mean web.base_url?" },
    { "reley: {url: x}", NULL,
      "brevduva.yaml:1:1: reley: there is no such setting; did you mean "
      "relay?" },
    { "relay:\n  url:\n    a: b", NULL,
      "brevduva.yaml:2:3: relay.url: this setting has one value, no list "
      "and no settings of its own; write it behind the colon" },
    { "name: [a, b]", NULL,
      "brevduva.yaml:1:1: name: this setting has one value, no list and "
      "no settings of its own; write it behind the colon" },
    { "relay: smtp://x.example", NULL,
      "brevduva.yaml:1:1: relay: this is a group; write its settings on "
      "the lines below, indented by two spaces" },
    { "relay:\n  password: hunter2", NULL,
      "brevduva.yaml:2:3: relay.password: a password is never written "
      "here; use relay.password_command, relay.password_file or "
      "relay.password_env" },
    { "password: hunter2", NULL,
      "brevduva.yaml:1:1: password: a password is never written here; "
      "use relay.password_command, relay.password_file or "
      "relay.password_env" },
    { "relay:\n  sessions: many", NULL,
      "brevduva.yaml:2:13: relay.sessions: this must be a whole number "
      "from 1 to 500" },
    { "relay:\n  sessions: 0", NULL,
      "brevduva.yaml:2:13: relay.sessions: this must be a whole number "
      "from 1 to 500" },
    { "relay:\n  sessions: 501", NULL,
      "brevduva.yaml:2:13: relay.sessions: this must be a whole number "
      "from 1 to 500" },
    { "relay:\n  sessions: 99999999999999999999999", NULL,
      "brevduva.yaml:2:13: relay.sessions: this must be a whole number "
      "from 1 to 500" },
    { "relay:\n  starttls: yes", NULL,
      "brevduva.yaml:2:13: relay.starttls: this must be required or off" },
    { "language: de", NULL,
      "brevduva.yaml:1:11: language: this language is not spoken here; "
      "give sv or en" },
    { "time_zone: Europe/Stokholm", NULL,
      "brevduva.yaml:1:12: time_zone: there is no such time zone; give "
      "one as Europe/Stockholm" },
    { "time_zone: ../passwd", NULL,
      "brevduva.yaml:1:12: time_zone: there is no such time zone; give "
      "one as Europe/Stockholm" },
    { "from: {email: anna}", NULL,
      "brevduva.yaml:1:15: from.email: this is not an e-mail address; "
      "give it as news@forening.example" },
    { "from: {email: \"a b@x.example\"}", NULL,
      "brevduva.yaml:1:15: from.email: this must be one e-mail address "
      "alone, as news@forening.example" },
    { "from: {email: a@b@x.example}", NULL,
      "brevduva.yaml:1:15: from.email: this must be one e-mail address "
      "alone, as news@forening.example" },
    { "from: {email: Anna <a@x.example>}", NULL,
      "brevduva.yaml:1:15: from.email: this must be one e-mail address "
      "alone, as news@forening.example" },
    { "from: {email: \"a@x.example\\nBcc: b@x.example\"}", NULL,
      "brevduva.yaml:1:15: from.email: the value must be one line "
      "without tabs" },
    { "name: \"a\\tb\"", NULL,
      "brevduva.yaml:1:7: name: the value must be one line without tabs" },
    { "name: \"a\\x07b\"", NULL,
      "brevduva.yaml:1:7: this text has a control character in it; "
      "remove the escape that makes it" },
    { "web: {base_url: forening.example}", NULL,
      "brevduva.yaml:1:17: web.base_url: this is not a web address; give "
      "it as https://forening.example" },
    { "web: {base_url: \"ftp://x.example\"}", NULL,
      "brevduva.yaml:1:17: web.base_url: this is not a web address; give "
      "it as https://forening.example" },
    { "web: {base_url: \"https://x.example/?a=b\"}", NULL,
      "brevduva.yaml:1:17: web.base_url: the base of all links has no ? "
      "or #; give it as https://forening.example/brev" },
    { "web: {base_url: \"https://u:hunter2@x.example\"}", NULL,
      "brevduva.yaml:1:17: web.base_url: a web address has no user name; "
      "give it as https://forening.example" },
    { "web: {base_url: \"https://räv.example\"}", NULL,
      "brevduva.yaml:1:17: web.base_url: a web address has only ASCII; "
      "write the host in its xn-- form and other letters as %XX" },
    { "web: {base_url: \"https://x.example/a b\"}", NULL,
      "brevduva.yaml:1:17: web.base_url: this is not a web address; give "
      "it as https://forening.example" },
    { "web: {base_url: \"https://x.example:99999\"}", NULL,
      "brevduva.yaml:1:17: web.base_url: this is not a web address; give "
      "it as https://forening.example" },
    { "web: {listen: \"localhost:8080\"}", NULL,
      "brevduva.yaml:1:15: web.listen: this is no address with a port; give "
      "it as 127.0.0.1:8080, [::1]:8080, or 0.0.0.0:8080 for all of this "
      "machine's" },
    { "web: {proxies: \"127.0.0.1, nginx\"}", NULL,
      "brevduva.yaml:1:16: web.proxies: \"nginx\" is neither an address nor a "
      "network; give them between commas, as 127.0.0.1, 10.0.0.0/8, "
      "fd00::/8" },
    { "web: {metrics: 10.0.0.0/40}", NULL,
      "brevduva.yaml:1:16: web.metrics: \"10.0.0.0/40\" is neither an address "
      "nor a network; give them between commas, as 127.0.0.1, 10.0.0.0/8, "
      "fd00::/8" },
    { "images: link", NULL,
      "brevduva.yaml:1:9: images: this must be embed or serve" },
    { "images: serve", NULL,
      "brevduva.yaml:1:9: images: pictures can only be served where the "
      "readers' pages are; set web.base_url, or write embed" },
    { "web: {tls_cert: web.crt}", NULL,
      "brevduva.yaml:1:17: web.tls_cert: the certificate needs its key; give "
      "the file with it as web.tls_key" },
    { "web: {tls_key: web.key}", NULL,
      "brevduva.yaml:1:16: web.tls_key: the key needs its certificate; give "
      "the file with it as web.tls_cert" },
    { "relay: {url: \"http://x.example\"}", NULL,
      "brevduva.yaml:1:14: relay.url: this is not a relay; give it as "
      "smtp://mail.example:587, smtps://mail.example or maildir:outbox" },
    { "relay: {url: \"smtps://u:hunter2@x.example\"}", NULL,
      "brevduva.yaml:1:14: relay.url: the user name does not belong in "
      "the URL; give it as username, and the password by "
      "password_command, password_file or password_env" },
    { "relay: {url: \"smtp://x.example:0\"}", NULL,
      "brevduva.yaml:1:14: relay.url: this is not a relay; give it as "
      "smtp://mail.example:587, smtps://mail.example or maildir:outbox" },
    { "relay: {url: \"smtp://x.example/path\"}", NULL,
      "brevduva.yaml:1:14: relay.url: this is not a relay; give it as "
      "smtp://mail.example:587, smtps://mail.example or maildir:outbox" },
    { "relay: {url: \"maildir:\"}", NULL,
      "brevduva.yaml:1:14: relay.url: the path is missing; give it behind "
      "the colon, as maildir:outbox" },
    { "relay: {url: \"maildir://outbox\"}", NULL,
      "brevduva.yaml:1:14: relay.url: a folder is given without //, as "
      "maildir:outbox or maildir:/srv/outbox" },
    { "relay: {username: u}", NULL,
      "brevduva.yaml:1:19: relay.username: a user name needs a password; "
      "set password_command, password_file or password_env too" },
    { "relay: {password_file: f}", NULL,
      "brevduva.yaml:1:24: relay.password_file: a password needs a user "
      "name; set username too" },
    { "relay: {username: u, password_file: f, password_env: E}", NULL,
      "brevduva.yaml:1:54: relay.password_env: the password has another "
      "source already; keep one of password_command, password_file and "
      "password_env" },
    { "relay: {username: u, password_env: \"A B\"}", NULL,
      "brevduva.yaml:1:36: relay.password_env: this must be the name of "
      "an environment variable: letters, digits and underscores" },
    { "relay: {ehlo_name: \"a b\"}", NULL,
      "brevduva.yaml:1:20: relay.ehlo_name: this is not a host name; "
      "give it as mail.forening.example" },
    { "\"relay.url.x\": y", NULL,
      "brevduva.yaml:1:1: relay.url.x: there is no such setting; did you "
      "mean relay.url?" },
    { "relay: {url.x: 1}", NULL,
      "brevduva.yaml:1:9: relay.url.x: there is no such setting; did you "
      "mean relay.url?" },
    { "", "relay.url",
      "--set: give it as KEY=VALUE, as in relay.url=maildir:outbox" },
    { "", "relay.password=hunter2",
      "--set relay.password: a password is never written here; use "
      "relay.password_command, relay.password_file or relay.password_env" },
    { "", "relay=smtp://x.example",
      "--set relay: there is no such setting; known here: " RELAY_KEYS },
    { "", "relay.ulr=smtp://x.example",
      "--set relay.ulr: there is no such setting; did you mean relay.url?" },
    { "", "relay.sessions=no",
      "--set relay.sessions: this must be a whole number from 1 to 500" },
    { "", "relay.password_env=E",
      "--set relay.password_env: a password needs a user name; set "
      "username too" },
    { "inbox: {address: bounce@x.example}", NULL,
      "brevduva.yaml:1:18: inbox.address: an asterisk must say where the token "
      "stands, before the @: bounce+*@forening.example or "
      "*@studs.forening.example" },
    { "inbox: {address: \"a*b*@x.example\"}", NULL,
      "brevduva.yaml:1:18: inbox.address: an asterisk must say where the token "
      "stands, before the @: bounce+*@forening.example or "
      "*@studs.forening.example" },
    { "inbox: {address: \"newsletter-bounces+*@x.example\"}", NULL,
      "brevduva.yaml:1:18: inbox.address: beside the asterisk at most 16 "
      "octets "
      "fit before the @, as in bounce+*@forening.example" },
    { "inbox: {address: \"studså+*@x.example\"}", NULL,
      "brevduva.yaml:1:18: inbox.address: before the @ only ASCII letters, "
      "digits and + - _ . = can stand beside the asterisk" },
    { "inbox: {url: \"imaps://mail.x.example\"}", NULL,
      "brevduva.yaml:1:14: inbox.url: a mailbox on a server needs a log-in; "
      "set username, and password_command, password_file or password_env" },
    { "inbox: {url: \"pop3://mail.x.example\"}", NULL,
      "brevduva.yaml:1:14: inbox.url: this is not a mailbox; give it as "
      "imaps://mail.example, imap://mail.example, maildir:FOLDER or "
      "mbox:FILE" },
    { "inbox: {url: \"imaps://u:hunter2@mail.x.example\"}", NULL,
      "brevduva.yaml:1:14: inbox.url: the user name does not belong in the "
      "URL; give it as username, and the password by password_command, "
      "password_file or password_env" },
    { "inbox: {password: hunter2}", NULL,
      "brevduva.yaml:1:9: inbox.password: a password is never written here; "
      "use inbox.password_command, inbox.password_file or "
      "inbox.password_env" },
    { "inbox: {username: u}", NULL,
      "brevduva.yaml:1:19: inbox.username: a user name needs a password; set "
      "password_command, password_file or password_env too" },
    { "inbox: {handled: ../x}", NULL,
      "brevduva.yaml:1:18: inbox.handled: this is no folder of a mailbox; give "
      "its name, as Handled" },
    { "inbox: {handled: Done/./x}", NULL,
      "brevduva.yaml:1:18: inbox.handled: this is no folder of a mailbox; give "
      "its name, as Handled" },
    { "inbox: {url: \"maildir:\"}", NULL,
      "brevduva.yaml:1:14: inbox.url: the path is missing; give it behind the "
      "colon, as maildir:FOLDER or mbox:FILE" },
    { "inbox: {url: \"mbox://var/mail/x\"}", NULL,
      "brevduva.yaml:1:14: inbox.url: a path is given without //, as "
      "maildir:/srv/mail or mbox:/var/mail/studs" },
    { "inbox: {unreadable: handled}", NULL,
      "brevduva.yaml:1:21: inbox.unreadable: this is the same folder as "
      "inbox.handled; give another" },
    { "inbox: {handled: inbox}", NULL,
      "brevduva.yaml:1:18: inbox.handled: this is the same folder as "
      "inbox.folder; give another" },
    { "inbox: {after: delete}", NULL,
      "brevduva.yaml:1:16: inbox.after: this must be move or flag" },
    { "inbox: {max_bounced: 0.35}", NULL,
      "brevduva.yaml:1:22: inbox.max_bounced: this must be a share in percent "
      "from 0 to 100, as 5 or 0.3" },
    { "inbox: {dead_after: 3}", NULL,
      "brevduva.yaml:1:21: inbox.dead_after: this must be a whole number from "
      "1 to 2" },
    { "", "name=a\nb", "--set name: the value must be one line without tabs" },
};

static void test_config_parse__says_what_is_wrong_and_where(void **state)
{
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof bad_rows / sizeof *bad_rows; i++) {
        bd_str text = t_heap(bad_rows[i].text);
        bd_str set = bd_str_from(bad_rows[i].set);
        struct bd_err err = { 0 };
        struct bd_config c;

        CHECK_ROW(bad_rows[i].text,
                  bd_config_parse(arena, "brevduva.yaml", text, &set,
                                  set.len > 0, &c, &err) != BD_OK);
        assert_string_equal(err.msg, bad_rows[i].want);
        CHECK_ROW(bad_rows[i].text, !strstr(err.msg, "hunter2"));
        t_free(text);
    }
    bd_arena_free(arena);
}

static void test_config_parse__refuses_odd_bytes_and_lengths(void **state)
{
    static const bd_str not_utf8 = BD_STR_INIT("name=\xff");
    struct bd_arena *arena = bd_arena_new();
    char text[6 + BD_MAX_NAME_BYTES + 1];
    struct bd_err err = { 0 };
    struct bd_config c;

    (void)state;
    assert_int_equal(
        bd_config_parse(arena, "x", BD_STR_NONE, &not_utf8, 1, &c, &err),
        BD_EINVAL);
    assert_string_equal(err.msg, "--set name: the value is not UTF-8");
    assert_int_equal(
        bd_config_parse(arena, "x", BD_STR("\xff"), NULL, 0, &c, &err),
        BD_EPARSE);
    memset(text, 'a', sizeof text);
    memcpy(text, "name: ", 6);
    assert_int_equal(bd_config_parse(arena, "x",
                                     (bd_str) { text, sizeof text - 1 }, NULL,
                                     0, &c, &err),
                     BD_OK);
    assert_int_equal(bd_config_parse(arena, "x", (bd_str) { text, sizeof text },
                                     NULL, 0, &c, &err),
                     BD_EINVAL);
    assert_string_equal(
        err.msg, "x:1:7: name: the value is too long; at most 200 bytes fit");
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_config_parse__an_empty_file_has_defaults),
        cmocka_unit_test(test_config_parse__takes_every_setting),
        cmocka_unit_test(test_config_parse__overrides_come_last),
        cmocka_unit_test(test_config_parse__starttls_is_required_off_loopback),
        cmocka_unit_test(test_config_parse__says_what_is_wrong_and_where),
        cmocka_unit_test(test_config_parse__refuses_odd_bytes_and_lengths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
