/*
 * Reading back a mail that this program has written itself, to show it before
 * it is sent. It knows what mail/header.h and mail/mime_write.h write and no
 * more: for mail of others it is no reader. Pure.
 */
#ifndef BREVDUVA_MAIL_MIME_OWN_H
#define BREVDUVA_MAIL_MIME_OWN_H

#include "brevduva/base/arena.h"

/* The text of a header field, unfolded and decoded, in the arena; empty when
 * there is none. */
bd_str bd_mime_own_header(struct bd_arena *arena, bd_str message,
                          const char *name);

/* The first text/plain part, decoded, lines ended by LF, in the arena; empty
 * when there is none. */
bd_str bd_mime_own_text(struct bd_arena *arena, bd_str message);

#endif
