#include "smtp_t.h"

/*
 * Conversations in which nothing more is to be begun: what the machine says
 * before and after that, and what it tells about each copy.
 */
#define STEPS 6

struct step {
    const char *client;
    const char *server; /* NULL: the connection is lost */
    bool withhold;      /* before the relay answers */
};

struct transcript {
    const char *name, *capabilities;
    int window;
    size_t copies;
    struct step steps[STEPS];
    const char *not_begun; /* when it is withheld */
    const char *story;     /* verdict and number of each copy, in turn */
};

/* clang-format off */
static const struct transcript transcripts[] = {
    { "behind a body that is under way", RELAY, 0, 3,
      { { E("0"), OK OK GO, false }, { B("0") E("1"), OK, true },
        { "", OK OK, false }, { "", GO, false } },
      "1", "A0 W1" },
    { "all replies at once", RELAY, 0, 3,
      { { E("0"), OK OK GO, false }, { B("0") E("1"), OK OK OK GO, true } },
      "1", "A0 W1" },
    { "the body before is refused", RELAY, 0, 3,
      { { E("0"), OK OK GO, false }, { B("0") E("1"), NO OK OK GO, true } },
      "1", "R0 W1" },
    { "before the first body", RELAY, 0, 3,
      { { E("0"), OK OK GO, true } }, "0 1", "W0 W1" },
    { "the relay refuses the recipient all the same", RELAY, 0, 3,
      { { E("0"), OK OK GO, false }, { B("0") E("1"), OK OK NO, true },
        { "", BUT, false } },
      "1", "A0 R1" },
    { "a message for nobody is one", RELAY, 0, 3,
      { { E("0"), OK OK GO, false }, { B("0") E("1"), OK OK NO GO, true },
        { ".\r\n", BUT, false } },
      "1", "A0 R1" },
    { "the relay goes", RELAY, 0, 3,
      { { E("0"), OK OK GO, false }, { B("0") E("1"), NULL, true } },
      "1", "U0 W1" },
    { "the relay says that it goes", RELAY, 0, 3,
      { { E("0"), OK OK GO, false }, { B("0") E("1"), OK BYE, true } },
      "1", "A0 D1" },
    { "the body ends well when nothing stands behind it", RELAY, 0, 1,
      { { E("0"), OK OK GO, false }, { B("0"), OK, true } }, "", "A0" },
    { "lock-step, at MAIL", "mx\n", 0, 2,
      { { M, OK, true } }, "0", "W0" },
    { "lock-step, at RCPT", "mx\n", 0, 2,
      { { M, OK, false }, { TO("0"), OK, true } }, "0", "W0" },
    { "lock-step, at RCPT, refused", "mx\n", 0, 2,
      { { M, OK, false }, { TO("0"), NO, true } }, "0", "R0" },
    { "lock-step, at DATA", "mx\n", 0, 2,
      { { M, OK, false }, { TO("0"), OK, false }, { "DATA\r\n", GO, true } },
      "0", "W0" },
    { "lock-step, at the body", "mx\n", 0, 2,
      { { M, OK, false }, { TO("0"), OK, false }, { "DATA\r\n", GO, false },
        { B("0"), OK, true } },
      "", "A0" },
    { "lock-step, at RSET", "mx\n", 0, 2,
      { { M, OK, false }, { TO("0"), NO, false }, { R, OK, true } },
      "1", "R0 W1" },
    { "a window is begun as a whole", RELAY, 3, 6,
      { { CHUNK("0"), OK OK OK, false },
        { CHUNK("1") R CHUNK("2"), OK OK OK OK OK OK OK, true } },
      "", "A0 A1 A2" },
};
/* clang-format on */

/* "0 1": the copies by their numbers. */
static void tell_not_begun(const struct t_session *s, char *out, size_t size)
{
    const struct bd_outgoing *copy = NULL;
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; (copy = bd_smtp_not_begun(s->smtp, i)); i++) {
        const struct t_mail *mail = copy->self;

        len += (size_t)snprintf(out + len, size - len, "%s%td", i ? " " : "",
                                mail - s->mails);
    }
}

static void step(struct t_session *s, const struct transcript *row, size_t n,
                 size_t piece)
{
    const struct step *want = &row->steps[n];
    bd_str output = BD_STR_NONE;
    char not_begun[64];

    t_take(s);
    t_start(s);
    output = bd_smtp_output(s->smtp);
    if (!bd_str_eq(output, bd_str_from(want->client)))
        fail_msg("row \"%s\", step %zu: said \"%.*s\", not \"%s\"", row->name,
                 n + 1, BD_ARG(output), want->client);
    if (want->withhold) {
        tell_not_begun(s, not_begun, sizeof not_begun);
        CHECK_ROW(row->name, strcmp(not_begun, row->not_begun) == 0);
        bd_smtp_withhold(s->smtp);
        CHECK_ROW(row->name, bd_smtp_room(s->smtp) == 0);
        CHECK_ROW(row->name, bd_smtp_is_worn(s->smtp));
        CHECK_ROW(row->name, bd_str_eq(bd_smtp_output(s->smtp), output));
    }
    bd_smtp_sent(s->smtp, output.len);
    if (want->server)
        t_push(s, bd_str_from(want->server), piece);
    else
        bd_smtp_end(s->smtp, "gone");
}

static void play(const struct transcript *row, size_t piece)
{
    const struct bd_smtp_options options = { .window = row->window };
    struct t_session s;

    t_open(&s, row->capabilities, &options, row->copies);
    for (size_t i = 0; i < STEPS && row->steps[i].client; i++)
        step(&s, row, i, piece);
    t_take(&s);
    if (strcmp(s.story, row->story) != 0)
        fail_msg("row \"%s\", pieces of %zu: \"%s\", not \"%s\"", row->name,
                 piece, s.story, row->story);
    CHECK_ROW(row->name, !bd_smtp_is_busy(s.smtp));
    CHECK_ROW(row->name, bd_smtp_output(s.smtp).len == 0);
    CHECK_ROW(row->name, !bd_smtp_not_begun(s.smtp, 0));
    bd_smtp_free(s.smtp);
}

static void test_smtp_withhold__no_message_is_begun(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof transcripts / sizeof *transcripts; i++) {
        play(&transcripts[i], SIZE_MAX);
        play(&transcripts[i], 1);
        play(&transcripts[i], 7);
    }
}

/* Where no message is open the relay still hears QUIT. */
static void test_smtp_withhold__says_goodbye(void **state)
{
    const struct bd_smtp_options options = { 0 };
    struct t_session s;

    (void)state;
    t_open(&s, "mx\n", &options, 1);
    t_start(&s);
    bd_smtp_sent(s.smtp, bd_smtp_output(s.smtp).len);
    bd_smtp_withhold(s.smtp);
    t_push(&s, bd_str_from(OK), SIZE_MAX);
    t_take(&s);
    CHECK_STR(bd_str_from(s.story), "W0");
    bd_smtp_quit(s.smtp);
    CHECK_STR(bd_smtp_output(s.smtp), "QUIT\r\n");
    bd_smtp_free(s.smtp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_smtp_withhold__no_message_is_begun),
        cmocka_unit_test(test_smtp_withhold__says_goodbye),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
