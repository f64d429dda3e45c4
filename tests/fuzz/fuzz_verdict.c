/* layer: mail */
#include <assert.h>

#include "brevduva/mail/verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Four octets of codes, then the text. Policy codes never condemn a reader,
 * nor does what is temporary. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_enhanced code = { 0 };
    struct bd_verdict_of got = { 0 };
    enum bd_verdict again = BD_VERDICT_NONE;
    int reply = 0;

    if (size < 4)
        return 0;
    code = (struct bd_enhanced) { data[0] % 6, data[1] % 10, data[2] };
    reply = data[3] ? 400 + data[3] : 0;
    got = bd_verdict_judge(code, reply,
                           (bd_str) { (const char *)data + 4, size - 4 });
    assert(got.reason && *got.reason);
    assert(
        bd_verdict_parse(bd_str_from(bd_verdict_names[got.verdict]), &again) &&
        again == got.verdict);
    if (code.class != 0 && code.subject == 7)
        assert(got.verdict == BD_VERDICT_POLICY);
    if (code.class == 4)
        assert(got.verdict != BD_VERDICT_DEAD);
    return 0;
}
