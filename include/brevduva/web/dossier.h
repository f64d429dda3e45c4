/* What is kept of a reader (store/erase.h), for people to read (C8). */
#ifndef BREVDUVA_WEB_DOSSIER_H
#define BREVDUVA_WEB_DOSSIER_H

#include "brevduva/base/i18n.h"
#include "brevduva/base/json.h"

/*
 * A line for each fact, "Address: anna@skogsvik.example", under headings.
 * Facts that are empty are left out. In the arena.
 *
 * dossier  of bd_subscriber_dossier
 */
bd_str bd_dossier_text(struct bd_arena *arena, enum bd_lang lang,
                       const struct bd_json *dossier);

#endif
