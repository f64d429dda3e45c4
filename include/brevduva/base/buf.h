/*
 * A growing byte buffer with a ceiling. Past the ceiling nothing more is
 * added and `full` stays set, so writers check once, at the end. Out of
 * memory ends the process.
 */
#ifndef BREVDUVA_BASE_BUF_H
#define BREVDUVA_BASE_BUF_H

#include "brevduva/base/arena.h"
#include "brevduva/base/status.h"
#include "brevduva/base/str.h"

struct bd_buf {
    char *ptr;  /* owned; NULL until first use */
    size_t len; /* octets in use */
    size_t cap; /* octets allocated */
    size_t max; /* ceiling in octets; 0 means none */
    bool full;  /* something did not fit below the ceiling */
};

void bd_buf_init(struct bd_buf *buf, size_t max);
void bd_buf_fini(struct bd_buf *buf);
void bd_buf_clear(struct bd_buf *buf); /* keeps the memory and the ceiling */

void bd_buf_add(struct bd_buf *buf, bd_str text);
void bd_buf_add_char(struct bd_buf *buf, char c);
void bd_buf_add_cstr(struct bd_buf *buf, const char *string);
void bd_buf_add_u64(struct bd_buf *buf, uint64_t number);
void bd_buf_printf(struct bd_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Make room for `len` more octets at ptr + buf->len, which the caller fills
 * and then adds to buf->len. False (and full) when the ceiling forbids. */
bool bd_buf_reserve(struct bd_buf *buf, size_t len) BD_MUST_USE;

/* What the buffer holds, valid until it changes. */
bd_str bd_buf_str(const struct bd_buf *buf);
/* A copy in the arena; the buffer is left as it is. */
bd_str bd_buf_copy(const struct bd_buf *buf, struct bd_arena *arena);

#endif
