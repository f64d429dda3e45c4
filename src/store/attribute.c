#include "brevduva/base/json.h"
#include "store_private.h"

static enum bd_status parse_object(struct bd_arena *arena, bd_str text,
                                   struct bd_json **out, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    if (text.len == 0) {
        *out = bd_json_object(arena);
        return BD_OK;
    }
    rc = bd_json_parse(arena, text, out, err);
    if (rc == BD_OK && (*out)->kind != BD_JSON_OBJECT)
        rc = bd_fail(err, BD_EPARSE, _("attributes must be a JSON object"));
    return rc;
}

enum bd_status store_attribute_add(struct bd_store *store, bd_str name,
                                   struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    enum bd_status rc = store_query(store, SQL_ATTRIBUTE_ADD, &query, err);

    if (rc != BD_OK)
        return rc;
    store_bind_text(query, 1, name);
    return store_run(store, query, err);
}

enum bd_status store_attribute_note(struct bd_store *store, bd_str attributes,
                                    struct bd_err *err)
{
    struct bd_arena *arena = NULL;
    struct bd_json *object = NULL;
    enum bd_status rc = BD_OK;

    if (attributes.len == 0)
        return BD_OK;
    arena = bd_arena_new();
    rc = parse_object(arena, attributes, &object, err);
    for (const struct bd_json *member = rc == BD_OK ? object->first : NULL;
         member && rc == BD_OK; member = member->next)
        rc = store_attribute_add(store, member->key, err);
    bd_arena_free(arena);
    return rc;
}

static bool same_value(const struct bd_json *a, const struct bd_json *b)
{
    struct bd_buf left;
    struct bd_buf right;
    bool same = false;

    bd_buf_init(&left, 0);
    bd_buf_init(&right, 0);
    bd_json_write(a, &left);
    bd_json_write(b, &right);
    same = bd_str_eq(bd_buf_str(&left), bd_buf_str(&right));
    bd_buf_fini(&left);
    bd_buf_fini(&right);
    return same;
}

/* A new object: members of `old` in their order, with the values of `more`
 * where it has them, then what only `more` has. Both lose their members. */
static struct bd_json *merge(struct bd_arena *arena, struct bd_json *old,
                             struct bd_json *more, bool *out_changed)
{
    struct bd_json *all = bd_json_object(arena);
    struct bd_json *next = NULL;

    *out_changed = false;
    for (struct bd_json *m = old->first; m; m = next) {
        const struct bd_json *newer = bd_json_get(more, m->key);

        next = m->next;
        m->next = NULL;
        if (newer && !same_value(m, newer)) {
            *m = *newer;
            m->next = NULL;
            *out_changed = true;
        }
        bd_json_set(all, m->key, m);
    }
    for (struct bd_json *m = more->first; m; m = next) {
        next = m->next;
        m->next = NULL;
        if (bd_json_get(all, m->key))
            continue;
        bd_json_set(all, m->key, m);
        *out_changed = true;
    }
    return all;
}

enum bd_status store_attribute_merge(struct bd_arena *arena, bd_str old,
                                     bd_str more, bd_str *out,
                                     struct bd_err *err)
{
    struct bd_json *into = NULL;
    struct bd_json *from = NULL;
    bool changed = false;
    enum bd_status rc = BD_OK;

    *out = old;
    if (more.len == 0 || bd_str_eq(old, more))
        return BD_OK;
    rc = parse_object(arena, old, &into, err);
    if (rc == BD_OK)
        rc = parse_object(arena, more, &from, err);
    if (rc != BD_OK)
        return rc;
    into = merge(arena, into, from, &changed);
    if (changed) {
        struct bd_buf text;

        bd_buf_init(&text, 0);
        bd_json_write(into, &text);
        *out = bd_buf_copy(&text, arena);
        bd_buf_fini(&text);
    }
    return BD_OK;
}

enum bd_status bd_attribute_names(struct bd_arena *arena,
                                  struct bd_store *store, const bd_str **out,
                                  size_t *out_count, struct bd_err *err)
{
    sqlite3_stmt *query = NULL;
    bd_str *names = NULL;
    size_t count = 0;
    size_t room = 0;
    bool row = false;
    enum bd_status rc = store_query(store, SQL_ATTRIBUTE_EACH, &query, err);

    if (rc != BD_OK)
        return rc;
    while ((rc = store_step(store, query, &row, err)) == BD_OK && row) {
        names = store_grow(arena, names, count, &room, sizeof *names);
        names[count++] = store_column_copy(arena, query, 0);
    }
    if (rc != BD_OK)
        return rc;
    *out = names;
    *out_count = count;
    return BD_OK;
}
