#include "t.h"

#include "brevduva/deliver/smtp.h"

/*
 * Conversations as transcripts. Each step is what the machine must say and
 * what the relay answers; a server that misbehaves is one more row.
 */
#define STEPS 6

struct step {
    const char *client; /* exactly the output by now */
    const char *server; /* pushed then; NULL: the connection is lost */
    size_t held_back;   /* octets of the output that never left */
};

struct transcript {
    const char *name;
    const char *capabilities;
    const char *to; /* NULL: anna@example.org */
    struct step steps[STEPS];
    enum bd_smtp_verdict verdict;
    enum bd_smtp_stage stage;
    int code;
    const char *enhanced;
    const char *text; /* a part of it */
    const char *queue_id;
    bool ready; /* for another copy on the same session */
};

static const struct bd_smtp_options plain = { 0 };

#define PLAIN "mx.example\nHELP\n"
#define PIPE  "mx.example\nPIPELINING\nSIZE 1000\n"
#define UTF8  "mx.example\nSMTPUTF8\n8BITMIME\n"

#define MAIL    "MAIL FROM:<brev@example.org>\r\n"
#define MAIL_SZ "MAIL FROM:<brev@example.org> SIZE=20\r\n"
#define RCPT    "RCPT TO:<anna@example.org>\r\n"
#define DATA    "DATA\r\n"
#define BODY    "Subject: x\r\n\r\nHej!\r\n"
#define SENT    BODY ".\r\n"
#define OK      "250 2.1.0 Ok\r\n"
#define GO      "354 go on\r\n"
#define DONE    "250 2.0.0 Ok: queued as 77\r\n"
#define GROUP   MAIL_SZ RCPT DATA

/* clang-format off */
static const struct transcript transcripts[] = {
    { "lock-step", PLAIN, NULL,
      { { MAIL, OK, 0 }, { RCPT, OK, 0 }, { DATA, GO, 0 }, { SENT, DONE, 0 } },
      BD_SMTP_ACCEPTED, BD_SMTP_DOT, 250, "2.0.0", "Ok: queued as 77", "77",
      true },
    { "pipelined", PIPE, NULL,
      { { GROUP, OK OK GO, 0 }, { SENT, DONE, 0 } },
      BD_SMTP_ACCEPTED, BD_SMTP_DOT, 250, "2.0.0", "Ok: queued as 77", "77",
      true },
    { "pipelined, replies in pieces", PIPE, NULL,
      { { GROUP, "25", 0 }, { "", "0 ok\r\n250", 0 }, { "", "\r\n354 \r", 0 },
        { "", "\n", 0 }, { SENT, "250-2.6.0 well", 0 },
        { "", "\r\n250 done\r\n", 0 } },
      BD_SMTP_ACCEPTED, BD_SMTP_DOT, 250, "2.6.0", "well done", "", true },
    { "the first line is no capability", "PIPELINING\n", NULL,
      { { MAIL, OK, 0 }, { RCPT, "251 forwards\r\n", 0 }, { DATA, GO, 0 },
        { SENT, DONE, 0 } },
      BD_SMTP_ACCEPTED, BD_SMTP_DOT, 250, "2.0.0", "", "77", true },
    { "no such reader", PLAIN, NULL,
      { { MAIL, OK, 0 }, { RCPT, "550 5.1.1 unknown\r\n", 0 } },
      BD_SMTP_REFUSED, BD_SMTP_RCPT, 550, "5.1.1", "unknown", "", true },
    { "no such reader, pipelined", PIPE, NULL,
      { { GROUP, OK "550 5.1.1 unknown\r\n", 0 },
        { "", "554 5.5.1 no valid recipients\r\n", 0 } },
      BD_SMTP_REFUSED, BD_SMTP_RCPT, 550, "5.1.1", "unknown", "", true },
    { "refused, yet wants the message", PIPE, NULL,
      { { GROUP, OK "550 5.1.1 unknown\r\n" GO, 0 },
        { ".\r\n", "250 accepted for nobody\r\n", 0 } },
      BD_SMTP_REFUSED, BD_SMTP_RCPT, 550, "5.1.1", "unknown", "", true },
    { "sender refused, yet wants the message for the reader", PIPE, NULL,
      { { GROUP, "451 later\r\n" OK GO, 0 } },
      BD_SMTP_DEFERRED, BD_SMTP_MAIL, 451, "", "later", "", false },
    { "greylisted", PLAIN, NULL,
      { { MAIL, OK, 0 }, { RCPT, "450 4.2.0 greylisted\r\n", 0 } },
      BD_SMTP_DEFERRED, BD_SMTP_RCPT, 450, "4.2.0", "greylisted", "", true },
    { "refused at DATA", PIPE, NULL,
      { { GROUP, OK OK "451 4.3.0 no room\r\n", 0 } },
      BD_SMTP_DEFERRED, BD_SMTP_DATA, 451, "4.3.0", "no room", "", true },
    { "refused after the dot", PIPE, NULL,
      { { GROUP, OK OK GO, 0 }, { SENT, "554 5.6.0 bad\r\n", 0 } },
      BD_SMTP_REFUSED, BD_SMTP_DOT, 554, "5.6.0", "bad", "", true },
    { "refused while the message leaves", PIPE, NULL,
      { { GROUP, OK OK GO, 0 }, { SENT, "552 5.2.2 full\r\n", 9 } },
      BD_SMTP_REFUSED, BD_SMTP_DOT, 552, "5.2.2", "full", "", false },
    { "policy is not the reader's fault", PIPE, NULL,
      { { GROUP, OK OK GO, 0 }, { SENT, "550 5.7.26 no SPF\r\n", 0 } },
      BD_SMTP_BARRED, BD_SMTP_DOT, 550, "5.7.26", "no SPF", "", true },
    { "nor is the message's size", PIPE, NULL,
      { { GROUP, OK OK GO, 0 }, { SENT, "552 5.3.4 too big\r\n", 0 } },
      BD_SMTP_BARRED, BD_SMTP_DOT, 552, "5.3.4", "too big", "", true },
    { "log-in wanted", PLAIN, NULL,
      { { MAIL, "530 5.7.0 log in first\r\n", 0 } },
      BD_SMTP_BARRED, BD_SMTP_MAIL, 530, "5.7.0", "log in first", "", true },
    { "log-in wanted, no enhanced code", PLAIN, NULL,
      { { MAIL, OK, 0 }, { RCPT, "530 log in first\r\n", 0 } },
      BD_SMTP_BARRED, BD_SMTP_RCPT, 530, "", "log in first", "", true },
    { "whatever MAIL is refused for", PLAIN, NULL,
      { { MAIL, "550 who are you\r\n", 0 } },
      BD_SMTP_BARRED, BD_SMTP_MAIL, 550, "", "who are you", "", true },
    { "Postfix refuses the sender at RCPT", PLAIN, NULL,
      { { MAIL, OK, 0 }, { RCPT, "550 5.1.8 sender domain\r\n", 0 } },
      BD_SMTP_BARRED, BD_SMTP_RCPT, 550, "5.1.8", "sender domain", "", true },
    { "confused", PLAIN, NULL,
      { { MAIL, OK, 0 }, { RCPT, "503 5.5.1 need MAIL\r\n", 0 } },
      BD_SMTP_BARRED, BD_SMTP_RCPT, 503, "5.5.1", "need MAIL", "", true },
    { "421 at MAIL", PLAIN, NULL,
      { { MAIL, "421 4.7.0 too many\r\n", 0 } },
      BD_SMTP_DEFERRED, BD_SMTP_MAIL, 421, "4.7.0", "too many", "", false },
    { "421 at MAIL, more was pipelined", PIPE, NULL,
      { { GROUP, "421 bye\r\n421 bye\r\n", 0 } },
      BD_SMTP_DEFERRED, BD_SMTP_MAIL, 421, "", "bye", "", false },
    { "421 at RCPT", PIPE, NULL,
      { { GROUP, OK "421 bye\r\n", 0 } },
      BD_SMTP_DEFERRED, BD_SMTP_RCPT, 421, "", "bye", "", false },
    { "421 at DATA", PIPE, NULL,
      { { GROUP, OK OK "421 bye\r\n", 0 } },
      BD_SMTP_DEFERRED, BD_SMTP_DATA, 421, "", "bye", "", false },
    { "421 after the dot", PIPE, NULL,
      { { GROUP, OK OK GO, 0 }, { SENT, "421 4.3.2 bye\r\n", 0 } },
      BD_SMTP_DEFERRED, BD_SMTP_DOT, 421, "4.3.2", "bye", "", false },
    { "421 when the reader was refused already", PIPE, NULL,
      { { GROUP, OK "550 5.1.1 unknown\r\n421 bye\r\n", 0 } },
      BD_SMTP_REFUSED, BD_SMTP_RCPT, 550, "5.1.1", "unknown", "", false },
    { "lost at MAIL", PLAIN, NULL,
      { { MAIL, NULL, 0 } },
      BD_SMTP_LOST, BD_SMTP_MAIL, 0, "", "gone, before the whole", "", false },
    { "lost at RCPT", PIPE, NULL,
      { { GROUP, OK, 0 }, { "", NULL, 0 } },
      BD_SMTP_LOST, BD_SMTP_RCPT, 0, "", "has not accepted", "", false },
    { "lost within the message", PIPE, NULL,
      { { GROUP, OK OK GO, 0 }, { SENT, NULL, 10 } },
      BD_SMTP_LOST, BD_SMTP_DOT, 0, "", "has not accepted", "", false },
    { "lost one octet before the end", PIPE, NULL,
      { { GROUP, OK OK GO, 0 }, { SENT, NULL, 1 } },
      BD_SMTP_LOST, BD_SMTP_DOT, 0, "", "has not accepted", "", false },
    { "lost after the last octet", PIPE, NULL,
      { { GROUP, OK OK GO, 0 }, { SENT, NULL, 0 } },
      BD_SMTP_UNKNOWN, BD_SMTP_DOT, 0, "", "may have accepted", "", false },
    { "lost within the last reply", PIPE, NULL,
      { { GROUP, OK OK GO, 0 }, { SENT, "250 queued as", 0 }, { "", NULL, 0 } },
      BD_SMTP_UNKNOWN, BD_SMTP_DOT, 0, "", "may have accepted", "", false },
    { "says yes before it has the message", PIPE, NULL,
      { { GROUP, OK OK GO DONE, 0 } },
      BD_SMTP_LOST, BD_SMTP_DOT, 0, "", "250 where that has no", "", false },
    { "says yes while the message leaves", PIPE, NULL,
      { { GROUP, OK OK GO, 0 }, { SENT, DONE, 1 } },
      BD_SMTP_LOST, BD_SMTP_DOT, 0, "", "250 where that has no", "", false },
    { "answers what was not asked", PLAIN, NULL,
      { { MAIL, OK OK, 0 } },
      BD_SMTP_LOST, BD_SMTP_RCPT, 0, "", "250 where that has no", "", false },
    { "no go-ahead at DATA", PIPE, NULL,
      { { GROUP, OK OK OK, 0 } },
      BD_SMTP_LOST, BD_SMTP_DATA, 0, "", "250 where that has no", "", false },
    { "go-ahead at MAIL", PIPE, NULL,
      { { GROUP, GO, 0 } },
      BD_SMTP_LOST, BD_SMTP_MAIL, 0, "", "354 where that has no", "", false },
    { "go-ahead after the dot", PIPE, NULL,
      { { GROUP, OK OK GO, 0 }, { SENT, GO, 0 } },
      BD_SMTP_UNKNOWN, BD_SMTP_DOT, 0, "", "354 where that has no", "", false },
    { "no SMTP at MAIL", PLAIN, NULL,
      { { MAIL, "HTTP/1.1 400 Bad Request\r\n", 0 } },
      BD_SMTP_LOST, BD_SMTP_MAIL, 0, "", "no SMTP reply", "", false },
    { "no SMTP after the dot", PIPE, NULL,
      { { GROUP, OK OK GO, 0 }, { SENT, "ok\r\n", 0 } },
      BD_SMTP_UNKNOWN, BD_SMTP_DOT, 0, "", "no SMTP reply", "", false },
    { "contradicts itself after the dot", PIPE, NULL,
      { { GROUP, OK OK GO, 0 }, { SENT, "250-yes\r\n550 no\r\n", 0 } },
      BD_SMTP_UNKNOWN, BD_SMTP_DOT, 0, "", "contradicts itself", "", false },
    { "åsa, and the relay knows SMTPUTF8", UTF8, "\xc3\xa5sa@example.org",
      { { "MAIL FROM:<brev@example.org> SMTPUTF8\r\n", OK, 0 },
        { "RCPT TO:<\xc3\xa5sa@example.org>\r\n", OK, 0 }, { DATA, GO, 0 },
        { SENT, DONE, 0 } },
      BD_SMTP_ACCEPTED, BD_SMTP_DOT, 250, "2.0.0", "", "77", true },
    { "åsa, the next relay cannot", UTF8, "\xc3\xa5sa@example.org",
      { { "MAIL FROM:<brev@example.org> SMTPUTF8\r\n",
          "550 5.6.7 not there\r\n", 0 } },
      BD_SMTP_REFUSED, BD_SMTP_MAIL, 550, "5.6.7", "not there", "", true },
    { "åsa, and the relay cannot", PIPE, "\xc3\xa5sa@example.org",
      { { "", "", 0 } },
      BD_SMTP_REFUSED, BD_SMTP_MAIL, 0, "5.6.7", "SMTPUTF8", "", true },
    { "too big for the relay", "mx\nSIZE 19\n", NULL,
      { { "", "", 0 } },
      BD_SMTP_BARRED, BD_SMTP_MAIL, 0, "5.3.4", "at most 19", "", true },
    { "SIZE without a number", "mx\nSIZE\n", NULL,
      { { MAIL, "452 4.3.1 full\r\n", 0 } },
      BD_SMTP_DEFERRED, BD_SMTP_MAIL, 452, "4.3.1", "full", "", true },
    { "SIZE with nonsense", "mx\nSIZE -1\nSIZE 99999999999999999999\n", NULL,
      { { MAIL, "452 4.3.1 full\r\n", 0 } },
      BD_SMTP_DEFERRED, BD_SMTP_MAIL, 452, "4.3.1", "full", "", true },
    { "a second command in the address", PIPE, "a@b.example>\r\nDATA",
      { { "", "", 0 } },
      BD_SMTP_REFUSED, BD_SMTP_MAIL, 0, "5.1.3", "no address", "", true },
    { "an angle in the address", PIPE, "a>@b.example",
      { { "", "", 0 } },
      BD_SMTP_REFUSED, BD_SMTP_MAIL, 0, "5.1.3", "no address", "", true },
    { "no address", PIPE, "",
      { { "", "", 0 } },
      BD_SMTP_REFUSED, BD_SMTP_MAIL, 0, "5.1.3", "no address", "", true },
    { "an angle in quotes", PLAIN, "\"a >b\"@b.example",
      { { MAIL, OK, 0 },
        { "RCPT TO:<\"a >b\"@b.example>\r\n", "550 no\r\n", 0 } },
      BD_SMTP_REFUSED, BD_SMTP_RCPT, 550, "", "no", "", true },
};
/* clang-format on */

static struct bd_outgoing copy_to(const char *to)
{
    static bd_str bytes = BD_STR_INIT(BODY);

    return (struct bd_outgoing) {
        .envelope_from = BD_STR("brev@example.org"),
        .envelope_to = bd_str_from(to ? to : "anna@example.org"),
        .size = bytes.len,
        .write = bd_outgoing_write_text,
        .self = &bytes,
    };
}

/* From memory of the very size, in pieces of `piece` octets. */
static void push(struct bd_smtp *smtp, bd_str bytes, size_t piece)
{
    while (bytes.len > 0) {
        bd_str part = t_heap_str(bd_str_sub(bytes, 0, piece));

        (void)bd_smtp_push(smtp, part);
        bytes = bd_str_skip(bytes, part.len);
        t_free(part);
    }
}

/* Play the steps; the machine must say exactly what is written there. */
static void play(const char *name, struct bd_smtp *smtp,
                 const struct step *steps, size_t piece)
{
    for (size_t i = 0; i < STEPS && steps[i].client; i++) {
        bd_str output = bd_smtp_output(smtp);

        if (!bd_str_eq(output, bd_str_from(steps[i].client)))
            fail_msg("row \"%s\", step %zu: said \"%.*s\", not \"%s\"", name,
                     i + 1, BD_ARG(output), steps[i].client);
        bd_smtp_sent(smtp, output.len - steps[i].held_back);
        if (steps[i].server)
            push(smtp, bd_str_from(steps[i].server), piece);
        else
            bd_smtp_end(smtp, "gone");
    }
}

static void check_outcome(const struct transcript *row, struct bd_smtp *smtp)
{
    struct bd_smtp_outcome got = { 0 };

    CHECK_ROW(row->name, bd_smtp_next(smtp, &got));
    CHECK_ROW(row->name, got.verdict == row->verdict);
    CHECK_ROW(row->name, got.stage == row->stage);
    CHECK_ROW(row->name, got.code == row->code);
    CHECK_STR(got.enhanced, row->enhanced);
    CHECK_STR(got.queue_id, row->queue_id);
    if (bd_str_find(got.text, bd_str_from(row->text)) == SIZE_MAX)
        fail_msg("row \"%s\": \"%.*s\" lacks \"%s\"", row->name,
                 BD_ARG(got.text), row->text);
    CHECK_ROW(row->name, !bd_smtp_next(smtp, &got)); /* one for each copy */
    CHECK_ROW(row->name, bd_smtp_output(smtp).len == 0);
    CHECK_ROW(row->name, !bd_smtp_is_busy(smtp));
    CHECK_ROW(row->name, (bd_smtp_room(smtp) > 0) == row->ready);
}

static void check_row(const struct transcript *row, size_t piece)
{
    struct bd_smtp *smtp = bd_smtp_new(bd_str_from(row->capabilities), &plain);
    struct bd_outgoing copy = copy_to(row->to);

    CHECK_ROW(row->name, bd_smtp_room(smtp) > 0);
    bd_smtp_start(smtp, &copy);
    play(row->name, smtp, row->steps, piece);
    check_outcome(row, smtp);
    bd_smtp_free(smtp);
}

static void test_smtp__every_server_has_its_outcome(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof transcripts / sizeof *transcripts; i++) {
        check_row(&transcripts[i], SIZE_MAX);
        check_row(&transcripts[i], 1);
    }
}

static void test_smtp__resets_after_a_failure_only(void **state)
{
    static const struct step refused[STEPS] = {
        { MAIL, OK, 0 },
        { RCPT, "550 5.1.1 unknown\r\n", 0 },
    };
    static const struct step reset[STEPS] = {
        { "RSET\r\n", OK, 0 }, { MAIL, OK, 0 },   { RCPT, OK, 0 },
        { DATA, GO, 0 },       { SENT, DONE, 0 },
    };
    static const struct step again[STEPS] = {
        { MAIL, OK, 0 },
        { RCPT, OK, 0 },
        { DATA, GO, 0 },
        { SENT, DONE, 0 },
    };
    static const struct step *const rows[] = { again, refused, reset, again };
    struct bd_smtp *smtp = bd_smtp_new(BD_STR(PLAIN), &plain);
    struct bd_outgoing copy = copy_to(NULL);
    struct bd_smtp_outcome got = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_smtp_start(smtp, &copy);
        play("reset", smtp, rows[i], SIZE_MAX);
        CHECK(bd_smtp_next(smtp, &got));
    }
    bd_smtp_free(smtp);
}

static void test_smtp__leaves_before_the_relay_slows_us_down(void **state)
{
    static const struct step piped[STEPS] = {
        { GROUP, OK "550 no\r\n554 no\r\n", 0 },
    };
    static const struct step piped_reset[STEPS] = {
        { "RSET\r\n" GROUP, OK OK "550 no\r\n554 no\r\n", 0 },
    };
    static const struct step lock_step[STEPS] = {
        { "RSET\r\n", OK, 0 },
        { MAIL_SZ, OK, 0 },
        { RCPT, "550 no\r\n", 0 },
    };
    static const struct step *const rows[] = { piped,     piped_reset,
                                               lock_step, lock_step,
                                               lock_step, lock_step };
    struct bd_smtp *smtp = bd_smtp_new(BD_STR(PIPE), &plain);
    struct bd_outgoing copy = copy_to(NULL);
    struct bd_smtp_outcome got = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK(bd_smtp_room(smtp) > 0);
        bd_smtp_start(smtp, &copy);
        play("errors", smtp, rows[i], SIZE_MAX);
        CHECK(bd_smtp_next(smtp, &got) && got.verdict == BD_SMTP_REFUSED);
    }
    CHECK(bd_smtp_room(smtp) == 0);
    bd_smtp_quit(smtp);
    CHECK_STR(bd_smtp_output(smtp), "QUIT\r\n");
    bd_smtp_sent(smtp, 6);
    CHECK(bd_smtp_awaits(smtp) == BD_SMTP_QUIT);
    CHECK(bd_smtp_push(smtp, BD_STR("221 bye\r\n")));
    CHECK(!bd_smtp_is_busy(smtp));
    bd_smtp_free(smtp);
}

static void test_smtp__a_word_out_of_turn_ends_the_session(void **state)
{
    struct bd_smtp *smtp = bd_smtp_new(BD_STR(PIPE), &plain);

    (void)state;
    CHECK(bd_smtp_push(smtp, BD_STR("421 4.4.2 timeout\r\n")));
    CHECK(bd_smtp_room(smtp) == 0 && !bd_smtp_is_busy(smtp));
    bd_smtp_free(smtp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_smtp__every_server_has_its_outcome),
        cmocka_unit_test(test_smtp__resets_after_a_failure_only),
        cmocka_unit_test(test_smtp__leaves_before_the_relay_slows_us_down),
        cmocka_unit_test(test_smtp__a_word_out_of_turn_ends_the_session),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
