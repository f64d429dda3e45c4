/* What blocks have in common in reading their lines. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "block_private.h"
#include "brevduva/base/i18n.h"
#include "document_private.h"
#include "links_private.h"

/* Without blanks around, and standing where it then does. */
static struct bd_line trim(struct bd_line line)
{
    bd_str trimmed = bd_str_trim(line.text);

    if (trimmed.len > 0)
        line.at += (size_t)(trimmed.ptr - line.text.ptr);
    line.text = trimmed;
    return line;
}

static struct bd_line sub(struct bd_line line, size_t from, size_t len)
{
    line.text = bd_str_sub(line.text, from, len);
    line.at += from;
    return trim(line);
}

bool bd_block_line(struct bd_block_reader *r, struct bd_line *out)
{
    while (r->next < r->count) {
        struct bd_line line = trim(r->lines[r->next++]);

        if (line.text.len == 0)
            continue;
        *out = line;
        return true;
    }
    return false;
}

bool bd_block_pair(struct bd_line line, bd_str *out_name,
                   struct bd_line *out_value)
{
    size_t colon = bd_str_find_char(line.text, ':');

    if (colon == SIZE_MAX)
        return false;
    *out_name = bd_str_trim(bd_str_sub(line.text, 0, colon));
    *out_value = sub(line, colon + 1, line.text.len);
    return true;
}

/* Where the next separator stands that separates, or the end. */
static size_t cell_end(bd_str text, size_t from, char separator)
{
    bool tags = true; /* there may be one to come */

    for (size_t i = from; i < text.len; i++) {
        bd_str here = bd_str_skip(text, i);
        size_t end = SIZE_MAX;

        if (text.ptr[i] == separator)
            return i;
        if (tags && bd_str_starts(here, BD_STR("{{"))) {
            end = bd_str_find(here, BD_STR("}}"));
            tags = end != SIZE_MAX;
        }
        if (end != SIZE_MAX)
            i += end + 1;
        else if (text.ptr[i] == '\\')
            i++;
    }
    return text.len;
}

char bd_block_separator(bd_str line)
{
    if (cell_end(line, 0, '|') < line.len)
        return '|';
    return cell_end(line, 0, ';') < line.len ? ';' : '\0';
}

size_t bd_block_cells(struct bd_line line, char separator,
                      struct bd_line cells[BD_MAX_BLOCK_CELLS])
{
    bool framed = separator == '|';
    size_t from = framed && line.text.len > 0 && line.text.ptr[0] == '|';
    size_t count = 0;

    for (;;) {
        size_t end = cell_end(line.text, from, separator);

        if (count == BD_MAX_BLOCK_CELLS)
            return count + 1;
        cells[count++] = sub(line, from, end - from);
        from = end + 1;
        if (end >= line.text.len || (framed && from == line.text.len))
            return count;
    }
}

/* Place of an octet of the content. */
static struct bd_place place_of(const struct bd_block_reader *r,
                                const struct bd_line *line)
{
    bd_str text = r->source->text;
    struct bd_place place = { r->first_line + (uint32_t)line->number, 1 };

    for (size_t i = line->at; i > 0 && text.ptr[i - 1] != '\n'; i--)
        place.column += ((unsigned char)text.ptr[i - 1] & 0xc0) != 0x80;
    return place;
}

static struct bd_node *node_at(struct bd_block_reader *r,
                               struct bd_node *parent, enum bd_node_kind kind,
                               struct bd_line line)
{
    struct bd_node *node = bd_node_new(r->arena, kind, place_of(r, &line),
                                       line.at);

    bd_node_append(parent, node);
    return node;
}

struct bd_node *bd_block_part(struct bd_block_reader *r, struct bd_node *parent,
                              const char *role, struct bd_line line)
{
    struct bd_node *part = node_at(r, parent, BD_NODE_PART, line);

    part->info = bd_str_from(role);
    return part;
}

struct bd_node *bd_block_text(struct bd_block_reader *r, struct bd_node *parent,
                              struct bd_line line)
{
    struct bd_node *text = node_at(r, parent, BD_NODE_TEXT, line);

    text->text = bd_arena_copy(r->arena, line.text);
    for (char *p = (char *)(uintptr_t)text->text.ptr; *p; p++)
        if (*p == '\t')
            *p = ' ';
    return text;
}

struct bd_node *bd_block_link(struct bd_block_reader *r, struct bd_node *parent,
                              struct bd_line line, bd_str url)
{
    struct bd_node *link = node_at(r, parent, BD_NODE_LINK, line);

    link->url = url;
    (void)bd_block_text(r, link, line);
    return link;
}

static void take_children(struct bd_node *to, struct bd_node *from)
{
    struct bd_node *next = NULL;

    for (struct bd_node *n = from->first; n; n = next) {
        next = n->next;
        bd_node_append(to, n);
    }
}

/* A bar before it keeps "10. maj" and "- " from becoming lists. */
enum bd_status bd_block_inline(struct bd_block_reader *r,
                               struct bd_node *parent, struct bd_line line,
                               struct bd_err *err)
{
    struct bd_stretch stretch = {
        .text = bd_arena_printf(r->arena, "|%.*s", BD_ARG(line.text)),
        .lines = &line.at,
        .line_count = 1,
        .first_line = r->first_line + (uint32_t)line.number,
        .lead = 1,
    };
    struct bd_node *root = NULL;
    enum bd_status rc = bd_markdown_parse_stretch(r->arena, r->source, &stretch,
                                                  &root, err);
    struct bd_node *paragraph = rc == BD_OK ? root->first : NULL;

    if (!paragraph || !paragraph->first)
        return rc;
    paragraph->first->text = bd_str_skip(paragraph->first->text, 1);
    if (paragraph->first->text.len == 0 && paragraph->first->next)
        paragraph->first = paragraph->first->next;
    take_children(parent, paragraph);
    return BD_OK;
}

enum bd_status bd_block_markdown(struct bd_block_reader *r,
                                 struct bd_node *parent, size_t from, size_t to,
                                 struct bd_err *err)
{
    size_t *starts = BD_NEW_ARRAY(r->arena, to - from + 1, size_t);
    struct bd_stretch stretch = { .lines = starts,
                                  .line_count = to - from,
                                  .first_line = r->first_line +
                                                (uint32_t)from };
    struct bd_buf text = { 0 };
    struct bd_node *root = NULL;
    enum bd_status rc = BD_OK;

    for (size_t i = from; i < to; i++) {
        starts[i - from] = r->lines[i].at;
        bd_buf_add(&text, r->lines[i].text);
        bd_buf_add_char(&text, '\n');
    }
    stretch.text = bd_buf_copy(&text, r->arena);
    bd_buf_fini(&text);
    rc = bd_markdown_parse_stretch(r->arena, r->source, &stretch, &root, err);
    if (rc == BD_OK)
        take_children(parent, root);
    return rc;
}

bd_str bd_block_url(struct bd_arena *arena, bd_str text)
{
    struct bd_found_link found = { 0 };

    if (bd_link_find(arena, text, 0, &found) && found.at == 0 &&
        found.len == text.len)
        return found.url;
    return text;
}

enum bd_status bd_block_refuse(const struct bd_block_reader *r,
                               const struct bd_line *line, struct bd_err *err,
                               const char *format, ...)
{
    char message[sizeof err->msg];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    (void)bd_fail(err, BD_EPARSE, "%s", message);
    return bd_fail_at(err, BD_EPARSE, r->source->path,
                      line ? place_of(r, line) : r->node->place);
}

bool bd_block_is(const struct bd_node *node, const char *role)
{
    return node->kind == BD_NODE_PART &&
           bd_str_eq(node->info, bd_str_from(role));
}

const struct bd_node *bd_block_find(const struct bd_node *node,
                                    const char *role)
{
    const struct bd_node *part = node->first;

    while (part && !bd_block_is(part, role))
        part = part->next;
    return part;
}

bd_str bd_block_names(struct bd_arena *arena, const char *const names[])
{
    bd_str list = bd_str_from(names[0]);

    for (size_t i = 1; names[0] && names[i]; i++)
        list = names[i + 1]
                   ? bd_arena_printf(arena, "%.*s, %s", BD_ARG(list), names[i])
                   : bd_arena_printf(arena, _("%.*s and %s"), BD_ARG(list),
                                     names[i]);
    return list;
}
