/* layer: base */
/* Input: template, NUL, JSON data, NUL, a partial that any name finds. */
#include "brevduva/base/mustache.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool find_partial(void *self, bd_str name, bd_str *out_text)
{
    const bd_str *text = self;

    *out_text = *text;
    return name.len > 0;
}

static void render(struct bd_arena *arena, const struct bd_mustache *template,
                   const struct bd_json *values, bd_str partial, bool strict)
{
    struct bd_mustache_options options = { .partial = find_partial,
                                           .partial_self = &partial,
                                           .strict = strict,
                                           .raw_text = strict };
    struct bd_err err = { 0 };
    struct bd_buf out;

    bd_buf_init(&out, 4096);
    if (bd_mustache_render(arena, template, &options, values, &out, &err) !=
            BD_OK &&
        !err.msg[0])
        __builtin_trap(); /* a failure without a word */
    bd_buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bd_str rest = { (const char *)data, size };
    bd_str text = bd_str_cut(&rest, '\0');
    bd_str json = bd_str_cut(&rest, '\0');
    struct bd_arena *arena = bd_arena_new();
    const struct bd_mustache *template = NULL;
    struct bd_json *values = NULL;
    struct bd_err err = { 0 };

    if (bd_json_parse(arena, json, &values, &err) != BD_OK)
        values = NULL;
    if (bd_mustache_parse(arena, "t", text, &template, &err) == BD_OK) {
        render(arena, template, values, rest, false);
        render(arena, template, values, rest, true);
    }
    bd_arena_free(arena);
    return 0;
}
