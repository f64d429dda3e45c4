#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "import_row.h"
#include "out_file.h"

#define SHOWN_REJECTS 10
#define PROGRESS_ROWS 2000

struct import {
    struct app *app;
    int fd;
    int64_t size; /* of the file; 0: unknown (a pipe) */
    bool titled;  /* the first row has been read */
    struct import_columns columns;
    struct bd_import *into;
    struct bd_arena *arena;   /* for one row */
    struct bd_buf attributes; /* of one row */
    struct out_file rejects;
    int64_t rows, rejected;
    int64_t states[BD_SUB_COMPLAINED + 1]; /* of the rows taken */
    struct progress progress;
};

static const char *problem_text(enum bd_csv_problem problem)
{
    switch (problem) {
    case BD_CSV_NUL:
        return _("has a NUL octet");
    case BD_CSV_TOO_LONG:
        return _("is too long or has too many columns");
    case BD_CSV_BAD_QUOTE:
        return _("has a quotation mark in the wrong place");
    case BD_CSV_OPEN_QUOTE:
        return _("opens a quotation mark that is never closed");
    case BD_CSV_BAD_CHARSET:
        return _("is neither UTF-8 nor Windows-1252 text");
    default:
        return _("cannot be read");
    }
}

static void write_reject(struct import *im, const bd_str *fields, size_t count)
{
    struct bd_buf line;

    bd_buf_init(&line, 0);
    bd_csv_write_row(&line, BD_CSV_PLAIN, fields, count);
    (void)fwrite(line.ptr, 1, line.len, im->rejects.file);
    bd_buf_fini(&line);
}

/* To the reject file as line, reason and the row as it stood, so that it can
 * be mended there and imported again; without one, to the terminal. */
static void reject(struct import *im, const struct bd_csv_row *row,
                   const char *reason)
{
    bd_str fields[BD_MAX_CSV_COLUMNS + 2];
    size_t count = 2;

    im->rejected++;
    if (!im->rejects.file) {
        if (im->rejected <= SHOWN_REJECTS)
            (void)fprintf(stderr, _("line %u: %s\n"), row->line, reason);
        return;
    }
    fields[0] = bd_arena_printf(im->arena, "%u", row->line);
    fields[1] = bd_str_from(reason);
    for (size_t i = 0; i < row->count && i < BD_MAX_CSV_COLUMNS; i++)
        fields[count++] = bd_csv_unguard(row->fields[i]);
    if (row->count == 0)
        fields[count++] = row->raw;
    write_reject(im, fields, count);
}

static enum bd_status read_titles(struct import *im,
                                  const struct bd_csv_row *row)
{
    bd_str fields[BD_MAX_CSV_COLUMNS + 2] = { BD_STR("line"),
                                              BD_STR("reason") };

    if (cli_import_columns_read(im->app, row->fields, row->count,
                                &im->columns) != BD_OK)
        return im->app->err.code;
    im->titled = true;
    for (size_t i = 0; i < row->count; i++)
        fields[i + 2] = im->columns.column[i].title;
    if (im->rejects.file)
        write_reject(im, fields, row->count + 2);
    return BD_OK;
}

static enum bd_status take_row(void *self, const struct bd_csv_row *row,
                               enum bd_csv_problem problem, struct bd_err *err)
{
    struct import *im = self;
    struct bd_import_row reader;
    struct bd_err why = { 0 };

    bd_arena_clear(im->arena);
    if (problem == BD_CSV_FINE && !im->titled) {
        if (read_titles(im, row) != BD_OK)
            return im->app->err.code;
        if (!im->columns.headless)
            return BD_OK;
    }
    if (++im->rows % PROGRESS_ROWS == 0)
        progress_show(&im->progress, lseek(im->fd, 0, SEEK_CUR), im->size);
    if (problem != BD_CSV_FINE) {
        reject(im, row, problem_text(problem));
        return BD_OK;
    }
    if (cli_import_row_read(im->arena, &im->columns, row, &im->attributes,
                            &reader, &why) != BD_OK) {
        reject(im, row, why.msg);
        return BD_OK;
    }
    im->states[reader.state]++;
    return bd_import_add(im->into, &reader, err);
}

static enum bd_status open_input(struct import *im, const char *path)
{
    struct app *app = im->app;
    struct stat st = { 0 };

    im->fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO)
                                    : open(path, O_RDONLY | O_CLOEXEC);
    if (im->fd < 0)
        return bd_fail(&app->err, BD_ENOENT, _("%s: cannot open: %s"), path,
                       bd_errno_text(errno));
    if (fstat(im->fd, &st) == 0 && S_ISDIR(st.st_mode))
        return bd_fail(&app->err, BD_EINVAL, _("%s is a folder"), path);
    im->size = (int64_t)st.st_size;
    return BD_OK;
}

static enum bd_status open_all(struct import *im, const char *path,
                               bd_str consent)
{
    struct app *app = im->app;
    struct bd_list list;
    struct bd_import_options options = {
        .consent = consent,
        .actor = app_actor(app),
        .dry_run = opt_has(app, "dry-run"),
    };
    const char *reject_path = opt_get(app, "reject-file");

    if (app_list(app, BD_STR_NONE, &list) != BD_OK ||
        open_input(im, path) != BD_OK)
        return app->err.code;
    if (reject_path &&
        out_file_open(app, reject_path, im->fd, &im->rejects) != BD_OK)
        return app->err.code;
    options.list_id = list.id;
    options.actor.channel = BD_STR("import");
    return bd_import_begin(app->store, &options, NULL, NULL, &im->into,
                           &app->err);
}

static void print_count(struct app *app, int64_t count, const char *what)
{
    if (count > 0)
        (void)printf("  %.*s %s\n", BD_ARG(word_number(app->arena, count)),
                     what);
}

/* A file may bring readers in another state than active: say so. */
static void print_states(struct import *im)
{
    struct app *app = im->app;

    for (int s = 0; s <= BD_SUB_COMPLAINED; s++)
        if (s != BD_SUB_ACTIVE && im->states[s] > 0)
            (void)printf(_("  in the file as %s: %.*s\n"),
                         word_subscription((enum bd_subscription_state)s),
                         BD_ARG(word_number(app->arena, im->states[s])));
}

static void print_summary(struct import *im, const struct bd_import_summary *s)
{
    struct app *app = im->app;

    (void)printf(opt_has(app, "dry-run") ? _("Would import (--dry-run):\n")
                                         : _("Imported:\n"));
    print_count(app, s->added, P_("added", "added", (uint64_t)s->added));
    print_count(app, s->updated,
                P_("on the list already, brought up to date",
                   "on the list already, brought up to date",
                   (uint64_t)s->updated));
    print_count(app, s->unchanged,
                P_("on the list already, unchanged",
                   "on the list already, unchanged", (uint64_t)s->unchanged));
    print_count(app, s->kept_out,
                P_("kept out: has left, complained, bounced or is suppressed",
                   "kept out: they left, complained, bounced or are suppressed",
                   (uint64_t)s->kept_out));
    print_count(app, s->duplicates,
                P_("double: the same address stands earlier in the file",
                   "double: the same address stands earlier in the file",
                   (uint64_t)s->duplicates));
    print_count(app, im->rejected,
                P_("rejected", "rejected", (uint64_t)im->rejected));
    if (s->added + s->updated + s->unchanged + s->kept_out == 0)
        (void)printf(_("  no readers\n"));
}

/* All or nothing, unless --partial. */
static int finish(struct import *im)
{
    struct app *app = im->app;
    struct bd_import_summary summary = { 0 };
    struct bd_import *into = im->into;

    if (im->rejected == 0)
        out_file_cancel(&im->rejects); /* no rows, no file */
    if (im->rejects.file && out_file_finish(app, &im->rejects) != BD_OK)
        return app_fail(app);
    if (im->rejected > 0 && !opt_has(app, "partial") &&
        !opt_has(app, "dry-run"))
        return app_usage(
            app,
            P_("nothing was imported: %lld row of %lld was rejected. Mend it, "
               "or take the others with --partial",
               "nothing was imported: %lld rows of %lld were rejected. Mend "
               "them, or take the others with --partial",
               (uint64_t)im->rejected),
            (long long)im->rejected, (long long)im->rows);
    im->into = NULL; /* finish frees it */
    if (bd_import_finish(into, &summary, &app->err) != BD_OK)
        return app_fail(app);
    print_summary(im, &summary);
    print_states(im);
    if (app_flush(app) != BD_EXIT_OK)
        return BD_EXIT_FAILED;
    return im->rejected > 0 ? BD_EXIT_FOUND : BD_EXIT_OK;
}

static int run(struct import *im, const char *path, bd_str consent)
{
    struct app *app = im->app;
    enum bd_status rc = open_all(im, path, consent);

    if (rc != BD_OK)
        return app_fail(app);
    progress_start(&im->progress, app->sys, _("Reading"));
    rc = bd_csv_read(im->fd, take_row, im, &app->err);
    progress_end(&im->progress);
    if (rc != BD_OK) {
        bd_err_prefix(&app->err, "%s", path);
        return app_fail(app);
    }
    if (!im->titled)
        return app_usage(app, _("%s: no rows in it"), path);
    return finish(im);
}

int cmd_import(struct app *app, int argc, char **argv)
{
    struct import im = { .app = app, .fd = -1 };
    bd_str consent = BD_STR_NONE;
    int code = BD_EXIT_OK;

    (void)argc;
    if (opt_line(app, "consent", CLI_MAX_NOTE, &consent) != BD_OK)
        return app_fail(app);
    if (consent.len == 0)
        return app_usage(app, _("say where and when the readers agreed, for "
                                "example --consent \"sign-up form on the web, "
                                "2024-2026\": it is kept as proof"));
    im.arena = bd_arena_new();
    bd_buf_init(&im.attributes, 0);
    code = run(&im, argv[0], consent);
    bd_import_cancel(im.into);
    out_file_cancel(&im.rejects);
    bd_buf_fini(&im.attributes);
    bd_arena_free(im.arena);
    if (im.fd >= 0)
        (void)close(im.fd);
    return code;
}
