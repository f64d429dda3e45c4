#include "t.h"

#include "brevduva/base/buf.h"
#include "brevduva/mail/report.h"

#define DSN "Content-Type: message/delivery-status\n\n"

/* The recipients as "ORIGINAL/FINAL ACTION STATUS REPLY|". */
static bd_str shown(struct bd_arena *arena, bd_str bytes)
{
    struct bd_buf out = { 0 };
    struct bd_mail mail;
    struct bd_dsn dsn = { 0 };
    bd_str copy = BD_STR_NONE;

    bd_mail_read(arena, bytes, &mail);
    if (bd_dsn_read(arena, &mail, &dsn) != BD_OK)
        return BD_STR("none");
    for (size_t i = 0; i < dsn.count; i++) {
        const struct bd_dsn_recipient *r = &dsn.recipients[i];

        bd_buf_printf(&out, "%.*s/%.*s %d %u.%u.%u %d|", BD_ARG(r->original),
                      BD_ARG(r->final), (int)r->action, r->status.class,
                      r->status.subject, r->status.detail, r->reply_code);
    }
    copy = bd_buf_copy(&out, arena);
    bd_buf_fini(&out);
    return copy;
}

static void test_dsn_read__is_lenient(void **state)
{
    static const char *const rows[][2] = {
        { "Content-Type: text/plain\n\nFinal-Recipient: rfc822; a@x\n",
          "none" },
        { DSN, "none" },
        { DSN "Reporting-MTA: dns; mx\n\nAction: failed\nStatus: 5.0.0\n",
          "none" },
        { DSN "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@x\n"
              "Action: failed\nStatus: 5.1.1\n",
          "/a@x 1 5.1.1 0|" },
        { "Content-Type: message/global-delivery-status\n\n"
          "Final-Recipient: utf-8;\\x{E5}sa@x\nAction: delayed\n",
          "/\xc3\xa5sa@x 2 0.0.0 0|" },
        /* the other way round, words of any case, with comments */
        { DSN "\n\nSTATUS: 4.2.2 (mailbox full)\nACTION: DELAYED (again)\n"
              "final-recipient: RFC822 ; <a@x> (A)\n\n\n",
          "/a@x 2 4.2.2 0|" },
        /* no empty line, one too many, only blanks in it */
        { DSN "Reporting-MTA: dns; mx\nFinal-Recipient: rfc822; a@x\n"
              "Action: failed\nFinal-Recipient: rfc822; b@x\nAction: relayed",
          "/a@x 1 0.0.0 0|/b@x 4 0.0.0 0|" },
        { DSN "Final-Recipient: rfc822; a@x\n\nAction: failed\nStatus: 5.1.1\n"
              "\nFinal-Recipient: rfc822; b@x\n \nAction: delivered\n",
          "/a@x 1 5.1.1 0|/b@x 3 0.0.0 0|" },
        { DSN "Original-Recipient: rfc822; a@x\nFinal-Recipient: rfc822; b@x\n"
              "Action: expanded\nOriginal-Recipient: rfc822; c@x\n"
              "Final-Recipient: rfc822; d@x\nAction: failed\n",
          "a@x/b@x 5 0.0.0 0|c@x/d@x 1 0.0.0 0|" },
        { DSN "Reporting-MTA: dns; a\n\nReporting-MTA: dns; b\nStatus: 5.0.0\n"
              "\nOriginal-Recipient: rfc822;a@x\n",
          "a@x/ 0 0.0.0 0|" },
        /* what is said first counts */
        { DSN "Final-Recipient: rfc822; a@x\nAction: failed\n"
              "Action: delivered\nStatus: 5.1.1\nStatus: 2.0.0\n",
          "/a@x 1 5.1.1 0|" },
        /* another block that says nothing of its recipient */
        { DSN "Final-Recipient: rfc822; a@x\nAction: failed\n\n"
              "Action: delivered\nStatus: 2.0.0\n",
          "/a@x 1 0.0.0 0|" },
        { DSN "Final-Recipient: rfc822; \nAction: failed\n", "none" },
        { DSN "junk\n\nmore junk\nFinal-Recipient: a@x\nAction: failure\n",
          "/a@x 1 0.0.0 0|" },
        { DSN "Final-Recipient: a@x\nAction: bounced\nStatus: 553 Too big\n",
          "/a@x 0 0.0.0 553|" },
        { DSN "Final-Recipient: a@x\nStatus: 550 5.1.1\n",
          "/a@x 0 5.1.1 550|" },
        { DSN "Final-Recipient: a@x\nStatus: 5.1.1(x)\n", "/a@x 0 5.1.1 0|" },
        { DSN "Final-Recipient: a@x\nStatus: 5\n", "/a@x 0 0.0.0 0|" },
        { DSN "Final-Recipient: a@x\nDiagnostic-Code: SMTP; 550-5.1.1 no\n",
          "/a@x 0 0.0.0 550|" },
        { DSN "Final-Recipient: a@x\nDiagnostic-Code: 452 full\n",
          "/a@x 0 0.0.0 452|" },
        { DSN "Final-Recipient: a@x\nDiagnostic-Code: x-unix; 550 no\n",
          "/a@x 0 0.0.0 0|" },
        { DSN "Final-Recipient: a@x\nDiagnostic-Code: smtp; 5.1.1 no\n",
          "/a@x 0 0.0.0 0|" },
        { "Content-Type: message/delivery-status\n"
          "Content-Transfer-Encoding: base64\n\n"
          "RmluYWwtUmVjaXBpZW50OiBhQHgKQWN0aW9uOiBmYWlsZWQK",
          "/a@x 1 0.0.0 0|" },
        { "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\n" DSN
          "Final-Recipient: a@x\n--b\n" DSN "Final-Recipient: b@x\n--b--\n",
          "/a@x 0 0.0.0 0|/b@x 0 0.0.0 0|" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i][0]);
        bd_str got = shown(arena, in);

        if (!bd_str_eq(got, bd_str_from(rows[i][1])))
            fail_msg("row \"%s\": got \"%.*s\"", rows[i][0], BD_ARG(got));
        t_free(in);
    }
    bd_arena_free(arena);
}

static void test_dsn_read__undoes_escapes(void **state)
{
    static const char *const rows[][2] = {
        { "rfc822;eva+2Blist@x.example", "eva+list@x.example" },
        { "rfc822;eva+3Dx@x.example", "eva=x@x.example" },
        { "rfc822;eva+list@x.example", "eva+list@x.example" },
        { "rfc822;eva+AB@x.example", "eva+AB@x.example" },
        { "rfc822;eva+2B+@x.example", "eva+2B+@x.example" },
        { "rfc822;eva+0D+0Ax@x.example", "eva+0D+0Ax@x.example" },
        { "rfc822;eva+", "eva+" },
        { "rfc822;+C3+A5sa@x.example", "\xc3\xa5sa@x.example" },
        { "rfc822;\\x{E5}sa@x.example", "\\x{E5}sa@x.example" },
        { "utf-8;\\x{E5}sa+2Bx@x.example", "\xc3\xa5sa+x@x.example" },
        { "UTF-8; \\x{1F54A}\\x{}\\x{D800}\\x{1234567}\\x{a}\\x{E@x",
          "\xf0\x9f\x95\x8a\\x{}\\x{D800}\\x{1234567}\\x{a}\\x{E@x" },
        { "utf-8; a\\x{0D}\\x{85}b@x", "a\\x{0D}b@x" },
        { "utf-8; \xc3\xa5sa@x.example", "\xc3\xa5sa@x.example" },
        { "X-LOCAL; <eva@x.example>", "eva@x.example" },
        { "eva@x.example", "eva@x.example" },
        { "\"a;b\"@x.example", "\"a;b\"@x.example" },
        { "RFC-822; @r:eva@x.example", "eva@x.example" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap_str(
            bd_arena_printf(arena, DSN "Original-Recipient: %s\n", rows[i][0]));
        struct bd_mail mail;
        struct bd_dsn dsn = { 0 };

        bd_mail_read(arena, in, &mail);
        CHECK_ROW(rows[i][0], bd_dsn_read(arena, &mail, &dsn) == BD_OK);
        if (!bd_str_eq(dsn.recipients[0].original, bd_str_from(rows[i][1])))
            fail_msg("row \"%s\": got \"%.*s\"", rows[i][0],
                     BD_ARG(dsn.recipients[0].original));
        t_free(in);
    }
    bd_arena_free(arena);
}

static void test_dsn_read__keeps_the_words(void **state)
{
    bd_str in = t_heap(DSN "Final-Recipient: rfc822; a@x\n"
                           "Remote-MTA: dns; mx.x.example (192.0.2.1)\n"
                           "Diagnostic-Code: smtp; 550 5.1.1 <a@x>:\n"
                           "  User unknown; try\r\n\tb@x\n\n");
    struct bd_arena *arena = bd_arena_new();
    struct bd_mail mail;
    struct bd_dsn dsn = { 0 };

    (void)state;
    bd_mail_read(arena, in, &mail);
    CHECK(bd_dsn_read(arena, &mail, &dsn) == BD_OK);
    CHECK_STR(dsn.recipients[0].remote_mta, "mx.x.example (192.0.2.1)");
    CHECK_STR(dsn.recipients[0].diagnostic,
              "550 5.1.1 <a@x>:  User unknown; try b@x");
    CHECK(dsn.recipients[0].reply_code == 550);
    bd_arena_free(arena);
    t_free(in);
}

static void test_dsn_read__takes_so_many_recipients(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_buf bytes = { 0 };
    struct bd_mail mail;
    struct bd_dsn dsn = { 0 };

    (void)state;
    bd_buf_add_cstr(&bytes, DSN);
    for (int i = 0; i < BD_REPORT_MAX_RECIPIENTS + 5; i++)
        bd_buf_printf(&bytes, "Final-Recipient: a%d@x\nStatus: 5.1.1\n%s", i,
                      i % 2 ? "\n" : "");
    bd_mail_read(arena, bd_buf_str(&bytes), &mail);
    CHECK(bd_dsn_read(arena, &mail, &dsn) == BD_OK);
    CHECK(dsn.count == BD_REPORT_MAX_RECIPIENTS);
    for (size_t i = 0; i < dsn.count; i++)
        CHECK(dsn.recipients[i].status.class == 5);
    CHECK_STR(dsn.recipients[99].final, "a99@x");
    bd_buf_fini(&bytes);
    bd_arena_free(arena);
}

#define ARF "Content-Type: message/feedback-report\n\n"

static void test_arf_read__takes_the_fields(void **state)
{
    bd_str in = t_heap(
        "Content-Type: multipart/report; report-type=feedback-report;\n"
        " boundary=b\n\n--b\n\nx\n--b\n" ARF
        "\nFeedback-Type: Abuse (really)\nFeedback-Type: not-spam\n"
        "User-Agent: Y/1\nVersion: 1\nOriginal-Mail-From: <b+t@k.example>\n"
        "Original-Rcpt-To: rfc822;<eva@x.example>\nOriginal-Rcpt-To: c@d\n"
        "Source-IP: 192.0.2.1\nReceived-Date: Fri, 27 Nov 2026 10:00:00 +0100\n"
        "Incidents: 2\n\n--b--\n");
    struct bd_arena *arena = bd_arena_new();
    struct bd_mail mail;
    struct bd_arf arf = { 0 };

    (void)state;
    bd_mail_read(arena, in, &mail);
    CHECK(bd_arf_read(arena, &mail, &arf) == BD_OK);
    CHECK_STR(arf.feedback_type, "abuse");
    CHECK_STR(arf.user_agent, "Y/1");
    CHECK_STR(arf.version, "1");
    CHECK_STR(arf.original_mail_from, "b+t@k.example");
    CHECK_STR(arf.original_rcpt_to, "eva@x.example");
    CHECK_STR(arf.source_ip, "192.0.2.1");
    CHECK_STR(arf.arrival_date, "Fri, 27 Nov 2026 10:00:00 +0100");
    CHECK_STR(arf.incidents, "2");
    bd_arena_free(arena);
    t_free(in);
}

static void test_arf_read__needs_a_feedback_type(void **state)
{
    static const struct {
        const char *in;
        enum bd_status want;
        const char *type;
    } rows[] = {
        { ARF "Feedback-Type: auth-failure\n", BD_OK, "auth-failure" },
        { ARF "Version: 1\n", BD_ENOENT, "" },
        { ARF "Feedback-Type:\n", BD_ENOENT, "" },
        { ARF, BD_ENOENT, "" },
        { "Content-Type: text/plain\n\nFeedback-Type: abuse\n", BD_ENOENT, "" },
        { "Content-Type: message/feedback-report\n"
          "Content-Transfer-Encoding: base64\n\nRmVlZGJhY2stVHlwZTogYWJ1c2UK",
          BD_OK, "abuse" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in);
        struct bd_mail mail;
        struct bd_arf arf = { 0 };

        bd_mail_read(arena, in, &mail);
        CHECK_ROW(rows[i].in, bd_arf_read(arena, &mail, &arf) == rows[i].want);
        CHECK_STR(arf.feedback_type, rows[i].type);
        t_free(in);
    }
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dsn_read__is_lenient),
        cmocka_unit_test(test_dsn_read__undoes_escapes),
        cmocka_unit_test(test_dsn_read__keeps_the_words),
        cmocka_unit_test(test_dsn_read__takes_so_many_recipients),
        cmocka_unit_test(test_arf_read__takes_the_fields),
        cmocka_unit_test(test_arf_read__needs_a_feedback_type),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
