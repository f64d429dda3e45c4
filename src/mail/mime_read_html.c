/* The words of HTML, to recognise something in them. */
#include <unistr.h>

#include "mail_private.h"
#include "mime_read_private.h"

#define MAX_ENTITY 12

struct tag {
    bd_str name;
    bd_str attributes; /* as they stand */
    bool closing;
};

/* An element that is open, and how many of its name are in it. */
struct region {
    bd_str name;
    size_t depth; /* 0: none is open */
};

/* Where the text goes, and what it stands in. */
struct html_text {
    struct bd_buf out;
    struct region quote, hidden;
    struct region tiny; /* hidden, unless one inside it has a size */
    bool end;           /* all is quoted from here on */
};

static const struct {
    const char *name;
    uint32_t character;
} entities[] = {
    { "amp", '&' },       { "lt", '<' },       { "gt", '>' },
    { "quot", '"' },      { "apos", '\'' },    { "nbsp", ' ' },
    { "aring", 0xe5 },    { "auml", 0xe4 },    { "ouml", 0xf6 },
    { "Aring", 0xc5 },    { "Auml", 0xc4 },    { "Ouml", 0xd6 },
    { "uuml", 0xfc },     { "Uuml", 0xdc },    { "szlig", 0xdf },
    { "eacute", 0xe9 },   { "Eacute", 0xc9 },  { "egrave", 0xe8 },
    { "agrave", 0xe0 },   { "aacute", 0xe1 },  { "iacute", 0xed },
    { "oacute", 0xf3 },   { "uacute", 0xfa },  { "ccedil", 0xe7 },
    { "ntilde", 0xf1 },   { "ecirc", 0xea },   { "ocirc", 0xf4 },
    { "acirc", 0xe2 },    { "icirc", 0xee },   { "atilde", 0xe3 },
    { "otilde", 0xf5 },   { "oslash", 0xf8 },  { "Oslash", 0xd8 },
    { "aelig", 0xe6 },    { "AElig", 0xc6 },   { "laquo", 0xab },
    { "raquo", 0xbb },    { "copy", 0xa9 },    { "reg", 0xae },
    { "hellip", 0x2026 }, { "ndash", 0x2013 }, { "mdash", 0x2014 },
    { "lsquo", 0x2018 },  { "rsquo", 0x2019 }, { "ldquo", 0x201c },
    { "rdquo", 0x201d },  { "bull", 0x2022 },  { "middot", 0xb7 },
    { "zwnj", 0x200c },   { "shy", 0xad },
};

static bool is_one_of(bd_str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bd_str_eq_nocase(name, bd_str_from(names[i])))
            return true;
    return false;
}

/* Stands within a line; all other elements break it. */
static bool is_inline(bd_str name)
{
    static const char *const names[] = {
        "a",  "abbr", "b",    "big",   "bdo",    "cite",  "code",
        "em", "font", "i",    "img",   "ins",    "kbd",   "mark",
        "q",  "s",    "samp", "small", "span",   "sub",   "sup",
        "tt", "u",    "var",  "wbr",   "strong", "label", "strike"
    };

    return is_one_of(name, names, sizeof names / sizeof *names) ||
           bd_str_find_char(name, ':') != SIZE_MAX; /* "o:p", of Word */
}

/* What it holds is no text. */
static bool is_raw(bd_str name)
{
    static const char *const names[] = { "style", "script", "title",
                                         "template" };

    return is_one_of(name, names, sizeof names / sizeof *names);
}

/* Holds nothing, and no tag closes it. */
static bool is_empty(bd_str name)
{
    static const char *const names[] = { "img", "br",   "hr",   "input",
                                         "wbr", "meta", "link", "col" };

    return is_one_of(name, names, sizeof names / sizeof *names);
}

static void add_character(struct bd_buf *out, uint32_t c)
{
    uint8_t utf8[6];
    int len = 0;

    if (c < ' ' || (c >= 0x7f && c <= 0xa0))
        c = ' ';
    len = u8_uctomb(utf8, c, sizeof utf8);
    if (len > 0)
        bd_buf_add(out, (bd_str) { (const char *)utf8, (size_t)len });
}

static bool number_of(bd_str text, uint32_t *out)
{
    bool hex = text.len > 1 && (text.ptr[1] == 'x' || text.ptr[1] == 'X');
    uint32_t value = 0;

    text = bd_str_skip(text, hex ? 2 : 1);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        uint32_t digit = 16;

        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (uint32_t)((c | 0x20) - 'a' + 10);
        if (digit >= (hex ? 16 : 10) || value > 0x10ffff)
            return false;
        value = value * (hex ? 16 : 10) + digit;
    }
    *out = value;
    return text.len > 0;
}

static bool entity_of(bd_str name, uint32_t *out)
{
    if (bd_str_starts(name, BD_STR("#")))
        return number_of(name, out);
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (bd_str_eq(name, bd_str_from(entities[i].name))) {
            *out = entities[i].character;
            return true;
        }
    return false;
}

/* "&aring;" at the start. */
static bool take_entity(bd_str *rest, struct bd_buf *out)
{
    bd_str near = bd_str_sub(*rest, 1, MAX_ENTITY);
    size_t end = bd_str_find_char(near, ';');
    uint32_t c = 0;

    if (end == SIZE_MAX || !entity_of(bd_str_sub(near, 0, end), &c))
        return false;
    add_character(out, c);
    *rest = bd_str_skip(*rest, end + 2);
    return true;
}

/* A comment or declaration. One that does not end is not shown either. */
static void skip_declaration(bd_str *rest)
{
    bool comment = bd_str_starts(*rest, BD_STR("<!--"));
    bd_str end = comment ? BD_STR("-->") : BD_STR(">");
    size_t at = bd_str_find(bd_str_skip(*rest, 2), end);

    *rest = at == SIZE_MAX ? BD_STR_NONE : bd_str_skip(*rest, 2 + at + end.len);
}

/* "<p class='x'>" at the start; a lone '<' is none. */
static bool take_tag(bd_str *rest, struct tag *out)
{
    size_t at = 1;
    size_t start = 0;
    char quote = 0;

    out->closing = at < rest->len && rest->ptr[at] == '/';
    at += out->closing;
    start = at;
    while (at < rest->len && (bd_mail_is_alnum((unsigned char)rest->ptr[at]) ||
                              rest->ptr[at] == ':'))
        at++;
    if (at == start)
        return false;
    out->name = bd_str_sub(*rest, start, at - start);
    start = at;
    for (; at < rest->len && (quote || rest->ptr[at] != '>'); at++) {
        if (quote)
            quote = rest->ptr[at] == quote ? 0 : quote;
        else if ((rest->ptr[at] == '"' || rest->ptr[at] == '\'') &&
                 rest->ptr[at - 1] == '=')
            quote = rest->ptr[at];
    }
    out->attributes = bd_str_sub(*rest, start, at - start);
    *rest = bd_str_skip(*rest, at + 1);
    return true;
}

static void break_line(struct bd_buf *out)
{
    while (out->len > 0 && out->ptr[out->len - 1] == ' ')
        out->len--;
    if (out->len > 0 && out->ptr[out->len - 1] != '\n')
        bd_buf_add_char(out, '\n');
}

static void add_blank(struct bd_buf *out)
{
    if (out->len > 0 && out->ptr[out->len - 1] != ' ' &&
        out->ptr[out->len - 1] != '\n')
        bd_buf_add_char(out, ' ');
}

/* To the tag that closes the element. */
static void skip_element(bd_str *rest, bd_str name)
{
    while (rest->len > 0) {
        size_t at = bd_str_find(*rest, BD_STR("</"));
        struct tag tag = { 0 };

        *rest = at == SIZE_MAX ? BD_STR_NONE : bd_str_skip(*rest, at);
        if (rest->len > 0 && !take_tag(rest, &tag))
            *rest = bd_str_skip(*rest, 2);
        if (bd_str_eq_nocase(tag.name, name))
            return;
    }
}

/* As in plain text: what is quoted begins with ">". */
static void begin_text(struct html_text *text)
{
    struct bd_buf *out = &text->out;

    if ((text->quote.depth > 0 || text->end) &&
        (out->len == 0 || out->ptr[out->len - 1] == '\n'))
        bd_buf_add_cstr(out, "> ");
}

static void take_text(bd_str *rest, struct html_text *text)
{
    char c = rest->ptr[0];

    if (text->hidden.depth > 0 || text->tiny.depth > 0) {
        *rest = bd_str_skip(*rest, 1);
        return;
    }
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        add_blank(&text->out);
    } else {
        begin_text(text);
        if (c == '&' && take_entity(rest, &text->out))
            return;
        bd_buf_add_char(&text->out, c);
    }
    *rest = bd_str_skip(*rest, 1);
}

static void enter(struct region *region, bd_str name)
{
    if (region->depth == 0)
        *region = (struct region) { name, 1 };
}

/* A paragraph that begins ends the one before. */
static void follow(struct region *region, const struct tag *tag)
{
    bool ends = tag->closing || bd_str_eq_nocase(tag->name, BD_STR("p"));

    if (region->depth == 0 || !bd_str_eq_nocase(region->name, tag->name))
        return;
    region->depth = ends ? region->depth - 1 : region->depth + 1;
}

static void take_element(const struct tag *tag, struct html_text *text)
{
    struct mime_shown shown = { .hidden = false };
    bool is_div = bd_str_eq_nocase(tag->name, BD_STR("div"));

    follow(&text->quote, tag);
    follow(&text->hidden, tag);
    follow(&text->tiny, tag);
    if (tag->closing || is_empty(tag->name))
        return;
    mime_read_shown(tag->attributes, &shown);
    if (shown.hidden)
        enter(&text->hidden, tag->name);
    if (shown.size == MIME_SIZE_NONE)
        enter(&text->tiny, tag->name);
    else if (shown.size == MIME_SIZE_SOME)
        text->tiny.depth = 0;
    if (shown.quote || (shown.bar && is_div) ||
        bd_str_eq_nocase(tag->name, BD_STR("blockquote")))
        enter(&text->quote, tag->name);
    text->end |= shown.end;
}

static void take_markup(bd_str *rest, struct html_text *text)
{
    struct tag tag = { .closing = false };

    if (bd_str_starts(*rest, BD_STR("<!")) ||
        bd_str_starts(*rest, BD_STR("<?"))) {
        skip_declaration(rest);
        return;
    }
    if (!take_tag(rest, &tag)) {
        take_text(rest, text);
        return;
    }
    if (!is_inline(tag.name))
        break_line(&text->out);
    if (!tag.closing && is_raw(tag.name))
        skip_element(rest, tag.name);
    else
        take_element(&tag, text);
}

bd_str bd_mail_text_of_html(struct bd_arena *arena, bd_str html)
{
    struct html_text text = { .end = false };
    bd_str rest = bd_str_sub(html, 0, BD_MAIL_MAX_BYTES);
    bd_str out = BD_STR_NONE;
    size_t whole = 0;

    bd_buf_init(&text.out, BD_MAIL_MAX_TEXT);
    while (rest.len > 0 && !text.out.full) {
        if (rest.ptr[0] == '<')
            take_markup(&rest, &text);
        else
            take_text(&rest, &text);
    }
    out = bd_buf_copy(&text.out, arena);
    if (text.out.full && !bd_str_is_utf8(out, &whole)) /* half a character */
        out = bd_str_sub(out, 0, whole);
    bd_buf_fini(&text.out);
    return bd_str_trim(out);
}
