/*
 * Reading a mail that anybody may have written: header fields and a flat list
 * of its parts, decoded. Bounded in octets, parts and depth; never fails on
 * what the mail holds: what does not follow the rules is read as plain text,
 * and what is beyond the limits is left out and said so.
 * Source: RFC 5322, RFC 2045-2049, RFC 2231, RFC 6532. Pure. Home of libetpan's
 * decoders, which see only one capped value at a time.
 */
#ifndef BREVDUVA_MAIL_MIME_READ_H
#define BREVDUVA_MAIL_MIME_READ_H

#include "brevduva/base/arena.h"

#define BD_MAIL_MAX_BYTES  (1024 * 1024) /* what stands after is not read */
#define BD_MAIL_MAX_PARTS  64
#define BD_MAIL_MAX_DEPTH  6
#define BD_MAIL_MAX_FIELDS 500          /* of one header */
#define BD_MAIL_MAX_TEXT   (256 * 1024) /* of one part, decoded */

struct bd_mail_field {
    bd_str name;   /* as written: "Subject" */
    bd_str raw;    /* as it stood, folded, without the last line end */
    bd_str value;  /* once somebody asked for it: see bd_mail_value */
    bool is_known; /* it was asked for */
};

struct bd_mail_header {
    struct bd_mail_field *fields; /* in order */
    size_t count;
    struct bd_arena *arena; /* of the values */
};

/* A part that is no multipart. */
struct bd_mail_part {
    bd_str type;    /* "text/plain", lower case; "text/plain" when not said */
    bd_str charset; /* lower case; may be empty */
    bd_str name;    /* file name, UTF-8; empty: none */
    bool attached;  /* Content-Disposition: attachment */
    int depth;      /* 0: the mail is this one part */
    bd_str parent;  /* type of the multipart it stands in; empty: none */
    struct bd_mail_header header; /* of the part; of the mail when depth is 0 */
    bd_str bytes;                 /* transfer encoding undone; not cut */
    bd_str text; /* of text parts, of message parts and of parts of unknown
                  * type that hold text: UTF-8, LF line ends, at most
                  * BD_MAIL_MAX_TEXT; else empty */
};

struct bd_mail {
    struct bd_mail_header header;
    bd_str type;        /* "multipart/report" */
    bd_str report_type; /* "delivery-status", lower case; may be empty */
    const struct bd_mail_part *parts; /* in order; message/rfc822 is one part,
                                       * not looked into */
    size_t part_count;                /* at least one */
    bool cut; /* a limit was reached: something was left out */
};

/*
 * Read a mail; a leading "From " line of an mbox is skipped.
 *
 * bytes  borrowed as long as `out` is used; any octets, any line ends
 * out    all else in the arena
 */
void bd_mail_read(struct bd_arena *arena, bd_str bytes, struct bd_mail *out);

/* Only a header, up to its empty line: of a returned message. *out_rest: what
 * stands after it; may be NULL. */
void bd_mail_read_header(struct bd_arena *arena, bd_str bytes,
                         struct bd_mail_header *out, bd_str *out_rest);

/* What field `i` says: unfolded and trimmed; encoded words are decoded, in
 * UTF-8 (bad octets became U+FFFD; what cannot be UTF-8 is read as
 * Windows-1252), without controls. Decoded when it is first asked for, as few
 * of a mail's fields are. */
bd_str bd_mail_value(const struct bd_mail_header *header, size_t i);
/* The value of the first such field, any case; empty when there is none. */
bd_str bd_mail_get(const struct bd_mail_header *header, const char *name);
bool bd_mail_has(const struct bd_mail_header *header, const char *name);
/* The n-th one, from 0. False: there are not so many. */
bool bd_mail_get_nth(const struct bd_mail_header *header, const char *name,
                     size_t n, bd_str *out);

/* The address-spec of a From, To or Return-Path value ("Eva <eva@x.example>",
 * "<>"): the first one, not checked; empty when there is none. *out_name: the
 * display name; may be NULL. Borrowed from `value`. */
bd_str bd_mail_address(bd_str value, bd_str *out_name);
/* All of a list of addresses, one a call: `*rest` begins as the value. False
 * at its end. */
bool bd_mail_next_address(bd_str *rest, bd_str *out);

/* Plain text of HTML: tags out, entities decoded, blocks on their own lines.
 * For recognising, not for showing. At most BD_MAIL_MAX_TEXT. */
bd_str bd_mail_text_of_html(struct bd_arena *arena, bd_str html);

#endif
