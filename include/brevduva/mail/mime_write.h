/*
 * Writing MIME: quoted-printable (RFC 2045 6.7), base64 (6.8), parameters
 * (RFC 2231) and boundaries. Output is 7-bit, lines end in CRLF and are at
 * most 76 octets. Pure.
 */
#ifndef BREVDUVA_MAIL_MIME_WRITE_H
#define BREVDUVA_MAIL_MIME_WRITE_H

#include "brevduva/base/buf.h"

/*
 * Quoted-printable of a piece of text that begins at the start of an output
 * line and leaves the output at the start of a line again: if the piece does
 * not end with a line break, a soft break "=CRLF" closes it. So pieces can
 * be written one after the other without knowing each other. An empty piece
 * writes nothing.
 *
 * LF and CRLF in `text` become CRLF. Never at the start of an output line: a
 * bare "." (RFC 5321 4.5.2: DATA and BDAT bytes are equal) or "From ".
 */
void bd_qp_write(struct bd_buf *out, bd_str text);

/* The same when what follows is a MIME delimiter: no soft break at the end,
 * so decoded text ends exactly as given. */
void bd_qp_write_last(struct bd_buf *out, bd_str text);

/* Base64 in lines of 76 with CRLF after each. */
void bd_base64_write(struct bd_buf *out, bd_str bytes);

/*
 * "; NAME=value" of a Content-Type or Content-Disposition: token or
 * quoted-string when short ASCII, else RFC 2231 with continuations, each on
 * its own folded line. `out` holds the header field so far: its last line
 * decides whether to fold.
 *
 * name   at most 40 characters
 * value  cleaned as header texts are
 */
void bd_mime_param(struct bd_buf *out, const char *name, bd_str value);

#define BD_BOUNDARY_LEN 34

/*
 * A boundary from the bytes it must not occur in: "=_" and 32 hex digits of
 * a SHA-256 over `seed`. "=_" cannot stand in quoted-printable or base64, so
 * it needs no search (RFC 2045 6.7 note). Same seed, same boundary.
 */
void bd_boundary(bd_str seed, char out[BD_BOUNDARY_LEN]);

#endif
