/*
 * Templates become a tree of nodes. Tags that stand alone on their line
 * (sections, comments, partials, set delimiter) take the whole line with
 * them, as the specification says.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "brevduva/base/i18n.h"
#include "brevduva/base/limits.h"
#include "mustache_private.h"

struct parser {
    struct bd_arena *arena;
    struct bd_mustache *template;
    bd_str text;
    size_t pos;
    bd_str open; /* delimiters in force */
    bd_str close;
    struct node *nest[BD_MAX_TEMPLATE_DEPTH + 1]; /* root and open sections */
    size_t depth;
    struct bd_err *err;
};

/* One tag as it stands in the text. `sigil` is 0 for a plain variable. */
struct tag {
    size_t at;
    size_t end;
    char sigil;
    bd_str content; /* without blanks at both ends */
};

enum bd_status bd_mustache_fail(const struct bd_mustache *template, size_t at,
                                enum bd_status code, struct bd_err *err,
                                const char *format, ...)
{
    struct bd_place place = bd_str_place(template->text, at);
    char what[sizeof err->msg];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return bd_fail(err, code, "%s:%u:%u: %s", template->name, place.line,
                   place.column, what);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
    return is_blank(c) || c == '\r' || c == '\n';
}

static bool at_line_start(bd_str text, size_t at)
{
    return at == 0 || text.ptr[at - 1] == '\n';
}

static size_t find(bd_str text, size_t from, bd_str needle)
{
    size_t at = bd_str_find(bd_str_skip(text, from), needle);

    return at == SIZE_MAX ? SIZE_MAX : from + at;
}

static struct node *add_node(struct parser *p, enum node_kind kind, size_t at,
                             bd_str text)
{
    struct node *parent = p->nest[p->depth];
    struct node *node = BD_NEW(p->arena, struct node);

    *node = (struct node) { .kind = kind, .at = at, .text = text };
    if (parent->last)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
    return node;
}

/* One node a line, so that rendering can indent each. */
static void add_text(struct parser *p, size_t from, size_t to)
{
    while (from < to) {
        bd_str rest = bd_str_sub(p->text, from, to - from);
        size_t eol = bd_str_find_char(rest, '\n');
        size_t len = eol == SIZE_MAX ? rest.len : eol + 1;
        struct node *node = add_node(p, NODE_TEXT, from,
                                     bd_str_sub(rest, 0, len));

        node->starts_line = at_line_start(p->text, from);
        from += len;
    }
}

/* If only blanks and a line end stand around the tag: the octets from
 * `*out_from` to `*out_to` are its whole line. */
static bool stands_alone(const struct parser *p, const struct tag *tag,
                         size_t *out_from, size_t *out_to)
{
    size_t from = tag->at;
    size_t to = tag->end;

    while (from > p->pos && is_blank(p->text.ptr[from - 1]))
        from--;
    while (to < p->text.len && is_blank(p->text.ptr[to]))
        to++;
    if (!at_line_start(p->text, from))
        return false;
    if (bd_str_starts(bd_str_skip(p->text, to), BD_STR("\r\n")))
        to += 2;
    else if (to < p->text.len && p->text.ptr[to] == '\n')
        to++;
    else if (to < p->text.len)
        return false;
    *out_from = from;
    *out_to = to;
    return true;
}

/* {{{x}}} and {{=a b=}} end with their own mark before the delimiter. */
static bd_str closing_of(struct parser *p, char sigil)
{
    switch (sigil) {
    case '{':
        return bd_arena_printf(p->arena, "}%.*s", BD_ARG(p->close));
    case '=':
        return bd_arena_printf(p->arena, "=%.*s", BD_ARG(p->close));
    default:
        return p->close;
    }
}

static enum bd_status cut_tag(struct parser *p, size_t at, struct tag *out)
{
    size_t from = at + p->open.len;
    char sigil = '\0';
    bd_str closing = p->close;
    size_t end = 0;

    while (from < p->text.len && is_space(p->text.ptr[from]))
        from++;
    if (from < p->text.len && memchr("#^/>&!={", p->text.ptr[from], 8)) {
        sigil = p->text.ptr[from++];
        closing = closing_of(p, sigil);
    }
    end = find(p->text, from, closing);
    if (end == SIZE_MAX)
        return bd_mustache_fail(
            p->template, at, BD_EPARSE, p->err,
            _("this tag is not closed; write %.*s where it ends"),
            BD_ARG(closing));
    *out = (struct tag) { .at = at,
                          .end = end + closing.len,
                          .sigil = sigil,
                          .content = bd_str_trim(
                              bd_str_sub(p->text, from, end - from)) };
    return BD_OK;
}

/* "name", "a.b.c" or "."; partials may hold dots and slashes anywhere. */
static enum bd_status check_name(struct parser *p, const struct tag *tag)
{
    bd_str name = tag->content;
    bool dotted = tag->sigil != '>' && !bd_str_eq(name, BD_STR("."));

    if (name.len == 0)
        return bd_mustache_fail(p->template, tag->at, BD_EPARSE, p->err,
                                _("this tag is empty; write a name in it"));
    if (bd_str_has_line_break(name) || bd_str_find_char(name, '<') != SIZE_MAX)
        return bd_mustache_fail(
            p->template, tag->at, BD_EPARSE, p->err,
            _("this tag is not closed; write %.*s where it ends"),
            BD_ARG(p->close));
    for (size_t i = 0; i < name.len; i++)
        if (is_space(name.ptr[i]))
            return bd_mustache_fail(
                p->template, tag->at, BD_EPARSE, p->err,
                _("the name \"%.*s\" has a space in it; names are one word"),
                BD_ARG(name));
    if (dotted && (name.ptr[0] == '.' || name.ptr[name.len - 1] == '.' ||
                   bd_str_find(name, BD_STR("..")) != SIZE_MAX))
        return bd_mustache_fail(
            p->template, tag->at, BD_EPARSE, p->err,
            _("the name \"%.*s\" has a dot too many; write it as a.b"),
            BD_ARG(name));
    return BD_OK;
}

static bd_str take_word(bd_str *text)
{
    size_t len = 0;
    bd_str word = { 0 };

    while (len < text->len && !is_space(text->ptr[len]))
        len++;
    word = bd_str_sub(*text, 0, len);
    *text = bd_str_trim(bd_str_skip(*text, len));
    return word;
}

static enum bd_status set_delimiters(struct parser *p, const struct tag *tag)
{
    bd_str rest = tag->content;
    bd_str open = take_word(&rest);
    bd_str close = take_word(&rest);

    if (close.len == 0 || rest.len > 0 ||
        bd_str_find_char(tag->content, '=') != SIZE_MAX)
        return bd_mustache_fail(
            p->template, tag->at, BD_EPARSE, p->err,
            _("bad delimiters \"%.*s\"; write two marks with a space between "
              "them and without =, as in %.*s=<%% %%>=%.*s"),
            BD_ARG(tag->content), BD_ARG(p->open), BD_ARG(p->close));
    p->open = open;
    p->close = close;
    return BD_OK;
}

static enum bd_status open_section(struct parser *p, const struct tag *tag)
{
    enum node_kind kind = tag->sigil == '#' ? NODE_SECTION : NODE_INVERTED;
    struct node *node = NULL;

    if (p->depth == BD_MAX_TEMPLATE_DEPTH)
        return bd_mustache_fail(
            p->template, tag->at, BD_ELIMIT, p->err,
            _("more than %d sections inside each other; use fewer"),
            BD_MAX_TEMPLATE_DEPTH);
    node = add_node(p, kind, tag->at, tag->content);
    p->nest[++p->depth] = node;
    return BD_OK;
}

static enum bd_status close_section(struct parser *p, const struct tag *tag)
{
    const struct node *section = p->nest[p->depth];

    if (p->depth == 0)
        return bd_mustache_fail(
            p->template, tag->at, BD_EPARSE, p->err,
            _("\"%.*s\" is closed here but was never opened; open it with # "
              "or ^ first, or take this tag away"),
            BD_ARG(tag->content));
    if (!bd_str_eq(section->text, tag->content))
        return bd_mustache_fail(
            p->template, tag->at, BD_EPARSE, p->err,
            _("\"%.*s\" is closed here, but the section open is \"%.*s\" of "
              "line %u; close that one first"),
            BD_ARG(tag->content), BD_ARG(section->text),
            bd_str_place(p->text, section->at).line);
    p->depth--;
    return BD_OK;
}

static void add_partial(struct parser *p, const struct tag *tag, bool alone,
                        bd_str indent)
{
    struct node *node = add_node(p, NODE_PARTIAL, tag->at, tag->content);

    node->starts_line = alone;
    node->indent = indent;
}

static enum bd_status handle_tag(struct parser *p, const struct tag *tag,
                                 bool alone, bd_str indent)
{
    if (tag->sigil == '!')
        return BD_OK;
    if (tag->sigil == '=')
        return set_delimiters(p, tag);
    if (check_name(p, tag) != BD_OK)
        return BD_EPARSE;
    switch (tag->sigil) {
    case '#':
    case '^':
        return open_section(p, tag);
    case '/':
        return close_section(p, tag);
    case '>':
        add_partial(p, tag, alone, indent);
        return BD_OK;
    case '{':
    case '&':
        add_node(p, NODE_RAW, tag->at, tag->content);
        return BD_OK;
    default:
        add_node(p, NODE_ESCAPED, tag->at, tag->content);
        return BD_OK;
    }
}

static enum bd_status parse_tag(struct parser *p, size_t at)
{
    struct tag tag = { 0 };
    enum bd_status rc = cut_tag(p, at, &tag);
    size_t from = at;
    size_t to = 0;
    bool inline_kind = false;
    bool alone = false;

    if (rc != BD_OK)
        return rc;
    to = tag.end;
    inline_kind = tag.sigil == 0 || tag.sigil == '{' || tag.sigil == '&';
    alone = !inline_kind && stands_alone(p, &tag, &from, &to);
    add_text(p, p->pos, from);
    if (!alone && at_line_start(p->text, at))
        add_node(p, NODE_TEXT, at, BD_STR_NONE)->starts_line = true;
    p->pos = to;
    return handle_tag(p, &tag, alone, bd_str_sub(p->text, from, at - from));
}

enum bd_status bd_mustache_parse(struct bd_arena *arena, const char *name,
                                 bd_str text, const struct bd_mustache **out,
                                 struct bd_err *err)
{
    struct bd_mustache *template = BD_NEW(arena, struct bd_mustache);
    struct parser p = { .arena = arena,
                        .template = template,
                        .text = text,
                        .open = BD_STR("{{"),
                        .close = BD_STR("}}"),
                        .nest = { &template->root },
                        .err = err };
    size_t at = 0;

    template->name = bd_arena_cstr(arena, bd_str_from(name));
    template->text = text;
    template->root.kind = NODE_SECTION;
    while ((at = find(text, p.pos, p.open)) != SIZE_MAX) {
        enum bd_status rc = parse_tag(&p, at);

        if (rc != BD_OK)
            return rc;
    }
    add_text(&p, p.pos, text.len);
    if (p.depth > 0)
        return bd_mustache_fail(
            template, p.nest[p.depth]->at, BD_EPARSE, err,
            _("the section \"%.*s\" is not closed; close it with /%.*s"),
            BD_ARG(p.nest[p.depth]->text), BD_ARG(p.nest[p.depth]->text));
    *out = template;
    return BD_OK;
}
