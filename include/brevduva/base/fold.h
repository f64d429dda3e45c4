/* Texts compared as people do: capital and small letters are the same. */
#ifndef BREVDUVA_BASE_FOLD_H
#define BREVDUVA_BASE_FOLD_H

#include "brevduva/base/arena.h"

/*
 * What `text` (valid UTF-8) has in common with all texts that differ from it
 * only by capital and small letters, of any alphabet, or by how accents are
 * composed: Unicode's case folding, in NFC. Equal texts fold to equal octets.
 *
 * returns  `text` itself where folding changes nothing, else a copy in the
 *          arena
 */
bd_str bd_fold(struct bd_arena *arena, bd_str text);

#endif
