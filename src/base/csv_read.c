/*
 * CSV rows from a descriptor. The file is cut into lines here and each line
 * given to libcsv, so that every row's number and own text are known.
 *
 * When a row's quotes turn out bad, reading goes on at the line after its
 * first one: a forgotten quote costs its own line, not all up to the next
 * quote. The lines read again are read strictly. So this stays linear: a row
 * grows over lines with an even number of quotes, and those are rows of one
 * line then.
 */
#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "brevduva/base/limits.h"
#include "csv_private.h"

/* Holds a row that has reached its limit, the line behind it, and more. */
#define WINDOW_BYTES ((size_t)4 * BD_MAX_CSV_ROW_BYTES)

struct reader {
    struct csv_source source;
    struct csv_parser parser;
    char delimiter;

    char *window;
    size_t len;   /* octets in the window */
    size_t row;   /* where the row being read starts */
    size_t first; /* where its second line starts; row if it has none yet */
    size_t pos;   /* where the line to be read next starts */
    size_t lf;    /* the first LF behind pos, or len, when lf_known */
    bool lf_known;
    bool end; /* the source has no more */
    bool has_nul;
    uint32_t row_line;  /* number of the line at row */
    uint32_t line;      /* number of the line at pos */
    uint32_t strict_to; /* last line whose quotes are in doubt */

    bd_str fields[BD_MAX_CSV_COLUMNS];
    size_t count;
    char *cells; /* the octets of the fields */
    size_t used;
    bool row_done;
    bool too_long;
    struct bd_buf clean; /* a row's raw text when that was no UTF-8 */

    bd_csv_row_fn row_fn;
    void *self;
    struct bd_err *err;
};

static void on_field(void *field, size_t len, void *self)
{
    struct reader *r = self;

    if (r->count == BD_MAX_CSV_COLUMNS || len > BD_MAX_CSV_FIELD_BYTES ||
        len > BD_MAX_CSV_ROW_BYTES - r->used) {
        r->too_long = true;
        return;
    }
    if (len > 0)
        memcpy(r->cells + r->used, field, len);
    r->fields[r->count++] = (bd_str) { r->cells + r->used, len };
    r->used += len;
}

static void on_row(int terminator, void *self)
{
    struct reader *r = self;

    (void)terminator;
    r->row_done = true;
}

static void start_parser(struct reader *r)
{
    (void)csv_init(&r->parser, CSV_STRICT); /* fails on NULL only */
    csv_set_delim(&r->parser, (unsigned char)r->delimiter);
    csv_set_blk_size(&r->parser, 4096);
}

/* libcsv has stopped at a quote inside a field without quotes. Spreadsheets
 * take that as it stands, and so do we. */
static size_t feed_quote(struct reader *r)
{
    size_t done = 0;

    csv_set_opts(&r->parser, 0);
    done = csv_parse(&r->parser, "\"", 1, on_field, on_row, r);
    csv_set_opts(&r->parser, CSV_STRICT);
    return done;
}

/* False at a bad quote. */
static bool feed(struct reader *r, bd_str text)
{
    for (;;) {
        size_t done = csv_parse(&r->parser, text.ptr, text.len, on_field,
                                on_row, r);

        if (done == text.len)
            return true;
        if (csv_error(&r->parser) != CSV_EPARSE)
            bd_out_of_memory();
        if (r->parser.quoted || r->line <= r->strict_to)
            return false;
        text = bd_str_skip(text, done + feed_quote(r));
    }
}

/* Drop what has been read and fill the window up. */
static enum bd_status refill(struct reader *r)
{
    size_t got = 1;

    r->len -= r->row;
    memmove(r->window, r->window + r->row, r->len);
    r->pos -= r->row;
    r->first -= r->row;
    r->row = 0;
    r->lf_known = false;
    while (got > 0 && r->len + 3 <= WINDOW_BYTES) {
        char *to = r->window + r->len;
        enum bd_status rc = csv_source_read(
            &r->source, to, WINDOW_BYTES - r->len, &got, r->err);

        if (rc != BD_OK)
            return rc;
        r->has_nul = r->has_nul || memchr(to, '\0', got);
        r->len += got;
    }
    r->end = got == 0;
    return BD_OK;
}

/* The CR or LF that ends the line at pos, or len. The LF is remembered: a
 * file whose lines end with CR is not searched to its end for each. */
static size_t find_end(struct reader *r)
{
    const char *hit = NULL;

    if (!r->lf_known || r->lf < r->pos) {
        hit = memchr(r->window + r->pos, '\n', r->len - r->pos);
        r->lf = hit ? (size_t)(hit - r->window) : r->len;
        r->lf_known = true;
    }
    hit = memchr(r->window + r->pos, '\r', r->lf - r->pos);
    return hit ? (size_t)(hit - r->window) : r->lf;
}

/*
 * Where the line at pos ends and the next one starts.
 *
 * drop     a line of any length, whose text is not needed; else the search
 *          stops when the line is over the row's limit
 */
static enum bd_status find_line(struct reader *r, bool drop, size_t *out_end,
                                size_t *out_next)
{
    size_t end = find_end(r);

    /* the octet behind a CR must be seen: is it an LF? */
    while (end + 1 >= r->len && !r->end &&
           (drop || end - r->pos <= BD_MAX_CSV_ROW_BYTES)) {
        enum bd_status rc = BD_OK;

        if (drop)
            r->row = r->first = r->pos = end;
        rc = refill(r);
        if (rc != BD_OK)
            return rc;
        end = find_end(r);
    }
    *out_end = *out_next = end;
    if (end < r->len && r->window[end] == '\r')
        ++*out_next;
    if (*out_next < r->len && r->window[*out_next] == '\n')
        ++*out_next;
    return BD_OK;
}

/* The text without octets that are no UTF-8: each becomes U+FFFD. */
static bd_str clean_up(struct reader *r, bd_str raw)
{
    size_t bad = 0;

    bd_buf_clear(&r->clean);
    while (!bd_str_is_utf8(raw, &bad)) {
        bd_buf_add(&r->clean, bd_str_sub(raw, 0, bad));
        bd_buf_add_cstr(&r->clean, "\xef\xbf\xbd");
        raw = bd_str_skip(raw, bad + 1);
    }
    bd_buf_add(&r->clean, raw);
    return bd_buf_str(&r->clean);
}

/* Give the row to the caller; the next one starts at `next`. */
static enum bd_status give_row(struct reader *r, size_t end, size_t next,
                               enum bd_csv_problem problem)
{
    struct bd_csv_row row = { .line = r->row_line,
                              .raw = { r->window + r->row, end - r->row } };

    if (problem == BD_CSV_FINE && r->has_nul &&
        bd_str_find_char(row.raw, '\0') != SIZE_MAX)
        problem = BD_CSV_NUL;
    if (problem == BD_CSV_FINE &&
        (r->too_long || row.raw.len > BD_MAX_CSV_ROW_BYTES))
        problem = BD_CSV_TOO_LONG;
    row.raw = bd_str_cut_utf8(row.raw, BD_MAX_CSV_ROW_BYTES);
    if (r->source.doubtful && !bd_str_is_utf8(row.raw, NULL)) {
        row.raw = clean_up(r, row.raw);
        problem = problem == BD_CSV_FINE ? BD_CSV_BAD_CHARSET : problem;
    }
    if (problem == BD_CSV_FINE) {
        row.fields = r->fields;
        row.count = r->count;
    }
    r->row = r->first = r->pos = next;
    r->row_line = r->line;
    r->count = r->used = 0;
    r->row_done = r->too_long = false;
    return r->row_fn(r->self, &row, problem, r->err);
}

/* A row of several lines does not end well: read on behind its first line. */
static enum bd_status give_up_row(struct reader *r)
{
    size_t end = r->first;

    if (r->window[end - 1] == '\n')
        end--;
    if (end > r->row && r->window[end - 1] == '\r')
        end--;
    csv_free(&r->parser);
    start_parser(r);
    if (r->strict_to < r->line)
        r->strict_to = r->line;
    r->lf_known = false;
    r->line = r->row_line + 1;
    return give_row(r, end, r->first, BD_CSV_OPEN_QUOTE);
}

static enum bd_status give_bad_line(struct reader *r, size_t end, size_t next)
{
    csv_free(&r->parser);
    start_parser(r);
    r->line++;
    return give_row(r, end, next, BD_CSV_BAD_QUOTE);
}

/* Its text is given up to the limit, then the rest is dropped. */
static enum bd_status give_long_line(struct reader *r)
{
    size_t next = r->pos + BD_MAX_CSV_ROW_BYTES;
    size_t end = next + 1; /* cut by give_row, between characters */
    uint32_t line = ++r->line;
    enum bd_status rc = give_row(r, end, next, BD_CSV_TOO_LONG);

    if (rc != BD_OK)
        return rc;
    rc = find_line(r, true, &end, &next);
    r->row = r->first = r->pos = next;
    r->row_line = r->line = line;
    return rc;
}

static enum bd_status read_line(struct reader *r, size_t end, size_t next)
{
    bool good = feed(r, (bd_str) { r->window + r->pos, next - r->pos });

    if (good && next == end) /* the file's last line has no end */
        good = feed(r, BD_STR("\n"));
    if (!good && r->first > r->row)
        return give_up_row(r);
    if (!good)
        return give_bad_line(r, end, next);
    r->line++;
    r->pos = next;
    if (r->row_done)
        return give_row(r, end, next, BD_CSV_FINE);
    if (!r->parser.quoted) { /* a blank line */
        r->row = r->first = next;
        r->row_line = r->line;
        return BD_OK;
    }
    if (r->first == r->row)
        r->first = next;
    if (next - r->row > BD_MAX_CSV_ROW_BYTES)
        return give_up_row(r);
    return BD_OK;
}

static enum bd_status read_rows(struct reader *r)
{
    enum bd_status rc = BD_OK;

    while (rc == BD_OK) {
        size_t end = 0;
        size_t next = 0;

        rc = find_line(r, false, &end, &next);
        if (rc != BD_OK)
            return rc;
        if (end - r->pos <= BD_MAX_CSV_ROW_BYTES && r->pos < r->len)
            rc = read_line(r, end, next);
        else if (r->first > r->row)
            rc = give_up_row(r);
        else if (r->pos < r->len)
            rc = give_long_line(r);
        else
            break;
    }
    return rc;
}

enum bd_status bd_csv_read(int fd, bd_csv_row_fn row_fn, void *self,
                           struct bd_err *err)
{
    struct reader r = { .row_fn = row_fn, .self = self, .err = err };
    char *memory = malloc(WINDOW_BYTES + BD_MAX_CSV_ROW_BYTES +
                          CSV_SOURCE_BYTES);
    enum bd_status rc = BD_OK;

    if (!memory)
        bd_out_of_memory();
    r.window = memory;
    r.cells = r.window + WINDOW_BYTES;
    r.line = r.row_line = 1;
    rc = csv_source_init(&r.source, fd, r.cells + BD_MAX_CSV_ROW_BYTES, err);
    if (rc == BD_OK)
        rc = refill(&r);
    if (rc != BD_OK)
        goto done;
    r.delimiter = csv_find_delimiter((bd_str) { r.window, r.len }, &r.pos);
    r.row = r.first = r.pos;
    start_parser(&r);
    rc = read_rows(&r);
    csv_free(&r.parser);
done:
    bd_buf_fini(&r.clean);
    free(memory);
    return rc;
}
