#include "css_private.h"

#include <ctype.h>
#include <string.h>

#include "brevduva/base/i18n.h"
#include "fields_private.h"

/* A text, and how far it is read. */
struct scan {
    bd_str text;
    size_t at;
    bool in_attribute;
    struct bd_css_fault fault; /* `what` is set when there is one */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bd_str rest_of(const struct scan *s)
{
    return bd_str_skip(s->text, s->at);
}

static bool fail(struct scan *s, size_t at, const char *what)
{
    s->fault = (struct bd_css_fault) { at, what };
    return false;
}

size_t bd_css_tag_len(bd_str text)
{
    size_t len = bd_marker_len(text);
    bool triple = bd_str_starts(text, BD_STR("{{{"));
    size_t close = 0;

    if (len > 0 || !bd_str_starts(text, BD_STR("{{")))
        return len;
    close = bd_str_find(text, triple ? BD_STR("}}}") : BD_STR("}}"));
    return close == SIZE_MAX ? 0 : close + (triple ? 3 : 2);
}

/* Skip all up to and with `end`. */
static bool skip_to(struct scan *s, bd_str end, const char *what)
{
    size_t found = bd_str_find(bd_str_skip(s->text, s->at + 2), end);

    if (found == SIZE_MAX)
        return fail(s, s->at, what);
    s->at += 2 + found + end.len;
    return true;
}

static bool skip_string(struct scan *s)
{
    char quote = s->text.ptr[s->at];

    for (size_t i = s->at + 1; i < s->text.len; i++) {
        char c = s->text.ptr[i];

        if (c == quote) {
            s->at = i + 1;
            return true;
        }
        if (c == '\n')
            break;
        if (c == '\\' && i + 1 < s->text.len) {
            bool crlf = bd_str_starts(bd_str_skip(s->text, i + 1),
                                      BD_STR("\r\n"));

            i += crlf ? 2 : 1;
        }
    }
    return fail(s, s->at,
                _("the string has no end; write the same quote there, on the "
                  "same line"));
}

/* url(…) without quotes may hold "//", ";" and more. False: it has quotes, or
 * no end. */
static bool skip_url(struct scan *s)
{
    bd_str inside = bd_str_skip(rest_of(s), 4);
    size_t blanks = 0;
    size_t end = 0;

    while (blanks < inside.len && is_blank(inside.ptr[blanks]))
        blanks++;
    if (blanks < inside.len &&
        (inside.ptr[blanks] == '"' || inside.ptr[blanks] == '\''))
        return false;
    end = bd_str_find_char(inside, ')');
    if (end == SIZE_MAX || memchr(inside.ptr, '\n', end))
        return false;
    s->at += 4 + end + 1;
    return true;
}

/* Octets of "&name;" or "&#39;" that the text begins with, or 0. */
static size_t reference_len(bd_str text)
{
    size_t i = 1;

    while (i < text.len &&
           (isalnum((unsigned char)text.ptr[i]) || text.ptr[i] == '#'))
        i++;
    return i > 1 && i < text.len && text.ptr[i] == ';' ? i + 1 : 0;
}

/* Skip one thing that cannot be taken apart: a tag, comment, string, url(…),
 * escape, or just one octet. False with a fault. */
static bool skip_one(struct scan *s)
{
    bd_str rest = rest_of(s);
    size_t len = bd_css_tag_len(rest);

    if (len == 0 && s->in_attribute && rest.ptr[0] == '&')
        len = reference_len(rest);
    if (len > 0) {
        s->at += len;
        return true;
    }
    if (bd_str_starts(rest, BD_STR("{{")))
        return fail(s, s->at, _("the {{tag}} has no end; write }}"));
    if (bd_str_starts(rest, BD_STR("/*")))
        return skip_to(s, BD_STR("*/"), _("the comment has no end; write */"));
    if (rest.ptr[0] == '"' || rest.ptr[0] == '\'')
        return skip_string(s);
    if (bd_str_starts_nocase(rest, BD_STR("url(")) && skip_url(s))
        return true;
    s->at += rest.ptr[0] == '\\' && rest.len > 1 ? 2 : 1;
    return true;
}

static char closing(char open)
{
    switch (open) {
    case '(':
        return ')';
    case '[':
        return ']';
    case '{':
        return '}';
    default:
        return 0;
    }
}

static const char *without_end(char open)
{
    switch (open) {
    case '(':
        return _("the parenthesis has no end; write )");
    case '[':
        return _("the bracket has no end; write ]");
    default:
        return _("the rule has no end; write }");
    }
}

/* What begins nothing, and is no bracket: nearly all there is. */
static const bool ordinary[256] = {
    ['\t'] = true,         ['\n'] = true,        ['\r'] = true,
    [' ' ... '!'] = true,  ['#' ... '%'] = true, ['*' ... '.'] = true,
    ['0' ... 'T'] = true,  ['V' ... 'Z'] = true, ['^' ... 't'] = true,
    ['v' ... 'z'] = true,  ['|'] = true,         ['~'] = true,
    [0x80 ... 0xff] = true
};

/* Behind the bracket that closes the one here. */
static bool skip_block(struct scan *s, bool *out_nested)
{
    struct {
        size_t at;
        char open;
    } stack[64] = { { 0, 0 } };
    size_t depth = 0;

    do {
        char c = s->text.ptr[s->at];

        if (closing(c) && bd_css_tag_len(rest_of(s)) == 0 &&
            !bd_str_starts(rest_of(s), BD_STR("{{"))) {
            if (depth == sizeof stack / sizeof *stack)
                return fail(s, s->at,
                            _("brackets in brackets, too deep; use fewer"));
            *out_nested |= c == '{' && depth > 0;
            stack[depth].at = s->at++;
            stack[depth++].open = c;
        } else if (depth > 0 && (c == ')' || c == ']' || c == '}')) {
            if (closing(stack[depth - 1].open) != c)
                return fail(s, stack[depth - 1].at,
                            without_end(stack[depth - 1].open));
            depth--;
            s->at++;
        } else if (ordinary[(unsigned char)c]) {
            s->at += bd_str_span(rest_of(s), ordinary);
        } else if (!skip_one(s)) {
            return false;
        }
    } while (depth > 0 && s->at < s->text.len);
    if (depth > 0)
        return fail(s, stack[depth - 1].at, without_end(stack[depth - 1].open));
    return true;
}

/* What may stand between rules. */
static bool skip_between(struct scan *s)
{
    while (s->at < s->text.len) {
        bd_str rest = rest_of(s);

        if (bd_str_starts(rest, BD_STR("<!--")))
            s->at += 4;
        else if (bd_str_starts(rest, BD_STR("-->")))
            s->at += 3;
        else if (is_blank(rest.ptr[0]) || rest.ptr[0] == ';')
            s->at++;
        else if (bd_str_starts(rest, BD_STR("/*")) ||
                 bd_css_tag_len(rest) > 0) {
            if (!skip_one(s))
                return false;
        } else
            return true;
    }
    return true;
}

static bool read_rule(struct scan *s, struct bd_css_rule *out)
{
    bool nested = false;

    *out = (struct bd_css_rule) { .kind = BD_CSS_RULE, .start = s->at };
    if (s->text.ptr[s->at] == '@')
        out->kind = BD_CSS_AT;
    while (s->at < s->text.len) {
        char c = s->text.ptr[s->at];

        if (c == '{' && !bd_str_starts(rest_of(s), BD_STR("{{"))) {
            size_t open = s->at;

            if (!skip_block(s, &nested))
                return false;
            out->selectors = bd_str_sub(s->text, out->start, open - out->start);
            out->block = bd_str_sub(s->text, open + 1, s->at - open - 2);
            out->nested = nested;
            out->end = s->at;
            return true;
        }
        if (c == ';' && out->kind == BD_CSS_AT) {
            out->end = ++s->at;
            return true;
        }
        if (c == '}')
            return fail(s, s->at,
                        _("a } too many; take it away, or write the { that "
                          "it belongs to"));
        if (c == '(' || c == '[') {
            if (!skip_block(s, &nested))
                return false;
        } else if (!skip_one(s)) {
            return false;
        }
    }
    if (out->kind == BD_CSS_AT) { /* "@import x" may end with the sheet */
        out->end = s->at;
        return true;
    }
    return fail(s, out->start,
                _("the selector has no declarations; write { and }"));
}

enum bd_status bd_css_next(bd_str css, size_t *at, struct bd_css_rule *out,
                           struct bd_css_fault *out_fault)
{
    struct scan s = { .text = css, .at = *at };
    struct bd_css_rule rule = { .kind = BD_CSS_END };

    if (!skip_between(&s) || (s.at < css.len && !read_rule(&s, &rule))) {
        *out_fault = s.fault;
        return BD_EPARSE;
    }
    *at = s.at;
    *out = rule;
    return BD_OK;
}

bd_str bd_css_cut(bd_str *rest, char separator, bool in_attribute)
{
    struct scan s = { .text = *rest, .in_attribute = in_attribute };
    bool nested = false;

    while (s.at < s.text.len && s.text.ptr[s.at] != separator) {
        size_t before = s.at;
        bool skipped = closing(s.text.ptr[s.at]) &&
                               bd_css_tag_len(rest_of(&s)) == 0
                           ? skip_block(&s, &nested)
                           : skip_one(&s);

        if (!skipped) /* in attributes, where nobody has looked for faults */
            s.at = before + 1;
    }
    if (s.at >= s.text.len)
        *rest = BD_STR_NONE;
    else
        *rest = (bd_str) { s.text.ptr + s.at + 1, s.text.len - s.at - 1 };
    return (bd_str) { s.text.ptr, s.at < s.text.len ? s.at : s.text.len };
}

bd_str bd_css_squeeze(struct bd_arena *arena, bd_str text)
{
    struct scan s = { .text = text };
    struct bd_buf buf = { 0 };
    bd_str out = BD_STR_NONE;
    bool gap = false;

    while (s.at < text.len) {
        size_t start = s.at;
        bool comment = bd_str_starts(rest_of(&s), BD_STR("/*"));

        if (!skip_one(&s))
            s.at = start + 1;
        if (comment || is_blank(text.ptr[start])) {
            gap = gap || !comment;
            continue;
        }
        if (gap && buf.len > 0)
            bd_buf_add_char(&buf, ' ');
        gap = false;
        bd_buf_add(&buf, bd_str_sub(text, start, s.at - start));
    }
    out = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return out;
}

bool bd_css_declaration_read(struct bd_arena *arena, bd_str text,
                             struct bd_css_declaration *out)
{
    bd_str rest = bd_css_squeeze(arena, text);
    bd_str before = rest;
    bd_str mark = BD_STR_NONE;
    size_t bang = 0;

    *out = (struct bd_css_declaration) { .name = rest };
    if (rest.len > 0 && bd_css_tag_len(rest) == rest.len)
        return true;
    out->name = bd_str_trim(bd_css_cut(&rest, ':', false));
    out->value = bd_str_trim(rest);
    for (before = out->value;
         (bang = bd_str_find_char(before, '!')) != SIZE_MAX; before = mark)
        mark = bd_str_skip(before, bang + 1);
    if (mark.ptr && bd_str_eq_nocase(bd_str_trim(mark), BD_STR("important"))) {
        size_t len = (size_t)(mark.ptr - out->value.ptr) - 1;

        out->important = true;
        out->value = bd_str_trim(bd_str_sub(out->value, 0, len));
    }
    return out->name.len > 0 && out->value.len > 0 &&
           bd_str_find_char(out->name, ' ') == SIZE_MAX;
}
