#include "smtp_private.h"
#include "smtp_t.h"

/* How many copies may be under way, and what a copy may do to that. */

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

/* Wider than a clump of bad addresses could hurt only after long runs. */
static void test_smtp_room__opens_slowly_beyond_five(void **state)
{
    static bd_str body = BD_STR_INIT("b\r\n");
    const struct bd_smtp_options options = { .window = 7 };
    const struct bd_outgoing copy = {
        .envelope_from = BD_STR("brev@example.org"),
        .envelope_to = BD_STR("anna@example.org"),
        .size = body.len,
        .write = bd_outgoing_write_text,
        .self = &body,
    };
    struct bd_smtp *smtp = bd_smtp_new(BD_STR(RELAY), &options);
    struct bd_smtp_outcome got = { 0 };

    (void)state;
    for (size_t i = 0; i < 400; i++) {
        size_t want = i < 4 ? i + 1 : i < 104 ? 5 : i < 204 ? 6 : 7;

        CHECK(bd_smtp_room(smtp) == want);
        bd_smtp_start(smtp, &copy);
        bd_smtp_sent(smtp, bd_smtp_output(smtp).len);
        (void)bd_smtp_push(smtp, BD_STR(OK OK OK));
        CHECK(bd_smtp_next(smtp, &got) && got.verdict == BD_SMTP_ACCEPTED);
    }
    bd_smtp_free(smtp);
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
        cmocka_unit_test(test_smtp_room__opens_and_closes),
        cmocka_unit_test(test_smtp_room__opens_slowly_beyond_five),
        cmocka_unit_test(test_smtp_room__stays_closed_when_worn),
        cmocka_unit_test(test_smtp_start__a_copy_that_cannot_be_made),
        cmocka_unit_test(test_smtp_start__the_size_is_an_estimate),
        cmocka_unit_test(test_smtp_start__ends_the_last_line),
        cmocka_unit_test(test_smtp_sent__makes_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
