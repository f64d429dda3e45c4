#ifndef COMPOSE_NOTE_PRIVATE_H
#define COMPOSE_NOTE_PRIVATE_H

#include "brevduva/compose/note.h"

/* The field of that name, or NULL. */
const struct bd_note_field *bd_note_field_find(const struct bd_note_form *form,
                                               bd_str name);

#endif
