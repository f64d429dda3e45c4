/* The body of a letter, with the fields of the header that are MIME's. */
#ifndef COMPOSE_BODY_PRIVATE_H
#define COMPOSE_BODY_PRIVATE_H

#include "layout_private.h"
#include "pieces_private.h"

/* Text and HTML, which has the draft's pictures. Both texts have markers. */
void bd_body_both(const struct bd_draft *draft, struct bd_pieces *pieces,
                  bd_str text, bd_str html);

/* The same, or text alone where `html` is empty; with the calendar if there is
 * one, for programs that show it in the letter, and as a file for those that
 * do not (K3); and with the draft's attachments (P6). */
void bd_body_whole(const struct bd_draft *draft, struct bd_pieces *pieces,
                   bd_str text, bd_str html, bd_str calendar);

/* Text and HTML, then the field @attachment as a file of that name. */
void bd_body_with_json(const struct bd_draft *draft, struct bd_pieces *pieces,
                       bd_str text, bd_str html, const char *file_name);

#endif
