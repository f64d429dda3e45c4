/* What the files of this layer share. */
#ifndef BREVDUVA_MAIL_PRIVATE_H
#define BREVDUVA_MAIL_PRIVATE_H

#include <string.h>

#include "brevduva/base/buf.h"
#include "brevduva/mail/address.h"

#define MAIL_LINE_MAX  76  /* RFC 2047 2, RFC 2045 6.7, 6.8 */
#define MAIL_LINE_HARD 998 /* RFC 5322 2.1.1 */

static inline bool bd_mail_is_alnum(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c >= 'A' && c <= 'Z');
}

/* RFC 5322 3.2.3 */
static inline bool bd_mail_is_atext(unsigned char c)
{
    return bd_mail_is_alnum(c) ||
           (c != 0 && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

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

/* As bd_address_parse, without a word about why not. */
bool bd_mail_recognise(struct bd_arena *arena, bd_str text,
                       struct bd_address *out);

/* Say what is wrong with a text that is not recognised; BD_EINVAL. */
enum bd_status bd_mail_refuse(struct bd_arena *arena, bd_str text,
                              struct bd_err *err);

/* Text to show in a message: short, clean, valid UTF-8. */
bd_str bd_mail_shown(struct bd_arena *arena, bd_str text);

/* Has blanks, format characters or others without a shape of their own
 * (RFC 5321 forbids them, RFC 6531 only forgot to). */
bool bd_mail_has_invisible(bd_str text);

#endif
