/* What the writers of this layer share. */
#ifndef BREVDUVA_MAIL_PRIVATE_H
#define BREVDUVA_MAIL_PRIVATE_H

#include "brevduva/base/buf.h"

#define MAIL_LINE_MAX  76  /* RFC 2047 2, RFC 2045 6.7, 6.8 */
#define MAIL_LINE_HARD 998 /* RFC 5322 2.1.1 */

/*
 * The text as it may stand in a header: valid UTF-8 (U+FFFD for what is
 * not), one space for each line break or tab, other controls dropped.
 *
 * scratch  initialized; filled only when something had to be changed
 * returns  `text` itself or what `scratch` holds
 */
bd_str bd_mail_clean(bd_str text, struct bd_buf *scratch);

/* "=?" may be read as an encoded-word anywhere by lenient programs. */
bool bd_mail_has_word_mark(bd_str text);

#endif
