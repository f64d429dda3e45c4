/*
 * A person's mail to the newsletter's mailbox, passed on to the coordinator:
 * unchanged, as an attachment of a letter of ours, so that neither its
 * signatures nor our sender's name are hurt (DMARC, RFC 9989).
 */
#ifndef BREVDUVA_DESK_FORWARD_H
#define BREVDUVA_DESK_FORWARD_H

#include "brevduva/desk/desk.h"

struct bd_forward {
    bd_str to; /* the coordinator's address */
    enum bd_lang language;
    bd_str from;     /* address of the mail's From, not checked; may be empty */
    bd_str reply_to; /* address of its Reply-To, not checked; empty: from */
    bd_str from_name; /* may be empty */
    bd_str subject;   /* UTF-8; may be empty */
    bd_str original;  /* the whole mail, any octets; lines ended by LF alone
                       * become CRLF. Empty: it is too large to be read */
    uint64_t size;    /* of the whole, octets */
    bd_str place;     /* where it lies, for people: "INBOX/4711" */
};

/*
 * Queue the letter inside the caller's transaction. An original that can stand
 * in a mail as it is becomes message/rfc822, any other the file original.eml
 * in base64 (RFC 2046 5.2.1 allows message/rfc822 no encoding).
 *
 * out_whole  false: it is too large for one mail, so the letter only tells of
 *            it, and it must stay where it is
 * returns    BD_OK, and what bd_letter_add returns
 */
enum bd_status bd_desk_forward(const struct bd_desk *desk,
                               const struct bd_forward *forward,
                               bool *out_whole) BD_MUST_USE;

/* The letter alone, in the desk's arena. */
enum bd_status bd_forward_write(const struct bd_desk *desk,
                                const struct bd_forward *forward,
                                struct bd_letter_row *out,
                                bool *out_whole) BD_MUST_USE;

#endif
