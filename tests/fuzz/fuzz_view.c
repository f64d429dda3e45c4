/* layer: compose */
/* Input: a letter's HTML, as an owner's template may make it. */
#include <stdint.h>

#include "brevduva/compose/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct bd_view views[] = {
        { false, false }, { true, false }, { false, true }, { true, true }
    };
    struct bd_arena *arena = bd_arena_new();
    bd_str html = { (const char *)data, size };

    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        bd_str page = bd_view_html(arena, html, views[i]);
        size_t at = bd_str_find(page, BD_STR("default-src 'none'"));

        if (at == SIZE_MAX)
            __builtin_trap();
    }
    bd_arena_free(arena);
    return 0;
}
