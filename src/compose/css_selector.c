#include "css_private.h"

#include <ctype.h>
#include <string.h>

#define IDS      (1U << 20)
#define CLASSES  (1U << 10)
#define ELEMENTS 1U

struct reader {
    bd_str text;
    size_t at;
    enum bd_css_use use;
    uint32_t specificity;
    int depth; /* of :not in :not */
};

static void read_list(struct reader *r);

static char peek(const struct reader *r)
{
    return r->at < r->text.len ? r->text.ptr[r->at] : '\0';
}

static void bad(struct reader *r)
{
    r->use = BD_CSS_BAD;
    r->at = r->text.len;
}

static void keep(struct reader *r)
{
    if (r->use == BD_CSS_INLINE)
        r->use = BD_CSS_KEEP;
}

static void skip_blanks(struct reader *r)
{
    while (peek(r) == ' ')
        r->at++;
}

size_t bd_css_escape_len(bd_str text)
{
    size_t len = 1;

    if (text.len < 2 || text.ptr[0] != '\\')
        return 1;
    while (len < 7 && len < text.len && isxdigit((unsigned char)text.ptr[len]))
        len++;
    if (len == 1)
        return 2;
    return len + (len < text.len && text.ptr[len] == ' ');
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '\\' ||
           (unsigned char)c >= 0x80;
}

/* An identifier: no digit first, nor after a hyphen. */
static bd_str read_name(struct reader *r, bool any_start)
{
    size_t start = r->at;
    size_t hyphen = peek(r) == '-';
    bd_str name = BD_STR_NONE;

    while (is_name(peek(r)))
        r->at += bd_css_escape_len(bd_str_skip(r->text, r->at));
    name = bd_str_sub(r->text, start, r->at - start);
    if (name.len == 0 ||
        (!any_start &&
         (hyphen == name.len || isdigit((unsigned char)name.ptr[hyphen]))))
        bad(r);
    return name;
}

/* The count of each kind never runs over into the next. */
static void count(struct reader *r, uint32_t kind, uint32_t specificity)
{
    uint32_t ids = (r->specificity >> 20) + (specificity >> 20);
    uint32_t classes = (r->specificity >> 10 & 1023) +
                       (specificity >> 10 & 1023);
    uint32_t elements = (r->specificity & 1023) + (specificity & 1023);

    ids += kind == IDS;
    classes += kind == CLASSES;
    elements += kind == ELEMENTS;
    r->specificity = (ids < 4095 ? ids : 4095) << 20 |
                     (classes < 1023 ? classes : 1023) << 10 |
                     (elements < 1023 ? elements : 1023);
}

/* Behind the bracket that closes the one here. */
static void skip_brackets(struct reader *r)
{
    char open = peek(r);
    char close = open == '(' ? ')' : ']';
    char quote = 0;
    int depth = 0;

    for (; r->at < r->text.len; r->at++) {
        char c = peek(r);

        if (c == '\\')
            r->at++;
        else if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == open)
            depth++;
        else if (c == close && --depth == 0)
            break;
    }
    if (r->at >= r->text.len)
        bad(r);
    else
        r->at++;
}

/* [name], [name="value"]; [name="value" i] is unknown to Modest and to many
 * mail programs */
static void read_attribute(struct reader *r)
{
    struct reader inside = *r;
    bd_str name = BD_STR_NONE;

    inside.at++;
    skip_blanks(&inside);
    if (peek(&inside) == '*' || peek(&inside) == '|')
        keep(r); /* namespaces */
    else
        name = read_name(&inside, false);
    skip_blanks(&inside);
    if (inside.use == BD_CSS_BAD ||
        (name.len > 0 && !strchr("]=~|^$*", peek(&inside))))
        bad(r);
    else
        skip_brackets(r);
    if (r->use != BD_CSS_BAD && r->at >= 3 &&
        strchr("iIsS", r->text.ptr[r->at - 2]) &&
        strchr(" \"'", r->text.ptr[r->at - 3]))
        keep(r);
    count(r, CLASSES, 0);
}

static bool is_of(bd_str name, const char *const *names)
{
    for (; *names; names++)
        if (bd_str_eq_nocase(name, bd_str_from(*names)))
            return true;
    return false;
}

/* The most specific of the list counts, :not itself does not. */
static void read_not(struct reader *r)
{
    size_t open = r->at;
    struct reader inside = *r;

    skip_brackets(r);
    if (r->use == BD_CSS_BAD)
        return;
    inside.text = bd_str_sub(r->text, open + 1, r->at - open - 2);
    inside.at = 0;
    inside.specificity = 0;
    inside.use = BD_CSS_INLINE;
    inside.depth++;
    if (inside.depth > 8)
        inside.use = BD_CSS_KEEP;
    else
        read_list(&inside);
    if (inside.use == BD_CSS_BAD)
        bad(r);
    else if (inside.use == BD_CSS_KEEP)
        keep(r);
    count(r, 0, inside.specificity);
}

static void read_pseudo(struct reader *r)
{
    static const char *const tree[] = { "first-child",  "last-child",
                                        "only-child",   "first-of-type",
                                        "last-of-type", "only-of-type",
                                        "empty",        NULL };
    static const char *const nth[] = { "nth-child", "nth-last-child",
                                       "nth-of-type", "nth-last-of-type",
                                       NULL };
    static const char *const parts[] = { "before", "after", "first-line",
                                         "first-letter", NULL };
    bool element = false;
    bool call = false;
    bd_str name = BD_STR_NONE;

    r->at++;
    element = peek(r) == ':';
    r->at += element;
    name = read_name(r, false);
    call = peek(r) == '(';
    element = element || is_of(name, parts);
    if (call && !element && bd_str_eq_nocase(name, BD_STR("not"))) {
        read_not(r);
        return;
    }
    if (element || !is_of(name, call ? nth : tree))
        keep(r);
    if (call) {
        bd_str from = bd_str_skip(r->text, r->at);
        size_t before = r->at;

        skip_brackets(r);
        from = bd_str_sub(from, 0, r->at - before);
        if (bd_str_find(from, BD_STR(" of ")) != SIZE_MAX)
            keep(r); /* nth-child(2 of .x) */
    }
    count(r, element ? ELEMENTS : CLASSES, 0);
}

/* "a.x[y]:z" */
static void read_compound(struct reader *r)
{
    size_t start = r->at;

    if (peek(r) == '*') {
        r->at++;
    } else if (is_name(peek(r))) {
        (void)read_name(r, false);
        count(r, ELEMENTS, 0);
    }
    while (r->at < r->text.len && r->use != BD_CSS_BAD) {
        char c = peek(r);

        if (c == '#' || c == '.') {
            r->at++;
            (void)read_name(r, c == '#');
            count(r, c == '#' ? IDS : CLASSES, 0);
        } else if (c == '[') {
            read_attribute(r);
        } else if (c == ':') {
            read_pseudo(r);
        } else {
            break;
        }
    }
    if (r->at == start)
        bad(r);
}

static void read_complex(struct reader *r)
{
    skip_blanks(r);
    read_compound(r);
    for (;;) {
        size_t before = r->at;

        skip_blanks(r);
        if (r->at == r->text.len || peek(r) == ',')
            return;
        if (strchr(">+~", peek(r))) {
            r->at++;
            skip_blanks(r);
        } else if (r->at == before) {
            bad(r);
            return;
        }
        read_compound(r);
    }
}

static void read_list(struct reader *r)
{
    uint32_t most = 0;

    for (;;) {
        r->specificity = 0;
        read_complex(r);
        most = r->specificity > most ? r->specificity : most;
        if (peek(r) != ',')
            break;
        r->at++;
    }
    r->specificity = most;
}

struct bd_css_selector bd_css_selector_read(bd_str text)
{
    struct reader r = { .text = text, .use = BD_CSS_INLINE };

    for (size_t i = 0; i < text.len; i++)
        if (bd_css_tag_len(bd_str_skip(text, i)) > 0)
            return (struct bd_css_selector) { BD_CSS_BAD, 0 };
    read_complex(&r);
    if (peek(&r) == ',')
        bad(&r);
    return (struct bd_css_selector) { r.use, r.specificity };
}
