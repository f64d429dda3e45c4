#include "brevduva/base/spare.h"

#include <assert.h>

void bd_spare_fini(struct bd_spare *spare)
{
    while (spare->count > 0)
        bd_buf_fini(&spare->bufs[--spare->count]);
}

void bd_spare_take(struct bd_spare *spare, struct bd_buf *buf)
{
    size_t max = buf->max;

    assert(!buf->ptr);
    if (spare->count == 0)
        return;
    *buf = spare->bufs[--spare->count];
    buf->max = max;
}

void bd_spare_give(struct bd_spare *spare, struct bd_buf *buf)
{
    size_t max = buf->max;

    bd_buf_clear(buf);
    if (buf->ptr && spare->count < BD_SPARE_MAX)
        spare->bufs[spare->count++] = *buf;
    else
        bd_buf_fini(buf);
    bd_buf_init(buf, max);
}
