#include "t.h"

#include "brevduva/inbox/incoming.h"

#define TOKEN "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnop"
#define LINK  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm-"

static void classify(struct bd_arena *arena, const char *mail,
                     struct bd_incoming *out)
{
    bd_str bytes = t_heap(mail);

    bd_incoming_classify(arena, bd_arena_copy(arena, bytes), out);
    t_free(bytes);
}

/* clang-format off */
static void test_classify__finds_tokens(void **state)
{
    static const struct {
        const char *mail;
        size_t own, returned;
    } rows[] = {
        { "To: bounce+" TOKEN "@x.example\n\nhi", 1, 0 },
        { "To: " TOKEN "@x.example\n\nhi", 1, 0 },
        { "To: Eva <bounce-" TOKEN "@x.example>\n\nhi", 1, 0 },
        { "To: prvs=4711abcdef=bounce+" TOKEN "@x.example\n\nhi", 1, 0 },
        { "To: SRS0=HHH=TT=y.example=bounce+" TOKEN "@x.example\n\nhi", 1, 0 },
        { "Cc: bounce+" TOKEN "@x.example\n\nhi", 1, 0 },
        { "Delivered-To: bounce+" TOKEN "@x.example\nTo: bounce+" TOKEN "@x.example\n\nhi", 1, 0 },
        { "X-Original-To: bounce+" TOKEN "@x.example\n\nhi", 1, 0 },
        { "Received: from a by b for <bounce+" TOKEN "@x.example>; now\n\nhi", 1, 0 },
        { "Received: from " TOKEN "@x.example by b\n\nhi", 0, 0 },
        { "To: bounce+x" TOKEN "@x.example\n\nhi", 0, 0 },
        { "To: bounce+" TOKEN "x@x.example\n\nhi", 0, 0 },
        { "To: bounce+" TOKEN "\n\nhi", 0, 0 },
        { "Subject: bounce+" TOKEN "@x.example\n\nhi", 0, 0 },
        { "To: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/rfc822-headers\n\nReturn-Path: <bounce+" TOKEN "@x.example>\nList-Unsubscribe: <https://x.example/u/" LINK ">, <mailto:unsub+" TOKEN "@x.example>\n\n--b--\n", 0, 2 },
        { "To: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/rfc822-headers\n\nList-Unsubscribe: <https://x.example/sub/1/" LINK ">\n\n--b--\n", 0, 1 },
        { "To: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/rfc822-headers\n\nList-Unsubscribe: <https://x.example/q/" LINK ">\n\n--b--\n", 0, 0 },
        { "To: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/rfc822-headers\n\nList-Unsubscribe: <https://x.example/u/x" LINK ">\n\n--b--\n", 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_arena *arena = bd_arena_new();
        struct bd_incoming got = { 0 };
        size_t own = 0;

        classify(arena, rows[i].mail, &got);
        for (size_t t = 0; t < got.token_count; t++)
            own += !got.tokens[t].returned;
        CHECK_ROW(rows[i].mail, own == rows[i].own);
        CHECK_ROW(rows[i].mail, got.token_count - own == rows[i].returned);
        bd_arena_free(arena);
    }
}

static void test_classify__knows_who_wants_to_leave(void **state)
{
    static const struct {
        const char *mail;
        bool leaving, wordy;
    } rows[] = {
        { "To: b+" TOKEN "@x.example\nSubject: unsubscribe\n\n", true, false },
        { "To: b+" TOKEN "@x.example\n\n", true, false },
        { "Delivered-To: b+" TOKEN "@x.example\nTo: me\n\n", true, false },
        { "To: b+" TOKEN "@x.example\nSubject: x\n\nstop\n", true, false },
        { "To: b+" TOKEN "@x.example\nSubject: unsubscribe\n\nApple Mail sent this email to unsubscribe from the message \"x\".\n", true, false },
        { "Return-Path: <>\nTo: b+" TOKEN "@x.example\nSubject: unsubscribe\n\n", true, false },
        { "To: b+" TOKEN "@x.example\nSubject: unsubscribe\n\nYou printed lies. Please call me today.\n", true, true },
        { "To: b+" TOKEN "@x.example\nSubject: No more of these\n\n", true, true },
        { "To: b+" TOKEN "@x.example\nSubject: do not remove me\n\n", false, false },
        { "To: b+" TOKEN "@x.example\nSubject: Re: Third issue\n\n", false, false },
        { "To: b+" TOKEN "@x.example\nSubject: Fwd: Third issue\n\n", false, false },
        { "To: b+" TOKEN "@x.example\nSubject: Question\n\nWhen do we meet?\n", false, false },
        { "To: b+" TOKEN "@x.example\nSubject: subscribe\n\n", false, false },
        { "To: a@x.example\nCc: b+" TOKEN "@x.example\nDelivered-To: b+" TOKEN "@x.example\n\n", false, false },
        { "To: b+" TOKEN "@x.example\nContent-Type: image/png\n\npng\n", false, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_arena *arena = bd_arena_new();
        struct bd_incoming got = { 0 };

        classify(arena, rows[i].mail, &got);
        CHECK_ROW(rows[i].mail, got.leaving == rows[i].leaving);
        CHECK_ROW(rows[i].mail, got.wordy == rows[i].wordy);
        bd_arena_free(arena);
    }
}

static void test_classify__answers_only_people(void **state)
{
    static const struct {
        const char *header;
        bool answerable;
    } rows[] = {
        { "From: eva@x.example\n", true },
        { "From: eva@x.example\nReturn-Path: <eva@x.example>\n", true },
        { "From: eva@x.example\nAuto-Submitted: no\n", true },
        { "From: eva@x.example\nReturn-Path: <>\n", false },
        { "From: eva@x.example\nAuto-Submitted: auto-generated\n", false },
        { "From: eva@x.example\nList-Id: <x.example>\n", false },
        { "From: eva@x.example\nPrecedence: bulk\n", false },
        { "From: eva@x.example\nPrecedence: list\n", false },
        { "From: eva@x.example\nPrecedence: Junk\n", false },
        { "From: MAILER-DAEMON@x.example\n", false },
        { "From: postmaster@x.example\n", false },
        { "From: no-reply@x.example\n", false },
        { "From: owner-list@x.example\n", false },
        { "From: list-request@x.example\n", false },
        { "From: eva@x.example\nReturn-Path: <list-bounces@x.example>\n", false },
        { "From: eva@x.example\nX-Brevduva-Forward: 1\n", false },
        { "To: eva@x.example\n", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_arena *arena = bd_arena_new();
        struct bd_incoming got = { 0 };
        bd_str mail = bd_arena_printf(arena, "%sSubject: x\n\nhello\n", rows[i].header);

        classify(arena, mail.ptr, &got);
        CHECK_ROW(rows[i].header, got.answerable == rows[i].answerable);
        bd_arena_free(arena);
    }
}
/* clang-format on */

static const char bounce[] =
    "Return-Path: <>\n"
    "To: bounce+" TOKEN "@x.example\n"
    "From: Mail Delivery <MAILER-DAEMON@y.example>\n"
    "Subject: Undelivered\n"
    "Date: Mon, 23 Nov 2026 08:46:43 +0100\n"
    "Received: from a by b; Mon, 23 Nov 2026 08:46:49 +0100\n"
    "Message-ID: <a@y.example>\n"
    "In-Reply-To: <1.2.s@x.example>\n"
    "Reply-To: b@y.example\n"
    "Authentication-Results: mx; spf=pass\n"
    "Content-Language: sv\n"
    "\n"
    "could not be delivered to\n\n<eva@y.example>:\n550 5.1.1 User "
    "unknown\n\n<nils@y.example>:\n552 full\x01 \xff\n";

static void test_record__comes_back_as_it_was(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_incoming was = { 0 }, is = { 0 };
    struct bd_buf first = { 0 }, second = { 0 };
    struct bd_err err = { 0 };

    (void)state;
    classify(arena, bounce, &was);
    CHECK(was.kind == BD_INCOMING_BOUNCE && was.count == 2);
    bd_json_write(bd_incoming_write(arena, &was), &first);
    CHECK(bd_incoming_read(arena, bd_buf_str(&first), &is, &err) == BD_OK);
    bd_json_write(bd_incoming_write(arena, &is), &second);
    CHECK(bd_str_eq(bd_buf_str(&first), bd_buf_str(&second)));
    CHECK_STR(is.from, "MAILER-DAEMON@y.example");
    CHECK_STR(is.from_name, "Mail Delivery");
    CHECK_STR(is.reply_to, "b@y.example");
    CHECK_STR(is.subject, "Undelivered");
    CHECK_STR(is.message_id, "a@y.example");
    CHECK_STR(is.about, "1.2.s@x.example");
    CHECK_STR(is.authentication, "mx; spf=pass");
    CHECK(is.null_sender && !is.answerable && is.date == 1795420003);
    CHECK(is.came == 1795420009);
    CHECK(is.language_known && is.language == BD_LANG_SV);
    CHECK(is.token_count == 1 && !is.tokens[0].returned);
    CHECK_STR(is.tokens[0].text, TOKEN);
    CHECK_STR(is.recipients[0].address, "eva@y.example");
    CHECK(is.recipients[0].verdict == BD_VERDICT_DEAD);
    CHECK(is.recipients[0].status.class == 5);
    CHECK(is.recipients[0].reply_code == 550);
    CHECK(is.recipients[1].verdict == BD_VERDICT_FULL);
    bd_buf_fini(&first);
    bd_buf_fini(&second);
    bd_arena_free(arena);
}

/* Each pair: what stands in the record, and what a liar writes there. */
static void test_record__is_not_trusted(void **state)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        { "\"bounce\"", "\"bounced\"" },
        { "\"kind\":\"bounce\"", "\"kind\":7" },
        { "\"command\":\"none\"", "\"command\":\"help\"" },
        { "\"kind\":\"bounce\"", "\"kind\":\"command\"" },
        { "\"date\":1795420003", "\"date\":-1" },
        { "\"came\":1795420009", "\"came\":null" },
        { "\"date\":1795420003", "\"date\":1e9" },
        { "\"date\":1795420003", "\"date\":999999999999" },
        { "\"null_sender\":true", "\"null_sender\":1" },
        { "\"language\":\"sv\"", "\"language\":\"de\"" },
        { "\"Undelivered\"", "\"Undelivered\\n\"" },
        { "\"Undelivered\"", "\"Undelivered\\u0007\"" },
        { "\"Undelivered\"", "\"Undelivered\\u0085\"" },
        { "\"Undelivered\"", "\"Undelivered\\u202e\"" },
        { "\"Undelivered\"", "[]" },
        { "\"class\":5", "\"class\":6" },
        { "\"class\":5", "\"class\":3" },
        { "\"class\":5", "\"class\":5.0" },
        { "\"subject\":1,", "\"subject\":1000," },
        { "\"detail\":1", "\"detail\":\"1\"" },
        { "\"reply_code\":550", "\"reply_code\":600" },
        { "\"reply_code\":550", "\"reply_code\":7" },
        { "\"verdict\":\"dead\"", "\"verdict\":\"hard\"" },
        { "\"no-mailbox\"", "\"no mailbox\"" },
        { TOKEN, "abc" },
        { TOKEN, "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmn/p" },
        { "\"recipients\":[", "\"recipients\":[7," },
        { "\"recipients\":[", "\"recipientz\":[" },
        { "\"tokens\":[", "\"tokenz\":[" },
        { "\"rule\":\"", "\"rule\":\"A" },
        { "{", "" },
        { "{", "[{" },
    };
    struct bd_arena *arena = bd_arena_new();
    struct bd_incoming was = { 0 }, untouched = { .date = 42 };
    struct bd_buf record = { 0 };

    (void)state;
    classify(arena, bounce, &was);
    bd_json_write(bd_incoming_write(arena, &was), &record);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str text = bd_buf_str(&record), from = bd_str_from(rows[i].from);
        size_t at = bd_str_find(text, from);
        bd_str lie = { 0 }, heap = { 0 };

        CHECK_ROW(rows[i].from, at != SIZE_MAX);
        lie = bd_arena_printf(arena, "%.*s%s%.*s", (int)at, text.ptr,
                              rows[i].to,
                              BD_ARG(bd_str_skip(text, at + from.len)));
        heap = t_heap_str(lie);
        CHECK_ROW(rows[i].to,
                  bd_incoming_read(arena, heap, &untouched, NULL) != BD_OK);
        CHECK_ROW(rows[i].to, untouched.date == 42);
        t_free(heap);
    }
    bd_buf_fini(&record);
    bd_arena_free(arena);
}

static void test_record__has_limits(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    char *large = bd_arena_alloc(arena, BD_INCOMING_MAX_RECORD + 1);
    struct bd_incoming got = { 0 };

    (void)state;
    memset(large, ' ', BD_INCOMING_MAX_RECORD + 1);
    CHECK(bd_incoming_read(arena,
                           (bd_str) { large, BD_INCOMING_MAX_RECORD + 1 }, &got,
                           NULL) == BD_ELIMIT);
    bd_arena_free(arena);
}

/* Else a line of the log could be turned around. */
static void test_record__has_no_direction_marks(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_incoming was = { 0 }, is = { 0 };
    struct bd_buf record = { 0 };
    struct bd_err err = { 0 };

    (void)state;
    classify(arena, "From: eva@x.example\nSubject: a\u202eb\u2066c\n\nHi\n",
             &was);
    bd_json_write(bd_incoming_write(arena, &was), &record);
    CHECK(bd_incoming_read(arena, bd_buf_str(&record), &is, &err) == BD_OK);
    CHECK_STR(is.subject, "abc");
    bd_buf_fini(&record);
    bd_arena_free(arena);
}

/* The fullest record there can be is not above its own limit. */
static void test_record__fits_whatever_came(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_buf mail = { 0 }, record = { 0 };
    struct bd_incoming was = { 0 }, is = { 0 };

    (void)state;
    bd_buf_add_cstr(&mail, "From: mailer-daemon@x.example\nSubject: ");
    for (int i = 0; i < 4000; i++)
        bd_buf_add_cstr(&mail, "\"\\");
    bd_buf_add_cstr(&mail, "\n\ncould not be delivered to\n");
    for (int i = 0; i < 200; i++) {
        bd_buf_printf(&mail, "<%d-", i);
        for (int k = 0; k < 40; k++)
            bd_buf_add_char(&mail, '&');
        bd_buf_add_cstr(&mail, "@x.example>:\n");
        for (int k = 0; k < 120; k++)
            bd_buf_add_cstr(&mail, "\"\\\\\"");
        bd_buf_add_cstr(&mail, "\n");
    }
    bd_incoming_classify(arena, bd_buf_str(&mail), &was);
    CHECK(was.kind == BD_INCOMING_BOUNCE && was.count > 50);
    bd_json_write(bd_incoming_write(arena, &was), &record);
    CHECK(record.len <= BD_INCOMING_MAX_RECORD);
    CHECK(bd_incoming_read(arena, bd_buf_str(&record), &is, NULL) == BD_OK);
    bd_buf_fini(&mail);
    bd_buf_fini(&record);
    bd_arena_free(arena);
}

static void test_lines__are_one_a_recipient(void **state)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_incoming got = { 0 };
    struct bd_json *lines = NULL;
    struct bd_buf out = { 0 };

    (void)state;
    classify(arena, bounce, &got);
    lines = bd_incoming_lines(arena, BD_STR("f"), &got, true);
    bd_json_write(lines->first, &out);
    CHECK_STR(
        bd_buf_str(&out),
        "{\"file\":\"f\",\"kind\":\"bounce\",\"address\":\"eva@y.example\","
        "\"status\":\"5.1.1\",\"reply_code\":550,\"verdict\":\"hard\","
        "\"reason\":\"no-mailbox\",\"token_ok\":true,\"evidence\":"
        "\"<eva@y.example>: 550 5.1.1 User unknown\"}");
    CHECK(lines->first->next && !lines->first->next->next);
    bd_buf_clear(&out);
    classify(arena, "", &got);
    lines = bd_incoming_lines(arena, BD_STR("f"), &got, false);
    bd_json_write(lines, &out);
    CHECK_STR(bd_buf_str(&out),
              "[{\"file\":\"f\",\"kind\":\"unreadable\",\"address\":null,"
              "\"status\":null,\"reply_code\":null,\"verdict\":\"none\","
              "\"reason\":\"empty\",\"token_ok\":false,\"evidence\":null}]");
    bd_buf_fini(&out);
    bd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classify__finds_tokens),
        cmocka_unit_test(test_classify__knows_who_wants_to_leave),
        cmocka_unit_test(test_classify__answers_only_people),
        cmocka_unit_test(test_record__comes_back_as_it_was),
        cmocka_unit_test(test_record__is_not_trusted),
        cmocka_unit_test(test_record__has_limits),
        cmocka_unit_test(test_record__fits_whatever_came),
        cmocka_unit_test(test_record__has_no_direction_marks),
        cmocka_unit_test(test_lines__are_one_a_recipient),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
