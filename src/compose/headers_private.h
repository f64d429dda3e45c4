#ifndef COMPOSE_HEADERS_PRIVATE_H
#define COMPOSE_HEADERS_PRIVATE_H

#include "layout_private.h"
#include "pieces_private.h"

/* The domain of an address, or "localhost". */
bd_str bd_domain_of(bd_str email);

/* All header fields but those of MIME (F, L). */
void bd_headers_write(const struct bd_draft *draft, struct bd_pieces *pieces);

/* The same for a note: its fields @reply-to and @auto-submitted are whole
 * header fields, or empty. */
void bd_headers_write_note(const struct bd_draft *draft,
                           struct bd_pieces *pieces);

#endif
