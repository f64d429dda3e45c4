#include "t.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "brevduva/base/token.h"

static const unsigned char key[BD_TOKEN_KEY_LEN] =
    "0123456789abcdef0123456789abcde";
static const struct bd_token sample = { BD_TOKEN_UNSUBSCRIBE, 3, 0x123456789a,
                                        0xabcdef, 0x87654321 };

/* RFC 2104 spelled out: H(K xor opad, H(K xor ipad, text)). */
static void hmac_sha256(bd_str text, unsigned char out[SHA256_DIGEST_LENGTH])
{
    unsigned char inner[64 + 64];
    unsigned char outer[64 + SHA256_DIGEST_LENGTH];

    assert_true(text.len <= 64);
    for (size_t i = 0; i < 64; i++) {
        unsigned char k = i < sizeof key ? key[i] : 0;

        inner[i] = k ^ 0x36;
        outer[i] = k ^ 0x5c;
    }
    memcpy(inner + 64, text.ptr, text.len);
    SHA256(inner, 64 + text.len, outer + 64);
    SHA256(outer, sizeof outer, out);
}

static void test_token_write__is_hmac_cut_to_128_bits(void **state)
{
    static const unsigned char body[14] = { 'u',  3,    0x12, 0x34, 0x56,
                                            0x78, 0x9a, 0xab, 0xcd, 0xef,
                                            0x87, 0x65, 0x43, 0x21 };
    struct bd_signer *signer = bd_signer_new(3, key);
    unsigned char want[14 + SHA256_DIGEST_LENGTH];
    unsigned char got[32];
    char text[BD_TOKEN_URL_LEN];

    (void)state;
    memcpy(want, body, sizeof body);
    hmac_sha256((bd_str) { (const char *)body, sizeof body }, want + 14);
    bd_token_write_url(signer, &sample, text);
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i]);
    assert_int_equal(
        EVP_DecodeBlock(got, (const unsigned char *)text, sizeof text), 30);
    assert_memory_equal(got, want, 30);
    bd_signer_free(signer);
}

static void check_read(const struct bd_signer *signer, const char *text,
                       size_t len, enum bd_status want)
{
    bd_str in = t_heap_str((bd_str) { text, len });
    struct bd_token got = { 0 };

    assert_int_equal(bd_token_read(signer, in, BD_TOKEN_UNSUBSCRIBE, &got),
                     want);
    if (want == BD_OK) {
        assert_int_equal(got.purpose, sample.purpose);
        assert_int_equal(got.key, 3);
        assert_int_equal(got.subscriber, sample.subscriber);
        assert_int_equal(got.list, sample.list);
        assert_int_equal(got.mailing, sample.mailing);
    } else {
        assert_int_equal(got.purpose, 0); /* out is untouched */
    }
    t_free(in);
}

static void test_token_read__takes_both_forms(void **state)
{
    struct bd_signer *signer = bd_signer_new(3, key);
    char url[BD_TOKEN_URL_LEN];
    char mail[BD_TOKEN_MAIL_LEN];

    (void)state;
    bd_token_write_url(signer, &sample, url);
    bd_token_write_mail(signer, &sample, mail);
    check_read(signer, url, sizeof url, BD_OK);
    check_read(signer, mail, sizeof mail, BD_OK);
    for (size_t i = 0; i < sizeof mail; i++)
        if (mail[i] >= 'a' && i % 3 != 0) /* as a mail server may fold it */
            mail[i] = (char)(mail[i] - 'a' + 'A');
    check_read(signer, mail, sizeof mail, BD_OK);
    bd_signer_free(signer);
}

/* Every single-bit change of every character, and every other length. */
static void check_tampering(const struct bd_signer *signer, char *text,
                            size_t len, char same_when_folded)
{
    for (size_t i = 0; i < len; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            char saved = text[i];

            text[i] = (char)(saved ^ (1 << bit));
            if (!((saved ^ text[i]) == same_when_folded && saved >= 'a'))
                check_read(signer, text, len, BD_EINVAL);
            text[i] = saved;
        }
    }
    for (size_t cut = 0; cut < len; cut++)
        check_read(signer, text, cut, BD_EINVAL);
}

static void test_token_read__refuses_every_changed_bit(void **state)
{
    struct bd_signer *signer = bd_signer_new(3, key);
    char url[BD_TOKEN_URL_LEN];
    char mail[BD_TOKEN_MAIL_LEN];

    (void)state;
    bd_token_write_url(signer, &sample, url);
    bd_token_write_mail(signer, &sample, mail);
    check_tampering(signer, url, sizeof url, 0);
    check_tampering(signer, mail, sizeof mail, 'a' ^ 'A');
    bd_signer_free(signer);
}

static void test_token_read__refuses_other_purpose_and_key(void **state)
{
    static const enum bd_token_purpose purposes[] = {
        BD_TOKEN_ONE_CLICK, BD_TOKEN_SUBSCRIPTION, BD_TOKEN_TIP,
        BD_TOKEN_CONFIRM,   BD_TOKEN_BOUNCE,
    };
    unsigned char other[BD_TOKEN_KEY_LEN] = { 0 };
    struct bd_signer *signer = bd_signer_new(3, key);
    struct bd_signer *other_number = bd_signer_new(4, key);
    struct bd_signer *other_key = bd_signer_new(3, other);
    char url[BD_TOKEN_URL_LEN];
    struct bd_token got = { 0 };

    (void)state;
    bd_token_write_url(signer, &sample, url);
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++)
        assert_int_equal(bd_token_read(signer, (bd_str) { url, sizeof url },
                                       purposes[i], &got),
                         BD_EINVAL);
    check_read(other_number, url, sizeof url, BD_EINVAL);
    check_read(other_key, url, sizeof url, BD_EINVAL);
    bd_signer_free(other_key);
    bd_signer_free(other_number);
    bd_signer_free(signer);
}

static void test_token__keeps_the_largest_and_smallest(void **state)
{
    static const struct bd_token rows[] = {
        { BD_TOKEN_BOUNCE, 255, 0xffffffffff, 0xffffff, UINT32_MAX },
        { BD_TOKEN_TIP, 255, 0, 0, 0 },
    };
    struct bd_signer *signer = bd_signer_new(255, key);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char mail[BD_TOKEN_MAIL_LEN];
        struct bd_token got = { 0 };

        bd_token_write_mail(signer, &rows[i], mail);
        assert_int_equal(bd_token_read(signer, (bd_str) { mail, sizeof mail },
                                       rows[i].purpose, &got),
                         BD_OK);
        assert_int_equal(got.subscriber, rows[i].subscriber);
        assert_int_equal(got.list, rows[i].list);
        assert_int_equal(got.mailing, rows[i].mailing);
    }
    bd_signer_free(signer);
    bd_signer_free(NULL);
}

/* In a child, since it ends there. */
static void check_asserts(const struct bd_token *token)
{
    char url[BD_TOKEN_URL_LEN];
    int status = 0;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        (void)signal(SIGABRT, SIG_DFL);
        (void)close(STDERR_FILENO);
        bd_token_write_url(bd_signer_new(1, key), token, url);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void test_token_write__asserts_its_bounds(void **state)
{
    const struct bd_token subscriber = { BD_TOKEN_TIP, 0, UINT64_C(1) << 40, 0,
                                         0 };
    const struct bd_token list = { BD_TOKEN_TIP, 0, 0, UINT32_C(1) << 24, 0 };

    (void)state;
    check_asserts(&subscriber);
    check_asserts(&list);
}

static uint8_t signed_by(const struct bd_keyring *ring,
                         const struct bd_signer *signer)
{
    char url[BD_TOKEN_URL_LEN];
    struct bd_token got = { 0 };

    bd_token_write_url(signer, &sample, url);
    assert_int_equal(bd_keyring_read(ring, (bd_str) { url, sizeof url },
                                     sample.purpose, 0, &got),
                     BD_OK);
    return got.key;
}

static void test_keyring_signer_of__is_that_or_the_one_that_signs(void **state)
{
    struct bd_keyring *ring = bd_keyring_new();

    (void)state;
    assert_null(bd_keyring_signer_of(ring, 1));
    bd_keyring_add(ring, 1, key, 5000);
    bd_keyring_add(ring, 2, key, INT64_MAX);
    assert_int_equal(signed_by(ring, bd_keyring_signer_of(ring, 1)), 1);
    assert_int_equal(signed_by(ring, bd_keyring_signer_of(ring, 2)), 2);
    assert_int_equal(signed_by(ring, bd_keyring_signer_of(ring, 0)), 2);
    assert_int_equal(signed_by(ring, bd_keyring_signer_of(ring, 3)), 2);
    bd_keyring_free(ring);
}

static void test_keyring_renew__keeps_signers_and_takes_new_ones(void **state)
{
    static const unsigned char other[BD_TOKEN_KEY_LEN] = { 9 };
    struct bd_keyring *ring = bd_keyring_new();
    struct bd_keyring *later = bd_keyring_new();
    const struct bd_signer *old = NULL;
    struct bd_token got = { 0 };
    char url[BD_TOKEN_URL_LEN];

    (void)state;
    bd_keyring_add(ring, 1, key, INT64_MAX);
    old = bd_keyring_signer(ring);
    bd_keyring_add(later, 1, key, 5000);
    bd_keyring_add(later, 2, other, INT64_MAX);
    bd_keyring_renew(ring, later);
    assert_int_equal(signed_by(ring, bd_keyring_signer(ring)), 2);
    assert_ptr_equal(bd_keyring_signer_of(ring, 1), old);
    bd_token_write_url(old, &sample, url);
    assert_int_equal(bd_keyring_read(ring, (bd_str) { url, sizeof url },
                                     sample.purpose, 4999, &got),
                     BD_OK);
    assert_int_equal(bd_keyring_read(ring, (bd_str) { url, sizeof url },
                                     sample.purpose, 5000, &got),
                     BD_EINVAL);
    later = bd_keyring_new(); /* the same again */
    bd_keyring_add(later, 1, key, 5000);
    bd_keyring_add(later, 2, other, INT64_MAX);
    bd_keyring_renew(ring, later);
    assert_int_equal(signed_by(ring, bd_keyring_signer(ring)), 2);
    bd_keyring_free(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_token_write__is_hmac_cut_to_128_bits),
        cmocka_unit_test(test_token_read__takes_both_forms),
        cmocka_unit_test(test_token_read__refuses_every_changed_bit),
        cmocka_unit_test(test_token_read__refuses_other_purpose_and_key),
        cmocka_unit_test(test_token__keeps_the_largest_and_smallest),
        cmocka_unit_test(test_token_write__asserts_its_bounds),
        cmocka_unit_test(test_keyring_signer_of__is_that_or_the_one_that_signs),
        cmocka_unit_test(test_keyring_renew__keeps_signers_and_takes_new_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
