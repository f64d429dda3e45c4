/* layer: compose */
/* Two style sheets of a theme, the second on top of the first: what comes of
 * them can stand in style="…" and in <style>. */
#include <stdlib.h>

#include "theme_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static bool has(bd_str text, const char *part)
{
    return bd_str_find(text, bd_str_from(part)) != SIZE_MAX;
}

static void look_at(const struct bd_theme *theme)
{
    for (const struct bd_style *s = theme->styles; s; s = s->next) {
        require(s->name.len > 0);
        require(!has(s->declarations, "\"") && !has(s->declarations, "<") &&
                !has(s->declarations, "&"));
        require(bd_theme_style(theme, s->name).ptr == s->declarations.ptr);
    }
    require(!has(theme->sheet, "</"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    bd_str rest = { (const char *)data, size };
    struct bd_theme theme = { 0 };

    for (int i = 0; i < 2; i++) {
        bd_str css = bd_str_cut(&rest, '\0');
        const struct bd_theme before = theme;
        struct bd_err err = { 0 };
        size_t at = 0;

        (void)bd_theme_defaults(arena, css, &at);
        if (bd_theme_read(arena, "a.css", css, &theme, &err) != BD_OK)
            require(err.msg[0] && theme.sheet.ptr == before.sheet.ptr);
        look_at(&theme);
    }
    bd_arena_free(arena);
    return 0;
}
