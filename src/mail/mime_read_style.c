/* What an HTML tag says of its element: that it is not shown, or that others
 * wrote what it holds. */
#include "mail_private.h"
#include "mime_read_private.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '/';
}

static size_t skip_blanks(bd_str text, size_t at)
{
    while (at < text.len && is_blank(text.ptr[at]))
        at++;
    return at;
}

/* The first attribute: false when there is none left. */
static bool take_attribute(bd_str *rest, bd_str *name, bd_str *value)
{
    size_t first = skip_blanks(*rest, 0), start = first, at = first, end = 0;
    char quote = 0;

    while (at < rest->len && rest->ptr[at] != '=' && !is_blank(rest->ptr[at]))
        at++;
    *name = bd_str_sub(*rest, start, at - start);
    *value = BD_STR_NONE;
    end = skip_blanks(*rest, at);
    if (end < rest->len && rest->ptr[end] == '=') {
        start = at = skip_blanks(*rest, end + 1);
        if (at < rest->len && (rest->ptr[at] == '"' || rest->ptr[at] == '\'')) {
            quote = rest->ptr[at];
            start = ++at;
        }
        while (at < rest->len &&
               (quote ? rest->ptr[at] != quote : !is_blank(rest->ptr[at])))
            at++;
        *value = bd_str_sub(*rest, start, at - start);
        end = at + (quote != 0);
    }
    *rest = bd_str_skip(*rest, end);
    return end > first;
}

/* "0", "0px", "0.0em"; not "0.9em". */
static bool is_zero(bd_str value)
{
    size_t at = 0;

    while (at < value.len && (value.ptr[at] == '0' || value.ptr[at] == '.'))
        at++;
    return at > 0 &&
           (at == value.len || value.ptr[at] < '1' || value.ptr[at] > '9');
}

static void read_style(bd_str style, struct mime_shown *out)
{
    while (style.len > 0) {
        bd_str value = bd_str_cut(&style, ';');
        bd_str name = bd_str_trim(bd_str_cut(&value, ':'));

        value = bd_str_trim(value);
        if (bd_str_eq_nocase(name, BD_STR("display")))
            out->hidden |= bd_str_starts_nocase(value, BD_STR("none"));
        else if (bd_str_eq_nocase(name, BD_STR("visibility")))
            out->hidden |= bd_str_starts_nocase(value, BD_STR("hidden"));
        else if (bd_str_eq_nocase(name, BD_STR("font-size")))
            out->size = is_zero(value) ? MIME_SIZE_NONE : MIME_SIZE_SOME;
        else if (bd_str_eq_nocase(name, BD_STR("border-left")))
            out->bar = !is_zero(value) &&
                       !bd_str_starts_nocase(value, BD_STR("none"));
    }
}

void mime_read_shown(bd_str attributes, struct mime_shown *out)
{
    bd_str name = { 0 }, value = { 0 };

    *out = (struct mime_shown) { .hidden = false };
    while (take_attribute(&attributes, &name, &value)) {
        if (bd_str_eq_nocase(name, BD_STR("hidden")))
            out->hidden = true;
        else if (bd_str_eq_nocase(name, BD_STR("style")))
            read_style(value, out);
        else if (bd_str_eq_nocase(name, BD_STR("class")))
            out->quote |= bd_str_contains_nocase(value, BD_STR("gmail_quote"));
        else if (bd_str_eq_nocase(name, BD_STR("id")))
            out->end |= bd_str_contains_nocase(value, BD_STR("divRplyFwdMsg"));
    }
}
