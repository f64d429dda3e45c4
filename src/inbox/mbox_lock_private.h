/* The locks that mail servers and programs take on an mbox: PATH.lock, where
 * we may make it, and a lock of fcntl's. */
#ifndef MBOX_LOCK_PRIVATE_H
#define MBOX_LOCK_PRIVATE_H

#include "source_private.h"

/* BD_ETEMP when another holds it for long. */
enum bd_status mbox_lock(const struct bd_source *source, const char *path,
                         int fd, bool *out_has_file,
                         struct bd_err *err) BD_MUST_USE;
void mbox_unlock(const char *path, int fd, bool has_file);

#endif
