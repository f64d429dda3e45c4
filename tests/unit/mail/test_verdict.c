#include "t.h"

#include "brevduva/mail/verdict.h"

struct row {
    const char *text;
    struct bd_enhanced code;
    int reply;
    enum bd_verdict want;
    const char *reason;
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bd_str text = t_heap(rows[i].text);
        struct bd_verdict_of got = bd_verdict_judge(rows[i].code, rows[i].reply,
                                                    text);

        if (got.verdict != rows[i].want ||
            strcmp(got.reason, rows[i].reason) != 0)
            fail_msg("\"%s\" (%u.%u.%u, %d): %s, %s", rows[i].text,
                     rows[i].code.class, rows[i].code.subject,
                     rows[i].code.detail, rows[i].reply,
                     bd_verdict_names[got.verdict], got.reason);
        t_free(text);
    }
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

#define DEAD BD_VERDICT_DEAD
#define FULL BD_VERDICT_FULL
#define TEMP BD_VERDICT_TEMPORARY
#define POL  BD_VERDICT_POLICY

/* clang-format off */
static void test_verdict_judge__reads_codes(void **state)
{
    static const struct row rows[] = {
        { "", { 5, 1, 1 }, 550, DEAD, "no-mailbox" },
        { "5.1.2", { 4, 0, 0 }, 0, TEMP, "temporary" },
        { "5.7.1", { 4, 0, 0 }, 0, POL, "policy" },
        { "", { 5, 1, 2 }, 0, DEAD, "no-domain" },
        { "", { 5, 1, 3 }, 0, DEAD, "no-mailbox" },
        { "", { 5, 1, 6 }, 0, DEAD, "moved" },
        { "", { 5, 1, 10 }, 556, DEAD, "no-domain" },
        { "", { 5, 2, 1 }, 0, DEAD, "disabled" },
        { "", { 5, 2, 2 }, 552, FULL, "full" },
        { "", { 4, 2, 2 }, 452, FULL, "full" },
        { "", { 5, 2, 3 }, 552, POL, "size" },
        { "550 5.7.0 Blocked - see the page", { 5, 0, 0 }, 550, POL, "policy" },
        { "451 mailbox not found, try later", { 5, 0, 0 }, 451, TEMP, "temporary" },
        { "550 5.7.1 blocked, user unknown", { 5, 1, 1 }, 550, POL, "policy" },
        { "550 5.1.1 Sender user unknown: a@b", { 5, 1, 1 }, 550, POL, "policy" },
        { "550-5.7.1 [192.0.2.1] Our system refuses you", { 5, 1, 1 }, 550, POL, "policy" },
        { "550 5.1.1 user unknown\n550 5.7.1 blocked", { 5, 1, 1 }, 550, POL, "policy" },
        { "no such user (#5.7.1)", { 5, 1, 1 }, 550, POL, "policy" },
        { "550 5.7.1: no such user", { 5, 0, 0 }, 550, POL, "policy" },
        { "550 5.1.1 user unknown, says Exim 5.7.1", { 5, 1, 1 }, 550, DEAD, "no-mailbox" },
        { "550-5.1.1 user unknown", { 5, 0, 0 }, 450, TEMP, "temporary" },
        { "at 192.5.7.1 user unknown", { 5, 1, 1 }, 550, DEAD, "no-mailbox" },
        { "550 5.1.1.9 is an address", { 5, 0, 0 }, 550, TEMP, "unknown" },
        { "", { 5, 3, 4 }, 552, POL, "size" },
        { "", { 5, 4, 1 }, 0, TEMP, "network" },
        { "", { 4, 4, 7 }, 0, TEMP, "expired" },
        { "", { 5, 4, 7 }, 0, TEMP, "expired" },
        { "", { 5, 6, 0 }, 554, POL, "content" },
        { "", { 5, 7, 1 }, 550, POL, "policy" },
        { "", { 4, 7, 0 }, 421, POL, "policy" },
        { "", { 5, 7, 26 }, 550, POL, "authentication" },
        { "", { 5, 7, 515 }, 550, POL, "authentication" },
        { "", { 4, 7, 28 }, 421, POL, "rate" },
        { "", { 4, 1, 1 }, 450, TEMP, "temporary" },
        { "", { 5, 0, 0 }, 550, TEMP, "unknown" },
        { "", { 5, 1, 0 }, 0, TEMP, "unknown" },
        { "", { 5, 999, 999 }, 599, TEMP, "unknown" },
        { "", { 0, 0, 0 }, 550, TEMP, "unknown" },
        { "", { 0, 0, 0 }, 552, FULL, "full" },
        { "", { 0, 0, 0 }, 556, DEAD, "no-domain" },
        { "", { 0, 0, 0 }, 521, DEAD, "no-domain" },
        { "", { 0, 0, 0 }, 0, TEMP, "unknown" },
        { "", { 5, 1, 5 }, 0, BD_VERDICT_NONE, "unknown" },
    };

    (void)state;
    CHECK_ROWS(rows);
}

static void test_verdict_judge__knows_the_dead(void **state)
{
    static const struct row rows[] = {
        { "The email account that you tried to reach does not exist. Please try double-checking", { 5, 1, 1 }, 550, DEAD, "no-mailbox" },
        { "The email account that you tried to reach is disabled.", { 5, 2, 1 }, 550, DEAD, "disabled" },
        { "Requested action not taken: mailbox unavailable", { 5, 5, 0 }, 550, DEAD, "no-mailbox" },
        { "Recipient address rejected: Access denied. [AM6.example]", { 5, 4, 1 }, 550, DEAD, "no-mailbox" },
        { "RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", { 5, 1, 10 }, 550, DEAD, "no-mailbox" },
        { "Domain x.example does not exist", { 5, 4, 310 }, 550, DEAD, "no-domain" },
        { "delivery error: dd This user doesn't have a yahoo.com account (x@yahoo.example) [0]", { 0, 0, 0 }, 554, DEAD, "no-mailbox" },
        { "1 Requested mail action aborted, mailbox not found", { 0, 0, 0 }, 552, DEAD, "no-mailbox" },
        { "<x@y.example>: Recipient address rejected: User unknown in virtual mailbox table", { 5, 1, 1 }, 550, DEAD, "no-mailbox" },
        { "Host or domain name not found. Name service error for name=y.example type=MX: Host not found", { 5, 4, 4 }, 0, DEAD, "no-domain" },
        { "Unrouteable address", { 5, 0, 0 }, 0, DEAD, "no-mailbox" },
        { "all relevant MX records point to non-existent hosts", { 0, 0, 0 }, 0, DEAD, "no-domain" },
        { "<x@y.example>... Addressee unknown", { 5, 3, 0 }, 553, DEAD, "no-mailbox" },
        { "Host unknown (Name server: y.example.: no data known)", { 5, 1, 2 }, 550, DEAD, "no-domain" },
        { "Sorry, no mailbox here by that name. (#5.1.1)", { 0, 0, 0 }, 0, DEAD, "no-mailbox" },
        { "User eva (eva@y.example) not listed in Domino Directory", { 0, 0, 0 }, 0, DEAD, "no-mailbox" },
        { "Mottagaren finns inte", { 0, 0, 0 }, 550, DEAD, "no-mailbox" },
        { "Användaren är okänd", { 5, 0, 0 }, 550, DEAD, "no-mailbox" },
        { "Kontot är avslutat", { 5, 0, 0 }, 550, DEAD, "disabled" },
    };

    (void)state;
    CHECK_ROWS(rows);
}

static void test_verdict_judge__blames_nobody_for_what_is_not_theirs(void **state)
{
    static const struct row rows[] = {
        { "The email account that you tried to reach is over quota.", { 4, 2, 2 }, 452, FULL, "full" },
        { "mailbox full", { 5, 1, 1 }, 550, FULL, "full" },
        { "RESOLVER... STOREDRV; mailbox full; QuotaExceededException", { 5, 2, 2 }, 554, FULL, "full" },
        { "Brevlådan är full", { 5, 1, 1 }, 550, FULL, "full" },
        { "<x@y.example>: user is over quota", { 0, 0, 0 }, 550, FULL, "full" },
        { "Message rejected. User unknown or not allowed", { 5, 7, 1 }, 550, POL, "policy" },
        { "Unauthenticated email from y.example is not accepted due to domain's DMARC policy.", { 5, 7, 26 }, 550, POL, "authentication" },
        { "Access denied, sending domain Y.EXAMPLE doesn't meet the required authentication level.", { 5, 7, 515 }, 550, POL, "authentication" },
        { "Our system has detected that this message is likely unsolicited mail.", { 5, 7, 1 }, 550, POL, "spam" },
        { "Our system has detected that this message is likely unsolicited mail.", { 5, 0, 0 }, 550, POL, "spam" },
        { "[TSS04] Messages from 192.0.2.1 temporarily deferred due to user complaints", { 4, 7, 0 }, 421, POL, "reputation" },
        { "Client host [192.0.2.1] blocked using zen.spamhaus.example", { 5, 7, 1 }, 554, POL, "reputation" },
        { "Sender address rejected: User unknown in relay recipient table", { 5, 1, 1 }, 550, POL, "policy" },
        { "Recipient address rejected: Greylisted, see http://x.example", { 4, 2, 0 }, 450, TEMP, "rate" },
        { "Greylisting in action", { 5, 1, 1 }, 550, TEMP, "rate" },
        { "The user you are trying to contact is receiving mail at a rate that", { 4, 2, 1 }, 450, TEMP, "rate" },
        { "Host or domain name not found. Name service error for name=y.example type=MX: Host not found, try again", { 4, 4, 3 }, 0, TEMP, "network" },
        { "user unknown", { 4, 1, 1 }, 450, TEMP, "temporary" },
        { "user unknown", { 0, 0, 0 }, 450, TEMP, "temporary" },
        { "no such user", { 5, 2, 2 }, 552, FULL, "full" },
        { "no such user", { 5, 3, 4 }, 552, POL, "size" },
        { "no such user", { 5, 4, 6 }, 554, TEMP, "network" },
        { "retry timeout exceeded", { 0, 0, 0 }, 0, TEMP, "expired" },
        { "Message size exceeds fixed limit", { 0, 0, 0 }, 552, TEMP, "size" },
        { "Message size exceeds fixed limit", { 5, 3, 4 }, 552, POL, "size" },
        { "Command died with status 17: \"/usr/sbin/filter\".", { 0, 0, 0 }, 0, TEMP, "unknown" },
        { "This account has been suspended", { 0, 0, 0 }, 550, TEMP, "disabled" },
        { "Sorry, no mailbox space", { 0, 0, 0 }, 550, TEMP, "unknown" },
        { "This service is no longer available", { 0, 0, 0 }, 550, TEMP, "unknown" },
        { "Rejected: superuser unknownness", { 0, 0, 0 }, 550, TEMP, "unknown" },
    };

    (void)state;
    CHECK_ROWS(rows);
}
/* clang-format on */

static void test_verdict_names__go_there_and_back(void **state)
{
    static const char *const classes[] = { "none", "hard", "soft", "soft",
                                           "policy" };

    (void)state;
    for (int i = BD_VERDICT_NONE; i <= BD_VERDICT_POLICY; i++) {
        enum bd_verdict got = BD_VERDICT_NONE;

        CHECK(bd_verdict_parse(bd_str_from(bd_verdict_names[i]), &got));
        CHECK((int)got == i);
        CHECK_STR(bd_str_from(bd_verdict_class((enum bd_verdict)i)),
                  classes[i]);
    }
    CHECK(!bd_verdict_parse(BD_STR("hard"), &(enum bd_verdict) { 0 }));
    CHECK(!bd_verdict_parse(BD_STR_NONE, &(enum bd_verdict) { 0 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdict_judge__reads_codes),
        cmocka_unit_test(test_verdict_judge__knows_the_dead),
        cmocka_unit_test(
            test_verdict_judge__blames_nobody_for_what_is_not_theirs),
        cmocka_unit_test(test_verdict_names__go_there_and_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
