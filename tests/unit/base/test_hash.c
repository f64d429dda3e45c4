#include "brevduva/base/hash.h"

#include <stdio.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "t.h"

static void test_sha256_hex__follows_fips180(void **state)
{
    static const struct {
        const char *in;
        const char *want;
    } rows[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb924"
              "27ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223"
                 "b00361a396177a9cb410ff61f20015ad" },
    };
    struct bd_arena *arena = bd_arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bd_str in = t_heap(rows[i].in);

        CHECK_STR(bd_sha256_hex(arena, in), rows[i].want);
        t_free(in);
    }
    bd_arena_free(arena);
}

/* RFC 4231 4.3 and 4.2: one key, used again and again. */
static void test_hmac_sha256__follows_rfc4231_and_can_be_repeated(void **state)
{
    struct bd_hmac *hmac = bd_hmac_new(BD_STR("Jefe"));
    unsigned char out[BD_SHA256_LEN];
    unsigned char again[BD_SHA256_LEN];
    char hex[2 * BD_SHA256_LEN + 1];

    (void)state;
    bd_hmac_sha256(hmac, BD_STR("what do ya want for nothing?"), out);
    for (size_t i = 0; i < sizeof out; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", out[i]);
    CHECK_STR(bd_str_from(hex), "5bdcc146bf60754e6a042426089575c7"
                                "5a003f089d2739839dec58b964ec3843");
    bd_hmac_sha256(hmac, BD_STR("something else"), again);
    CHECK(memcmp(out, again, sizeof out) != 0);
    bd_hmac_sha256(hmac, BD_STR("what do ya want for nothing?"), again);
    CHECK(memcmp(out, again, sizeof out) == 0);
    bd_hmac_free(hmac);
    bd_hmac_free(NULL);
}

/* Where a text, its end and its length no longer fit into one block. */
static void test_hmac_sha256__agrees_with_openssl_at_any_length(void **state)
{
    struct bd_hmac *hmac = bd_hmac_new(BD_STR("Jefe"));
    unsigned char out[BD_SHA256_LEN];
    unsigned char want[BD_SHA256_LEN];
    char text[130];

    (void)state;
    memset(text, 'x', sizeof text);
    for (size_t len = 0; len <= sizeof text; len++) {
        bd_str in = t_heap_str((bd_str) { text, len });

        bd_hmac_sha256(hmac, in, out);
        CHECK(HMAC(EVP_sha256(), "Jefe", 4, (const unsigned char *)in.ptr,
                   in.len, want, NULL) != NULL);
        assert_memory_equal(out, want, sizeof out);
        t_free(in);
    }
    bd_hmac_free(hmac);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256_hex__follows_fips180),
        cmocka_unit_test(test_hmac_sha256__follows_rfc4231_and_can_be_repeated),
        cmocka_unit_test(test_hmac_sha256__agrees_with_openssl_at_any_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
