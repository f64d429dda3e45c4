/*
 * What machines report about mail: delivery status (RFC 3464, 6533) and abuse
 * (ARF: RFC 5965, 6591, 9477), read from the parts of a mail. Pure.
 */
#ifndef BREVDUVA_MAIL_REPORT_H
#define BREVDUVA_MAIL_REPORT_H

#include "brevduva/mail/enhanced.h"
#include "brevduva/mail/mime_read.h"

#define BD_REPORT_MAX_RECIPIENTS 100

enum bd_dsn_action {
    BD_DSN_UNKNOWN, /* a word that RFC 3464 2.3.3 does not have */
    BD_DSN_FAILED,  /* also "failure" and "error", which some write */
    BD_DSN_DELAYED,
    BD_DSN_DELIVERED,
    BD_DSN_RELAYED,
    BD_DSN_EXPANDED
};

struct bd_dsn_recipient {
    bd_str original; /* Original-Recipient's address, xtext undone */
    bd_str final;    /* Final-Recipient's; either may be empty, not checked */
    enum bd_dsn_action action;
    struct bd_enhanced status; /* class 0: none that can be read */
    int reply_code;    /* of Diagnostic-Code: smtp, or of a Status that is one;
                        * 0: none */
    bd_str diagnostic; /* without "smtp;" */
    bd_str remote_mta; /* without "dns;" */
};

struct bd_dsn {
    struct bd_dsn_recipient *recipients;
    size_t count; /* at most BD_REPORT_MAX_RECIPIENTS */
};

/* BD_ENOENT: the mail has no (global-)delivery-status part with a recipient
 * in it. The part is taken wherever it stands and whatever the mail calls
 * itself. */
enum bd_status bd_dsn_read(struct bd_arena *arena, const struct bd_mail *mail,
                           struct bd_dsn *out) BD_MUST_USE;

struct bd_arf {
    bd_str feedback_type; /* "abuse", lower case */
    bd_str user_agent, version, source_ip, arrival_date, incidents;
    bd_str original_mail_from; /* address; may be empty */
    bd_str original_rcpt_to;   /* first address; often redacted (RFC 6590) */
};

/* BD_ENOENT: no message/feedback-report part with a Feedback-Type. */
enum bd_status bd_arf_read(struct bd_arena *arena, const struct bd_mail *mail,
                           struct bd_arf *out) BD_MUST_USE;

/*
 * The header of the message that is returned, reported or quoted: of a
 * message/rfc822, message/global, text/rfc822-headers or
 * message/global-headers part, or of what follows a line such as "--- The
 * header of the original message is following. ---" in a text part.
 *
 * returns  BD_OK, or BD_ENOENT
 */
enum bd_status bd_returned_header(struct bd_arena *arena,
                                  const struct bd_mail *mail,
                                  struct bd_mail_header *out) BD_MUST_USE;

#endif
