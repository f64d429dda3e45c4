#include "brevduva/store/key.h"
#include "brevduva/store/quota.h"
#include "store_t.h"

static const unsigned char first[BD_TOKEN_KEY_LEN] = { 1 };
static const unsigned char second[BD_TOKEN_KEY_LEN] = { 2 };
static const unsigned char third[BD_TOKEN_KEY_LEN] = { 3 };

static void write_token(struct t_store *t, char out[BD_TOKEN_URL_LEN])
{
    const struct bd_token token = { .purpose = BD_TOKEN_TIP, .subscriber = 7 };
    struct bd_keyring *ring = NULL;

    MUST(t, bd_keys_read(t->store, &ring, &t->err));
    bd_token_write_url(bd_keyring_signer(ring), &token, out);
    bd_keyring_free(ring);
}

static bool opens(struct t_store *t, const char text[BD_TOKEN_URL_LEN],
                  int64_t now)
{
    struct bd_keyring *ring = NULL;
    struct bd_token token;
    bool yes = false;

    MUST(t, bd_keys_read(t->store, &ring, &t->err));
    yes = bd_keyring_read(ring, (bd_str) { text, BD_TOKEN_URL_LEN },
                          BD_TOKEN_TIP, now, &token) == BD_OK &&
          token.subscriber == 7;
    bd_keyring_free(ring);
    return yes;
}

static void test_key_rotate__honours_the_old_one_until_then(void **state)
{
    struct t_store t;
    struct bd_keyring *ring = NULL;
    char old[BD_TOKEN_URL_LEN];
    char young[BD_TOKEN_URL_LEN];
    uint8_t number = 0;

    (void)state;
    t_start(&t);
    CHECK(bd_keys_read(t.store, &ring, &t.err) == BD_EPARSE);
    MUST(&t, bd_key_rotate(t.store, first, 1000, 0, &number, &t.err));
    CHECK_NUM(number, 1);
    write_token(&t, old);
    MUST(&t, bd_key_rotate(t.store, second, 2000, 5000, &number, &t.err));
    CHECK_NUM(number, 2);
    write_token(&t, young);
    CHECK(opens(&t, old, 4999) && !opens(&t, old, 5000));
    CHECK(opens(&t, young, 4999) && opens(&t, young, INT64_MAX - 1));
    t_stop(&t);
}

static void test_key_rotate__ends_all_that_are_older(void **state)
{
    struct t_store t;
    char oldest[BD_TOKEN_URL_LEN];
    char old[BD_TOKEN_URL_LEN];
    char young[BD_TOKEN_URL_LEN];
    uint8_t number = 0;

    (void)state;
    t_start(&t);
    MUST(&t, bd_key_rotate(t.store, first, 1000, 0, &number, &t.err));
    write_token(&t, oldest);
    MUST(&t, bd_key_rotate(t.store, second, 2000, 5000, &number, &t.err));
    write_token(&t, old);
    MUST(&t, bd_key_rotate(t.store, third, 3000, 9000, &number, &t.err));
    write_token(&t, young);
    CHECK(opens(&t, oldest, 4999) && !opens(&t, oldest, 5000)); /* as told */
    CHECK(opens(&t, old, 8999) && !opens(&t, old, 9000));
    MUST(&t, bd_key_rotate(t.store, first, 4000, 4000, &number, &t.err));
    CHECK_NUM(number, 4);
    CHECK(!opens(&t, oldest, 4000) && !opens(&t, old, 4000));
    CHECK(!opens(&t, young, 4000));
    t_stop(&t);
}

static void test_key_rotate__ends_after_255(void **state)
{
    struct t_store t;
    uint8_t number = 0;

    (void)state;
    t_start(&t);
    for (int i = 1; i <= 255; i++)
        MUST(&t, bd_key_rotate(t.store, first, 1, 2, &number, &t.err));
    CHECK_NUM(number, 255);
    CHECK(bd_key_rotate(t.store, first, 1, 2, &number, &t.err) == BD_ELIMIT);
    CHECK(strstr(t.err.msg, "255 keys"));
    t_stop(&t);
}

static bool take(struct t_store *t, const char *subject, int64_t now)
{
    static const struct bd_quota quota = { "test", 2, 60 };
    bool allowed = false;

    MUST(t, bd_quota_take(t->store, &quota, bd_str_from(subject), now, &allowed,
                          &t->err));
    return allowed;
}

static void test_quota_take__counts_in_windows(void **state)
{
    struct t_store t;

    (void)state;
    t_start(&t);
    CHECK(take(&t, "a", 1000) && take(&t, "a", 1010));
    CHECK(!take(&t, "a", 1020) && !take(&t, "a", 1059));
    CHECK(take(&t, "b", 1059)); /* another one's */
    CHECK(take(&t, "a", 1060) && take(&t, "a", 1119) && !take(&t, "a", 1119));
    MUST(&t, bd_quota_forget(t.store, 1061, &t.err));
    CHECK(take(&t, "b", 1062) && take(&t, "b", 1062));
    t_stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_rotate__honours_the_old_one_until_then),
        cmocka_unit_test(test_key_rotate__ends_all_that_are_older),
        cmocka_unit_test(test_key_rotate__ends_after_255),
        cmocka_unit_test(test_quota_take__counts_in_windows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
