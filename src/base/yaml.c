#include "brevduva/base/yaml.h"

#include <string.h>

#include <yaml.h>

#include "brevduva/base/i18n.h"
#include "brevduva/base/limits.h"
#include "yaml_private.h"

struct reader {
    struct bd_arena *arena;
    const char *name;
    uint32_t first_line;
    bd_str text; /* without a byte order mark */
    yaml_parser_t parser;
    yaml_event_t event; /* the newest; freed when the next one is read */
    struct bd_err *err;
};

static struct bd_place place_of(const struct reader *r, yaml_mark_t mark)
{
    return (struct bd_place) { (uint32_t)mark.line + r->first_line,
                               (uint32_t)mark.column + 1 };
}

static enum bd_status fail_at(const struct reader *r, struct bd_place place,
                              enum bd_status code, const char *what)
{
    return bd_fail(r->err, code, "%s:%u:%u: %s", r->name, place.line,
                   place.column, what);
}

static enum bd_status fail_here(const struct reader *r, enum bd_status code,
                                const char *what)
{
    return fail_at(r, place_of(r, r->event.start_mark), code, what);
}

static enum bd_status fail_libyaml(struct reader *r)
{
    const yaml_parser_t *p = &r->parser;
    const struct yaml_trouble trouble = { p->problem, r->text,
                                          p->problem_mark.index };
    bool at_context = false;
    const char *what = NULL;

    if (p->error == YAML_MEMORY_ERROR)
        bd_out_of_memory();
    what = yaml_advice(&trouble, &at_context);
    return fail_at(r,
                   place_of(r, at_context ? p->context_mark : p->problem_mark),
                   BD_EPARSE, what);
}

static enum bd_status next_event(struct reader *r)
{
    yaml_event_delete(&r->event);
    return yaml_parser_parse(&r->parser, &r->event) ? BD_OK : fail_libyaml(r);
}

static enum bd_status refuse_tag_and_anchor(const struct reader *r,
                                            const yaml_char_t *anchor,
                                            const yaml_char_t *tag)
{
    if (anchor)
        return fail_here(r, BD_EPARSE,
                         _("anchors (&name) are not used here; put quotes "
                           "around text that starts with &"));
    if (tag)
        return fail_here(r, BD_EPARSE,
                         _("tags (!name) are not used here; put quotes "
                           "around text that starts with !"));
    return BD_OK;
}

/* The event is a scalar. Escapes as "\x01" make control characters that
 * check_characters could not see. */
static enum bd_status take_scalar(const struct reader *r, bd_str *out)
{
    bd_str text = { (const char *)r->event.data.scalar.value,
                    r->event.data.scalar.length };
    enum bd_status rc = refuse_tag_and_anchor(r, r->event.data.scalar.anchor,
                                              r->event.data.scalar.tag);

    if (rc != BD_OK)
        return rc;
    if (bd_str_has_control(text))
        return fail_here(r, BD_EPARSE,
                         _("this text has a control character in it; "
                           "remove the escape that makes it"));
    *out = bd_arena_copy(r->arena, text);
    return BD_OK;
}

static enum bd_status read_key(const struct reader *r,
                               const struct bd_yaml *parent,
                               struct bd_yaml *child)
{
    const struct bd_yaml *twin = NULL;
    enum bd_status rc = BD_OK;

    if (r->event.type == YAML_ALIAS_EVENT)
        return fail_here(r, BD_EPARSE,
                         _("aliases (*name) are not used here; put quotes "
                           "around text that starts with *"));
    if (r->event.type != YAML_SCALAR_EVENT)
        return fail_here(r, BD_EPARSE,
                         _("a key must be plain text; write it as key: "
                           "value"));
    child->key_place = place_of(r, r->event.start_mark);
    rc = take_scalar(r, &child->key);
    if (rc != BD_OK)
        return rc;
    if (child->key.len == 0)
        return fail_here(r, BD_EPARSE,
                         _("there is no key before the colon; write it as "
                           "key: value"));
    twin = bd_yaml_get(parent, child->key);
    if (twin)
        return bd_fail(r->err, BD_EPARSE,
                       _("%s:%u:%u: the key \"%.*s\" stands twice, first in "
                         "line %u; remove one of them"),
                       r->name, child->key_place.line, child->key_place.column,
                       BD_ARG(child->key), twin->key_place.line);
    return BD_OK;
}

static enum bd_status read_children(struct reader *r, struct bd_yaml *parent,
                                    int depth);

static enum bd_status read_collection(struct reader *r, struct bd_yaml *node,
                                      int depth)
{
    bool mapping = r->event.type == YAML_MAPPING_START_EVENT;
    enum bd_status rc = BD_OK;

    node->kind = mapping ? BD_YAML_MAPPING : BD_YAML_SEQUENCE;
    rc = mapping ? refuse_tag_and_anchor(r, r->event.data.mapping_start.anchor,
                                         r->event.data.mapping_start.tag)
                 : refuse_tag_and_anchor(r, r->event.data.sequence_start.anchor,
                                         r->event.data.sequence_start.tag);
    if (rc != BD_OK)
        return rc;
    if (depth == BD_MAX_YAML_DEPTH)
        return fail_here(r, BD_ELIMIT,
                         _("this is nested too deep; use fewer levels"));
    return read_children(r, node, depth + 1);
}

/* The newest event starts the value. */
static enum bd_status read_value(struct reader *r, struct bd_yaml *node,
                                 int depth)
{
    node->place = place_of(r, r->event.start_mark);
    if (r->event.type == YAML_ALIAS_EVENT)
        return fail_here(r, BD_EPARSE,
                         _("aliases (*name) are not used here; put quotes "
                           "around text that starts with *"));
    if (r->event.type != YAML_SCALAR_EVENT)
        return read_collection(r, node, depth);
    node->kind = BD_YAML_SCALAR;
    node->quoted = r->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return take_scalar(r, &node->text);
}

static enum bd_status read_children(struct reader *r, struct bd_yaml *parent,
                                    int depth)
{
    bool mapping = parent->kind == BD_YAML_MAPPING;
    yaml_event_type_t end = mapping ? YAML_MAPPING_END_EVENT
                                    : YAML_SEQUENCE_END_EVENT;
    struct bd_yaml **tail = &parent->first;
    enum bd_status rc = next_event(r);

    for (size_t count = 0; rc == BD_OK && r->event.type != end; count++) {
        struct bd_yaml *child = BD_NEW(r->arena, struct bd_yaml);

        if (count == BD_MAX_YAML_ENTRIES)
            return fail_here(r, BD_ELIMIT,
                             _("there are too many entries at this level"));
        if (mapping && ((rc = read_key(r, parent, child)) != BD_OK ||
                        (rc = next_event(r)) != BD_OK))
            return rc;
        rc = read_value(r, child, depth);
        if (rc != BD_OK)
            return rc;
        *tail = child;
        tail = &child->next;
        rc = next_event(r);
    }
    return rc;
}

/* The root: a mapping, or nothing (also after "---"). */
static enum bd_status read_root(struct reader *r, struct bd_yaml *root)
{
    enum bd_status rc = read_value(r, root, 0);

    if (rc != BD_OK || root->kind == BD_YAML_MAPPING)
        return rc;
    if (root->kind != BD_YAML_SCALAR || root->quoted || root->text.len > 0)
        return fail_at(r, root->place, BD_EPARSE,
                       _("this is not a list of settings; begin each line "
                         "with a key and a colon, as in key: value"));
    root->kind = BD_YAML_MAPPING;
    return BD_OK;
}

static enum bd_status read_document(struct reader *r, struct bd_yaml *root)
{
    enum bd_status rc = BD_OK;

    if (r->event.data.document_start.version_directive ||
        r->event.data.document_start.tag_directives.start !=
            r->event.data.document_start.tag_directives.end)
        return fail_here(r, BD_EPARSE,
                         _("lines that start with % are not used here; "
                           "remove this line"));
    if ((rc = next_event(r)) != BD_OK || (rc = read_root(r, root)) != BD_OK ||
        (rc = next_event(r)) != BD_OK || (rc = next_event(r)) != BD_OK)
        return rc;
    if (r->event.type != YAML_STREAM_END_EVENT)
        return fail_here(r, BD_EPARSE,
                         _("a second document starts here; keep all in one "
                           "and remove this ---"));
    return BD_OK;
}

static enum bd_status read_stream(struct reader *r, struct bd_yaml *root)
{
    enum bd_status rc = BD_OK;

    root->kind = BD_YAML_MAPPING;
    root->place = (struct bd_place) { r->first_line, 1 };
    if ((rc = next_event(r)) != BD_OK || (rc = next_event(r)) != BD_OK ||
        r->event.type == YAML_STREAM_END_EVENT)
        return rc;
    return read_document(r, root);
}

/* Before libyaml sees the text, which would name no place, and would count
 * the characters U+2028 and U+2029 as line ends. */
static enum bd_status check_characters(const struct reader *r)
{
    struct bd_place place = { 0 };
    const char *what = NULL;
    size_t bad = SIZE_MAX;

    if (!bd_str_is_utf8(r->text, &bad))
        what = _("this is not UTF-8; save the file with the encoding UTF-8");
    else if ((bad = bd_str_find_control(r->text)) != SIZE_MAX)
        what = _("a control character stands here; remove it");
    else if ((bad = bd_str_find(r->text, BD_STR("\u2028"))) != SIZE_MAX ||
             (bad = bd_str_find(r->text, BD_STR("\u2029"))) != SIZE_MAX)
        what = _("an invisible line separator stands here; delete it and "
                 "type the space again");
    if (bad == SIZE_MAX)
        return BD_OK;
    place = bd_str_place(r->text, bad);
    place.line += r->first_line - 1;
    return fail_at(r, place, BD_EPARSE, what);
}

enum bd_status bd_yaml_parse(struct bd_arena *arena, const char *name,
                             uint32_t first_line, bd_str text,
                             struct bd_yaml **out, struct bd_err *err)
{
    struct reader r = { .arena = arena,
                        .name = name,
                        .first_line = first_line,
                        .text = text,
                        .err = err };
    struct bd_yaml *root = BD_NEW(arena, struct bd_yaml);
    enum bd_status rc = BD_OK;

    if (bd_str_starts(text, BD_STR("\ufeff")))
        r.text = bd_str_skip(text, 3);
    rc = check_characters(&r);
    if (rc != BD_OK)
        return rc;
    if (!yaml_parser_initialize(&r.parser))
        bd_out_of_memory();
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &r.parser, (const yaml_char_t *)(r.text.len ? r.text.ptr : ""),
        r.text.len);
    rc = read_stream(&r, root);
    yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    if (rc == BD_OK)
        *out = root;
    return rc;
}

const struct bd_yaml *bd_yaml_get(const struct bd_yaml *mapping, bd_str key)
{
    for (const struct bd_yaml *m = mapping->first; m; m = m->next)
        if (bd_str_eq(m->key, key))
            return m;
    return NULL;
}
