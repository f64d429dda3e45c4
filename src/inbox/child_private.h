/* Starting this program again as a child that has nothing of ours: no open
 * files, no memory, no environment. */
#ifndef CHILD_PRIVATE_H
#define CHILD_PRIVATE_H

#include <sys/types.h>

#include "brevduva/base/status.h"

#define CHILD_FD 3 /* its end of the socket pair */

/* AddressSanitizer maps terabytes, which RLIMIT_AS forbids; each compiler has
 * its own way to say that it is there. */
#ifdef __SANITIZE_ADDRESS__
#define CHILD_MAPS_TERABYTES
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define CHILD_MAPS_TERABYTES
#endif
#endif

/*
 * Start it under that name (argv[0]), which main looks at.
 *
 * out_fd   our end: stream socket, closed on exec
 * returns  BD_OK; BD_EIO
 */
enum bd_status child_start(const char *name, pid_t *out_pid, int *out_fd,
                           struct bd_err *err) BD_MUST_USE;

#endif
