/* layer: inbox */
#include <assert.h>

#include "classify_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whom a text names stands in it, each once. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str text = { (const char *)data, size };
    struct text_report report = { 0 };

    if (text_report_read(arena, text, BD_STR("x.example"), &report)) {
        assert(report.rule && report.count > 0 &&
               report.count <= BD_INCOMING_MAX_RECIPIENTS);
        for (size_t i = 0; i < report.count; i++) {
            bd_str address = report.recipients[i].address;

            assert(report.recipients[i].evidence.len <=
                   BD_INCOMING_MAX_EVIDENCE);
            assert(bd_str_find(text, bd_str_cut(&address, '@')) != SIZE_MAX);
            for (size_t k = 0; k < i; k++)
                assert(!bd_str_eq_nocase(report.recipients[i].address,
                                         report.recipients[k].address));
        }
    }
    bd_arena_free(arena);
    return 0;
}
