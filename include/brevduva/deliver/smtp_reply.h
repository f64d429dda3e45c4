/*
 * Reading the replies of an SMTP server (RFC 5321 4.2, 4.5.3.1.5) from bytes
 * that come in any pieces. Pure. A server that breaks the form, or never
 * comes to an end, is told from one that is only slow.
 */
#ifndef BREVDUVA_DELIVER_SMTP_REPLY_H
#define BREVDUVA_DELIVER_SMTP_REPLY_H

#include "brevduva/base/limits.h"
#include "brevduva/mail/enhanced.h"

#define BD_SMTP_LINE_KEPT 2048  /* octets that are looked at */
#define BD_SMTP_LINE_MAX  65536 /* RFC 5321 says 512; more has no end */
#define BD_SMTP_LINES_MAX 100   /* of one reply */

struct bd_smtp_reply {
    int code; /* 200..599 */
    bool has_enhanced;
    struct bd_enhanced enhanced;
    size_t text_len;
    /* All lines joined by spaces, without codes: valid UTF-8, no control
     * characters, cut to the limit. */
    char text[BD_MAX_REPLY_TEXT];
};

bd_str bd_smtp_reply_text(const struct bd_smtp_reply *reply);

struct bd_smtp_reader {
    struct bd_smtp_reply reply;
    size_t lines; /* of the reply so far */
    bool broken;
    bool whole;      /* the next octet starts a new reply */
    size_t line_len; /* all that came of it; the first are kept: */
    char line[BD_SMTP_LINE_KEPT];
};

enum bd_smtp_progress {
    BD_SMTP_MORE,  /* all bytes are taken, more are needed */
    BD_SMTP_WHOLE, /* reader->reply stands until the next call */
    BD_SMTP_BROKEN /* for good; see out_why */
};

void bd_smtp_reader_init(struct bd_smtp_reader *reader);

/*
 * Take bytes up to the end of a reply.
 *
 * bytes    what was not taken is left there
 * out_why  written when broken: what is wrong, translated, valid for ever
 */
enum bd_smtp_progress bd_smtp_reader_take(struct bd_smtp_reader *reader,
                                          bd_str *bytes, const char **out_why);

/*
 * The relay's own name for an accepted message, as its log has it, found in
 * the texts of Postfix, Exim, Sendmail, OpenSMTPD, Exchange, Gmail, qmail
 * and others. A part of `text`; empty when there is none.
 */
bd_str bd_smtp_queue_id(bd_str text);

#endif
