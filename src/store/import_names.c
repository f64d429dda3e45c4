#include "brevduva/base/json.h"
#include "store_import.h"

static void note(struct import_names *names, bd_str name, size_t place)
{
    if (place < names->count && bd_str_eq(names->name[place], name))
        return; /* rows of one file have the same columns */
    for (size_t i = 0; i < names->count; i++)
        if (bd_str_eq(names->name[i], name))
            return;
    names->name = store_grow(names->arena, names->name, names->count,
                             &names->room, sizeof *names->name);
    names->name[names->count++] = bd_arena_copy(names->arena, name);
}

/* Slowly, for names with escapes in them. */
static enum bd_status parse_names(struct import_names *names, bd_str json,
                                  struct bd_err *err)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_json *object = NULL;
    enum bd_status rc = bd_json_parse(arena, json, &object, err);

    if (rc == BD_OK)
        for (const struct bd_json *m = object->first; m; m = m->next)
            note(names, m->key, 0);
    bd_arena_free(arena);
    return rc;
}

enum bd_status import_names_add(struct import_names *names, bd_str json,
                                struct bd_err *err)
{
    bd_str rest = json;
    bd_str key = BD_STR_NONE;
    bd_str value = BD_STR_NONE;
    bd_str name = BD_STR_NONE;

    for (size_t place = 0; bd_json_walk(&rest, &key, &value); place++) {
        if (!bd_json_plain(key, &name))
            return parse_names(names, json, err);
        note(names, name, place);
    }
    return BD_OK;
}
