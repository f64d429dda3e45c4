/*
 * Answers for the scripts beside it. Each line of standard input is an object
 * with one of
 *   "message": TEXT   a mail with the text in each place that can hold one
 *   "address": TEXT   the address, its key and its form for people
 *   "date": SECONDS, "zone": MINUTES
 * Each line of output is { "text": "..." } or { "error": "..." }.
 */
#include <stdio.h>
#include <stdlib.h>

#include "brevduva/base/json.h"
#include "brevduva/mail/address.h"
#include "brevduva/mail/date.h"
#include "brevduva/mail/header.h"
#include "brevduva/mail/mime_write.h"

static void write_part(struct bd_buf *out, bd_str boundary, const char *type,
                       const char *encoding)
{
    bd_buf_printf(out, "\r\n--%.*s\r\nContent-Type: %s", BD_ARG(boundary),
                  type);
    bd_buf_printf(out, "\r\nContent-Transfer-Encoding: %s\r\n", encoding);
}

static void write_message(bd_str text, struct bd_buf *out)
{
    char name[BD_BOUNDARY_LEN];
    bd_str boundary = { name, sizeof name };
    bd_str email = BD_STR("anna@klubben.example");

    bd_boundary(text, name);
    bd_header_text(out, "Subject", text);
    bd_header_mailbox(out, "From", text, email);
    bd_header_mailbox(out, "To", BD_STR_NONE, email);
    bd_header_raw(out, "MIME-Version", BD_STR("1.0"));
    bd_buf_add_cstr(out, "X-Words:");
    bd_header_words(out, BD_STR("Hej "));
    bd_header_words(out, text);
    bd_header_words(out, BD_STR("!"));
    bd_buf_add_cstr(out, "\r\nContent-Type: multipart/mixed");
    bd_mime_param(out, "boundary", boundary);
    bd_buf_add_cstr(out, "\r\n");
    write_part(out, boundary, "text/plain; charset=utf-8", "quoted-printable");
    bd_buf_add_cstr(out, "\r\n");
    bd_qp_write(out, text);
    bd_qp_write_last(out, text);
    write_part(out, boundary, "application/octet-stream", "base64");
    bd_buf_add_cstr(out, "Content-Disposition: attachment");
    bd_mime_param(out, "filename", text);
    bd_buf_add_cstr(out, "\r\n\r\n");
    bd_base64_write(out, text);
    bd_buf_printf(out, "\r\n--%.*s--\r\n", BD_ARG(boundary));
}

static enum bd_status write_address(struct bd_arena *arena, bd_str text,
                                    struct bd_buf *out, struct bd_err *err)
{
    struct bd_address address;
    enum bd_status rc = bd_address_parse(arena, text, &address, err);

    if (rc == BD_OK)
        bd_buf_printf(out, "%.*s %.*s %.*s", BD_ARG(address.email),
                      BD_ARG(address.key),
                      BD_ARG(bd_address_display(arena, address.email)));
    return rc;
}

static bd_str member(const struct bd_json *job, const char *key)
{
    const struct bd_json *value = bd_json_get(job, bd_str_from(key));

    return value ? value->text : BD_STR_NONE;
}

static enum bd_status answer_line(struct bd_arena *arena, bd_str line,
                                  struct bd_buf *out, struct bd_err *err)
{
    struct bd_json *job = NULL;
    enum bd_status rc = bd_json_parse(arena, line, &job, err);

    if (rc != BD_OK)
        return rc;
    if (bd_json_get(job, BD_STR("address")))
        return write_address(arena, member(job, "address"), out, err);
    if (bd_json_get(job, BD_STR("message"))) {
        write_message(member(job, "message"), out);
    } else {
        const char *date = bd_arena_cstr(arena, member(job, "date"));
        const char *zone = bd_arena_cstr(arena, member(job, "zone"));
        char text[BD_DATE_MAX];

        bd_buf_add(out, bd_date_write(strtoll(date, NULL, 10),
                                      (int)strtol(zone, NULL, 10), text));
    }
    return BD_OK;
}

static void print_answer(const char *key, bd_str value)
{
    struct bd_buf json;

    bd_buf_init(&json, 0);
    bd_json_write_string(value, &json);
    (void)printf("{\"%s\":%.*s}\n", key, BD_ARG(bd_buf_str(&json)));
    bd_buf_fini(&json);
}

int main(void)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_buf out;
    char *line = NULL;
    size_t size = 0;
    ssize_t len = 0;

    bd_buf_init(&out, 0);
    while ((len = getline(&line, &size, stdin)) > 0) {
        struct bd_err err = { 0 };

        if (answer_line(arena, (bd_str) { line, (size_t)len }, &out, &err))
            print_answer("error", bd_str_from(err.msg));
        else
            print_answer("text", bd_buf_str(&out));
        bd_buf_clear(&out);
        bd_arena_clear(arena);
    }
    free(line);
    bd_buf_fini(&out);
    bd_arena_free(arena);
    return 0;
}
