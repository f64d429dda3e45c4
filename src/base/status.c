#include "brevduva/base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "brevduva/base/str.h"

/* One line, whole characters, nothing that a terminal would obey. */
static void make_safe(char *msg, size_t size)
{
    bd_str cut = bd_str_cut_utf8(bd_str_from(msg), size - 1);

    msg[cut.len] = '\0';
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
    char msg[sizeof err->msg];
    va_list args;

    if (!err)
        return code;
    va_start(args, format);
    (void)vsnprintf(msg, sizeof msg, format, args);
    va_end(args);
    make_safe(msg, sizeof msg);
    memcpy(err->msg, msg, sizeof msg); /* `args` may point into err->msg */
    err->code = code;
    return code;
}

enum bd_status bd_err_prefix(struct bd_err *err, const char *format, ...)
{
    char prefix[sizeof err->msg];
    char old[sizeof err->msg];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(prefix, sizeof prefix, format, args);
    va_end(args);
    memcpy(old, err->msg, sizeof old);
    return bd_fail(err, err->code, "%s: %s", prefix, old);
}
