#include "fields_private.h"

#include <string.h>

#include "brevduva/base/i18n.h"
#include "brevduva/compose/markdown.h"

#define MAX_TAG_OCTETS 400 /* name and default text */

size_t bd_fields_add(struct bd_fields *fields, struct bd_merge row)
{
    if (fields->count == fields->cap) {
        size_t cap = fields->cap ? fields->cap * 2 : 16;
        struct bd_merge *rows = BD_NEW_ARRAY(fields->arena, cap,
                                             struct bd_merge);

        if (fields->count > 0)
            memcpy(rows, fields->rows, fields->count * sizeof *rows);
        fields->rows = rows;
        fields->cap = cap;
    }
    fields->rows[fields->count] = row;
    return fields->count++;
}

void bd_marker_write(struct bd_buf *out, enum bd_escape escape, size_t row)
{
    bd_buf_add_char(out, MARKER_OPEN);
    bd_buf_add_char(out, (char)('a' + (int)escape));
    bd_buf_add_u64(out, row);
    bd_buf_add_char(out, MARKER_CLOSE);
}

size_t bd_marker_len(bd_str text)
{
    if (text.len == 0 || text.ptr[0] != MARKER_OPEN)
        return 0;
    return bd_str_find_char(text, MARKER_CLOSE) + 1;
}

bool bd_marker_cut(bd_str *rest, bd_str *out_before, struct bd_marker *out)
{
    size_t at = bd_str_find_char(*rest, MARKER_OPEN);
    bd_str marker = BD_STR_NONE;
    uint64_t row = 0;

    *out_before = bd_str_sub(*rest, 0, at);
    if (at == SIZE_MAX) {
        *rest = BD_STR_NONE;
        return false;
    }
    marker = bd_str_skip(*rest, at);
    marker = bd_str_sub(marker, 0, bd_marker_len(marker));
    *rest = bd_str_skip(*rest, at + marker.len);
    (void)bd_str_to_u64(bd_str_sub(marker, 2, marker.len - 3), &row);
    out->escape = (enum bd_escape)(marker.ptr[1] - 'a');
    out->row = (size_t)row;
    return true;
}

bd_str bd_marked_as(struct bd_arena *arena, bd_str text, enum bd_escape escape)
{
    struct bd_buf buf = { 0 };
    struct bd_marker marker = { 0 };
    bd_str before = BD_STR_NONE;
    bd_str out = BD_STR_NONE;

    if (bd_str_find_char(text, MARKER_OPEN) == SIZE_MAX)
        return text;
    while (bd_marker_cut(&text, &before, &marker)) {
        bd_buf_add(&buf, before);
        bd_marker_write(&buf, escape, marker.row);
    }
    bd_buf_add(&buf, before);
    out = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return out;
}

static enum bd_status bad_tag(struct bd_err *err, bd_str tag)
{
    return bd_fail(err, BD_EPARSE,
                   _("the merge tag that starts with \"%.*s\" has no end; "
                     "write {{name}} or {{name|default text}}, all on one "
                     "line and without formatting in it, or \\{{ for two "
                     "braces"),
                   BD_ARG(bd_str_cut_utf8(tag, 20)));
}

/* Read the tag at the start of `text`; its length, or 0. */
static size_t read_tag(bd_str text, struct bd_merge *out)
{
    size_t end = bd_str_find(text, BD_STR("}}"));
    bd_str inside = BD_STR_NONE;

    if (end == SIZE_MAX || end > MAX_TAG_OCTETS)
        return 0;
    inside = bd_str_sub(text, 2, end - 2);
    if (bd_str_find(inside, BD_STR("{{")) != SIZE_MAX)
        return 0;
    out->name = bd_str_trim(bd_str_cut(&inside, '|'));
    out->fallback = bd_str_trim(inside);
    return end + 2;
}

/* Add one stretch of text without tags, "\{{" made "{{". */
static void add_plain(struct bd_buf *buf, bd_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != BD_ESCAPED)
            bd_buf_add_char(buf, text.ptr[i]);
}

/* Where the next tag opens, past escaped ones; SIZE_MAX if nowhere. */
static size_t find_tag(bd_str text, size_t from)
{
    for (;;) {
        size_t at = bd_str_find(bd_str_skip(text, from), BD_STR("{{"));

        if (at == SIZE_MAX || from >= text.len)
            return SIZE_MAX;
        at += from;
        if (at == 0 || text.ptr[at - 1] != BD_ESCAPED)
            return at;
        from = at + 2;
    }
}

enum bd_status bd_merge_mark(struct bd_fields *fields, bd_str text, bd_str *out,
                             size_t *out_bad, struct bd_err *err)
{
    struct bd_buf buf = { 0 };
    size_t done = 0;
    size_t at = 0;
    enum bd_status rc = BD_OK;

    if (bd_str_find(text, BD_STR("{{")) == SIZE_MAX) {
        *out = text;
        return BD_OK;
    }
    while ((at = find_tag(text, done)) != SIZE_MAX) {
        struct bd_merge tag = { .name = BD_STR_NONE };
        size_t len = read_tag(bd_str_skip(text, at), &tag);

        if (len == 0 || tag.name.len == 0) {
            *out_bad = at;
            rc = bad_tag(err, bd_str_skip(text, at));
            break;
        }
        add_plain(&buf, bd_str_sub(text, done, at - done));
        bd_marker_write(&buf, BD_ESCAPE_TEXT, bd_fields_add(fields, tag));
        done = at + len;
    }
    if (rc == BD_OK) {
        add_plain(&buf, bd_str_skip(text, done));
        *out = bd_buf_copy(&buf, fields->arena);
    }
    bd_buf_fini(&buf);
    return rc;
}

bd_str bd_merge_show(struct bd_arena *arena, const struct bd_issue *issue,
                     bd_str marked)
{
    struct bd_buf buf = { 0 };
    struct bd_marker marker = { 0 };
    bd_str before = BD_STR_NONE;
    bd_str shown = BD_STR_NONE;
    bool more = true;

    if (bd_str_find_char(marked, MARKER_OPEN) == SIZE_MAX)
        return marked;
    while (more) {
        more = bd_marker_cut(&marked, &before, &marker);
        bd_buf_add(&buf, before);
        if (more && issue->merges[marker.row].fallback.len > 0)
            bd_buf_add(&buf, issue->merges[marker.row].fallback);
        else if (more)
            bd_buf_printf(&buf, "{{%.*s}}",
                          BD_ARG(issue->merges[marker.row].name));
    }
    shown = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return shown;
}
