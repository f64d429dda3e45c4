#include "brevduva/base/hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>

struct bd_hmac {
    EVP_MAC_CTX *keyed;
};

/* SHA-256 fails only where memory or the crypto library itself is missing. */
static void must(bool worked)
{
    if (worked)
        return;
    (void)fputs("brevduva: SHA-256 is not to be had\n", stderr);
    abort();
}

bd_str bd_sha256_hex(struct bd_arena *arena, bd_str text)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char hash[BD_SHA256_LEN];
    char *hex = bd_arena_alloc(arena, 2 * sizeof hash + 1);

    must(EVP_Digest(text.ptr, text.len, hash, NULL, EVP_sha256(), NULL) == 1);
    for (size_t i = 0; i < sizeof hash; i++) {
        hex[2 * i] = digits[hash[i] >> 4];
        hex[2 * i + 1] = digits[hash[i] & 15];
    }
    return (bd_str) { hex, 2 * sizeof hash };
}

struct bd_hmac *bd_hmac_new(bd_str key)
{
    struct bd_hmac *hmac = malloc(sizeof *hmac);
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    char digest[] = "SHA256";
    const OSSL_PARAM options[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };

    must(hmac && mac);
    hmac->keyed = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac); /* the context holds its own reference */
    must(hmac->keyed &&
         EVP_MAC_init(hmac->keyed, (const unsigned char *)key.ptr, key.len,
                      options) == 1);
    return hmac;
}

void bd_hmac_free(struct bd_hmac *hmac)
{
    if (!hmac)
        return;
    EVP_MAC_CTX_free(hmac->keyed);
    free(hmac);
}

void bd_hmac_sha256(struct bd_hmac *hmac, bd_str text,
                    unsigned char out[BD_SHA256_LEN])
{
    size_t len = 0;

    /* without a key, init starts over with the one it has */
    must(EVP_MAC_init(hmac->keyed, NULL, 0, NULL) == 1 &&
         EVP_MAC_update(hmac->keyed, (const unsigned char *)text.ptr,
                        text.len) == 1 &&
         EVP_MAC_final(hmac->keyed, out, &len, BD_SHA256_LEN) == 1);
}
