#include <string.h>

#include "classify_private.h"

static const bool is_local[256] = {
    ['!'] = true,         ['#' ... '\''] = true, ['*' ... '+'] = true,
    ['-' ... '9'] = true, ['='] = true,          ['?'] = true,
    ['A' ... 'Z'] = true, ['^' ... '~'] = true,  [0x80 ... 0xFF] = true,
};
static const bool is_domain[256] = {
    ['-' ... '.'] = true, ['0' ... '9'] = true, ['A' ... 'Z'] = true,
    ['_'] = true,         ['a' ... 'z'] = true, [0x80 ... 0xFF] = true,
};

static bool has_empty_label(bd_str name)
{
    return name.len == 0 || name.ptr[0] == '.' ||
           name.ptr[name.len - 1] == '.' ||
           bd_str_find(name, BD_STR("..")) != SIZE_MAX;
}

static bool is_address(bd_str local, bd_str domain)
{
    return local.len <= 64 && local.len + 1 + domain.len <= 254 &&
           !has_empty_label(local) && !has_empty_label(domain) &&
           bd_str_find_char(domain, '.') != SIZE_MAX;
}

bd_str find_address(bd_str text, size_t *out_end)
{
    for (size_t at = 0; at < text.len; at++) {
        const char *sign = memchr(text.ptr + at, '@', text.len - at);
        size_t begin = 0, end = 0;

        if (!sign)
            break;
        begin = at = (size_t)(sign - text.ptr);
        end = at + 1;
        while (begin > 0 && at - begin <= 64 &&
               is_local[(unsigned char)text.ptr[begin - 1]])
            begin--;
        while (begin < at && strchr("'`*|", text.ptr[begin]))
            begin++; /* a quote or a bullet, not the address's own */
        while (end < text.len && is_domain[(unsigned char)text.ptr[end]])
            end++;
        while (end > at + 1 && strchr(".-_", text.ptr[end - 1]) &&
               (end < 2 || text.ptr[end - 2] != '.'))
            end--; /* the end of a sentence */
        if (is_address(bd_str_sub(text, begin, at - begin),
                       bd_str_sub(text, at + 1, end - at - 1))) {
            *out_end = end;
            return bd_str_sub(text, begin, end - begin);
        }
        at = end - 1;
    }
    *out_end = text.len;
    return BD_STR_NONE;
}

bool is_system_address(bd_str address)
{
    static const bd_str names[] = {
        BD_STR_INIT("mailer-daemon"), BD_STR_INIT("postmaster"),
        BD_STR_INIT("mailerdaemon"),  BD_STR_INIT("mail-daemon"),
        BD_STR_INIT("mdaemon"),       BD_STR_INIT("mail.delivery.system"),
    };
    bd_str rest = address, local = bd_str_cut(&rest, '@');

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (bd_str_eq_nocase(local, names[i]))
            return true;
    return false;
}
