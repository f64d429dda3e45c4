/* Files that come with a letter, as its front matter names them. */
#ifndef COMPOSE_ATTACHMENTS_PRIVATE_H
#define COMPOSE_ATTACHMENTS_PRIVATE_H

#include "brevduva/compose/letter.h"

struct bd_attachment {
    bd_str name;      /* "Årsmötet.pdf" */
    const char *type; /* "application/pdf" */
    bd_str bytes;
    struct bd_place place; /* where the issue names it */
    const struct bd_attachment *next;
};

/*
 * returns  BD_OK; BD_ENOENT, BD_EINVAL, BD_ELIMIT (all together over
 *          BD_MAX_ATTACHED_BYTES) "PATH:LINE:COLUMN: …"
 */
enum bd_status bd_attachments_read(struct bd_arena *arena,
                                   const struct bd_issue *issue,
                                   const struct bd_letter_options *options,
                                   const struct bd_attachment **out,
                                   struct bd_err *err) BD_MUST_USE;

#endif
