/* layer: mail */
#include <assert.h>

#include "brevduva/base/buf.h"
#include "brevduva/mail/mime_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_inside(bd_str part, bd_str whole)
{
    return part.len == 0 || (part.ptr >= whole.ptr &&
                             part.ptr + part.len <= whole.ptr + whole.len);
}

static void check_line(bd_str text)
{
    assert(bd_str_is_utf8(text, NULL));
    assert(!bd_str_has_control(text) && !bd_str_has_line_break(text));
}

static void check_addresses(bd_str value)
{
    bd_str rest = value;
    bd_str found = BD_STR_NONE;
    bd_str name = BD_STR_NONE;
    size_t before = rest.len + 1;

    assert(is_inside(bd_mail_address(value, &name), value));
    assert(is_inside(name, value));
    while (bd_mail_next_address(&rest, &found)) {
        assert(is_inside(found, value) && found.len > 0);
        assert(rest.len < before);
        before = rest.len;
    }
}

static void check_header(const struct bd_mail_header *header)
{
    assert(header->count <= BD_MAIL_MAX_FIELDS);
    for (size_t i = 0; i < header->count; i++) {
        const struct bd_mail_field *field = &header->fields[i];

        assert(field->name.len > 0 && field->raw.len > field->name.len);
        assert(bd_str_is_ascii(field->name));
        assert(bd_str_starts(field->raw, field->name));
        check_line(bd_mail_value(header, i));
        check_addresses(bd_mail_value(header, i));
    }
}

static void check_part(struct bd_arena *arena, const struct bd_mail_part *part)
{
    bd_str html = bd_mail_text_of_html(arena, part->text);

    assert(part->type.len > 0 && part->depth <= BD_MAIL_MAX_DEPTH);
    assert((part->depth == 0) == (part->parent.len == 0));
    check_line(part->name);
    check_header(&part->header);
    assert(part->text.len <= BD_MAIL_MAX_TEXT);
    assert(bd_str_is_utf8(part->text, NULL));
    assert(bd_str_find_char(part->text, '\r') == SIZE_MAX);
    assert(bd_str_find_char(part->text, 0) == SIZE_MAX);
    assert(html.len <= part->text.len + 8 && bd_str_is_utf8(html, NULL));
}

/* Whatever it is: clean values, within all limits. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bd_str bytes = { (const char *)data, size };
    struct bd_arena *arena = bd_arena_new();
    struct bd_mail_header header;
    struct bd_mail mail;
    bd_str rest = BD_STR_NONE;

    bd_mail_read(arena, bytes, &mail);
    check_header(&mail.header);
    check_line(mail.report_type);
    assert(mail.part_count > 0 && mail.part_count <= BD_MAIL_MAX_PARTS);
    for (size_t i = 0; i < mail.part_count; i++)
        check_part(arena, &mail.parts[i]);
    bd_mail_read_header(arena, bytes, &header, &rest);
    check_header(&header);
    assert(is_inside(rest, bytes));
    check_addresses(bytes);
    (void)bd_mail_text_of_html(arena, bytes);
    bd_arena_free(arena);
    return 0;
}
