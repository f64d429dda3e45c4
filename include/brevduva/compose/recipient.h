/*
 * From a recipient to the values of a message's fields. Our own fields:
 *
 *   @to          mailbox for the To header
 *   @date        RFC 5322 date of the sending
 *   @message-id  left part of the Message-ID, unique for each copy
 *   @unsubscribe @one-click @subscription @tip   tokens for the links
 *   @unsubscribe-mail  the token for a mail address
 *   @calendar-stamp @calendar-sequence  the date as RFC 5545 has it, and as a
 *                number that grows
 *
 * Merge tags that are always there: email, name, first_name, language. Every
 * other name is looked up in the reader's attributes.
 */
#ifndef BREVDUVA_COMPOSE_RECIPIENT_H
#define BREVDUVA_COMPOSE_RECIPIENT_H

#include "brevduva/base/json.h"
#include "brevduva/base/token.h"
#include "brevduva/compose/message.h"

struct bd_recipient {
    bd_str email;
    bd_str name;
    bd_str language;
    bd_str attributes;   /* JSON object as text; empty means none */
    uint64_t subscriber; /* for tokens; 0 for a test mail */
    uint32_t list;
    uint32_t mailing;
    bd_str message_id; /* left part, dot-atom */
    int64_t date;      /* seconds since 1970, UTC */
    int zone;          /* minutes east of UTC */
    bd_str date_text;  /* the same, as bd_date_write makes it, where the caller
                        * has it for many; empty: it is made */
};

/* The merge tags that every reader has, NULL-terminated. */
extern const char *const bd_merge_names[];

/*
 * The values in the order of message->names, in the arena. Only what the
 * message uses is computed.
 *
 * signer   NULL gives tokens that open nothing ("forhandsvisning"), for
 *          previews
 * returns  BD_OK, or BD_EPARSE when the attributes are not a JSON object
 */
enum bd_status bd_recipient_values(struct bd_arena *arena,
                                   const struct bd_message *message,
                                   const struct bd_recipient *recipient,
                                   const struct bd_signer *signer,
                                   const bd_str **out,
                                   struct bd_err *err) BD_MUST_USE;

#endif
