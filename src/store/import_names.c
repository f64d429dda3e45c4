#include "brevduva/base/json.h"
#include "store_import.h"

/* Where a JSON string that starts at `at` (its first quote) ends: the octet
 * behind its last quote. */
static size_t string_end(bd_str json, size_t at)
{
    for (at++; at < json.len && json.ptr[at] != '"'; at++)
        if (json.ptr[at] == '\\')
            at++;
    return at + 1;
}

/* Behind the value that starts at `at`: at the object's next ',' or '}'. */
static size_t value_end(bd_str json, size_t at)
{
    int depth = 0;

    while (at < json.len) {
        char c = json.ptr[at];

        if (c == '"') {
            at = string_end(json, at);
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}'))
            return at;
        if (c == '{' || c == '[')
            depth++;
        if (c == '}' || c == ']')
            depth--;
        at++;
    }
    return at;
}

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
    size_t at = bd_str_find_char(json, '"');

    for (size_t place = 0; at < json.len && json.ptr[at] == '"'; place++) {
        size_t end = string_end(json, at);
        bd_str name = bd_str_sub(json, at + 1, end - at - 2);

        if (bd_str_find_char(name, '\\') != SIZE_MAX)
            return parse_names(names, json, err);
        note(names, name, place);
        at = value_end(json, end);
        while (at < json.len && (json.ptr[at] == ',' || json.ptr[at] == ' '))
            at++;
    }
    return BD_OK;
}
