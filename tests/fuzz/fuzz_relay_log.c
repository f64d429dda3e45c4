/* layer: mail */
#include <assert.h>

#include "brevduva/mail/relay_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_inside(bd_str part, bd_str whole)
{
    return part.len == 0 || (part.ptr >= whole.ptr &&
                             part.ptr + part.len <= whole.ptr + whole.len);
}

/* What a line gives is part of it; a message is proved only by a line that
 * says so. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const bd_str wanted[] = { BD_STR_INIT("one@a.example"),
                                     BD_STR_INIT("two@a.example") };
    struct bd_arena *arena = bd_arena_new();
    struct bd_log_search *search = bd_log_search_new(arena, wanted, 2);
    bd_str rest = { (const char *)data, size };
    size_t proofs = 0;

    while (rest.ptr) {
        bd_str line = bd_str_cut_line(&rest);
        struct bd_log_line read;

        bd_log_line_read(line, &read);
        assert(is_inside(read.queue_id, line));
        assert(is_inside(read.message_id, line));
        assert(is_inside(read.fate, line));
        assert((read.kind == BD_LOG_LINE_OTHER) == (read.queue_id.len == 0));
        proofs += read.kind >= BD_LOG_LINE_TAKEN;
        bd_log_search_line(search, line);
    }
    for (size_t i = 0; i < 2; i++)
        assert(!bd_log_search_found(search, i)->taken || proofs > 0);
    bd_arena_free(arena);
    return 0;
}
