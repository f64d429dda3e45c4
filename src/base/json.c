#include "brevduva/base/json.h"

#include <assert.h>

#include <jansson.h>

#include "brevduva/base/i18n.h"
#include "brevduva/base/limits.h"

static enum bd_status fail_at(bd_str text, size_t offset, enum bd_status code,
                              const char *what, struct bd_err *err)
{
    struct bd_place place = bd_str_place(text, offset);

    return bd_fail(err, code, _("JSON, line %u, column %u: %s"), place.line,
                   place.column, what);
}

static enum bd_status fail_parse(bd_str text, const json_error_t *error,
                                 struct bd_err *err)
{
    const char *what = _("this does not follow the rules of JSON");
    /* jansson's position is behind the text that it could not take */
    size_t offset = error->position > 0 ? (size_t)error->position - 1 : 0;

    switch (json_error_code(error)) {
    case json_error_out_of_memory:
        bd_out_of_memory();
    case json_error_premature_end_of_input:
        what = _("the text ends in the middle of a value");
        break;
    case json_error_end_of_input_expected:
        what = _("there is more text after the end of the value");
        break;
    case json_error_duplicate_key:
        what = _("this key stands twice in one object");
        break;
    case json_error_null_character:
    case json_error_null_byte_in_key:
        what = _("the character \\u0000 is not allowed");
        break;
    case json_error_numeric_overflow:
        what = _("the number is too large");
        break;
    default:
        break;
    }
    return fail_at(text, offset, BD_EPARSE, what, err);
}

/* The octet after the string that starts at `at`, or the end. */
static size_t string_end(bd_str text, size_t at)
{
    for (at++; at < text.len && text.ptr[at] != '"'; at++)
        if (text.ptr[at] == '\\')
            at++;
    return at < text.len ? at + 1 : text.len;
}

static enum bd_status check_depth(bd_str text, struct bd_err *err)
{
    int depth = 0;

    for (size_t at = 0; at < text.len;) {
        char c = text.ptr[at];

        depth += (c == '[' || c == '{') - (c == ']' || c == '}');
        if (depth > BD_MAX_JSON_DEPTH)
            return fail_at(text, at, BD_ELIMIT,
                           _("arrays and objects are nested too deep"), err);
        at = c == '"' ? string_end(text, at) : at + 1;
    }
    return BD_OK;
}

/* The next number of a valid JSON text. jansson holds numbers as double or
 * int64; their text is found again by their order. */
static bd_str next_number(bd_str *rest)
{
    const bd_str digits = BD_STR("+-.0123456789Ee");
    size_t at = 0;
    size_t end = 0;

    while (at < rest->len && rest->ptr[at] != '-' &&
           !(rest->ptr[at] >= '0' && rest->ptr[at] <= '9'))
        at = rest->ptr[at] == '"' ? string_end(*rest, at) : at + 1;
    for (end = at; end < rest->len; end++)
        if (bd_str_find_char(digits, rest->ptr[end]) == SIZE_MAX)
            break;
    bd_str number = bd_str_sub(*rest, at, end - at);
    *rest = bd_str_skip(*rest, end);
    return number;
}

static struct bd_json *make(struct bd_arena *arena, enum bd_json_kind kind)
{
    struct bd_json *value = BD_NEW(arena, struct bd_json);

    value->kind = kind;
    return value;
}

static void append(struct bd_json *parent, struct bd_json *child)
{
    assert(!child->next);
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
}

/* As deep as check_depth allows. jansson keeps members in their order. */
static struct bd_json *convert(struct bd_arena *arena, json_t *from,
                               bd_str *numbers)
{
    static const enum bd_json_kind kinds[] = {
        [JSON_NULL] = BD_JSON_NULL,      [JSON_FALSE] = BD_JSON_BOOL,
        [JSON_TRUE] = BD_JSON_BOOL,      [JSON_REAL] = BD_JSON_NUMBER,
        [JSON_INTEGER] = BD_JSON_NUMBER, [JSON_STRING] = BD_JSON_STRING,
        [JSON_ARRAY] = BD_JSON_ARRAY,    [JSON_OBJECT] = BD_JSON_OBJECT,
    };
    struct bd_json *to = make(arena, kinds[json_typeof(from)]);
    const char *key = NULL;
    json_t *child = NULL;
    size_t i = 0;

    to->boolean = json_is_true(from);
    if (to->kind == BD_JSON_NUMBER)
        to->text = bd_arena_copy(arena, next_number(numbers));
    if (to->kind == BD_JSON_STRING)
        to->text = bd_arena_copy(arena, (bd_str) { json_string_value(from),
                                                   json_string_length(from) });
    json_array_foreach(from, i, child)
        append(to, convert(arena, child, numbers));
    json_object_foreach(from, key, child)
    {
        struct bd_json *member = convert(arena, child, numbers);

        member->key = bd_arena_copy(arena, bd_str_from(key));
        append(to, member);
    }
    return to;
}

enum bd_status bd_json_parse(struct bd_arena *arena, bd_str text,
                             struct bd_json **out, struct bd_err *err)
{
    /* as real: an integer above 2^63 is no error, and its text is ours */
    const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY |
                         JSON_DECODE_INT_AS_REAL;
    json_error_t error = { 0 };
    json_t *root = NULL;
    size_t bad = 0;
    enum bd_status rc = check_depth(text, err);

    if (rc != BD_OK)
        return rc;
    if (!bd_str_is_utf8(text, &bad))
        return fail_at(text, bad, BD_EPARSE, _("this is not UTF-8"), err);
    root = json_loadb(text.ptr ? text.ptr : "", text.len, flags, &error);
    if (!root)
        return fail_parse(text, &error, err);
    *out = convert(arena, root, &text);
    json_decref(root);
    return BD_OK;
}

struct bd_json *bd_json_object(struct bd_arena *arena)
{
    return make(arena, BD_JSON_OBJECT);
}

struct bd_json *bd_json_array(struct bd_arena *arena)
{
    return make(arena, BD_JSON_ARRAY);
}

struct bd_json *bd_json_string(struct bd_arena *arena, bd_str borrowed)
{
    struct bd_json *value = make(arena, BD_JSON_STRING);

    value->text = borrowed;
    return value;
}

struct bd_json *bd_json_int(struct bd_arena *arena, int64_t number)
{
    struct bd_json *value = make(arena, BD_JSON_NUMBER);

    value->text = bd_arena_printf(arena, "%lld", (long long)number);
    return value;
}

struct bd_json *bd_json_bool(struct bd_arena *arena, bool boolean)
{
    struct bd_json *value = make(arena, BD_JSON_BOOL);

    value->boolean = boolean;
    return value;
}

struct bd_json *bd_json_null(struct bd_arena *arena)
{
    return make(arena, BD_JSON_NULL);
}

void bd_json_set(struct bd_json *object, bd_str key, struct bd_json *value)
{
    assert(object->kind == BD_JSON_OBJECT);
    value->key = key;
    append(object, value);
}

void bd_json_push(struct bd_json *array, struct bd_json *value)
{
    assert(array->kind == BD_JSON_ARRAY);
    append(array, value);
}

const struct bd_json *bd_json_get(const struct bd_json *object, bd_str key)
{
    assert(object->kind == BD_JSON_OBJECT);
    for (const struct bd_json *m = object->first; m; m = m->next)
        if (bd_str_eq(m->key, key))
            return m;
    return NULL;
}

static void write_char(char c, struct bd_buf *out)
{
    static const char short_form[] = "\"\"\\\\\bb\ff\nn\rr\tt";

    for (const char *pair = short_form; *pair; pair += 2) {
        if (c == pair[0]) {
            bd_buf_add_char(out, '\\');
            bd_buf_add_char(out, pair[1]);
            return;
        }
    }
    if ((unsigned char)c < ' ' || c == 0x7f) /* DEL: not for terminals */
        bd_buf_printf(out, "\\u%04x", (unsigned)(unsigned char)c);
    else
        bd_buf_add_char(out, c);
}

void bd_json_write_string(bd_str text, struct bd_buf *out)
{
    bd_buf_add_char(out, '"');
    while (text.len > 0) {
        size_t good = text.len;

        (void)bd_str_is_utf8(text, &good);
        for (size_t i = 0; i < good; i++)
            write_char(text.ptr[i], out);
        if (good < text.len)
            bd_buf_add_cstr(out, "\ufffd");
        text = bd_str_skip(text, good + 1);
    }
    bd_buf_add_char(out, '"');
}

static void write_children(const struct bd_json *parent, struct bd_buf *out)
{
    bool object = parent->kind == BD_JSON_OBJECT;

    bd_buf_add_char(out, object ? '{' : '[');
    for (const struct bd_json *v = parent->first; v; v = v->next) {
        if (object) {
            bd_json_write_string(v->key, out);
            bd_buf_add_char(out, ':');
        }
        bd_json_write(v, out);
        if (v->next)
            bd_buf_add_char(out, ',');
    }
    bd_buf_add_char(out, object ? '}' : ']');
}

void bd_json_write(const struct bd_json *value, struct bd_buf *out)
{
    switch (value->kind) {
    case BD_JSON_NULL:
        bd_buf_add_cstr(out, "null");
        break;
    case BD_JSON_BOOL:
        bd_buf_add_cstr(out, value->boolean ? "true" : "false");
        break;
    case BD_JSON_NUMBER:
        bd_buf_add(out, value->text);
        break;
    case BD_JSON_STRING:
        bd_json_write_string(value->text, out);
        break;
    case BD_JSON_ARRAY:
    case BD_JSON_OBJECT:
        write_children(value, out);
        break;
    }
}
