/* One copy of a message on its way to one recipient. */
#ifndef BREVDUVA_DELIVER_OUTGOING_H
#define BREVDUVA_DELIVER_OUTGOING_H

#include "brevduva/base/buf.h"

struct bd_outgoing {
    bd_str envelope_from; /* this copy's; "" is the null sender */
    bd_str envelope_to;
    size_t size; /* in octets, about: for SIZE= (RFC 1870 6.1: an estimate) */
    /*
     * Append the message to `out`, when the relay is ready for it. CRLF line
     * ends, the last line ended, 7-bit, no line begins with a dot (so that
     * the bytes after DATA and BDAT are equal and nobody looks through them).
     * Anything but BD_OK: this copy cannot be made, and is not handed over.
     */
    enum bd_status (*write)(void *self, struct bd_buf *out);
    void *self;
};

/* For `write`, where the message stands ready: `self` is its bd_str. */
enum bd_status bd_outgoing_write_text(void *self, struct bd_buf *out);

#endif
