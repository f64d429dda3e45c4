/*
 * JSON values as plain data (RFC 8259), in an arena. One kind of tree serves
 * readers' attributes, the data of templates and --json output. jansson,
 * which parses, stays behind this header.
 */
#ifndef BREVDUVA_BASE_JSON_H
#define BREVDUVA_BASE_JSON_H

#include "brevduva/base/arena.h"
#include "brevduva/base/buf.h"
#include "brevduva/base/status.h"

enum bd_json_kind {
    BD_JSON_NULL,
    BD_JSON_BOOL,
    BD_JSON_NUMBER, /* kept as its text, so that no digit is lost */
    BD_JSON_STRING,
    BD_JSON_ARRAY,
    BD_JSON_OBJECT
};

struct bd_json {
    enum bd_json_kind kind;
    bool boolean;
    bd_str text;           /* string or number */
    bd_str key;            /* when this is an object's member */
    struct bd_json *first; /* array or object: first child, in order */
    struct bd_json *last;
    struct bd_json *next; /* sibling */
};

/*
 * Parse one JSON text.
 *
 * text     borrowed; strings are copied into the arena
 * returns  BD_OK; BD_EPARSE with line and column (bad JSON, invalid UTF-8,
 *          duplicate keys, NUL in a string); BD_ELIMIT (too deep)
 */
enum bd_status bd_json_parse(struct bd_arena *arena, bd_str text,
                             struct bd_json **out,
                             struct bd_err *err) BD_MUST_USE;

struct bd_json *bd_json_object(struct bd_arena *arena);
struct bd_json *bd_json_array(struct bd_arena *arena);
struct bd_json *bd_json_string(struct bd_arena *arena, bd_str borrowed);
struct bd_json *bd_json_int(struct bd_arena *arena, int64_t number);
struct bd_json *bd_json_bool(struct bd_arena *arena, bool value);
struct bd_json *bd_json_null(struct bd_arena *arena);

/* Append; `value` must not have a parent yet. Keys are borrowed. */
void bd_json_set(struct bd_json *object, bd_str key, struct bd_json *value);
void bd_json_push(struct bd_json *array, struct bd_json *value);
/* The member, or NULL. */
const struct bd_json *bd_json_get(const struct bd_json *object, bd_str key);

/*
 * The next member of an object that is known to be valid JSON, because we
 * wrote it: no memory, no tree. Begin with `*rest` as the whole object.
 *
 * out_key, out_value  as they stand in the text, with quotes and escapes
 * returns             false at the end of the object
 */
bool bd_json_walk(bd_str *rest, bd_str *out_key, bd_str *out_value);
/* A string as it stands without escapes in it ("Kumla"): its inside. False:
 * it has escapes or is no string, and has to be parsed. */
bool bd_json_plain(bd_str value, bd_str *out);

/* Compact JSON on one line; non-ASCII as UTF-8. Strings that are not UTF-8
 * get U+FFFD for each bad octet, so that the output is always valid. */
void bd_json_write(const struct bd_json *value, struct bd_buf *out);
/* One JSON string with its quotes: for writers that stream rows. */
void bd_json_write_string(bd_str text, struct bd_buf *out);

#endif
