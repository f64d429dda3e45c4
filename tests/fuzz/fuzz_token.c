/* layer: base */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "brevduva/base/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const unsigned char key[BD_TOKEN_KEY_LEN] = { 1 };

/* Nothing but what the signer wrote is ever accepted. */
static void check_forged(const struct bd_signer *signer, bd_str text)
{
    struct bd_token token = { 0 };
    char again[BD_TOKEN_MAIL_LEN];

    if (bd_token_read(signer, text, BD_TOKEN_TIP, &token) != BD_OK)
        return;
    bd_token_write_mail(signer, &token, again);
    if (text.len == BD_TOKEN_URL_LEN)
        bd_token_write_url(signer, &token, again);
    assert(bd_str_eq_nocase(text, (bd_str) { again, text.len }));
}

static void check_round_trip(const struct bd_signer *signer,
                             const uint8_t *data)
{
    struct bd_token token = { .purpose = BD_TOKEN_TIP };
    struct bd_token got = { 0 };
    char text[BD_TOKEN_MAIL_LEN];

    memcpy(&token.subscriber, data, 5);
    memcpy(&token.list, data + 5, 3);
    memcpy(&token.mailing, data + 8, 4);
    token.subscriber &= 0xffffffffff;
    token.list &= 0xffffff;
    bd_token_write_mail(signer, &token, text);
    assert(bd_token_read(signer, (bd_str) { text, sizeof text }, BD_TOKEN_TIP,
                         &got) == BD_OK);
    assert(got.subscriber == token.subscriber && got.list == token.list &&
           got.mailing == token.mailing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_signer *signer = bd_signer_new(7, key);

    check_forged(signer, (bd_str) { (const char *)data, size });
    if (size >= 12)
        check_round_trip(signer, data);
    bd_signer_free(signer);
    return 0;
}
