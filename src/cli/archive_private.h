/* Between the archive and what the program sends. */
#ifndef ARCHIVE_PRIVATE_H
#define ARCHIVE_PRIVATE_H

#include "cli_private.h"

/* The issue as a page of the archive. `*out_decided`: its front matter says
 * who may see it, not the settings. */
enum bd_status archive_page(struct app *app, const struct cli_letter *letter,
                            struct bd_page *out, bool *out_decided);
/* "public", "only for who has the address", "off". */
const char *archive_word(enum bd_visibility visibility);

#endif
