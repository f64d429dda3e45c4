/* What a source remembers, as text: "tried 2 NAME" for each mail that was
 * given out and not settled, and the kind's own lines. */
#include <string.h>

#include "source_private.h"

static bd_str key_of(const struct source_tried *tried)
{
    return bd_str_from(tried->key);
}

struct source_tried *source_find_tried(struct bd_source *source, bd_str key)
{
    key = bd_str_sub(key, 0, SOURCE_TRIED_KEY - 1);
    for (size_t i = 0; i < source->tried_count; i++)
        if (bd_str_eq(key_of(&source->tried[i]), key))
            return &source->tried[i];
    return NULL;
}

void source_forget_tried(struct bd_source *source, bd_str key)
{
    struct source_tried *tried = source_find_tried(source, key);
    size_t after = 0;

    if (!tried)
        return;
    after = source->tried_count - (size_t)(tried - source->tried) - 1;
    memmove(tried, tried + 1, after * sizeof *tried);
    source->tried_count--;
}

void source_set_tried(struct bd_source *source, bd_str key, uint32_t times)
{
    struct source_tried *tried = source_find_tried(source, key);

    key = bd_str_sub(key, 0, SOURCE_TRIED_KEY - 1);
    if (!tried && source->tried_count == SOURCE_TRIED)
        source_forget_tried(source, key_of(source->tried)); /* the oldest */
    if (!tried)
        tried = &source->tried[source->tried_count++];
    memcpy(tried->key, key.ptr, key.len);
    tried->key[key.len] = '\0';
    tried->times = times;
}

void source_read_tried(struct bd_source *source, bd_str *text,
                       struct bd_buf *own)
{
    source->tried_count = 0;
    while (text->len > 0) {
        bd_str line = bd_str_cut_line(text);
        bd_str rest = line;
        uint64_t times = 0;

        if (!bd_str_eq(bd_str_cut(&rest, ' '), BD_STR("tried"))) {
            bd_buf_add(own, line);
            bd_buf_add_char(own, '\n');
        } else if (bd_str_to_u64(bd_str_cut(&rest, ' '), &times) &&
                   rest.len > 0) {
            source_set_tried(source, rest,
                             times > SOURCE_FEARED ? SOURCE_FEARED
                                                   : (uint32_t)times);
        }
    }
}

void source_write_tried(const struct bd_source *source, struct bd_buf *out)
{
    for (size_t i = 0; i < source->tried_count; i++)
        bd_buf_printf(out, "tried %u %s\n", source->tried[i].times,
                      source->tried[i].key);
}

enum bd_status source_recall(struct bd_source *source, bd_str *out,
                             struct bd_err *err)
{
    const struct bd_source_memory *memory = source->options.memory;
    enum bd_status rc = BD_OK;
    bd_str text = BD_STR_NONE;
    struct bd_buf own;

    *out = BD_STR_NONE;
    if (!memory)
        return BD_OK;
    rc = memory->load(memory->self, source->arena, source->name, &text, err);
    if (rc != BD_OK)
        return rc;
    bd_buf_init(&own, BD_SOURCE_MEMORY_MAX);
    source_read_tried(source, &text, &own);
    *out = bd_buf_copy(&own, source->arena);
    bd_buf_fini(&own);
    return BD_OK;
}

enum bd_status source_remember(struct bd_source *source, bd_str own,
                               struct bd_err *err)
{
    const struct bd_source_memory *memory = source->options.memory;
    enum bd_status rc = BD_OK;
    struct bd_buf text;

    if (!memory)
        return BD_OK;
    bd_buf_init(&text, BD_SOURCE_MEMORY_MAX);
    source_write_tried(source, &text); /* first: the kind's may be cut */
    bd_buf_add(&text, own);
    rc = memory->save(memory->self, source->name, bd_buf_str(&text), err);
    bd_buf_fini(&text);
    return rc;
}
