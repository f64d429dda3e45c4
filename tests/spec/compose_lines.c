/*
 * Compiles for the scripts beside it. Each line of standard input is an object
 * { "issue": "...", "name": "...", "email": "...", "attributes": {...} }; each
 * line of output { "eml": "...", "html": "...", "text": "..." } or
 * { "error": "..." }. The attributes' names may be merge tags.
 */
#include <stdio.h>
#include <stdlib.h>

#include "brevduva/base/assets.h"
#include "brevduva/compose/check.h"
#include "brevduva/compose/recipient.h"

#define MAX_ATTRIBUTES 16

struct job {
    struct bd_arena *arena;
    const struct bd_json *json;
    bd_str attributes[MAX_ATTRIBUTES];
    struct bd_letter_options options;
    struct bd_issue issue;
    struct bd_recipient recipient;
};

static bool find_template(void *self, bd_str path, bd_str *out)
{
    return bd_asset_find(bd_arena_printf(self, "templates/%.*s", BD_ARG(path)),
                         out);
}

/* Every picture is the same dot. */
static enum bd_status read_picture(void *self, bd_str path, bd_str *out,
                                   struct bd_err *err)
{
    static const char dot[] =
        "GIF89a\1\0\1\0\200\0\0\377\377\377\0\0\0!\371\4\1\0\0\0\0,\0\0\0\0\1"
        "\0\1\0\0\2\2D\1\0;";

    (void)self;
    (void)path;
    (void)err;
    *out = (bd_str) { dot, sizeof dot - 1 };
    return BD_OK;
}

static bd_str member(const struct job *job, const char *key)
{
    const struct bd_json *value = bd_json_get(job->json, bd_str_from(key));

    return value ? value->text : BD_STR_NONE;
}

static void set_options(struct job *job)
{
    const struct bd_json *object = bd_json_get(job->json, BD_STR("attributes"));
    struct bd_buf text = { 0 };

    job->options = (struct bd_letter_options) {
        .newsletter = BD_STR("Brevet"),
        .from_name = BD_STR("Brevdalen"),
        .from_email = BD_STR("brev@brev.example"),
        .list_title = BD_STR("Brevet"),
        .list_id = BD_STR("brev.brev.example"),
        .time_zone = BD_STR("Europe/Stockholm"),
        .base_url = BD_STR("https://brev.example"),
        .unsubscribe_mailto = BD_STR("avsluta@brev.example"),
        .attributes = job->attributes,
        .template = find_template,
        .template_self = job->arena,
        .file = read_picture,
    };
    for (const struct bd_json *m = object ? object->first : NULL; m;
         m = m->next)
        if (job->options.attribute_count < MAX_ATTRIBUTES)
            job->attributes[job->options.attribute_count++] = m->key;
    if (object)
        bd_json_write(object, &text);
    job->recipient = (struct bd_recipient) { .email = member(job, "email"),
                                             .name = member(job, "name"),
                                             .language = BD_STR("sv"),
                                             .message_id = BD_STR("1.2"),
                                             .date = 1795420003 };
    job->recipient.attributes = bd_buf_copy(&text, job->arena);
    bd_buf_fini(&text);
}

enum form { EML, HTML, TEXT };

static enum bd_status compile(struct job *job, enum form form,
                              struct bd_message *out, struct bd_err *err)
{
    const struct bd_finding *findings = NULL;
    size_t count = 0;
    enum bd_status rc = BD_OK;

    if (form != EML)
        return bd_letter_compile_part(
            job->arena, &job->issue, &job->options,
            form == HTML ? BD_LETTER_HTML : BD_LETTER_PLAIN, out, err);
    rc = bd_letter_compile(job->arena, &job->issue, &job->options,
                           BD_LETTER_FULL, out, err);
    if (rc == BD_OK)
        bd_check_issue(job->arena, &job->issue, &job->options, out, NULL,
                       &findings, &count);
    return rc;
}

static enum bd_status add(struct job *job, enum form form, const char *key,
                          struct bd_json *answer, struct bd_err *err)
{
    struct bd_message message = { 0 };
    const bd_str *values = NULL;
    struct bd_buf copy = { 0 };
    enum bd_status rc = compile(job, form, &message, err);

    if (rc == BD_OK)
        rc = bd_recipient_values(job->arena, &message, &job->recipient, NULL,
                                 &values, err);
    if (rc == BD_OK)
        rc = bd_message_splice(&message, values, &copy);
    if (rc == BD_OK)
        bd_json_set(answer, bd_str_from(key),
                    bd_json_string(job->arena, bd_buf_copy(&copy, job->arena)));
    bd_buf_fini(&copy);
    return rc;
}

static enum bd_status run(struct bd_arena *arena, bd_str line,
                          struct bd_json *answer, struct bd_err *err)
{
    struct job job = { .arena = arena };
    struct bd_json *json = NULL;
    enum bd_status rc = bd_json_parse(arena, line, &json, err);

    if (rc != BD_OK)
        return rc;
    job.json = json;
    set_options(&job);
    rc = bd_issue_read(arena, "issue.md", member(&job, "issue"), &job.issue,
                       err);
    if (rc == BD_OK)
        rc = add(&job, EML, "eml", answer, err);
    if (rc == BD_OK)
        rc = add(&job, HTML, "html", answer, err);
    if (rc == BD_OK)
        rc = add(&job, TEXT, "text", answer, err);
    return rc;
}

int main(void)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_buf out = { 0 };
    char *line = NULL;
    size_t size = 0;
    ssize_t len = 0;

    while ((len = getline(&line, &size, stdin)) > 0) {
        struct bd_err err = { 0 };
        struct bd_json *answer = bd_json_object(arena);

        if (run(arena, (bd_str) { line, (size_t)len }, answer, &err) != BD_OK) {
            answer = bd_json_object(arena);
            bd_json_set(answer, BD_STR("error"),
                        bd_json_string(arena, bd_str_from(err.msg)));
        }
        bd_json_write(answer, &out);
        (void)printf("%.*s\n", BD_ARG(bd_buf_str(&out)));
        bd_buf_clear(&out);
        bd_arena_clear(arena);
    }
    free(line);
    bd_buf_fini(&out);
    bd_arena_free(arena);
    return 0;
}
