/* Where one mail of an mbox ends. Pure: octets in pieces, in order. */
#ifndef MBOX_PRIVATE_H
#define MBOX_PRIVATE_H

#include "brevduva/base/str.h"

/* Zeroed, it stands at the "From " line of a mail. */
struct mbox_scan {
    uint64_t at;      /* octets seen */
    uint64_t line;    /* where this line began */
    uint64_t body;    /* where the mail begins: after its "From " line */
    size_t matched;   /* octets of "From " that this line began with */
    bool after_blank; /* the line before was empty */
    bool has_return;  /* this line is a CR so far */
};

/*
 * out_end  where the next mail's "From " line begins: it follows an empty line
 * returns  true when that was found; the rest of `piece` is not looked at then
 */
bool mbox_scan(struct mbox_scan *scan, bd_str piece, uint64_t *out_end);

#endif
