/* File names of a Maildir: "BASE:2,FLAGS". Pure. */
#ifndef MAILDIR_PRIVATE_H
#define MAILDIR_PRIVATE_H

#include "brevduva/base/arena.h"

#define MAILDIR_DONE "FS" /* flags of a mail that is done and stays */

bool maildir_is_done(bd_str name);
/* With those flags besides its own, in the order of the alphabet; `number`
 * (0: none) tells it from another of the same name. */
bd_str maildir_name(struct bd_arena *arena, bd_str name, const char *flags,
                    unsigned number);

#endif
