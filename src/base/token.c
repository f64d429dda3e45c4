#include "brevduva/base/token.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "brevduva/base/arena.h"
#include "brevduva/base/hash.h"

/* purpose 1, key 1, subscriber 5, list 3, mailing 4: big-endian */
#define BODY_LEN 14
#define MAC_LEN  16
#define RAW_LEN  (BODY_LEN + MAC_LEN)

struct bd_signer {
    uint8_t number;
    struct bd_hmac *hmac;
};

struct form {
    const char *alphabet; /* 2^bits characters */
    unsigned bits;        /* per character */
    size_t len;
};

/* 30 octets fill both forms to the last bit: no padding, and only one text
 * for each token. */
static const struct form url_form = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 6,
    BD_TOKEN_URL_LEN
};
static const struct form mail_form = { "abcdefghijklmnopqrstuvwxyz234567", 5,
                                       BD_TOKEN_MAIL_LEN };

struct bd_signer *bd_signer_new(uint8_t number,
                                const unsigned char key[BD_TOKEN_KEY_LEN])
{
    struct bd_signer *signer = malloc(sizeof *signer);

    if (!signer)
        bd_out_of_memory();
    signer->number = number;
    signer->hmac = bd_hmac_new(
        (bd_str) { (const char *)key, BD_TOKEN_KEY_LEN });
    return signer;
}

void bd_signer_free(struct bd_signer *signer)
{
    if (!signer)
        return;
    bd_hmac_free(signer->hmac);
    free(signer);
}

static void sign(const struct bd_signer *signer,
                 const unsigned char body[BODY_LEN], unsigned char mac[MAC_LEN])
{
    unsigned char whole[BD_SHA256_LEN];

    bd_hmac_sha256(signer->hmac, (bd_str) { (const char *)body, BODY_LEN },
                   whole);
    memcpy(mac, whole, MAC_LEN);
}

static uint64_t get_number(const unsigned char *from, size_t len)
{
    uint64_t number = 0;

    for (size_t i = 0; i < len; i++)
        number = number << 8 | from[i];
    return number;
}

/* Three octets, four characters: four tokens stand in each copy of a letter. */
static void encode_url(const unsigned char raw[RAW_LEN], char *out)
{
    const char *alphabet = url_form.alphabet;

    for (size_t i = 0; i < RAW_LEN; i += 3) {
        uint32_t group = (uint32_t)raw[i] << 16 | (uint32_t)raw[i + 1] << 8 |
                         raw[i + 2];

        *out++ = alphabet[group >> 18];
        *out++ = alphabet[group >> 12 & 63];
        *out++ = alphabet[group >> 6 & 63];
        *out++ = alphabet[group & 63];
    }
}

static void encode_mail(const unsigned char raw[RAW_LEN], char *out)
{
    uint32_t pending = 0;
    unsigned have = 0; /* bits of `pending` not yet written */

    for (size_t i = 0; i < RAW_LEN; i++) {
        pending = pending << 8 | raw[i];
        for (have += 8; have >= 5;) {
            have -= 5;
            *out++ = mail_form.alphabet[pending >> have & 31];
        }
    }
}

static bool decode(const struct form *form, bd_str text,
                   unsigned char raw[RAW_LEN])
{
    uint32_t pending = 0;
    unsigned have = 0;

    for (size_t i = 0; i < form->len; i++) {
        char c = text.ptr[i];
        const char *at = NULL;

        if (form == &mail_form && c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        at = memchr(form->alphabet, c, (size_t)1 << form->bits);
        if (!at)
            return false;
        pending = pending << form->bits | (uint32_t)(at - form->alphabet);
        have += form->bits;
        if (have >= 8) {
            have -= 8;
            *raw++ = (unsigned char)(pending >> have & 0xff);
        }
    }
    return true;
}

static void make_raw(const struct bd_signer *signer,
                     const struct bd_token *token, unsigned char raw[RAW_LEN])
{
    uint64_t reader = htobe64(token->subscriber << 24 | token->list);
    uint32_t mailing = htobe32(token->mailing);

    assert(token->subscriber >> 40 == 0 && token->list >> 24 == 0);
    raw[0] = (unsigned char)token->purpose;
    raw[1] = signer->number;
    memcpy(raw + 2, &reader, sizeof reader);
    memcpy(raw + 10, &mailing, sizeof mailing);
    sign(signer, raw, raw + BODY_LEN);
}

void bd_token_write_url(const struct bd_signer *signer,
                        const struct bd_token *token,
                        char out[BD_TOKEN_URL_LEN])
{
    unsigned char raw[RAW_LEN];

    make_raw(signer, token, raw);
    encode_url(raw, out);
}

void bd_token_write_mail(const struct bd_signer *signer,
                         const struct bd_token *token,
                         char out[BD_TOKEN_MAIL_LEN])
{
    unsigned char raw[RAW_LEN];

    make_raw(signer, token, raw);
    encode_mail(raw, out);
}

static const struct form *form_of(bd_str text)
{
    return text.len == url_form.len    ? &url_form
           : text.len == mail_form.len ? &mail_form
                                       : NULL;
}

enum bd_status bd_token_read(const struct bd_signer *signer, bd_str text,
                             enum bd_token_purpose purpose,
                             struct bd_token *out)
{
    const struct form *form = form_of(text);
    unsigned char raw[RAW_LEN];
    unsigned char mac[MAC_LEN];

    if (!form || !decode(form, text, raw))
        return BD_EINVAL;
    sign(signer, raw, mac);
    if (CRYPTO_memcmp(mac, raw + BODY_LEN, MAC_LEN) != 0 ||
        raw[0] != (unsigned char)purpose || raw[1] != signer->number)
        return BD_EINVAL;
    *out = (struct bd_token) {
        .purpose = purpose,
        .key = raw[1],
        .subscriber = get_number(raw + 2, 5),
        .list = (uint32_t)get_number(raw + 7, 3),
        .mailing = (uint32_t)get_number(raw + 10, 4),
    };
    return BD_OK;
}

struct bd_keyring {
    struct {
        struct bd_signer *signer; /* NULL: no key of that number */
        int64_t until;
    } keys[UINT8_MAX + 1];
    const struct bd_signer *signs;
};

struct bd_keyring *bd_keyring_new(void)
{
    struct bd_keyring *ring = calloc(1, sizeof *ring);

    if (!ring)
        bd_out_of_memory();
    return ring;
}

void bd_keyring_free(struct bd_keyring *ring)
{
    if (!ring)
        return;
    for (size_t i = 0; i <= UINT8_MAX; i++)
        bd_signer_free(ring->keys[i].signer);
    free(ring);
}

void bd_keyring_add(struct bd_keyring *ring, uint8_t number,
                    const unsigned char key[BD_TOKEN_KEY_LEN], int64_t until)
{
    bd_signer_free(ring->keys[number].signer);
    ring->keys[number].signer = bd_signer_new(number, key);
    ring->keys[number].until = until;
    if (until == INT64_MAX)
        ring->signs = ring->keys[number].signer;
}

void bd_keyring_renew(struct bd_keyring *ring, struct bd_keyring *later)
{
    ring->signs = NULL;
    for (size_t i = 0; i <= UINT8_MAX; i++) {
        bool signs = later->signs && later->keys[i].signer == later->signs;

        if (!ring->keys[i].signer) {
            ring->keys[i].signer = later->keys[i].signer;
            later->keys[i].signer = NULL;
        }
        ring->keys[i].until = later->keys[i].until;
        if (signs)
            ring->signs = ring->keys[i].signer;
    }
    bd_keyring_free(later);
}

const struct bd_signer *bd_keyring_signer(const struct bd_keyring *ring)
{
    return ring->signs;
}

const struct bd_signer *bd_keyring_signer_of(const struct bd_keyring *ring,
                                             uint8_t number)
{
    const struct bd_signer *signer = ring->keys[number].signer;

    return signer ? signer : ring->signs;
}

enum bd_status bd_keyring_read(const struct bd_keyring *ring, bd_str text,
                               enum bd_token_purpose purpose, int64_t now,
                               struct bd_token *out)
{
    const struct form *form = form_of(text);
    unsigned char raw[RAW_LEN];

    if (!form || !decode(form, text, raw) || !ring->keys[raw[1]].signer ||
        now >= ring->keys[raw[1]].until)
        return BD_EINVAL;
    return bd_token_read(ring->keys[raw[1]].signer, text, purpose, out);
}
