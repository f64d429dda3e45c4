/*
 * Renders for the scripts beside it. Each line of standard input is an object
 * { "template": "...", "data": ..., "partials": { "name": "..." } }; each
 * line of output { "text": "..." } or { "error": "..." }.
 */
#include <stdio.h>
#include <stdlib.h>

#include "brevduva/base/mustache.h"

static bool find_partial(void *self, bd_str name, bd_str *out_text)
{
    const struct bd_json *partials = self;
    const struct bd_json *text = partials ? bd_json_get(partials, name) : NULL;

    if (!text)
        return false;
    *out_text = text->text;
    return true;
}

static enum bd_status render_line(struct bd_arena *arena, bd_str line,
                                  struct bd_buf *out, struct bd_err *err)
{
    struct bd_mustache_options options = { .partial = find_partial };
    const struct bd_mustache *template = NULL;
    const struct bd_json *source = NULL;
    struct bd_json *job = NULL;
    enum bd_status rc = bd_json_parse(arena, line, &job, err);

    if (rc != BD_OK)
        return rc;
    source = bd_json_get(job, BD_STR("template"));
    options.partial_self = (void *)bd_json_get(job, BD_STR("partials"));
    rc = bd_mustache_parse(arena, "template", source->text, &template, err);
    if (rc != BD_OK)
        return rc;
    return bd_mustache_render(arena, template, &options,
                              bd_json_get(job, BD_STR("data")), out, err);
}

static void answer(bd_str key, bd_str value)
{
    struct bd_buf json;

    bd_buf_init(&json, 0);
    bd_json_write_string(value, &json);
    (void)printf("{\"%.*s\":%.*s}\n", BD_ARG(key), BD_ARG(bd_buf_str(&json)));
    bd_buf_fini(&json);
}

int main(void)
{
    struct bd_arena *arena = bd_arena_new();
    struct bd_buf out;
    char *line = NULL;
    size_t size = 0;
    ssize_t len = 0;

    bd_buf_init(&out, 1024 * 1024);
    while ((len = getline(&line, &size, stdin)) > 0) {
        struct bd_err err = { 0 };

        if (render_line(arena, (bd_str) { line, (size_t)len }, &out, &err))
            answer(BD_STR("error"), bd_str_from(err.msg));
        else
            answer(BD_STR("text"), bd_buf_str(&out));
        bd_buf_clear(&out);
        bd_arena_clear(arena);
    }
    free(line);
    bd_buf_fini(&out);
    bd_arena_free(arena);
    return 0;
}
