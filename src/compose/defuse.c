#include "brevduva/compose/defuse.h"

#include "brevduva/base/buf.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* May stand in a label of a domain; all beyond ASCII may. */
static bool is_label(char c)
{
    return is_letter(c) || is_digit(c) || c == '-' || c == '_' ||
           (unsigned char)c >= 0x80;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One past the end, and one before the start, is a blank. */
static char at(bd_str text, size_t i)
{
    return i < text.len ? text.ptr[i] : ' ';
}

static char before(bd_str text, size_t i)
{
    return i > 0 ? text.ptr[i - 1] : ' ';
}

/* Octets of a full stop at `i` that a browser takes for a domain's: "." and
 * those of other scripts (UTS 46 2.3), and U+2024, which looks like one. */
static size_t dot_len(bd_str text, size_t i)
{
    static const bd_str dots[] = { BD_STR_INIT("."),
                                   BD_STR_INIT("\xe2\x80\xa4"),
                                   BD_STR_INIT("\xe3\x80\x82"),
                                   BD_STR_INIT("\xef\xbc\x8e"),
                                   BD_STR_INIT("\xef\xbd\xa1") };

    for (size_t d = 0; d < sizeof dots / sizeof *dots; d++)
        if (bd_str_starts(bd_str_skip(text, i), dots[d]))
            return dots[d].len;
    return 0;
}

/* "192.168.1.1" around the dot at `i`: digits and at least three dots. */
static bool is_in_numbers(bd_str text, size_t i)
{
    size_t dots = 0;

    while (is_digit(before(text, i)) || before(text, i) == '.')
        i--;
    for (; is_digit(at(text, i)) || at(text, i) == '.'; i++)
        dots += text.ptr[i] == '.';
    return dots >= 3;
}

/* The dot before `i`, of `len` octets, stands in a domain: what follows could
 * be its next label. The last one has two letters at least and is no number.
 * Chinese sentences have no blank after their full stop: there, only ASCII
 * counts. */
static bool is_domain_dot(bd_str text, size_t i, size_t len)
{
    bool all_digits = true;
    size_t end = i;

    if (!is_label(before(text, i - len)))
        return false;
    if (len > 1 && !is_letter(at(text, i)) && !is_digit(at(text, i)))
        return false;
    for (; is_label(at(text, end)); end++)
        all_digits = all_digits && is_digit(text.ptr[end]);
    if (all_digits)
        return end > i && is_in_numbers(text, i - len);
    return end - i >= 2;
}

/* "http:/", "mailto:eva", "tel:+46"; not "10:30", "obs: " or "hej:)". */
static bool is_scheme_colon(bd_str text, size_t i)
{
    char next = at(text, i + 1);

    return next == '/' || next == '\\' ||
           (is_letter(before(text, i)) && (is_label(next) || next == '+'));
}

/* What stands at `i` must not stand so: its octets, else 0. */
static size_t spark_len(bd_str text, size_t i)
{
    char c = text.ptr[i];
    char next = at(text, i + 1);
    size_t dot = dot_len(text, i);

    if (dot > 0)
        return is_domain_dot(text, i + dot, dot) ? dot : 0;
    if (c == ':')
        return is_scheme_colon(text, i);
    if (c == '@')
        return !is_blank(before(text, i)) && before(text, i) != '[' &&
               !is_blank(next);
    if (c == '\\' && next == '\\') /* a file share: Outlook opens it */
        return before(text, i) == '[' ? 0 : 2;
    return 0;
}

bd_str bd_defuse_links(struct bd_arena *arena, bd_str text)
{
    struct bd_buf buf = { 0 };
    bd_str safe = BD_STR_NONE;
    size_t i = 0;

    while (i < text.len) {
        size_t len = spark_len(text, i);

        if (len == 0) {
            bd_buf_add_char(&buf, text.ptr[i++]);
            continue;
        }
        bd_buf_add_char(&buf, '[');
        bd_buf_add(&buf,
                   dot_len(text, i) ? BD_STR(".") : bd_str_sub(text, i, len));
        bd_buf_add_char(&buf, ']');
        i += len;
    }
    safe = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return safe;
}

static bool is_separator(bd_str text)
{
    return bd_str_starts(text, BD_STR("\xe2\x80\xa8")) ||
           bd_str_starts(text, BD_STR("\xe2\x80\xa9"));
}

/* Valid UTF-8. */
static void add_calm(struct bd_buf *buf, bd_str text)
{
    while (text.len > 0) {
        size_t len = bd_str_direction_mark(text) > 0 || is_separator(text) ? 3
                                                                           : 1;

        if (is_separator(text))
            bd_buf_add_char(buf, '\n');
        else if (len == 1)
            bd_buf_add_char(buf, text.ptr[0]);
        text = bd_str_skip(text, len);
    }
}

bd_str bd_defuse_text(struct bd_arena *arena, bd_str text)
{
    struct bd_buf buf = { 0 };
    bd_str calm = BD_STR_NONE;
    size_t bad = 0;

    if (bd_str_is_ascii(text))
        return text;
    while (!bd_str_is_utf8(text, &bad)) {
        add_calm(&buf, bd_str_sub(text, 0, bad));
        bd_buf_add(&buf, BD_STR("\xef\xbf\xbd"));
        text = bd_str_skip(text, bad + 1);
    }
    add_calm(&buf, text);
    calm = bd_buf_copy(&buf, arena);
    bd_buf_fini(&buf);
    return calm;
}
