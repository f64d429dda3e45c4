/* The plain text of a letter, as if typed by hand. */
#include "render_private.h"

#include <stdio.h>

#include "block_private.h"
#include "links_private.h"

/* A link whose address stands below its section. */
struct note {
    unsigned number;
    bd_str url;
    struct note *next;
};

struct bd_text {
    struct bd_arena *arena;
    struct bd_buf *out;
    enum bd_lang lang;
    struct note *notes; /* of this section, in order */
    struct note *last_note;
    unsigned numbers; /* given in the whole letter */
};

static void blank_line(struct bd_text *t, bd_str prefix)
{
    bd_text_wrap(BD_STR(""), prefix, prefix, t->out);
}

static unsigned note_number(struct bd_text *t, bd_str url)
{
    struct note *note = t->notes;

    while (note && !bd_str_eq(note->url, url))
        note = note->next;
    if (note)
        return note->number;
    note = BD_NEW(t->arena, struct note);
    *note = (struct note) { ++t->numbers, url, NULL };
    if (t->notes)
        t->last_note->next = note;
    else
        t->notes = note;
    t->last_note = note;
    return note->number;
}

/* "[12]" */
static void add_number(struct bd_buf *out, unsigned number)
{
    bd_buf_add_char(out, '[');
    bd_buf_add_u64(out, number);
    bd_buf_add_char(out, ']');
}

void bd_text_note(struct bd_text *t, bd_str url, struct bd_buf *line)
{
    bd_buf_add_char(line, BD_GLUE);
    add_number(line, note_number(t, url));
}

static void write_notes(struct bd_text *t)
{
    if (t->notes)
        blank_line(t, BD_STR_NONE);
    for (const struct note *n = t->notes; n; n = n->next) {
        bd_str url = bd_url_shown(bd_url_encode(t->arena, n->url));

        add_number(t->out, n->number);
        bd_buf_add_char(t->out, ' ');
        bd_buf_add(t->out, url);
        bd_buf_add_char(t->out, '\n');
    }
    t->notes = t->last_note = NULL;
}

static void inline_text(struct bd_text *t, const struct bd_node *node,
                        struct bd_buf *line);

static void inline_children(struct bd_text *t, const struct bd_node *node,
                            struct bd_buf *line)
{
    for (const struct bd_node *n = node->first; n; n = n->next)
        inline_text(t, n, line);
}

static void link(struct bd_text *t, const struct bd_node *node,
                 struct bd_buf *line)
{
    size_t start = line->len;
    bd_str url = bd_marked_as(t->arena, node->url, BD_ESCAPE_URL);

    inline_children(t, node, line);
    if (bd_url_is_text(url, bd_str_skip(bd_buf_str(line), start)))
        return;
    bd_text_note(t, node->url, line);
}

/* A soft hyphen would be seen: nobody hyphenates plain text. */
static void words(bd_str text, struct bd_buf *line)
{
    static const bd_str soft_hyphen = BD_STR_INIT("\xc2\xad");
    size_t at = 0;

    while ((at = bd_str_find(text, soft_hyphen)) != SIZE_MAX) {
        bd_buf_add(line, bd_str_sub(text, 0, at));
        text = bd_str_skip(text, at + soft_hyphen.len);
    }
    bd_buf_add(line, text);
}

/* What a tag says that its words do not: H₂O, 10³, and what no longer holds. */
static void tag(struct bd_text *t, const struct bd_node *node,
                struct bd_buf *line)
{
    struct bd_buf inner = { 0 };
    bd_str text = BD_STR_NONE;

    inline_children(t, node, &inner);
    text = bd_buf_str(&inner);
    if (bd_str_eq(node->text, BD_STR("sup")))
        bd_text_raise(text, line);
    else if (bd_str_eq(node->text, BD_STR("sub")))
        bd_text_lower(text, line);
    else if (bd_str_eq(node->text, BD_STR("s")) ||
             bd_str_eq(node->text, BD_STR("del")))
        bd_buf_printf(line, "[%s: %.*s]", L_(t->lang, N_("struck out")),
                      BD_ARG(text));
    else
        bd_buf_add(line, text);
    bd_buf_fini(&inner);
}

static void inline_text(struct bd_text *t, const struct bd_node *node,
                        struct bd_buf *line)
{
    switch (node->kind) {
    case BD_NODE_TEXT:
        words(node->text, line);
        break;
    case BD_NODE_CODE:
        bd_buf_add(line, node->text);
        break;
    case BD_NODE_TAG:
        tag(t, node, line);
        break;
    case BD_NODE_SOFT_BREAK:
        bd_buf_add_char(line, ' ');
        break;
    case BD_NODE_HARD_BREAK:
        bd_buf_add_char(line, '\n');
        break;
    case BD_NODE_LINK:
        link(t, node, line);
        break;
    case BD_NODE_IMAGE:
        bd_buf_add(line, bd_node_text(t->arena, node));
        break;
    default:
        inline_children(t, node, line);
    }
}

/* The block's words on one line, hard breaks as line breaks. */
bd_str bd_text_flow(struct bd_text *t, const struct bd_node *node)
{
    struct bd_buf line = { 0 };
    bd_str words = BD_STR_NONE;

    inline_children(t, node, &line);
    words = bd_buf_copy(&line, t->arena);
    bd_buf_fini(&line);
    return words;
}

static void paragraph(struct bd_text *t, const struct bd_node *node,
                      struct bd_margin margin)
{
    bd_str words = bd_text_flow(t, node);
    const struct bd_node *only = node->first;

    if (only && !only->next && only->kind == BD_NODE_IMAGE && words.len > 0)
        words = bd_arena_printf(t->arena, "[%s: %.*s]",
                                L_(t->lang, N_("Picture")), BD_ARG(words));
    bd_text_wrap(words, margin.first, margin.rest, t->out);
}

/* By rank: the title's is "=". */
static const char underlines[] = { '=', '=', '-', '~', '.', '.', '.' };

static void heading(struct bd_text *t, const struct bd_node *node,
                    struct bd_margin margin)
{
    bd_str words = bd_text_flow(t, node);

    bd_text_wrap(words, margin.first, margin.rest, t->out);
    bd_text_underline(words, underlines[node->rank], margin.rest, t->out);
}

static void code_block(struct bd_text *t, const struct bd_node *node,
                       struct bd_margin margin)
{
    bd_str lines = node->text;

    if (bd_str_ends(lines, BD_STR("\n")))
        lines.len--;
    while (lines.ptr) {
        bd_str line = bd_str_cut_line(&lines);

        if (line.len > 0)
            bd_buf_printf(t->out, "%.*s    %.*s\n", BD_ARG(margin.first),
                          BD_ARG(line));
        else
            blank_line(t, margin.first);
        margin.first = margin.rest;
    }
}

static void quote(struct bd_text *t, const struct bd_node *node,
                  struct bd_margin margin)
{
    margin.first = bd_arena_printf(t->arena, "%.*s> ", BD_ARG(margin.first));
    margin.rest = bd_arena_printf(t->arena, "%.*s> ", BD_ARG(margin.rest));
    bd_text_blocks(t, node, margin);
}

/* Columns that the widest number of an ordered list takes. */
static int number_width(const struct bd_node *list)
{
    unsigned last = list->start;

    for (const struct bd_node *n = list->first; n && n->next; n = n->next)
        last++;
    return snprintf(NULL, 0, "%u", last);
}

static void list(struct bd_text *t, const struct bd_node *node,
                 struct bd_margin margin)
{
    int width = node->ordered ? number_width(node) : 0;
    unsigned number = node->start;

    for (const struct bd_node *item = node->first; item; item = item->next) {
        struct bd_margin inner = { .first = BD_STR_NONE };

        if (node->ordered) {
            inner.first = bd_arena_printf(t->arena, "%.*s%*u. ",
                                          BD_ARG(margin.first), width, number);
            number++;
        } else {
            inner.first = bd_arena_printf(t->arena, "%.*s- ",
                                          BD_ARG(margin.first));
        }
        inner.rest = bd_arena_printf(t->arena, "%.*s%*s", BD_ARG(margin.rest),
                                     width + 2, "");
        bd_text_blocks(t, item, inner);
        margin.first = margin.rest;
        if (item->next && !node->tight)
            blank_line(t, margin.rest);
    }
}

static void rule(struct bd_text *t, const struct bd_node *node,
                 struct bd_margin margin)
{
    (void)node;
    bd_text_wrap(BD_STR("* * *"), margin.first, margin.rest, t->out);
}

static void block(struct bd_text *t, const struct bd_node *node,
                  struct bd_margin margin)
{
    node->block->text(t, node, margin);
}

static void part(struct bd_text *t, const struct bd_node *node,
                 struct bd_margin margin)
{
    bd_text_words(t, bd_text_flow(t, node), margin);
}

void bd_text_words(struct bd_text *t, bd_str words, struct bd_margin margin)
{
    bd_text_wrap(words, margin.first, margin.rest, t->out);
}

void bd_text_blank(struct bd_text *t, struct bd_margin margin)
{
    blank_line(t, margin.rest);
}

void bd_text_line(struct bd_text *t, bd_str prefix, bd_str line)
{
    if (line.len == 0) {
        blank_line(t, prefix);
        return;
    }
    bd_buf_add(t->out, prefix);
    bd_buf_add(t->out, line);
    bd_buf_add_char(t->out, '\n');
}

struct bd_arena *bd_text_arena(struct bd_text *t)
{
    return t->arena;
}

enum bd_lang bd_text_lang(const struct bd_text *t)
{
    return t->lang;
}

static void (*const writers[BD_NODE_KINDS])(struct bd_text *,
                                            const struct bd_node *,
                                            struct bd_margin) = {
    [BD_NODE_PARAGRAPH] = paragraph,   [BD_NODE_HEADING] = heading,
    [BD_NODE_QUOTE] = quote,           [BD_NODE_LIST] = list,
    [BD_NODE_CODE_BLOCK] = code_block, [BD_NODE_RULE] = rule,
    [BD_NODE_BLOCK] = block,           [BD_NODE_PART] = part,
};

/* What stands between a block and the one before it. */
static void space_before(struct bd_text *t, const struct bd_node *block,
                         bd_str prefix, bool is_first)
{
    const struct bd_node *parent = block->parent;
    bool section = block->kind == BD_NODE_HEADING && block->rank == 2 &&
                   parent->kind == BD_NODE_DOCUMENT;

    if (section)
        write_notes(t);
    if (is_first || (parent->kind == BD_NODE_ITEM && parent->parent->tight))
        return;
    blank_line(t, prefix);
    if (section)
        blank_line(t, prefix);
}

/* A picture without alternative text is decoration: nothing to say. */
static bool is_silent(struct bd_text *t, const struct bd_node *block)
{
    const struct bd_node *only = block->first;

    return block->kind == BD_NODE_PARAGRAPH && only && !only->next &&
           only->kind == BD_NODE_IMAGE && bd_node_text(t->arena, only).len == 0;
}

void bd_text_blocks(struct bd_text *t, const struct bd_node *node,
                    struct bd_margin margin)
{
    bool is_first = true;

    for (const struct bd_node *n = node->first; n; n = n->next) {
        if (is_silent(t, n))
            continue;
        space_before(t, n, margin.rest, is_first);
        writers[n->kind](t, n, margin);
        margin.first = margin.rest;
        is_first = false;
    }
    if (is_first && node->kind != BD_NODE_DOCUMENT)
        blank_line(t, margin.first); /* "-" without text */
}

void bd_text_render(const struct bd_node *document, enum bd_lang lang,
                    struct bd_arena *arena, struct bd_buf *out)
{
    struct bd_text t = { .arena = arena, .out = out, .lang = lang };

    bd_text_blocks(&t, document, (struct bd_margin) { .first = BD_STR_NONE });
    write_notes(&t);
}
