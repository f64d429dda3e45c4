/*
 * Enhanced mail status codes: the "5.1.1" of "550 5.1.1 No such user".
 * Source: RFC 3463 section 2 (grammar). Pure: no I/O, no allocation.
 */
#ifndef BREVDUVA_MAIL_ENHANCED_H
#define BREVDUVA_MAIL_ENHANCED_H

#include "brevduva/base/status.h"
#include "brevduva/base/str.h"

struct bd_enhanced {
    uint16_t class;   /* 2 delivered, 4 try later, 5 final */
    uint16_t subject; /* 0..999 */
    uint16_t detail;  /* 0..999 */
};

/*
 * Read the code that starts `text`.
 *
 * text     borrowed: the reply after its three digits and one space
 * out      written only when BD_OK is returned
 * returns  BD_OK, or BD_EPARSE if no code stands there. Codes are
 *          optional (RFC 2034), so callers treat that as "unknown".
 */
enum bd_status bd_enhanced_parse(bd_str text,
                                 struct bd_enhanced *out) BD_MUST_USE;

#endif
