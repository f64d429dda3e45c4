/*
 * CSV for the scripts beside it, standard input to standard output.
 * usage: csv_lines read | plain | excel
 * read:  each row becomes a JSON array of its cells, or a number if it has a
 *        problem; plain and excel: the way back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brevduva/base/csv.h"
#include "brevduva/base/json.h"

static enum bd_status print_row(void *self, const struct bd_csv_row *row,
                                enum bd_csv_problem problem, struct bd_err *err)
{
    struct bd_buf *out = self;

    (void)err;
    bd_buf_clear(out);
    if (problem != BD_CSV_FINE) {
        (void)printf("%d\n", (int)problem);
        return BD_OK;
    }
    for (size_t i = 0; i < row->count; i++) {
        bd_buf_add_char(out, i ? ',' : '[');
        bd_json_write_string(bd_csv_unguard(row->fields[i]), out);
    }
    (void)printf("%.*s]\n", BD_ARG(bd_buf_str(out)));
    return BD_OK;
}

static int read_rows(struct bd_buf *out)
{
    struct bd_err err = { 0 };

    if (bd_csv_read(0, print_row, out, &err) == BD_OK)
        return 0;
    (void)fprintf(stderr, "%s\n", err.msg);
    return 1;
}

static void add_row(struct bd_buf *out, enum bd_csv_style style,
                    const struct bd_json *array)
{
    bd_str cells[64];
    size_t count = 0;

    for (const struct bd_json *cell = array->first; cell && count < 64;
         cell = cell->next)
        cells[count++] = cell->text;
    bd_csv_write_row(out, style, cells, count);
}

static int write_rows(struct bd_buf *out, enum bd_csv_style style)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_err err = { 0 };
    char *line = NULL;
    size_t size = 0;
    ssize_t len = 0;
    int failed = 0;

    bd_csv_write_start(out, style);
    while (!failed && (len = getline(&line, &size, stdin)) > 0) {
        struct bd_json *array = NULL;

        failed = bd_json_parse(arena, (bd_str) { line, (size_t)len }, &array,
                               &err) != BD_OK;
        if (!failed)
            add_row(out, style, array);
    }
    if (failed)
        (void)fprintf(stderr, "%s\n", err.msg);
    else
        (void)fwrite(out->ptr, 1, out->len, stdout);
    free(line);
    bd_arena_free(arena);
    return failed;
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "read";
    struct bd_buf out;
    int status = 0;

    bd_buf_init(&out, 0);
    if (!strcmp(verb, "read"))
        status = read_rows(&out);
    else
        status = write_rows(&out, strcmp(verb, "excel") ? BD_CSV_PLAIN
                                                        : BD_CSV_EXCEL);
    bd_buf_fini(&out);
    return status;
}
