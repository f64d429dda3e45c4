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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_smtp__several_copies_have_their_outcomes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
