/*
 * Pictures that letters ask the readers' pages for. A name is made of the
 * bytes, so that one picture is kept once, and what has a name never changes.
 */
#ifndef BREVDUVA_STORE_LETTER_FILE_H
#define BREVDUVA_STORE_LETTER_FILE_H

#include "brevduva/store/page.h"

/* Keep them, in a transaction of its own or of the caller's; those that are
 * there stay as they are. `shown` is not used. */
enum bd_status bd_letter_files_put(struct bd_store *store,
                                   const struct bd_page_file *files,
                                   size_t count, int64_t now,
                                   struct bd_err *err) BD_MUST_USE;

/* BD_ENOENT. */
enum bd_status bd_letter_file_get(struct bd_arena *arena,
                                  struct bd_store *store, bd_str name,
                                  struct bd_page_file *out,
                                  struct bd_err *err) BD_MUST_USE;

#endif
