/*
 * A sentence that is stored today and read later by somebody who may speak
 * another language: its msgid and its arguments are kept apart.
 */
#ifndef BREVDUVA_BASE_SAYING_H
#define BREVDUVA_BASE_SAYING_H

#include "brevduva/base/arena.h"
#include "brevduva/base/i18n.h"

/*
 * Make one.
 *
 * msgid    marked with N_, with one "%s" for each argument, in their order
 * args     `count` of them, one line each
 * returns  what is to be stored, in the arena
 */
bd_str bd_saying(struct bd_arena *arena, const char *msgid, const bd_str *args,
                 size_t count);
/*
 * Read one.
 *
 * stored   borrowed: of bd_saying, perhaps cut at its end; any other text is
 *          given back as it is
 * returns  the sentence, in the arena or borrowed from `stored`
 */
bd_str bd_saying_text(struct bd_arena *arena, enum bd_lang lang, bd_str stored);

#endif
