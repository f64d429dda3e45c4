#include "brevduva/deliver/outgoing.h"

enum bd_status bd_outgoing_write_text(void *self, struct bd_buf *out)
{
    const bd_str *text = self;

    bd_buf_add(out, *text);
    return out->full ? BD_ELIMIT : BD_OK;
}
