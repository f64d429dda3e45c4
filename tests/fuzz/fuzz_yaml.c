/* layer: base */
#include <assert.h>
#include <stdint.h>

#include "brevduva/base/limits.h"
#include "brevduva/base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct bd_yaml *node, int depth)
{
    assert(depth <= BD_MAX_YAML_DEPTH);
    assert(bd_str_is_utf8(node->text, NULL) && !bd_str_has_control(node->text));
    assert(node->place.line >= 3 && node->place.column >= 1);
    for (const struct bd_yaml *c = node->first; c; c = c->next) {
        if (node->kind == BD_YAML_MAPPING)
            assert(bd_yaml_get(node, c->key) == c);
        check(c, depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_yaml *root = NULL;
    struct bd_err err = { 0 };

    if (bd_yaml_parse(arena, "x", 3, (bd_str) { (const char *)data, size },
                      &root, &err) == BD_OK)
        check(root, 0);
    else
        assert(bd_str_starts(bd_str_from(err.msg), BD_STR("x:")));
    bd_arena_free(arena);
    return 0;
}
