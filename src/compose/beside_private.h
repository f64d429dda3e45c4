/* Files beside the issue: pictures and attachments. */
#ifndef COMPOSE_BESIDE_PRIVATE_H
#define COMPOSE_BESIDE_PRIVATE_H

#include "brevduva/compose/letter.h"

/*
 * Read one by its path in the issue's folder.
 *
 * place    where the issue names it
 * returns  BD_OK; BD_ENOENT, BD_EINVAL "PATH:LINE:COLUMN: …"
 */
enum bd_status bd_beside_read(const struct bd_issue *issue,
                              const struct bd_letter_options *options,
                              bd_str path, struct bd_place place, bd_str *out,
                              struct bd_err *err) BD_MUST_USE;

/* Its name without folders. */
bd_str bd_beside_name(bd_str path);

#endif
