/* layer: compose */
/* What a stranger may type: afterwards it is calm, holds nothing that a mail
 * program makes a link of, and doing it again changes nothing. */
#include <ctype.h>
#include <stdlib.h>

#include "brevduva/compose/defuse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_alnum(char c)
{
    return (unsigned char)c < 0x80 && isalnum(c);
}

static void require_no_link(bd_str text)
{
    if (bd_str_find(text, BD_STR("://")) != SIZE_MAX)
        abort();
    for (size_t i = 1; i + 2 < text.len; i++) {
        const char *p = text.ptr + i;

        if (*p == '.' && is_alnum(p[-1]) && isalpha((unsigned char)p[1]) &&
            is_alnum(p[1]) && is_alnum(p[2]))
            abort();
        if (*p == '@' && is_alnum(p[-1]) && is_alnum(p[1]))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str text = { (const char *)data, size };
    bd_str calm = bd_defuse_text(arena, text);
    bd_str safe = bd_defuse_links(arena, calm);

    if (!bd_str_is_utf8(calm, NULL) || !bd_str_is_utf8(safe, NULL) ||
        !bd_str_eq(bd_defuse_text(arena, calm), calm) ||
        !bd_str_eq(bd_defuse_links(arena, safe), safe))
        abort();
    require_no_link(safe);
    bd_arena_free(arena);
    return 0;
}
