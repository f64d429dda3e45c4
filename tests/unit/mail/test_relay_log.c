#include "brevduva/mail/relay_log.h"

#include "t.h"

static const struct {
    const char *line;
    enum bd_log_line_kind kind;
    const char *queue_id, *message_id, *fate;
} lines[] = {
    { "Nov 23 10:00:00 mail postfix/cleanup[812]: 4F2C61A0B3: "
      "message-id=<7.12.a1b2c3@hyttvik.example>",
      BD_LOG_LINE_NAMED, "4F2C61A0B3", "7.12.a1b2c3@hyttvik.example", "" },
    { "2026-11-23T10:00:00.123456+01:00 mail postfix-out/cleanup[9]: "
      "4dFp1W2kQ8z9sX: message-id=<7.12.a1@hyttvik.example>",
      BD_LOG_LINE_NAMED, "4dFp1W2kQ8z9sX", "7.12.a1@hyttvik.example", "" },
    { "Nov 23 10:00:00 mail postfix/qmgr[70]: 4F2C61A0B3: "
      "from=<styrelsen@hyttvik.example>, size=20480, nrcpt=1 (queue "
      "active)",
      BD_LOG_LINE_TAKEN, "4F2C61A0B3", "", "" },
    { "Nov 23 10:00:01 mail postfix/qmgr[70]: 4F2C61A0B3: removed",
      BD_LOG_LINE_TAKEN, "4F2C61A0B3", "", "" },
    { "Nov 23 10:00:01 mail postfix/smtp[99]: 4F2C61A0B3: "
      "to=<anna@gran.example>, relay=mx.gran.example[192.0.2.7]:25, "
      "delay=0.9, delays=0.1/0/0.3/0.5, dsn=2.0.0, status=sent (250 2.0.0 "
      "Ok: queued as 88A)",
      BD_LOG_LINE_FATE, "4F2C61A0B3", "",
      "status=sent (250 2.0.0 Ok: queued as 88A)" },
    { "Nov 23 10:00:01 mail postfix/local[99]: 4F2C61A0B3: "
      "to=<a@gran.example>, relay=local, dsn=5.1.1, status=bounced "
      "(unknown user: \"a\")",
      BD_LOG_LINE_FATE, "4F2C61A0B3", "",
      "status=bounced (unknown user: \"a\")" },
    { "Nov 23 10:00:00 mail postfix/cleanup[812]: 4F2C61A0B3: "
      "milter-reject: END-OF-MESSAGE from c[192.0.2.1]: 5.7.1 no; "
      "from=<a@b.example> to=<c@d.example> proto=ESMTP helo=<e.example>",
      BD_LOG_LINE_OTHER, "", "", "" },
    { "Nov 23 10:00:00 mail postfix/smtpd[812]: 4F2C61A0B3: "
      "client=c.example[192.0.2.1]",
      BD_LOG_LINE_OTHER, "", "", "" },
    { "Nov 23 10:00:00 mail postfix/smtpd[8]: lost connection after DATA "
      "(412 bytes) from c.example[192.0.2.1]",
      BD_LOG_LINE_OTHER, "", "", "" },
    { "Nov 23 10:00:00 mail postfix/bounce[8]: 4F2C61A0B3: sender "
      "non-delivery notification: 5AB1",
      BD_LOG_LINE_OTHER, "", "", "" },
    { "2026-11-23 10:00:00 1sKabc-0000xy-2a <= styrelsen@hyttvik.example "
      "H=(brev.hyttvik.example) [192.0.2.1] P=esmtps X=TLS1.3 S=20480 "
      "id=7.12.a1b2c3@hyttvik.example",
      BD_LOG_LINE_TAKEN, "1sKabc-0000xy-2a", "7.12.a1b2c3@hyttvik.example",
      "" },
    { "2026-11-23 10:00:00.123 +0100 [4711] 1sKabc-0000000abcd-2aBc <= <> "
      "P=esmtp S=1 id=x@y.example T=\"id=no\"",
      BD_LOG_LINE_TAKEN, "1sKabc-0000000abcd-2aBc", "x@y.example", "" },
    { "Nov 23 10:00:00 mail exim[5]: 2026-11-23 10:00:00 1sKabc-0000xy-2a "
      "=> anna@gran.example R=dnslookup T=remote_smtp "
      "H=mx.gran.example [192.0.2.7] C=\"250 OK\"",
      BD_LOG_LINE_FATE, "1sKabc-0000xy-2a", "",
      "=> anna@gran.example R=dnslookup T=remote_smtp H=mx.gran.example "
      "[192.0.2.7] C=\"250 OK\"" },
    { "2026-11-23 10:00:00 1sKabc-0000xy-2a Completed", BD_LOG_LINE_FATE,
      "1sKabc-0000xy-2a", "", "Completed" },
    { "2026-11-23 10:00:00 1sKabc-0000xy-2a H=(x) [192.0.2.1] F=<a@b> "
      "rejected after DATA: no",
      BD_LOG_LINE_OTHER, "", "", "" },
    { "2026-11-23 10:00:00 1sKabc-0000xy-2 <= x id=y", BD_LOG_LINE_OTHER, "",
      "", "" },
    { "", BD_LOG_LINE_OTHER, "", "", "" },
    { "postfix/cleanup[", BD_LOG_LINE_OTHER, "", "", "" },
    { "]: /", BD_LOG_LINE_OTHER, "", "", "" },
};

static void test_log_line__reads_postfix_and_exim(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        bd_str line = t_heap(lines[i].line);
        struct bd_log_line got;

        bd_log_line_read(line, &got);
        CHECK_ROW(lines[i].line, got.kind == lines[i].kind);
        CHECK_STR(got.queue_id, lines[i].queue_id);
        CHECK_STR(got.message_id, lines[i].message_id);
        CHECK_STR(got.fate, lines[i].fate);
        t_free(line);
    }
}

#define NAMED(queue_id, id)                                                    \
    "Nov 23 10:00:00 m postfix/cleanup[1]: " queue_id ": message-id=<" id ">"
#define ACTIVE(queue_id)                                                       \
    "Nov 23 10:00:00 m postfix/qmgr[1]: " queue_id                             \
    ": from=<a@b.example>, size=1, nrcpt=1 (queue active)"
#define SENT(queue_id, words)                                                  \
    "Nov 23 10:00:00 m postfix/smtp[1]: " queue_id ": to=<c@d.example>, "      \
    "relay=e, dsn=2.0.0, status=" words

/* What the lines prove of the message <one@a.example>. */
static const struct {
    const char *name;
    const char *lines[8];
    const char *queue_id; /* NULL: not found */
    const char *fate;
} logs[] = {
    { "nothing", { "" }, NULL, "" },
    { "named only: cut off in DATA, or refused after it",
      { NAMED("AAAAA1", "one@a.example") },
      NULL,
      "" },
    { "in the queue",
      { NAMED("AAAAA1", "one@a.example"), ACTIVE("AAAAA1") },
      "AAAAA1",
      "" },
    { "delivered, with others between",
      { NAMED("AAAAA1", "one@a.example"), NAMED("AAAAA2", "x@a.example"),
        ACTIVE("AAAAA2"), ACTIVE("AAAAA1"), SENT("AAAAA2", "sent (x)"),
        SENT("AAAAA1", "deferred (busy)"), SENT("AAAAA1", "sent (ok)") },
      "AAAAA1",
      "status=sent (ok)" },
    { "another's queue file", { ACTIVE("AAAAA1") }, NULL, "" },
    { "the queue id is used again",
      { NAMED("AAAAA1", "one@a.example"), NAMED("AAAAA1", "x@a.example"),
        ACTIVE("AAAAA1"), SENT("AAAAA1", "sent (x)") },
      NULL,
      "" },
    { "and what was proved before stands",
      { NAMED("AAAAA1", "one@a.example"), ACTIVE("AAAAA1"),
        SENT("AAAAA1", "sent (ok)"), NAMED("AAAAA1", "x@a.example"),
        ACTIVE("AAAAA1"), SENT("AAAAA1", "bounced (x)") },
      "AAAAA1",
      "status=sent (ok)" },
    { "taken at the second try",
      { NAMED("AAAAA1", "one@a.example"), NAMED("BBBBB2", "one@a.example"),
        ACTIVE("BBBBB2") },
      "BBBBB2",
      "" },
    { "a filter hands it back",
      { NAMED("AAAAA1", "one@a.example"), ACTIVE("AAAAA1"),
        NAMED("BBBBB2", "one@a.example"), ACTIVE("BBBBB2"),
        SENT("BBBBB2", "bounced (no)"), SENT("AAAAA1", "sent (filter)") },
      "AAAAA1",
      "status=sent (filter)" },
    { "Exim",
      { "2026-11-23 10:00:00 1sKabc-0000xy-2a <= a@b H=c S=1 "
        "id=one@a.example",
        "2026-11-23 10:00:00 1sKabc-0000xy-2a ** c@d.example: no" },
      "1sKabc-0000xy-2a",
      "** c@d.example: no" },
};

static void test_log_search__proves_only_what_was_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        static const bd_str wanted[] = { BD_STR_INIT("two@a.example"),
                                         BD_STR_INIT("one@a.example") };
        struct bd_arena *arena = bd_arena_new();
        struct bd_log_search *search = bd_log_search_new(arena, wanted, 2);
        const struct bd_log_found *found = bd_log_search_found(search, 1);

        for (size_t l = 0; l < 8 && logs[i].lines[l]; l++) {
            bd_str line = t_heap(logs[i].lines[l]);

            bd_log_search_line(search, line);
            t_free(line);
        }
        CHECK_ROW(logs[i].name, found->taken == (logs[i].queue_id != NULL));
        CHECK_STR(found->queue_id, logs[i].queue_id ? logs[i].queue_id : "");
        CHECK_STR(found->fate, logs[i].fate);
        CHECK_ROW(logs[i].name, !bd_log_search_found(search, 0)->taken);
        bd_arena_free(arena);
    }
}

/* Many wanted, and a fate that is longer than what is kept. */
static void test_log_search__finds_each_of_many(void **state)
{
    enum { COUNT = 1000 };
    struct bd_arena *arena = bd_arena_new();
    bd_str *wanted = BD_NEW_ARRAY(arena, COUNT, bd_str);
    struct bd_log_search *search = NULL;

    (void)state;
    for (int i = 0; i < COUNT; i++)
        wanted[i] = bd_arena_printf(arena, "1.%d.ab@c.example", i);
    search = bd_log_search_new(arena, wanted, COUNT);
    for (int i = 0; i < 2 * COUNT; i += 2) {
        bd_log_search_line(search,
                           bd_arena_printf(arena,
                                           "m postfix/cleanup[1]: A%05d: "
                                           "message-id=<1.%d.ab@c.example>",
                                           i, i));
        bd_log_search_line(search,
                           bd_arena_printf(arena,
                                           "m postfix/smtp[1]: A%05d: to=<x>, "
                                           "status=sent (%0500d)",
                                           i, i));
    }
    for (int i = 0; i < COUNT; i++)
        CHECK_ROW(wanted[i].ptr,
                  bd_log_search_found(search, (size_t)i)->taken ==
                      (i % 2 == 0));
    CHECK(bd_log_search_found(search, 2)->fate.len == 300);
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log_line__reads_postfix_and_exim),
        cmocka_unit_test(test_log_search__proves_only_what_was_taken),
        cmocka_unit_test(test_log_search__finds_each_of_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
