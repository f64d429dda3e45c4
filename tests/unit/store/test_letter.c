#include "brevduva/store/letter.h"

#include "store_t.h"

static void test_letter_find__tells_how_it_stands(void **state)
{
    const struct bd_letter_row letter = {
        .kind = BD_LETTER_NOTICE,
        .to = BD_STR("eva@brev.example"),
        .envelope_from = BD_STR("blad@brev.example"),
        .message_id = BD_STR("notice.1@brev.example"),
        .bytes = BD_STR("Subject: x\r\n\r\n"),
        .deadline = 200000
    };
    struct bd_letter_outcome outcome;
    const struct bd_delivery *copies = NULL;
    const struct bd_letter_mail *mails = NULL;
    struct bd_receipt receipt = { .state = BD_DELIVERY_REFUSED,
                                  .at = 1001,
                                  .reply_code = 550,
                                  .enhanced = BD_STR("5.1.1"),
                                  .reply_text = BD_STR("nobody here") };
    struct t_store t;
    int64_t delivery = 0;
    int64_t claim = 0;
    size_t count = 0;

    (void)state;
    t_start(&t);
    MUST(&t, bd_letter_add(t.store, &letter, 1000, &delivery, &t.err));
    MUST(&t, bd_letter_find(t.arena, t.store, delivery, &outcome, &t.err));
    CHECK(outcome.state == BD_DELIVERY_QUEUED && outcome.reply_code == 0);
    MUST(&t, bd_queue_claim_letters(t.arena, t.store, 5, 1000, &claim, &copies,
                                    &mails, &count, &t.err));
    CHECK_NUM(count, 1);
    CHECK_NUM(copies[0].id, delivery);
    receipt.copy = &copies[0];
    MUST(&t, bd_queue_result(t.store, claim, &receipt, 1, &t.err));
    MUST(&t, bd_letter_find(t.arena, t.store, delivery, &outcome, &t.err));
    CHECK(outcome.state == BD_DELIVERY_REFUSED);
    CHECK_NUM(outcome.reply_code, 550);
    CHECK_STR(outcome.enhanced, "5.1.1");
    CHECK_STR(outcome.reply_text, "nobody here");
    CHECK(bd_letter_find(t.arena, t.store, delivery + 1, &outcome, &t.err) ==
          BD_ENOENT);
    t_stop(&t);
}

/* A copy of a mailing is no letter. */
static void test_letter_find__knows_only_letters(void **state)
{
    struct bd_letter_outcome outcome;
    const struct bd_delivery *copies = NULL;
    struct t_store t;
    int64_t claim = 0;
    size_t count = 0;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    MUST(&t, bd_queue_claim(t.arena, t.store, t_send(&t), 5, 1000, &claim,
                            &copies, &count, &t.err));
    CHECK_NUM(count, 1);
    CHECK(bd_letter_find(t.arena, t.store, copies[0].id, &outcome, &t.err) ==
          BD_ENOENT);
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_letter_find__tells_how_it_stands),
        cmocka_unit_test(test_letter_find__knows_only_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
