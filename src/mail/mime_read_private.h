/* What the files that read mail share. */
#ifndef BREVDUVA_MIME_READ_PRIVATE_H
#define BREVDUVA_MIME_READ_PRIVATE_H

#include "brevduva/base/buf.h"
#include "brevduva/mail/mime_read.h"

#define MIME_MAX_VALUE    (64 * 1024) /* of a field, decoded */
#define MIME_MAX_PARAMS   64
#define MIME_MAX_CHARSET  40
#define MIME_MAX_BOUNDARY 200 /* RFC 2046 5.1.1 says 70 */

/* The next line, without its end: LF after any number of CR. `*rest` as for
 * bd_str_cut. */
bd_str mime_cut_line(bd_str *rest);

/* A header and what stands after it. *out_cut is set, never cleared. */
void mime_header(struct bd_arena *arena, bd_str bytes,
                 struct bd_mail_header *out, bd_str *out_rest, bool *out_cut);

/* The text with its encoded words decoded (RFC 2047). `address`: the words
 * stand in a list of addresses, so that one that holds specials has to be
 * quoted, as it would name others otherwise. */
void mime_words(struct bd_buf *out, bd_str text, bool address);

/* The field's text as it stood, in one line. Borrowed where it can be. */
bd_str mime_unfold(struct bd_arena *arena, const struct bd_mail_field *field);
bd_str mime_unfolded(struct bd_arena *arena,
                     const struct bd_mail_header *header, const char *name);

/* Octets as UTF-8; U+FFFD for what is bad. Without a charset that
 * is known it is UTF-8, or Windows-1252 when it cannot be. */
void mime_to_utf8(struct bd_buf *out, bd_str charset, bd_str octets);

bool mime_is_charset_name(bd_str text);

/* A transfer encoding undone; others than base64 and quoted-printable leave
 * the octets as they are. */
bd_str mime_undo(struct bd_arena *arena, bd_str encoding, bd_str octets);
void mime_undo_to(struct bd_buf *out, bd_str encoding, bd_str octets);

/* The octet that two hexadecimal digits at the start stand for; -1: none. */
int mime_hex(bd_str text);

bd_str mime_lower(struct bd_arena *arena, bd_str text);
/* What stands before the parameters ("text/plain"), in lower case. */
bd_str mime_first(struct bd_arena *arena, bd_str value);
/* A parameter, as UTF-8 (RFC 2231); empty: there is none. */
bd_str mime_param(struct bd_arena *arena, bd_str value, const char *name);

/* Where the comment or quoted string that starts at `at` ends. */
size_t mime_skip_comment(bd_str text, size_t at);
size_t mime_skip_quoted(bd_str text, size_t at);

/* What the attributes of an HTML tag say of its element. */
enum mime_size { MIME_SIZE_UNSAID, MIME_SIZE_NONE, MIME_SIZE_SOME };
struct mime_shown {
    bool hidden;
    bool quote; /* others wrote what it holds */
    bool bar;   /* has a line to its left, as quotes have */
    bool end;   /* others wrote all from here on (Outlook) */
    enum mime_size size;
};
void mime_read_shown(bd_str attributes, struct mime_shown *out);

#endif
