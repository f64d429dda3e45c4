#include <errno.h>
#include <string.h>

#include "brevduva/base/i18n.h"
#include "brevduva/base/status.h"

/* strerror() speaks other languages only where the system has them installed.
 * These are its words for what our users meet; others stay English. */
static const struct {
    int code;
    const char *text;
} rows[] = {
    { EACCES, N_("Permission denied") },
    { EPERM, N_("Operation not permitted") },
    { ENOENT, N_("No such file or directory") },
    { ENOTDIR, N_("Not a directory") },
    { EISDIR, N_("Is a directory") },
    { EEXIST, N_("File exists") },
    { ENOTEMPTY, N_("Directory not empty") },
    { ENAMETOOLONG, N_("File name too long") },
    { ELOOP, N_("Too many levels of symbolic links") },
    { ENOSPC, N_("No space left on device") },
    { EDQUOT, N_("Disk quota exceeded") },
    { EFBIG, N_("File too large") },
    { EROFS, N_("Read-only file system") },
    { EIO, N_("Input/output error") },
    { EMFILE, N_("Too many open files") },
    { ENFILE, N_("Too many open files in system") },
    { EAGAIN, N_("Resource temporarily unavailable") },
    { ECONNREFUSED, N_("Connection refused") },
    { ECONNRESET, N_("Connection reset by peer") },
    { ETIMEDOUT, N_("Connection timed out") },
    { EHOSTUNREACH, N_("No route to host") },
    { ENETUNREACH, N_("Network is unreachable") },
};

const char *bd_errno_text(int code)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].code == code)
            return _(rows[i].text);
    return strerror(code);
}
