/* Header fields (RFC 5322 2.2), as they are found and not as they should be. */
#include <string.h>

#include "mail_private.h"
#include "mime_read_private.h"

#define FEW_FIELDS 32 /* most headers have no more */

bd_str mime_cut_line(bd_str *rest)
{
    bd_str line = bd_str_cut(rest, '\n');

    while (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static const bool is_name[256] = { ['!' ... '9'] = true, [';' ... '~'] = true };

/* Where the colon of the field stands; 0: it is none. */
static size_t colon_of(bd_str line, size_t *out_name)
{
    size_t name = bd_str_span(line, is_name);
    size_t colon = name;

    while (colon < line.len && is_blank(line.ptr[colon])) /* RFC 5322 4.5 */
        colon++;
    *out_name = name;
    return name > 0 && colon < line.len && line.ptr[colon] == ':' ? colon : 0;
}

static bd_str without_line_end(bd_str text)
{
    while (text.len > 0 &&
           (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
        text.len--;
    return text;
}

/* The field that starts `*rest`, with its folded lines; not yet its value. */
static bool take_field(bd_str *rest, struct bd_mail_field *out)
{
    bd_str after = *rest;
    bd_str line = mime_cut_line(&after);
    size_t name = 0;

    if (colon_of(line, &name) == 0)
        return false;
    while (after.len > 0 && is_blank(after.ptr[0]))
        (void)mime_cut_line(&after);
    out->name = bd_str_sub(line, 0, name);
    out->raw = bd_str_sub(*rest, 0, rest->len - after.len);
    out->raw = without_line_end(out->raw);
    *rest = after;
    return true;
}

static bool is_from_line(bd_str text)
{
    return bd_str_starts(text, BD_STR("From ")) ||
           bd_str_starts(text, BD_STR(">From "));
}

/* The next field, or false at the end of the header, whose empty line is
 * taken. Lines of an mbox and such that continue nothing are passed over. */
static bool next_field(bd_str *rest, struct bd_mail_field *out)
{
    while (rest->len > 0 && (is_from_line(*rest) || is_blank(rest->ptr[0])))
        (void)mime_cut_line(rest);
    if (take_field(rest, out))
        return true;
    if (rest->len > 0) {
        bd_str after = *rest;

        if (mime_cut_line(&after).len == 0)
            *rest = after;
    }
    return false;
}

static bool is_one_line_end(bd_str text, size_t at)
{
    return text.ptr[at] == '\n' ||
           (text.ptr[at] == '\r' &&
            (at + 1 == text.len || text.ptr[at + 1] == '\n' ||
             text.ptr[at + 1] == '\r'));
}

bd_str mime_unfold(struct bd_arena *arena, const struct bd_mail_field *field)
{
    size_t name = 0;
    bd_str text = bd_str_skip(field->raw, colon_of(field->raw, &name) + 1);
    char *copy = NULL;
    size_t len = 0;

    text = bd_str_sub(text, 0, MIME_MAX_VALUE);
    if (!bd_str_has_line_break(text))
        return bd_str_trim(text);
    copy = bd_arena_alloc(arena, text.len);
    for (size_t i = 0; i < text.len; i++)
        if (!is_one_line_end(text, i))
            copy[len++] = text.ptr[i];
    return bd_str_trim((bd_str) { copy, len });
}

/* Fields that hold addresses, also with Resent- before them. */
static bool is_address_field(bd_str name)
{
    static const bd_str names[] = {
        BD_STR_INIT("From"), BD_STR_INIT("To"),       BD_STR_INIT("Cc"),
        BD_STR_INIT("Bcc"),  BD_STR_INIT("Reply-To"), BD_STR_INIT("Sender"),
    };
    const bd_str resent = BD_STR("Resent-");

    if (bd_str_starts_nocase(name, resent))
        name = bd_str_skip(name, resent.len);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (bd_str_eq_nocase(name, names[i]))
            return true;
    return false;
}

static bd_str value_of(struct bd_arena *arena,
                       const struct bd_mail_field *field)
{
    bd_str text = mime_unfold(arena, field);
    struct bd_buf utf8 = { 0 };
    struct bd_buf decoded = { 0 };
    struct bd_buf clean = { 0 };
    bd_str value = BD_STR_NONE;

    bd_buf_init(&utf8, MIME_MAX_VALUE);
    bd_buf_init(&decoded, MIME_MAX_VALUE);
    if (!bd_str_is_utf8(text, NULL)) {
        mime_to_utf8(&utf8, BD_STR_NONE, text);
        text = bd_buf_str(&utf8);
    }
    if (bd_mail_has_word_mark(text)) {
        mime_words(&decoded, text, is_address_field(field->name));
        text = bd_buf_str(&decoded);
    }
    value = bd_str_trim(bd_mail_clean(text, &clean));
    if (utf8.len + decoded.len + clean.len > 0)
        value = bd_arena_copy(arena, value);
    bd_buf_fini(&utf8);
    bd_buf_fini(&decoded);
    bd_buf_fini(&clean);
    return value;
}

bd_str bd_mail_value(const struct bd_mail_header *header, size_t i)
{
    struct bd_mail_field *field = &header->fields[i];

    if (!field->is_known)
        field->value = value_of(header->arena, field);
    field->is_known = true;
    return field->value;
}

/* Room for one more. */
static void grow(struct bd_mail_header *header, size_t *room)
{
    struct bd_mail_field *fields = NULL;

    if (header->count < *room)
        return;
    *room = *room ? *room * 2 : FEW_FIELDS;
    fields = BD_NEW_ARRAY(header->arena, *room, struct bd_mail_field);
    if (header->count > 0)
        memcpy(fields, header->fields, header->count * sizeof *fields);
    header->fields = fields;
}

void mime_header(struct bd_arena *arena, bd_str bytes,
                 struct bd_mail_header *out, bd_str *out_rest, bool *out_cut)
{
    struct bd_mail_field field = { 0 };
    size_t room = 0;

    *out = (struct bd_mail_header) { .arena = arena };
    while (next_field(&bytes, &field)) {
        if (out->count == BD_MAIL_MAX_FIELDS) {
            *out_cut = true;
            continue;
        }
        grow(out, &room);
        out->fields[out->count++] = field;
    }
    *out_rest = bytes;
}

void bd_mail_read_header(struct bd_arena *arena, bd_str bytes,
                         struct bd_mail_header *out, bd_str *out_rest)
{
    bd_str rest = BD_STR_NONE;
    bool cut = false;

    bytes = bd_str_sub(bytes, 0, BD_MAIL_MAX_BYTES);
    mime_header(arena, bytes, out, &rest, &cut);
    if (out_rest)
        *out_rest = rest;
}

/* SIZE_MAX: there is none. */
static size_t find(const struct bd_mail_header *header, const char *name,
                   size_t n)
{
    bd_str wanted = bd_str_from(name);

    for (size_t i = 0; i < header->count; i++)
        if (bd_str_eq_nocase(header->fields[i].name, wanted) && n-- == 0)
            return i;
    return SIZE_MAX;
}

bd_str bd_mail_get(const struct bd_mail_header *header, const char *name)
{
    size_t i = find(header, name, 0);

    return i != SIZE_MAX ? bd_mail_value(header, i) : BD_STR_NONE;
}

bool bd_mail_has(const struct bd_mail_header *header, const char *name)
{
    return find(header, name, 0) != SIZE_MAX;
}

bool bd_mail_get_nth(const struct bd_mail_header *header, const char *name,
                     size_t n, bd_str *out)
{
    size_t i = find(header, name, n);

    if (i != SIZE_MAX)
        *out = bd_mail_value(header, i);
    return i != SIZE_MAX;
}

bd_str mime_unfolded(struct bd_arena *arena,
                     const struct bd_mail_header *header, const char *name)
{
    size_t i = find(header, name, 0);

    return i != SIZE_MAX ? mime_unfold(arena, &header->fields[i]) : BD_STR_NONE;
}
