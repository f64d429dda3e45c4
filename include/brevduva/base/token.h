/*
 * Signed tokens in reader links, Message-IDs of letters and return paths:
 * they name a purpose, a reader, a list and a mailing, and cannot be forged
 * without the newsletter's key. HMAC-SHA-256 cut to 128 bits (RFC 2104 5).
 * 30 octets: 40 characters of base64url (RFC 4648 5) in links, 48 of lower
 * case base32 (RFC 4648 6) in mail addresses, whose case may be lost.
 */
#ifndef BREVDUVA_BASE_TOKEN_H
#define BREVDUVA_BASE_TOKEN_H

#include "brevduva/base/status.h"
#include "brevduva/base/str.h"

#define BD_TOKEN_URL_LEN  40
#define BD_TOKEN_MAIL_LEN 48
#define BD_TOKEN_KEY_LEN  32

/* Also the letter in the link's path: /u/TOKEN. One purpose each. */
enum bd_token_purpose {
    BD_TOKEN_UNSUBSCRIBE = 'u',
    BD_TOKEN_ONE_CLICK = '1',
    BD_TOKEN_SUBSCRIPTION = 's',
    BD_TOKEN_TIP = 't',
    BD_TOKEN_CONFIRM = 'c', /* subscriber: number of the confirmation */
    BD_TOKEN_BOUNCE = 'b',  /* in a mailing's return path */
    BD_TOKEN_LETTER = 'l',  /* in a letter's; subscriber: number of its
                             * delivery */
    BD_TOKEN_MANAGE = 'm',  /* mailed on request; mailing: minute of issue */
    BD_TOKEN_UNDO = 'r',    /* on a page; mailing: see undo_private.h */
    BD_TOKEN_STOP = 'n',    /* subscriber: number of confirmation or tip */
    BD_TOKEN_FORM = 'f',    /* in a form; mailing: minute of issue */
    BD_TOKEN_CLICK = 'k'    /* subscriber: number of the link, nobody's */
};

struct bd_token {
    enum bd_token_purpose purpose;
    uint8_t key;         /* number of the signing key, for rotation */
    uint64_t subscriber; /* below 2^40 */
    uint32_t list;       /* below 2^24 */
    uint32_t mailing;    /* 0: not bound to a mailing */
};

/* A key made ready for many signatures. */
struct bd_signer;
struct bd_signer *bd_signer_new(uint8_t number,
                                const unsigned char key[BD_TOKEN_KEY_LEN]);
void bd_signer_free(struct bd_signer *signer);

/* Sign; token->key is ignored, the signer's number is used. */
void bd_token_write_url(const struct bd_signer *signer,
                        const struct bd_token *token,
                        char out[BD_TOKEN_URL_LEN]);
void bd_token_write_mail(const struct bd_signer *signer,
                         const struct bd_token *token,
                         char out[BD_TOKEN_MAIL_LEN]);

/* All keys of a newsletter: one signs, older ones still open their links. */
struct bd_keyring;
struct bd_keyring *bd_keyring_new(void);
void bd_keyring_free(struct bd_keyring *ring); /* NULL is allowed */

/* until: seconds since 1970; INT64_MAX for the one that signs. */
void bd_keyring_add(struct bd_keyring *ring, uint8_t number,
                    const unsigned char key[BD_TOKEN_KEY_LEN], int64_t until);

/* What was read again: takes the new keys of `later`, until when each holds
 * and which one signs, and frees it. A number stands for the same key in both.
 * Signers that `ring` gave out stay. */
void bd_keyring_renew(struct bd_keyring *ring, struct bd_keyring *later);

/* The one that signs, owned by the ring; NULL if there is none. */
const struct bd_signer *bd_keyring_signer(const struct bd_keyring *ring);
/* The one of that number; the one that signs if there is none. */
const struct bd_signer *bd_keyring_signer_of(const struct bd_keyring *ring,
                                             uint8_t number);

/* As bd_token_read, with the key that the token names, if that still holds
 * at `now`. */
enum bd_status bd_keyring_read(const struct bd_keyring *ring, bd_str text,
                               enum bd_token_purpose purpose, int64_t now,
                               struct bd_token *out) BD_MUST_USE;

/*
 * Check and read a token of either form (told apart by length).
 *
 * purpose  the only one accepted
 * returns  BD_OK; BD_EINVAL for anything else: form, signature (compared in
 *          constant time), key number or purpose
 */
enum bd_status bd_token_read(const struct bd_signer *signer, bd_str text,
                             enum bd_token_purpose purpose,
                             struct bd_token *out) BD_MUST_USE;

#endif
