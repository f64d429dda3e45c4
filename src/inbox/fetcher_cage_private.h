/* What the fetcher may still do: less and less. False: the system has no
 * seccomp. */
#ifndef FETCHER_CAGE_PRIVATE_H
#define FETCHER_CAGE_PRIVATE_H

#include <stdbool.h>

/* From now on no file is written and no process started ... */
bool cage_begin(void);
/* ... and from now on no file is opened and no connection made. */
bool cage_close(void);

#endif
