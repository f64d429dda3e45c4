/* layer: picture */
/* Any octets as a picture: what comes out is one, no wider than asked for,
 * and stays as it is when it goes in again. */
#include <stdlib.h>

#include "brevduva/picture/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define WIDTH     24
#define MAX_AREA  (256 * 1024) /* larger ones are only slower */
#define MAX_INPUT (64 * 1024)

static void make_again(struct bd_arena *arena, const struct bd_picture *first)
{
    struct bd_picture second = { .type = NULL };

    if (bd_picture_make(arena, first->bytes, WIDTH, &second, NULL) != BD_OK ||
        !bd_str_eq(second.bytes, first->bytes) ||
        second.width != first->width || second.height != first->height)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = NULL;
    struct bd_picture_head head = { .type = NULL };
    struct bd_picture picture = { .type = NULL };
    bd_str bytes = { (const char *)data, size };

    if (size > MAX_INPUT || bd_picture_look(bytes, &head, NULL) != BD_OK ||
        (uint64_t)head.width * head.height > MAX_AREA)
        return 0;
    arena = bd_arena_new();
    if (bd_picture_make(arena, bytes, WIDTH, &picture, NULL) == BD_OK) {
        if (!picture.type || picture.height == 0 ||
            (picture.width > WIDTH && !picture.moves))
            abort();
        make_again(arena, &picture);
    }
    bd_arena_free(arena);
    return 0;
}
