/*
 * SHA-256 (FIPS 180-4), plain for telling texts apart and keyed (HMAC,
 * RFC 2104) for remembering an address without keeping it.
 */
#ifndef BREVDUVA_BASE_HASH_H
#define BREVDUVA_BASE_HASH_H

#include "brevduva/base/arena.h"

#define BD_SHA256_LEN 32

/* 64 lower-case hexadecimal digits, in the arena. */
bd_str bd_sha256_hex(struct bd_arena *arena, bd_str text);

/* A key made ready for many hashes. */
struct bd_hmac;
struct bd_hmac *bd_hmac_new(bd_str key);
void bd_hmac_free(struct bd_hmac *hmac); /* NULL is allowed */
void bd_hmac_sha256(const struct bd_hmac *hmac, bd_str text,
                    unsigned char out[BD_SHA256_LEN]);

#endif
