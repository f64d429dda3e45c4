#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "brevduva/base/csv.h"
#include "out_file.h"

#define PROGRESS_ROWS 2000
#define FLUSH_BYTES   ((size_t)256 * 1024)

enum format { FORMAT_CSV, FORMAT_CSV_EXCEL, FORMAT_JSON, FORMAT_NDJSON };

struct export
{
    struct app *app;
    enum format format;
    FILE *out;
    struct bd_buf buf;      /* rows not yet written */
    struct bd_arena *arena; /* for one row */
    const bd_str *attributes;
    size_t attribute_count;
    bd_str *fields;      /* room for a row */
    int64_t rows, total; /* written; on the list, for the progress bar */
    struct progress progress;
    int64_t since; /* the last row's, and its text */
    char since_text[32];
    size_t since_len;
};

/* These come first, in this order; `import` knows them by these names. */
static const char *const columns[] = { "email", "name",     "state",
                                       "since", "language", "text_only" };
#define COLUMNS (sizeof columns / sizeof *columns)

static enum bd_status choose_format(struct app *app, enum format *out)
{
    static const char *const names[] = { "csv", "csv-excel", "json", "ndjson" };
    const char *given = opt_get(app, "format");

    *out = opt_has(app, "json") ? FORMAT_NDJSON : FORMAT_CSV;
    if (!given)
        return BD_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(given, names[i]) == 0) {
            *out = (enum format)i;
            return BD_OK;
        }
    }
    return bd_fail(&app->err, BD_EINVAL,
                   _("--format %s: give csv, csv-excel, json or ndjson"),
                   given);
}

static bool is_csv(const struct export *e)
{
    return e->format == FORMAT_CSV || e->format == FORMAT_CSV_EXCEL;
}

static enum bd_csv_style style(const struct export *e)
{
    return e->format == FORMAT_CSV ? BD_CSV_PLAIN : BD_CSV_EXCEL;
}

static enum bd_status flush(struct export *e)
{
    bool ok = fwrite(e->buf.ptr, 1, e->buf.len, e->out) == e->buf.len;

    bd_buf_clear(&e->buf);
    if (ok)
        return BD_OK;
    return bd_fail(&e->app->err, BD_EIO, _("cannot write the output: %s"),
                   bd_errno_text(errno));
}

/* The cell of an attribute; false: the name is in no column (yet). */
static bd_str *cell_of(struct export *e, bd_str name, size_t place)
{
    if (place < e->attribute_count && bd_str_eq(e->attributes[place], name))
        return &e->fields[COLUMNS + place]; /* rows are mostly alike */
    for (size_t i = 0; i < e->attribute_count; i++)
        if (bd_str_eq(e->attributes[i], name))
            return &e->fields[COLUMNS + i];
    return NULL;
}

/* A key or value with escapes in it, or a number. */
static bd_str parsed_text(struct export *e, bd_str raw)
{
    struct bd_json *value = NULL;

    if (raw.len == 0 || raw.ptr[0] != '"' ||
        bd_json_parse(e->arena, raw, &value, NULL) != BD_OK)
        return raw;
    return value->text;
}

static void fill_attributes(struct export *e, bd_str rest)
{
    bd_str *cell = NULL;
    bd_str key = BD_STR_NONE;
    bd_str value = BD_STR_NONE;
    bd_str name = BD_STR_NONE;

    for (size_t i = 0; i < e->attribute_count; i++)
        e->fields[COLUMNS + i] = BD_STR_NONE;
    for (size_t place = 0; bd_json_walk(&rest, &key, &value); place++) {
        if (!bd_json_plain(key, &name))
            name = parsed_text(e, key);
        cell = cell_of(e, name, place);
        if (cell && !bd_json_plain(value, cell))
            *cell = parsed_text(e, value);
    }
}

/* Thousands of readers came in the same second, by an import. */
static bd_str since_text(struct export *e, int64_t since)
{
    if (e->since_len == 0 || e->since != since) {
        bd_str text = bd_time_utc(e->arena, since);

        assert(text.len <= sizeof e->since_text);
        memcpy(e->since_text, text.ptr, text.len);
        e->since_len = text.len;
        e->since = since;
    }
    return (bd_str) { e->since_text, e->since_len };
}

static void csv_row(struct export *e, const struct bd_subscriber *reader,
                    const struct bd_subscription *s)
{
    e->fields[0] = reader->email;
    e->fields[1] = reader->name;
    e->fields[2] = bd_str_from(bd_subscription_state_names[s->state]);
    e->fields[3] = since_text(e, s->since);
    e->fields[4] = reader->language;
    e->fields[5] = reader->text_only ? BD_STR("yes") : BD_STR("no");
    fill_attributes(e, reader->attributes);
    bd_csv_write_row(&e->buf, style(e), e->fields,
                     COLUMNS + e->attribute_count);
}

static void json_member(struct bd_buf *buf, const char *name, bd_str value)
{
    bd_buf_printf(buf, ",\"%s\":", name);
    bd_json_write_string(value, buf);
}

static void json_row(struct export *e, const struct bd_subscriber *reader,
                     const struct bd_subscription *s)
{
    struct bd_buf *buf = &e->buf;

    if (e->format == FORMAT_JSON)
        bd_buf_add_cstr(buf, e->rows == 0 ? "[\n" : ",\n");
    bd_buf_add_cstr(buf, "{\"email\":");
    bd_json_write_string(reader->email, buf);
    json_member(buf, "name", reader->name);
    json_member(buf, "state",
                bd_str_from(bd_subscription_state_names[s->state]));
    json_member(buf, "since", since_text(e, s->since));
    json_member(buf, "language", reader->language);
    bd_buf_printf(buf, ",\"text_only\":%s",
                  reader->text_only ? "true" : "false");
    bd_buf_add_cstr(buf, ",\"attributes\":");
    bd_buf_add(buf, reader->attributes.len ? reader->attributes : BD_STR("{}"));
    bd_buf_add_cstr(buf, "}");
    if (e->format == FORMAT_NDJSON)
        bd_buf_add_cstr(buf, "\n");
}

static enum bd_status export_row(void *self, const struct bd_subscriber *reader,
                                 const struct bd_subscription *s,
                                 struct bd_err *err)
{
    struct export *e = self;

    (void)err;
    if (is_csv(e))
        csv_row(e, reader, s);
    else
        json_row(e, reader, s);
    if (++e->rows % PROGRESS_ROWS == 0)
        progress_show(&e->progress, e->rows, e->total);
    bd_arena_clear(e->arena);
    return e->buf.len >= FLUSH_BYTES ? flush(e) : BD_OK;
}

static void write_head(struct export *e)
{
    if (!is_csv(e))
        return;
    bd_csv_write_start(&e->buf, style(e));
    for (size_t i = 0; i < COLUMNS; i++)
        e->fields[i] = bd_str_from(columns[i]);
    for (size_t i = 0; i < e->attribute_count; i++)
        e->fields[COLUMNS + i] = e->attributes[i];
    bd_csv_write_row(&e->buf, style(e), e->fields,
                     COLUMNS + e->attribute_count);
}

static enum bd_status write_all(struct export *e,
                                const struct bd_subscriber_filter *filter)
{
    struct app *app = e->app;
    enum bd_status rc = bd_attribute_names(
        app->arena, app->store, &e->attributes, &e->attribute_count, &app->err);

    if (rc != BD_OK)
        return rc;
    e->arena = bd_arena_new();
    e->fields = BD_NEW_ARRAY(app->arena, COLUMNS + e->attribute_count, bd_str);
    write_head(e);
    rc = bd_subscriber_each(app->store, filter, export_row, e, &app->err);
    if (rc == BD_OK && e->format == FORMAT_JSON)
        bd_buf_add_cstr(&e->buf, e->rows == 0 ? "[]\n" : "\n]\n");
    if (rc == BD_OK)
        rc = flush(e);
    bd_arena_free(e->arena);
    return rc;
}

static enum bd_status write_file(struct export *e, const char *path,
                                 const struct bd_subscriber_filter *filter)
{
    struct out_file file = { 0 };
    enum bd_status rc = out_file_open(e->app, path, -1, &file);

    if (rc != BD_OK)
        return rc;
    e->out = file.file;
    rc = write_all(e, filter);
    if (rc == BD_OK)
        return out_file_finish(e->app, &file);
    out_file_cancel(&file);
    return rc;
}

int cmd_export(struct app *app, int argc, char **argv)
{
    struct export e = { .app = app, .out = stdout };
    struct bd_subscriber_filter filter = { 0 };
    const char *path = opt_get(app, "output");
    bool shown = !path || strcmp(path, "-") == 0;
    struct bd_list list;
    enum bd_status rc = BD_OK;

    (void)argc;
    (void)argv;
    if (choose_format(app, &e.format) != BD_OK ||
        opt_state(app, &filter.by_state, &filter.state) != BD_OK ||
        app_list(app, BD_STR_NONE, &list) != BD_OK)
        return app_fail(app);
    filter.list_id = list.id;
    e.total = list.pending + list.active + list.left + list.bounced +
              list.complained;
    bd_buf_init(&e.buf, 0);
    progress_start(&e.progress, app->sys, _("Writing"));
    e.progress.on = e.progress.on && (!shown || isatty(STDOUT_FILENO) != 1);
    rc = path ? write_file(&e, path, &filter) : write_all(&e, &filter);
    progress_end(&e.progress);
    bd_buf_fini(&e.buf);
    if (rc != BD_OK)
        return app_fail(app);
    if (!shown)
        (void)fprintf(stderr,
                      P_("Wrote %lld reader to %s.\n",
                         "Wrote %lld readers to %s.\n", (uint64_t)e.rows),
                      (long long)e.rows, path);
    return app_flush(app);
}
