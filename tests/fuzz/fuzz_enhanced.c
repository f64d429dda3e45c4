/* layer: mail */
#include <assert.h>
#include <stdio.h>

#include "brevduva/mail/enhanced.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is read is what the text starts with, written in one way only. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bd_str text = { (const char *)data, size };
    struct bd_enhanced code = { 0 };
    char again[24];

    if (bd_enhanced_parse(text, &code) != BD_OK)
        return 0;
    (void)snprintf(again, sizeof again, "%u.%u.%u", code.class, code.subject,
                   code.detail);
    assert(bd_str_starts(text, bd_str_from(again)));
    return 0;
}
