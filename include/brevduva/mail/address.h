/*
 * Mail addresses: addr-spec of RFC 5321 4.1.2 and RFC 6531 3.3, domains by
 * IDNA2008 (RFC 5890-5893, UTS 46 non-transitional). Pure.
 */
#ifndef BREVDUVA_MAIL_ADDRESS_H
#define BREVDUVA_MAIL_ADDRESS_H

#include "brevduva/base/arena.h"
#include "brevduva/base/i18n.h"
#include "brevduva/base/status.h"

/* All texts live in the arena that was given to the parser. */
struct bd_address {
    bd_str local;  /* as given; quoted-string local parts keep their quotes */
    bd_str domain; /* A-labels, lower case */
    bd_str email;  /* local@domain: what is stored and put in the envelope */
    bd_str key;    /* NFC-casefolded local@domain, without needless quotes:
                      equal keys, same reader */
    bool smtputf8; /* the local part is not ASCII (RFC 6531) */
};

/*
 * Read one address as a person types it: no display name, no comments, no
 * route, no address literal; spaces around it are dropped. CR, LF, NUL and
 * other controls are refused anywhere.
 *
 * returns  BD_OK, or BD_EINVAL with a message that says what is wrong with
 *          which address and, where it can, what was probably meant
 */
enum bd_status bd_address_parse(struct bd_arena *arena, bd_str text,
                                struct bd_address *out,
                                struct bd_err *err) BD_MUST_USE;

/* What is wrong with a text that bd_address_parse refuses: its message, for a
 * page in that language. */
bd_str bd_address_fault(struct bd_arena *arena, bd_str text, enum bd_lang lang);

/* Can its local part be read as nothing but a name? Not when it is quoted, has
 * a slash or a colon, or starts with "www.": such ones are real, but in a mail
 * that a stranger has us send they are an advertisement. */
bool bd_address_is_plain(const struct bd_address *address);

/* The address for people to read: domain as U-labels. */
bd_str bd_address_display(struct bd_arena *arena, bd_str email);

/* The host in A-labels, lower case; BD_EINVAL when it is no host name. One
 * label is enough ("localhost"); an IP address is no name. */
enum bd_status bd_domain_parse(struct bd_arena *arena, bd_str text, bd_str *out,
                               struct bd_err *err) BD_MUST_USE;

#endif
