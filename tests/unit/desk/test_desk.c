#include "desk_t.h"

static struct bd_sign_up sign_up_of(struct desk_t *t, const char *email,
                                    const struct bd_list *const lists[])
{
    struct bd_sign_up request = { .language = BD_LANG_SV,
                                  .lists = lists,
                                  .list_count = 1,
                                  .wording = BD_STR("I want it"),
                                  .foreign = true };

    MUST(t, bd_address_parse(t->arena, bd_str_from(email), &request.address,
                             &t->err));
    return request;
}

/* RFC 3834 3.1.7, 4; and the mailbox decides, not the sender's name (B10). */
static void test_desk_sign_up__answers_a_mail(void **state)
{
    const struct bd_delivery *to = NULL;
    const struct bd_letter_mail *letters = NULL;
    struct bd_subscriber nobody = { 0 };
    struct bd_sign_up request;
    const struct bd_list *lists[1];
    struct bd_desk desk;
    struct desk_t t;

    (void)state;
    t_start(&t, false);
    lists[0] = &t.list;
    desk = t_mail(&t, "bo@lasare.example", NOW);
    request = sign_up_of(&t, "bo@lasare.example", lists);
    MUST(&t, bd_desk_sign_up(&desk, &request));
    CHECK(t_letters(&t, &to, &letters) == 1);
    CHECK_STR(to[0].email, "bo@lasare.example");
    CHECK(letters[0].envelope_from.len == 0);
    CHECK(has(letters[0].bytes, "\r\nAuto-Submitted: auto-replied\r\n"
                                "In-Reply-To: <frun.1@lasare.example>\r\n"
                                "References: <frun.1@lasare.example>\r\n"));
    CHECK(has(letters[0].bytes, "https://brev.example/c/"));
    CHECK(bd_subscriber_find(t.arena, t.store, request.address.key, &nobody,
                             &t.err) == BD_ENOENT);
    t_stop(&t);
}

static void test_desk_answer__is_one_a_day(void **state)
{
    static const struct {
        const char *from;
        int64_t after;
        size_t want;
    } rows[] = {
        { "bo@lasare.example", 0, 1 },    { "bo@lasare.example", 60, 0 },
        { "bo+2@lasare.example", 60, 0 }, /* the same mailbox */
        { "eva@lasare.example", 60, 1 },  { "bo@lasare.example", DAY - 1, 0 },
        { "bo@lasare.example", DAY, 1 },
    };
    static const enum bd_note_kind kinds[] = { BD_NOTE_HELP, BD_NOTE_TELL,
                                               BD_NOTE_NOT_SUBSCRIBED };
    const struct bd_delivery *to = NULL;
    const struct bd_letter_mail *letters = NULL;
    struct desk_t t;

    (void)state;
    t_start(&t, false);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_desk desk = t_mail(&t, rows[i].from, NOW + rows[i].after);

        MUST(&t, bd_desk_answer(&desk, kinds[i % 3], bd_str_from(rows[i].from),
                                BD_STR_NONE));
        CHECK_ROW(rows[i].from, t_letters(&t, &to, &letters) == rows[i].want);
    }
    t_stop(&t);
}

/* One mail, one letter, whatever it made us do. */
static void test_desk_answer__is_one_of_a_mail(void **state)
{
    const struct bd_delivery *to = NULL;
    const struct bd_letter_mail *letters = NULL;
    struct bd_desk desk;
    struct desk_t t;

    (void)state;
    t_start(&t, false);
    desk = t_mail(&t, "anna@lasare.example", NOW);
    MUST(&t, bd_desk_mail_link(&desk, &t.anna));
    MUST(&t, bd_desk_answer(&desk, BD_NOTE_HELP, t.anna.email, BD_STR_NONE));
    CHECK(t_letters(&t, &to, &letters) == 1);
    CHECK(has(letters[0].bytes, "https://brev.example/m/"));
    t_stop(&t);
}

static void test_desk_answer__says_what_was_looked_for(void **state)
{
    const struct bd_delivery *to = NULL;
    const struct bd_letter_mail *letters = NULL;
    struct bd_desk desk;
    struct desk_t t;

    (void)state;
    t_start(&t, false);
    desk = t_mail(&t, "bo@lasare.example", NOW);
    MUST(&t, bd_desk_answer(&desk, BD_NOTE_NOT_SUBSCRIBED,
                            BD_STR("bo@lasare.example"),
                            BD_STR("bosse@lasare.example")));
    CHECK(t_letters(&t, &to, &letters) == 1);
    CHECK(has(letters[0].bytes, "bosse@lasare.example"));
    CHECK(has(letters[0].bytes, "studs@brev.example"));
    t_stop(&t);
}

static void test_desk_answer__is_not_to_machines(void **state)
{
    const struct bd_delivery *to = NULL;
    const struct bd_letter_mail *letters = NULL;
    const struct bd_list *lists[1];
    struct bd_leaving l = { 0 };
    struct bd_sign_up request;
    struct bd_desk desk;
    struct desk_t t;

    (void)state;
    t_start(&t, false);
    lists[0] = &t.list;
    desk = t_mail(&t, "", NOW); /* nor does it need a sender */
    desk.answers = BD_ANSWERS_NONE;
    desk.farewell = true;
    request = sign_up_of(&t, "bo@lasare.example", lists);
    MUST(&t, bd_desk_sign_up(&desk, &request));
    MUST(&t, bd_desk_mail_link(&desk, &t.anna));
    MUST(&t, bd_desk_answer(&desk, BD_NOTE_HELP, t.anna.email, BD_STR_NONE));
    MUST(&t, bd_desk_leave_look(&desk, t.anna.id, t.list.id, &l));
    MUST(&t, bd_desk_leave(&desk, &l, BD_STR("unsubscribe by mail")));
    CHECK(l.left_count == 1);
    CHECK(t_letters(&t, &to, &letters) == 0);
    desk = t_mail(&t, "", NOW);
    MUST(&t, bd_desk_answer(&desk, BD_NOTE_HELP, t.anna.email, BD_STR_NONE));
    CHECK(t_letters(&t, &to, &letters) == 1);
    t_stop(&t);
}

/* Whoever forges a thousand senders has us write to some hundred. */
static void test_desk_answer__has_a_limit_for_all(void **state)
{
    const struct bd_delivery *to = NULL;
    const struct bd_letter_mail *letters = NULL;
    size_t count = 0;
    size_t some = 0;
    struct desk_t t;

    (void)state;
    t_start(&t, false);
    MUST(&t, bd_store_begin(t.store, &t.err));
    for (int i = 0; i < 350; i++) {
        const char *from =
            bd_arena_printf(t.arena, "r%d@lasare.example", i).ptr;
        struct bd_desk desk = t_mail(&t, from, NOW);

        MUST(&t, bd_desk_answer(&desk, BD_NOTE_HELP, bd_str_from(from),
                                BD_STR_NONE));
    }
    MUST(&t, bd_store_commit(t.store, &t.err));
    while ((some = t_letters(&t, &to, &letters)) > 0)
        count += some;
    CHECK(count == 300);
    t_stop(&t);
}

static void test_desk_leave__acts_and_confirms(void **state)
{
    static const struct {
        const char *what;
        bool farewell;
        size_t letters;
    } rows[] = { { "by token", false, 0 }, { "by bare address", true, 1 } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct bd_delivery *to = NULL;
        const struct bd_letter_mail *letters = NULL;
        struct bd_leaving l = { 0 };
        struct bd_desk desk;
        struct desk_t t;

        t_start(&t, false);
        desk = t_mail(&t, "anna@lasare.example", NOW);
        desk.farewell = rows[i].farewell;
        MUST(&t, bd_desk_leave_look(&desk, t.anna.id, t.list.id, &l));
        CHECK_ROW(rows[i].what, l.on_this);
        MUST(&t, bd_desk_leave(&desk, &l, BD_STR("unsubscribe by mail")));
        CHECK_ROW(rows[i].what, l.left_count == 1);
        CHECK_ROW(rows[i].what,
                  t_letters(&t, &to, &letters) == rows[i].letters);
        CHECK_ROW(rows[i].what,
                  rows[i].letters == 0 || letters[0].envelope_from.len == 0);
        /* again: nothing is left to leave */
        MUST(&t, bd_desk_leave_look(&desk, t.anna.id, t.list.id, &l));
        CHECK_ROW(rows[i].what, !l.on_this && l.since == NOW);
        MUST(&t, bd_desk_leave(&desk, &l, BD_STR("unsubscribe by mail")));
        CHECK_ROW(rows[i].what, l.left_count == 0);
        CHECK_ROW(rows[i].what, t_letters(&t, &to, &letters) == 0);
        t_stop(&t);
    }
}

static void test_desk_leave_look__finds_nobody(void **state)
{
    struct bd_leaving l = { 0 };
    struct bd_desk desk;
    struct desk_t t;

    (void)state;
    t_start(&t, false);
    desk = t_mail(&t, "anna@lasare.example", NOW);
    CHECK(bd_desk_leave_look(&desk, 4711, 0, &l) == BD_ENOENT);
    t_stop(&t);
}

/* A newsletter without pages still lets its readers go, and helps. */
static void test_desk__works_without_pages(void **state)
{
    const struct bd_delivery *to = NULL;
    const struct bd_letter_mail *letters = NULL;
    const struct bd_list *lists[1];
    struct bd_sign_up request;
    struct bd_leaving l = { 0 };
    struct bd_desk desk;
    struct desk_t t;

    (void)state;
    t_start(&t, true);
    lists[0] = &t.list;
    desk = t_mail(&t, "bo@lasare.example", NOW);
    request = sign_up_of(&t, "bo@lasare.example", lists);
    CHECK(bd_desk_sign_up(&desk, &request) == BD_ENOENT);
    CHECK(bd_desk_mail_link(&desk, &t.anna) == BD_ENOENT);
    CHECK(t_letters(&t, &to, &letters) == 0);
    MUST(&t, bd_desk_answer(&desk, BD_NOTE_HELP, BD_STR("bo@lasare.example"),
                            BD_STR_NONE));
    CHECK(t_letters(&t, &to, &letters) == 1);
    CHECK(!has(letters[0].bytes, "prenumerera")); /* it would need a link */
    desk = t_mail(&t, "anna@lasare.example", NOW);
    desk.farewell = true;
    MUST(&t, bd_desk_leave_look(&desk, t.anna.id, 0, &l));
    l.all = true;
    MUST(&t, bd_desk_leave(&desk, &l, BD_STR("unsubscribe by mail")));
    CHECK(t_letters(&t, &to, &letters) == 1);
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_desk_sign_up__answers_a_mail),
        cmocka_unit_test(test_desk_answer__is_one_a_day),
        cmocka_unit_test(test_desk_answer__is_one_of_a_mail),
        cmocka_unit_test(test_desk_answer__says_what_was_looked_for),
        cmocka_unit_test(test_desk_answer__is_not_to_machines),
        cmocka_unit_test(test_desk_answer__has_a_limit_for_all),
        cmocka_unit_test(test_desk_leave__acts_and_confirms),
        cmocka_unit_test(test_desk_leave_look__finds_nobody),
        cmocka_unit_test(test_desk__works_without_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
