/*
 * CSV read row by row (RFC 4180 and what spreadsheets make of it). The
 * reader finds out delimiter and charset by itself and gives UTF-8. Home of
 * libcsv.
 */
#ifndef BREVDUVA_BASE_CSV_H
#define BREVDUVA_BASE_CSV_H

#include "brevduva/base/buf.h"
#include "brevduva/base/status.h"

struct bd_csv_row {
    uint32_t line;        /* where the row starts, from 1 */
    size_t count;         /* of fields */
    const bd_str *fields; /* UTF-8; valid during the callback */
    bd_str raw;           /* the row as it stood, without its line end, UTF-8 */
};

enum bd_csv_problem {
    BD_CSV_FINE,
    BD_CSV_NUL,        /* a NUL octet */
    BD_CSV_TOO_LONG,   /* field or row over its limit, too many columns */
    BD_CSV_BAD_QUOTE,  /* text behind a closing quote */
    BD_CSV_OPEN_QUOTE, /* a quote that does not end: not before the end of the
                        * file, or only at the next quote some lines on */
    BD_CSV_BAD_CHARSET /* octets that are neither UTF-8 nor Windows-1252 */
};

/*
 * Called for each row that is not blank. A row with a problem has raw text
 * but no fields; the text is cut to BD_MAX_CSV_ROW_BYTES, and U+FFFD stands
 * for octets that are no text. Returning anything but BD_OK ends the reading.
 */
typedef enum bd_status (*bd_csv_row_fn)(void *self,
                                        const struct bd_csv_row *row,
                                        enum bd_csv_problem problem,
                                        struct bd_err *err);

/*
 * Read a CSV file from where `fd` stands to its end with constant memory. BOM
 * skipped; delimiter is the one of comma, semicolon and tab that the first
 * row has most of outside quotes, or what a first line "sep=;" names. A file
 * whose octets above ASCII mostly form no UTF-8 is read as Windows-1252; in
 * any other, the rows that are not UTF-8 are BD_CSV_BAD_CHARSET. CRLF, LF and
 * CR line ends.
 * Blanks around a field without quotes do not belong to it; quotes inside it
 * do, as spreadsheets have it.
 *
 * After a row with a bad quote, reading goes on at the line behind the row's
 * first line, which alone is its raw text.
 *
 * fd       readable; need not be seekable (then the charset is judged from
 *          the first 64 KiB)
 * returns  BD_OK; BD_EPARSE (not a CSV file: UTF-16 or a workbook); BD_EIO;
 *          or what the callback returned
 */
enum bd_status bd_csv_read(int fd, bd_csv_row_fn row_fn, void *self,
                           struct bd_err *err) BD_MUST_USE;

enum bd_csv_style {
    BD_CSV_PLAIN, /* comma, UTF-8, LF */
    BD_CSV_EXCEL  /* semicolon, UTF-8 with BOM, CRLF: opens right in Excel */
};

/* Start of the file: the BOM if the style has one. */
void bd_csv_write_start(struct bd_buf *out, enum bd_csv_style style);
/*
 * One row. A cell that a spreadsheet would run as a formula (first character
 * = + - @ TAB CR LF, also behind spaces) gets a leading apostrophe, and so
 * does one that has apostrophes of its own before that; bd_csv_unguard takes
 * it off again on import. Any UTF-8 without NUL comes back as it was.
 */
void bd_csv_write_row(struct bd_buf *out, enum bd_csv_style style,
                      const bd_str *fields, size_t count);
/* The cell without the apostrophe that bd_csv_write_row put there. */
bd_str bd_csv_unguard(bd_str cell);

#endif
