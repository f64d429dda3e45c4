/* For each line "WIDTH FROM TO" of standard input: the picture FROM made fit
 * for a letter at most WIDTH wide is written to TO; the answer is "TYPE WIDTH
 * HEIGHT MOVES", or what is wrong with it. */
#include <stdio.h>

#include "brevduva/base/file.h"
#include "brevduva/base/limits.h"
#include "brevduva/picture/picture.h"

static void answer(struct bd_arena *arena, unsigned width, const char *from,
                   const char *to)
{
    struct bd_picture picture = { .type = NULL };
    struct bd_err err = { 0 };
    bd_str bytes = BD_STR_NONE;

    if (bd_file_read(arena, from, BD_MAX_BESIDE_BYTES, &bytes, &err) != BD_OK ||
        bd_picture_make(arena, bytes, width, &picture, &err) != BD_OK ||
        bd_file_replace(to, picture.bytes, 0644, &err) != BD_OK)
        (void)printf("%s\n", err.msg);
    else
        (void)printf("%s %u %u %d\n", picture.type, picture.width,
                     picture.height, picture.moves);
}

int main(void)
{
    unsigned width = 0;
    char from[512];
    char to[512];

    while (scanf("%u %511s %511s", &width, from, to) == 3) {
        struct bd_arena *arena = bd_arena_new();

        answer(arena, width, from, to);
        bd_arena_free(arena);
    }
    return 0;
}
