/*
 * Writing header fields (RFC 5322 2.2, 3.2, 3.4) with encoded-words
 * (RFC 2047). Every line ends in CRLF, is folded at 76 columns where it can
 * be, and never holds a CR, LF or NUL that came from a value. Pure.
 */
#ifndef BREVDUVA_MAIL_HEADER_H
#define BREVDUVA_MAIL_HEADER_H

#include "brevduva/base/buf.h"

/*
 * "NAME: text CRLF"; all of it as encoded-words if it is not plain ASCII, or
 * would not be shown as it is. Here and below, a line break or tab in a text
 * becomes one space, other controls are dropped, octets that are not UTF-8
 * become U+FFFD, and spaces around the text are dropped.
 */
void bd_header_text(struct bd_buf *out, const char *name, bd_str text);

/* "NAME: value CRLF" for structured values that are ASCII and correct as
 * they are (List-Id, Message-ID, URIs); folds only at the spaces in it. */
void bd_header_raw(struct bd_buf *out, const char *name, bd_str value);

/* "NAME: Display Name <email> CRLF". An empty display name gives the bare
 * address. A non-ASCII local part stays UTF-8 (RFC 6532). */
void bd_header_mailbox(struct bd_buf *out, const char *name, bd_str display,
                       bd_str email);

/* The value part of bd_header_mailbox, first line starting at `column`,
 * without the final CRLF. */
void bd_mailbox_write(struct bd_buf *out, size_t column, bd_str display,
                      bd_str email);

/*
 * The text as encoded-words, each on a line of its own and each led by
 * CRLF SP; nothing for an empty text. Literals and fields of a header with
 * merge tags are written one after the other by this and read as one text
 * (RFC 2047 6.2: white space between encoded-words is not shown). For text
 * like a subject's, not for display names; spaces around it are kept.
 */
void bd_header_words(struct bd_buf *out, bd_str text);
/* The same, but the first word stays on the line where `column` octets stand
 * already: for the start of a header, since some readers show a blank for a
 * fold there. */
void bd_header_words_from(struct bd_buf *out, size_t column, bd_str text);

#endif
