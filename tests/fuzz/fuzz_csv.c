/* layer: base */
/* Whatever is read is UTF-8 and can be written and read again unchanged. */
#include <sys/mman.h>
#include <unistd.h>

#include "brevduva/base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Rows as text with the cells' lengths, so that nothing is ambiguous. */
struct seen {
    struct bd_buf again[2]; /* the good rows, written in each style */
    struct bd_buf cells;
    uint32_t line;
};

static void promise(bool kept)
{
    if (!kept)
        __builtin_trap();
}

static enum bd_status take_row(void *self, const struct bd_csv_row *row,
                               enum bd_csv_problem problem, struct bd_err *err)
{
    struct seen *seen = self;

    (void)err;
    promise(row->line > seen->line && bd_str_is_utf8(row->raw, NULL));
    seen->line = row->line;
    if (problem != BD_CSV_FINE) {
        promise(row->count == 0);
        return BD_OK;
    }
    promise(row->count > 0);
    for (size_t i = 0; i < row->count; i++) {
        promise(bd_str_is_utf8(row->fields[i], NULL));
        bd_buf_printf(&seen->cells, "%zu:", row->fields[i].len);
        bd_buf_add(&seen->cells, row->fields[i]);
    }
    bd_buf_add_char(&seen->cells, '\n');
    for (int style = 0; style < 2; style++)
        bd_csv_write_row(&seen->again[style], (enum bd_csv_style)style,
                         row->fields, row->count);
    return BD_OK;
}

static enum bd_status take_guarded_row(void *self, const struct bd_csv_row *row,
                                       enum bd_csv_problem problem,
                                       struct bd_err *err)
{
    struct bd_buf *cells = self;

    (void)err;
    promise(problem == BD_CSV_FINE);
    for (size_t i = 0; i < row->count; i++) {
        bd_str cell = bd_csv_unguard(row->fields[i]);

        bd_buf_printf(cells, "%zu:", cell.len);
        bd_buf_add(cells, cell);
    }
    bd_buf_add_char(cells, '\n');
    return BD_OK;
}

static enum bd_status read_bytes(bd_str bytes, bd_csv_row_fn row_fn, void *self)
{
    int fd = memfd_create("csv", 0);
    enum bd_status rc = BD_OK;
    struct bd_err err = { 0 };

    promise(fd >= 0 && (bytes.len == 0 ||
                        write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len));
    promise(lseek(fd, 0, SEEK_SET) == 0);
    rc = bd_csv_read(fd, row_fn, self, &err);
    (void)close(fd);
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const bd_str head[] = { BD_STR_INIT("a"), BD_STR_INIT("b") };
    struct seen seen = { 0 };
    enum bd_status rc = BD_OK;

    bd_buf_add_cstr(&seen.cells, "1:a1:b\n");
    for (int style = 0; style < 2; style++) {
        /* a first row that shows the delimiter, as every head does */
        bd_csv_write_start(&seen.again[style], (enum bd_csv_style)style);
        bd_csv_write_row(&seen.again[style], (enum bd_csv_style)style, head, 2);
    }
    rc = read_bytes((bd_str) { (const char *)data, size }, take_row, &seen);
    promise(rc == BD_OK || rc == BD_EPARSE);
    for (int style = 0; style < 2; style++) {
        struct bd_buf cells = { 0 };

        rc = read_bytes(bd_buf_str(&seen.again[style]), take_guarded_row,
                        &cells);
        promise(rc == BD_OK);
        promise(bd_str_eq(bd_buf_str(&cells), bd_buf_str(&seen.cells)));
        bd_buf_fini(&cells);
        bd_buf_fini(&seen.again[style]);
    }
    bd_buf_fini(&seen.cells);
    return 0;
}
