#include "t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brevduva/deliver/smtp_reply.h"

#define LONG_TEXT                                                              \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
    const char *bytes;
    enum bd_smtp_progress progress;
    int code;
    const char *enhanced, *text, *left;
} replies[] = {
    { "250 2.0.0 Ok: queued as 4F\r\n", BD_SMTP_WHOLE, 250, "2.0.0",
      "Ok: queued as 4F", "" },
    { "250 Ok\n", BD_SMTP_WHOLE, 250, "", "Ok", "" },
    { "250\r\n", BD_SMTP_WHOLE, 250, "", "", "" },
    { "250 \r\n", BD_SMTP_WHOLE, 250, "", "", "" },
    { "550 5.1.1\r\n", BD_SMTP_WHOLE, 550, "5.1.1", "", "" },
    { "250 one\r\n250 two\r\n", BD_SMTP_WHOLE, 250, "", "one", "250 two\r\n" },
    { "550-5.1.1 The address\r\n550-5.1.1 does not exist.\r\n550 5.1.1 Sorry "
      "a1 - gsmtp\r\n",
      BD_SMTP_WHOLE, 550, "5.1.1",
      "The address does not exist. Sorry a1 - gsmtp", "" },
    { "550-5.1.1 one\r\n550 5.7.1 other\r\n", BD_SMTP_WHOLE, 550, "5.1.1",
      "one 5.7.1 other", "" },
    { "550 4.7.1 contradicts its code\r\n", BD_SMTP_WHOLE, 550, "",
      "4.7.1 contradicts its code", "" },
    { "550-\r\n550-\r\n550 last\r\n", BD_SMTP_WHOLE, 550, "", "last", "" },
    { "451-first\r\n450 second\r\n", BD_SMTP_WHOLE, 450, "", "first second",
      "" },
    { "550 b\xe5ttre\r\n", BD_SMTP_WHOLE, 550, "", "b?ttre", "" },
    { "550 b\xc3\xa5ttre\tnu\r\n", BD_SMTP_WHOLE, 550, "", "b\xc3\xa5ttre nu",
      "" },
    { "550 \x1b[2Jboo\x7f \xc2\x9b\r\n", BD_SMTP_WHOLE, 550, "", "?[2Jboo? ??",
      "" },
    { "550 \xe2\x80\xae"
      "esrever\xe2\x81\xa9 \xe2\x80\x8b.\xef\xbb\xbf\r\n",
      BD_SMTP_WHOLE, 550, "", "???esrever??? ???.???", "" },
    { "550 a\rb\r\n", BD_SMTP_WHOLE, 550, "", "a?b", "" },
    { "550 \xf0\x9f\x98\r\n", BD_SMTP_WHOLE, 550, "", "???", "" },
    { "", BD_SMTP_MORE, 0, "", "", "" },
    { "250 not yet", BD_SMTP_MORE, 0, "", "", "" },
    { "250-more\r\n", BD_SMTP_MORE, 250, "", "more", "" },
    { "hello\r\n", BD_SMTP_BROKEN, 0, "", "", "" },
    { "\r\n", BD_SMTP_BROKEN, 0, "", "", "" },
    { "25\r\n", BD_SMTP_BROKEN, 0, "", "", "" },
    { "2500 Ok\r\n", BD_SMTP_BROKEN, 0, "", "", "" },
    { "150 wait\r\n", BD_SMTP_BROKEN, 0, "", "", "" },
    { "650 what\r\n", BD_SMTP_BROKEN, 0, "", "", "" },
    { "250-yes\r\n550 no\r\n", BD_SMTP_BROKEN, 250, "", "yes", "" },
    { "250-yes\r\nno\r\n", BD_SMTP_BROKEN, 250, "", "yes", "" },
};

static void check_reply(size_t i, const struct bd_smtp_reader *reader,
                        enum bd_smtp_progress progress)
{
    const struct bd_smtp_reply *reply = &reader->reply;
    char enhanced[32] = "";

    if (reply->has_enhanced)
        (void)snprintf(enhanced, sizeof enhanced, "%d.%d.%d",
                       reply->enhanced.class, reply->enhanced.subject,
                       reply->enhanced.detail);
    CHECK_ROW(replies[i].bytes, progress == replies[i].progress);
    CHECK_ROW(replies[i].bytes, reply->code == replies[i].code);
    CHECK_STR(bd_str_from(enhanced), replies[i].enhanced);
    CHECK_STR(bd_smtp_reply_text(reply), replies[i].text);
}

static void test_smtp_reader_take__reads_rfc5321_replies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        bd_str bytes = t_heap(replies[i].bytes);
        bd_str rest = bytes;
        struct bd_smtp_reader reader;
        const char *why = NULL;
        enum bd_smtp_progress progress;

        bd_smtp_reader_init(&reader);
        progress = bd_smtp_reader_take(&reader, &rest, &why);
        check_reply(i, &reader, progress);
        CHECK_ROW(replies[i].bytes, (progress == BD_SMTP_BROKEN) == !!why);
        if (progress != BD_SMTP_BROKEN)
            CHECK_STR(rest, replies[i].left);
        t_free(bytes);
    }
}

static void test_smtp_reader_take__takes_one_octet_at_a_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        const char *at = replies[i].bytes;
        struct bd_smtp_reader reader;
        const char *why = NULL;
        enum bd_smtp_progress progress = BD_SMTP_MORE;

        bd_smtp_reader_init(&reader);
        for (; *at && progress == BD_SMTP_MORE; at++) {
            bd_str octet = { at, 1 };

            progress = bd_smtp_reader_take(&reader, &octet, &why);
        }
        check_reply(i, &reader, progress);
        if (progress == BD_SMTP_WHOLE)
            CHECK_STR(bd_str_from(at), replies[i].left);
    }
}

/* A line of so many octets, in pieces or in one. */
static enum bd_smtp_progress take_long(struct bd_smtp_reader *reader,
                                       size_t len, size_t piece)
{
    char *line = malloc(len + 1);
    enum bd_smtp_progress progress = BD_SMTP_MORE;
    const char *why = NULL;

    assert_non_null(line);
    memset(line, 'x', len);
    memcpy(line, "550 5.1.1 ", 10);
    line[len] = '\n';
    bd_smtp_reader_init(reader);
    for (size_t at = 0; at <= len && progress == BD_SMTP_MORE; at += piece) {
        bd_str part = bd_str_sub((bd_str) { line, len + 1 }, at, piece);

        progress = bd_smtp_reader_take(reader, &part, &why);
    }
    free(line);
    return progress;
}

static void test_smtp_reader_take__cuts_a_long_line(void **state)
{
    static const size_t lengths[] = { 2047, 2048, 2049, 3000, 65536 };
    static const size_t pieces[] = { 1, 700, 2048, 100000 };

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        for (size_t j = 0; j < 4; j++) {
            struct bd_smtp_reader reader;

            assert_int_equal(take_long(&reader, lengths[i], pieces[j]),
                             BD_SMTP_WHOLE);
            assert_int_equal(reader.reply.code, 550);
            CHECK(reader.reply.has_enhanced);
            assert_int_equal(bd_smtp_reply_text(&reader.reply).len,
                             BD_MAX_REPLY_TEXT);
        }
    }
}

static void test_smtp_reader_take__stops_what_has_no_end(void **state)
{
    struct bd_smtp_reader reader;
    const char *why = NULL;
    bd_str piece = BD_STR_NONE;
    size_t octets = 0;
    size_t lines = 0;

    (void)state;
    bd_smtp_reader_init(&reader); /* a line of 100 kB and more */
    do {
        piece = BD_STR("250-" LONG_TEXT);
        octets += piece.len;
    } while (bd_smtp_reader_take(&reader, &piece, &why) == BD_SMTP_MORE);
    CHECK(octets <= BD_SMTP_LINE_MAX + piece.len + 100);
    CHECK(why);

    bd_smtp_reader_init(&reader); /* lines without a last one */
    do {
        piece = BD_STR("250-" LONG_TEXT "\r\n");
        lines++;
    } while (bd_smtp_reader_take(&reader, &piece, &why) == BD_SMTP_MORE);
    CHECK(lines == BD_SMTP_LINES_MAX + 1);
    CHECK(bd_smtp_reply_text(&reader.reply).len == BD_MAX_REPLY_TEXT);

    piece = BD_STR("250 good again\r\n"); /* no: broken is for good */
    CHECK(bd_smtp_reader_take(&reader, &piece, &why) == BD_SMTP_BROKEN);
}

static void test_smtp_queue_id__knows_the_usual_texts(void **state)
{
    static const struct {
        const char *text, *id;
    } rows[] = {
        { "Ok: queued as 4Sq0Xn1pZ3z9rxP", "4Sq0Xn1pZ3z9rxP" },
        { "Ok: queued as 1F2A3B.", "1F2A3B" },
        { "OK id=1r6AbC-0001xY-2Z", "1r6AbC-0001xY-2Z" },
        { "3AN7kPqd012345 Message accepted for delivery", "3AN7kPqd012345" },
        { "5a7b9c1d Message accepted for delivery", "5a7b9c1d" },
        { "<1.2.aa@brev.example.org> [InternalId=42, Hostname=MX.example] "
          "5432 bytes in 0.1, 40.2 KB/sec Queued mail for delivery",
          "1.2.aa@brev.example.org" },
        { "<abc@mx.example> Queued mail for delivery", "abc@mx.example" },
        { "OK  1448000000 5614622812f47-3b7 - gsmtp", "5614622812f47-3b7" },
        { "ok 1448000000 qp 31337", "31337" },
        { "Ok 0102018c1a2b3c4d-aa-000000", "0102018c1a2b3c4d-aa-000000" },
        { "OK", "" },
        { "Ok thank you", "" },
        { "queued as ", "" },
        { "Message accepted", "" },
        { "", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str text = t_heap(rows[i].text);

        CHECK_STR(bd_smtp_queue_id(text), rows[i].id);
        t_free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_smtp_reader_take__reads_rfc5321_replies),
        cmocka_unit_test(test_smtp_reader_take__takes_one_octet_at_a_time),
        cmocka_unit_test(test_smtp_reader_take__cuts_a_long_line),
        cmocka_unit_test(test_smtp_reader_take__stops_what_has_no_end),
        cmocka_unit_test(test_smtp_queue_id__knows_the_usual_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
