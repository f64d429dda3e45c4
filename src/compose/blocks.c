/* Which blocks there are, and how fenced code becomes one. */
#include "block_private.h"

#include "block_table_private.h"
#include "brevduva/base/i18n.h"
#include "brevduva/base/nearest.h"
#include "document_private.h"

/* Sorted by name. */
static const struct bd_block *const blocks[] = {
    &bd_block_button, &bd_block_columns, &bd_block_contact, &bd_block_events,
    &bd_block_image,  &bd_block_quote,   &bd_block_table,   &bd_block_toc,
};

#define BLOCK_COUNT (sizeof blocks / sizeof *blocks)

static const struct bd_block *find_block(bd_str name)
{
    for (size_t i = 0; i < BLOCK_COUNT; i++)
        if (bd_str_eq(name, bd_str_from(blocks[i]->name)))
            return blocks[i];
    return NULL;
}

/* Where in the file each line of the content stands: cmark has taken away
 * what lists and quotes put before it. */
static void find_lines(struct bd_block_reader *r)
{
    bd_str content = r->node->text;
    bd_str rest = bd_str_skip(r->source->text, r->node->at);
    struct bd_line *lines = NULL;

    for (size_t i = 0; i < content.len; i++)
        r->count += content.ptr[i] == '\n';
    if (content.len == 0)
        return;
    lines = BD_NEW_ARRAY(r->arena, r->count + 1, struct bd_line);
    (void)bd_str_cut_line(&rest); /* the fence */
    for (size_t i = 0; i < r->count; i++) {
        bd_str in_file = bd_str_cut_line(&rest);
        bd_str text = bd_str_cut_line(&content);
        size_t shift = text.len > 0 ? bd_str_find(in_file, text) : 0;

        if (in_file.ptr)
            lines[i].at = (size_t)(in_file.ptr - r->source->text.ptr);
        if (shift != SIZE_MAX)
            lines[i].at += shift;
        lines[i].text = text;
        lines[i].number = i;
    }
    r->lines = lines;
}

static enum bd_status unknown(struct bd_block_reader *r, bd_str name,
                              struct bd_err *err)
{
    const char *names[BLOCK_COUNT + 2] = { NULL };
    const char *near = NULL;
    bd_str list = BD_STR_NONE;

    for (size_t i = 0; i < BLOCK_COUNT; i++)
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): all are */
        names[i] = blocks[i]->name;
    names[BLOCK_COUNT] = "code";
    list = bd_block_names(r->arena, names);
    near = bd_nearest(name, names);
    name = bd_str_cut_utf8(name, 40);
    if (near)
        return bd_block_refuse(r, NULL, err,
                               _("there is no block \"%.*s\"; did you mean "
                                 "\"%s\"? There are %.*s"),
                               BD_ARG(name), near, BD_ARG(list));
    return bd_block_refuse(r, NULL, err,
                           _("there is no block \"%.*s\"; there are %.*s"),
                           BD_ARG(name), BD_ARG(list));
}

static enum bd_status read_block(struct bd_arena *arena,
                                 const struct bd_source *source,
                                 struct bd_node *node, struct bd_err *err)
{
    struct bd_block_reader r = { .arena = arena,
                                 .source = source,
                                 .node = node };
    bd_str rest = bd_str_trim(node->info);
    bd_str name = bd_str_cut(&rest, ' ');
    enum bd_status rc = BD_OK;

    if (name.len == 0 || bd_str_eq(name, BD_STR("code")))
        return BD_OK;
    node->block = find_block(name);
    if (!node->block)
        return unknown(&r, name, err);
    if (bd_str_trim(rest).len > 0)
        return bd_block_refuse(
            &r, NULL, err,
            _("nothing can stand after \"%s\"; what the block says goes into "
              "the lines below it"),
            node->block->name);
    r.first_line = node->place.line + 1;
    find_lines(&r);
    node->kind = BD_NODE_BLOCK;
    rc = node->block->read(&r, err);
    node->text = node->info = BD_STR_NONE;
    return rc;
}

/* A table without a fence, or just a paragraph. */
static enum bd_status read_paragraph(struct bd_arena *arena,
                                     const struct bd_source *source,
                                     struct bd_node *node, struct bd_err *err)
{
    struct bd_block_reader r = { .arena = arena,
                                 .source = source,
                                 .node = node };

    if (!bd_table_without_fence(&r))
        return BD_OK;
    node->kind = BD_NODE_BLOCK;
    node->block = &bd_block_table;
    node->first = node->last = NULL;
    return node->block->read(&r, err);
}

enum bd_status bd_blocks_read(struct bd_arena *arena,
                              const struct bd_source *source,
                              struct bd_node *root, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    for (struct bd_node *n = root; n && rc == BD_OK;
         n = (struct bd_node *)bd_node_walk(root, n))
        if (n->kind == BD_NODE_CODE_BLOCK)
            rc = read_block(arena, source, n, err);
        else if (n->kind == BD_NODE_PARAGRAPH && n->parent == root)
            rc = read_paragraph(arena, source, n, err);
    return rc;
}

enum bd_status bd_blocks_finish(struct bd_arena *arena,
                                const struct bd_source *source,
                                struct bd_node *root, struct bd_err *err)
{
    enum bd_status rc = BD_OK;

    for (struct bd_node *n = root; n && rc == BD_OK;
         n = (struct bd_node *)bd_node_walk(root, n)) {
        struct bd_block_reader r = { .arena = arena,
                                     .source = source,
                                     .node = n };

        if (n->kind == BD_NODE_BLOCK && n->block->finish)
            rc = n->block->finish(&r, root, err);
    }
    return rc;
}
