#include "brevduva/store/confirmation.h"

#include "store_t.h"

#define DAY 86400

static int64_t ask(struct t_store *t, const char *email, int64_t now)
{
    const struct bd_confirmation c = {
        .kind = BD_CONFIRM_SUBSCRIBE,
        .email = bd_str_from(email),
        .email_key = bd_str_from(email),
        .lists = BD_STR("1"),
        .name = BD_STR("Anna"),
        .language = BD_STR("sv"),
        .wording = BD_STR("Yes, send me the letter."),
        .network = BD_STR("192.0.2.0/24"),
        .created_at = now,
        .expires_at = now + (int64_t)BD_CONFIRMATION_DAYS * DAY,
    };
    int64_t id = 0;

    MUST(t, bd_confirmation_add(t->store, &c, &id, &t->err));
    return id;
}

static struct bd_confirmation find(struct t_store *t, int64_t id)
{
    struct bd_confirmation c = { 0 };

    MUST(t, bd_confirmation_find(t->arena, t->store, id, &c, &t->err));
    return c;
}

static void test_confirmation_add__keeps_what_was_asked(void **state)
{
    struct t_store t;
    struct bd_confirmation c;

    (void)state;
    t_start(&t);
    c = find(&t, ask(&t, "anna@skogsvik.example", 1000));
    CHECK(c.kind == BD_CONFIRM_SUBSCRIBE);
    CHECK_STR(c.email, "anna@skogsvik.example");
    CHECK_STR(c.name, "Anna");
    CHECK_STR(c.lists, "1");
    CHECK_STR(c.wording, "Yes, send me the letter.");
    CHECK_STR(c.network, "192.0.2.0/24");
    CHECK(bd_confirmation_state(&c, c.expires_at - 1) == BD_CONFIRMATION_OPEN);
    CHECK(bd_confirmation_state(&c, c.expires_at) == BD_CONFIRMATION_EXPIRED);
    t_stop(&t);
}

static void test_confirmation_settle__once_and_the_address_goes(void **state)
{
    struct t_store t;
    struct bd_confirmation c;
    int64_t id = 0;
    int64_t reader = 0;

    (void)state;
    t_start(&t);
    reader = t_subscribe(&t, 1);
    id = ask(&t, "anna@skogsvik.example", 1000);
    MUST(&t, bd_confirmation_settle(t.store, id, reader, 1001, &t.err));
    CHECK(bd_confirmation_settle(t.store, id, 0, 1002, &t.err) == BD_ENOENT);
    c = find(&t, id);
    CHECK(bd_confirmation_state(&c, 1001) == BD_CONFIRMATION_SETTLED);
    CHECK_NUM(c.settled_at, 1001);
    CHECK_NUM(c.subscriber_id, reader);
    CHECK(c.email.len == 0 && c.email_key.len == 0 && c.name.len == 0 &&
          c.network.len == 0);
    t_stop(&t);
}

static void test_confirmation_settle__not_when_too_old(void **state)
{
    struct t_store t;
    int64_t id = 0;

    (void)state;
    t_start(&t);
    id = ask(&t, "anna@skogsvik.example", 1000);
    CHECK(bd_confirmation_settle(t.store, id, 0,
                                 1000 + (int64_t)BD_CONFIRMATION_DAYS * DAY,
                                 &t.err) == BD_ENOENT);
    CHECK(bd_confirmation_settle(t.store, id + 1, 0, 1000, &t.err) ==
          BD_ENOENT);
    t_stop(&t);
}

static void test_confirmation_stop__is_told_from_settled(void **state)
{
    struct t_store t;
    struct bd_confirmation c = { .kind = BD_CONFIRM_ADDRESS,
                                 .email = BD_STR("b@skogsvik.example"),
                                 .email_key = BD_STR("b@skogsvik.example"),
                                 .created_at = 1000,
                                 .expires_at = 2000 };
    int64_t open = 0;
    int64_t old = 0;

    (void)state;
    t_start(&t);
    c.subscriber_id = t_subscribe(&t, 1);
    MUST(&t, bd_confirmation_add(t.store, &c, &open, &t.err));
    c.expires_at = 1500;
    MUST(&t, bd_confirmation_add(t.store, &c, &old, &t.err));
    MUST(&t, bd_confirmation_stop(t.store, BD_CONFIRM_ADDRESS, c.subscriber_id,
                                  1500, &t.err));
    c = find(&t, open);
    CHECK(bd_confirmation_state(&c, 1500) == BD_CONFIRMATION_REPLACED);
    CHECK(bd_confirmation_state(&c, 9000) == BD_CONFIRMATION_REPLACED);
    CHECK(c.email.len == 0 && c.email_key.len == 0);
    CHECK(bd_confirmation_settle(t.store, open, 0, 1500, &t.err) == BD_ENOENT);
    c = find(&t, old);
    CHECK(bd_confirmation_state(&c, 1500) == BD_CONFIRMATION_EXPIRED);
    t_stop(&t);
}

static void test_confirmation_forget__by_age(void **state)
{
    struct t_store t;
    struct bd_confirmation c = { 0 };
    int64_t old = 0;
    int64_t open = 0;
    int64_t now = 8 * DAY;
    int64_t count = 0;

    (void)state;
    t_start(&t);
    old = ask(&t, "anna@skogsvik.example", 0);
    open = ask(&t, "anna@skogsvik.example", 2 * DAY);
    MUST(&t, bd_confirmations_waiting(t.store, BD_CONFIRM_SUBSCRIBE, now,
                                      &count, &t.err));
    CHECK_NUM(count, 1);
    MUST(&t, bd_confirmation_forget(t.store, now, &t.err));
    CHECK(find(&t, old).email.len == 0 && find(&t, old).name.len == 0);
    CHECK(find(&t, open).email.len > 0);
    MUST(&t, bd_confirmation_count(t.store, BD_CONFIRM_SUBSCRIBE,
                                   BD_STR("anna@skogsvik.example"), 0, &count,
                                   &t.err));
    CHECK_NUM(count, 2); /* found by its hash */
    MUST(&t, bd_confirmation_forget(t.store, now + (int64_t)366 * DAY, &t.err));
    CHECK(bd_confirmation_find(t.arena, t.store, old, &c, &t.err) == BD_ENOENT);
    t_stop(&t);
}

static void test_confirmations_of__one_address(void **state)
{
    struct t_store t;
    const struct bd_confirmation *all = NULL;
    size_t count = 0;

    (void)state;
    t_start(&t);
    (void)ask(&t, "anna@skogsvik.example", 1000);
    (void)ask(&t, "bo@skogsvik.example", 1000);
    (void)ask(&t, "anna@skogsvik.example", 1001);
    MUST(&t,
         bd_confirmations_of(t.arena, t.store, BD_STR("anna@skogsvik.example"),
                             &all, &count, &t.err));
    CHECK_NUM(count, 2);
    CHECK(all[0].id < all[1].id);
    MUST(&t, bd_confirmation_drop(t.store, BD_STR("anna@skogsvik.example"),
                                  &t.err));
    MUST(&t,
         bd_confirmations_of(t.arena, t.store, BD_STR("anna@skogsvik.example"),
                             &all, &count, &t.err));
    CHECK_NUM(count, 0);
    MUST(&t,
         bd_confirmations_of(t.arena, t.store, BD_STR("bo@skogsvik.example"),
                             &all, &count, &t.err));
    CHECK_NUM(count, 1);
    t_stop(&t);
}

/* Of a reader whose address is only known by its hash. */
static void test_suppress_hash__finds_the_reader(void **state)
{
    struct t_store t;
    unsigned char hash[BD_SHA256_LEN];
    bd_str reason = BD_STR_NONE;
    int64_t since = 0;
    int64_t reader = 0;
    const struct bd_consent *ledger = NULL;
    size_t count = 0;

    (void)state;
    t_start(&t);
    (void)t_subscribe(&t, 1);
    reader = t_subscribe(&t, 2);
    MUST(&t, bd_address_hash(t.store, BD_STR("reader2@lasare.example"), hash,
                             &t.err));
    for (int i = 0; i < 2; i++) /* twice is once */
        MUST(&t, bd_suppress_hash(t.store, hash, BD_STR("never again"),
                                  &t.actor, &t.err));
    MUST(&t,
         bd_suppression_find(t.arena, t.store, BD_STR("reader2@lasare.example"),
                             0, &reason, &since, &t.err));
    MUST(&t, bd_subscriber_consents(t.arena, t.store, reader, &ledger, &count,
                                    &t.err));
    CHECK_NUM(count, 3);
    CHECK(ledger[1].act == BD_CONSENT_OBJECTED);
    CHECK(ledger[2].act == BD_CONSENT_LEFT); /* and stands on no list */
    t_stop(&t);
}

static void test_suppress_hash__of_a_stranger(void **state)
{
    struct t_store t;
    unsigned char hash[BD_SHA256_LEN];
    bd_str reason = BD_STR_NONE;
    int64_t since = 0;

    (void)state;
    t_start(&t);
    MUST(&t,
         bd_address_hash(t.store, BD_STR("bo@skogsvik.example"), hash, &t.err));
    MUST(&t, bd_suppress_hash(t.store, hash, BD_STR("never again"), &t.actor,
                              &t.err));
    MUST(&t,
         bd_suppression_find(t.arena, t.store, BD_STR("bo@skogsvik.example"), 0,
                             &reason, &since, &t.err));
    CHECK_STR(reason, "never again");
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_confirmation_add__keeps_what_was_asked),
        cmocka_unit_test(test_confirmation_settle__once_and_the_address_goes),
        cmocka_unit_test(test_confirmation_settle__not_when_too_old),
        cmocka_unit_test(test_confirmation_stop__is_told_from_settled),
        cmocka_unit_test(test_confirmation_forget__by_age),
        cmocka_unit_test(test_confirmations_of__one_address),
        cmocka_unit_test(test_suppress_hash__finds_the_reader),
        cmocka_unit_test(test_suppress_hash__of_a_stranger),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
