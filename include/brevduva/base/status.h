/*
 * How functions say what went wrong: a code to act on and one line to show.
 */
#ifndef BREVDUVA_BASE_STATUS_H
#define BREVDUVA_BASE_STATUS_H

enum bd_status {
    BD_OK = 0,
    BD_EINVAL, /* the user's or caller's input is wrong */
    BD_EPARSE, /* bytes from outside do not follow their format */
    BD_ENOENT, /* no such row, file or template */
    BD_EEXIST, /* the row or file is already there */
    BD_ELIMIT, /* a limit from limits.h was reached */
    BD_ETEMP,  /* try again later: 4yz, timeout, SQLITE_BUSY */
    BD_EFINAL, /* do not try again: 5yz */
    BD_EIO     /* file, database or socket failed */
};

/* Filled by the callee that fails; owned by the caller; never allocates. */
struct bd_err {
    enum bd_status code;
    char msg[480]; /* one line, UTF-8, no newline, no secrets */
};

/* The result of a call that can fail must be used. */
#define BD_MUST_USE __attribute__((warn_unused_result))

/*
 * Fill `err` and return `code`: `return bd_fail(err, BD_ENOENT, _("..."))`.
 *
 * err     may be NULL: then only the code is kept
 * format  as for printf, one line; cut to whole characters when too long;
 *         control characters in the result become '?', so that text from
 *         outside cannot fake lines or move the cursor
 */
enum bd_status bd_fail(struct bd_err *err, enum bd_status code,
                       const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Put "PREFIX: " before the message that `err` holds; its code stays. Returns
 * nothing, as without `err` there is no code: return the one you were given.
 *
 * err  may be NULL: then there is nothing to do
 */
void bd_err_prefix(struct bd_err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What the system says by `errno`, in the program's language: the end of
 * "cannot open: %s". Valid until the next call. */
const char *bd_errno_text(int code);

#endif
