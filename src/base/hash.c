/* The plain SHA256_ functions of libcrypto: the state of one is a struct that
 * is copied by "=", where an EVP context takes five allocations. That is most
 * of the time of a short HMAC, and a copy of a letter has five of them. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "brevduva/base/hash.h"

#include <endian.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* RFC 2104 2 */
#define INNER 0x36
#define OUTER 0x5c

/* What fits into one block with its end: 0x80 and the length in bits. */
#define SHORT_MAX (SHA256_CBLOCK - 1 - 8)

/* The two hashes with the key taken in. */
struct bd_hmac {
    SHA256_CTX inner, outer;
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

    (void)SHA256((const unsigned char *)text.ptr, text.len, hash);
    for (size_t i = 0; i < sizeof hash; i++) {
        hex[2 * i] = digits[hash[i] >> 4];
        hex[2 * i + 1] = digits[hash[i] & 15];
    }
    return (bd_str) { hex, 2 * sizeof hash };
}

struct bd_hmac *bd_hmac_new(bd_str key)
{
    struct bd_hmac *hmac = malloc(sizeof *hmac);
    unsigned char pad[SHA256_CBLOCK] = { 0 };

    if (!hmac)
        bd_out_of_memory();
    if (key.len > sizeof pad)
        (void)SHA256((const unsigned char *)key.ptr, key.len, pad);
    else if (key.len > 0)
        memcpy(pad, key.ptr, key.len);
    for (size_t i = 0; i < sizeof pad; i++)
        pad[i] ^= INNER;
    must(SHA256_Init(&hmac->inner) && SHA256_Init(&hmac->outer) &&
         SHA256_Update(&hmac->inner, pad, sizeof pad));
    for (size_t i = 0; i < sizeof pad; i++)
        pad[i] ^= INNER ^ OUTER;
    must(SHA256_Update(&hmac->outer, pad, sizeof pad));
    OPENSSL_cleanse(pad, sizeof pad);
    return hmac;
}

void bd_hmac_free(struct bd_hmac *hmac)
{
    if (!hmac)
        return;
    OPENSSL_cleanse(hmac, sizeof *hmac);
    free(hmac);
}

/* The last block, behind the one of the key, and the hash (FIPS 180-4 5.1.1),
 * without what SHA256_Update and SHA256_Final do for texts of any length. */
static void finish_short(SHA256_CTX *state, bd_str text,
                         unsigned char out[BD_SHA256_LEN])
{
    unsigned char block[SHA256_CBLOCK] = { 0 };
    size_t bits = 8 * (SHA256_CBLOCK + text.len);

    memcpy(block, text.ptr, text.len);
    block[text.len] = 0x80;
    block[SHA256_CBLOCK - 2] = (unsigned char)(bits >> 8);
    block[SHA256_CBLOCK - 1] = (unsigned char)bits;
    SHA256_Transform(state, block);
    for (size_t i = 0; i < BD_SHA256_LEN / 4; i++) {
        uint32_t word = htobe32(state->h[i]);

        memcpy(out + 4 * i, &word, sizeof word);
    }
}

static void finish(SHA256_CTX *state, bd_str text,
                   unsigned char out[BD_SHA256_LEN])
{
    if (text.len > 0 && text.len <= SHORT_MAX)
        finish_short(state, text, out);
    else
        must(SHA256_Update(state, text.ptr, text.len) &&
             SHA256_Final(out, state));
}

void bd_hmac_sha256(const struct bd_hmac *hmac, bd_str text,
                    unsigned char out[BD_SHA256_LEN])
{
    SHA256_CTX state = hmac->inner;
    unsigned char inner[BD_SHA256_LEN];

    finish(&state, text, inner);
    state = hmac->outer;
    finish(&state, (bd_str) { (const char *)inner, sizeof inner }, out);
}
