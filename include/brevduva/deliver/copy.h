/* One copy of a message on its way to one recipient. */
#ifndef BREVDUVA_DELIVER_COPY_H
#define BREVDUVA_DELIVER_COPY_H

#include "brevduva/base/str.h"

struct bd_copy {
    bd_str envelope_from; /* "" is the null sender */
    bd_str envelope_to;
    bd_str message_id; /* whole: left@domain */
    bd_str bytes;      /* the message: CRLF line ends */
};

#endif
