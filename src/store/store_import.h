/* What the files of the import share. */
#ifndef STORE_IMPORT_H
#define STORE_IMPORT_H

#include "brevduva/base/buf.h"
#include "brevduva/store/import.h"
#include "store_private.h"

/* Names of attributes in order of first appearance. */
struct import_names {
    struct bd_arena *arena;
    bd_str *name;
    size_t count, room;
};

/* Note the member names of a JSON object, quickly: its form is not checked
 * unless a name has escapes. */
enum bd_status import_names_add(struct import_names *names, bd_str json,
                                struct bd_err *err) BD_MUST_USE;

/* A row on its way through the sort. */
void import_row_write(const struct bd_import_row *row, struct bd_buf *out);
/* Texts are borrowed from `key` and `record`. */
void import_row_read(bd_str key, bd_str record, struct bd_import_row *out);

#endif
