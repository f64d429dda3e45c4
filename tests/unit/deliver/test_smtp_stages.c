#include "smtp_t.h"

/*
 * Every reply at every stage, and every octet as the last one, in all three
 * ways to speak: a relay that answers what is owed, and well but for once.
 */
enum way { LOCK_STEP, OVERLAPPED, WINDOW, WAYS };

static const char *const way_names[] = { "lock-step", "overlapped", "window" };

#define COPIES 3
#define ODD    1 /* the copy that the odd reply is about */

struct relay {
    struct t_session s;
    enum way way;
    enum bd_smtp_stage odd_stage; /* BD_SMTP_QUIT: all goes well */
    const char *odd;
    size_t mails;           /* how many MAILs it has answered */
    bool refused;           /* this copy */
    size_t out_max, in_max; /* octets that may pass yet */
    size_t accepted;
    struct bd_buf heard; /* all that came from us */
};

static void open_relay(struct relay *r, enum way way)
{
    const struct bd_smtp_options options = { .window = way == WINDOW ? 2 : 0 };

    memset(r, 0, sizeof *r);
    r->way = way;
    r->odd_stage = BD_SMTP_QUIT;
    r->out_max = r->in_max = SIZE_MAX;
    bd_buf_init(&r->heard, 0);
    t_open(&r->s, way == LOCK_STEP ? "mx\n" : "mx\nPIPELINING\nCHUNKING\n",
           &options, COPIES);
}

static void close_relay(struct relay *r)
{
    bd_smtp_free(r->s.smtp);
    bd_buf_fini(&r->heard);
}

static const char *next_reply(struct relay *r)
{
    enum bd_smtp_stage stage = bd_smtp_awaits(r->s.smtp);

    if (stage == BD_SMTP_MAIL) {
        r->mails++;
        r->refused = false;
    }
    if (stage == r->odd_stage && r->mails == ODD + 1) {
        r->refused = true;
        return r->odd;
    }
    if (r->refused && stage != BD_SMTP_RSET)
        return "503 5.5.1 out of order\r\n";
    return stage == BD_SMTP_DATA ? "354 go\r\n" : "250 2.0.0 ok\r\n";
}

/* False when the connection is gone. */
static bool write_some(struct relay *r)
{
    bd_str output = bd_smtp_output(r->s.smtp);
    size_t len = output.len < r->out_max ? output.len : r->out_max;

    bd_buf_add(&r->heard, bd_str_sub(output, 0, len));
    bd_smtp_sent(r->s.smtp, len);
    r->out_max -= len;
    return len == output.len;
}

static bool read_some(struct relay *r)
{
    bool dot = bd_smtp_awaits(r->s.smtp) == BD_SMTP_DOT;
    bd_str reply = bd_str_from(next_reply(r));
    size_t len = reply.len < r->in_max ? reply.len : r->in_max;

    t_push(&r->s, bd_str_sub(reply, 0, len), 1);
    r->in_max -= len;
    r->accepted += dot && len == reply.len;
    return len == reply.len;
}

static void converse(struct relay *r)
{
    bool there = true;

    while (there) {
        t_take(&r->s);
        t_start(&r->s);
        there = bd_smtp_is_busy(r->s.smtp) && write_some(r);
        while (there && bd_smtp_is_busy(r->s.smtp) &&
               bd_smtp_output(r->s.smtp).len == 0)
            there = read_some(r);
    }
    bd_smtp_end(r->s.smtp, "gone");
    t_take(&r->s);
}

/* The letters are verdicts, see t_take: of a reply to MAIL, and to another. */
static const struct {
    const char *reply;
    int code;
    char at_mail, otherwise;
} rows[] = {
    { "450 4.2.0 later\r\n", 450, 'D', 'D' },
    { "451 later\r\n", 451, 'D', 'D' },
    { "452-4.3.1 no\r\n452 4.3.1 room\r\n", 452, 'D', 'D' },
    { "454 4.7.0 TLS\r\n", 454, 'D', 'D' },
    { "500 5.5.2 what\r\n", 500, 'B', 'B' },
    { "503 5.5.1 order\r\n", 503, 'B', 'B' },
    { "530 5.7.0 log in\r\n", 530, 'B', 'B' },
    { "550 5.1.1 unknown\r\n", 550, 'B', 'R' },
    { "550\r\n", 550, 'B', 'R' },
    { "550 5.1.8 sender\r\n", 550, 'B', 'B' },
    { "550 5.6.7 ascii\r\n", 550, 'R', 'R' },
    { "550 5.7.1 policy\r\n", 550, 'B', 'B' },
    { "552 5.2.2 full\r\n", 552, 'B', 'R' },
    { "552 5.3.4 size\r\n", 552, 'B', 'B' },
    { "554 no\r\n", 554, 'B', 'R' },
    { "599 no\r\n", 599, 'B', 'R' },
};

static const enum bd_smtp_stage stages[] = { BD_SMTP_MAIL, BD_SMTP_RCPT,
                                             BD_SMTP_DATA, BD_SMTP_DOT };

static void check_story(const struct relay *r, const char *story, int code)
{
    const struct bd_smtp_outcome *odd = &r->s.outcome[ODD];

    if (strcmp(r->s.story, story) != 0 || odd->code != code ||
        odd->stage != r->odd_stage)
        fail_msg("%s, stage %d, \"%s\": \"%s\" by %d at %d, not \"%s\"",
                 way_names[r->way], r->odd_stage, r->odd, r->s.story, odd->code,
                 odd->stage, story);
}

/* One reply is odd. */
static void play(enum way way, enum bd_smtp_stage stage, const char *reply,
                 const char *story, int code)
{
    struct relay r;

    if (stage == BD_SMTP_DATA && way == WINDOW)
        return;
    open_relay(&r, way);
    r.odd_stage = stage;
    r.odd = reply;
    converse(&r);
    check_story(&r, story, code);
    close_relay(&r);
}

static void test_smtp__a_refusal_at_every_stage(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t j = 0; j < sizeof stages / sizeof *stages; j++) {
            char story[] = "A0 ?1 A2";

            story[3] = stages[j] == BD_SMTP_MAIL ? rows[i].at_mail
                                                 : rows[i].otherwise;
            for (enum way way = LOCK_STEP; way < WAYS; way++)
                play(way, stages[j], rows[i].reply, story, rows[i].code);
        }
    }
}

/* What was pipelined behind it is not looked at: nothing is in doubt. */
static void test_smtp__421_at_every_stage(void **state)
{
    /* Overlapped, the third copy is there when the second has its body. */
    static const char *const before[] = { "A0 D1", "A0 D1", "A0 D1 L2" };
    static const char *const after[] = { "A0 D1", "A0 D1 L2", "A0 D1 L2" };

    (void)state;
    for (size_t j = 0; j < sizeof stages / sizeof *stages; j++) {
        const char *const *stories = stages[j] == BD_SMTP_DOT ? after : before;

        for (enum way way = LOCK_STEP; way < WAYS; way++)
            play(way, stages[j], "421 4.3.2 bye\r\n", stories[way], 421);
    }
}

static void test_smtp__nonsense_at_every_stage(void **state)
{
    static const char *const before[] = { "A0 L1", "A0 L1", "A0 U1 U2" };
    static const char *const after[] = { "A0 U1", "A0 U1 L2", "A0 U1 U2" };
    static const char *const nonsense[] = {
        "199 what\r\n",
        "354 go\r\n",
        "399 what\r\n",
        "600 what\r\n",
        "HTTP/1.1 400 Bad Request\r\n",
        "\r\n",
        "25\r\n",
        "2500 ok\r\n",
        "250-yes\r\n450 no\r\n",
        "\x16\x03\x01\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
        for (size_t j = 0; j < sizeof stages / sizeof *stages; j++) {
            const char *const *stories = stages[j] == BD_SMTP_DOT ? after
                                                                  : before;

            if (nonsense[i][0] == '3' && stages[j] == BD_SMTP_DATA)
                continue; /* sense */
            for (enum way way = LOCK_STEP; way < WAYS; way++)
                play(way, stages[j], nonsense[i], stories[way], 0);
        }
    }
}

/* Where in all that we say the message of copy `n` ends. */
static size_t end_of(const struct relay *whole, size_t n)
{
    bd_str said = bd_buf_str(&whole->heard);
    char text[16];
    bd_str body;

    (void)snprintf(text, sizeof text, "\nb%zu\r\n%s", n,
                   whole->way == WINDOW ? "" : ".\r\n");
    body = bd_str_from(text);
    if (n == 0 || whole->way != WINDOW) /* the first line of its write */
        body = bd_str_skip(body, 1);
    return bd_str_find(said, body) + body.len;
}

static void check_loss(struct relay *r, const struct relay *whole)
{
    size_t out = r->out_max;
    size_t in = r->in_max;

    converse(r);
    for (size_t n = 0; n < r->s.started; n++) {
        enum bd_smtp_verdict want = BD_SMTP_LOST;

        if (n < r->accepted)
            want = BD_SMTP_ACCEPTED;
        else if (r->heard.len >= end_of(whole, n))
            want = BD_SMTP_UNKNOWN;
        if (r->s.outcome[n].verdict != want)
            fail_msg("%s, %zu octets out, %zu in: copy %zu has %d, not %d",
                     way_names[r->way], out, in, n, r->s.outcome[n].verdict,
                     want);
    }
    CHECK(r->s.told == r->s.started);
}

static void test_smtp__lost_at_every_octet(void **state)
{
    (void)state;
    for (enum way way = LOCK_STEP; way < WAYS; way++) {
        struct relay whole;
        size_t in = 0;

        open_relay(&whole, way);
        converse(&whole);
        CHECK_STR(bd_str_from(whole.s.story), "A0 A1 A2");
        in = SIZE_MAX - whole.in_max;
        for (size_t len = 0; len <= whole.heard.len; len++) {
            struct relay r;

            open_relay(&r, way);
            r.out_max = len;
            check_loss(&r, &whole);
            close_relay(&r);
        }
        for (size_t len = 0; len <= in; len++) {
            struct relay r;

            open_relay(&r, way);
            r.in_max = len;
            check_loss(&r, &whole);
            close_relay(&r);
        }
        close_relay(&whole);
    }
}

/* Before we have asked, nothing is an answer. */
static void test_smtp__an_answer_before_the_question(void **state)
{
    static const char *const replies[] = { "250 ok\r\n", "354 go\r\n",
                                           "450 no\r\n", "550 no\r\n",
                                           "421 bye\r\n" };

    (void)state;
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        for (enum way way = LOCK_STEP; way < WAYS; way++) {
            struct relay r;

            open_relay(&r, way);
            t_start(&r.s);
            bd_smtp_sent(r.s.smtp, 3);
            t_push(&r.s, bd_str_from(replies[i]), SIZE_MAX);
            t_take(&r.s);
            CHECK_ROW(replies[i], bd_smtp_is_worn(r.s.smtp));
            CHECK_ROW(replies[i], r.s.told == r.s.started);
            CHECK_ROW(replies[i], r.s.outcome[0].verdict == BD_SMTP_LOST);
            CHECK_ROW(replies[i], r.s.outcome[0].code == 0);
            close_relay(&r);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_smtp__a_refusal_at_every_stage),
        cmocka_unit_test(test_smtp__421_at_every_stage),
        cmocka_unit_test(test_smtp__nonsense_at_every_stage),
        cmocka_unit_test(test_smtp__lost_at_every_octet),
        cmocka_unit_test(test_smtp__an_answer_before_the_question),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
