/* One row of a CSV file as a reader. */
#ifndef IMPORT_ROW_H
#define IMPORT_ROW_H

#include "brevduva/base/csv.h"
#include "brevduva/store/import.h"
#include "import_columns.h"

/*
 * Read a row.
 *
 * arena    for the texts of `out`; the caller clears it between rows
 * attributes  room for building, reused from row to row
 * returns  BD_OK, or BD_EINVAL with the reason for rejecting the row
 */
enum bd_status cli_import_row_read(struct bd_arena *arena,
                                   const struct import_columns *columns,
                                   const struct bd_csv_row *row,
                                   struct bd_buf *attributes,
                                   struct bd_import_row *out,
                                   struct bd_err *err);

/* "2026-11-23T07:46:43Z", "2019-05-01 10:12:13+02:00", "2019-05-01": UTC
 * unless a zone is given. False: none of these. */
bool cli_import_time_parse(bd_str text, int64_t *out);

#endif
