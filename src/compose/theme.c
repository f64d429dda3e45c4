#include "theme_private.h"

#include <string.h>

#include "brevduva/base/buf.h"
#include "brevduva/base/i18n.h"

#define THEME "@theme"

struct sheet {
    struct bd_arena *arena;
    const char *name;
    bd_str all;
    bd_str css; /* the same without comments, octet for octet */
    size_t at;
    struct bd_theme *theme;
    struct bd_buf at_rules;
};

static enum bd_status fail(const struct sheet *s, size_t at, const char *what,
                           struct bd_err *err)
{
    struct bd_place place = bd_str_place(s->all, at);

    return bd_fail(err, BD_EPARSE, "%s:%u:%u: %s", s->name,
                   (unsigned)place.line, (unsigned)place.column, what);
}

bd_str bd_theme_blank_comments(struct bd_arena *arena, bd_str css,
                               size_t *out_open)
{
    bd_str copy = bd_arena_copy(arena, css);
    char *p = (char *)(uintptr_t)copy.ptr;

    *out_open = SIZE_MAX;
    for (size_t at = 0;;) {
        size_t start = bd_str_find(bd_str_skip(copy, at), BD_STR("/*"));
        size_t end = 0;

        if (start == SIZE_MAX)
            return copy;
        at += start;
        end = bd_str_find(bd_str_skip(copy, at + 2), BD_STR("*/"));
        if (end == SIZE_MAX)
            *out_open = at;
        memset(p + at, ' ', end == SIZE_MAX ? copy.len - at : end + 4);
    }
}

/* The text up to the brace that closes the one at `open`, or 0. */
static size_t block_end(bd_str css, size_t open)
{
    int depth = 0;

    for (size_t i = open; i < css.len; i++) {
        depth += (css.ptr[i] == '{') - (css.ptr[i] == '}');
        if (depth == 0)
            return i;
    }
    return 0;
}

/* "  margin: 0 ;\n color : red; " -> "margin:0;color:red". */
static bd_str squeeze(struct bd_arena *arena, bd_str block)
{
    struct bd_buf buf = { 0 };
    bd_str out = BD_STR_NONE;

    while (block.ptr) {
        bd_str value = bd_str_cut(&block, ';');
        bd_str property = bd_str_trim(bd_str_cut(&value, ':'));

        value = bd_str_trim(value);
        if (property.len == 0 || value.len == 0)
            continue;
        if (buf.len > 0)
            bd_buf_add_char(&buf, ';');
        bd_buf_add(&buf, property);
        bd_buf_add_char(&buf, ':');
        bd_buf_add(&buf, value);
    }
    out = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return out;
}

/* The value of a property of squeezed declarations; ptr NULL: there is none. */
static bd_str value_in(bd_str declarations, bd_str property)
{
    while (declarations.ptr) {
        bd_str value = bd_str_cut(&declarations, ';');

        if (bd_str_eq(bd_str_cut(&value, ':'), property))
            return value;
    }
    return BD_STR_NONE;
}

/* What `later` does not say, and `later`. */
static bd_str merge(struct bd_arena *arena, bd_str earlier, bd_str later)
{
    struct bd_buf buf = { 0 };
    bd_str out = BD_STR_NONE;

    while (earlier.ptr) {
        bd_str declaration = bd_str_cut(&earlier, ';');
        bd_str property = declaration;

        property = bd_str_cut(&property, ':');
        if (declaration.len == 0 || value_in(later, property).ptr)
            continue;
        bd_buf_add(&buf, declaration);
        bd_buf_add_char(&buf, ';');
    }
    bd_buf_add(&buf, later);
    out = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return out;
}

static void add_style(struct sheet *s, bd_str name, bd_str declarations)
{
    struct bd_style **at = &s->theme->styles;

    while (*at && !bd_str_eq((*at)->name, name))
        at = &(*at)->next;
    if (!*at) {
        *at = BD_NEW(s->arena, struct bd_style);
        (*at)->name = name;
    }
    (*at)->declarations = merge(s->arena, (*at)->declarations, declarations);
}

static bool is_name(bd_str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-_", name.ptr[i]))
            return false;
    return name.len > 0;
}

static enum bd_status read_rule(struct sheet *s, size_t open, size_t end,
                                struct bd_err *err)
{
    bd_str names = bd_str_sub(s->css, s->at, open - s->at);
    bd_str block = bd_str_sub(s->css, open + 1, end - open - 1);

    if (bd_str_find_char(block, '"') != SIZE_MAX ||
        bd_str_find_char(block, '<') != SIZE_MAX ||
        bd_str_find_char(block, '&') != SIZE_MAX)
        return fail(s, open,
                    _("the rule holds one of \" < &; write ' for quotes"), err);
    block = squeeze(s->arena, block);
    while (names.ptr) {
        bd_str name = bd_str_trim(bd_str_cut(&names, ','));

        if (!is_name(name))
            return fail(
                s, s->at,
                _("a rule stands for plain names, as \"h2, h3 { ... }\"; "
                  "other selectors belong inside @media"),
                err);
        add_style(s, name, block);
    }
    return BD_OK;
}

bool bd_theme_rule(bd_str css, size_t at, struct bd_theme_rule *out)
{
    size_t open = 0;

    while (at < css.len && strchr(" \t\r\n", css.ptr[at]))
        at++;
    open = bd_str_find_char(bd_str_skip(css, at), '{');
    *out = (struct bd_theme_rule) { .at = at };
    if (open != SIZE_MAX) {
        out->open = at + open;
        out->end = block_end(css, out->open);
    }
    return at < css.len;
}

static enum bd_status
read_one(struct sheet *s, const struct bd_theme_rule *rule, struct bd_err *err)
{
    s->at = rule->at;
    if (rule->end == 0)
        return fail(s, s->at, _("the rule has no end; write { and }"), err);
    if (bd_str_starts(bd_str_skip(s->css, s->at), BD_STR(THEME)))
        return BD_OK;
    if (s->css.ptr[s->at] != '@')
        return read_rule(s, rule->open, rule->end, err);
    bd_buf_add(&s->at_rules, bd_str_sub(s->css, s->at, rule->end + 1 - s->at));
    bd_buf_add_char(&s->at_rules, '\n');
    return BD_OK;
}

enum bd_status bd_theme_read(struct bd_arena *arena, const char *name,
                             bd_str css, struct bd_theme *out,
                             struct bd_err *err)
{
    struct bd_theme theme = *out;
    struct sheet s = {
        .arena = arena, .name = name, .all = css, .theme = &theme
    };
    struct bd_theme_rule rule;
    size_t open = 0;
    enum bd_status rc = BD_OK;

    s.css = bd_theme_blank_comments(arena, css, &open);
    if (open != SIZE_MAX)
        rc = fail(&s, open, _("the comment has no end; write */"), err);
    bd_buf_add(&s.at_rules, theme.sheet);
    for (; rc == BD_OK && bd_theme_rule(s.css, s.at, &rule);
         s.at = rule.end + 1)
        rc = read_one(&s, &rule, err);
    if (rc == BD_OK &&
        bd_str_find(bd_buf_str(&s.at_rules), BD_STR("</")) != SIZE_MAX)
        rc = fail(&s, bd_str_find(s.css, BD_STR("</")),
                  _("\"</\" would end the style sheet; take it away"), err);
    if (rc == BD_OK) {
        theme.sheet = bd_buf_copy(&s.at_rules, arena);
        *out = theme;
    }
    bd_buf_fini(&s.at_rules);
    return rc;
}

bd_str bd_theme_defaults(struct bd_arena *arena, bd_str css, size_t *out_at)
{
    size_t open = 0;
    bd_str blank = bd_theme_blank_comments(arena, css, &open);
    size_t at = bd_str_find(blank, BD_STR(THEME));
    bd_str block = BD_STR_NONE;

    if (at == SIZE_MAX)
        return BD_STR_NONE;
    block = bd_str_skip(blank, at);
    (void)bd_str_cut(&block, '{');
    block = bd_str_cut(&block, '}');
    *out_at = (size_t)(block.ptr - blank.ptr);
    return block;
}

bd_str bd_theme_style(const struct bd_theme *theme, bd_str name)
{
    for (const struct bd_style *s = theme->styles; s; s = s->next)
        if (bd_str_eq(s->name, name))
            return s->declarations;
    return BD_STR_NONE;
}
