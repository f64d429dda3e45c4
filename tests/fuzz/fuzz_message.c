/* layer: compose */
/* Bytes that claim to be a frozen message: refused, or spliced and frozen
 * again to the same bytes. */
#include <stdlib.h>

#include "brevduva/compose/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void splice(struct bd_arena *arena, const struct bd_message *message)
{
    bd_str *values = BD_NEW_ARRAY(arena, message->name_count, bd_str);
    struct bd_buf out = { 0 };

    bd_buf_init(&out, 1 << 20);
    for (size_t i = 0; i < message->name_count; i++)
        values[i] = message->names[i];
    if (bd_message_splice(message, values, &out) != BD_OK && !out.full)
        abort();
    bd_buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str frozen = { (const char *)data, size };
    struct bd_message message = { 0 };
    struct bd_buf again = { 0 };

    if (bd_message_thaw(arena, frozen, &message, NULL) == BD_OK) {
        splice(arena, &message);
        bd_message_freeze(&message, &again);
        if (!bd_str_eq(bd_buf_str(&again), frozen))
            abort();
        bd_buf_fini(&again);
    }
    bd_arena_free(arena);
    return 0;
}
