#include "brevduva/base/fold.h"

#include <stdlib.h>
#include <unicase.h>

static bd_str fold_ascii(struct bd_arena *arena, bd_str text)
{
    char *copy = NULL;

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < 'A' || text.ptr[i] > 'Z')
            continue;
        if (!copy)
            copy = (char *)(uintptr_t)bd_arena_copy(arena, text).ptr;
        copy[i] = (char)(text.ptr[i] - 'A' + 'a');
    }
    return copy ? (bd_str) { copy, text.len } : text;
}

bd_str bd_fold(struct bd_arena *arena, bd_str text)
{
    uint8_t *folded = NULL;
    size_t len = 0;
    bd_str copy = BD_STR_NONE;

    if (bd_str_is_ascii(text))
        return fold_ascii(arena, text);
    folded = u8_casefold((const uint8_t *)text.ptr, text.len, NULL, UNINORM_NFC,
                         NULL, &len);
    if (!folded)
        bd_out_of_memory();
    copy = bd_arena_copy(arena, (bd_str) { (const char *)folded, len });
    free(folded);
    return copy;
}
