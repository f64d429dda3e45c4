/* Parameters of Content-Type and Content-Disposition (RFC 2045 5.1, 2231). */
#include "mail_private.h"
#include "mime_read_private.h"

#define MAX_SECTIONS MIME_MAX_PARAMS

struct param {
    bd_str name;
    bd_str value; /* as written, but without quotes and escapes */
};

size_t mime_skip_comment(bd_str text, size_t at)
{
    size_t depth = 0;

    for (; at < text.len; at++) {
        if (text.ptr[at] == '\\')
            at++;
        else if (text.ptr[at] == '(')
            depth++;
        else if (text.ptr[at] == ')' && --depth == 0)
            return at + 1;
    }
    return text.len;
}

size_t mime_skip_quoted(bd_str text, size_t at)
{
    for (at++; at < text.len; at++) {
        if (text.ptr[at] == '\\')
            at++;
        else if (text.ptr[at] == '"')
            return at + 1;
    }
    return text.len;
}

bd_str mime_lower(struct bd_arena *arena, bd_str text)
{
    char *copy = bd_arena_alloc(arena, text.len + 1);

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        copy[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return (bd_str) { copy, text.len };
}

/* A quoted string without its quotes. */
static bd_str unquote(struct bd_arena *arena, bd_str text)
{
    char *copy = bd_arena_alloc(arena, text.len + 1);
    size_t len = 0;

    for (size_t i = 1; i < text.len && text.ptr[i] != '"'; i++) {
        if (text.ptr[i] == '\\' && i + 1 < text.len)
            i++;
        copy[len++] = text.ptr[i];
    }
    return (bd_str) { copy, len };
}

/* Up to a comment or ';'. */
static bd_str take_plain(bd_str *rest)
{
    size_t len = 0;
    bd_str plain = BD_STR_NONE;

    while (len < rest->len && rest->ptr[len] != ';' && rest->ptr[len] != '(')
        len++;
    plain = bd_str_trim(bd_str_sub(*rest, 0, len));
    *rest = bd_str_skip(*rest, len);
    return plain;
}

/* Up to the next parameter. Not past it, whatever stands between. */
static void skip_to_param(bd_str *rest)
{
    size_t at = 0;

    while (at < rest->len && rest->ptr[at] != ';') {
        if (rest->ptr[at] == '(')
            at = mime_skip_comment(*rest, at);
        else if (rest->ptr[at] == '"')
            at = mime_skip_quoted(*rest, at);
        else
            at++;
    }
    *rest = bd_str_skip(*rest, at);
}

static void skip_blanks(bd_str *rest)
{
    size_t at = 0;

    while (at < rest->len) {
        if (rest->ptr[at] == '(')
            at = mime_skip_comment(*rest, at);
        else if (strchr(" \t;", rest->ptr[at]) && rest->ptr[at])
            at++;
        else
            break;
    }
    *rest = bd_str_skip(*rest, at);
}

static bool next_param(struct bd_arena *arena, bd_str *rest, struct param *out)
{
    size_t len = 0;

    skip_blanks(rest);
    while (len < rest->len && rest->ptr[len] != '=' && rest->ptr[len] != ';')
        len++;
    if (rest->len == 0)
        return false;
    *out = (struct param) { bd_str_trim(bd_str_sub(*rest, 0, len)),
                            BD_STR_NONE };
    *rest = bd_str_skip(*rest, len);
    if (rest->len == 0 || rest->ptr[0] == ';')
        return true;
    *rest = bd_str_skip(*rest, 1);
    while (rest->len > 0 && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t'))
        *rest = bd_str_skip(*rest, 1);
    if (rest->len > 0 && rest->ptr[0] == '"') {
        len = mime_skip_quoted(*rest, 0);
        out->value = unquote(arena, bd_str_sub(*rest, 0, len));
        *rest = bd_str_skip(*rest, len);
    } else {
        out->value = take_plain(rest);
    }
    skip_to_param(rest);
    return true;
}

bd_str mime_first(struct bd_arena *arena, bd_str value)
{
    skip_blanks(&value);
    return mime_lower(arena, take_plain(&value));
}

static size_t read_params(struct bd_arena *arena, bd_str value,
                          struct param *params)
{
    size_t count = 0;

    skip_to_param(&value);
    while (count < MIME_MAX_PARAMS && next_param(arena, &value, &params[count]))
        count++;
    return count;
}

static const struct param *find(const struct param *params, size_t count,
                                bd_str name)
{
    for (size_t i = 0; i < count; i++)
        if (bd_str_eq_nocase(params[i].name, name))
            return &params[i];
    return NULL;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int mime_hex(bd_str text)
{
    int high = text.len > 1 ? hex_value(text.ptr[0]) : -1;
    int low = text.len > 1 ? hex_value(text.ptr[1]) : -1;

    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static void add_percent(struct bd_buf *out, bd_str text)
{
    while (text.len > 0) {
        int octet = text.ptr[0] == '%' ? mime_hex(bd_str_skip(text, 1)) : -1;

        bd_buf_add_char(out, octet < 0 ? text.ptr[0] : (char)octet);
        text = bd_str_skip(text, octet < 0 ? 1 : 3);
    }
}

/* One piece of a value; the first one of those that are encoded begins with
 * "CHARSET'LANGUAGE'". */
static void add_section(struct bd_buf *out, const struct param *param,
                        bd_str *charset, bool first)
{
    bd_str value = param->value;

    if (!bd_str_ends(param->name, BD_STR("*"))) {
        bd_buf_add(out, value);
        return;
    }
    if (first && bd_str_find_char(value, '\'') != SIZE_MAX) {
        *charset = bd_str_cut(&value, '\'');
        if (bd_str_find_char(value, '\'') != SIZE_MAX)
            (void)bd_str_cut(&value, '\'');
    }
    add_percent(out, value);
}

/* "name*", or "name*0", "name*1*" ... in any order. */
static void add_extended(struct bd_arena *arena, struct bd_buf *out,
                         const struct param *params, size_t count,
                         const char *name, bd_str *charset)
{
    const struct param *whole = find(params, count,
                                     bd_arena_printf(arena, "%s*", name));

    if (whole) {
        add_section(out, whole, charset, true);
        return;
    }
    for (int i = 0; i < MAX_SECTIONS; i++) {
        bd_str plain = bd_arena_printf(arena, "%s*%d", name, i);
        bd_str encoded = bd_arena_printf(arena, "%s*%d*", name, i);
        const struct param *param = find(params, count, plain);

        if (!param)
            param = find(params, count, encoded);
        if (!param)
            break;
        add_section(out, param, charset, i == 0);
    }
}

bd_str mime_param(struct bd_arena *arena, bd_str value, const char *name)
{
    struct param params[MIME_MAX_PARAMS];
    size_t count = read_params(arena, bd_str_sub(value, 0, 4096), params);
    const struct param *plain = find(params, count, bd_str_from(name));
    struct bd_buf octets = { 0 };
    struct bd_buf text = { 0 };
    struct bd_buf scratch = { 0 };
    bd_str charset = BD_STR_NONE;
    bd_str found = BD_STR_NONE;

    if (bd_str_find_char(value, '*') != SIZE_MAX)
        add_extended(arena, &octets, params, count, name, &charset);
    if (octets.len > 0)
        mime_to_utf8(&text, charset, bd_buf_str(&octets));
    else if (plain)
        mime_to_utf8(&text, BD_STR_NONE, plain->value);
    found = bd_mail_clean(bd_buf_str(&text), &scratch);
    found = bd_arena_copy(arena, bd_str_trim(found));
    bd_buf_fini(&octets);
    bd_buf_fini(&text);
    bd_buf_fini(&scratch);
    return found;
}
