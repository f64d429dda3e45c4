/*
 * Buffers that one thread needs in turn: who is done gives its buffer back,
 * and the next one takes the one that was given back last. Its memory is
 * still in the processor's cache, so that writing into it costs a fraction of
 * what it costs in memory that was used long ago; and a hundred sessions need
 * no more buffers than are full at the same time.
 */
#ifndef BREVDUVA_BASE_SPARE_H
#define BREVDUVA_BASE_SPARE_H

#include "brevduva/base/buf.h"

#define BD_SPARE_MAX 4

/* Zeroed: none. */
struct bd_spare {
    struct bd_buf bufs[BD_SPARE_MAX]; /* owned, empty; the last is the next */
    size_t count;
};

void bd_spare_fini(struct bd_spare *spare);

/* `buf` is empty and has no memory: it gets that of a spare buffer, if there
 * is one. Its ceiling stays. */
void bd_spare_take(struct bd_spare *spare, struct bd_buf *buf);

/* `buf` is emptied, and its memory is spare or, when there is enough, freed. */
void bd_spare_give(struct bd_spare *spare, struct bd_buf *buf);

#endif
