/*
 * How a mail is read, for mail_read.py: each line of standard input is the
 * path of a file, each line of output an object with what was found in it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "brevduva/base/file.h"
#include "brevduva/base/json.h"
#include "brevduva/mail/mime_read.h"
#include "brevduva/mail/report.h"

#define MAX_FILE (256 * 1024 * 1024)

static struct bd_json *fields_of(struct bd_arena *arena,
                                 const struct bd_mail_header *header)
{
    struct bd_json *fields = bd_json_array(arena);

    for (size_t i = 0; i < header->count; i++) {
        const struct bd_mail_field *field = &header->fields[i];
        struct bd_json *pair = bd_json_array(arena);

        bd_json_push(pair, bd_json_string(arena, field->name));
        bd_json_push(pair, bd_json_string(arena, bd_mail_value(header, i)));
        bd_json_push(fields, pair);
    }
    return fields;
}

static void set_text(struct bd_arena *arena, struct bd_json *object,
                     const char *key, bd_str text)
{
    bd_json_set(object, bd_str_from(key), bd_json_string(arena, text));
}

static struct bd_json *part_of(struct bd_arena *arena,
                               const struct bd_mail_part *part)
{
    struct bd_json *object = bd_json_object(arena);

    set_text(arena, object, "type", part->type);
    set_text(arena, object, "charset", part->charset);
    set_text(arena, object, "name", part->name);
    set_text(arena, object, "parent", part->parent);
    set_text(arena, object, "text", part->text);
    bd_json_set(object, BD_STR("depth"), bd_json_int(arena, part->depth));
    bd_json_set(object, BD_STR("bytes"),
                bd_json_int(arena, (int64_t)part->bytes.len));
    bd_json_set(object, BD_STR("header"), fields_of(arena, &part->header));
    return object;
}

static struct bd_json *recipients_of(struct bd_arena *arena,
                                     const struct bd_mail *mail)
{
    struct bd_json *list = bd_json_array(arena);
    struct bd_dsn dsn = { 0 };

    if (bd_dsn_read(arena, mail, &dsn) != BD_OK)
        return list;
    for (size_t i = 0; i < dsn.count; i++) {
        const struct bd_dsn_recipient *one = &dsn.recipients[i];
        struct bd_json *object = bd_json_object(arena);

        set_text(arena, object, "final", one->final);
        set_text(arena, object, "original", one->original);
        set_text(arena, object, "diagnostic", one->diagnostic);
        bd_json_set(object, BD_STR("action"),
                    bd_json_int(arena, (int64_t)one->action));
        bd_json_set(object, BD_STR("class"),
                    bd_json_int(arena, one->status.class));
        bd_json_push(list, object);
    }
    return list;
}

static void answer(struct bd_arena *arena, bd_str bytes, struct bd_buf *out)
{
    struct bd_json *object = bd_json_object(arena);
    struct bd_json *parts = bd_json_array(arena);
    struct bd_mail_header returned = { 0 };
    struct bd_mail mail;

    bd_mail_read(arena, bytes, &mail);
    for (size_t i = 0; i < mail.part_count; i++)
        bd_json_push(parts, part_of(arena, &mail.parts[i]));
    set_text(arena, object, "type", mail.type);
    set_text(arena, object, "report_type", mail.report_type);
    bd_json_set(object, BD_STR("cut"), bd_json_bool(arena, mail.cut));
    bd_json_set(object, BD_STR("header"), fields_of(arena, &mail.header));
    bd_json_set(object, BD_STR("parts"), parts);
    bd_json_set(object, BD_STR("dsn"), recipients_of(arena, &mail));
    if (bd_returned_header(arena, &mail, &returned) == BD_OK)
        bd_json_set(object, BD_STR("returned"), fields_of(arena, &returned));
    bd_json_write(object, out);
}

int main(void)
{
    struct bd_arena *arena = bd_arena_new();
    char *line = NULL;
    size_t size = 0;
    ssize_t len = 0;

    while ((len = getline(&line, &size, stdin)) > 0) {
        bd_str path = bd_str_trim((bd_str) { line, (size_t)len });
        struct bd_buf out = { 0 };
        struct bd_err err = { 0 };
        bd_str bytes = BD_STR_NONE;

        if (bd_file_read(arena, bd_arena_cstr(arena, path), MAX_FILE, &bytes,
                         &err) != BD_OK) {
            (void)fprintf(stderr, "%s\n", err.msg);
            return 1;
        }
        answer(arena, bytes, &out);
        (void)printf("%.*s\n", BD_ARG(bd_buf_str(&out)));
        bd_buf_fini(&out);
        bd_arena_clear(arena);
    }
    free(line);
    bd_arena_free(arena);
    return 0;
}
