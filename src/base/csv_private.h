/*
 * Where the CSV reader's octets come from: a descriptor, as UTF-8.
 */
#ifndef BASE_CSV_PRIVATE_H
#define BASE_CSV_PRIVATE_H

#include "brevduva/base/csv.h"

#define CSV_SAMPLE_BYTES ((size_t)64 * 1024)
#define CSV_SOURCE_BYTES (2 * CSV_SAMPLE_BYTES)

struct csv_source {
    int fd;
    bool end;           /* nothing is left to read from fd */
    bool windows_1252;  /* else UTF-8 */
    bool doubtful;      /* octets that are not UTF-8 may come out */
    unsigned char *raw; /* borrowed; read but not yet given out */
    size_t raw_from;
    size_t raw_len;
};

/*
 * Find out the charset and skip a BOM.
 *
 * memory   borrowed: CSV_SOURCE_BYTES for the source's use
 * returns  BD_OK; BD_EPARSE if this is no CSV file (UTF-16, a workbook);
 *          BD_EIO
 */
enum bd_status csv_source_init(struct csv_source *source, int fd, char *memory,
                               struct bd_err *err) BD_MUST_USE;

/*
 * The next octets. What Windows-1252 leaves undefined comes out as an octet
 * that is not UTF-8, and sets `doubtful`.
 *
 * size     at least 3
 * out_len  0 at the end
 */
enum bd_status csv_source_read(struct csv_source *source, char *out,
                               size_t size, size_t *out_len,
                               struct bd_err *err) BD_MUST_USE;

/*
 * The delimiter of a file that starts with `text`.
 *
 * out_skip  octets of a first line "sep=;", which is not a row
 */
char csv_find_delimiter(bd_str text, size_t *out_skip);

#endif
