/* Usage: css_inline FILE: the page with its styles inlined on stdout, warnings
 * and errors on stderr. */
#include <stdio.h>
#include <stdlib.h>

#include "brevduva/base/file.h"
#include "brevduva/base/limits.h"
#include "brevduva/compose/css.h"

static void warn(void *self, const char *message)
{
    (void)self;
    fprintf(stderr, "warning: %s\n", message);
}

int main(int argc, char **argv)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_css_options options = { .warn = warn };
    struct bd_err err = { 0 };
    bd_str html = BD_STR_NONE;
    bd_str out = BD_STR_NONE;
    int status = EXIT_SUCCESS;

    if (argc != 2) {
        fputs("usage: css_inline FILE\n", stderr);
        return 2;
    }
    if (bd_file_read(arena, argv[1], BD_MAX_MESSAGE_BYTES, &html, &err) !=
            BD_OK ||
        bd_css_inline(arena, html, argv[1], &options, &out, &err) != BD_OK) {
        fprintf(stderr, "%s\n", err.msg);
        status = EXIT_FAILURE;
    }
    if (out.len > 0)
        (void)fwrite(out.ptr, 1, out.len, stdout);
    bd_arena_free(arena);
    return status;
}
