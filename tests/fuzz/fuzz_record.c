/* layer: inbox */
#include <assert.h>

#include "brevduva/inbox/incoming.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is accepted keeps its limits, and is accepted again as we write it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str json = { (const char *)data, size };
    struct bd_incoming got = { 0 }, again = { 0 };
    struct bd_buf out = { 0 };
    struct bd_err err = { 0 };

    if (bd_incoming_read(arena, json, &got, &err) == BD_OK) {
        assert(got.kind < BD_INCOMING_KINDS);
        assert(got.command < BD_COMMAND_KINDS);
        assert(got.count <= BD_INCOMING_MAX_RECIPIENTS);
        assert(got.token_count <= BD_INCOMING_MAX_TOKENS);
        for (size_t i = 0; i < got.count; i++)
            assert(got.recipients[i].evidence.len <= BD_INCOMING_MAX_EVIDENCE);
        bd_json_write(bd_incoming_write(arena, &got), &out);
        assert(bd_incoming_read(arena, bd_buf_str(&out), &again, &err) ==
               BD_OK);
        assert(again.count == got.count &&
               again.token_count == got.token_count);
    } else {
        assert(err.code != BD_OK);
    }
    bd_buf_fini(&out);
    bd_arena_free(arena);
    return 0;
}
