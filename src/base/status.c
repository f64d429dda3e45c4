#include "brevduva/base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "brevduva/base/str.h"

/* Octets that are not UTF-8, as in file names of old, become '?'. */
static void make_utf8(char *msg)
{
    bd_str rest = bd_str_from(msg);
    size_t bad = 0;

    while (!bd_str_is_utf8(rest, &bad)) {
        msg[(size_t)(rest.ptr - msg) + bad] = '?';
        rest = bd_str_skip(rest, bad);
    }
}

/* One line, whole characters, nothing that a terminal would obey. */
static void make_safe(char *msg, size_t size)
{
    make_utf8(msg);
    msg[bd_str_cut_utf8(bd_str_from(msg), size - 1).len] = '\0';
    for (unsigned char *c = (unsigned char *)msg; *c; c++) {
        bool c1 = *c == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f;

        if (*c < ' ' || *c == 0x7f)
            *c = '?';
        if (c1)
            c[0] = c[1] = '?';
    }
}

enum bd_status bd_fail(struct bd_err *err, enum bd_status code,
                       const char *format, ...)
{
    char msg[sizeof err->msg + 4]; /* shows whether a character is cut */
    va_list args;

    if (!err)
        return code;
    va_start(args, format);
    (void)vsnprintf(msg, sizeof msg, format, args);
    va_end(args);
    make_safe(msg, sizeof err->msg);
    memcpy(err->msg, msg, sizeof err->msg); /* `args` may point into err->msg */
    err->code = code;
    return code;
}

void bd_err_prefix(struct bd_err *err, const char *format, ...)
{
    char prefix[sizeof err->msg];
    char old[sizeof err->msg];
    va_list args;

    if (!err)
        return;
    va_start(args, format);
    (void)vsnprintf(prefix, sizeof prefix, format, args);
    va_end(args);
    memcpy(old, err->msg, sizeof old);
    (void)bd_fail(err, err->code, "%s: %s", prefix, old);
}
