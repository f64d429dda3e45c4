#include "brevduva/base/buf.h"
#include "brevduva/store/letter.h"
#include "store_t.h"

#define COPY(id, email, state, rest)                                           \
    "INSERT INTO delivery (id, mailing_id, email, state, attempts, reason, "   \
    "next_try_at, tried_at, reply_code, enhanced, reply_text, relay_id) "      \
    "VALUES (" #id ", 1, '" email "', '" state "', 1, " rest ");"

static const char copies[] =
    "INSERT INTO relay VALUES (1, 'smtp://A.example:25'), "
    "(2, 'smtps://b.example');" COPY(
        1, "anna@gmail.com", "accepted",
        "'', NULL, 1000, 250, '2.0.0', 'OK queued', 1")
        COPY(2, "Bo@GMAIL.com", "refused",
             "'', NULL, 1010, 550, '5.1.1', 'Ingen sådan här', 1")
            COPY(3, "cia@telia.example", "refused",
                 "'', NULL, 1020, 552, '5.2.2', 'full', 2")
                COPY(4, "dan@mail.gmail.com", "deferred",
                     "'', 9000, 1030, 451, '4.7.1', 'later', 2")
                    COPY(5, "eva@gmail.com", "skipped",
                         "'left', NULL, NULL, NULL, NULL, NULL, NULL")
                        COPY(6, "fia@gmail.com", "unknown",
                             "'', NULL, 1040, 0, '', 'lost', 1");

static enum bd_status tell(void *self, const struct bd_log_row *row,
                           struct bd_err *err)
{
    (void)err;
    bd_buf_printf(self, "%lld ", (long long)row->delivery_id);
    return BD_OK;
}

static void test_log__shows_what_is_asked_for(void **state)
{
    static const bd_str both[] = { BD_STR_INIT("smtp://A.example:25"),
                                   BD_STR_INIT("smtps://b.example") };
    static const struct {
        const char *want;
        struct bd_log_filter filter;
    } rows[] = {
        { "1 2 3 4 5 6 ", { 0 } },
        { "2 3 ", { .by_state = true, .state = BD_DELIVERY_REFUSED } },
        { "", { .by_state = true, .state = BD_DELIVERY_QUEUED } },
        { "1 2 5 6 ", { .domain = BD_STR_INIT("gmail.com") } },
        { "2 ", { .code_from = 550, .code_to = 550 } },
        { "2 3 ", { .code_from = 500, .code_to = 599 } },
        { "4 ", { .enhanced = BD_STR_INIT("4.7.1") } },
        { "1 2 4 5 6 ", { .email = BD_STR_INIT("Gmail") } },
        { "2 ", { .text = BD_STR_INIT("SÅDAN") } },
        { "5 ", { .text = BD_STR_INIT("LEFT") } },
        { "1 2 6 ", { .relays = &both[0], .relay_count = 1 } },
        { "1 2 3 4 6 ", { .relays = both, .relay_count = 2 } },
        { "2 3 ", { .since = 1010, .until = 1030 } },
        { "3 4 6 ", { .since = 1011 } },
        { "1 ", { .until = 1010 } },
        { "1 2 ", { .limit = 2 } },
        { "3 ",
          { .by_state = true,
            .state = BD_DELIVERY_REFUSED,
            .domain = BD_STR_INIT("telia.example"),
            .limit = 2 } },
    };
    struct t_store t;

    (void)state;
    t_start(&t);
    CHECK_NUM(t_send(&t), 1);
    MUST(&t, store_exec(t.store, copies, &t.err));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bd_log_filter filter = rows[i].filter;
        struct bd_buf out;

        filter.mailing_id = 1;
        bd_buf_init(&out, 0);
        MUST(&t, bd_log_each(t.store, &filter, tell, &out, &t.err));
        CHECK_STR(bd_buf_str(&out), rows[i].want);
        bd_buf_fini(&out);
    }
    t_stop(&t);
}

static void test_relays_used__are_those_of_the_ledger(void **state)
{
    const bd_str *relays = NULL;
    struct t_store t;
    size_t count = 0;

    (void)state;
    t_start(&t);
    MUST(&t, bd_relays_used(t.arena, t.store, &relays, &count, &t.err));
    CHECK_NUM(count, 0);
    CHECK_NUM(t_send(&t), 1);
    MUST(&t, store_exec(t.store, copies, &t.err));
    MUST(&t, bd_relays_used(t.arena, t.store, &relays, &count, &t.err));
    CHECK_NUM(count, 2);
    CHECK_STR(relays[1], "smtps://b.example");
    t_stop(&t);
}

static enum bd_status tell_story(void *self, const struct bd_log_row *row,
                                 struct bd_err *err)
{
    (void)err;
    bd_buf_printf(self, "%s %.*s%.*s to %.*s <%.*s>\n",
                  bd_delivery_state_names[row->state], BD_ARG(row->letter),
                  BD_ARG(row->issue_slug), BD_ARG(row->email),
                  BD_ARG(row->message_id));
    return BD_OK;
}

static void test_story__tells_of_letters_and_what_is_to_come(void **state)
{
    struct bd_letter_row letter = { .kind = BD_LETTER_WELCOME,
                                    .to = BD_STR("reader1@lasare.example"),
                                    .message_id = BD_STR("w.1@brev.example"),
                                    .bytes = BD_STR("Hej") };
    struct t_store t;
    struct bd_buf out;
    int64_t delivery = 0;

    (void)state;
    t_start(&t);
    letter.subscriber_id = t_subscribe(&t, 1);
    MUST(&t, bd_letter_add(t.store, &letter, 900, &delivery, &t.err));
    MUST(&t, store_exec(t.store,
                        "UPDATE delivery SET state = 'accepted', attempts = 2, "
                        "next_try_at = NULL, tried_at = 1000;"
                        "INSERT INTO attempt VALUES (1, 1, 'deferred', 950, 1, "
                        "1, NULL, 450, '', 'later', '', 0)",
                        &t.err));
    (void)t_send(&t);
    bd_buf_init(&out, 0);
    MUST(&t, bd_story_each(t.store, letter.subscriber_id, tell_story, &out,
                           &t.err));
    CHECK_STR(bd_buf_str(&out),
              "deferred welcome to reader1@lasare.example <w.1@brev.example>\n"
              "queued 2016-1 to reader1@lasare.example <>\n"
              "accepted welcome to reader1@lasare.example "
              "<w.1@brev.example>\n");
    bd_buf_fini(&out);
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log__shows_what_is_asked_for),
        cmocka_unit_test(test_relays_used__are_those_of_the_ledger),
        cmocka_unit_test(test_story__tells_of_letters_and_what_is_to_come),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
