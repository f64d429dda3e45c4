/* layer: inbox */
#include <assert.h>

#include "brevduva/inbox/incoming.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Any octets are some kind of mail; the record of it is one that is accepted,
 * and says the same when it is written again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_incoming was = { 0 }, is = { 0 };
    struct bd_buf first = { 0 }, second = { 0 };

    bd_incoming_classify(arena, (bd_str) { (const char *)data, size }, &was);
    assert(was.kind < BD_INCOMING_KINDS && was.rule && *was.rule);
    assert(was.count > 0 || was.kind == BD_INCOMING_UNREADABLE);
    assert(was.kind == BD_INCOMING_BOUNCE || was.recipients == NULL ||
           was.recipients[0].verdict == BD_VERDICT_NONE);
    assert(!was.answerable || was.kind == BD_INCOMING_COMMAND ||
           was.kind == BD_INCOMING_HUMAN);
    bd_json_write(bd_incoming_write(arena, &was), &first);
    assert(bd_incoming_read(arena, bd_buf_str(&first), &is, NULL) == BD_OK);
    bd_json_write(bd_incoming_write(arena, &is), &second);
    assert(bd_str_eq(bd_buf_str(&first), bd_buf_str(&second)));
    bd_buf_fini(&first);
    bd_buf_fini(&second);
    bd_arena_free(arena);
    return 0;
}
