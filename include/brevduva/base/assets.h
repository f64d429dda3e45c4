/*
 * Files of the source tree that are part of the binary: templates/,
 * migrations/ and the compiled translations po/LANGUAGE.mo.
 */
#ifndef BREVDUVA_BASE_ASSETS_H
#define BREVDUVA_BASE_ASSETS_H

#include "brevduva/base/str.h"

struct bd_asset {
    const char *name; /* path in the tree: "migrations/0001_ledger.sql" */
    const unsigned char *data;
    size_t len;
};

/* Sorted by name within templates/ and migrations/; ends with a NULL name.
 * Defined in the file that cmake/embed.cmake writes. */
extern const struct bd_asset bd_assets[];

/* The asset's bytes, valid for ever. False if there is none of that name. */
bool bd_asset_find(bd_str name, bd_str *out);

#endif
