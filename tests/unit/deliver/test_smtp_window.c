#include "smtp_private.h"
#include "smtp_t.h"

/*
 * Conversations about several copies, as transcripts: each step is exactly
 * what the machine must say, and what the relay answers. Before each step the
 * outcomes are taken and copies are started while there is room.
 */
#define STEPS 8

struct step {
    const char *client;
    const char *server; /* NULL: the connection is lost */
    size_t held_back;   /* octets of the output that never left */
};

struct transcript {
    const char *name;
    int window;
    size_t copies;
    struct step steps[STEPS];
    const char *story; /* verdict and number of each copy, in turn */
};

#define RELAY "mx.example\nPIPELINING\nCHUNKING\n"

/* What we say about reader `n`. */
#define R        "RSET\r\n"
#define M        "MAIL FROM:<brev@example.org>\r\n"
#define TO(n)    "RCPT TO:<r" n "@example.org>\r\n"
#define E(n)     M TO(n) "DATA\r\n"
#define B(n)     "b" n "\r\n.\r\n"
#define CHUNK(n) M TO(n) "BDAT 4 LAST\r\nb" n "\r\n"

/* What the relay says. */
#define OK   "250 ok\r\n"
#define GO   "354 go\r\n"
#define NO   "550 5.1.1 no\r\n"
#define BUT  "554 5.5.1 no valid recipients\r\n"
#define WAIT "450 4.2.0 later\r\n"
#define BYE  "421 4.3.2 bye\r\n"

/* To RSET, MAIL, RCPT, BDAT and to RSET, MAIL, RCPT, BDAT. */
#define R_OK OK OK OK OK
#define R_NO OK OK NO BUT

/* clang-format off */
static const struct transcript transcripts[] = {
    /* The next envelope rides behind the body. */
    { "overlapped", 0, 3,
      { { E("0"), OK OK GO, 0 }, { B("0") E("1"), OK OK OK GO, 0 },
        { B("1") E("2"), OK OK OK GO, 0 }, { B("2"), OK, 0 } },
      "A0 A1 A2" },
    { "overlapped, the replies to the envelope come later", 0, 2,
      { { E("0"), OK OK GO, 0 }, { B("0") E("1"), OK, 0 },
        { "", OK OK GO, 0 }, { B("1"), OK, 0 } },
      "A0 A1" },
    { "refused at RCPT: the next waits for what DATA gets", 0, 2,
      { { E("0"), OK NO, 0 }, { "", BUT, 0 },
        { R E("1"), OK OK OK GO, 0 }, { B("1"), OK, 0 } },
      "R0 A1" },
    { "refused at RCPT behind a body", 0, 3,
      { { E("0"), OK OK GO, 0 }, { B("0") E("1"), OK OK NO BUT, 0 },
        { R E("2"), OK OK OK GO, 0 }, { B("2"), OK, 0 } },
      "A0 R1 A2" },
    { "a message for nobody", 0, 2,
      { { E("0"), OK NO GO, 0 }, { ".\r\n" R E("1"), OK, 0 },
        { "", OK OK OK GO, 0 }, { B("1"), OK, 0 } },
      "R0 A1" },
    { "a message for nobody, which it refuses", 0, 2,
      { { E("0"), OK NO GO, 0 }, { ".\r\n" R E("1"), BUT OK OK OK GO, 0 },
        { B("1"), OK, 0 } },
      "R0 A1" },
    { "RSET refused", 0, 2,
      { { E("0"), OK NO BUT, 0 }, { R E("1"), WAIT, 0 } }, "R0 L1" },
    { "closed at RSET", 0, 2,
      { { E("0"), OK NO BUT, 0 }, { R E("1"), BYE, 0 } }, "R0 L1" },
    { "refused at the dot", 0, 3,
      { { E("0"), OK OK GO, 0 }, { B("0") E("1"), WAIT OK OK GO, 0 },
        { B("1") R E("2"), OK OK OK OK GO, 0 }, { B("2"), OK, 0 } },
      "D0 A1 A2" },
    { "closes at the dot, the next is not looked at", 0, 2,
      { { E("0"), OK OK GO, 0 }, { B("0") E("1"), BYE, 0 } },
      "D0 L1" },
    { "closes at the next envelope", 0, 3,
      { { E("0"), OK OK GO, 0 }, { B("0") E("1"), OK BYE, 0 } },
      "A0 D1" },
    { "lost with a body and an envelope under way", 0, 2,
      { { E("0"), OK OK GO, 0 }, { B("0") E("1"), NULL, 0 } },
      "U0 L1" },
    { "lost with a part of the body under way", 0, 2,
      { { E("0"), OK OK GO, 0 }, { B("0") E("1"), NULL, sizeof E("1") } },
      "L0 L1" },
    { "lost between the replies", 0, 2,
      { { E("0"), OK OK GO, 0 }, { B("0") E("1"), OK OK OK, 0 },
        { "", NULL, 0 } },
      "A0 L1" },
    { "four errors, then one command at a time until one is accepted", 0, 5,
      { { E("0"), OK NO BUT, 0 }, { R E("1"), OK OK NO BUT, 0 },
        { R, OK, 0 }, { M, OK, 0 }, { TO("2"), OK, 0 },
        { "DATA\r\n", GO, 0 }, { B("2"), OK, 0 },
        { E("3"), BYE, 0 } },
      "R0 R1 A2 D3 L4" },

    /* The window opens by one for each accepted copy. */
    { "window", 3, 6,
      { { CHUNK("0"), OK OK OK, 0 },
        { CHUNK("1") R CHUNK("2"), OK OK OK OK OK OK OK, 0 },
        { CHUNK("3") R CHUNK("4") R CHUNK("5"), OK OK OK, 0 },
        { "", OK OK OK OK OK OK OK OK, 0 } },
      "A0 A1 A2 A3 A4 A5" },
    { "window of one", 1, 2,
      { { CHUNK("0"), OK OK OK, 0 }, { CHUNK("1"), OK OK OK, 0 } },
      "A0 A1" },
    { "window, one of it refused", 2, 5,
      { { CHUNK("0"), OK OK OK, 0 },
        { CHUNK("1") R CHUNK("2"), OK NO BUT OK OK OK OK, 0 },
        { R CHUNK("3") R CHUNK("4"), OK OK OK OK OK OK OK OK, 0 } },
      "A0 R1 A2 A3 A4" },
    { "window, refused before the chunk has left", 2, 2,
      { { CHUNK("0"), OK NO BUT, 2 },
        { "\r\n" R CHUNK("1"), OK OK OK OK, 0 } },
      "R0 A1" },
    { "window, closed at the first of it", 2, 4,
      { { CHUNK("0"), OK OK OK, 0 }, { CHUNK("1") R CHUNK("2"), BYE, 0 } },
      "A0 D1 L2" },
    { "window, closed at the message", 2, 4,
      { { CHUNK("0"), OK OK OK, 0 }, { CHUNK("1") R CHUNK("2"), OK OK BYE, 0 } },
      "A0 D1 L2" },
    { "window, lost without a word", 2, 4,
      { { CHUNK("0"), OK OK OK, 0 }, { CHUNK("1") R CHUNK("2"), OK OK, 0 },
        { "", NULL, 0 } },
      "A0 U1 U2" },
    { "window, lost one octet before the end", 2, 4,
      { { CHUNK("0"), OK OK OK, 0 }, { CHUNK("1") R CHUNK("2"), NULL, 1 } },
      "A0 U1 L2" },
    { "window, lost when one was answered", 2, 3,
      { { CHUNK("0"), OK OK OK, 0 },
        { CHUNK("1") R CHUNK("2"), OK OK OK OK OK "25", 0 },
        { "", NULL, 0 } },
      "A0 A1 U2" },
    { "window, yes before the message has left", 2, 1,
      { { CHUNK("0"), OK OK OK, 1 } }, "L0" },
    { "window, no before BDAT has left", 2, 1,
      { { CHUNK("0"), OK OK NO, 5 } }, "L0" },
    { "window, go-ahead for a chunk", 2, 1,
      { { CHUNK("0"), OK OK GO, 0 } }, "U0" },
    { "window, RSET refused", 2, 3,
      { { CHUNK("0"), OK OK OK, 0 },
        { CHUNK("1") R CHUNK("2"), OK OK OK BUT, 0 } },
      "A0 A1 U2" },
    { "window, closed at RSET", 2, 3,
      { { CHUNK("0"), OK OK OK, 0 },
        { CHUNK("1") R CHUNK("2"), OK OK OK BYE, 0 } },
      "A0 A1 L2" },
    { "window, refuses the sender and then takes it all", 2, 1,
      { { CHUNK("0"), WAIT OK OK, 0 } }, "U0" },
    { "window, accepted for nobody", 2, 1,
      { { CHUNK("0"), OK NO OK, 0 } }, "R0" },
    { "window, one reply too many", 2, 1,
      { { CHUNK("0"), OK OK OK OK, 0 } }, "A0" },
    { "window, four errors: one command at a time, by DATA", 4, 4,
      { { CHUNK("0"), OK NO BUT, 0 }, { R CHUNK("1"), OK OK NO BUT, 0 },
        { R, OK, 0 }, { M, OK, 0 }, { TO("2"), OK, 0 },
        { "DATA\r\n", GO, 0 }, { B("2"), OK, 0 },
        { CHUNK("3"), OK OK OK, 0 } },
      "R0 R1 A2 A3" },
};
/* clang-format on */

static void step(struct t_session *s, const struct transcript *row, size_t n,
                 size_t piece)
{
    const struct step *want = &row->steps[n];
    bd_str output;

    t_take(s);
    t_start(s);
    output = bd_smtp_output(s->smtp);
    if (!bd_str_eq(output, bd_str_from(want->client)))
        fail_msg("row \"%s\", step %zu: said \"%.*s\", not \"%s\"", row->name,
                 n + 1, BD_ARG(output), want->client);
    bd_smtp_sent(s->smtp, output.len > want->held_back
                              ? output.len - want->held_back
                              : 0);
    if (want->server)
        t_push(s, bd_str_from(want->server), piece);
    else
        bd_smtp_end(s->smtp, "gone");
}

static void play(const struct transcript *row, size_t piece)
{
    const struct bd_smtp_options options = { .window = row->window };
    struct t_session s;

    t_open(&s, RELAY, &options, row->copies);
    for (size_t i = 0; i < STEPS && row->steps[i].client; i++)
        step(&s, row, i, piece);
    t_take(&s);
    if (strcmp(s.story, row->story) != 0)
        fail_msg("row \"%s\", pieces of %zu: \"%s\", not \"%s\"", row->name,
                 piece, s.story, row->story);
    CHECK_ROW(row->name, !bd_smtp_is_busy(s.smtp));
    bd_smtp_free(s.smtp);
}

static void test_smtp__several_copies_have_their_outcomes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof transcripts / sizeof *transcripts; i++) {
        play(&transcripts[i], SIZE_MAX);
        play(&transcripts[i], 1);
        play(&transcripts[i], 7);
    }
}

static void write_all(struct t_session *s)
{
    t_take(s);
    t_start(s);
    bd_smtp_sent(s->smtp, bd_smtp_output(s->smtp).len);
}

static void test_smtp_room__opens_and_closes(void **state)
{
    static const struct {
        const char *replies; /* to all copies under way, in turn */
        size_t room;         /* then, with none under way */
    } rows[] = {
        { OK OK OK, 2 },
        { OK OK OK R_OK, 4 },
        { OK OK OK R_OK R_OK R_OK, 4 },  /* as wide as it may become */
        { OK NO BUT R_OK R_OK R_OK, 4 }, /* halved, and opened again */
        { OK OK OK R_OK R_OK R_NO, 2 },
        { OK OK OK R_NO, 2 },
        { OK NO BUT R_NO, 1 }, /* four errors: lock-step */
    };
    const struct bd_smtp_options options = { .window = 4 };
    struct t_session s;

    (void)state;
    t_open(&s, RELAY, &options, T_COPIES);
    CHECK(bd_smtp_room(s.smtp) == 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_all(&s);
        CHECK_ROW(rows[i].replies, bd_smtp_room(s.smtp) == 0);
        if (i > 3) /* after a refusal all begin with RSET */
            t_push(&s, BD_STR(OK), SIZE_MAX);
        t_push(&s, bd_str_from(rows[i].replies), SIZE_MAX);
        t_take(&s);
        CHECK_ROW(rows[i].replies, bd_smtp_room(s.smtp) == rows[i].room);
    }
    bd_smtp_free(s.smtp);
}

/* Worn is worn, also when a copy that was under way is accepted yet. */
static void test_smtp_room__stays_closed_when_worn(void **state)
{
    const struct bd_smtp_options options = { .window = 5 };
    struct t_session s;

    (void)state;
    t_open(&s, RELAY, &options, T_COPIES);
    write_all(&s);
    t_push(&s, BD_STR(OK OK OK), SIZE_MAX);
    write_all(&s);
    t_push(&s, BD_STR(OK OK OK R_OK), SIZE_MAX);
    write_all(&s);
    t_push(&s, BD_STR(OK OK OK R_OK R_OK R_OK), SIZE_MAX);
    write_all(&s);
    CHECK(bd_smtp_under_way(s.smtp) == 5);
    t_push(&s, BD_STR(OK NO BUT R_NO R_NO R_NO), SIZE_MAX);
    CHECK(bd_smtp_is_worn(s.smtp));
    t_push(&s, BD_STR(R_OK), SIZE_MAX);
    write_all(&s);
    CHECK_STR(bd_str_from(s.story), "A0 A1 A2 A3 A4 A5 A6 R7 R8 R9 R10 A11");
    CHECK(bd_smtp_is_worn(s.smtp) && bd_smtp_room(s.smtp) == 0);
    CHECK(!bd_smtp_is_busy(s.smtp));
    bd_smtp_quit(s.smtp);
    CHECK_STR(bd_smtp_output(s.smtp), "QUIT\r\n");
    bd_smtp_free(s.smtp);
}

/* In a window nothing of it is said, and the others go on. After DATA there
 * is no way back but to hang up. */
static void test_smtp_start__a_copy_that_cannot_be_made(void **state)
{
    const struct bd_smtp_options window = { .window = 2 };
    const struct bd_smtp_options none = { 0 };
    struct t_session s;

    (void)state;
    t_open(&s, RELAY, &window, 4);
    s.mails[2].rc = BD_EINVAL;
    write_all(&s);
    t_push(&s, BD_STR(OK OK OK), SIZE_MAX);
    t_take(&s);
    t_start(&s);
    CHECK_STR(bd_smtp_output(s.smtp), CHUNK("1"));
    bd_smtp_sent(s.smtp, bd_smtp_output(s.smtp).len);
    t_push(&s, BD_STR(OK OK OK), SIZE_MAX);
    write_all(&s);
    t_push(&s, BD_STR(OK OK OK), SIZE_MAX);
    t_take(&s);
    CHECK_STR(bd_str_from(s.story), "A0 A1 R2 A3");
    CHECK(s.outcome[2].code == 0);
    bd_smtp_free(s.smtp);

    t_open(&s, RELAY, &none, 2);
    s.mails[0].rc = BD_EINVAL;
    write_all(&s);
    t_push(&s, BD_STR(OK OK GO), SIZE_MAX);
    t_take(&s);
    CHECK_STR(bd_str_from(s.story), "R0 L1");
    CHECK(bd_smtp_output(s.smtp).len == 0 && bd_smtp_is_worn(s.smtp));
    bd_smtp_free(s.smtp);
}

static void test_smtp_start__the_size_is_an_estimate(void **state)
{
    static const size_t sizes[] = { 0, 1, 4, 9, 10, 99999, 1000000 };
    const struct bd_smtp_options options = { .window = 2 };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct t_session s;

        t_open(&s, RELAY, &options, 1);
        s.mails[0].copy.size = sizes[i];
        t_start(&s);
        CHECK_STR(bd_smtp_output(s.smtp), CHUNK("0"));
        bd_smtp_free(s.smtp);
    }
}

/* The last line is ended, or a dot behind it would not be the end. */
static void test_smtp_start__ends_the_last_line(void **state)
{
    const struct bd_smtp_options options = { .window = 2 };
    struct t_session s;

    (void)state;
    t_open(&s, RELAY, &options, 1);
    s.mails[0].body.len = 2;
    t_start(&s);
    CHECK_STR(bd_smtp_output(s.smtp), CHUNK("0"));
    bd_smtp_free(s.smtp);
}

/* A connection that is always a bit behind does not make us keep all that it
 * has taken. */
static void test_smtp_sent__makes_room(void **state)
{
    const struct bd_smtp_options options = { .window = 4 };
    struct t_session s;

    (void)state;
    t_open(&s, RELAY, &options, T_COPIES);
    write_all(&s);
    t_push(&s, BD_STR(OK OK OK), SIZE_MAX);
    write_all(&s);
    t_push(&s, BD_STR(OK OK OK), SIZE_MAX);
    while (s.started < s.count) {
        t_take(&s);
        t_start(&s);
        bd_smtp_sent(s.smtp, bd_smtp_output(s.smtp).len - 1);
        t_push(&s, BD_STR(R_OK), SIZE_MAX); /* to the one before */
    }
    CHECK(!bd_smtp_is_worn(s.smtp) && s.smtp->out.cap <= 4096);
    bd_smtp_free(s.smtp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_smtp__several_copies_have_their_outcomes),
        cmocka_unit_test(test_smtp_room__opens_and_closes),
        cmocka_unit_test(test_smtp_room__stays_closed_when_worn),
        cmocka_unit_test(test_smtp_start__a_copy_that_cannot_be_made),
        cmocka_unit_test(test_smtp_start__the_size_is_an_estimate),
        cmocka_unit_test(test_smtp_start__ends_the_last_line),
        cmocka_unit_test(test_smtp_sent__makes_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
