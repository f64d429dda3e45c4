#include "view_private.h"

/* A media feature that holds on every screen, and one that holds on none. They
 * take the place of the feature alone, so "not" and "or" around it still count.
 */
#define HOLDS      "min-width:0"
#define HOLDS_NOT  "max-width:0"
#define PREFERENCE "prefers-color-scheme"
#define PROPERTY   "color-scheme"

static bool is_name(char c)
{
    return c == '-' || c == '_' || (c >= '0' && c <= '9') ||
           (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

/* "NAME : " at the start of `css`: its octets, or 0. */
static size_t name_and_colon(bd_str css, bd_str name)
{
    bd_str rest = bd_str_skip(css, name.len);
    size_t blanks = 0;

    if (!bd_str_starts_nocase(css, name))
        return 0;
    while (blanks < rest.len &&
           (rest.ptr[blanks] == ' ' || rest.ptr[blanks] == '\t' ||
            rest.ptr[blanks] == '\n' || rest.ptr[blanks] == '\r'))
        blanks++;
    if (blanks >= rest.len || rest.ptr[blanks] != ':')
        return 0;
    for (blanks++; blanks < rest.len &&
                   (rest.ptr[blanks] == ' ' || rest.ptr[blanks] == '\t' ||
                    rest.ptr[blanks] == '\n' || rest.ptr[blanks] == '\r');)
        blanks++;
    return name.len + blanks;
}

/* "prefers-color-scheme: dark": its octets, or 0. */
static size_t take_feature(struct bd_buf *out, bd_str css, bool dark)
{
    size_t len = name_and_colon(css, BD_STR(PREFERENCE));
    bd_str value = bd_str_skip(css, len);
    bool is_dark = bd_str_starts_nocase(value, BD_STR("dark"));

    if (len == 0 || (!is_dark && !bd_str_starts_nocase(value, BD_STR("light"))))
        return 0;
    bd_buf_add_cstr(out, is_dark == dark ? HOLDS : HOLDS_NOT);
    return len + (is_dark ? 4 : 5);
}

/* "color-scheme: light dark" up to the value's end. */
static size_t take_property(struct bd_buf *out, bd_str css, bool dark)
{
    size_t len = name_and_colon(css, BD_STR(PROPERTY));
    bd_str value = bd_str_skip(css, len);
    size_t end = 0;

    if (len == 0)
        return 0;
    while (end < value.len && value.ptr[end] != ';' && value.ptr[end] != '}' &&
           value.ptr[end] != '!' && value.ptr[end] != '"' &&
           value.ptr[end] != '\'')
        end++;
    value.len = end;
    bd_buf_add_cstr(out, dark && bd_view_has_word(value, "dark")
                             ? PROPERTY ":dark"
                             : PROPERTY ":light");
    return len + end;
}

void bd_view_style(struct bd_buf *out, bd_str css, bool dark)
{
    size_t at = 0;

    while (at < css.len) {
        bd_str rest = bd_str_skip(css, at);
        size_t len = 0;

        if (at == 0 || !is_name(css.ptr[at - 1])) {
            len = take_feature(out, rest, dark);
            if (len == 0)
                len = take_property(out, rest, dark);
        }
        if (len == 0) {
            bd_buf_add_char(out, css.ptr[at]);
            len = 1;
        }
        at += len;
    }
}

bool bd_view_is_picture(bd_str tag, bd_str attribute)
{
    static const struct {
        bd_str tag, attribute; /* without a tag: of all */
    } rows[] = {
        { BD_STR_INIT(""), BD_STR_INIT("background") },
        { BD_STR_INIT("img"), BD_STR_INIT("src") },
        { BD_STR_INIT("img"), BD_STR_INIT("srcset") },
        { BD_STR_INIT("source"), BD_STR_INIT("srcset") },
        { BD_STR_INIT("input"), BD_STR_INIT("src") },
        { BD_STR_INIT("video"), BD_STR_INIT("poster") },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (bd_str_eq_nocase(attribute, rows[i].attribute) &&
            (rows[i].tag.len == 0 || bd_str_eq_nocase(tag, rows[i].tag)))
            return true;
    return false;
}

bool bd_view_has_word(bd_str words, const char *word)
{
    while (words.ptr) {
        bd_str next = bd_str_cut(&words, ' ');

        if (bd_str_eq_nocase(bd_str_trim(next), bd_str_from(word)))
            return true;
    }
    return false;
}
