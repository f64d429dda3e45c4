/* layer: inbox */
#include <assert.h>

#include "classify_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first line is the subject. Whatever stands there, a command is one that
 * we have, and its argument is short. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str rest = { (const char *)data, size };
    bd_str subject = bd_str_cut_line(&rest);
    bd_str own = own_text(arena, rest);
    struct command got = { 0 };

    assert(own.len <= rest.len + 1);
    if (command_read(arena, subject, own, &got)) {
        assert(got.command > BD_COMMAND_NONE && got.command < BD_COMMAND_KINDS);
        assert(got.argument.len <= 120);
    }
    bd_arena_free(arena);
    return 0;
}
